"""Load a checkpoint with torch, after :mod:`.safe_loading`, and validate its tensors.

Two families are known (FORMATS 1.5): a GRU with a linear layer on every step, and a bidirectional GRU whose output is
multiplied by the hyperbolic tangent of a linear layer of itself. Every size is read off the shapes of the tensors. A
checkpoint may describe itself (FORMATS 3.1); otherwise it is taken as one of the tool before this one. What was
trained here says so, and its structure is known to :mod:`services.torch_models.ensemble.structure`.
"""

from __future__ import annotations

import json
import pickle
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from services.errors import RefusedFile
from services.storage.paths import quoted
from services.torch_models import preprocessing, safe_loading
from services.torch_models.ensemble import structure
from services.torch_models.model import Family, ModelInfo, ModelLabel

Tensors = dict[str, torch.Tensor]

FORMAT = "labeler-model"
LONGEST_COLOR = 64
LONGEST_TOLD = 100_000  # characters of JSON
MOST_LAYERS, LARGEST_SIZE, MOST_CLASSES = 64, 65_536, 10_000
KINDS = (torch.float32, torch.float64, torch.float16, torch.bfloat16)
PORTFOLIO = "tidemark-portfolio"
ARCHITECTURES: dict[str, Family] = {"gru": "gru", "bigru-attention": "bigru-attention"}
_GRU = re.compile(r"gru\.(weight_ih|weight_hh|bias_ih|bias_hh)_l(\d{1,2})(_reverse)?")


def load(file: Path, name: str, largest: int) -> tuple[ModelInfo, Tensors]:
    """What a checkpoint is, and its tensors as float32.

    Args:
        file: the checkpoint.
        name: what sentences call it.
        largest: bytes the file may have.

    Raises:
        RefusedFile: it is none, is damaged, or is of a kind that is not known here.
    """
    safe_loading.check(file, name, largest)
    content = _open(file, name)
    try:
        described, state = _parts(content)
        tensors = _checked(state, largest)
        if described is not None and described.get("architecture") == PORTFOLIO:
            return _portfolio(described, tensors), tensors
        family = _family(tensors)
        return _described(_info(tensors, family), described), tensors
    except RefusedFile as refusal:
        raise RefusedFile(f"{quoted(name)} cannot be used. {refusal}") from None


def _open(file: Path, name: str) -> Any:
    try:
        return torch.load(file, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise RefusedFile(
            f"{quoted(name)} holds program code beside its tensors (such as a whole model), which is never run here. "
            "Save it again with torch.save(model.state_dict(), …)."
        ) from error
    except MemoryError:
        raise
    except Exception as error:  # torch raises exceptions of many types for damaged archives
        if "memory" in str(error).lower():
            raise MemoryError from error
        raise RefusedFile(
            f"{quoted(name)} is damaged or not complete; copy it again from where it was made."
        ) from error


def _parts(content: Any) -> tuple[Mapping[str, Any] | None, Mapping[Any, Any]]:
    """The description, where there is one, and the state dict."""
    if not isinstance(content, Mapping):
        raise RefusedFile("It holds no state dict. Save it again with torch.save(model.state_dict(), …).")
    if content.get("format") == FORMAT:
        if content.get("format_version") != 1:
            raise RefusedFile("It describes itself in a newer form than this program knows.")
        described: Mapping[str, Any] | None = content
    else:
        described = None
    state = content.get("model_state_dict", content if described is None else None)
    if not isinstance(state, Mapping) or len(state) == 0:
        raise RefusedFile("It has no “model_state_dict”, and is no state dict itself.")
    return described, state


def _checked(state: Mapping[Any, Any], largest: int) -> Tensors:
    """Plain dense finite tensors that are no larger than the bytes they came with."""
    tensors: Tensors = {}
    for key, value in state.items():
        if not isinstance(key, str) or not isinstance(value, torch.Tensor):
            raise RefusedFile(f"Its entry {str(key)[:60]} is no tensor.")
        if value.layout is not torch.strided or value.is_quantized or value.dtype not in KINDS:
            raise RefusedFile(f"Its tensor {key[:60]} is sparse, quantised, or not of real numbers.")
        if value.numel() * value.element_size() > min(largest, value.untyped_storage().nbytes()):
            raise RefusedFile(f"Its tensor {key[:60]} claims to be larger than what is in the file.")
        if not torch.isfinite(value).all():
            raise RefusedFile(f"Its tensor {key[:60]} has values that are no numbers (NaN or infinite).")
        tensors[key] = value.detach().to(torch.float32).contiguous()
    return tensors


def _family(tensors: Tensors) -> Family:
    if not any(_GRU.fullmatch(key) for key in tensors):
        raise RefusedFile("It has no “gru” layers; GRU and bidirectional GRU with attention are known here.")
    return "bigru-attention" if any(key.startswith("attention_fc.") for key in tensors) else "gru"


def _info(tensors: Tensors, family: Family) -> ModelInfo:
    """Every size, from the shapes; nothing may be missing, left over, or contradict another."""
    first, head = _tensor(tensors, "gru.weight_ih_l0", 2), _tensor(tensors, "fc.weight", 2)
    hidden, features = first.shape[0] // 3, first.shape[1]
    places = [int(match[2]) for key in tensors if (match := _GRU.fullmatch(key))]
    layers, both = max(places) + 1, family == "bigru-attention"
    if not (0 < hidden <= LARGEST_SIZE and 0 < features <= LARGEST_SIZE and layers <= MOST_LAYERS):
        raise RefusedFile("The sizes of its GRU make no sense.")
    if not 0 < head.shape[0] <= MOST_CLASSES:
        raise RefusedFile("The number of its classes makes no sense.")
    expected = shapes(features, hidden, layers, head.shape[0], both)
    structure.check_shapes(family, tensors, expected)
    return ModelInfo(family, features, hidden, layers, both, head.shape[0])


def _portfolio(described: Mapping[str, Any], tensors: Tensors) -> ModelInfo:
    """A model that was trained here; see :mod:`services.learning`."""
    shape = structure.check(described.get("hyperparameters"), tensors)
    channels, classes = shape.framing.channels, shape.classes
    if described.get("preprocessing"):
        raise RefusedFile("A portfolio has no “preprocessing”: it does its own.")
    info = ModelInfo("portfolio", channels, 0, 0, False, classes, portfolio=shape.to_plain())
    return ModelInfo(**{**info.__dict__, "preprocessing": (), **_told(described, channels, classes)})


def _tensor(tensors: Tensors, key: str, dimensions: int) -> torch.Tensor:
    found = tensors.get(key)
    if found is None or found.dim() != dimensions:
        raise RefusedFile(f"It has no matrix {key}.")
    return found


def shapes(features: int, hidden: int, layers: int, classes: int, both: bool) -> dict[str, tuple[int, ...]]:
    """Names and shapes of all tensors of a network of these sizes; ``both``: bidirectional, with attention."""
    width = hidden * (2 if both else 1)
    found: dict[str, tuple[int, ...]] = {"fc.weight": (classes, width), "fc.bias": (classes,)}
    if both:
        found |= {"attention_fc.weight": (width, width), "attention_fc.bias": (width,)}
    for layer in range(layers):
        for suffix in ("", "_reverse") if both else ("",):
            end = f"l{layer}{suffix}"
            found[f"gru.weight_ih_{end}"] = (3 * hidden, features if layer == 0 else width)
            found[f"gru.weight_hh_{end}"] = (3 * hidden, hidden)
            found[f"gru.bias_ih_{end}"] = found[f"gru.bias_hh_{end}"] = (3 * hidden,)
    return found


def _described(info: ModelInfo, described: Mapping[str, Any] | None) -> ModelInfo:
    """``info`` with the metadata of the checkpoint that agree with the tensors."""
    if described is None:
        return info
    if ARCHITECTURES.get(described.get("architecture", "")) != info.family:
        said = str(described.get("architecture"))[:40]
        raise RefusedFile(f"It says to be a {said}, but its tensors are a {info.family}.")
    hyper = described.get("hyperparameters") or {}
    preprocessing.check(described.get("preprocessing") or [], info.features)
    return ModelInfo(
        **{
            **info.__dict__,
            "sequence": _sequence(hyper.get("sequence", "row"), info.bidirectional),
            "preprocessing": tuple(described.get("preprocessing") or []),
            **_told(described, info.features, info.classes),
        }
    )


def _told(described: Mapping[str, Any], features: int, classes: int) -> dict[str, Any]:
    """The metadata that every self-describing checkpoint has."""
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
        or not all(isinstance(one, str) for one in value)
    ):
        raise RefusedFile(f"Its “features” must be {features} names.")
    return tuple(value)


def _labels(value: Any, classes: int) -> tuple[ModelLabel, ...]:
    if value is None:
        return ()
    try:
        found = tuple(
            ModelLabel(int(one["index"]), str(one["name"]), _color(one.get("color"))) for one in value
        )
    except (TypeError, KeyError, ValueError, AttributeError):
        raise RefusedFile("Its “labels” must be a list of index, name and color.") from None
    if len({one.index for one in found}) != len(found) or any(not 0 <= one.index < classes for one in found):
        raise RefusedFile(f"Its “labels” must have different indices from 0 to {classes - 1}.")
    return found


def _color(value: Any) -> str | None:
    return value if isinstance(value, str) and len(value) <= LONGEST_COLOR else None


def _plain(value: Any) -> dict[str, Any] | None:
    """Further metadata of a checkpoint: kept where it is plain and short, else left out."""
    try:
        fits = isinstance(value, dict) and len(json.dumps(value, allow_nan=False)) <= LONGEST_TOLD
    except (TypeError, ValueError, RecursionError):
        return None
    return value if fits else None


def _step(value: Any) -> float | None:
    if value is None:
        return None
    if not isinstance(value, int | float) or not 0 < value < 1e12:
        raise RefusedFile("Its “sampling” must be a step in seconds, or none.")
    return float(value)
