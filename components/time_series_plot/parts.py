"""Parts of the plot, each a module in ``modules/``, in the order in which they receive events."""

from __future__ import annotations

PARTS = (
    *(
        "labels",
        "steps",
        "refused",
        "time",
        "channels",
        "view",
        "hold",
        "window",
        "paint",
        "candles",
    ),
    *(
        "lanes",
        "overview",
        "paper",
        "overlay",
        "strips",
        "measure",
        "paint_labels",
        "handles",
        "snap",
    ),
    *(
        "readout",
        "confidence",
        "marks",
        "scope",
        "selection",
        "table",
        "table_tools",
        "suggestions",
    ),
    *("ghosts", "review", "review_bar", "popups", "keys", "picture", "touch", "props"),
)
