"""Output of the command line: lines, errors, progress bar."""

from __future__ import annotations

import sys


def print_line(line: str) -> None:
    """Print a line of output."""
    sys.stdout.write(f"{line}\n")


def complain(line: str) -> None:
    """Print an error line."""
    sys.stderr.write(f"{line}\n")


def positive(text: str) -> int:
    """A whole number above zero, for argparse."""
    number = int(text)
    if number < 1:
        raise ValueError
    return number


class Bar:
    """A progress bar for the current file; prints nothing when the output is not a terminal."""

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
        """Show the progress (0 to 1) of a task."""
        self._bar.set_description(message, refresh=False)
        self._bar.n = fraction * 100
        self._bar.refresh()

    def clear(self) -> None:
        """Clear the bar before another line is printed."""
        self._bar.clear()
