"""Match the channels of recordings by name, or else by position."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.errors import Invalid
from services.storage.paths import quoted


@dataclass(frozen=True)
class Alike:
    """The channels of the training data: their ``names``, and for each recording their ``places`` in it."""

    names: tuple[str, ...]
    places: tuple[list[int], ...]
    warnings: tuple[str, ...] = ()


def alike(recordings: Sequence[tuple[str, tuple[str, ...]]]) -> Alike:
    """Match the channels of recordings, each given as its path and the names of its channels.

    The names that all of them have, in the order of the first recording. Where they have no common name but the same
    number of channels, the channels are matched by position, with a warning.

    Raises:
        Invalid: neither is possible.
    """
    first_path, first = recordings[0]
    common = tuple(name for name in first if all(name in names for _, names in recordings))
    if common:
        places = tuple([names.index(name) for name in common] for _, names in recordings)
        left = sorted({name for _, names in recordings for name in names} - set(common))
        return Alike(common, places, _left_out(left))
    other_path, other = next(recording for recording in recordings if not set(recording[1]) >= set(first))
    for path, names in recordings:
        if len(names) != len(first):
            raise Invalid(
                f"{quoted(first_path)} has the channels {_listed(first)}, {quoted(path)} has {_listed(names)}: no name "
                "is in every recording, and their number differs. Give the channels that belong together one name, or "
                "train on fewer recordings."
            )
    return Alike(
        first,
        tuple(list(range(len(first))) for _ in recordings),
        (
            f"The channels are called differently ({_listed(first)} in {quoted(first_path)}, {_listed(other)} in "
            f"{quoted(other_path)}); they were matched by their order.",
        ),
    )


def _left_out(names: Sequence[str]) -> tuple[str, ...]:
    if not names:
        return ()
    return (f"Left out, because not every recording has it: {_listed(names)}.",)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(quoted(name, 40) for name in names[:6])
    return f"{shown}, …" if len(names) > 6 else shown
