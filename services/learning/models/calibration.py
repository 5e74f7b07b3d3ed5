"""Choose blend weights, HMM sharpness and score temperature on held-out segments.

Each learner predicts segments outside its training set. The weights of the blend maximise the likelihood of these
segments, with a prior at the usual weights while there are few of them. Then the sharpness of the smoothing with the
lowest error is chosen. Scores are calibrated by an exponent (temperature scaling, Guo et al. 2017) that depends on how
the learners agree around a frame (:mod:`services.torch_models.ensemble.agreement`) and on the number of labelled
segments; held-out segments change it as far as there are many, since few say less than recordings of other kinds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from services.torch_models.ensemble import agreement, hmm

Weights = tuple[float, ...]

USUAL = (1.0, 0.35, 0.25)  # forest, kernels, network
# the same where no segment can be held out: a compromise between the kinds of development data with k=1
SINGLE_WEIGHTS = (0.9, 0.5, 0.4)
LEVELS = (2.5, 0.05, 0.02)  # the same if the level of a single frame identifies its class
SHARPNESS, SHARPNESSES = 0.25, (0.06, 0.12, 0.25, 0.5, 0.8, 1.2, 2.0, 4.0)
EVENNESS, EVENNESSES = 0.8, (0.2, 0.3, 0.45, 0.6, 0.8, 1.0, 1.25)
# exponent of the scores: EXPONENT · (odds of agreement · labelled segments) ^ AGREEMENT, with the least calibration
# error on development data
EXPONENT, AGREEMENT = 0.091, 0.19
FACTORS = (0.25, 0.35, 0.5, 0.7, 0.85, 1.0, 1.2, 1.4, 1.7, 2.0, 2.5)  # of this exponent
MEASURED_SEGMENTS = 24.0  # held-out segments that count as much as the usual exponent
# sharpness of the smoothing where no segment can be held out (frames weigh little, since one segment shows how it
# looks, not how much it varies), and factor of the exponent of the scores; the second where nothing else in the
# recordings is like the labels
SINGLE, UNSUPPORTED = (0.25, 1.0), (0.5, 0.18)
PRIOR_SEGMENTS = 3.0  # weight of the prior at the usual values, in segments
SURE = 0.1  # weight of a unit of log loss against a wrong class
LEAST_CHANCE = 1e-4
EVEN = (
    0.3  # share of the logarithm of a class's usual probability that is taken off, with one segment per class
)
LEAST_MEAN = 1e-3  # that a usual probability counts as
# share of the frames whose class a learner changes when it is smoothed, with one segment per class: usual shares, what
# is added to a share, and the power of the ratio that a weight is divided by
CHANGED, CHANGED_LEAST, CHANGED_POWER = (0.041, 0.023, 0.044), 0.02, 0.5


@dataclass(frozen=True)
class HeldOut:
    """Predictions for a window with some held-out segments: each [classes, frames]; ``targets`` are those of the
    held-out segments, the frames of each segment together 1.
    """

    predictions: tuple[Tensor, ...]
    targets: Tensor


@dataclass(frozen=True)
class Tuned:
    """Weights of the learners, sharpness of the smoothing, evenness of the scores: their exponent where the odds of the
    agreement are 1.
    """

    weight: Tensor
    sharpness: float
    evenness: float


def usual_weights(level: float, held_out: bool) -> tuple[Weights, ...]:
    """Weights of the learners before any loss is measured, of which the loss on held-out segments chooses.

    Args:
        level: how well levels of single frames tell the classes, from 0 to 1.
        held_out: segments are held out.
    """
    if level >= 1:
        return (LEVELS,)
    usual = USUAL if held_out else SINGLE_WEIGHTS
    towards = tuple(
        weight ** (1 - level) * of_levels**level for weight, of_levels in zip(usual, LEVELS, strict=True)
    )
    return (usual, towards) if held_out else (towards,)


def steadied(
    weight: Tensor, opinions: Sequence[Tensor], chance: Tensor, sharpness: float, share: float
) -> Tensor:
    """Weights of the learners that are less for those whose predictions change more often than segments do.

    Without held-out segments, this is what shows how good a learner is: the duration of the segments is known, and a
    good prediction hardly changes when it is smoothed.

    Args:
        opinions: [learners, classes, frames] of each recording learnt from.
        chance: of :func:`hmm.switching`.
        share: of the logarithm of the ratio of the weights.
    """
    changed = torch.zeros(len(weight))
    for series in opinions:
        smoothed = hmm.posteriors(list(series), chance, (sharpness,))[0]
        changed += torch.stack(
            [(soft.argmax(0) != logs.argmax(0)).sum() for soft, logs in zip(smoothed, series, strict=True)]
        )
    changed /= sum(series.shape[2] for series in opinions)
    ratio = (changed + CHANGED_LEAST) / (torch.tensor(CHANGED) + CHANGED_LEAST)
    return weight * ratio.pow(-CHANGED_POWER * share)


def evened(tensors: dict[str, Tensor], opinions: Tensor, share: float) -> dict[str, Tensor]:
    """The tensors of a portfolio whose learners prefer the classes less that they give to most frames.

    One segment of a class may be unlike all others, and then hardly any frame gets this class.

    Args:
        opinions: [learners, classes, frames], log probabilities of frames of the recordings learnt from.
        share: of the mean probability of a class over the frames; that share of its logarithm is taken off.
    """
    weight = tensors["blend.weight"]
    usual = (opinions.exp().mean(2).clamp_min(LEAST_MEAN).log() * weight[:, None]).sum(0)
    return {**tensors, "kernels.offset": tensors["kernels.offset"] - share * usual / weight[1]}


def tune(
    held_out: Sequence[HeldOut],
    chance: Tensor,
    supported: bool,
    labelled: int,
    width: int,
    usual: Sequence[Weights] = (USUAL,),
) -> Tuned:
    """Choose the values as described above; without held-out segments, return the defaults.

    Args:
        supported: whether other frames of the recordings are probably of the labelled classes.
        labelled: number of labelled segments.
        width: frames of a usual segment.
        usual: weights of the learners without held-out segments (the first), and the priors with few; the one that
            explains the held-out segments best is used, since few segments do not lead far from a prior.
    """
    segments = sum(float(recording.targets.sum()) for recording in held_out)
    evenness = EXPONENT * labelled**AGREEMENT
    if segments < 2:
        sharpness, factor = SINGLE if supported else UNSUPPORTED
        return Tuned(torch.tensor(usual[0]), sharpness, factor * evenness)
    fits = [_weights(held_out, torch.tensor(prior), segments) for prior in usual]
    weight, _ = min(fits, key=lambda fit: fit[1])
    mixed = [_blend(recording.predictions, weight) for recording in held_out]
    candidates = []
    smoothed = hmm.posteriors(mixed, chance, SHARPNESSES)
    for place, (sharpness, soft) in enumerate(zip(SHARPNESSES, smoothed, strict=True)):
        loss = min(
            _log_loss(soft, held_out, [even] * len(soft)) + _penalty(even, EVENNESS, segments)
            for even in EVENNESSES
        )
        wrong = _error_rate(soft, held_out)
        candidates.append((wrong + SURE * loss + 0.4 * _penalty(sharpness, SHARPNESS, segments), place))
    _, place = min(candidates)
    exponents = [
        evenness * _agreement(recording, logs, soft, width)
        for recording, logs, soft in zip(held_out, mixed, smoothed[place], strict=True)
    ]
    factor = _factor(smoothed[place], held_out, exponents, segments)
    return Tuned(weight, SHARPNESSES[place], factor * evenness)


def _agreement(recording: HeldOut, blended: Tensor, posterior: Tensor, width: int) -> Tensor:
    """Factor of the exponent of each frame, float32 [frames]."""
    voted = agreement.votes(torch.stack(recording.predictions))
    return agreement.odds(posterior, blended.exp(), voted, width).pow(AGREEMENT)


def _factor(
    soft: Sequence[Tensor], held_out: Sequence[HeldOut], exponents: Sequence[Tensor], segments: float
) -> float:
    """Factor of the exponents that fits the held-out segments best, nearer to 1 the fewer they are."""
    _, best = min(
        (
            _log_loss(soft, held_out, [factor * exponent for exponent in exponents])
            + _penalty(factor, 1.0, segments),
            factor,
        )
        for factor in FACTORS
    )
    return float(best ** (segments / (segments + MEASURED_SEGMENTS)))


def _penalty(value: float, usual: float, segments: float) -> float:
    """Penalty of an unusual value, smaller for more segments."""
    return 0.05 * PRIOR_SEGMENTS / segments * abs(math.log(value / usual))


def _error_rate(soft: Sequence[Tensor], held_out: Sequence[HeldOut]) -> float:
    """The share of held-out segments with a wrong class, each class with equal weight."""
    right, total = torch.zeros(len(soft[0])), torch.zeros(len(soft[0]))
    for probabilities, expected in zip(soft, held_out, strict=True):
        chosen = torch.nn.functional.one_hot(probabilities.argmax(0), len(probabilities)).T
        right += (chosen * expected.targets).sum(1)
        total += expected.targets.sum(1)
    there = total > 0
    return float(1 - (right[there] / total[there]).mean())


def _weights(held_out: Sequence[HeldOut], usual: Tensor, segments: float) -> tuple[Tensor, float]:
    """The weights that fit the held-out segments best, near a prior, and their loss with that of the distance."""
    predictions = [
        torch.cat([recording.predictions[place] for recording in held_out], 1) for place in range(len(usual))
    ]
    targets = torch.cat([recording.targets for recording in held_out], 1)
    is_labelled = targets.sum(0) > 0
    stacked, targets = torch.stack(predictions)[:, :, is_labelled], targets[:, is_labelled]
    raw = usual.log().clone().requires_grad_()
    search = torch.optim.LBFGS([raw], max_iter=40, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        search.zero_grad()
        logs = (stacked * raw.exp()[:, None, None]).sum(0).log_softmax(0)
        held = PRIOR_SEGMENTS / segments * 0.1 * (raw - usual.log()).square().sum()
        value = -(targets * logs).sum() / segments + held
        value.backward()  # type: ignore[no-untyped-call]
        return value

    search.step(loss)  # type: ignore[no-untyped-call]
    return raw.detach().exp(), float(loss().detach())


def _blend(predictions: Sequence[Tensor], weight: Tensor) -> Tensor:
    mixed = sum(
        (prediction * share for prediction, share in zip(predictions, weight.tolist(), strict=True)),
        torch.zeros(()),
    )
    return mixed.log_softmax(0)


def _log_loss(
    soft: Sequence[Tensor], held_out: Sequence[HeldOut], exponents: Sequence[Tensor | float]
) -> float:
    total = segments = 0.0
    for probabilities, expected, exponent in zip(soft, held_out, exponents, strict=True):
        even = agreement.tempered(probabilities, exponent, LEAST_CHANCE)
        total -= float((expected.targets * even.log()).sum())
        segments += float(expected.targets.sum())
    return total / segments
