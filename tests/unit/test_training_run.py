"""Training, evaluation, final training on all labels; versions."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from services.errors import Invalid
from services.learning.data.examples import UNKNOWN, Corpus, Example, RecordingSource, segments
from services.learning.pipeline import TrainingOutcome, run
from services.learning.provenance import Earlier, Plan, earlier
from services.torch_models.description import LONGEST_METADATA
from services.torch_models.model import ModelInfo, ModelLabel
from services.version import VERSION
from tests.unit.training_core import Bench, Nearest

ROOT = Path(__file__).resolve().parents[2]


def example(name: str, classes: int = 2, times: int = 4, level: float = 10.0) -> Example:
    """Segments of ten rows with the class times ``level`` as value, and unlabelled rows between."""
    labels = np.tile(np.repeat([*range(classes), UNKNOWN], 10), times).astype(np.int16)
    return Example(name, (labels[:, None] * level).astype(np.float32), labels, None, 0.5)


def corpus(*examples: Example, classes: str = "ab") -> Corpus:
    labels = tuple(ModelLabel(index, name, "#111111") for index, name in enumerate(classes))
    sources = tuple(
        RecordingSource(example.name, f"sha of {example.name}", dict.fromkeys(classes, 4))
        for example in examples
    )
    return Corpus(examples, labels, ("x",), sources)


def as_earlier(trained: TrainingOutcome[Nearest], sha256: str = "old") -> Earlier:
    """The metadata of a checkpoint with these metrics."""
    kept = json.loads(json.dumps({"m": trained.report.figures(), "p": trained.report.provenance}))
    info = ModelInfo("gru", 1, 1, 1, False, len(trained.corpus.labels), labels=trained.corpus.labels)
    return earlier(replace(info, feature_names=("x",), metrics=kept["m"], provenance=kept["p"]), sha256)


def test_the_model_that_is_kept_has_seen_everything_and_the_one_that_is_judged_has_not() -> None:
    bench, reported = Bench(), list[float]()
    given = corpus(*(example(f"{number}.csv") for number in range(4)))
    trained = run(given, Plan(seed=1), bench.core, lambda done, _what, _figures: reported.append(done))
    kept, judged = bench.learnt
    split = trained.report.split
    assert (
        split
        and len(judged) == 3
        and set(split.files) == {"0.csv", "1.csv", "2.csv", "3.csv"} - {one.name for one in judged}
    )
    assert kept == given.examples and reported == [0.5, 1.0, 1.0]
    assert trained.report.metrics and trained.report.metrics.macro_f1 == 1
    assert trained.report.metrics.segments == 8 and trained.report.warnings == ()


def test_provenance_has_files_segments_recipe_and_command() -> None:
    learnt = replace(corpus(example("0.csv"), example("1.csv")), authors={"Ann": 16})
    trained = run(learnt, Plan(seconds=7, seed=3), Bench().core, command="train …")
    reported = trained.report.provenance
    assert reported["files"][0] == {"path": "0.csv", "sha256": "sha of 0.csv", "segments": {"a": 4, "b": 4}}
    assert (
        reported["segments"] == {"a": 8, "b": 8} and reported["version"] == 1 and reported["follows"] is None
    )
    assert reported["authors"] == {"Ann": 16}
    assert reported["recipe"]["seconds"] == 7 and reported["recipe"]["seed"] == 3
    assert (reported["command"], reported["code_version"]) == ("train …", VERSION)
    assert f'version = "{VERSION}"' in (ROOT / "pyproject.toml").read_text()
    json.dumps(trained.report.to_json(), allow_nan=False)


def test_the_table_and_the_sentences_name_their_sample_sizes() -> None:
    lines = run(corpus(example("one.csv")), Plan(), Bench().core).report.lines()
    text = "\n".join(lines)
    assert lines[0].split() == ["Precision", "Recall", "F1", "Segments", "Segment", "F1"]
    assert "a      1.000" in lines[1]
    (warning,) = run(corpus(example("one.csv")), Plan(), Bench().core).report.warnings
    assert "Few held-out segments (“a” 1, “b” 1):" in warning
    assert "samples   a   b  –" in lines and "b         0  10  0" in lines
    assert "too few for an interval" in text and "All labels are of one recording" in text
    several = run(corpus(*(example(f"{number}.csv") for number in range(4))), Plan(), Bench().core)
    assert "from 8 segments); always the commonest class: 0.333" in "\n".join(several.report.lines())


def test_a_useless_model_has_a_warning() -> None:
    flat = corpus(*(example(f"{number}.csv", level=0) for number in range(4)))
    (warning,) = run(flat, Plan(), Bench().core).report.warnings
    assert "no better than always saying the commonest class" in warning


def test_without_holding_out_one_segment_of_each_class_is_enough() -> None:
    little = corpus(example("one.csv", times=1))
    with pytest.raises(Invalid, match="1 of “a”, 1 of “b” are missing"):
        run(little, Plan(), Bench().core)
    bench = Bench()
    trained = run(little, Plan(measured=False), bench.core)
    assert len(bench.learnt) == 1 and trained.report.figures() == {}
    assert trained.report.lines() == ["Nothing was held out, so how good the model is was not measured."]


def test_the_next_version_is_judged_on_the_same_segments_and_keeps_the_numbers_of_its_classes() -> None:
    first = run(corpus(example("one.csv")), Plan(seed=5), Bench().core)
    more = corpus(
        example("one.csv", 3), example("two.csv", 3), classes="0ab"
    )  # sorted, the new class is first
    bench = Bench()
    second = run(more.relabelled(more.labels), Plan(seed=5), bench.core, earlier=as_earlier(first))
    assert second.corpus.classes == ("a", "b", "0")
    assert second.report.provenance["version"] == 2 and second.report.provenance["follows"] == "old"
    assert first.report.split and second.report.split
    before = {segment for one in first.report.split.held for _, segment in segments(one.labels)}
    after = {segment for one in second.report.split.held for _, segment in segments(one.labels)}
    assert before <= after
    third = run(second.corpus, Plan(seed=5), bench.core, earlier=as_earlier(second))
    assert "Version 2 had macro-F1" in third.report.compared and "the same segments" in third.report.compared
    assert third.corpus.classes == second.corpus.classes


def test_recordings_held_out_before_are_held_out_again_with_new_recordings() -> None:
    files = [example(f"{number}.csv") for number in range(4)]
    first = run(corpus(*files), Plan(seed=1), Bench().core)
    new = [example(f"new{number}.csv") for number in range(6)]
    second = run(corpus(*new, *files), Plan(seed=1), Bench().core, earlier=as_earlier(first))
    assert first.report.split and second.report.split
    assert second.report.split.files == first.report.split.files
    assert "the same segments" in second.report.compared


def test_a_missing_class_is_reported_and_a_foreign_checkpoint_is_not_a_version() -> None:
    first = run(corpus(example("one.csv", 3), classes="abc"), Plan(), Bench().core)
    second = run(corpus(example("two.csv")), Plan(), Bench().core, earlier=as_earlier(first))
    assert any("No label is of “c” any more" in warning for warning in second.report.warnings)
    assert "other segments" in second.report.compared
    with pytest.raises(Invalid, match="contains no recipe"):
        earlier(ModelInfo("gru", 1, 1, 1, False, 2), "sha")


def test_provenance_of_thousands_of_recordings_is_short_enough_to_be_stored() -> None:
    many = corpus(*(example(f"{'long name ' * 20}{number}.csv", times=1) for number in range(900)))
    reported = run(many, Plan(), Bench().core).report.provenance
    assert len(json.dumps(reported)) < LONGEST_METADATA
    assert reported["files_not_listed"] == 900 and reported["segments"] == {"a": 3600, "b": 3600}
    assert earlier(replace(ModelInfo("gru", 1, 1, 1, False, 2), provenance=reported), "sha").held == {}
