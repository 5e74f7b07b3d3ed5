"""Memory maps without descriptors."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import psutil
import pytest

from services.ingest.npyfile import SlicedArray
from services.timeseries.mapped import mapped
from services.timeseries.pyramid import RECORD


@pytest.mark.parametrize("values", [np.arange(5), np.array([1.5, np.nan]), np.zeros(3, RECORD), np.empty(0)])
def test_a_map_has_the_saved_values_and_is_read_only(tmp_path: Path, values: np.ndarray) -> None:
    np.save(tmp_path / "a.npy", values)
    read = mapped(tmp_path / "a.npy")
    np.testing.assert_array_equal(read, values)
    assert read.dtype == values.dtype and not read.flags.writeable


def test_a_header_is_not_parsed_as_python_which_two_threads_cannot_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SystemError in Python 3.11 (https://github.com/python/cpython/issues/106905)."""
    np.save(tmp_path / "a.npy", np.arange(12).reshape(4, 3))
    np.save(tmp_path / "b.npy", np.arange(5, dtype=np.int16))
    monkeypatch.setattr(ast, "parse", lambda *_given, **_more: pytest.fail("parsed as Python"))
    np.testing.assert_array_equal(mapped(tmp_path / "a.npy"), np.arange(12).reshape(4, 3))
    read = SlicedArray(tmp_path / "b.npy")
    assert read[1:4].tolist() == [1, 2, 3] and read[::2].tolist() == [0, 2, 4]
    assert read.take(np.array([4, 0])).tolist() == [4, 0]


def test_a_map_outlives_its_file_and_holds_no_descriptor(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.arange(1000))
    mapped(tmp_path / "a.npy")  # whatever Arrow opens once
    before = psutil.Process().num_fds()
    maps = [mapped(tmp_path / "a.npy") for _ in range(20)]
    assert psutil.Process().num_fds() == before
    (tmp_path / "a.npy").unlink()
    assert [int(one[999]) for one in maps] == [999] * 20


def test_a_file_that_is_cut_off_or_is_something_else_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.arange(1000))
    whole = (tmp_path / "a.npy").read_bytes()
    for content in (whole[:-8], whole[:64], b"time,value\n"):
        (tmp_path / "b.npy").write_bytes(content)
        with pytest.raises(ValueError, match=r"npy|buffer|magic|EOF|header"):
            mapped(tmp_path / "b.npy")
