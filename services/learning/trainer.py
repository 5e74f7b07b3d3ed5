"""Train the ensemble: three learners, blended by their predictions for held-out segments.

A forest over statistics at many scales (level and amplitude), a linear layer over random convolutions (texture), and
dilated networks (shape): none of them is best on all data. Each is also trained without one fold of the segments —
whole recordings, where there are several — and predicts it; these predictions decide the weights
(:mod:`.models.calibration`). The networks of the folds are kept and averaged. The amount of work is fixed before the
training, so that the result depends on the seed only.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from services.errors import Invalid
from services.learning.data.augmentation import copies
from services.learning.data.examples import UNKNOWN, Example, segments
from services.learning.data.tables import Table, table_of
from services.learning.data.windows import TrainingWindow, training_windows
from services.learning.evaluation.folds import folds_are_recordings, folds_of
from services.learning.feature_selection import level_share, select_features
from services.learning.models import calibration
from services.learning.models.calibration import HeldOut
from services.learning.models.train_network import BATCH, CROP, SMALL_BATCH, NetworkPlan, fit_network
from services.learning.parallel import SecondProcess, cores
from services.torch_models import signal_check
from services.torch_models.ensemble import hmm, novelty, rocket
from services.torch_models.ensemble.ensemble import Portfolio, Shape, labels_of
from services.torch_models.ensemble.extra_trees import Forest, grow
from services.torch_models.ensemble.features import Framing, box, frames, statistics, viewed
from services.torch_models.ensemble.networks import build
from services.torch_models.ensemble.rocket import Kernels, fit_linear
from services.torch_models.ensemble.scales import Scale

Report = Callable[[float, str, dict[str, Any]], None]
Arrays = dict[str, NDArray[Any]]
SPEED = 100_000  # frames a second in the training of a network on one core
SHARE = 0.4  # of the seconds, for the networks
LEAST_STEPS, MOST_STEPS = 20, 2_000
TREES, LEAST_TREES = 80, 16  # of the final forest; those of the folds have half as many
WIDTH = 32
MOST_LINEAR = 4_000  # rows that a linear layer learns from
MOST_KNOWN = 1_000
FRAGMENT = 0.2  # of the shortest labelled segment of a class: a shorter run is no segment
FAR = 2.0  # usual gaps between neighbours
TOUCHING = 0.02  # gap between touching segments, in lengths of the shorter
MOST_REFERENCE = 2_000  # labelled frames of a stretch that are compared with
MOST_MEASURED = 50  # recordings whose signals are measured
MOST_SAMPLED, PIECES, PIECE = 8, 8, 1_024  # recordings, pieces of all of them, frames of a piece
# factor of the exponent of the scores on other recordings, where whole recordings were held out, and where none was
MEASURED, ELSEWHERE = 0.9, 0.75


@dataclass(frozen=True)
class Recipe:
    """Training options. ``seconds`` is the approximate duration on two cores; it determines the number of steps.

    ``background``: the class of the gaps between labels, "" if unlabelled rows are unknown.
    """

    seconds: float = 20.0
    seed: int = 0
    background: str = ""


@contextmanager
def _one_thread() -> Iterator[None]:
    """One thread: small networks gain nothing from more, are slow with more on a busy machine, and are reproducible."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@dataclass(frozen=True)
class TrainedEnsemble:
    """A fitted labeller: its input, its classes, and the warnings of its training."""

    portfolio: Portfolio
    classes: tuple[str, ...]
    channels: tuple[str, ...]
    history: tuple[dict[str, Any], ...] = ()

    def probabilities(
        self, signals: NDArray[np.float32], start: int = 0, stop: int | None = None
    ) -> NDArray[np.float32]:
        """Calibrated probabilities float32 [rows, classes] of a recording [rows, channels], or of the rows ``start`` to
        ``stop - 1`` of it; NaN: no data.
        """
        with _one_thread():
            pieces = self.portfolio.pieces(lambda low, high: signals[low:high], len(signals), start, stop)
            parts = list(pieces)
        return np.ascontiguousarray(np.concatenate(parts, 1).T)

    def labels(
        self, signals: NDArray[np.float32], start: int = 0, stop: int | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The class of each of these rows, -1 where there is no data, and its probability."""
        return labels_of(self.probabilities(signals, start, stop))


@_one_thread()
def train(
    examples: Sequence[Example],
    classes: Sequence[str],
    channels: Sequence[str],
    recipe: Recipe,
    report: Report,
    alone: bool = False,
) -> TrainedEnsemble:
    """Train on labelled recordings.

    Args:
        examples: recordings with the same channels; unknown rows carry no loss.
        report: called with the share done, a sentence and figures such as the loss.
        alone: no other training runs, so that the networks may be trained in a second process, with the same result.

    Raises:
        Invalid: there are fewer than two classes.
    """
    spans = [
        [(start, end, label) for label, (start, end) in segments(example.labels)] for example in examples
    ]
    _check(spans, classes)
    report(0.0, "Measuring the signals", {})
    folds, count = folds_of(spans)
    originals = examples
    choice = select_features(examples, spans, folds, count, len(classes), recipe.seed)
    examples, framing = choice.examples, choice.framing
    parts, common = training_windows(examples, spans, folds, framing, len(classes))
    scales = [example.scale for example in examples]
    whole = count > 0 and folds_are_recordings(folds)
    gapless = not recipe.background and without_gaps(spans)
    recordings = _sampled_frames(examples, framing, common)
    shapes = _Shapes(parts, framing, len(classes), count, recipe, recordings, whole, gapless)
    training = _Training(shapes, _rising(report))
    tensors, shape = training.run(alone and cores() > 1)
    durations = _durations(spans, framing, len(classes))
    chance = hmm.switching(neighbours(spans), durations)
    report(0.95, "Weighing the learners", {})
    level = level_share(parts, framing, recipe.seed)
    usual = calibration.usual_weights(level, count > 0)
    tuned = calibration.tune(
        training.held_out_predictions(),
        chance,
        training.supported,
        sum(len(part.spans) for part in parts),
        rocket.widths(framing)[1],
        usual,
    )
    tensors |= {
        "scale.middle": torch.from_numpy(common.middle.astype(np.float32)),
        "scale.width": torch.from_numpy(common.width.astype(np.float32)),
        "blend.weight": tuned.weight,
        "smoothing.chance": chance,
        "smoothing.sharpness": torch.tensor(tuned.sharpness),
        "smoothing.evenness": torch.tensor(tuned.evenness),
        "smoothing.agreement": torch.tensor(calibration.AGREEMENT),
        "smoothing.least": least_frames(spans, framing, len(classes)),
        "known.edges": edges(examples, spans, framing),
        **_known_scales(scales, whole),
    }
    portfolio = Portfolio(replace(shape, views=choice.views, signals=_signals(originals, framing)), tensors)
    if not count:
        opinions = [portfolio.opinions(framed) for framed, _ in recordings]
        weight = calibration.steadied(tuned.weight, opinions, chance, tuned.sharpness, 1 - level)
        tensors["blend.weight"] = weight
        tensors = calibration.evened(tensors, torch.cat(opinions, 2), calibration.EVEN * (1 - level))
        portfolio = Portfolio(portfolio.shape, tensors)
    weights = portfolio.tensors["blend.weight"].tolist()
    report(1.0, "Trained", {"weights": [round(weight, 3) for weight in weights]})
    return TrainedEnsemble(
        portfolio,
        tuple(classes),
        tuple(channels),
        tuple(training.history),
    )


def _signals(examples: Sequence[Example], framing: Framing) -> dict[str, Any]:
    """Ranges of the recordings for the signal check."""
    span = min(max(framing.surroundings * framing.rows, signal_check.LEAST_SPAN), signal_check.MOST_SPAN)
    chosen = examples[:: -(-len(examples) // MOST_MEASURED)]
    measures = [
        signal_check.measured(example.read, len(example.signals), span)
        for example in chosen
        if len(example.signals)
    ]
    return signal_check.ranges(measures, span)


def _check(spans: Sequence[Sequence[tuple[int, int, int]]], classes: Sequence[str]) -> None:
    there = sorted({label for recording_spans in spans for *_, label in recording_spans})
    if len(there) < 2:
        only = f"only labels of “{classes[there[0]]}”" if there else "no labels"
        raise Invalid(f"There are {only}; mark at least one segment of a second class to tell them apart.")


def _known_scales(scales: Sequence[Scale], judged: bool) -> dict[str, Tensor]:
    """Scales of the training recordings, and the reduction of scores on other recordings.

    Where whole recordings were held out, the scores were measured on recordings outside the training set (``judged``);
    otherwise they are valid for the training recordings only, and less certain on others.
    """
    listed = np.stack([np.concatenate([scale.middle, scale.width]) for scale in scales[:MOST_KNOWN]])
    return {
        "scale.known": torch.from_numpy(listed.astype(np.float32)),
        "smoothing.elsewhere": torch.tensor(MEASURED if judged else ELSEWHERE),
    }


def _durations(
    spans: Sequence[Sequence[tuple[int, int, int]]], framing: Framing, classes: int
) -> list[float]:
    lengths: list[list[float]] = [[] for _ in range(classes)]
    for start, end, label in (span for recording in spans for span in recording):
        lengths[label].append((end - start + 1) / framing.rows)
    usual = float(np.median([length for of_class in lengths for length in of_class]))
    return [float(np.median(of_class)) if of_class else usual for of_class in lengths]


def least_frames(spans: Sequence[Sequence[tuple[int, int, int]]], framing: Framing, classes: int) -> Tensor:
    """Frames of the shortest run of each class that is not a fragment, float32 [classes].

    One segment shows no variation of durations: beats of one class in a row are one long segment, so it counts as at
    most twice the shortest segment of all classes.
    """
    lengths: list[list[int]] = [[] for _ in range(classes)]
    for start, end, label in (span for recording in spans for span in recording):
        lengths[label].append(end - start + 1)
    shortest = min(min(of_class) for of_class in lengths if of_class)
    least = [
        min(of_class) if len(of_class) > 1 else min([2 * shortest, *of_class]) if of_class else 0
        for of_class in lengths
    ]
    return torch.tensor(least) * (FRAGMENT / framing.rows)


def edges(
    examples: Sequence[Example], spans: Sequence[Sequence[tuple[int, int, int]]], framing: Framing
) -> Tensor:
    """Unlabelled frames next to labelled segments, float32 [frames, (recording, frame, class of the segment)]."""
    found = []
    for place, (example, recording) in enumerate(zip(examples[:MOST_KNOWN], spans, strict=False)):
        last = (len(example.labels) - 1) // framing.rows
        for start, end, label in recording:
            for row, frame in ((start - 1, start // framing.rows - 1), (end + 1, end // framing.rows + 1)):
                if 0 <= frame <= last and row < len(example.labels) and example.labels[row] == UNKNOWN:
                    found.append((place, frame, label))
    return torch.tensor(found, dtype=torch.float32).reshape(-1, 3)


def neighbours(spans: Sequence[Sequence[tuple[int, int, int]]]) -> list[list[int]]:
    """The classes of labelled segments in time, cut at gaps that were probably not labelled.

    Such a gap is longer than both adjacent segments, and far longer than most gaps of its recording.
    """
    result: list[list[int]] = []
    for recording in spans:
        gaps = [after[0] - before[1] - 1 for before, after in pairwise(recording)]
        usual = FAR * float(np.quantile(gaps, 0.75)) if gaps else 0.0
        result.append([label for *_, label in recording[:1]])
        for before, after, gap in zip(recording, recording[1:], gaps, strict=False):
            if gap > max(usual, before[1] - before[0] + 1, after[1] - after[0] + 1):
                result.append([])
            result[-1].append(after[2])
    return result


def without_gaps(spans: Sequence[Sequence[tuple[int, int, int]]]) -> bool:
    """Whether most labelled segments that are neighbours touch: the labels cover states that follow each other.

    Segments are neighbours unless the gap between is longer than both.
    """
    touching, close = 0, 0
    for recording in spans:
        for before, after in pairwise(recording):
            gap, lengths = after[0] - before[1] - 1, (before[1] - before[0] + 1, after[1] - after[0] + 1)
            close += gap <= max(lengths)
            touching += gap <= TOUCHING * min(lengths)
    return touching > 0 and 2 * touching >= close


def _sampled_frames(
    examples: Sequence[Example], framing: Framing, common: Scale
) -> list[tuple[Tensor, NDArray[np.bool_]]]:
    """Views of frames spread evenly over the training recordings, and whether each is labelled."""
    sampled = []
    size, chosen = PIECE * framing.rows, examples[:: -(-len(examples) // MOST_SAMPLED)]
    for example in chosen:
        own = example.own(framing)
        pieces = range(0, len(example.signals), size)
        for start in pieces[:: -(-len(pieces) * len(chosen) // PIECES)]:
            framed = frames(example.signals[start : start + size], own.scale, common, framing)
            rows = np.flatnonzero(example.labels[start : start + size] != UNKNOWN)
            labelled = np.zeros(framed.shape[1], np.bool_)
            labelled[rows // framing.rows] = True
            sampled.append((viewed(framed, framing, own), labelled))
    return sampled


def _rising(report: Report) -> Report:
    """``report`` with the largest share so far: two processes report."""
    reached = 0.0

    def rising(share: float, message: str, figures: dict[str, Any]) -> None:
        nonlocal reached
        reached = max(reached, share)
        report(reached, message, figures)

    return rising


@dataclass(frozen=True)
class _Learned:
    """The networks of all folds with the history of their losses, and the reference of the novelty detection.

    ``recurring``: other frames of the recordings are similar to the labelled segments. Arrays, not tensors: those of
    another process are valid only as long as it runs.
    """

    networks: list[Arrays]
    history: list[dict[str, Any]]
    reference: Arrays
    recurring: bool


@dataclass
class _Shapes:
    """What depends on the frames only, not on the tables of features: the networks and the novelty detection."""

    parts: Sequence[TrainingWindow]
    framing: Framing
    classes: int
    folds: int
    recipe: Recipe
    recordings: list[tuple[Tensor, NDArray[np.bool_]]]  # views of some frames; which are labelled
    whole: bool
    gapless: bool  # labels cover states without gaps

    def learned(self, report: Report) -> _Learned:
        """Train the networks, and find the reference."""
        networks, history = self._fit_networks(report)
        reference, recurring = self._novelty_reference(copies(self.parts, self.framing, self.recipe.seed))
        return _Learned(networks, history, _arrays(reference), recurring)

    @property
    def balance(self) -> Tensor:
        """Weight of a frame of each class, [classes]."""
        sums = torch.stack([part.targets.sum(1) for part in self.parts]).sum(0)
        weight = torch.where(sums > 0, sums.clamp_min(1e-6).rsqrt(), 0.0)
        return weight / weight.max()

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kind of each network."""
        return tuple(("unet", "tcn")[place % 2] for place in range(max(2, self.folds)))

    def _fit_networks(self, report: Report) -> tuple[list[Arrays], list[dict[str, Any]]]:
        kinds, balance = self.kinds, self.balance
        steps = int(self.recipe.seconds * SHARE * SPEED / (BATCH * CROP) / len(kinds))
        batch = BATCH if steps > LEAST_STEPS else SMALL_BATCH
        steps = min(MOST_STEPS, max(LEAST_STEPS, steps))
        states: list[Arrays] = []
        history: list[dict[str, Any]] = []
        for place, kind in enumerate(kinds):
            hidden = place if place < self.folds else -1
            plan = NetworkPlan(kind, WIDTH, steps, hidden, self.recipe.seed + place, batch)

            def report_loss(step: int, loss: float, held: float | None, place: int = place) -> None:
                done = (place + step / steps) / len(kinds)
                figures = {"network": place, "loss": round(loss, 4)}
                if held is not None:
                    figures["held_loss"] = round(held, 4)
                history.append({**figures, "step": step})
                report(0.15 + 0.8 * done, "Learning shapes", figures)

            states.append(_arrays(fit_network(plan, self.parts, self.framing, balance, report_loss)))
        return states, history

    def _novelty_reference(self, copied: Sequence[TrainingWindow]) -> tuple[dict[str, Tensor], bool]:
        """Reference frames of the novelty detection and its convolutions, empty where the distance is not useful; and
        whether other frames of the recordings are similar to the labelled segments.

        Args:
            copied: copies of the training stretches.
        """
        framing, seed = self.framing.context, self.recipe.seed
        weight = rocket.draw(framing, seed)
        threshold = rocket.thresholds([framed for framed, _ in self.recordings], weight, framing, seed)
        fixed = {"weight": weight, "threshold": threshold}
        shares, columns = [], []
        for part in (*self.parts, *copied):
            labelled = torch.from_numpy(np.flatnonzero(part.group > 0))
            labelled = labelled[:: max(1, len(labelled) // MOST_REFERENCE)]
            shares.append(rocket.shares(part.framed, fixed, framing, labelled))
            apart = torch.from_numpy(part.fold if self.whole else part.group)
            columns.append(
                torch.stack([part.targets.argmax(0), torch.from_numpy(part.group), apart])[:, labelled]
            )
        joined = torch.cat(shares, 1)
        label, group, apart = torch.cat(columns, 1)
        fixed |= rocket.scaling(joined.T)
        kernels = Kernels(framing, fixed)
        reference = novelty.fitted(kernels.table(joined), label, group, apart)
        if not reference:
            return {}, True
        tables = [kernels.seen(framed) for framed, _ in self.recordings]
        others = [
            table[self._off(recording)] for table, (_, recording) in zip(tables, self.recordings, strict=True)
        ]
        if not novelty.recurs(torch.cat(others), reference):
            return {}, False
        if self.gapless:
            if not novelty.repeated(label, apart):
                return {}, True
            reference = novelty.limited(torch.cat(tables), reference)
        return reference | fixed, True

    def _off(self, labelled: NDArray[np.bool_]) -> Tensor:
        """Frames at least about a segment off the labelled ones, bool [frames]."""
        _, width = rocket.widths(self.framing)
        return box(torch.from_numpy(labelled)[None].float(), 2 * width + 1)[0] < 1e-6


def _arrays(tensors: dict[str, Tensor]) -> Arrays:
    return {key: value.numpy() for key, value in tensors.items()}


def _tensors(arrays: Arrays) -> dict[str, Tensor]:
    return {key: torch.from_numpy(value) for key, value in arrays.items()}


@_one_thread()
def _learn_shapes(pickled: bytes, report: Report) -> _Learned:
    """In a second process. Bytes, because multiprocessing passes on a tensor as memory that its sender must keep."""
    shapes: _Shapes = pickle.loads(pickled)  # noqa: S301 - from this program
    return shapes.learned(report)


class _Training:
    """The learners of all folds and of all segments, in a constant order."""

    def __init__(self, shapes: _Shapes, report: Report) -> None:
        self._shapes, self._report = shapes, report
        self._parts, self._framing = shapes.parts, shapes.framing
        self._folds, self._recipe = shapes.folds, shapes.recipe
        self.history: list[dict[str, Any]] = []
        self._recurring = True
        self._forests: list[Forest] = []
        self._kernels: list[Kernels] = []
        self._fixed: dict[str, Tensor] = {}  # of the kernels of all folds
        self._networks: list[Any] = []

    def run(self, apart: bool) -> tuple[dict[str, Tensor], Shape]:
        """All tensors except those of the blend; ``apart``: networks in a second process."""
        work = (pickle.dumps(self._shapes) if apart else b"",)
        with SecondProcess(_learn_shapes, work, self._report, apart) as second:
            tensors = self._learn_tables(second)
            learned = second.result() if apart else self._shapes.learned(self._report)
        self.history, self._recurring = learned.history, learned.recurring
        tensors |= {f"novelty.{key}": value for key, value in _tensors(learned.reference).items()}
        kinds, classes = self._shapes.kinds, self._shapes.classes
        for place, arrays in enumerate(learned.networks):
            state = _tensors(arrays)
            self._networks.append(build(kinds[place], self._framing, classes, WIDTH, state))
            tensors |= {f"network.{place}.{key}": value for key, value in state.items()}
        return tensors, Shape(self._framing, classes, self._trees, kinds, WIDTH)

    @property
    def _trees(self) -> int:
        return max(LEAST_TREES, min(TREES, int(4 * self._recipe.seconds)))

    def _learn_tables(self, second: SecondProcess[_Learned]) -> dict[str, Tensor]:
        """Forests and linear layers; passes on the progress of the second process."""
        seed = self._recipe.seed
        weight = rocket.draw(self._framing, seed)
        threshold = rocket.thresholds([part.framed for part in self._parts], weight, self._framing, seed)
        fixed = self._fixed = {"weight": weight, "threshold": threshold}
        self._report(0.03, "Taking features", {})
        table = table_of(self._parts, self._framing, fixed, self._shapes.balance, seed)
        trees = self._trees
        half = trees // 2
        for fold in range(self._folds):
            second.look()
            seen = table.without(fold)
            grown = grow(seen.statistics, seen.targets, seen.groups, half, seed + fold)
            self._forests.append(Forest(half, grown))
            self._kernels.append(Kernels(self._framing, fixed | _linear(seen)))
            self._report(0.05 + 0.1 * fold / self._folds, "Learning from statistics", {})
        forest = grow(table.statistics, table.targets, table.groups, trees, seed)
        linear = fixed | _linear(table)
        return {f"forest.{key}": value for key, value in forest.items()} | {
            f"kernels.{key}": value for key, value in linear.items()
        }

    @property
    def supported(self) -> bool:
        """Whether other frames are probably of the labelled classes."""
        return self._recurring or self._shapes.gapless

    @torch.inference_mode()
    def held_out_predictions(self) -> list[HeldOut]:
        """Predictions of the learners of each fold for its held-out segments."""
        found = []
        for part in self._parts:
            folds = sorted({int(fold) for fold in np.unique(part.fold) if fold >= 0})
            if not folds:
                continue
            features = statistics(part.framed, self._framing)
            shares = rocket.shares(part.framed, self._fixed, self._framing)
            for fold in folds:
                left = torch.from_numpy(part.fold == fold)
                targets = (
                    (part.targets > 0) * part.targets.square() * left
                )  # the frames of a segment sum to 1
                found.append(
                    HeldOut(
                        (
                            self._forests[fold](features),
                            self._kernels[fold].of_shares(shares),
                            self._networks[fold](part.framed),
                        ),
                        targets,
                    )
                )
        return found


def _linear(table: Table) -> dict[str, Tensor]:
    """The linear layer, from rows spread evenly over the table: neighbours hardly differ."""
    some = slice(None, None, -(-len(table.shares) // MOST_LINEAR))
    return fit_linear(torch.from_numpy(table.shares[some]), torch.from_numpy(table.targets[some]))
