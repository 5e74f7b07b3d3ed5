"""User interface of trainings: figures, results, versions, progress, texts next to the plot."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from dash import no_update

from components.figures.class_scores import class_scores
from components.figures.confusion_matrix import columns_of, confusion_matrix, percent
from components.figures.loss_curve import loss_curve, loss_words
from components.figures.reliability import reliability, reliability_words
from components.figures.version_scores import version_scores, version_words
from components.job_status import current, state_text
from components.label.training import button_title, compared, status_text
from components.models.train_progress import rows, stage, training, view_of
from components.models.train_result import judged, origin
from components.models.versions import versions
from services.training.figures import figures
from services.training.versions import judged as judged_versions
from services.training.versions import verdict
from tests.unit.training_figures import measured
from tests.unit.training_shown import POINTS, UNTRAINED, job, trained, version

STATE: dict[str, Any] = {
    "action": "train",
    "reason": "",
    "words": "3 P, 3 T in this file",
    "warnings": [],
    "scope": "",
    "expected": "",
    "fresh": 0,
    "job": "",
}


def text(component: Any) -> str:
    return json.dumps(component, default=lambda one: one.to_plotly_json(), ensure_ascii=False)


def test_each_network_is_a_line_and_those_of_the_judged_model_are_faint() -> None:
    figure = loss_curve(POINTS)
    assert [(one["legendgroup"], one["opacity"]) for one in figure["data"]] == [
        ("loss", 0.45),
        ("loss", 1),
        ("held_loss", 0.45),
    ]
    assert [one["showlegend"] for one in figure["data"]] == [False, True, True]
    assert figure["layout"]["annotations"][0]["text"] == "evaluated: macro-F1 0.91"
    assert figure["layout"]["yaxis"]["tickvals"] == [0, 0.75, 1.5]


def test_the_curve_has_a_description() -> None:
    assert "on training segments from 1.10 to 0.40; on held-out segments from 1.30 to 0.80" in loss_words(
        POINTS
    )
    assert loss_words([]).endswith("No values yet.")
    assert loss_curve([{"done": 0.1, "loss": float("nan")}])["data"] == []


def test_cells_of_the_confusion_matrix_are_shares_of_their_row() -> None:
    figure = confusion_matrix(["A", "<b>B</b>"], [[90, 10, 0], [0, 0, 5]])
    (cells,) = figure["data"]
    assert cells["text"] == ["90", "10", "", "", "", "100"]
    assert cells["customdata"][1] == "A suggested as &lt;b&gt;B&lt;/b&gt;: 10 of 100 samples"
    assert figure["layout"]["xaxis"]["ticktext"][-1] == "No suggestion"
    assert columns_of(["A"], [[5, 0]]) == ["A"]
    assert (percent(1, 0.001), percent(0, 0.0), percent(999, 0.999)) == ("<1", "", "100")


def test_bars_of_classes_have_intervals_where_there_are_some() -> None:
    predicted = trained()["figures"]["classes"]
    assert "error_x" not in class_scores([{**item, "f1_interval": None} for item in predicted])["data"][0]
    with_them = class_scores([{**item, "f1_interval": (item["f1"] - 0.1, item["f1"])} for item in predicted])
    assert with_them["data"][0]["error_x"]["arrayminus"][0] == pytest.approx(0.1)


def test_reliability_diagram_and_its_description() -> None:
    bins = [{"score": 0.62, "right": 0.5, "rows": 4}, {"score": 0.97, "right": 1.0, "rows": 400}]
    (points,) = reliability(bins)["data"]
    assert (points["x"], points["y"], points["marker"]["size"]) == ([0.62, 0.97], [0.5, 1.0], [6.3, 18.0])
    assert reliability_words(bins).endswith(
        "score 0.62: 50 % of 4 samples; score 0.97: 100 % of 400 samples."
    )


def test_model_page_shows_the_reliability_diagram_unless_the_checkpoint_has_none() -> None:
    facts = trained()
    assert facts["figures"]["reliability"] == [{"score": pytest.approx(0.95), "right": 0.8, "rows": 80}]
    assert "score 0.95: 80 % of 80 samples" in text(judged(facts))
    older = {key: value for key, value in measured().items() if key != "reliability"}
    assert "Share of correct samples by score." not in text(judged(trained(figures=figures(older))))


def test_versions_judged_on_other_segments_are_not_joined_with_the_newest() -> None:
    known = [version(1, same=False), version(2, 0.8, 20), version(3, 0.9, 30, low=0.7, high=0.95)]
    same, others = version_scores(known)["data"]
    assert (same["x"], others["x"], same["mode"], others["mode"]) == (
        [20, 30],
        [10],
        "lines+markers",
        "markers",
    )
    assert "Version 1: 0.90 from 10 labels, evaluated on other segments." in version_words(known)
    assert "Version 3: 0.90 (0.70–0.95) from 30 labels." in version_words(known)


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        (version(1, 0.9, 10), version(2, 0.95, 12), "F1 rose from 0.90 to 0.95 with 2 more labels."),
        (version(1, 0.951, 10), version(2, 0.949, 11), "F1 stays at 0.95 with 1 more label"),
        (version(1, 0.9, 10), version(2, 0.8, 9), "F1 fell from 0.90 to 0.80 with 1 label less."),
        (version(1, same=False), version(2), "Version 1 was evaluated on other segments"),
    ],
)
def test_the_gain_of_the_last_version_is_described(
    before: dict[str, Any], now: dict[str, Any], words: str
) -> None:
    assert verdict([before, now]).startswith(words)


def test_the_comparison_of_versions_is_drawn_again_only_if_they_changed() -> None:
    state = {"versions": [version(1) | {"id": "a"}, version(2) | {"id": "b"}]}
    drawn, view = compared(state, shown=None)
    assert len(drawn) == 1
    assert compared(state, shown=view) == (no_update, no_update)
    assert compared({"versions": state["versions"][:1]}, shown=view) == ([], "")


def test_fewer_than_two_judged_versions_are_not_compared() -> None:
    assert judged_versions([version(1, None), version(2)]) == []


def test_metrics_have_intervals_and_sample_sizes() -> None:
    shown = text(judged(trained()))
    assert shown.index("held-out samples") < shown.index("macro-F1")  # plain words first
    assert re.search(
        r"Of 100 held-out samples, \d+ have the right class; with the most common class everywhere", shown
    )
    assert (
        "Based on 8 held-out segments of 1 file. Judged on a.csv. Only labelled samples were evaluated"
        in shown
    )
    assert "With 95 % certainty between" in shown
    assert "Suggested classes by labelled class" in shown
    assert judged(UNTRAINED) == []
    remarks = "Trained from 4 Quiet, 4 Loud in 1 file. Judged on a.csv."
    assert "Judged on a.csv." not in text(judged(trained(), remarks))  # these words are above them


def test_a_model_shows_its_training_data_and_recipe() -> None:
    shown = text(origin(trained()))
    for sentence in ("4 Quiet, 4 Loud", "60 seconds, seed 0", "and 2 more files", "python app.py train"):
        assert sentence in shown
    assert "no author 2, Ann 1,200" in shown
    assert "no author" not in text(origin(trained(authors={"": 5})))
    assert origin(UNTRAINED) == []


def test_only_a_model_that_was_trained_here_has_versions() -> None:
    assert versions(UNTRAINED, "m", "") == []
    shown = text(versions(trained(), "v2", "v1"))
    assert "Delete Waves v1" in shown and "0.95 (0.90–0.98)" in shown
    alone = text(versions(trained(versions=[version(1)]), "v1", ""))
    assert "Delete" not in alone and "Add labels or decisions" in alone


def test_a_training_is_shown_in_its_state() -> None:
    assert stage(job()) == "Learning – 45 %"
    assert stage(job("queued", before=1)) == "Waiting: 1 job before it"
    assert "Cancelled: nothing was stored." in text(training(job("cancelled"), []))
    assert "The disk is full." in text(training(job("failed", error="The disk is full."), []))
    assert "does not exist any more" in text(training(None, []))
    assert view_of(job("queued")) == view_of(job("running")) != view_of(job("failed"))


def test_trainings_at_work_are_listed_and_the_one_that_is_shown_is_marked() -> None:
    listed = rows([job(), job("queued", id="j2"), job("done", id="j3")], "j2")
    assert [getattr(entry, "aria-current", "") for entry in listed] == ["", "true"]


def test_the_text_next_to_the_plot_has_available_and_missing_labels() -> None:
    assert status_text(STATE) == "Learns from 3 P, 3 T in this file."
    scope = "Suggestions are for the channel II, as the labels are."
    assert status_text({**STATE, "scope": scope}) == f"Learns from 3 P, 3 T in this file. {scope}"
    assert scope in text(origin(trained(scope=scope)))
    assert status_text({**STATE, "reason": "Mark 1 more P.", "scope": scope}) == "Mark 1 more P."
    better = {**STATE, "action": "improve", "expected": "Expected macro-F1 0.91.", "fresh": 2}
    assert status_text(better) == "Expected macro-F1 0.91. 2 new labels and decisions since."
    assert status_text({**better, "reason": "Too few."}).endswith("since. Too few.")
    assert button_title(STATE, "Shift+L").endswith("then label the rest of this file (Shift+L)")
    assert button_title({**STATE, "job": "j1"}, "") == "A training for this file is running"


def test_a_running_training_of_the_file_has_priority_over_a_failed_one() -> None:
    failed, running = job("failed", recording=1, error="No room."), job(recording=1, id="j2")
    assert current([failed, running, job(recording=2)], "train", 1) == running
    assert current([running], "autolabel", 1) is None
    assert current([job("done", recording=1)], "train", 1) is None
    assert state_text(failed) == "No room."


def test_a_failed_run_is_not_shown_after_a_later_one_has_succeeded() -> None:
    failed, done = job("failed", recording=1), job("done", recording=1, id="j2")
    assert current([done, failed], "train", 1) is None
    assert current([failed, done], "train", 1) == failed
