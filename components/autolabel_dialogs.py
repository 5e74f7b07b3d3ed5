"""Auto-label dialogs: options, channels of the model, replacing labels, several files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from components.dialogs import field, field_id, form
from components.ids import AutolabelIds, own_channels_button
from components.label.autolabel import choose_channels, used
from services.inference import AutolabelChoices
from services.models import Model
from services.torch_models.fitting import MISSING
from services.wording import counted

BECOMES = {
    "suggest": "Suggestions, to be reviewed",
    "accept": "Accepted at or above a score, else suggestions",
}
REPLACES = {
    "suggestions": "Earlier suggestions of this model that are still open",
    "nothing": "Nothing",
    "all": "All labels of the file",
}
SHOWN = 200  # maximum number of listed files that do not fit
CHECKING = "Checking which files the model fits…"
REPLACES_ALL = (
    "All labels of these files, including your own, are replaced by the results; one undo per file restores them. "
    "Press again to confirm."
)


def score_place(dialog: str) -> dict[str, str]:
    """Container of the score field, shown only if the score is used."""
    return {"type": "autolabel-score", "dialog": dialog}


def refused_list(dialog: str) -> dict[str, str]:
    """List of files that a model does not fit."""
    return {"type": "autolabel-refused", "dialog": dialog}


def fits_words(dialog: str) -> dict[str, str]:
    """Text with the number of files that a model fits."""
    return {"type": "autolabel-fits", "dialog": dialog}


def options_form(choices: AutolabelChoices, fit: dict[str, Any] | None) -> Component:
    """Options of a run for the open file; ``fit`` is that of the model, None without a model."""
    dialog = AutolabelIds.OPTIONS_DIALOG
    visible = dbc.Checkbox(
        id=field_id(dialog, "visible"), value=choices.visible, label="The visible range only"
    )
    body: list[Any] = [*_options(dialog, choices), visible]
    if fit and (fit["fits"] or fit["choose"]) and len(fit["names"]) > 1:
        channels = f"Channels: {used(fit)}. " if fit["fits"] else ""
        body.append(html.P([channels, choose_channels("options")], className="tm-fine mb-0"))
    return form(dialog, "Options of auto-labelling", body, "Keep")


def channels_form(fit: dict[str, Any]) -> Component:
    """Mapping of channels of the file to channels of the model."""
    dialog = AutolabelIds.CHANNELS_DIALOG
    count = counted(len(fit["features"]), "channel")
    intro = f"The model takes {count}, in this order. The choice applies to every file with channels of these names."
    options = {str(index): name for index, name in enumerate(fit["names"])}
    if fit["may_miss"]:
        options[str(MISSING)] = "None: missing values"
    selects = [
        field(
            feature or f"Channel {place + 1} of the model",
            _select(dialog, f"channel-{place}", options, str(_first(fit, feature, place))),
        )
        for place, feature in enumerate(fit["features"])
    ]
    own = dbc.Button("Default of the model", id=own_channels_button(), size="sm", color="link", n_clicks=0)
    about = {"model": fit["model"], "recording": fit["recording"], "channels": len(fit["features"])}
    return form(dialog, "Channels for the model", [html.P(intro), *selects, own], "Take these", about)


def _first(fit: dict[str, Any], feature: str, place: int) -> int:
    """Default channel: the current one, that of the same name, or that at the same place."""
    if place < len(fit["channels"]):
        return int(fit["channels"][place])
    named = [name.casefold() for name in fit["names"]]
    folded = feature.casefold()
    return named.index(folded) if feature and folded in named else min(place, len(named) - 1)


def replace_form(about: dict[str, Any], count: int) -> Component:
    """Confirmation before replacing all labels of the open file; ``about`` describes the run."""
    where = (
        "Labels inside the visible range, including your own, are replaced by the result."
        if about["span"]
        else "All labels of this file, including your own, are replaced by the result."
    )
    subject = "the labels in view" if about["span"] else counted(count, "label")
    body = [html.P(f"{where} One undo restores them.", className="mb-0")]
    return form(AutolabelIds.REPLACE_DIALOG, f"Replace {subject}?", body, "Replace", about, danger=True)


def files_form(
    files: Sequence[int], models: Sequence[Model], chosen: str | None, choices: AutolabelChoices
) -> Component:
    """Form for several files with the choice of the model; the check of the files follows."""
    dialog = AutolabelIds.FILES_DIALOG
    named = {model.id: " – ".join(filter(None, (model.name, model.short_description))) for model in models}
    first = chosen if chosen in named else models[0].id
    body = [
        field("Model", _select(dialog, "model", named, first)),
        html.P(CHECKING, id=fits_words(dialog), role="status", className="mb-2"),
        html.Ul(
            id=refused_list(dialog),
            className="tm-autolabel-refused m-0 pt-0 pe-0 pb-0 ps-3 overflow-y-auto small text-break mb-2",
            hidden=True,
        ),
        *_options(dialog, choices),
    ]
    return form(dialog, "Auto-label files", body, "Auto-label", list(files))


def fits(outlook: dict[str, Any], files: int) -> tuple[str, list[Component], bool, str, bool]:
    """Text of the dialog for several files, list of excluded files, whether that is empty, text of the button,
    and whether it is disabled.

    Args:
        outlook: result of ``Runs.dry_run``.
        files: number of chosen files.
    """
    refused, fit = outlook["refused"], outlook["fits"]
    if refused:
        words = f"The model fits {fit:,} of {counted(files, 'file')}. These are left out:"
    else:
        words = "The model fits this file." if files == 1 else f"The model fits all {counted(files, 'file')}."
    listed: list[Component] = [
        html.Li([html.B(file["path"]), f" {file['reason']}"]) for file in refused[:SHOWN]
    ]
    if len(refused) > SHOWN:
        listed.append(html.Li(f"and {counted(len(refused) - SHOWN, 'more file')}"))
    return words, listed, not refused, f"Auto-label {counted(fit, 'file')}" if fit else "Auto-label", not fit


def _options(dialog: str, choices: AutolabelChoices) -> list[Component]:
    """Controls of the options common to all runs."""
    least = dbc.Input(
        id=field_id(dialog, "least"),
        type="number",
        value=choices.least,
        min=1,
        step=1,
        required=True,
        size="sm",
    )
    score = dbc.Input(
        id=field_id(dialog, "score"), type="number", value=choices.score, min=0, max=1, step=0.01, size="sm"
    )
    becomes = _select(dialog, "becomes", BECOMES, "accept" if choices.accepts else "suggest")
    return [
        field("Minimum length, in samples: shorter segments join a neighbour", least),
        field("Segments become", becomes),
        html.Div(field("Score, from 0 to 1", score), id=score_place(dialog), hidden=not choices.accepts),
        field("When it ends, replace", _select(dialog, "replace", REPLACES, choices.replace)),
    ]


def _select(dialog: str, name: str, options: dict[str, str], value: str) -> Component:
    listed = [{"value": key, "label": words} for key, words in options.items()]
    return dbc.Select(listed, value, id=field_id(dialog, name), size="sm")
