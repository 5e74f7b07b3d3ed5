"""User preferences."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from services.accounts import acting
from services.accounts.model import LOCAL, Role, User
from services.errors import Invalid
from services.web.container import Services


def test_a_preference_is_stored_replaced_and_deleted(services: Services) -> None:
    kept = services.preferences
    assert kept.get("keys") is None
    kept.set("keys", {"fit": ["g"]})
    kept.set("keys", {"fit": ["x"]})
    kept.set("view:3f2a", [1, 2])
    assert kept.get("keys") == {"fit": ["x"]}
    assert kept.get("view:3f2a") == [1, 2]
    kept.set("keys", None)
    assert kept.get("keys") is None


@pytest.mark.parametrize("name", ["", "A", "keys:", "../x", "x" * 21, "view:" + "a" * 101, "keys\n"])
def test_a_name_that_is_none_is_refused(services: Services, name: str) -> None:
    with pytest.raises(Invalid):
        services.preferences.set(name, 1)


def test_a_value_of_any_size_is_not_kept(services: Services) -> None:
    with pytest.raises(Invalid):
        services.preferences.set("keys", "x" * 70_000)


def test_changes_that_come_at_once_are_all_kept(services: Services) -> None:
    kept = services.preferences

    def add(number: int) -> None:
        kept.change("view:x", lambda before: [*(before or []), number])

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(add, range(40)))
    assert sorted(kept.get("view:x") or []) == [*range(40)]


def test_with_accounts_keys_are_personal_and_preferences_about_files_are_shared(services: Services) -> None:
    kept = services.preferences
    kept.set("keys", {"fit": ["x"]})
    ann, bo = (User(number, name, Role.ANNOTATOR) for number, name in ((1, "Ann"), (2, "Bo")))
    try:
        acting.acts(ann)
        assert kept.get("keys") is None
        kept.set("keys", {"fit": ["a"]})
        kept.set("view:3f2a", [1])
        acting.acts(bo)
        assert kept.get("keys") is None and kept.get("view:3f2a") == [1]
        kept.set("keys", {"fit": ["b"]})
        acting.acts(ann)
        assert kept.get("keys") == {"fit": ["a"]}
    finally:
        acting.acts(LOCAL)
    assert kept.get("keys") == {"fit": ["x"]}
