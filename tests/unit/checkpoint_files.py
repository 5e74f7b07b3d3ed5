"""Test checkpoints with fixed seeds, and malformed files."""

from __future__ import annotations

import gzip
import io
import json
import os
import pickle
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn


def state(
    features: int = 3,
    hidden: int = 8,
    layers: int = 1,
    classes: int = 5,
    both: bool = False,
    seed: int = 1,
    kind: str = "gru",
    attends: bool | None = None,
) -> dict[str, torch.Tensor]:
    """The state dict of a network of these sizes, its weights large enough that classes change from row to row.

    ``attends``: has an attention; None: those of both directions have one.
    """
    torch.manual_seed(seed)
    width = hidden * (2 if both else 1)
    layer = {"gru": nn.GRU, "lstm": nn.LSTM, "rnn": nn.RNN}[kind]
    recurrent = layer(features, hidden, layers, batch_first=True, bidirectional=both)
    parts: dict[str, nn.Module] = {kind: recurrent, "fc": nn.Linear(width, classes)}
    if both if attends is None else attends:
        parts["attention_fc"] = nn.Linear(width, width)
    found = {
        f"{name}.{key}": value for name, part in parts.items() for key, value in part.state_dict().items()
    }
    return {key: value * 4 for key, value in found.items()}


def save(path: Path, content: Any) -> Path:
    """``torch.save``."""
    torch.save(content, path)
    return path


class Payload:
    """A pickle that would run a command."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, ("touch /tmp/tidemark-was-here",)


def _bytes(content: Any, **how: Any) -> bytes:
    buffer = io.BytesIO()
    torch.save(content, buffer, **how)
    return buffer.getvalue()


def _deflated(content: bytes) -> bytes:
    """The same archive, compressed, with a record that unpacks to a hundred megabytes."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for entry in source.infolist():
            target.writestr(entry.filename, source.read(entry))
        target.writestr("archive/data/999", bytes(100_000_000))
    return buffer.getvalue()


def _flipped() -> bytes:
    """One bit of a tensor's bytes is another."""
    content = bytearray(_bytes(state()))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        entry = max(archive.infolist(), key=lambda one: one.file_size)
    content[entry.header_offset + 200] ^= 4
    return bytes(content)


def _two_folders() -> bytes:
    buffer = io.BytesIO(_bytes(state()))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr("elsewhere/data.pkl", b"x")
    return buffer.getvalue()


def _climbing() -> bytes:
    buffer = io.BytesIO(_bytes(state()))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr("archive/../../evil", b"x")
    return buffer.getvalue()


def _changed(key: str, change: Callable[[torch.Tensor], Any]) -> bytes:
    tensors: dict[str, Any] = state()
    return _bytes({**tensors, key: change(tensors[key])})


def _without(key: str) -> bytes:
    return _bytes({name: value for name, value in state().items() if name != key})


def _safetensors() -> bytes:
    head = json.dumps({"fc.bias": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
    return struct.pack("<Q", len(head)) + head + bytes(4)


def _numpy() -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, weight=np.zeros(3))
    return buffer.getvalue()


def _script() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("model/constants.pkl", b"x")
        archive.writestr("model/data.pkl", b"x")
        archive.writestr("model/code/__torch__.py", b"x")
    return buffer.getvalue()


def _nan(tensor: torch.Tensor) -> torch.Tensor:
    changed = tensor.clone()
    changed.view(-1)[0] = float("nan")
    return changed


CORPUS: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "is empty"),
    "truncated": (lambda: _bytes(state())[:-300], "damaged or incomplete"),
    "cut to its first bytes": (lambda: _bytes(state())[:100], "damaged or incomplete"),
    "random bytes": (lambda: bytes(range(1, 256)) * 40, "is not a torch checkpoint"),
    "a CSV renamed": (lambda: b"t,v\n1,2\n" * 40, "is a text file"),
    "a whole pickled module": (lambda: _bytes(nn.Linear(2, 2)), "has program code"),
    "an os.system payload": (lambda: _bytes({"gru.weight_ih_l0": Payload()}), "has program code"),
    "a plain pickle with a payload": (lambda: pickle.dumps(Payload()), "Python pickle, which may run code"),
    "a whole module in an entry": (
        lambda: _bytes({"model": nn.Linear(2, 2)}),
        "entry “model” is a Linear, where a state dict is expected",
    ),
    "an object among the tensors": (
        lambda: _bytes({**state(), "fc.bias": Path("x")}),
        "is of type PosixPath; a state dict has tensors only",
    ),
    "a safetensors file": (_safetensors, "is a safetensors file"),
    "a NumPy archive": (_numpy, "archive of NumPy arrays"),
    "a file of Keras": (lambda: b"\x89HDF\r\n" + bytes(600), "HDF5 file"),
    "a pointer of Git LFS": (lambda: b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
    "a compressed checkpoint": (lambda: gzip.compress(_bytes(state())), "compressed with gzip"),
    "TorchScript": (_script, "TorchScript program"),
    "the legacy format": (
        lambda: _bytes(state(), _use_new_zipfile_serialization=False),
        "format of torch before 1.6",
    ),
    "a deflated bomb": (lambda: _deflated(_bytes(state())), "compressed or encrypted"),
    "a giant expanded view": (
        lambda: _changed("fc.weight", lambda _: torch.zeros(1).expand(100_000, 100_000)),
        "is declared larger",
    ),
    "two folders": (_two_folders, "several folders"),
    "a path that climbs": (_climbing, "names that torch.save never writes"),
    "a flipped bit": (_flipped, "damaged or incomplete"),
    "NaN weights": (lambda: _changed("fc.bias", _nan), "not finite"),
    "infinite weights": (lambda: _changed("fc.bias", lambda one: one / 0), "not finite"),
    "weights that overflow": (
        lambda: _changed("fc.bias", lambda one: one.double() * 1e300),
        "fc.bias has values that overflow in float32",
    ),
    "complex tensors": (lambda: _changed("fc.bias", lambda one: one.to(torch.complex64)), "real numbers"),
    "whole numbers": (lambda: _changed("fc.bias", lambda one: one.to(torch.int64)), "real numbers"),
    "sparse tensors": (lambda: _changed("fc.weight", lambda one: one.to_sparse()), "sparse"),
    "no tensor": (
        lambda: _changed("fc.bias", lambda _: [1, 2]),
        "is of type list; a state dict has tensors only",
    ),
    "a missing key": (lambda: _without("fc.bias"), "lacks fc.bias of [5]"),
    "a missing gate": (lambda: _without("gru.weight_hh_l0"), "lacks gru.weight_hh_l0 of [24, 8]"),
    "an extra key": (lambda: _bytes({**state(), "conv.weight": torch.zeros(2)}), "no tensor conv.weight [2]"),
    "no GRU": (
        lambda: _bytes({"fc.weight": torch.zeros(2, 2)}),
        "a GRU, LSTM or RNN is expected; it has fc.weight [2, 2] only",
    ),
    "a shape that does not fit": (
        lambda: _changed("gru.weight_hh_l0", lambda one: one[:, :4].clone()),
        "where [24, 8] belongs",
    ),
    "a layer missing between": (
        lambda: _bytes({key.replace("_l0", "_l1"): value for key, value in state().items()}),
        "no matrix gru.weight_ih_l0",
    ),
    "a list": (lambda: _bytes([1, 2, 3]), "is a list, not a state dict"),
    "an empty dict": (lambda: _bytes({}), "none of “model_state_dict”, “state_dict”, “model”"),
    "a state dict that is a word": (lambda: _bytes({"state_dict": "x"}), "“state_dict” is a str"),
    "no linear layer": (
        lambda: _bytes({key: one for key, one in state().items() if not key.startswith("fc.")}),
        "such as fc.weight of [classes, 8] is expected",
    ),
    "two linear layers": (
        lambda: _bytes({**state(), "fc2.weight": torch.zeros(5, 5), "fc2.bias": torch.zeros(5)}),
        "fc2.weight [5, 5] is additional to fc.weight",
    ),
    "two recurrent layers": (
        lambda: _bytes({**state(), **state(kind="lstm")}),
        "2 recurrent layers (gru.weight_ih_l0 and lstm.weight_ih_l0)",
    ),
    "one tensor twice": (
        lambda: _bytes({**state(), **{f"module.{key}": one for key, one in state().items()}}),
        "gru.weight_ih_l0 and module.gru.weight_ih_l0 are both",
    ),
    "an LSTM with projections": (
        lambda: _bytes({**state(kind="lstm"), "lstm.weight_hr_l0": torch.zeros(4, 8)}),
        "has no tensor lstm.weight_hr_l0 [4, 8]",
    ),
    "an attention over an LSTM": (
        lambda: _bytes(state(kind="lstm", both=True)),
        "belongs to a bidirectional GRU, not to a bidirectional LSTM",
    ),
    "a threshold that is none": (
        lambda: _bytes({"state_dict": state(), "threshold": 3}),
        "“threshold” is 3, where a number between 0 and 1 is expected",
    ),
    "of a newer form": (
        lambda: _bytes({"format": "labeler-model", "format_version": 2}),
        "metadata is newer",
    ),
}
