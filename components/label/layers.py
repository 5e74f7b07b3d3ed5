"""Layers on the label page: button that shows which authors are hidden, and its dialog."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from components.dialogs import dialog, field_id, form
from components.ids import LabelIds
from components.parts import aria, name_of, name_option, name_value
from services.annotations.layers import Layers
from services.wording import first_of

MINE, SOME = "mine", "some"
MOST_NAMED = 2


def layers_parts(layers: Layers | None) -> list[Component]:
    """The button and the empty dialog; None if all labels have one author."""
    return [] if layers is None else [layers_button(layers), dialog(LabelIds.LAYERS_DIALOG)]


def layers_button(layers: Layers) -> Component:
    """The button, with the hidden authors as its text."""
    look, words, title = button_look(layers)
    return html.Button(
        words,
        id=LabelIds.LAYERS,
        title=title,
        type="button",
        n_clicks=0,
        className=look,
        **aria(label=title),
    )


def button_look(layers: Layers) -> tuple[str, str, str]:
    """Class, words and title of the button."""
    look = "tm-tool tm-channels-button bi bi-layers text-nowrap tm-on"
    if layers.mine:
        return look, "Only mine", "Labels of others are hidden. Show or hide labels of people"
    if layers.hidden:
        names = first_of(sorted(layers.hidden), MOST_NAMED)
        return look, f"Without {names}", f"Hidden: {names}. Show or hide labels of people"
    return "tm-tool bi bi-layers", "", "Show or hide labels of people"


def layers_form(recording: int, layers: Layers, authors: Mapping[str, int]) -> Component:
    """The content of the dialog; ``authors``: number of labels by author."""
    others = [name for name in authors if name not in {"", layers.user}]
    which = dbc.RadioItems(
        id=field_id(LabelIds.LAYERS_DIALOG, "which"),
        options=[
            {"value": MINE, "label": "Only my labels"},
            {"value": SOME, "label": "My labels and those of"},
        ],
        value=MINE if layers.mine else SOME,
    )
    shown = dbc.Checklist(
        id=field_id(LabelIds.LAYERS_DIALOG, "shown"),
        options=[name_option(name, f"{name} ({authors[name]:,})") for name in others],
        value=[name_value(name) for name in others if name not in layers.hidden],
        class_name="ms-4 mb-2",
    )
    everywhere = dbc.Checklist(
        id=field_id(LabelIds.LAYERS_DIALOG, "everywhere"),
        options=[{"value": "yes", "label": "Also in files for which I chose nothing"}],
        value=[],
        class_name="small",
    )
    note = (
        "Suggestions and labels without an author are always shown. Save, trainings and the history have the labels of "
        "all."
    )
    body = [
        which,
        shown,
        everywhere,
        html.P(note, className="small text-body-secondary mb-0 mt-2"),
    ]
    about = {"recording": recording, "others": others, "hidden": sorted(layers.hidden)}
    return form(LabelIds.LAYERS_DIALOG, "Labels of", body, "Show", about)


def hidden_of(about: Mapping[str, Any], shown: Sequence[str] | None) -> list[str]:
    """The authors who are hidden when those of the values ``shown`` are not: also those without labels here."""
    names = {name_of(value) for value in shown or ()}
    elsewhere = [name for name in about["hidden"] if name not in about["others"]]
    return [*elsewhere, *(name for name in about["others"] if name not in names)]
