"""``python app.py doctor``: check an installation."""

from __future__ import annotations

import argparse
from typing import Any

from services.cli.terminal import print_line
from services.settings import Settings


def add(commands: Any) -> None:
    """Add the subcommand."""
    checking = commands.add_parser(
        "doctor", help="check database, folders, disk, versions and files, and give remedies"
    )
    checking.add_argument("--fix", action="store_true", help="remove unreferenced files and rows")


def doctor(chosen: argparse.Namespace, settings: Settings) -> int:
    """``doctor [--fix]``: prints one line per finding; exit code 1 when one is a problem."""
    from services.health.doctor import Level, examine

    problems = 0
    for finding in examine(settings, chosen.fix):
        problems += finding.level == Level.PROBLEM
        print_line(f"{finding.level:<8} {finding.what}")
        if finding.remedy:
            print_line(f"         → {finding.remedy}")
    return 1 if problems else 0
