"""Report of a label import or of its dry run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from services.label_import.matching import Target
from services.label_import.placing import Fate

BY_TIME = "placed by time, see the note"
MOST_LINES = 1000  # lines reported per file


@dataclass(frozen=True)
class LineReport:
    """A line whose label did not simply match, and why."""

    line: int
    fate: Fate
    start: str
    end: str
    label: str
    words: str


@dataclass
class FileReport:
    """One file of labels.

    ``matched``, ``moved``, ``clipped`` and ``unmatched`` add up to its labels. Of those with a place ``here`` are
    labels of the recording already; ``fresh`` are not, ``others`` are its labels that are not in the file.
    ``brought`` and ``removed`` are None until the labels were brought in. ``instead``: the other file of a pair, which
    is brought in instead of this one. ``numbered``: what the numbers of its lines count. ``inexact``: a label JSON of
    other bytes or of another reading, whose labels go by their times; a note says why.
    """

    path: str
    target: Target | None = None
    how: str = ""
    candidates: tuple[Target, ...] = ()
    reason: str = ""
    matched: int = 0
    moved: int = 0
    clipped: int = 0
    unmatched: int = 0
    here: int = 0
    fresh: int = 0
    others: int = 0
    brought: int | None = None
    removed: int | None = None
    instead: str = ""
    numbered: str = "line"
    inexact: bool = False
    lines: list[LineReport] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """True when the file, or one of its labels, found no place."""
        return bool(self.reason) or self.unmatched > 0

    def count(self, fate: Fate, lines: Iterable[LineReport] = ()) -> None:
        """One label more of that fate."""
        setattr(self, fate.value, getattr(self, fate.value) + 1)
        self.lines += lines

    def to_json(self) -> dict[str, Any]:
        """As plain values; ``lines`` are the first so many, ``more`` how many more there are."""
        shown = self.lines[:MOST_LINES]
        return {
            **asdict(self),
            "lines": [asdict(line) for line in shown],
            "more": len(self.lines) - len(shown),
            "labels": self.labels,
        }

    @property
    def labels(self) -> int:
        """How many labels the file has."""
        return self.matched + self.moved + self.clipped + self.unmatched

    @property
    def sentence(self) -> str:
        """The same in words, without the lines."""
        if self.target is None or self.reason:
            return f"not brought in: {self.reason}"
        if self.instead:
            return f"left out: {self.instead} has the same labels, with their samples and notes"
        counts = [(self.matched, "matched"), (self.moved, "moved"), (self.clipped, "clipped")]
        parts = [f"{number:,} {word}" for number, word in counts if number]
        parts += [f"{self.unmatched:,} unmatched"] if self.unmatched else []
        parts += [f"{self.here:,} already there"] if self.here else []
        if self.brought is not None:
            parts.append(f"{self.brought:,} brought in")
        if self.removed:
            parts.append(f"{self.removed:,} removed")
        parts += [BY_TIME] if self.inexact else []
        return f"→ {self.target.path} ({self.how}): {', '.join(parts) or 'no labels in it'}"

    @property
    def told(self) -> list[str]:
        """Further lines of the report."""
        candidates = [f"could be {target.path}" for target in self.candidates]
        lines = [f"{self.numbered} {line.line}: {line.fate}: {line.words}" for line in self.lines]
        return [*candidates, *self.notes, *lines]
