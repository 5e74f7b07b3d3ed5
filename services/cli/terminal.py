"""What the command line says, and how it shows that it works."""

from __future__ import annotations

import sys


def say(line: str) -> None:
    """A line of what was asked for."""
    sys.stdout.write(f"{line}\n")


def complain(line: str) -> None:
    """A line about what went wrong."""
    sys.stderr.write(f"{line}\n")


def positive(text: str) -> int:
    """A whole number above zero, for argparse."""
    number = int(text)
    if number < 1:
        raise ValueError
    return number


class Bar:
    """One line on a terminal that shows how far the current file is; silent when output is no terminal."""

    def __init__(self) -> None:
        from tqdm import tqdm

        self._bar = tqdm(
            total=100, leave=False, bar_format="{desc}: {n:3.0f} %", disable=not sys.stderr.isatty()
        )

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *_error: object) -> None:
        self._bar.close()

    def show(self, fraction: float, message: str) -> None:
        """Show the share done, and of what."""
        self._bar.set_description(message, refresh=False)
        self._bar.n = fraction * 100
        self._bar.refresh()

    def clear(self) -> None:
        """Make room for a line."""
        self._bar.clear()
