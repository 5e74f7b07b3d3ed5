"""Test helper: suggestions and confidence without a model."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import insert

from services.annotations.commands import Scope
from services.annotations.service import Annotations
from services.recordings.edit_log import Edit
from services.storage.tables import models, runs
from services.torch_models.confidence import Writer, encode
from services.torch_models.model import ModelInfo
from services.web.container import Services

INFO = ModelInfo("gru", features=1, hidden=8, layers=1, bidirectional=False, classes=2)
Suggestion = tuple[int, int, str, float | None]  # first sample, last sample, class, score


def suggest(
    annotations: Annotations, recording: int, expected: Sequence[Suggestion], model: str = "m1"
) -> list[str]:
    """Suggest labels in one edit, by ``m1`` unless another model is named; returns their ids."""
    ids = [str(uuid4()) for _ in expected]

    def make(scope: Scope) -> Edit:
        names = sorted({name for _, _, name, _ in expected})
        classes = {name: scope.classes.ensure(scope.connection, name, None, recording).id for name in names}
        rows = [
            {
                "id": identity,
                "recording_id": recording,
                "start_index": start,
                "end_index": end,
                "label_class_id": classes[name],
                "channels": None,
                "source": "model",
                "model": model,
                "model_sha256": "0" * 64,
                "run": f"run of {model}",
                "score": score,
                "status": "suggested",
                "note": "",
                "author": scope.author,
                "created_at": scope.now,
                "edited_at": scope.now,
            }
            for identity, (start, end, name, score) in zip(ids, expected, strict=True)
        ]
        return Edit("autolabel", f"Auto-label: {len(rows)} suggestions", [], rows)

    annotations.change(recording, str(uuid4()), make)
    return ids


def sure(services: Services, recording: int, scores: NDArray[Any]) -> str:
    """Note a run that was so sure at each sample (NaN: no prediction); returns its id."""
    row = services.recordings.get(recording)
    run, model, now = str(uuid4()), str(uuid4()), datetime.now(UTC)
    made = {"model": model, "model_sha256": "0" * 64, "store_key": row.store_key, "options": {}}
    words = {"name": model[:8], "short_description": "", "remarks": "", "file": f"{model}.pth", "author": ""}
    kept = {
        "sha256": "0" * 64,
        "size_bytes": 1,
        "info": INFO.to_json(),
        "origin": "upload",
        "lineage": model,
        "version": 1,
    }
    with services.database.write() as connection:
        connection.execute(insert(models).values(id=model, created_at=now, deleted_at=now, **words, **kept))
        connection.execute(
            insert(runs).values(id=run, recording_id=recording, suggestions=0, created_at=now, **made)
        )
    writer = Writer(services.settings.confidence_dir / run, row.rows)
    writer.add(encode(np.nan_to_num(scores).astype(np.float32), ~np.isnan(scores)))
    writer.finish()
    return run
