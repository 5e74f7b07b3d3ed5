"""Long run of the fuzzing tests, with new examples: ``python -m tests.hostile.soak_fuzz``.

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
    files = [str(ROOT / "tests" / "unit" / name) for name in ("test_ingest_fuzz.py", "test_layouts.py")]
    return int(pytest.main(["-q", "--durations=0", "-o", "timeout=0", *files]))


if __name__ == "__main__":
    sys.exit(main())
