"""URLs: a set of recording ids as short text, and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.urls import compact, download, expand, label

IDS = st.sets(st.integers(0, 2**31), max_size=60) | st.sets(st.integers(0, 80), max_size=60)


@given(IDS)
def test_ids_come_back_in_order_from_their_short_form(ids: set[int]) -> None:
    assert expand(compact(ids)) == sorted(ids)


@given(IDS)
def test_the_short_form_is_never_longer_than_the_list(ids: set[int]) -> None:
    assert len(compact(ids)) <= len(",".join(map(str, ids)))


@given(st.lists(st.integers(0, 50)))
def test_order_and_repetition_do_not_change_the_short_form(ids: list[int]) -> None:
    assert compact(ids) == compact(reversed(ids)) == compact(ids + ids)


@given(st.text(st.sampled_from("0123456789-,a .")))
def test_any_text_is_either_ids_or_a_value_error(text: str) -> None:
    try:
        ids = expand(text, most=1000)
    except ValueError:
        return
    assert len(ids) <= 1000
    assert all(identity >= 0 for identity in ids)


@pytest.mark.parametrize("text", ["1-", "-1", "1-2-3", "a", "1..3", "0x1"])
def test_malformed_ids_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=".+"):
        expand(text)


def test_too_many_ids_are_refused_before_they_are_created() -> None:
    with pytest.raises(ValueError, match="more than"):
        expand("1-999999999999999")
    with pytest.raises(ValueError, match="more than"):
        expand("1-99999999999999999999")
    with pytest.raises(ValueError, match="more than 10 ids"):
        expand("1-6,1-6", most=10)


def test_ten_thousand_files_in_a_row_are_a_short_address() -> None:
    assert download(range(1, 10_001)) == "/download/outputs.zip?recordings=1-10000"


def test_each_recording_has_an_address() -> None:
    assert label(7) == "/label/7"
