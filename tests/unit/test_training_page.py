"""Training on the Models page: choices, metrics of a checkpoint, command line."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.errors import NotFound
from services.models.fields import WrongFields
from services.training import TrainingRequest
from services.training.figures import figures
from services.training.models_page import command
from services.web.container import Services
from tests.unit.catalogue_models import keep
from tests.unit.running import Lab
from tests.unit.training_figures import measured

LABELS = ((0, 9, "Quiet"), (10, 19, "Loud"), (20, 29, "Quiet"), (30, 39, "Loud"))
RECIPE = TrainingRequest((1,), seconds=30.0, seed=4).recipe()


@pytest.fixture
def lab(services: Services, tmp_path: Path) -> Lab:
    return Lab(services, tmp_path)


def labelled(lab: Lab, path: str, *names: str) -> int:
    recording = lab.recording(([-1] * 10 + [1] * 10) * 3, names or ("v",), path)
    for number, (x0, x1, label) in enumerate(LABELS):
        lab.command(recording, "add", id=f"{recording:016x}{number:016x}", x0=x0, x1=x1, label=label)
    return recording


def test_files_with_labels_come_with_their_channels_and_how_many_there_are_of_each_class(lab: Lab) -> None:
    first, second = labelled(lab, "a/one.csv"), labelled(lab, "b/two.csv", "v", "w")
    lab.recording([1] * 10, path="a/bare.csv")
    choices = lab.services.training_page.choices()
    assert [(file.id, file.path, file.channels) for file in choices.files] == [
        (first, "a/one.csv", ("v",)),
        (second, "b/two.csv", ("v", "w")),
    ]
    assert choices.files[0].marked == {"Quiet": 2, "Loud": 2}
    assert set(choices.classes) == {"Quiet", "Loud"}


def test_what_can_be_chosen_follows_labels_and_classes(lab: Lab) -> None:
    page, recording = lab.services.training_page, labelled(lab, "a/one.csv")
    first = page.choices()
    assert page.choices() is first
    lab.command(recording, "add", id="f" * 32, x0=40, x1=45, label="Loud")
    assert page.choices().files[0].marked == {"Quiet": 2, "Loud": 3}
    (loud,) = (label_class for label_class in lab.services.label_classes.list() if label_class.name == "Loud")
    lab.services.label_classes.recolor(loud.id, "#123456")
    assert page.choices().classes["Loud"] == "#123456"


def test_everywhere_takes_all_files_that_have_labels_and_the_channels_of_the_first(lab: Lab) -> None:
    first, alike = labelled(lab, "a/one.csv"), labelled(lab, "b/two.csv")
    labelled(lab, "a/other.csv", "w", "x")
    found = lab.services.training.outlook(TrainingRequest((first,), everywhere=True))
    assert (found.reason, found.recordings, found.marked["Loud"]) == ("", (first, alike), 4)
    assert lab.services.training.outlook(TrainingRequest((first,))).recordings == (first,)


def test_a_name_that_cannot_be_that_of_a_model_is_refused_before_anything_begins(lab: Lab) -> None:
    recording = labelled(lab, "a/one.csv")
    keep(lab.services, "Trend")
    for name, words in (
        ("trend", "already"),
        ("a/b", "letters, digits and spaces"),
        ("x" * 31, "at most 30"),
    ):
        with pytest.raises(WrongFields, match=words):
            lab.services.training_page.start(TrainingRequest((recording,), name=name))
    assert lab.services.jobs.active() == []


def test_metrics_have_intervals_and_the_value_of_the_most_frequent_class() -> None:
    found = figures(measured())
    assert found
    main = found["macro_f1"]
    assert main["low"] <= main["value"] <= main["high"] and main["always"] < main["value"]
    assert (found["segments"], found["files"], found["judged_on"]) == (8, 1, "Judged on a.csv.")
    assert [label_class["segments"] for label_class in found["classes"]] == [4, 4]
    assert [sum(line) for line in found["confusion"]] == [40, 40]
    assert found["warning"] == ""


def test_a_model_no_better_than_the_commonest_class_is_warned_of() -> None:
    metrics = measured()
    metrics["majority_class"]["macro_f1"] = 1.0
    found = figures(metrics)
    assert found and found["warning"].startswith(
        "The model is no better than always saying the commonest class"
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"macro_f1": "1"},
        {"macro_f1": float("nan")},
        {"segments": True},
        {"segments": -1},
        {"classes": []},
        {"classes": 3},
        {"confusion": [[1, 2], [3, 4]]},
        {"confusion": [[1, 2, 3]]},
        {"confusion": None},
        {"intervals": []},
        {"sure": None},
        {"majority_class": {}},
    ],
)
def test_figures_of_a_checkpoint_that_are_none_are_not_shown(wrong: dict[str, Any]) -> None:
    assert figures({**measured(), **wrong}) is None
    assert figures(None) is None and figures({}) is None


def test_the_command_line_repeats_the_choices(services: Services) -> None:
    held = {"kind": "files", "files": ["a/x [1].csv"]}
    model = replace(
        keep(services, "Waves", provenance={"held_out": held}), recipe={**RECIPE, "unmarked": "No wave"}
    )
    text, note = command(model)
    words = shlex.split(text)
    assert words[:3] == ["python", "app.py", "train"]
    assert words[words.index("--holdout") + 1] == "a/x [[]1].csv"  # a pattern that means just this file
    assert words[words.index("--background") + 1] == "No wave"
    assert words[-4:] == ["--seconds", "30", "--seed", "4"]
    assert note.startswith("Put the recordings")
    later, note = command(
        replace(model, recipe={**RECIPE, "later": True, "channels": ["v"], "unmarked": "between"})
    )
    assert "--later --background Unmarked --gaps-only" in later
    assert "all channels" in note


def test_a_model_trained_on_the_command_line_has_its_own_command(services: Services) -> None:
    model = keep(services, "Waves", provenance={"command": "python app.py train --data x", "files": [3]})
    assert command(model) == ("python app.py train --data x", "")
    shown = services.training_page.model(model.id)
    assert (shown["figures"], shown["improves"], shown["sources"], shown["points"]) == (None, False, [], [])


def test_a_model_that_was_not_trained_here_cannot_be_improved(services: Services) -> None:
    model = keep(services, "Trend")
    for attempt in (services.training_page.improvement, services.training_page.improve):
        with pytest.raises(NotFound, match="not trained here"):
            attempt(model.id)
