"""Metadata of a self-describing checkpoint (FORMATS 3.1): parse and validate everything except the tensors."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from services.errors import RefusedFile
from services.torch_models import preprocessing
from services.torch_models.model import ModelInfo, ModelLabel

LONGEST_COLOR = 64
LONGEST_METADATA = 100_000  # characters of JSON
THRESHOLD = 0.5  # default of a sigmoid
# Names of architectures: family, and whether it is bidirectional (None: derived from the tensors).
ARCHITECTURES: dict[str, tuple[str, bool | None]] = {
    "gru": ("gru", None),
    "bigru": ("gru", True),
    "bigru-attention": ("bigru-attention", True),
    "lstm": ("lstm", None),
    "bilstm": ("lstm", True),
    "rnn": ("rnn", None),
    "birnn": ("rnn", True),
}


def described(info: ModelInfo, content: Mapping[str, Any]) -> ModelInfo:
    """``info``, derived from the tensors, extended by consistent metadata.

    Raises:
        RefusedFile: the metadata are inconsistent or invalid.
    """
    name = str(content.get("architecture", ""))
    family, both = ARCHITECTURES.get(name, (name, None))
    if family != info.family or both not in (None, info.bidirectional):
        direction = "bidirectional " if info.bidirectional and info.family != "bigru-attention" else ""
        raise RefusedFile(f"Its metadata name a {name[:40]}, but its tensors are a {direction}{info.family}.")
    preprocessing.check(content.get("preprocessing") or [], info.features)
    return replace(
        info,
        sequence=_sequence(_mapping(content, "hyperparameters").get("sequence", "row"), info.bidirectional),
        preprocessing=tuple(content.get("preprocessing") or []),
        **common_metadata(content, info.features, info.classes),
    )


def outputs(info: ModelInfo, content: Mapping[str, Any], labels: Any = None) -> ModelInfo:
    """``info`` with the output function: a softmax, or a sigmoid with a threshold.

    A threshold next to the state dict, or the output “sigmoid”, selects a sigmoid per class. A single output is always
    a sigmoid, since a softmax of it is constant: class 1 from the threshold on and class 0 below, or, if the ``labels``
    of the checkpoint have class 0 only, that class or none.

    Raises:
        RefusedFile: output, threshold or activation is unknown.
    """
    fields = {**_mapping(content, "hyperparameters"), **content}
    hyper = {
        **_mapping(content, "hyper_parameters"),
        **fields,
    }  # of Lightning, whose threshold may have another meaning
    output, single = hyper.get("output"), info.classes == 1
    if "output" in hyper and output not in ("softmax", "sigmoid"):
        raise RefusedFile(f"Its “output” is {str(output)[:40]}, where softmax or sigmoid is expected.")
    if info.family == "rnn" and hyper.get("nonlinearity", "tanh") != "tanh":
        raise RefusedFile(f"Its “nonlinearity” is {str(hyper['nonlinearity'])[:40]}, where tanh is expected.")
    if not (single or output == "sigmoid" or (output is None and "threshold" in fields)):
        return info
    threshold = hyper.get("threshold", THRESHOLD)
    if not isinstance(threshold, int | float) or isinstance(threshold, bool) or not 0 < threshold < 1:
        raise RefusedFile(
            f"Its “threshold” is {str(threshold)[:40]}, where a number between 0 and 1 is expected."
        )
    if single and _indices(labels) != [0]:
        return replace(info, output="binary", threshold=float(threshold), classes=2)
    return replace(info, output="sigmoid", threshold=float(threshold))


def _mapping(content: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = content.get(key)
    return dict(value) if isinstance(value, Mapping) else {}


def _indices(labels: Any) -> list[Any]:
    return (
        [label.get("index") for label in labels if isinstance(label, Mapping)]
        if isinstance(labels, list | tuple)
        else []
    )


def common_metadata(described: Mapping[str, Any], features: int, classes: int) -> dict[str, Any]:
    """The metadata common to all checkpoints with metadata."""
    return {
        "feature_names": _names(described.get("features"), features),
        "labels": _labels(described.get("labels"), classes),
        "step": _step(described.get("sampling")),
        "metrics": _plain(described.get("metrics")),
        "provenance": _plain(described.get("provenance")),
        "self_describing": True,
    }


def _sequence(value: Any, both: bool) -> Any:
    whole = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 1_000_000
    if value not in {"row", "file"} and not whole:
        raise RefusedFile("Its “sequence” must be “row”, “file”, or a number of rows.")
    if value == "file" and both:
        raise RefusedFile(
            "A bidirectional network needs windows: its “sequence” must be “row” or a number of rows."
        )
    return value


def _names(value: Any, features: int) -> tuple[str, ...]:
    if value is None:
        return ()
    if (
        not isinstance(value, list | tuple)
        or len(value) != features
        or not all(isinstance(item, str) for item in value)
    ):
        raise RefusedFile(f"Its “features” must be {features} names.")
    return tuple(value)


def _labels(value: Any, classes: int) -> tuple[ModelLabel, ...]:
    if value is None:
        return ()
    try:
        labels = tuple(
            ModelLabel(int(item["index"]), str(item["name"]), _color(item.get("color"))) for item in value
        )
    except (TypeError, KeyError, ValueError, AttributeError):
        raise RefusedFile("Its “labels” must be a list of index, name and color.") from None
    if len({label.index for label in labels}) != len(labels) or any(
        not 0 <= label.index < classes for label in labels
    ):
        raise RefusedFile(f"Its “labels” must have different indices from 0 to {classes - 1}.")
    return labels


def _color(value: Any) -> str | None:
    return value if isinstance(value, str) and len(value) <= LONGEST_COLOR else None


def _plain(value: Any) -> dict[str, Any] | None:
    """Further metadata of a checkpoint: kept if plain and short, else dropped."""
    try:
        fits = isinstance(value, dict) and len(json.dumps(value, allow_nan=False)) <= LONGEST_METADATA
    except (TypeError, ValueError, RecursionError):
        return None
    return value if fits else None


def _step(value: Any) -> float | None:
    if value is None:
        return None
    if not isinstance(value, int | float) or not 0 < value < 1e12:
        raise RefusedFile("Its “sampling” must be a step in seconds, or none.")
    return float(value)
