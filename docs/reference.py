"""Writes docs/reference.md: every setting, command, key and property of the plot, from where the program has them.

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

Made from the sources by `make reference`: change it there.
"""


def reference() -> str:
    """The whole text."""
    parts = [
        BEGINNING,
        "## Settings\n\nEnvironment variables; none is needed.\n",
        *settings(),
        "## Commands\n\nExit code 0: all done; 1: some files were refused, each with its sentence; 2: wrong usage; "
        "130: stopped with Ctrl+C.\n",
        *commands(),
        "## Keys\n\nOther keys are chosen in the list that `?` opens.\n",
        *keys(),
        "## Properties of `TimeSeriesPlot`\n\n" + introduction(TimeSeriesPlot),
        *properties(TimeSeriesPlot),
        "## Properties of `FileUpload`\n\n" + introduction(FileUpload),
        *properties(FileUpload),
    ]
    return "\n".join(parts)


def settings() -> Iterator[str]:
    """A heading for each setting."""
    for one in fields(Settings):
        value = one.default
        default = (
            f"`{value.relative_to(HOME)}`" if isinstance(value, Path) else f"`{value}`" if value else "none"
        )
        yield f"### `TIDEMARK_{one.name.upper()}`\n\n{one.metadata['text']} Default: {default}.\n"


def commands() -> Iterator[str]:
    """A heading for each command, with its usage and options."""
    top = parser()
    (found,) = [action for action in top._actions if isinstance(action, argparse._SubParsersAction)]
    said = {action.dest: action.help for action in found._choices_actions}
    for name, command in found.choices.items():
        command.formatter_class = lambda prog: argparse.HelpFormatter(prog, width=110)
        text = re.sub(r"\n +-h, --help .*", "", command.format_help()).strip()
        yield f"### `{name}`\n\n{_sentence(said[name] or '')}\n\n```text\n{text}\n```\n"


def keys() -> Iterator[str]:
    """A heading for each action with its keys, by section."""
    for (section, within), actions in groupby(ACTIONS, lambda one: (one.section, one.within)):
        yield f"### {section}{f' (within the {within})' if within else ''}\n"
        for action in actions:
            chosen = " or ".join(
                f"`{'+'.join(SHOWN.get(part, part) for part in _parts(key))}`" for key in action.keys
            )
            yield f"#### {chosen}\n\n{_sentence(action.words)}\n"


def introduction(component: type) -> str:
    """What a component is, from its docstring."""
    return inspect.cleandoc(component.__doc__ or "").split("\nArgs:\n")[0].replace("``", "`").strip() + "\n"


def properties(component: type) -> Iterator[str]:
    """A heading for each property, from the docstring of the class."""
    told = inspect.cleandoc(component.__doc__ or "").split("\nArgs:\n")[1]
    for found in re.finditer(r"^    (\w+): (.+?)(?=^    \w+: |\Z)", told, re.MULTILINE | re.DOTALL):
        text = " ".join(found[2].split()).replace("``", "`")
        yield f"### `{found[1]}`\n\n{_sentence(text)}\n"


def _parts(key: str) -> list[str]:
    return re.split(r"\+(?=.)", key)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


if __name__ == "__main__":
    FILE.write_text(reference(), encoding="utf-8")
    sys.stdout.write(f"{FILE}\n")
