"""Execute prediction commands in the guarded process (see :mod:`.guarded`)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from services.storage.files import atomic_write
from services.timeseries import Store
from services.torch_models.architectures import Tensors
from services.torch_models.guarded import RUNS
from services.torch_models.limits import check_memory, enough_memory
from services.torch_models.model import ModelInfo
from services.torch_models.predict import predict, probabilities
from services.torch_models.rows_csv import rows_csv
from services.torch_models.run_lengths import runs


def obey(
    command: dict[str, Any],
    name: str,
    info: ModelInfo,
    tensors: Tensors,
    progress: Callable[[float, str], None],
) -> None:
    """Execute a command of :class:`.guarded.GuardedModel`.

    Raises:
        Invalid: the model cannot process the samples, or not enough memory.
        StorageFull: the disk is full.
    """
    store, channels, factors = Store.open(Path(command["store"])), command["channels"], command["factors"]
    check_memory(info, name)
    with enough_memory(name):
        if command["what"] == "rows":
            pieces = probabilities(info, tensors, store, channels, factors)
            atomic_write(Path(command["to"]), rows_csv(store, command["names"], pieces))
            return
        segments = runs(predict(info, tensors, store, channels, progress=progress, factors=factors))
    np.savez(
        Path(command["to"]) / RUNS,
        start=segments.start,
        end=segments.end,
        label=segments.label,
        total=segments.total,
    )
