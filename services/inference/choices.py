"""Auto-label options as stored for the next runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from services.inference.options import ALL, NOTHING, SUGGESTIONS, RunOptions

PREFERENCE = "autolabel"  # name of the preference


@dataclass(frozen=True)
class AutolabelChoices:
    """The options of auto-labelling.

    ``accepts``: segments with at least ``score`` are accepted; ``visible``: only the visible range is labelled. For the
    others see :class:`RunOptions`.
    """

    least: int = 1
    accepts: bool = False
    score: float | None = 0.9
    replace: str = SUGGESTIONS
    visible: bool = False

    @classmethod
    def from_json(cls, values: Any) -> AutolabelChoices:
        """The stored options; missing ones have their defaults."""
        kept = values if isinstance(values, Mapping) else {}
        return cls(**{field.name: kept[field.name] for field in fields(cls) if field.name in kept})

    @classmethod
    def from_form(cls, values: Mapping[str, Any], before: AutolabelChoices) -> AutolabelChoices:
        """The options of a form; missing ones are as ``before``.

        Raises:
            Invalid: an option is invalid.
        """
        accepts = values.get("becomes") == "accept"
        chosen = cls(
            least=values.get("least") or 0,
            accepts=accepts,
            score=values.get("score") if accepts else before.score,
            replace=str(values.get("replace")),
            visible=values["visible"] is True if "visible" in values else before.visible,
        )
        RunOptions.from_json(chosen.run_options())
        return chosen

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return asdict(self)

    def run_options(self) -> dict[str, Any]:
        """The JSON object of :class:`RunOptions`."""
        accept = ("" if self.score is None else self.score) if self.accepts else None
        return {"least": self.least, "accept": accept, "replace": self.replace}

    @property
    def sentence(self) -> str:
        """The options that differ from the defaults, as text; "" if none does."""
        words = [
            "visible range only" if self.visible else "",
            f"at least {self.least:,} samples long" if self.least > 1 else "",
            f"accepted from {self.score:g} on" if self.accepts else "",
            "replaces all labels" if self.replace == ALL else "",
            "earlier suggestions stay" if self.replace == NOTHING else "",
        ]
        text = ", ".join(filter(None, words))
        return f"{text[0].upper()}{text[1:]}." if text else ""
