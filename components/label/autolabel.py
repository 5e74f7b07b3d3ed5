"""Auto-label panel next to the plot: button, options, fit of the model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from components.dialogs import dialog
from components.ids import AutolabelIds, channels_button, correct_button
from components.job_status import frame
from components.parts import button, icon_button
from services.inference import AutolabelChoices
from services.storage.paths import quoted
from services.torch_models.fitting import MISSING
from services.wording import first_of

STORES = (AutolabelIds.CHANGED,)
DIALOGS = (AutolabelIds.OPTIONS_DIALOG, AutolabelIds.CHANNELS_DIALOG, AutolabelIds.REPLACE_DIALOG)
SELECT_FIRST = "Select a model first"


def panel() -> Component:
    """**Auto-label**, its options, the fit of the model, and the progress of a run."""
    return html.Div(
        [
            *[dcc.Store(id=store) for store in STORES],
            html.Div(
                [
                    button(
                        AutolabelIds.START,
                        "stars",
                        "Auto-label",
                        "autolabel",
                        title=SELECT_FIRST,
                        className="tm-wide",
                        disabled=True,
                    ),
                    icon_button(AutolabelIds.OPTIONS, "gear", "Options of auto-labelling"),
                ],
                className="tm-autolabel-buttons d-flex align-items-center gap-1",
            ),
            html.P(id=AutolabelIds.STATUS, className="tm-autolabel-status", hidden=True),
            frame(AutolabelIds.RUN, "autolabel"),
            *map(dialog, DIALOGS),
        ],
        id=AutolabelIds.PANEL,
        className="d-flex flex-column gap-2",
    )


def fit_parts(
    fit: dict[str, Any] | None, choices: AutolabelChoices
) -> tuple[bool, str, list[Any], str, bool]:
    """Disabled state and title of **Auto-label**; text, class and hidden state of the line below.

    Args:
        fit: from ``Runs.fit``; None without a model.
    """
    if fit is None:
        return True, SELECT_FIRST, [], "tm-autolabel-status", True
    if fit["fits"]:
        title = f"Auto-label with {fit['model_name']} on {used(fit)}"
        words: list[Any] = [f"{sentence} " for sentence in (*fit["warnings"], choices.sentence) if sentence]
        if fit.get("correct") is not None:
            words.append(correct(fit["correct"]))
        if fit.get("lacking"):
            words.append(refit(fit["lacking"]))
        return False, title, words, "tm-autolabel-status", not words
    choose = [choose_channels("status")] if fit.get("choose") else []
    return (
        True,
        fit["reason"],
        [f"{fit['reason']} ", *choose],
        "tm-autolabel-status tm-autolabel-wrong",
        False,
    )


def choose_channels(place: str) -> Component:
    """Button that opens the channel mapping."""
    return _link("Choose channels…", channels_button(place))


def correct(on: bool) -> Component:
    """Button that corrects polarity and gain (``on``), or takes the samples as they are."""
    text, place = ("Correct for the model", "yes") if on else ("As recorded", "no")
    return _link(text, correct_button(place))


def refit(lacking: Sequence[str]) -> Component:
    """Button that trains the model again without the channels ``lacking``."""
    return _link(f"Train again without {first_of([*map(quoted, lacking)], 4)}", AutolabelIds.REFIT)


def made_later() -> list[Component]:
    """Components that callbacks create later."""
    return [refit(["II"])]


def _link(text: str, identity: str | dict[str, Any]) -> Component:
    return dbc.Button(text, id=identity, size="sm", color="link", className="px-0", n_clicks=0)


def used(fit: dict[str, Any]) -> str:
    """Names of the channels used by the model."""
    return ", ".join(fit["names"][index] for index in fit["channels"] if index != MISSING)
