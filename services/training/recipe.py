"""Training recipe: plain values, used as job arguments and stored with the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from services.errors import Invalid

BETWEEN = "between"  # of ``unmarked``: gaps between adjacent labels are background
QUICK_SECONDS = 4.0
MOST_SECONDS = 3600.0


@dataclass(frozen=True)
class TrainingRequest:
    """A training request.

    Args:
        recordings: ids of the training recordings.
        folder: also recordings of this folder with labels and the same channels, including later ones; None: none.
        everywhere: also recordings of any folder with labels and the same channels, including later ones.
        classes: names of the classes; none: all in use.
        channels: names of the channels; none: those common to all recordings.
        unmarked: class of unlabelled samples: "" unknown, ``between`` background in gaps between adjacent
        labels, else the name of a class.
        holdout: paths of the held-out recordings; none: chosen automatically.
        measured: False: no evaluation, so a class needs only one segment.
        sparing: exclude classes with too few segments, if two others have enough.
        later: evaluate on the later segments of each recording, also where whole recordings could be held out.
        seconds: total training time.
        seed: random seed.
        name: name of the model; "": names of its classes.
        follows: id of the model that this is the next version of; "": a new model.
        suggest: id of the recording to label with the model; 0: none.
    """

    recordings: tuple[int, ...]
    folder: str | None = None
    classes: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    unmarked: str = ""
    holdout: tuple[str, ...] = ()
    seconds: float = 60.0
    seed: int = 0
    name: str = ""
    follows: str = ""
    suggest: int = 0
    everywhere: bool = False
    later: bool = False
    sparing: bool = False
    measured: bool = True

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {
            key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items()
        }

    @classmethod
    def from_json(cls, values: Any) -> TrainingRequest:
        """Inverse of :meth:`to_json`; missing values have their defaults.

        Raises:
            Invalid: a value has the wrong type.
        """
        if not isinstance(values, Mapping):
            raise Invalid("A training must have names and values.")
        cleaned = {name: _clean(name, values[name]) for name in cls.__dataclass_fields__ if name in values}
        if not cleaned.get("recordings"):
            raise Invalid("Choose the recordings to learn from.")
        return cls(**cleaned)

    def recipe(self) -> dict[str, Any]:
        """The part stored with the model, for repeating the training."""
        return replace(self, follows="", suggest=0).to_json()


def _clean(name: str, value: Any) -> Any:
    if name == "recordings":
        return _listed(value, int, "recordings")
    if name in ("classes", "channels", "holdout"):
        return _listed(value, str, name)
    if name == "folder":
        return value if isinstance(value, str) else None
    if name in ("everywhere", "later", "sparing", "measured"):
        return value is True
    if name == "seconds":
        if not isinstance(value, int | float) or not 1 <= value <= MOST_SECONDS:
            raise Invalid(f"A training may take 1 to {MOST_SECONDS:,.0f} seconds.")
        return float(value)
    if name in ("seed", "suggest"):
        if type(value) is not int or not 0 <= value < 2**31:
            raise Invalid(f"“{name}” must be a whole number.")
        return value
    if not isinstance(value, str):
        raise Invalid(f"“{name}” must be text.")
    return value.strip()


def _listed(values: Any, kind: type, name: str) -> tuple[Any, ...]:
    if not isinstance(values, list | tuple) or not all(type(value) is kind for value in values):
        raise Invalid(f"“{name}” must be a list.")
    return tuple(dict.fromkeys(values))
