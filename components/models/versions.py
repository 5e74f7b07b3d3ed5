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
    version_list = facts["versions"]
    many = len(version_list) > 1
    others = (
        ""
        if all(version["same"] for version in version_list)
        else " Metrics on other segments are not comparable."
    )
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
    table = [html.Div(_table(version_list, model, chosen), className="overflow-x-auto")] if many else []
    foot = html.Div(
        [html.Span(words), improve],
        className="mt-2 d-flex align-items-center justify-content-between gap-3",
    )
    return [section("Versions", *table, *comparison_figure(version_list), foot)]


def comparison_figure(version_list: list[dict[str, Any]]) -> list[Component]:
    """Learning curve over versions, with the gain of the last one; nothing for fewer than two evaluated versions."""
    judged = comparison.judged(version_list)
    if not judged:
        return []
    shown = [
        graph(version_scores(judged), version_words(judged)),
        html.P(comparison.verdict(judged), className="m-0"),
    ]
    return [html.Div(shown, className="tm-versions small text-body-secondary")]


def _table(version_list: Sequence[dict[str, Any]], model: str, chosen: str) -> Component:
    head = html.Thead(html.Tr([html.Th(title, scope="col") for title in HEAD]))
    body = html.Tbody([_row(version, model, chosen) for version in version_list])
    return html.Table(
        [html.Caption("Newest last"), head, body],
        className="tm-numbers tm-ruled mb-3 tm-fine tm-train-versions",
    )


def _row(version: dict[str, Any], model: str, chosen: str) -> Component:
    around = interval(version)
    made = datetime.fromisoformat(version["created_at"])
    mark = dbc.RadioButton(
        id=version_choice(version["id"]),
        name="chosen-version",
        value=version["id"] == chosen,
        label=html.Span(f"Label with {version['name']}", className="visually-hidden"),
        class_name="d-inline-block p-0 m-0",
        input_class_name="float-none m-0",
    )
    cells: list[Any] = [
        _link(version, model),
        f"{version['labels']:,}",
        f"{version['files']:,}",
        f"{two(version['f1'])}{f' ({around})' if around else ''}",
        two(version["segment_f1"]),
        "the same" if version["same"] else "others",
        f"{made.day} {made:%b %Y}",
        html.Span(mark, title="Selected next to the plot"),
        icon_button(model_tool("delete", version["id"], "versions"), "trash", f"Delete {version['name']}"),
    ]
    return html.Tr([html.Th(str(version["version"]), scope="row"), *map(html.Td, cells)])


def _link(version: dict[str, Any], model: str) -> Component:
    if version["id"] == model:
        return html.B(version["name"])
    return dbc.Button(
        version["name"],
        id=train_tool("version", version["id"]),
        size="sm",
        color="link",
        n_clicks=0,
        class_name="p-0",
    )


def improvement(state: dict[str, Any], model: str, name: str) -> Component:
    """Content of the dialog that trains the next version; ``state`` from ``TrainingPage.improvement``."""
    title = f"Improve “{name}”"
    if state["reason"]:
        return dialogs.form(TrainIds.IMPROVE, title, [html.P(state["reason"])])
    segments = ", ".join(f"{count:,} {label}" for label, count in state["marked"].items())
    last = state["versions"][-1]["version"]
    fresh = counted(state["fresh"], "label or decision is", "labels and decisions are")
    files = counted(len(state["recordings"]), "file")
    body = [
        html.P(
            f"Version {last + 1} is trained on {segments} in {files}, with the same recipe. "
            f"{fresh} new since version {last}."
        ),
        html.P(
            "It is evaluated on the same held-out segments, if they still exist. Earlier versions are kept."
        ),
        *[warning(words) for words in state["warnings"]],
    ]
    return dialogs.form(TrainIds.IMPROVE, title, body, f"Train version {last + 1}", {"model": model})
