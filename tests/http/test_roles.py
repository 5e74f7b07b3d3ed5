"""Buttons that need a role are disabled for other users, with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from callbacks.access import ROLES, name_of
from components.ids import ClassesIds, FilesIds, LabelIds, ModelIds, OutputsIds, ShellIds, model_tool
from components.keys_shown import parts
from components.label import class_list
from components.models.detail import empty
from components.models.detail import parts as detail_parts
from components.outputs_page import outputs_page
from components.roles import NEEDS, for_role, reason
from pages.classes import layout as classes_layout
from pages.files import layout as files_layout
from services.accounts import acting
from services.accounts.model import GIVEN, Role, User
from services.web.container import Services
from tests.http.test_access import Team, team_in
from tests.support import fire
from tests.unit import models_shown

MODEL = models_shown.model()


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    yield from team_in(Path(tmp_path_factory.mktemp("roles")))


def disabled(component: Any) -> dict[str, str]:
    """Tooltips of buttons that are disabled for the role, by id."""
    return {
        str(part.id): part.title
        for part in parts(component)
        if getattr(part, "disabled", False) and str(getattr(part, "title", "")).startswith("Needs")
    }


@pytest.mark.parametrize(
    ("layout", "buttons"),
    [
        (files_layout, {FilesIds.PURGE}),
        (lambda: for_role(outputs_page(None), acting.user().role), {OutputsIds.DELETE}),
        (classes_layout, {one for one in NEEDS if one in list(ClassesIds)}),
    ],
)
def test_each_role_sees_the_buttons_disabled_that_need_a_higher_one(layout: Any, buttons: set[str]) -> None:
    for role in GIVEN:
        with acting.on_behalf_of(User(1, "Ann", role)):
            found = disabled(layout())
        assert found == {button: reason(NEEDS[button]) for button in buttons if NEEDS[button] > role}, role


def test_tools_of_a_model_are_for_admins() -> None:
    def made() -> list[Any]:
        return [*detail_parts(MODEL, models_shown.state(MODEL)).values(), empty([])]

    found = disabled(for_role(made(), Role.REVIEWER))
    tools = [str(model_tool(action, MODEL["id"])) for action in ("describe", "delete")]
    assert set(found.values()) == {reason(Role.ADMIN)}
    assert {*tools, str(model_tool("add"))} <= set(found)
    assert disabled(for_role(made(), Role.ADMIN)) == {}


def test_buttons_need_the_role_of_their_callbacks(team: Team) -> None:
    needed: dict[str, Role] = {}
    for output, callback in team.app.callback_map.items():
        for item in callback["inputs"]:
            if item["property"] == "n_clicks" and item["id"] in NEEDS:
                needed[item["id"]] = ROLES[name_of(output, callback)]
    assert needed == {str(one): role for one, role in NEEDS.items()}


def test_a_choice_of_rows_does_not_enable_what_needs_a_role(team: Team) -> None:
    def purge(role: Role) -> bool:
        client = team.logged_in(role)
        answer = fire(client, f"{FilesIds.TRASH_CHOSEN}.data", [1], output=FilesIds.TRASH_TALLY)
        return bool(answer.values[f"{FilesIds.PURGE}.disabled"])

    assert [purge(role) for role in GIVEN] == [True, True, False]
    assert ModelIds.ADD in NEEDS


def test_buttons_and_cells_of_classes_are_for_those_who_may_change_classes(team: Team) -> None:
    services: Services = team.services
    services.label_class_desk.run({"do": "add", "set": 1, "name": "QRS"})
    services.label_class_desk.run({"do": "add", "set": 1, "name": "T"})
    rows, folders = f"{ClassesIds.LIST}.rowData", f"{ClassesIds.FOLDERS}.rowData"
    for role in GIVEN:
        shown = {f"{ClassesIds.SHOWN}.data": {"set": 1}}
        answer = fire(team.logged_in(role), f"{ShellIds.CLASSES_VERSION}.data", "1", output=rows, **shown)
        first, second = (row for row in answer.values[rows] if row["class"])
        may = role >= Role.REVIEWER
        assert [tool[1]["disabled"] for tool in first["tools"][2:]] == [not may or at == 0 for at in range(4)]
        assert second["color"][1]["title"] == ("Colour of “T”" if may else reason(Role.REVIEWER))
        assert [bool(row.get("fixed")) for row in (first, *answer.values[folders])] == [not may] * 2


def test_the_button_that_changes_a_class_is_drawn_for_those_who_may(team: Team) -> None:
    one = {"id": 1, "set": 1, "name": "P", "color": "red", "hotkey": "1", "labels": 3}
    state = {"set": 1, "folder": "", "sets": [{"id": 1, "name": "Labels"}], "classes": [one]}
    for may_edit in (False, True):
        (row,) = class_list.contents(state, [], may_edit)[0]
        assert (str(row).count("'do': 'edit'"), str(row).count("'menu': 'edit'")) == (may_edit, may_edit)
    team.services.label_class_desk.run({"do": "add", "set": 1, "name": "ST"})
    pressed, opened = f"{LabelIds.CLASS_GRID}.eventData", f"{LabelIds.CLASS_DIALOG}.is_open"
    for role in GIVEN:  # by a right click on the class
        answer = fire(team.logged_in(role), pressed, {"data": {"rowId": "c1", "value": {"do": "edit"}}})
        assert answer.values.get(opened, False) == (role >= Role.REVIEWER), role
