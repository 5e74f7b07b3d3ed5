"""Recently used values by a key that changes with what they depend on."""

from __future__ import annotations

from services.storage.recent import MOST, Recent


def test_a_value_is_computed_once_for_each_key() -> None:
    recent, calls = Recent(), iter(range(10))
    assert [recent.get(key, lambda: next(calls)) for key in ("a", "a", "b", "a")] == [0, 0, 1, 0]


def test_a_kept_none_is_not_the_lack_of_a_value() -> None:
    recent = Recent()
    assert not recent.has("a", None)
    recent.put("a", None)
    assert recent.has("a", None) and not recent.has("a", 0)


def test_the_least_recently_used_value_goes_first() -> None:
    recent = Recent()
    for number in range(MOST):
        recent.put(number, number)
    assert recent.get(0, lambda: -1) == 0
    recent.put(MOST, MOST)
    assert recent.get(0, lambda: -1) == 0
    assert recent.get(1, lambda: -1) == -1
