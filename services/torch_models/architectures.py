"""Network architectures: from tensors to class logits.

The predecessor's checkpoints process every row as a sequence of length one. Then the previous state is zero, so a cell
is one matrix product and a few element-wise functions: several times faster than torch's GRU, and equal up to
rounding. For longer sequences torch's GRU, LSTM or RNN is used.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from services.torch_models.limits import is_cut
from services.torch_models.model import ModelInfo, Recurrent

Tensors = dict[str, Tensor]


class RowNetwork:
    """Network for sequences of one row."""

    def __init__(self, info: ModelInfo, tensors: Tensors) -> None:
        self._info = info
        self._layers = [
            [_CELLS[info.recurrent](tensors, f"l{layer}{suffix}", info.hidden) for suffix in _suffixes(info)]
            for layer in range(info.layers)
        ]
        self._head = _Head(info, tensors)

    def __call__(self, rows: Tensor, _fresh: bool = True) -> Tensor:
        """Logits [rows, classes] of float32 [rows, features]."""
        state = rows
        for cells in self._layers:
            parts = [cell(state) for cell in cells]
            state = parts[0] if len(parts) == 1 else torch.cat(parts, 1)
        return self._head(state)


class _GruCell:
    """A GRU cell with zero initial state: h = (1 - z) n."""

    def __init__(self, tensors: Tensors, end: str, hidden: int) -> None:
        bias, state_bias = tensors[f"gru.bias_ih_{end}"], tensors[f"gru.bias_hh_{end}"]
        self._weight = tensors[f"gru.weight_ih_{end}"]
        self._bias = torch.cat([bias[: 2 * hidden] + state_bias[: 2 * hidden], bias[2 * hidden :]])
        self._reset = state_bias[2 * hidden :]
        self._hidden = hidden

    def __call__(self, inputs: Tensor) -> Tensor:
        gates = functional.linear(inputs, self._weight, self._bias)
        reset = gates[:, : self._hidden].sigmoid_()
        update = gates[:, self._hidden : 2 * self._hidden].sigmoid_()
        new = torch.addcmul(gates[:, 2 * self._hidden :], reset, self._reset).tanh_()
        return new.sub_(update * new)


class _LstmCell:
    """An LSTM cell with zero initial states: c = i g, h = o tanh(c); the forget gate has no effect."""

    def __init__(self, tensors: Tensors, end: str, hidden: int) -> None:
        self._weight = _without_forget_gate(tensors[f"lstm.weight_ih_{end}"], hidden)
        bias = tensors[f"lstm.bias_ih_{end}"] + tensors[f"lstm.bias_hh_{end}"]
        self._bias = _without_forget_gate(bias, hidden)

    def __call__(self, inputs: Tensor) -> Tensor:
        into, new, out = functional.linear(inputs, self._weight, self._bias).chunk(3, 1)
        return into.sigmoid().mul_(new.tanh()).tanh_().mul_(out.sigmoid())


def _without_forget_gate(rows: Tensor, hidden: int) -> Tensor:
    """The rows of the input gate, the cell and the output gate."""
    return torch.cat([rows[:hidden], rows[2 * hidden :]])


class _RnnCell:
    """A plain RNN cell with zero initial state: h = tanh(W x + b)."""

    def __init__(self, tensors: Tensors, end: str, _hidden: int) -> None:
        self._weight = tensors[f"rnn.weight_ih_{end}"]
        self._bias = tensors[f"rnn.bias_ih_{end}"] + tensors[f"rnn.bias_hh_{end}"]

    def __call__(self, inputs: Tensor) -> Tensor:
        return functional.linear(inputs, self._weight, self._bias).tanh_()


_CELLS: dict[Recurrent, type[_GruCell] | type[_LstmCell] | type[_RnnCell]] = {
    "gru": _GruCell,
    "lstm": _LstmCell,
    "rnn": _RnnCell,
}
_MODULES: dict[Recurrent, Callable[..., nn.RNNBase]] = {"gru": nn.GRU, "lstm": nn.LSTM, "rnn": nn.RNN}


class _Head:
    """The attention, if any, and the linear output layer."""

    def __init__(self, info: ModelInfo, tensors: Tensors) -> None:
        self._tensors = tensors
        self._attends = info.family == "bigru-attention"

    def __call__(self, state: Tensor) -> Tensor:
        if self._attends:
            weight, bias = self._tensors["attention_fc.weight"], self._tensors["attention_fc.bias"]
            state = state * functional.linear(state, weight, bias).tanh_()
        return functional.linear(state, self._tensors["fc.weight"], self._tensors["fc.bias"])


class SequenceNetwork:
    """Network for sequences of rows: windows of fixed length, or long sequences in pieces that pass on the state."""

    def __init__(self, info: ModelInfo, tensors: Tensors) -> None:
        self._recurrent = recurrent(info, tensors)
        self._head = _Head(info, tensors)
        self._window = None if info.sequence == "file" or is_cut(info) else int(info.sequence)
        self._state: Any = None  # a pair for an LSTM

    def __call__(self, rows: Tensor, fresh: bool = True) -> Tensor:
        """Logits [rows, classes]; pieces of a long sequence must be in order, ``fresh`` at the beginning of each."""
        if self._window is None:
            output, self._state = self._recurrent(rows[None], None if fresh else self._state)
            return self._head(output[0])
        count, left = divmod(len(rows), self._window)
        whole = rows[: count * self._window].reshape(count, self._window, rows.shape[1])
        parts = [self._recurrent(whole)[0].reshape(count * self._window, -1)] if count else []
        if left:
            parts.append(self._recurrent(rows[None, count * self._window :])[0][0])
        return self._head(torch.cat(parts))


def recurrent(info: ModelInfo, tensors: Tensors) -> nn.RNNBase:
    """Torch's module with these tensors, ready for inference."""
    kind = info.recurrent
    module = _MODULES[kind](
        info.features, info.hidden, info.layers, batch_first=True, bidirectional=info.bidirectional
    )
    module.load_state_dict(
        {key.removeprefix(f"{kind}."): value for key, value in tensors.items() if key.startswith(f"{kind}.")}
    )
    return module.eval()


def network(info: ModelInfo, tensors: Tensors) -> RowNetwork | SequenceNetwork:
    """The network of a checkpoint."""
    return RowNetwork(info, tensors) if info.sequence == "row" else SequenceNetwork(info, tensors)


def _suffixes(info: ModelInfo) -> tuple[str, ...]:
    return ("", "_reverse") if info.bidirectional else ("",)
