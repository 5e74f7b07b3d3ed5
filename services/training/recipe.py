"""Training recipe: plain values, used as job arguments and stored with the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from services.errors import Invalid

BETWEEN = "between"  # of ``unmarked``: gaps between labels that stand close together are nothing
QUICK_SECONDS = 10.0
MOST_SECONDS = 3600.0


@dataclass(frozen=True)
class TrainingRequest:
    """One training.

    Args:
        recordings: ids of the recordings whose labels are learnt.
        folder: also those in this folder that have labels and the same channels, also ones labelled later; None: none.
        everywhere: also those in any folder that have labels and the same channels, also ones labelled later.
        classes: names of the classes, none = all in use.
        channels: names of the channels, none = those all recordings share.
        unmarked: class of unlabelled stretches: "" unknown, ``between`` background where labels are close
            together, else the name of the class it is of.
        holdout: paths of the recordings the model is judged on, none = a choice is made.
        measured: False: nothing is held out and no figures are given, so a class needs one segment only.
        sparing: classes with too few segments are left out, where two others have enough.
        later: it is judged on the later segments of each recording, also where whole ones could be left out.
        seconds: for all of the training.
        seed: of every choice left to chance.
        name: of the model, "" = the names of its classes.
        follows: id of the model of which this is the next version, "" = a new model.
        suggest: id of the recording that is labelled with the model at once, 0 = none.
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
        """As plain values."""
        return {
            key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items()
        }

    @classmethod
    def from_json(cls, values: Any) -> TrainingRequest:
        """Inverse of :meth:`to_json`; what is not there is as it is from the start.

        Raises:
            Invalid: something is not of its kind.
        """
        if not isinstance(values, Mapping):
            raise Invalid("A training must have names and values.")
        known = {name: _clean(name, values[name]) for name in cls.__dataclass_fields__ if name in values}
        if not known.get("recordings"):
            raise Invalid("Choose the recordings whose labels are to be learnt.")
        return cls(**known)

    def recipe(self) -> dict[str, Any]:
        """What a model keeps of it, to be trained again."""
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
    if not isinstance(values, list | tuple) or not all(type(one) is kind for one in values):
        raise Invalid(f"“{name}” must be a list.")
    return tuple(dict.fromkeys(values))
