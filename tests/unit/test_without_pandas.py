"""Commands that read files and end do not import pandas."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import sys
from services.ingest.without_pandas import hide_pandas
hide_pandas()
import pyarrow as pa
assert pa.array(["a", None]).to_pylist() == ["a", None]
assert "pandas" not in sys.modules
import services.torch_models.batch
assert "sqlalchemy" not in sys.modules, "importing it takes longer than the labels of a small file"
"""


def test_auto_labelling_on_the_command_line_imports_neither_pandas_nor_the_database() -> None:
    subprocess.run([sys.executable, "-c", CODE], check=True)
