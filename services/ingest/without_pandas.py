"""Hide pandas from pyarrow, in a process that reads files and ends."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType


class _Hidden(MetaPathFinder):
    """Finds no pandas, instead of Python's other finders."""

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Raises for pandas; None lets the other finders look."""
        if fullname == "pandas":
            raise ModuleNotFoundError("pandas is hidden", name=fullname)
        return None


_HIDDEN = _Hidden()


def hide_pandas() -> None:
    """Let no module of this process import pandas.

    pyarrow imports pandas at the first conversion of a Python value, also where nothing is of pandas: 0.3 s.
    """
    sys.meta_path.insert(0, _HIDDEN)


def show_pandas() -> None:
    """Undo :func:`hide_pandas`, for instance before torch looks for it."""
    if _HIDDEN in sys.meta_path:
        sys.meta_path.remove(_HIDDEN)
