"""Long run of backups under load, each of them restored: ``python -m tests.hostile.soak_backup``.

Read from the environment: ``SOAK_BACKUPS`` (20): number of backups.
"""

from __future__ import annotations

import os
import sys

import pytest

from tests.support import ROOT


def main() -> int:
    """Back up while people label, save and bring models, and restore each; 0 when all are whole."""
    os.environ.setdefault("SOAK_BACKUPS", "20")
    sys.stdout.write(f"{os.environ['SOAK_BACKUPS']} backups under load, each restored\n")
    name = "test_a_backup_while_people_label_save_and_bring_models_restores_whole"
    return int(pytest.main(["-q", "-o", "timeout=0", f"{ROOT / 'tests/unit/test_backup.py'}::{name}"]))


if __name__ == "__main__":
    sys.exit(main())
