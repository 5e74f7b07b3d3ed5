"""Any other URL."""

from __future__ import annotations

from typing import Any

import dash
from dash import html
from dash.development.base_component import Component

from components.parts import empty_state
from services.recordings.trash import Trashed
from services.storage.paths import quoted
from services.web.container import Services
from services.wording import counted


def register(_services: Services) -> None:
    """Register the page under the name Dash looks for."""
    dash.register_page("not_found_404", path="/404", title="Tidemark", layout=layout)


def deleted(trashed: Trashed) -> Component:
    """The page of a recording in the trash."""
    count = counted(trashed.labels, "label")
    data: Any = {"data-restore": str(trashed.id)}
    return empty_state(
        "trash",
        f"{quoted(trashed.path)} was deleted on {trashed.deleted_at:%Y-%m-%d}.",
        f"The trash keeps it with {count} for {trashed.days} more {'day' if trashed.days == 1 else 'days'}.",
        html.Button("Restore", type="button", className="btn btn-primary", **data),
        id="not-found-deleted",
    )


def layout(sentence: str = "This page does not exist.", **_query: Any) -> Component:
    """What went wrong, and where to go."""
    return empty_state("signpost-split", sentence, "Choose a file on the left.", id="not-found-empty")
