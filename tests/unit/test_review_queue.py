"""Review queue: least certain first, spread over signals and files."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from services.annotations.review_queue import IN_A_ROW, ReviewQueue, spread
from tests.suggestions import suggest
from tests.unit.working_state import Desk


@dataclass(frozen=True)
class Row:
    id: str
    recording_id: int
    start_index: int
    end_index: int
    score: float | None
    rows: int = 1000


def rows(*suggestions: tuple[int, int, float], recording: int = 1) -> list[Row]:
    return [Row(f"{recording}-{start}", recording, start, end, score) for start, end, score in suggestions]


def order(found: list[Row], decided: list[Row] | None = None) -> list[str]:
    return [offer.id for offer in spread(found, decided or [], len(found))]


def test_the_least_certain_is_first() -> None:
    assert order(rows((100, 110, 0.9), (500, 510, 0.4), (800, 810, 0.7)))[0] == "1-500"


def test_of_ten_uncertain_neighbours_one_is_looked_at_before_something_far_away() -> None:
    crowd = [(500 + 5 * place, 503 + 5 * place, 0.4) for place in range(10)]
    ordered = order(rows(*crowd, (50, 60, 0.6), (900, 910, 0.6)))
    assert set(ordered[1:3]) == {"1-50", "1-900"}


def test_a_neighbour_of_a_decided_suggestion_follows_later() -> None:
    found = rows((500, 510, 0.5), (900, 910, 0.55))
    assert order(found)[0] == "1-500"
    assert order(found, rows((515, 525, 0.3)))[0] == "1-900"


def test_no_file_is_offered_more_than_a_few_times_in_a_row_while_another_has_any() -> None:
    one = rows(*[(100 * place, 100 * place + 5, 0.2) for place in range(9)])
    other = rows(*[(100 * place, 100 * place + 5, 0.8) for place in range(3)], recording=2)
    files = [identity[0] for identity in order([*one, *other])]
    runs = [len(list(group)) for _, group in groupby(files)]
    assert max(runs[:-1]) <= IN_A_ROW
    assert len(files) == 12


def test_every_suggestion_is_offered_in_the_end_and_once() -> None:
    ordered = order(rows(*[(10 * place, 10 * place + 5, 1.0) for place in range(50)]))
    assert sorted(ordered) == sorted(set(ordered))
    assert len(ordered) == 50


def test_nothing_open_is_an_empty_queue() -> None:
    assert spread([], [], 10) == []


def test_the_queue_covers_all_files_or_one(desk: Desk) -> None:
    first, second = desk.record("a.csv"), desk.record("b.csv")
    suggest(desk.annotations, first, [(100, 110, "A", 0.9), (500, 510, "A", 0.5)])
    suggest(desk.annotations, second, [(100, 110, "A", 0.3)])
    queue = ReviewQueue(desk.database)
    assert [(offer.recording, offer.score) for offer in queue.next()] == [
        (second, 0.3),
        (first, 0.5),
        (first, 0.9),
    ]
    assert [offer.recording for offer in queue.next(recording=first)] == [first, first]
    assert len(queue.next(most=1)) == 1


def test_a_decided_suggestion_leaves_the_queue(desk: Desk) -> None:
    recording = desk.record("a.csv")
    ids: Any = suggest(desk.annotations, recording, [(100, 110, "A", 0.5), (500, 510, "A", 0.6)])
    desk.send(recording, "accept", ids=[ids[0]])
    assert [offer.id for offer in ReviewQueue(desk.database).next()] == [ids[1]]
