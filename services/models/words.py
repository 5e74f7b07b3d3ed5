"""Descriptions of a checkpoint: architecture, channels, preprocessing, context, metrics."""

from __future__ import annotations

from typing import Any

from services.timeseries import durations
from services.torch_models.model import ModelInfo
from services.wording import counted

FAMILIES = {"gru": "GRU", "lstm": "LSTM", "rnn": "RNN (tanh)", "bigru-attention": "GRU with attention"}


def architecture(info: ModelInfo) -> str:
    """Architecture, such as ``GRU, 2 layers of 64``."""
    if sizes := info.portfolio:
        networks = len(sizes["networks"])
        return f"Trained here: {sizes['trees']:,} trees, random convolutions, {networks} networks, blended"
    layers = f"{info.layers} {'layer' if info.layers == 1 else 'layers'}"
    family = f"Bidirectional {FAMILIES[info.family]}" if info.bidirectional else FAMILIES[info.family]
    return f"{family}, {layers} of {info.hidden:,}{_output(info)}"


def _output(info: ModelInfo) -> str:
    if info.output == "binary":
        return f"; one output, read as a sigmoid: class 1 from {info.threshold:g} on, else class 0"
    if info.output == "sigmoid":
        return f"; a sigmoid for each class, from {info.threshold:g} on"
    return ""


def features(info: ModelInfo) -> str:
    """Number of channels, and their names if known."""
    count = counted(info.features, "channel")
    return f"{count}: {', '.join(info.feature_names)}" if info.feature_names else f"{count}, in file order"


def preparation(info: ModelInfo) -> str:
    """The preprocessing of the channels."""
    if info.portfolio:
        return "Channels on the scale of the training recordings, and on that of their own recording"
    return ", then ".join(map(_step, info.preprocessing)) or "Channels as they are"


def context(info: ModelInfo) -> str:
    """Receptive field, and sampling step of the training data."""
    whole = {"row": "Each row separately", "file": "The whole file"}
    seen = f"Windows of {info.sequence:,} rows" if isinstance(info.sequence, int) else whole[info.sequence]
    seen = "Each row with its surroundings" if info.portfolio else seen
    return f"{seen}; a sample every {durations.text(info.step)}" if info.step else seen


def metrics(info: ModelInfo) -> list[dict[str, str]]:
    """Numeric metrics in the metadata, at most a dozen: ``name`` and ``value``."""
    plain = [(name, value) for name, value in (info.metrics or {}).items() if isinstance(value, int | float)]
    return [{"name": name.replace("_", " "), "value": _number(value)} for name, value in plain[:12]]


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:.3g}"


def _step(step: dict[str, Any]) -> str:
    parts = [f"{name} {value:g}" for name, value in step.items() if isinstance(value, int | float)]
    name = str(step["name"]).replace("_", " ")
    return f"{name} ({', '.join(parts)})" if parts else name
