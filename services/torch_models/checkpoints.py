"""Load a checkpoint with torch, after :mod:`.safe_loading`, and validate its tensors.

Supported: a unidirectional or bidirectional GRU, LSTM or plain RNN with a linear layer on every step, and a
bidirectional GRU whose output is multiplied by the hyperbolic tangent of a linear layer of itself (FORMATS 1.5). Kind
and sizes are derived from the shapes of the tensors (:mod:`.state_dicts`). A checkpoint may have metadata
(:mod:`.description`); otherwise it counts as one of the predecessor. Ensembles trained here are marked as such; their
structure is in :mod:`services.torch_models.ensemble.structure`.
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from services.errors import RefusedFile
from services.storage.paths import quoted
from services.torch_models import description, safe_loading, state_dicts
from services.torch_models.attached_metrics import attached
from services.torch_models.ensemble import structure
from services.torch_models.model import Family, ModelInfo

Tensors = dict[str, torch.Tensor]

FORMAT = "labeler-model"
MOST_LAYERS, LARGEST_SIZE, MOST_CLASSES = 64, 65_536, 10_000
MOST_UNREAD = 32  # classes of objects next to the state dict
KINDS = (torch.float32, torch.float64, torch.float16, torch.bfloat16)
PORTFOLIO = "tidemark-portfolio"
_GLOBAL = re.compile(r"GLOBAL ([\w.]+)")


def load(file: Path, name: str, largest: int) -> tuple[ModelInfo, Tensors]:
    """Metadata of a checkpoint, and its tensors as float32.

    Args:
        file: the checkpoint.
        name: name of the file in messages.
        largest: maximum size in bytes.

    Raises:
        RefusedFile: not a checkpoint, damaged, or of an unsupported kind.
    """
    safe_loading.check(file, name, largest)
    content = _open(file, name)
    try:
        described, state = _parts(content)
        tensors = _checked(state, largest)
        if described is not None and not described.get("metrics"):
            described = {**described, "metrics": attached(file) or described.get("metrics")}
        if described is not None and described.get("architecture") == PORTFOLIO:
            return _portfolio(described, tensors), tensors
        info, tensors = _recurrent(tensors)
        names = described.get("labels") if described is not None else None
        info = description.outputs(info, content, names)
        return info if described is None else description.described(info, described), tensors
    except RefusedFile as refusal:
        raise RefusedFile(f"{quoted(name)} cannot be used. {refusal}") from None


class Unread:
    """Base of classes that stand for those of a file, which are never imported; the content of an object is ignored."""

    def __new__(cls, *_arguments: Any, **_options: Any) -> Unread:
        """An object without content."""
        return super().__new__(cls)

    def __init__(self, *_arguments: Any, **_options: Any) -> None:
        """Ignores the arguments."""

    def __setstate__(self, _state: Any) -> None:
        """Ignores the state."""


def _open(file: Path, name: str) -> Any:
    """The content of a checkpoint, in which objects of other classes than tensors and containers are ``Unread``.

    Training programs store options of any class next to the state dict, as Lightning does. torch refuses each class by
    its name, and reads the file again with a class of this name that has no code.

    Raises:
        RefusedFile: it cannot be read, or is such an object as a whole.
    """
    unread: dict[str, type[Unread]] = {}
    while True:
        try:
            with torch.serialization.safe_globals([(kind, path) for path, kind in unread.items()]):
                content = _content(file, name)
        except pickle.UnpicklingError as error:
            code = _GLOBAL.search(str(error))
            if code is None or code[1] in unread or len(unread) == MOST_UNREAD:
                raise _with_code(name, code[1] if code else "") from error
            unread[code[1]] = type(code[1].rpartition(".")[2], (Unread,), {})
            continue
        if isinstance(content, Unread):
            raise _with_code(name, next(path for path, kind in unread.items() if kind is type(content)))
        return content


def _with_code(name: str, code: str) -> RefusedFile:
    return RefusedFile(
        f"{quoted(name)} has program code in addition to its tensors "
        f"({f'an object of {code[:80]}' if code else 'such as a whole model'}), which is never run here. "
        "Save it again with torch.save(model.state_dict(), …)."
    )


def _content(file: Path, name: str) -> Any:
    try:
        return torch.load(file, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError:
        raise
    except MemoryError:
        raise
    except Exception as error:  # torch raises exceptions of many types for damaged archives
        if "memory" in str(error).lower():
            raise MemoryError from error
        raise RefusedFile(
            f"{quoted(name)} is damaged or incomplete; copy it again from its source."
        ) from error


def _parts(content: Any) -> tuple[Mapping[str, Any] | None, Mapping[Any, Any]]:
    """The metadata, if any, and the state dict."""
    if not isinstance(content, Mapping):
        raise RefusedFile(
            f"It is a {type(content).__name__}, not a state dict. Save it again with torch.save(model.state_dict(), …)."
        )
    described: Mapping[str, Any] | None = None
    if content.get("format") == FORMAT:
        if content.get("format_version") != 1:
            raise RefusedFile("The format of its metadata is newer than this program.")
        described = content
        if not isinstance(content.get("model_state_dict"), Mapping):
            raise RefusedFile("It has no “model_state_dict”, which a model with metadata must have.")
        if content.get("architecture") == PORTFOLIO:
            return described, content["model_state_dict"]
    state = state_dicts.without_wrappers(state_dicts.locate(content))
    if not state:
        raise RefusedFile(
            f"It has none of {', '.join(f'“{key}”' for key in state_dicts.STATE_KEYS)}, and is empty."
        )
    return described, state


def _checked(state: Mapping[Any, Any], largest: int) -> Tensors:
    """Plain, dense, finite tensors that are no larger than the bytes in the file."""
    tensors: Tensors = {}
    for key, value in state.items():
        if not isinstance(key, str) or not isinstance(value, torch.Tensor):
            raise RefusedFile(
                f"Its entry {str(key)[:60]} is of type {type(value).__name__}; a state dict has tensors only."
            )
        if value.layout is not torch.strided or value.is_quantized or value.dtype not in KINDS:
            kind = str(value.dtype if value.layout is torch.strided else value.layout).removeprefix("torch.")
            raise RefusedFile(f"Its tensor {key[:60]} is {kind}, where dense real numbers are expected.")
        if value.numel() * value.element_size() > min(largest, value.untyped_storage().nbytes()):
            raise RefusedFile(f"Its tensor {key[:60]} is declared larger than its data in the file.")
        if not torch.isfinite(value).all():
            raise RefusedFile(f"Its tensor {key[:60]} has values that are not finite (NaN or infinite).")
        tensors[key] = value.detach().to(torch.float32).contiguous()
        if not torch.isfinite(tensors[key]).all():
            raise RefusedFile(
                f"Its tensor {key[:60]} has values that overflow in float32 (up to {float(value.abs().max()):.3g})."
            )
    return tensors


def _recurrent(tensors: Tensors) -> tuple[ModelInfo, Tensors]:
    """Kind and sizes, derived from the shapes; missing, additional or inconsistent tensors are refused."""
    layout = state_dicts.layout(tensors)
    if not (
        0 < layout.hidden <= LARGEST_SIZE and layout.features <= LARGEST_SIZE and layout.layers <= MOST_LAYERS
    ):
        raise RefusedFile(f"The sizes of its {state_dicts.NAMES[layout.family]} are inconsistent.")
    if not 0 < layout.outputs <= MOST_CLASSES:
        raise RefusedFile("The number of its classes is invalid.")
    kind = f"{'bidirectional ' * layout.both}{state_dicts.NAMES[layout.family]}"
    structure.check_shapes(kind, tensors, layout.shapes())
    if layout.attends and not (layout.both and layout.family == "gru"):
        raise RefusedFile(
            f"Its tensor {state_dicts.ATTENTION}.weight belongs to a bidirectional GRU, not to a {kind}."
        )
    family: Family = "bigru-attention" if layout.attends else layout.family
    info = ModelInfo(family, layout.features, layout.hidden, layout.layers, layout.both, layout.outputs)
    return info, layout.renamed(tensors)


def _portfolio(described: Mapping[str, Any], tensors: Tensors) -> ModelInfo:
    """An ensemble trained here; see :mod:`services.learning`."""
    shape = structure.check(described.get("hyperparameters"), tensors)
    channels, classes = shape.channels, shape.classes
    if described.get("preprocessing"):
        raise RefusedFile("A portfolio has no “preprocessing”: it does its own.")
    info = ModelInfo("portfolio", channels, 0, 0, False, classes, portfolio=shape.to_plain())
    return ModelInfo(
        **{**info.__dict__, "preprocessing": (), **description.common_metadata(described, channels, classes)}
    )
