"""Details of a model on the Models page, in sections; the class mapping is in ``class_mapping``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from components.ids import ModelsIds, model_tool
from components.models.class_mapping import class_mapping
from components.models.parts import figure, section
from components.parts import EMPTY, FACTS, aria, icon, icon_button, terms
from components.urls import model_file
from components.words import day, file_size, percent
from services.wording import counted

DECISIONS = (
    ("accepted", "Accepted unchanged"),
    ("edited", "Accepted after an edit"),
    ("rejected", "Rejected"),
    ("open", "Not decided yet"),
)
ORIGINS = {"upload": "Added", "list": "From the list of the old tool", "trained": "Trained here"}


def parts(model: dict[str, Any] | None, state: dict[str, Any], all_classes: bool = False) -> dict[str, Any]:
    """Content of each part of the page for a model, by the id of the part.

    Args:
        model: a model of ``state`` (``ModelView.state``); None without models.
        all_classes: show all classes, also of a model with many.
    """
    if model is None:
        nothing: list[Component] = []
        return {
            ModelsIds.HEAD: empty(state["looking"]),
            **dict.fromkeys((ModelsIds.USE, ModelsIds.CLASSES, ModelsIds.FACTS), nothing),
        }
    return {
        ModelsIds.HEAD: _head(model),
        ModelsIds.USE: _use(model["counts"]),
        ModelsIds.CLASSES: class_mapping(model, state, all_classes),
        ModelsIds.FACTS: [_facts(model), *_measured(model)],
    }


def empty(looking: Sequence[str]) -> Component:
    """Content of the page without models."""
    words = (
        "Those of the old list are being inspected."
        if looking
        else "A model suggests segments for your review."
    )
    return html.Div(
        [
            icon("cpu"),
            html.H2("No model yet", className="fs-5 text-body m-0"),
            html.P(words, className="m-0"),
            html.P(
                "Add a checkpoint, a .pth, .pt or .ckpt file, or train one from your labels.", className="m-0"
            ),
            html.Div(
                [
                    _button("add", "plus-lg", "Add a model", color="primary"),
                    _button("train", "mortarboard", "Train a model", color="primary", outline=True),
                ],
                className="tm-models-new d-flex gap-2",
            ),
        ],
        className=EMPTY,
    )


def notes(model_notes: Sequence[dict[str, Any]]) -> list[Component]:
    """Entries of the old tool's list that could not be imported."""
    if not model_notes:
        return []
    many = f"{len(model_notes)} models of the old list could not be taken"
    title = "One model of the old list could not be taken" if len(model_notes) == 1 else many
    if not all(note["lost"] for note in model_notes):
        title = counted(len(model_notes), "note on the old list", "notes on the old list")
    lines = html.Ul([html.Li(note["sentence"]) for note in model_notes], className="mt-1 mb-0 ps-3")
    read = dbc.Button(
        "Understood",
        id=model_tool("read-notes"),
        n_clicks=0,
        size="sm",
        outline=True,
        color="primary",
    )
    body = [
        icon("exclamation-triangle text-warning"),
        html.Div([html.B(title), lines], className="tm-fill text-break"),
        read,
    ]
    return [
        html.Div(
            body, className="tm-models-note d-flex align-items-start gap-2 mb-3 py-2 px-3 rounded tm-fine"
        )
    ]


def _head(model: dict[str, Any]) -> Component:
    tools = [
        icon_button(model_tool("describe", model["id"]), "pencil", "Rename and describe"),
        icon_button(model_tool("delete", model["id"]), "trash", "Delete this model"),
        html.A(
            [icon("download"), html.Span("Download")],
            href=model_file(model["id"]),
            download="",
            title="The original checkpoint",
            className="btn btn-sm btn-outline-primary ms-2",
        ),
    ]
    title = [
        html.H2(model["name"], className="fs-5 text-break"),
        html.Span(model["short_description"], className="tm-fine text-body-secondary"),
    ]
    remarks = (
        [html.P(model["remarks"], className="tm-model-status mt-2 mx-0 mb-0 text-break")]
        if model["remarks"]
        else []
    )
    return html.Header(
        [
            html.Div(title, className="overflow-hidden"),
            html.Div(tools, className="d-flex align-items-start gap-1"),
            *remarks,
        ],
        className="tm-model-head d-grid row-gap-1 column-gap-3",
    )


def _use(counts: dict[str, Any]) -> Component:
    """Decisions about its suggestions."""
    total = sum(counts[kind] for kind, _ in DECISIONS)
    if not counts["runs"] and not total:
        words = "Not used yet. Choose it next to a plot; decisions about its suggestions are counted here."
        return section("In use", html.P(words, className="tm-fine text-body-secondary"))
    precision = "–" if counts["precision"] is None else percent(counts["precision"])
    words = "Share of its decided suggestions that were accepted unchanged"
    figures = [
        figure(precision, "precision in use", title=words),
        figure(f"{counts['runs']:,}", "run" if counts["runs"] == 1 else "runs"),
        *[figure(f"{counts[kind]:,}", kind, kind, title) for kind, title in DECISIONS],
    ]
    parts = [
        html.Span(className=f"tm-decided-{kind}", style={"flexGrow": counts[kind]}) for kind, _ in DECISIONS
    ]
    bar = html.Div(parts, className="tm-decided d-flex overflow-hidden", **aria(hidden="true"))
    return section(
        "In use",
        html.Div(figures, className="tm-figures d-flex flex-wrap mb-2 text-body-secondary"),
        *([bar] if total else []),
    )


def _facts(model: dict[str, Any]) -> Component:
    rows = [
        ("Architecture", model["architecture"]),
        ("Takes", model["features"]),
        ("Before that", model["preparation"]),
        ("Sees", model["context"]),
        ("Tells apart", counted(len(model["classes"]), "class", "classes")),
        ("Origin", f"{ORIGINS.get(model['origin'], model['origin'])}, {day(model['created_at'])}"),
        ("File", f"{model['file']}, {file_size(model['size'])}"),
        ("SHA-256", _hash(model["sha256"])),
    ]
    return section("Description", html.Dl(terms(rows), className=FACTS))


def _hash(sha256: str) -> Component:
    copy: Any = {"data-copy": sha256, "data-copied": "SHA-256 copied."}
    label = "Copy the whole SHA-256"
    return html.Span(
        [
            html.Code(f"{sha256[:12]}…", title=sha256, className="text-reset"),
            html.Button(
                icon("copy"), type="button", className="tm-tool", title=label, **aria(label=label), **copy
            ),
        ],
        className="tm-hash d-inline-flex align-items-center gap-1",
    )


def _measured(model: dict[str, Any]) -> list[Component]:
    """Metrics in the metadata; results of a training here have a separate section."""
    if not model["metrics"] or model["judged"]:
        return []
    figures = [figure(metric["value"], metric["name"]) for metric in model["metrics"]]
    return [
        section(
            "Metrics in the checkpoint",
            html.Div(figures, className="tm-figures d-flex flex-wrap mb-2 text-body-secondary"),
        )
    ]


def _button(action: str, icon_name: str, text: str, **more: Any) -> Component:
    content = [icon(icon_name), html.Span(text)]
    return dbc.Button(content, id=model_tool(action), n_clicks=0, type="button", **more)
