"""Long run of test_kill9.py: ``python -m tests.hostile.soak_kill9``.

Read from the environment: ``SOAK_KILLS`` (500), ``SOAK_WRITES`` (100,000), ``SOAK_SEED`` (the clock).
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from tests.hostile.writing_clients import examine, prepare, run


def main() -> int:
    """Write, kill, examine; 0 when the promises held."""
    kills = int(os.environ.get("SOAK_KILLS", "500"))
    writes = int(os.environ.get("SOAK_WRITES", "100000"))
    seed = int(os.environ.get("SOAK_SEED", time.time_ns()))
    sys.stdout.write(f"{kills:,} kills, {writes:,} acknowledged writes, seed {seed}\n")
    with tempfile.TemporaryDirectory() as folder:
        begun = time.monotonic()
        settings = prepare(Path(folder))
        outcome = run(settings, kills, writes, seed)
        wrong = examine(settings, outcome)
    seconds = time.monotonic() - begun
    sys.stdout.write(
        f"{outcome.kills:,} kills, {outcome.writes:,} writes acknowledged, {outcome.resent:,} of them twice, "
        f"{seconds:,.0f} s: {len(wrong)} things wrong\n" + "".join(f"  {line}\n" for line in wrong[:20])
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
