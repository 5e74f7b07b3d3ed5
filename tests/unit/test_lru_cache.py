"""LRU cache in memory."""

from __future__ import annotations

from services.storage.lru_cache import MOST, LruCache


def test_a_value_is_computed_once_for_each_key() -> None:
    cache, calls = LruCache(), iter(range(10))
    assert [cache.get(key, lambda: next(calls)) for key in ("a", "a", "b", "a")] == [0, 0, 1, 0]


def test_a_stored_none_is_not_a_missing_value() -> None:
    cache = LruCache()
    assert not cache.has("a", None)
    cache.put("a", None)
    assert cache.has("a", None) and not cache.has("a", 0)


def test_the_least_recently_used_value_is_removed_first() -> None:
    cache = LruCache()
    for number in range(MOST):
        cache.put(number, number)
    assert cache.get(0, lambda: -1) == 0
    cache.put(MOST, MOST)
    assert cache.get(0, lambda: -1) == 0
    assert cache.get(1, lambda: -1) == -1
