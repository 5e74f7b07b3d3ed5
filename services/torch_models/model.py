"""Metadata of an inspected checkpoint, as plain values that JSON can hold."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Recurrent = Literal["gru", "lstm", "rnn"]
Family = Recurrent | Literal["bigru-attention", "portfolio"]
Output = Literal["softmax", "sigmoid", "binary"]
Sequence = (
    Literal["row", "file"] | int
)  # a row is a sequence of its own; the whole file; windows of so many rows

# What checkpoints of the two old families expect (FORMATS 1.5), which say nothing of themselves.
OLD_PREPROCESSING: tuple[dict[str, Any], ...] = (
    {"name": "gaussian_smoothing", "sigma": 7.0},
    {"name": "log_return"},
)


@dataclass(frozen=True)
class ModelLabel:
    """The label of a class index, where the checkpoint says it."""

    index: int
    name: str
    color: str | None = None


@dataclass(frozen=True)
class ModelInfo:
    """A checkpoint without its tensors.

    ``features`` is the number of channels, ``feature_names`` their names in order where the checkpoint says them;
    ``step`` the sampling step it expects, in seconds, or None. ``portfolio`` holds the sizes of a model that was
    trained here; such a model has no ``hidden``, ``layers`` or ``sequence`` and does its preprocessing itself.
    ``output``: a softmax over all classes; a sigmoid for each, a row below ``threshold`` in all of them having none; or
    (binary) one sigmoid, from ``threshold`` on class 1, else class 0.
    """

    family: Family
    features: int
    hidden: int
    layers: int
    bidirectional: bool
    classes: int
    sequence: Sequence = "row"
    feature_names: tuple[str, ...] = ()
    preprocessing: tuple[dict[str, Any], ...] = OLD_PREPROCESSING
    labels: tuple[ModelLabel, ...] = ()
    step: float | None = None
    metrics: dict[str, Any] | None = None
    provenance: dict[str, Any] | None = None
    self_describing: bool = False
    portfolio: dict[str, Any] | None = None
    output: Output = "softmax"
    threshold: float | None = None

    def to_json(self) -> dict[str, Any]:
        """As values that JSON can hold."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> ModelInfo:
        """Inverse of :meth:`to_json`."""
        return cls(
            **{
                **values,
                "feature_names": tuple(values["feature_names"]),
                "preprocessing": tuple(values["preprocessing"]),
                "labels": tuple(ModelLabel(**label) for label in values["labels"]),
            }
        )

    @property
    def recurrent(self) -> Recurrent:
        """The kind of the recurrent layer; a portfolio has none."""
        return self.family if self.family in ("lstm", "rnn") else "gru"

    @property
    def may_miss(self) -> bool:
        """True when it can go without a channel; a recurrent network has no class for a row with a missing value."""
        return self.portfolio is not None

    @property
    def needs_positive(self) -> bool:
        """True when a value of zero or below cannot be used."""
        return any(step["name"] == "log_return" for step in self.preprocessing)
