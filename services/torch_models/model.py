"""Metadata of an inspected checkpoint, as JSON values."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Recurrent = Literal["gru", "lstm", "rnn"]
Family = Recurrent | Literal["bigru-attention", "portfolio"]
Output = Literal["softmax", "sigmoid", "binary"]
Sequence = Literal["row", "file"] | int  # one row; the whole file; windows of this number of rows

# Preprocessing of the predecessor's checkpoints, which have no metadata (FORMATS 1.5).
OLD_PREPROCESSING: tuple[dict[str, Any], ...] = (
    {"name": "gaussian_smoothing", "sigma": 7.0},
    {"name": "log_return"},
)


@dataclass(frozen=True)
class ModelLabel:
    """The label of a class index in the metadata."""

    index: int
    name: str
    color: str | None = None


@dataclass(frozen=True)
class ModelInfo:
    """Metadata of a checkpoint, without its tensors.

    ``features``: number of channels, ``feature_names``: their names in order, if known; ``step``: sampling step in
    seconds, or None. ``portfolio``: sizes of an ensemble trained here; it has no ``hidden``, ``layers`` or ``sequence``
    and includes its preprocessing. ``output``: a softmax over all classes; a sigmoid per class, with no class for a row
    below ``threshold`` in all of them; or (binary) one sigmoid: class 1 from ``threshold`` on,
    else class 0.
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
        """As a JSON object."""
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
        """The kind of the recurrent layer; not for an ensemble."""
        return self.family if self.family in ("lstm", "rnn") else "gru"

    @property
    def may_miss(self) -> bool:
        """True if a channel may be missing; a recurrent network has no class for a row with a missing value."""
        return self.portfolio is not None

    @property
    def needs_positive(self) -> bool:
        """True if values must be above zero."""
        return any(step["name"] == "log_return" for step in self.preprocessing)
