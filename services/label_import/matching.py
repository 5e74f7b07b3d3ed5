"""Match label files to recordings by path."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from services.label_import.pairs import csv_path
from services.storage.paths import CSV_SUFFIXES, LABELS_JSON_SUFFIX, quoted, twin_key, windows_name

SUFFIXES = (".labels.csv", "_labels.csv")  # of label files next to their recording
MOST_CANDIDATES = 50


@dataclass(frozen=True)
class ImportTarget:
    """A recording that labels can be imported into."""

    id: int
    path: str


@dataclass(frozen=True)
class Match:
    """The recording of a label file; or ``candidates`` and the ``reason`` why there is none."""

    target: ImportTarget | None
    how: str = ""
    candidates: tuple[ImportTarget, ...] = ()
    reason: str = ""


class Matcher:
    """Finds recordings by the paths of label files.

    First the same path, as Save writes it. Else the recording of the same file name with the most equal folders,
    counted from the file. Else ``NAME.labels.csv`` and ``NAME_labels.csv`` match ``NAME.csv``. Names are compared as in
    ZIPs, where ``a:b.csv`` is ``a_b.csv``. In case of a tie the user chooses.
    """

    def __init__(self, targets: Iterable[ImportTarget]) -> None:
        self._by_name: dict[str, list[ImportTarget]] = defaultdict(list)
        for target in targets:
            self._by_name[_parts(target.path)[-1]].append(target)

    def match(self, path: str) -> Match:
        """The recording of the label file at ``path``."""
        for parts in _candidate_paths(path):
            target = self._named(parts)
            if target:
                return target
        name = PurePosixPath(path).name
        return Match(
            None,
            reason=f"no recording is called {quoted(PurePosixPath(_candidate_paths(path)[-1]).name or name)}",
        )

    def _named(self, path: str) -> Match | None:
        parts = _parts(path)
        candidates = self._by_name.get(parts[-1], [])
        if not candidates:
            return None
        common = {target: _agreeing(_parts(target.path), parts) for target in candidates}
        most = max(common.values())
        best = tuple(target for target in candidates if common[target] == most)
        same = tuple(target for target in best if _parts(target.path) == parts)
        exact = tuple(target for target in same if twin_key(target.path) == twin_key(path))
        best = exact or same or best
        if len(best) == 1:
            return Match(best[0], "same path" if same else _match_text(best[0], most))
        shown = tuple(sorted(best, key=lambda target: target.path))[:MOST_CANDIDATES]
        return Match(None, candidates=shown, reason=f"{len(best):,} recordings match equally: choose one")


def _candidate_paths(path: str) -> list[str]:
    """Possible paths of the recording of the label file at ``path``, most likely first."""
    paths = [path]
    if path.lower().endswith(LABELS_JSON_SUFFIX) and len(path) > len(LABELS_JSON_SUFFIX):
        stem = path[: -len(LABELS_JSON_SUFFIX)]
        return list(dict.fromkeys([csv_path(path), *(stem + kind for kind in sorted(CSV_SUFFIXES))]))
    for suffix in SUFFIXES:
        if path.lower().endswith(suffix) and len(path) > len(suffix):
            paths += [path[: -len(suffix)] + kind for kind in sorted(CSV_SUFFIXES)]
    return paths


def _parts(path: str) -> list[str]:
    return [twin_key(windows_name(part)) for part in path.split("/")]


def _agreeing(first: list[str], other: list[str]) -> int:
    """Number of equal parts, counted from the end."""
    count = 0
    for other_part, yours in zip(reversed(first), reversed(other), strict=False):
        if other_part != yours:
            break
        count += 1
    return count


def _match_text(target: ImportTarget, agreeing: int) -> str:
    if agreeing == 1:
        return "same file name"
    return f"same path from {'/'.join(target.path.split('/')[-agreeing:-1])}/ on"
