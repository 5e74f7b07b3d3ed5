"""Label check in the worker: find the doubtful labels of a recording; no database access."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from services.learning.data.examples import Example, rows_of
from services.learning.evaluation.segment_matching import Labelled
from services.learning.label_doubt import DOUBTFUL, doubts_of
from services.timeseries import Store

MOST = 500  # doubtful labels in the result, the most doubtful ones

Report = Callable[[float, str], None]


def check(arguments: dict[str, Any], report: Report) -> dict[str, Any]:
    """Find the doubtful labels of the first of ``recordings``.

    ``recordings``: each ``{"path", "store", "channels", "labels": [[class, first row, last row], …]}``; ``ids``: the
    labels of the first one; ``classes``: their names.

    Returns:
        ``{"doubtful": [{"id", "start", "end", "label", "other", "doubt"}, …], "judged": number of judged labels}``,
        the most doubtful label first; ``other``: the class of its neighbours.
    """
    report(0.0, "Reading the samples")
    recordings, names = arguments["recordings"], arguments["classes"]
    if not recordings:
        return {"doubtful": [], "judged": 0}
    labels = [
        [(label, (start, end)) for label, start, end in recording["labels"]] for recording in recordings
    ]
    examples = [_example(recording, some) for recording, some in zip(recordings, labels, strict=True)]
    doubts = doubts_of(
        examples, labels, progress=lambda share: report(0.1 + 0.8 * share, "Comparing the labels")
    )
    doubtful = [
        {
            "id": identity,
            "start": start,
            "end": end,
            "label": names[label],
            "other": names[doubt.other],
            "doubt": round(doubt.doubt, 4),
        }
        for identity, (label, (start, end)), doubt in zip(arguments["ids"], labels[0], doubts, strict=True)
        if doubt.doubt is not None and doubt.other is not None and doubt.doubt >= DOUBTFUL
    ]
    doubtful.sort(key=lambda entry: -entry["doubt"])
    return {"doubtful": doubtful[:MOST], "judged": sum(doubt.doubt is not None for doubt in doubts)}


def _example(recording: dict[str, Any], labels: Sequence[Labelled]) -> Example:
    store = Store.open(Path(recording["store"]))
    columns = [np.asarray(store.channel(place), np.float32) for place in recording["channels"]]
    return Example(recording["path"], np.stack(columns, axis=1), rows_of(labels, store.rows))
