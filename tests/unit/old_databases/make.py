"""Print the dump of a small database of the newest version, for the migration tests of later versions.

Once, when a migration to version 000N is added::

    python -m tests.unit.old_databases.make > tests/unit/old_databases/000N.sql

A dump that was released is never made again: it is what people have.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from pathlib import Path

from tests.unit.working_state import Desk


def main() -> None:
    """Two labels, a third one undone; names that tempt an encoder and a spreadsheet."""
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        recording = desk.record("ward 3/数据.csv")
        desk.add(recording, 10, 20, "QRS")
        desk.add(recording, 30, 30, "=T wave", color="black")
        desk.add(recording, 50, 60, "P")
        desk.send(recording, "undo")
        desk.close()
        connection = sqlite3.connect(desk.settings.data_dir / "tidemark.db")
        sys.stdout.writelines(f"{line}\n" for line in connection.iterdump())
        connection.close()


if __name__ == "__main__":
    main()
