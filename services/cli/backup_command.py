"""``python app.py backup`` and ``restore``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from services.cli.terminal import Bar, complain, print_line
from services.settings import MEBIBYTE, Settings
from services.wording import counted, first_of

SHOWN = 5


def add(commands: Any) -> None:
    """Add the subcommands."""
    making = commands.add_parser("backup", help="copy everything to a new folder, also while the server runs")
    making.add_argument(
        "folder", type=Path, metavar="DIR", help="the new folder; its last part must not exist"
    )
    restoring = commands.add_parser(
        "restore", help="verify a backup and restore it into the folders of the settings, which must be empty"
    )
    restoring.add_argument("folder", type=Path, metavar="DIR", help="the backup")


def backup(chosen: argparse.Namespace, settings: Settings) -> int:
    """``backup DIR``: prints a summary; exit code 1 when files were already missing."""
    from services.backup import create

    with Bar() as bar:
        made = create(settings, chosen.folder, bar.show)
    files, size = len(made.manifest.files), made.manifest.size / MEBIBYTE
    print_line(
        f"{chosen.folder}: {counted(files, 'file')}, {size:,.1f} MiB ({made.linked:,} of them hard links), "
        f"database of version {made.manifest.revision}."
    )
    if made.left_out:
        complain(f"Links were left out: {first_of(made.left_out, SHOWN)}.")
    if made.manifest.missing:
        complain(f"Missing before the backup was made: {first_of(made.manifest.missing, SHOWN)}.")
    return 1 if made.manifest.missing else 0


def restore(chosen: argparse.Namespace, settings: Settings) -> int:
    """``restore DIR``: prints what was restored."""
    from services.backup import restore

    with Bar() as bar:
        restored = restore(settings, chosen.folder, bar.show)
    manifest = restored.manifest
    print_line(
        f"{counted(len(manifest.files), 'file')}, {manifest.size / MEBIBYTE:,.1f} MiB, all as they were on "
        f"{manifest.made_at[:19].replace('T', ' ')} UTC, restored to {settings.data_dir}."
    )
    if restored.interrupted:
        print_line(f"{counted(restored.interrupted, 'job')} had not ended; start them again if needed.")
    if manifest.missing:
        complain(f"Missing when the backup was made: {first_of(manifest.missing, SHOWN)}.")
    return 0
