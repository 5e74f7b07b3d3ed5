"""Suggestions without a model: put there as one edit, as a run does."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from services.annotations import Annotations
from services.commands import Scope
from services.edits import Edit

Suggestion = tuple[int, int, str, float | None]  # first sample, last sample, class, score


def suggest(
    annotations: Annotations, recording: int, wanted: Sequence[Suggestion], model: str = "m1"
) -> list[str]:
    """Suggest labels in one edit, by ``m1`` unless another model is named; returns their ids."""
    ids = [str(uuid4()) for _ in wanted]

    def make(scope: Scope) -> Edit:
        names = sorted({name for _, _, name, _ in wanted})
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
            for identity, (start, end, name, score) in zip(ids, wanted, strict=True)
        ]
        return Edit("autolabel", f"Auto-label: {len(rows)} suggestions", [], rows)

    annotations.change(recording, str(uuid4()), make)
    return ids
