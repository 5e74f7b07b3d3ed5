"""Report of a label import or dry run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from services.label_import.matching import ImportTarget
from services.label_import.placing import PlacementResult

BY_TIME = "placed by time, see the note"
MOST_LINES = 1000  # lines reported per file


@dataclass(frozen=True)
class LineReport:
    """A line whose label did not match exactly, with the reason."""

    line: int
    fate: PlacementResult
    start: str
    end: str
    label: str
    words: str


@dataclass
class FileReport:
    """Report of a label file.

    ``matched``, ``moved``, ``clipped`` and ``unmatched`` add up to the number of labels. ``here``: existing labels,
    ``fresh``: new labels, ``others``: labels of the recording that are not in the file. ``brought`` and ``removed`` are
    None before the import. ``instead``: the other file of the pair, which is imported in place of this one.
    ``numbered``: unit of the line numbers. ``inexact``: a label JSON of other bytes or another reading, whose labels
    are placed by their times; a note gives the reason.
    """

    path: str
    target: ImportTarget | None = None
    how: str = ""
    candidates: tuple[ImportTarget, ...] = ()
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
        """True when the file, or one of its labels, has no place."""
        return bool(self.reason) or self.unmatched > 0

    def count(self, fate: PlacementResult, lines: Iterable[LineReport] = ()) -> None:
        """Count a label."""
        setattr(self, fate.value, getattr(self, fate.value) + 1)
        self.lines += lines

    def to_json(self) -> dict[str, Any]:
        """As a JSON object; ``lines`` are the first lines, ``more`` the number of further lines."""
        shown = self.lines[:MOST_LINES]
        return {
            **asdict(self),
            "lines": [asdict(line) for line in shown],
            "more": len(self.lines) - len(shown),
            "labels": self.labels,
        }

    @property
    def labels(self) -> int:
        """Number of labels in the file."""
        return self.matched + self.moved + self.clipped + self.unmatched

    @property
    def sentence(self) -> str:
        """The report as one sentence, without the lines."""
        if self.target is None or self.reason:
            return f"not imported: {self.reason}"
        if self.instead:
            return f"left out: {self.instead} has the same labels, with their samples and notes"
        counts = [(self.matched, "matched"), (self.moved, "moved"), (self.clipped, "clipped")]
        parts = [f"{number:,} {word}" for number, word in counts if number]
        parts += [f"{self.unmatched:,} unmatched"] if self.unmatched else []
        parts += [f"{self.here:,} already exist"] if self.here else []
        if self.brought is not None:
            parts.append(f"{self.brought:,} imported")
        if self.removed:
            parts.append(f"{self.removed:,} removed")
        parts += [BY_TIME] if self.inexact else []
        return f"→ {self.target.path} ({self.how}): {', '.join(parts) or 'no labels in it'}"

    @property
    def details(self) -> list[str]:
        """Further lines of the report."""
        candidates = [f"could be {target.path}" for target in self.candidates]
        lines = [f"{self.numbered} {line.line}: {line.fate}: {line.words}" for line in self.lines]
        return [*candidates, *self.notes, *lines]
