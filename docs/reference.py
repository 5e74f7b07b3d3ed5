"""Generate docs/reference.md: settings, commands, keys and component properties, from their definitions.

``python -m docs.reference``
"""

from __future__ import annotations

import argparse
import inspect
import re
import sys
from collections.abc import Iterator
from dataclasses import fields
from itertools import groupby
from pathlib import Path

from components.file_upload import FileUpload
from components.keymap import ACTIONS, SHOWN
from components.time_series_plot import TimeSeriesPlot
from services.cli.command_line import parser
from services.settings import HOME, Settings

FILE = Path(__file__).with_suffix(".md")
BEGINNING = """# Reference

Generated from the sources by `make reference`: change it there.
"""


def reference() -> str:
    """Text of docs/reference.md."""
    parts = [
        BEGINNING,
        "## Settings\n\nEnvironment variables; none is required.\n",
        *settings(),
        "## Commands\n\nExit code 0: success; 1: some files were refused, each with a reason; 2: wrong usage; "
        "130: stopped with Ctrl+C.\n",
        *commands(),
        "## Keys\n\n`?` opens the list in which keys can be changed.\n",
        *keys(),
        "## Properties of `TimeSeriesPlot`\n\n" + introduction(TimeSeriesPlot),
        *properties(TimeSeriesPlot),
        "## Properties of `FileUpload`\n\n" + introduction(FileUpload),
        *properties(FileUpload),
    ]
    return "\n".join(parts)


def settings() -> Iterator[str]:
    """One heading per setting."""
    for setting in fields(Settings):
        value = setting.default
        default = (
            f"`{value.relative_to(HOME)}`" if isinstance(value, Path) else f"`{value}`" if value else "none"
        )
        yield f"### `TIDEMARK_{setting.name.upper()}`\n\n{setting.metadata['text']} Default: {default}.\n"


def commands() -> Iterator[str]:
    """One heading per command, with its usage and options."""
    subparsers = next(
        action for action in parser()._actions if isinstance(action, argparse._SubParsersAction)
    )
    summaries = {action.dest: action.help for action in subparsers._choices_actions}
    for name, command in subparsers.choices.items():
        command.formatter_class = lambda prog: argparse.HelpFormatter(prog, width=110)
        text = re.sub(r"\n +-h, --help .*", "", command.format_help()).strip()
        yield f"### `{name}`\n\n{_sentence(summaries[name] or '')}\n\n```text\n{text}\n```\n"


def keys() -> Iterator[str]:
    """One heading per action with its keys, by section."""
    for (section, within), actions in groupby(ACTIONS, lambda action: (action.section, action.within)):
        yield f"### {section}{f' (within the {within})' if within else ''}\n"
        for action in actions:
            keys_text = " or ".join(
                f"`{'+'.join(SHOWN.get(part, part) for part in _parts(key))}`" for key in action.keys
            )
            yield f"#### {keys_text}\n\n{_sentence(action.words)}\n"


def introduction(component: type) -> str:
    """Description of a component: its docstring up to ``Args``."""
    return inspect.cleandoc(component.__doc__ or "").split("\nArgs:\n")[0].replace("``", "`").strip() + "\n"


def properties(component: type) -> Iterator[str]:
    """One heading per property, from ``Args`` in the docstring of the class."""
    arguments = inspect.cleandoc(component.__doc__ or "").split("\nArgs:\n")[1]
    for entry in re.finditer(r"^    (\w+): (.+?)(?=^    \w+: |\Z)", arguments, re.MULTILINE | re.DOTALL):
        text = " ".join(entry[2].split()).replace("``", "`")
        yield f"### `{entry[1]}`\n\n{_sentence(text)}\n"


def _parts(key: str) -> list[str]:
    return re.split(r"\+(?=.)", key)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


if __name__ == "__main__":
    FILE.write_text(reference(), encoding="utf-8")
    sys.stdout.write(f"{FILE}\n")
