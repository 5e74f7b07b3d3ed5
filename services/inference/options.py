"""Options of an inference run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import isfinite
from typing import Any

from services.errors import Invalid

NOTHING, SUGGESTIONS, ALL = "nothing", "suggestions", "all"
LONGEST = 10**9  # samples; upper limit of the minimum length


@dataclass(frozen=True)
class RunOptions:
    """Options for storing the results of a run.

    ``least``: segments of fewer samples are merged into a neighbour. ``accept``: those with at least this score are
    accepted, the others are suggestions; None: all are suggestions. ``replace``: labels to delete with the result:
    none, the open suggestions of this model, or all labels of the file.
    """

    least: int = 1
    accept: float | None = None
    replace: str = SUGGESTIONS

    @classmethod
    def from_json(cls, values: Any) -> RunOptions:
        """Parse options from a browser.

        Raises:
            Invalid: an option is invalid.
        """
        stored = values if isinstance(values, Mapping) else {}
        least, accept, replace = (
            stored.get("least", 1),
            stored.get("accept"),
            stored.get("replace", SUGGESTIONS),
        )
        if not isinstance(least, int) or isinstance(least, bool) or not 1 <= least <= LONGEST:
            raise Invalid("The minimum length is a whole number of samples, 1 or more.")
        if accept is not None and not (_is_number(accept) and 0 <= accept <= 1):
            raise Invalid("The score from which labels are accepted is a number from 0 to 1.")
        if replace not in (NOTHING, SUGGESTIONS, ALL):
            raise Invalid("The labels to replace must be: nothing, suggestions or all.")
        return cls(least, None if accept is None else float(accept), replace)

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return asdict(self)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
