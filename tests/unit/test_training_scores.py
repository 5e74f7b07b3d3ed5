"""Scores of the ensemble: agreement of the learners, their calibration, and fragments."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from services.learning.data.examples import Example
from services.learning.models import calibration
from services.learning.models.calibration import AGREEMENT, EXPONENT, HeldOut
from services.learning.trainer import FRAGMENT, TrainedEnsemble, edges, least_frames
from services.torch_models.ensemble import agreement, hmm
from services.torch_models.ensemble.ensemble import Portfolio
from services.torch_models.ensemble.features import Framing
from services.torch_models.ensemble.fragments import without_fragments
from tests.unit.test_training_fit import LENGTH, example, fitted, made

FRAMING = Framing(2, 6, 1, True)
CHANCE = hmm.switching([[0, 1] * 9], [10.0] * 2)


def of_runs(*runs: tuple[int, int], classes: int = 3, sure: float = 0.8) -> torch.Tensor:
    """Probabilities in which the class of each run (class, frames) is the most probable one."""
    labels = torch.cat([torch.full((frames,), label) for label, frames in runs])
    others = (1 - sure) / (classes - 1)
    return torch.nn.functional.one_hot(labels, classes).T.float() * (sure - others) + others


def held_out(segments: int, sure: float) -> HeldOut:
    """Segments of ten frames of two classes, all predicted correctly."""
    blended = of_runs(*((place % 2, 10) for place in range(segments)), classes=2, sure=sure)
    return HeldOut((blended.log(),) * 3, (blended > 0.5) * 0.1)


def test_votes_are_the_share_of_learners_that_prefer_a_class() -> None:
    opinions = torch.tensor([[[0.9], [0.1]], [[0.6], [0.4]], [[0.3], [0.7]]]).log()
    assert agreement.votes(opinions)[:, 0].tolist() == pytest.approx([2 / 3, 1 / 3])


def test_frames_around_which_learners_contradict_each_other_have_lower_odds() -> None:
    posterior = of_runs((0, 100), (1, 100), sure=0.999)
    voted = of_runs((0, 100), (1, 100), sure=1.0)
    voted[:, 100:] = 1 / 3
    odds = agreement.odds(posterior, of_runs((0, 100), (1, 100)), voted, 21)
    assert odds[50] > 100 * odds[150] and odds[150] == pytest.approx(0.8 / 0.2 / 2, rel=0.05)
    doubtful = agreement.odds(posterior, of_runs((0, 100), (1, 100), sure=0.4), voted, 21)
    assert (doubtful < odds).all()


def test_a_power_of_probabilities_keeps_the_most_probable_class() -> None:
    posterior = torch.tensor([[0.9, 0.2, 1.0], [0.08, 0.3, 0.0], [0.02, 0.5, 0.0]])
    even = agreement.tempered(posterior, torch.tensor([0.5, 2.0, 0.1]))
    assert torch.equal(even.argmax(0), posterior.argmax(0))
    assert torch.allclose(even.sum(0), torch.ones(3)) and 0.5 < even[0, 0] < 0.9 and even[2, 1] > 0.5
    assert even[0, 2] < 0.9  # a probability that was rounded to 1 is not certain


def test_without_held_out_segments_the_exponent_follows_the_number_of_labels() -> None:
    found = [calibration.tune([], CHANCE, True, labelled, 10).evenness for labelled in (3, 30)]
    assert found == pytest.approx([EXPONENT * 3**AGREEMENT, EXPONENT * 30**AGREEMENT])
    assert calibration.tune([], CHANCE, False, 3, 10).evenness < found[0] / 4


def test_held_out_segments_change_the_exponent_the_more_there_are() -> None:
    changes = [
        calibration.tune([held_out(count, 0.8)], CHANCE, True, count, 10).evenness
        / (EXPONENT * count**AGREEMENT)
        for count in (4, 40)
    ]
    assert 1 < changes[0] < changes[1]


def test_a_run_far_shorter_than_a_segment_goes_to_its_more_probable_neighbour() -> None:
    posterior = of_runs((0, 40), (1, 3), (2, 40))
    posterior[:, 40:43] = torch.tensor([0.1, 0.6, 0.3])[:, None]
    least = torch.tensor([8.0, 8.0, 8.0])
    whole = without_fragments(posterior, least)
    assert whole.argmax(0).tolist() == [0] * 40 + [2] * 43
    assert whole[:, 41].tolist() == pytest.approx([0.1, 0.3, 0.6])  # not more certain than it was
    assert torch.equal(whole[:, :40], posterior[:, :40]) and torch.allclose(whole.sum(0), torch.ones(83))


def test_runs_as_long_as_a_segment_may_be_stay() -> None:
    posterior = of_runs((0, 40), (1, 8), (0, 40), (2, 2))
    assert torch.equal(without_fragments(posterior, torch.tensor([8.0, 8.0, 2.0])), posterior)
    assert torch.equal(without_fragments(posterior[:, :5], torch.tensor([8.0] * 3)), posterior[:, :5])


def test_fragments_between_one_class_are_joined_with_it_shortest_first() -> None:
    posterior = of_runs((0, 20), (1, 2), (0, 3), (2, 20))
    whole = without_fragments(posterior, torch.full((3,), 5.0))
    assert whole.argmax(0).tolist() == [0] * 25 + [2] * 20


def test_a_class_with_one_long_segment_may_have_shorter_ones() -> None:
    spans = [(0, 899, 0), (900, 989, 1), (990, 1289, 2), (1290, 1889, 2)]
    found = least_frames([spans], FRAMING, 4) * 2 / FRAGMENT
    assert found.tolist() == pytest.approx([180, 90, 300, 0])


@pytest.fixture(scope="module")
def trained() -> TrainedEnsemble:
    return fitted(example(*made()))


def test_no_predicted_segment_is_a_fragment(trained: TrainedEnsemble) -> None:
    signals, _ = made(24, seed=4)
    predicted, _ = trained.labels(signals)
    lengths = np.diff(np.flatnonzero(np.diff(predicted, prepend=-2, append=-2)))
    assert trained.portfolio.tensors["smoothing.least"].max() * trained.portfolio.shape.framing.rows <= 12
    assert lengths.min() >= 12


def test_a_model_without_agreement_has_the_scores_of_its_version(trained: TrainedEnsemble) -> None:
    signals, _ = made(24, seed=4)
    kept = {
        key: value
        for key, value in trained.portfolio.tensors.items()
        if key not in ("smoothing.agreement", "smoothing.least", "known.edges")
    }
    older = TrainedEnsemble(Portfolio(trained.portfolio.shape, kept), trained.classes, trained.channels)
    soft, now = older.probabilities(signals), trained.probabilities(signals)
    assert np.isfinite(soft).all() and not np.allclose(soft, now)


def test_the_frames_next_to_labelled_segments_are_known() -> None:
    signals, labels = made()
    labels[:] = -1
    labels[4:9], labels[9:20], labels[700:] = 0, 1, 2
    found = edges([Example("a.csv", signals, labels)], [[(4, 8, 0), (9, 19, 1), (700, 719, 2)]], FRAMING)
    assert found.tolist() == [[0, 1, 0], [0, 10, 1], [0, 349, 2]]


def test_a_class_ends_where_its_labelled_segment_ends(trained: TrainedEnsemble) -> None:
    signals, _ = made()
    tensors = trained.portfolio.tensors
    rows, end = trained.portfolio.shape.framing.rows, 5 * LENGTH + LENGTH // 2
    edge = torch.tensor([[0.0, float(end // rows), 2.0]])  # within the segment of class 2
    ended = Portfolio(trained.portfolio.shape, {**tensors, "known.edges": edge})
    found = TrainedEnsemble(ended, trained.classes, trained.channels)
    before, after = trained.probabilities(signals), found.probabilities(signals)
    assert after[end, 2] < before[end, 2]
    other, _ = made(seed=8)
    assert np.array_equal(found.probabilities(other), trained.probabilities(other))
