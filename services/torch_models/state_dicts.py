"""Locate the state dict in a checkpoint and map its keys to a recurrent network with a linear layer.

Training scripts wrap a network (``module.`` of DataParallel, ``_orig_mod.`` of torch.compile, ``model.`` of Lightning),
use any names for its parts and put the state dict under one of several keys. The shapes of the tensors determine the
network: a recurrent layer has three (GRU), four (LSTM) or one (RNN) rows of weights per hidden unit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from services.errors import RefusedFile
from services.torch_models.limits import GATES
from services.torch_models.model import Recurrent

Tensors = dict[str, Tensor]

STATE_KEYS = ("model_state_dict", "state_dict", "model")
DEEPEST = 3  # maximum nesting of state dicts
NAMES: dict[Recurrent, str] = {"gru": "GRU", "lstm": "LSTM", "rnn": "RNN"}
ATTENTION = "attention_fc"
_WRAPPERS = frozenset({"module", "_orig_mod"})
_LOSSES = (
    "criterion.",
    "loss.",
    "loss_fn.",
    "loss_function.",
)  # class weights of the loss, not part of the network
_RECURRENT = re.compile(r"(?:(.+)\.)?(weight_ih|weight_hh|bias_ih|bias_hh)_l(\d{1,2})(_reverse)?")


@dataclass(frozen=True)
class Layout:
    """The parts of a network by the names of their modules, and its sizes."""

    family: Recurrent
    recurrent: str
    head: str
    attends: bool
    features: int
    hidden: int
    layers: int
    both: bool
    outputs: int

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Names and shapes of all tensors, with the names in the checkpoint."""
        return {self._known_as(key): shape for key, shape in self._canonical().items()}

    def renamed(self, tensors: Tensors) -> Tensors:
        """The tensors renamed to ``gru.``, ``lstm.`` or ``rnn.``, ``attention_fc.`` and ``fc.``."""
        return {key: tensors[self._known_as(key)] for key in self._canonical()}

    def _canonical(self) -> dict[str, tuple[int, ...]]:
        return shapes(
            self.family, self.features, self.hidden, self.layers, self.outputs, self.both, self.attends
        )

    def _known_as(self, key: str) -> str:
        part, _, end = key.partition(".")
        name = {self.family: self.recurrent, "fc": self.head}.get(part, part)
        return f"{name}.{end}" if name else end


def shapes(
    family: Recurrent, features: int, hidden: int, layers: int, outputs: int, both: bool, attends: bool
) -> dict[str, tuple[int, ...]]:
    """Names and shapes of all tensors of a network of these sizes; ``both``: bidirectional."""
    width, rows = hidden * (2 if both else 1), GATES[family] * hidden
    expected: dict[str, tuple[int, ...]] = {"fc.weight": (outputs, width), "fc.bias": (outputs,)}
    if attends:
        expected |= {f"{ATTENTION}.weight": (width, width), f"{ATTENTION}.bias": (width,)}
    for layer in range(layers):
        for suffix in ("", "_reverse") if both else ("",):
            end = f"l{layer}{suffix}"
            expected[f"{family}.weight_ih_{end}"] = (rows, features if layer == 0 else width)
            expected[f"{family}.weight_hh_{end}"] = (rows, hidden)
            expected[f"{family}.bias_ih_{end}"] = expected[f"{family}.bias_hh_{end}"] = (rows,)
    return expected


def locate(content: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """The state dict in the result of ``torch.load``: under one of the usual keys, else the only entry with a network.

    Raises:
        RefusedFile: there is none.
    """
    for _ in range(DEEPEST):
        key = next((key for key in STATE_KEYS if key in content), None)
        if key is None:
            others = [inner for inner in content.values() if _has_network(inner)]
            return others[0] if len(others) == 1 and not _has_network(content) else content
        inner = content[key]
        if not isinstance(inner, Mapping) or not inner:
            problem = "is empty" if isinstance(inner, Mapping) else f"is a {type(inner).__name__}"
            raise RefusedFile(
                f"Its entry “{key}” {problem}, where a state dict is expected, such as model.state_dict()."
            )
        content = inner
    return content


def _has_network(content: Any) -> bool:
    return isinstance(content, Mapping) and any(
        isinstance(key, str) and _RECURRENT.fullmatch(_bare(key)) for key in content
    )


def without_wrappers(state: Mapping[Any, Any]) -> dict[Any, Any]:
    """The entries without the prefixes of wrappers and without the buffers of a loss.

    Raises:
        RefusedFile: two entries get the same name.
    """
    unwrapped: dict[Any, Any] = {}
    origin: dict[Any, Any] = {}
    for key, value in state.items():
        name = _bare(key) if isinstance(key, str) else key
        if isinstance(name, str) and name.startswith(_LOSSES):
            continue
        if name in unwrapped:
            raise RefusedFile(
                f"Its entries {_short(origin[name])} and {_short(key)} are both the tensor {_short(name)} of a "
                "network; one is expected."
            )
        unwrapped[name], origin[name] = value, key
    return unwrapped


def _bare(key: str) -> str:
    parts = [part for part in key.split(".") if part not in _WRAPPERS]
    while len(parts) > 1 and parts[0] == "model":
        parts = parts[1:]
    return ".".join(parts) or key


def layout(tensors: Tensors) -> Layout:
    """The network of these tensors; sizes are derived, not validated.

    Raises:
        RefusedFile: not one recurrent layer and one linear layer.
    """
    recurrent = _only_recurrent(tensors)
    family, hidden = _cell(tensors, recurrent)
    matched = [match for key in tensors if (match := _RECURRENT.fullmatch(key))]
    both = any(match[4] for match in matched)
    attends = f"{ATTENTION}.weight" in tensors or f"{ATTENTION}.bias" in tensors
    head = _head(tensors, family, hidden * (2 if both else 1))
    first = _matrix(tensors, _join(recurrent, "weight_ih_l0"), f"[{GATES[family] * hidden}, channels]")
    outputs = _matrix(tensors, f"{head}.weight", "[classes, width]").shape[0]
    layers = max(int(match[3]) for match in matched) + 1
    return Layout(family, recurrent, head, attends, first.shape[1], hidden, layers, both, outputs)


def _only_recurrent(tensors: Tensors) -> str:
    modules = sorted({match[1] or "" for key in tensors if (match := _RECURRENT.fullmatch(key))})
    if not modules:
        raise RefusedFile(
            f"It has no recurrent layer: a tensor such as gru.weight_ih_l0 of a GRU, LSTM or RNN is expected; "
            f"it has {_sample(tensors)}."
        )
    if len(modules) > 1:
        names = " and ".join(_join(module, "weight_ih_l0") for module in modules[:2])
        raise RefusedFile(
            f"It has {len(modules)} recurrent layers ({names}); one with all its layers is expected."
        )
    return modules[0]


def _cell(tensors: Tensors, recurrent: str) -> tuple[Recurrent, int]:
    """Family and hidden size: from the shape of the recurrent weights, else from the name of the module."""
    state = tensors.get(_join(recurrent, "weight_hh_l0"))
    if state is not None and state.dim() == 2 and state.shape[1]:
        for family, gates in GATES.items():
            if state.shape[0] == gates * state.shape[1]:
                return family, state.shape[1]
    lower = recurrent.lower()
    named: Recurrent = "lstm" if "lstm" in lower else "rnn" if "rnn" in lower else "gru"
    first = _matrix(tensors, _join(recurrent, "weight_ih_l0"), f"[{GATES[named]} × hidden, channels]")
    return named, max(1, first.shape[0] // GATES[named])


def _head(tensors: Tensors, family: Recurrent, width: int) -> str:
    """The name of the linear layer."""
    others = [
        key
        for key, tensor in tensors.items()
        if tensor.dim() == 2 and key.endswith(".weight") and key != f"{ATTENTION}.weight"
    ]
    if not others:
        raise RefusedFile(
            f"It has no linear layer after its {NAMES[family]}: a tensor such as fc.weight of [classes, {width}] is "
            f"expected; it has {_sample(tensors)}."
        )
    if len(others) > 1:
        more = next(key for key in others if key != "fc.weight")
        raise RefusedFile(
            f"Its tensor {_short(more)} {list(tensors[more].shape)} is additional to "
            f"{_short(next(key for key in others if key != more))}; "
            f"one linear layer of [classes, {width}] is expected after its {NAMES[family]}."
        )
    return others[0].removesuffix(".weight")


def _matrix(tensors: Tensors, key: str, expected: str) -> Tensor:
    tensor = tensors.get(key)
    if tensor is None:
        raise RefusedFile(
            f"It has no matrix {_short(key)}, where {expected} is expected; it has {_sample(tensors)}."
        )
    if tensor.dim() != 2 or 0 in tensor.shape:
        raise RefusedFile(f"Its tensor {_short(key)} is {list(tensor.shape)}, where {expected} is expected.")
    return tensor


def _sample(tensors: Tensors) -> str:
    key = next(iter(tensors))
    more = f" and {len(tensors) - 1} more" if len(tensors) > 1 else " only"
    return f"{_short(key)} {list(tensors[key].shape)}{more}"


def _join(module: str, end: str) -> str:
    return f"{module}.{end}" if module else end


def _short(key: Any) -> str:
    return str(key)[:60]
