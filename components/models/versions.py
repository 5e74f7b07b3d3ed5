"""Versions of a trained model: comparison on held-out segments, choice, deletion, next version."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from components import dialogs
from components.figures import graph
from components.figures.version_scores import version_scores, version_words
from components.ids import TrainIds, model_tool, train_tool, version_choice
from components.models.parts import section
from components.models.train_result import interval, two, warning
from components.parts import icon, icon_button
from services.training import versions as comparison
from services.wording import counted

HEAD = ("Version", "Name", "Labels", "Files", "Macro-F1", "Segment F1", "Judged on", "Trained", "Chosen", "")


def versions(facts: dict[str, Any], model: str, chosen: str) -> list[Component]:
    """The section.

    Args:
        facts: from ``TrainingPage.model``.
        model: id of the shown version.
        chosen: id of the version selected next to the plot.
    """
    if not facts["improves"]:
        return []
    known = facts["versions"]
    many = len(known) > 1
    others = "" if all(one["same"] for one in known) else " Metrics on other segments are not comparable."
    words = (
        f"“The same” are the held-out segments of the newest version.{others}"
        if many
        else "Add labels or decisions, then improve it: the next version is evaluated on the same segments."
    )
    improve = dbc.Button(
        [icon("mortarboard"), "Improve"],
        id=train_tool("improve", model),
        size="sm",
        n_clicks=0,
        title="Train the next version from the current labels",
    )
    table = [html.Div(_table(known, model, chosen), className="overflow-x-auto")] if many else []
    foot = html.Div(
        [html.Span(words), improve],
        className="mt-2 d-flex align-items-center justify-content-between gap-3",
    )
    return [section("Versions", *table, *comparison_figure(known), foot)]


def comparison_figure(known: list[dict[str, Any]]) -> list[Component]:
    """Learning curve over versions, with the gain of the last one; nothing for fewer than two evaluated versions."""
    found = comparison.judged(known)
    if not found:
        return []
    shown = [
        graph(version_scores(found), version_words(found)),
        html.P(comparison.verdict(found), className="m-0"),
    ]
    return [html.Div(shown, className="tm-versions small text-body-secondary")]


def _table(known: Sequence[dict[str, Any]], model: str, chosen: str) -> Component:
    head = html.Thead(html.Tr([html.Th(title, scope="col") for title in HEAD]))
    body = html.Tbody([_row(one, model, chosen) for one in known])
    return html.Table(
        [html.Caption("Newest last"), head, body],
        className="tm-numbers tm-ruled mb-3 tm-fine tm-train-versions",
    )


def _row(one: dict[str, Any], model: str, chosen: str) -> Component:
    around = interval(one)
    made = datetime.fromisoformat(one["created_at"])
    mark = dbc.RadioButton(
        id=version_choice(one["id"]),
        name="chosen-version",
        value=one["id"] == chosen,
        label=html.Span(f"Label with {one['name']}", className="visually-hidden"),
        class_name="d-inline-block p-0 m-0",
        input_class_name="float-none m-0",
    )
    cells: list[Any] = [
        _link(one, model),
        f"{one['labels']:,}",
        f"{one['files']:,}",
        f"{two(one['f1'])}{f' ({around})' if around else ''}",
        two(one["segment_f1"]),
        "the same" if one["same"] else "others",
        f"{made.day} {made:%b %Y}",
        html.Span(mark, title="Selected next to the plot"),
        icon_button(model_tool("delete", one["id"], "versions"), "trash", f"Delete {one['name']}"),
    ]
    return html.Tr([html.Th(str(one["version"]), scope="row"), *map(html.Td, cells)])


def _link(one: dict[str, Any], model: str) -> Component:
    if one["id"] == model:
        return html.B(one["name"])
    return dbc.Button(
        one["name"],
        id=train_tool("version", one["id"]),
        size="sm",
        color="link",
        n_clicks=0,
        class_name="p-0",
    )


def improvement(found: dict[str, Any], model: str, name: str) -> Component:
    """Content of the dialog that trains the next version; ``found`` from ``TrainingPage.improvement``."""
    title = f"Improve “{name}”"
    if found["reason"]:
        return dialogs.form(TrainIds.IMPROVE, title, [html.P(found["reason"])])
    segments = ", ".join(f"{count:,} {label}" for label, count in found["marked"].items())
    last = found["versions"][-1]["version"]
    fresh = counted(found["fresh"], "label or decision is", "labels and decisions are")
    files = counted(len(found["recordings"]), "file")
    body = [
        html.P(
            f"Version {last + 1} is trained on {segments} in {files}, with the same recipe. "
            f"{fresh} new since version {last}."
        ),
        html.P(
            "It is evaluated on the same held-out segments, if they still exist. Earlier versions are kept."
        ),
        *[warning(words) for words in found["warnings"]],
    ]
    return dialogs.form(TrainIds.IMPROVE, title, body, f"Train version {last + 1}", {"model": model})
