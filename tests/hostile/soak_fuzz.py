"""The long run of test_ingest_fuzz.py: ``python -m tests.hostile.soak_fuzz``.

Read from the environment: ``SOAK_TIMES`` (100): so many times the examples of the suite.
"""

from __future__ import annotations

import os
import sys

import pytest

from tests.support import ROOT


def main() -> int:
    """Run every property of the reader; 0 when none found anything."""
    os.environ.setdefault("SOAK_TIMES", "100")
    sys.stdout.write(f"{os.environ['SOAK_TIMES']} times the examples of the suite\n")
    fuzz = str(ROOT / "tests" / "unit" / "test_ingest_fuzz.py")
    return int(pytest.main(["-q", "--durations=0", "-o", "timeout=0", fuzz]))


if __name__ == "__main__":
    sys.exit(main())
