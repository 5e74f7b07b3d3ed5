"""Training form: groups of files, choices, missing values, resulting request."""

from __future__ import annotations

from typing import Any

import pytest

from components.models.train_form import class_options, refilled, remembered
from services.training.form import (
    ALL,
    FILES,
    FOLDER,
    LATER,
    OWN_CLASS,
    SOME,
    FormValues,
    LabelledFile,
    TrainingChoices,
    alike,
    chosen_files,
    described,
    folders,
    offer,
    proposed_name,
    ticked_at_first,
    unclear,
)
from services.training.form import refilled as values_again
from tests.unit.training_shown import choices

CHOICES = choices()


def paths(**values: Any) -> list[str]:
    return [one.path for one in chosen_files(CHOICES, FormValues(**values))]


def test_files_are_grouped_by_channels_in_any_order_and_by_folder_with_the_most_labels_first() -> None:
    assert [[file.id for file in group.files] for group in alike(CHOICES)] == [[1, 2], [3]]
    assert [(group.key, group.labels) for group in folders(CHOICES)] == [("ecg", 10), ("", 4)]
    assert ticked_at_first(CHOICES) == (1, 2)


def test_files_are_those_of_a_group_of_a_folder_or_ticked() -> None:
    assert paths() == ["ecg/one.csv", "ecg/two.csv"]
    assert paths(alike="v") == ["other.csv"]
    assert paths(scope=FOLDER, folder="") == ["other.csv"]
    assert paths(scope=SOME, files=(3, 1, 99)) == ["ecg/one.csv", "other.csv"]
    assert chosen_files(TrainingChoices((), {}, 30), FormValues()) == ()


def test_classes_and_channels_are_offered_that_the_files_have() -> None:
    offered = offer(CHOICES, chosen_files(CHOICES, FormValues()))
    assert offered.classes == {"P": 4, "QRS": 4, "T": 2}
    assert offered.channels == ("II", "V1")
    assert offer(CHOICES, CHOICES.files).channels == ()
    assert offer(CHOICES, CHOICES.files[:1]).ways == ("choice", "none")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (FormValues(scope=SOME), "Choose the files to learn from"),
        (FormValues(classes=()), "Choose the classes"),
        (FormValues(channels=()), "Choose at least one channel"),
        (FormValues(unmarked=OWN_CLASS, background="  "), "Enter the class"),
        (FormValues(judged=FILES), "Choose the files for the evaluation"),
        (FormValues(judged=FILES, held=(3,)), "Choose the files for the evaluation"),
        (FormValues(judged=FILES, held=(1, 2)), "All files are held out"),
        (FormValues(judged=FILES, held=(2,)), ""),
    ],
)
def test_missing_values_are_reported_with_a_remedy(values: FormValues, words: str) -> None:
    problem = unclear(offer(CHOICES, chosen_files(CHOICES, values)), values)
    assert problem.startswith(words) if words else problem == ""


def test_a_complete_selection_is_not_stored_so_that_later_classes_are_included() -> None:
    values = FormValues(classes=("P", "QRS", "T"), channels=("II",), judged=LATER)
    request = described(offer(CHOICES, CHOICES.files[:2]), values)
    assert (request.recordings, request.everywhere, request.folder) == ((1, 2), True, None)
    assert (request.classes, request.channels, request.later) == ((), ("II",), True)


def test_an_earlier_training_fills_the_form_again() -> None:
    values = FormValues(
        scope=FOLDER,
        folder="ecg",
        classes=("P",),
        unmarked=OWN_CLASS,
        background="Rest",
        judged=FILES,
        held=(2,),
        seconds=180.0,
        name="Waves",
    )
    request = described(offer(CHOICES, chosen_files(CHOICES, values)), values)
    again = values_again(CHOICES, request.to_json())
    assert described(offer(CHOICES, chosen_files(CHOICES, again)), again) == request


def test_held_out_files_with_signs_of_patterns_are_found_again() -> None:
    offered = choices(
        LabelledFile(1, "a[1].csv", ("v",), {"P": 2}), LabelledFile(2, "b.csv", ("v",), {"P": 2})
    )
    again = values_again(offered, {"recordings": [1, 2], "holdout": ["a[[]1].csv"], "everywhere": True})
    assert (again.scope, again.judged, again.held) == (ALL, FILES, (1,))


def test_excluded_names_stay_excluded_when_other_files_are_chosen() -> None:
    first, other = FormValues(), FormValues(alike="v")
    before = remembered(offer(CHOICES, chosen_files(CHOICES, first)), first)
    ticked = {"classes": ["P", "T"], "channels": ["II"]}
    there = offer(CHOICES, chosen_files(CHOICES, other))
    moved = refilled(CHOICES, there, other, before, ticked)
    assert moved["classes"][1] == ["P"]
    assert moved["channels"][1] == ["v"]
    back = refilled(
        CHOICES,
        offer(CHOICES, chosen_files(CHOICES, first)),
        first,
        moved["offered"],
        {"classes": moved["classes"][1], "channels": moved["channels"][1]},
    )
    assert (back["classes"][1], back["channels"][1]) == (["P", "T"], ["II"])


def test_a_class_with_too_few_segments_shows_the_missing_number() -> None:
    offered = choices(LabelledFile(1, "a.csv", ("v",), {"P": 1, "QRS": 2}))
    options, ticked = class_options(offered, offer(offered, offered.files), FormValues())
    assert ["1 more needed" in str(option["label"]) for option in options] == [True, False]
    assert ticked == ["P", "QRS"]


def test_a_name_is_proposed_that_no_model_has_within_its_limit() -> None:
    assert proposed_name(["P", "QRS"], [], 30) == "P QRS"
    assert proposed_name(["P", "QRS"], ["p qrs", "P QRS 2"], 30) == "P QRS 3"
    assert proposed_name(["/"], [], 30) == "Trained model"
    assert proposed_name(["x" * 40], ["x" * 30], 30) == f"{'x' * 28} 2"
    assert proposed_name(["a_b", "Ströme"], [], 30) == "a b Ströme"
