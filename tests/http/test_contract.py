"""Contracts of callbacks, pages and routes, read from the application."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dash
import dash_bootstrap_components as dbc
import pytest
from dash import Dash, dcc, html
from dash.development.base_component import Component
from flask.testing import FlaskClient

from app import create_app
from components import (
    autolabel_dialogs,
    class_dialogs,
    dialogs,
    ids,
    import_dialog,
    job_status,
    jobs_strip,
    outputs_page,
    upload_dialog,
)
from components.bundles import ASSETS
from components.channel_look import first_look
from components.details import reading_state
from components.files import dialogs as file_dialogs
from components.files import menu
from components.ids import ClassesIds, LabelIds, SentIds
from components.keys_shown import parts
from components.label import autolabel as label_autolabel
from components.label import channels, decide, go_to, history, layers, save_form, save_results, selection
from components.label.page import deleted, made_later
from components.models import detail as models_detail
from components.models import form as models_form
from components.models import model_list, train_form, train_progress
from components.models.versions import improvement, versions
from components.reading_controls import unit_fields
from components.recording import remedy_buttons
from services.annotations.history import RestoreEffect
from services.annotations.layers import Layers
from services.inference import AutolabelChoices
from services.label_import.matching import ImportTarget
from services.label_import.placing import PlacementResult
from services.label_import.report import FileReport, LineReport
from services.label_import.sent_files import LabelFileDetail, SentFile, SentList
from services.outputs.save_all import SaveAllState
from services.outputs.saved_files import OutputFile, SavedState
from services.recordings.rereading import ASKS, WORKING, RereadState
from services.recordings.trash import Trashed
from services.timeseries import ChannelInfo
from services.training.form import FormValues, offer
from services.uploads.rows import Totals
from services.web.container import Services
from tests.file_lists import NOW, file_list
from tests.support import SAMPLES, includes, prop
from tests.unit import models_shown, training_shown

CHOICES = training_shown.choices()
IMPROVES = {"marked": {"P": 3}, "versions": [{"version": 1}], "fresh": 2, "recordings": [1], "warnings": []}
MODELS_STATE = models_shown.state(models_shown.model())

FILES = file_list("a.csv")
SET = {"id": 1, "name": "Labels", "classes": 2, "labels": 3}
CLASS = {"id": 1, "name": "P", "color": "#d604a2", "hotkey": "1", "index": 0, "exclusive": False, "labels": 3}
CLASS |= {"files": 1}
STATE = {
    "sets": [SET],
    "set": 1,
    "classes": [CLASS, CLASS | {"id": 2, "name": "Q"}],
    "others": [],
    "folders": [],
}
STEP = {"kind": "added", "name": "P", "color": "red", "index": 1, "words": "new"}
PLAN = {"steps": [STEP], "clashes": ["One."], "refused": ["Line 3: no."]}

LEADS = [ChannelInfo("I", "mV", "float64", 0, 0.0, 1.0)]
FIXED = first_look(LEADS) | {"channels": {"0": {"y": [-1, 1]}}}  # a channel with a fixed range

REFUSED = {"uuid": "1", "recording": 1, "reason": "Changed.", "at": ""}
REFUSED |= {"command": {"kind": "move", "ids": ["a"], "x0": 2}, "was": [{"label": "A", "startText": "1"}]}

OUTLOOK = RestoreEffect(revision=1, back=1, removed=1, changed=0, suggestions=1, others=1)

FIT = {
    "fits": True,
    "reason": "It does not fit.",
    "choose": True,
    "may_miss": True,
    "warnings": [],
    "channels": [0],
    "names": ["v", "w"],
    "features": ["v"],
    "model": "1",
    "model_name": "Trend",
    "recording": 1,
}

REPORT = FileReport(
    "a.csv",
    ImportTarget(1, "a.csv"),
    "by name",
    lines=[LineReport(2, PlacementResult.MOVED, "1", "2", "P", "moved")],
)
LABELS = SentFile("k", "a.csv", "checked", LabelFileDetail(report=REPORT.to_json()))
UNPLACED = SentFile(
    "l", "b.csv", "checked", LabelFileDetail(report=FileReport("b.csv", reason="no recording").to_json())
)
UNCLEAR = SentFile(
    "m",
    "c.csv",
    "checked",
    LabelFileDetail(report=FileReport("c.csv", candidates=(ImportTarget(1, "c.csv"),)).to_json()),
)

# Functions that create components outside the initial layout, such as the content of a dialog.
LATE: list[Callable[[], Any]] = [
    lambda: dialogs.form("example", "A dialog that can only be closed", []),
    lambda: menu.menu(FILES, menu.target_of(FILES, "f1", None), {"x": 0, "y": 0}),
    lambda: file_dialogs.rename_form(FILES, menu.target_of(FILES, "f1", None)),
    lambda: file_dialogs.move_form(FILES, menu.target_of(FILES, "f1", None)),
    lambda: file_dialogs.delete_form(FILES, menu.target_of(FILES, "f1", None)),
    lambda: file_dialogs.purge_form([]),
    lambda: file_dialogs.assign_form([FILES.files[0]], ["Ann"]),
    lambda: reading_state(RereadState(WORKING)),
    lambda: reading_state(RereadState(ASKS)),
    lambda: remedy_buttons(["Day first"], "line"),
    lambda: unit_fields({"v": "mV"}),
    lambda: unit_fields({"v": "mV"}, SentIds),
    lambda: deleted(Trashed(1, "a.csv", 3, 9, 0, NOW, 30)),
    lambda: class_dialogs.ask_name(
        ClassesIds.DIALOG, "Rename", "Old", "Rename", {"do": "rename-set", "set": 1}
    ),
    lambda: class_dialogs.delete_set(ClassesIds.DIALOG, {**SET, "labels": 0}),
    lambda: class_dialogs.edit_class(ClassesIds.DIALOG, CLASS, STATE),
    lambda: class_dialogs.edit_class(LabelIds.CLASS_DIALOG, CLASS, STATE),
    lambda: class_dialogs.remove_class(ClassesIds.DIALOG, CLASS, STATE, merging=True),
    made_later,
    lambda: history.refused([REFUSED], str),
    lambda: history.confirm("saved", OUTLOOK, {}),
    lambda: outputs_page.confirm_delete([OutputFile(1, "a.csv", SavedState.SAVED, 1)]),
    lambda: save_form.question(["Ann", "Bo"], {}, LabelIds.SAVE_REQUEST),
    lambda: save_results.contents(SaveAllState("1", True, 0.5, "a.csv", [], "")),
    lambda: class_dialogs.import_plan(ClassesIds.DIALOG, "a.csv", PLAN, {"do": "import"}),
    lambda: model_list.rows([models_shown.model()], ["Beats"], ""),
    lambda: list(models_detail.parts(models_shown.model(), MODELS_STATE).values()),
    lambda: list(
        models_detail.parts(models_shown.model(classes=models_shown.classes(120)), MODELS_STATE).values()
    ),
    lambda: train_form.train_form(CHOICES, offer(CHOICES, CHOICES.files), FormValues(), "P QRS"),
    lambda: [
        train_progress.training(training_shown.job(), []),
        train_progress.rows([training_shown.job()], ""),
    ],
    lambda: train_progress.training(training_shown.job("failed", error="No room."), []),
    lambda: train_progress.training(None, []),
    lambda: job_status.tool(training_shown.job()),
    lambda: job_status.tool({**training_shown.job("failed"), "kind": "autolabel"}),
    lambda: versions(training_shown.trained(), "v2", "v1"),
    lambda: improvement({**IMPROVES, "reason": ""}, "m", "Waves"),
    lambda: models_detail.empty([]),
    lambda: models_detail.notes([{"id": "1", "sentence": "It is a text file.", "lost": False}]),
    lambda: models_form.describe_form(models_shown.model()),
    lambda: models_form.delete_form(models_shown.model()),
    models_form.add_form,
    lambda: autolabel_dialogs.options_form(AutolabelChoices(), FIT),
    lambda: autolabel_dialogs.channels_form(FIT),
    lambda: autolabel_dialogs.replace_form({"model": "1", "recording": 1, "span": None}, 2),
    lambda: autolabel_dialogs.files_form([1, 2], [models_shown.row()], None, AutolabelChoices()),
    lambda: label_autolabel.fit_parts({**FIT, "fits": False}, AutolabelChoices())[2],
    lambda: label_autolabel.fit_parts({**FIT, "model_name": "m", "correct": True}, AutolabelChoices())[2],
    lambda: jobs_strip.rows(
        {"jobs": [job("running"), job("queued"), job("failed")], "counts": {"failed": 9}}
    ),
    lambda: upload_dialog.questions(Totals({"same name": 2, "in the trash": 2})),
    lambda: upload_dialog.filters(Totals({"added": 2, "refused": 2}), "all"),
    lambda: import_dialog.filters(SentList([LABELS, UNPLACED, UNCLEAR], []), "all"),
    lambda: import_dialog.rows(SentList([LABELS, UNPLACED, UNCLEAR], []), "all"),
    lambda: import_dialog.inside(LABELS),
    lambda: decide.confirm(3, ""),
    lambda: selection.note_form({"count": 2, "note": None}),
    lambda: go_to.content([], "A time.", {"middle": "1"}),
    lambda: selection.scope_list(["I"], None, marks=True),
    lambda: layers.layers_form(1, Layers("Ann"), {"Ann": 1, "Bo": 2}),
    lambda: channels.panel(1, first_look(LEADS), LEADS, timed=True),
    lambda: channels.details(1, first_look(LEADS), LEADS, 0),
    lambda: channels.details(1, FIXED, LEADS, 0),
]


def job(state: str) -> dict[str, Any]:
    """A job as the list of jobs shows it."""
    more = {"progress": 0.5, "message": "", "error": "It failed.", "result": None, "before": 1}
    return {"id": state, "kind": "train", "state": state, "recording": 1, "about": {"title": "Train"}, **more}


# An output that two callbacks write, and why.
SHARED: dict[str, str] = {}  # property → why it has two
COMPONENTS = ASSETS.parent
OURS = [*ASSETS.glob("*.js"), *COMPONENTS.glob("*/*.js"), *COMPONENTS.glob("*/modules/*.mjs")]
SCRIPTS = "\n".join(path.read_text(encoding="utf-8") for path in OURS)


@pytest.fixture
def application(services: Services) -> Dash:
    """The application with one recording."""
    list(services.uploads.import_paths([SAMPLES / "ecg" / "ludb_001.csv"]))
    return create_app(services.settings, services)


@pytest.fixture
def visitor(application: Dash) -> FlaskClient:
    return application.server.test_client()


@pytest.fixture
def callbacks(visitor: FlaskClient) -> list[dict[str, Any]]:
    """Every callback as the browser learns of it."""
    return list(visitor.get("/_dash-dependencies").get_json())


@pytest.fixture
def late() -> list[list[Component]]:
    """The components that each function of LATE makes."""
    return [list(parts(make())) for make in LATE]


@pytest.fixture
def layouts(application: Dash) -> dict[str, list[Component]]:
    """All components of the shell, and of each page by its URL."""
    found = {"shell": list(parts(application.layout()))}
    for page in dash.page_registry.values():
        values = {"recording": "1"} if page["path_template"] else {}
        layout = page["layout"](**values) if callable(page["layout"]) else page["layout"]
        found[page["path_template"] or page["path"]] = list(parts(layout))
    return found


def identities(components: list[Component]) -> list[str]:
    return [identity(component) for component in components if getattr(component, "id", None)]


def identity(component: Component) -> str:
    """Its id as Dash writes it in the names of properties."""
    return prop(component.id, "").removesuffix(".")


def outputs(callback: dict[str, Any]) -> list[str]:
    """Its outputs as ``id.property``; a callback without output has a generated name without a dot."""
    text = callback["output"].removeprefix("..").removesuffix("..")
    return [re.sub(r"@.*", "", part) for part in text.split("...") if "." in part]


def sources(callback: dict[str, Any]) -> list[str]:
    return [f"{item['id']}.{item['property']}" for item in [*callback["inputs"], *callback["state"]]]


def test_every_id_a_callback_names_is_on_a_page_or_in_the_shell(
    callbacks: list[dict[str, Any]], layouts: dict[str, list[Component]], late: list[list[Component]]
) -> None:
    there = {name for components in [*layouts.values(), *late] for name in identities(components)}
    there |= {"_pages_location", "_pages_content", "_pages_store", "_pages_dummy"}  # Dash's own
    named = {
        name.rpartition(".")[0] for callback in callbacks for name in [*outputs(callback), *sources(callback)]
    }
    assert (
        sorted(name for name in named if not any(includes(name, label_class) for label_class in there)) == []
    )


def test_every_property_a_callback_names_exists_on_its_component(
    callbacks: list[dict[str, Any]], layouts: dict[str, list[Component]], late: list[list[Component]]
) -> None:
    named = [c for components in [*layouts.values(), *late] for c in components if getattr(c, "id", None)]
    by_id = {identity(component): component for component in named}
    names = {name for callback in callbacks for name in [*outputs(callback), *sources(callback)]}
    wrong = []
    for name in names:
        identified, _, prop = name.rpartition(".")
        meant = [component for known, component in by_id.items() if includes(identified, known)]
        if meant and not any(
            has_property(component, prop) for component in meant
        ):  # with ALL some may lack it
            wrong.append(name)
    assert sorted(wrong) == []


def has_property(component: Component, name: str) -> bool:
    wildcards = getattr(component, "_valid_wildcard_attributes", [])
    return name in component._prop_names or name.startswith(tuple(wildcards))


def test_ids_are_unique_on_each_screen(layouts: dict[str, list[Component]]) -> None:
    shell = identities(layouts["shell"])
    for url, components in layouts.items():
        seen = shell if url == "shell" else [*shell, *identities(components)]
        assert sorted({name for name in seen if seen.count(name) > 1}) == [], url


def test_ids_are_unique_in_components_created_later(late: list[list[Component]]) -> None:
    for components in late:
        seen = identities(components)
        assert sorted({name for name in seen if seen.count(name) > 1}) == []


def test_every_id_we_name_is_somewhere(
    layouts: dict[str, list[Component]], late: list[list[Component]]
) -> None:
    there = {name for components in [*layouts.values(), *late] for name in identities(components)}
    named = {str(value) for name in vars(ids) if name.endswith("Ids") for value in getattr(ids, name)}
    assert sorted(name for name in named - there if f'"{name}"' not in SCRIPTS) == []


def test_every_button_does_something(
    callbacks: list[dict[str, Any]], layouts: dict[str, list[Component]], late: list[list[Component]]
) -> None:
    heard = heard_by(callbacks, "n_clicks")
    for url, components in [*layouts.items(), *(("late", components) for components in late)]:
        choosers = [
            part for component in components if isinstance(component, dcc.Upload) for part in parts(component)
        ]
        for button in components:
            if not isinstance(button, html.Button | dbc.Button) or getattr(button, "type", "") == "submit":
                continue
            if button in choosers:
                continue
            wired = getattr(button, "id", None) and any(includes(name, identity(button)) for name in heard)
            wired = wired or any(
                name in SCRIPTS for name in button.to_plotly_json()["props"] if name.startswith("data-")
            )
            assert wired, f"{url}: nothing listens to {button}"


def test_every_form_that_is_made_later_is_sent_somewhere(
    callbacks: list[dict[str, Any]], late: list[list[Component]]
) -> None:
    heard = heard_by(callbacks, "n_submit")
    for components in late:
        sends = any(getattr(button, "type", "") == "submit" for button in components)
        for form in components:
            if sends and isinstance(form, dbc.Form) and getattr(form, "id", None):
                assert any(includes(name, identity(form)) for name in heard), form


def heard_by(callbacks: list[dict[str, Any]], property_name: str) -> set[str]:
    """Ids of the inputs of a callback."""
    names = {name for callback in callbacks for name in inputs(callback)}
    return {name.rpartition(".")[0] for name in names if name.endswith(f".{property_name}")}


def inputs(callback: dict[str, Any]) -> list[str]:
    return [f"{item['id']}.{item['property']}" for item in callback["inputs"]]


def test_every_button_has_a_name_to_read_out(
    layouts: dict[str, list[Component]], late: list[list[Component]]
) -> None:
    for components in [*layouts.values(), *late]:
        for button in components:
            if (
                isinstance(button, html.Button | dbc.Button)
                and getattr(button, "id", None) != ids.UploadIds.INDICATOR
            ):
                props = button.to_plotly_json()["props"]
                assert props.get("aria-label") or text_of(button), button


def text_of(component: Any) -> str:
    if isinstance(component, str):
        return component
    if isinstance(component, list | tuple):
        return "".join(map(text_of, component))
    return text_of(component.children) if getattr(component, "children", None) is not None else ""


def test_every_callback_has_a_parameter_for_each_of_its_inputs(application: Dash) -> None:
    failed = []
    for name, callback in application.callback_map.items():
        if "callback" in callback:  # else it is a function of a script
            given = callback["inputs_state_indices"]
            progress = [None] if (callback.get("background") or {}).get("progress") else []
            signature = inspect.signature(callback["callback"])
            try:
                if isinstance(given, dict):
                    signature.bind(*progress, **given)
                else:
                    signature.bind(*progress, *(given if isinstance(given, list | tuple) else [given]))
            except TypeError as error:
                failed.append(f"{name}: {error}")
    assert failed == []


def test_no_two_callbacks_without_output_listen_to_the_same(callbacks: list[dict[str, Any]]) -> None:
    """Dash names such a callback by its inputs alone: the second would silently take the place of the first."""
    names = [callback["output"] for callback in callbacks]
    twice = {name for name in names if names.count(name) > 1}
    assert [inputs(callback) for callback in callbacks if callback["output"] in twice] == []


def test_no_callback_has_one_wildcard_as_its_output(callbacks: list[dict[str, Any]]) -> None:
    """Dash answers an error in such a callback with status 500, even if ``on_error`` words it: its output is a list."""
    names = [callback["output"] for callback in callbacks if callback["clientside_function"] is None]
    assert [name for name in names if '["ALL"]' in name and not name.startswith("..")] == []


def test_each_property_has_one_owner(callbacks: list[dict[str, Any]]) -> None:
    written = [name for callback in callbacks for name in outputs(callback)]
    twice = {name for name in written if written.count(name) > 1}
    assert sorted(twice) == sorted(SHARED)


def test_figures_never_travel_up(callbacks: list[dict[str, Any]]) -> None:
    assert [name for callback in callbacks for name in sources(callback) if name.endswith(".figure")] == []


def test_every_script_function_a_callback_names_is_defined(callbacks: list[dict[str, Any]]) -> None:
    named = {
        callback["clientside_function"]["function_name"]
        for callback in callbacks
        if callback["clientside_function"]
    }
    ours = {name for name in named if not name.startswith("_dash") and len(name) < 40}
    assert sorted(name for name in ours if not re.search(rf"\b{name}\b", SCRIPTS)) == []


def test_the_first_page_loads_nothing_from_elsewhere(visitor: FlaskClient) -> None:
    answer = visitor.get("/", follow_redirects=True)
    text = answer.get_data(as_text=True)
    assert re.findall(r"""(?:src|href)=["']((?:https?:)?//[^"']+)""", text) == []
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "unsafe-eval" not in answer.headers["Content-Security-Policy"]


def test_everything_the_first_page_loads_is_there(visitor: FlaskClient) -> None:
    text = visitor.get("/", follow_redirects=True).get_data(as_text=True)
    expected = re.findall(r"""(?:src|href)=["'](/[^"']+)""", text)
    assert len(expected) > 15
    assert [url for url in expected if visitor.get(url, buffered=True).status_code != 200] == []


def routes(application: Dash) -> list[tuple[str, str]]:
    """Every method and URL, with 1 or ``x`` for parameters."""
    found = []
    for rule in application.server.url_map.iter_rules():
        url = re.sub(r"<(\w+:)?\w+>", lambda match: "1" if match[1] == "int:" else "x", str(rule.rule))
        found += [(method, url) for method in sorted(rule.methods or ())]
    return found


def test_no_changing_route_accepts_requests_of_other_sites(application: Dash, visitor: FlaskClient) -> None:
    changing = [
        (method, url) for method, url in routes(application) if method not in {"GET", "HEAD", "OPTIONS"}
    ]
    assert len(changing) >= 3
    for method, url in changing:
        for headers in (
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Origin": "http://evil"},
        ):
            assert visitor.open(url, method=method, headers=headers).status_code == 403, (
                method,
                url,
                headers,
            )


def test_no_route_answers_under_the_name_of_a_stranger(application: Dash, visitor: FlaskClient) -> None:
    for method, url in routes(application):
        answer = visitor.open(url, method=method, headers={"Host": "evil.example"})
        assert answer.status_code == 400, (method, url)


def test_every_route_answers_nonsense_in_words(application: Dash, visitor: FlaskClient) -> None:
    wrong = []
    for method, url in routes(application):
        answer = visitor.open(url, method=method, data=b"\0{", headers={"Content-Type": "application/json"})
        text = answer.get_data().decode(errors="replace")
        if answer.status_code >= 500 or "Traceback" in text:
            wrong.append((method, url, answer.status_code, text[:200]))
    assert wrong == []


def test_dash_offers_no_callbacks_to_programs(application: Dash) -> None:
    assert [url for _method, url in routes(application) if "mcp" in url] == []


def test_a_second_application_in_one_process_has_all_callbacks_too(
    services: Services, application: Dash, tmp_path: Path
) -> None:
    second = create_app(services.settings, services)
    first_names = application.server.test_client().get("/_dash-dependencies").get_json()
    second_names = second.server.test_client().get("/_dash-dependencies").get_json()
    assert len(first_names) == len(second_names) > 10
