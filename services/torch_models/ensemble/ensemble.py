"""Inference of a fitted ensemble: from samples to class probabilities, in bounded memory.

A recording is processed in pieces of ``Framing.piece`` frames that begin at multiples of that number, each with the
context that it needs. The same pieces are computed for every requested part, so that the result of a part equals the
same rows of the result of the whole recording.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from services.torch_models.ensemble import agreement, hmm, novelty
from services.torch_models.ensemble.extra_trees import Forest
from services.torch_models.ensemble.features import Framing, box, frames, statistics, viewed
from services.torch_models.ensemble.fragments import without_fragments
from services.torch_models.ensemble.in_order import in_parallel
from services.torch_models.ensemble.networks import build
from services.torch_models.ensemble.rocket import Kernels, widths
from services.torch_models.ensemble.scales import SAMPLED, STRETCH, Own, Read, Scale, sampled, scale_of
from services.torch_models.ensemble.views import NO_VIEWS, Views
from services.torch_models.run_lengths import NONE

MEMBERS = ("forest", "kernels", "network")
ENDED = 5.0  # logarithm of the odds against the class of a labelled segment in the frames next to it
Tensors = dict[str, Tensor]


@dataclass(frozen=True)
class Shape:
    """Sizes of a portfolio; they and its tensors define it completely. ``framing`` counts ``views`` as channels.

    ``signals``: ranges of the training recordings for the signal check, None in older files.
    """

    framing: Framing
    classes: int
    trees: int
    networks: tuple[str, ...]
    width: int
    views: Views = NO_VIEWS
    signals: dict[str, Any] | None = None

    @property
    def channels(self) -> int:
        """Channels of a recording."""
        return self.framing.channels - self.views.added

    def to_plain(self) -> dict[str, Any]:
        """As a checkpoint's ``hyperparameters``."""
        framing = self.framing
        return {
            "rows": framing.rows,
            "levels": framing.levels,
            "channels": framing.channels,
            "level": framing.level,
            "segment": framing.segment,
            "classes": self.classes,
            "trees": self.trees,
            "networks": list(self.networks),
            "width": self.width,
            "views": self.views.to_plain(),
            "signals": self.signals,
        }

    @classmethod
    def from_plain(cls, values: dict[str, Any]) -> Shape:
        """Inverse of :meth:`to_plain`."""
        views = Views.from_plain(values.get("views", []))  # older files have none
        framing = Framing(
            values["rows"],
            values["levels"],
            values["channels"],
            values["level"],
            views.added,
            values.get("segment", 0),  # older files have none
        )
        networks = tuple(values["networks"])
        signals = values.get("signals")  # older files have none
        return cls(framing, values["classes"], values["trees"], networks, values["width"], views, signals)


def part(tensors: Tensors, name: str) -> Tensors:
    """The tensors whose names begin with a prefix, without the prefix."""
    return {key[len(name) + 1 :]: value for key, value in tensors.items() if key.startswith(name + ".")}


class Portfolio:
    """The learners, their blending, and the smoothing of their probabilities."""

    def __init__(self, shape: Shape, tensors: Tensors) -> None:
        self.shape, self.tensors = shape, tensors
        self._common = Scale(
            tensors["scale.middle"].numpy().astype(np.float64),
            tensors["scale.width"].numpy().astype(np.float64),
        )
        self._forest = Forest(shape.trees, part(tensors, "forest"))
        self._kernels = Kernels(shape.framing, part(tensors, "kernels"))
        self._labelled = part(
            tensors, "novelty"
        )  # empty if the distance is not informative, and in older files
        self._context = (
            Kernels(shape.framing.context, self._labelled) if "weight" in self._labelled else self._kernels
        )
        self._networks = [
            build(kind, shape.framing, shape.classes, shape.width, part(tensors, f"network.{place}"))
            for place, kind in enumerate(shape.networks)
        ]
        reach = max(
            [shape.framing.reach, *(network.reach + shape.framing.surroundings for network in self._networks)]
        )
        self._halo = -(-reach // 64) * 64

    @torch.inference_mode()
    def pieces(
        self, read: Read, rows: int, start: int = 0, stop: int | None = None
    ) -> Iterator[NDArray[np.float32]]:
        """Probabilities float32 [classes, some rows] of the rows ``start`` to ``stop - 1``, in order.

        A column is NaN where all samples are missing for so long that no class can be predicted.
        """
        stop = rows if stop is None else stop
        size, step = self.shape.framing.piece, self.shape.framing.rows
        count = -(-rows // step)
        first, last = start // step // size, -(-stop // step) // size
        read = without_missing(self.shape.views.of(read), rows, self._common)
        own = own_of(read, rows, self.shape.framing)
        place = self._place(own)
        evenness = float(self.tensors["smoothing.evenness"])
        if place is None:
            evenness *= float(self.tensors["smoothing.elsewhere"])
        computed = range(max(0, first - 1), min(last + 1, (count - 1) // size) + 1)
        logs = in_parallel(lambda piece: self._logs(read, rows, own, place, piece), computed)
        before = next(logs) if first else None
        here = next(logs, None)
        for piece in range(first, last + 1):
            if here is None:
                return
            after = next(logs, None)
            smoothed = self._smooth(before, here, after, evenness)
            low = piece * size * step
            wide = smoothed.repeat_interleave(step, 1)[:, : rows - low].numpy()
            yield wide[:, max(start - low, 0) : max(stop - low, 0)]
            before, here = here, after

    def _place(self, own: Own) -> int | None:
        """Number of the recording in the training set, None for another one, whose scores mean less."""
        scale = np.concatenate([own.scale.middle, own.scale.width]).astype(np.float32)
        equal = (self.tensors["scale.known"] == torch.from_numpy(scale)).all(1).nonzero()
        return int(equal[0]) if len(equal) else None

    def _smooth(self, before: Tensor | None, here: Tensor, after: Tensor | None, evenness: float) -> Tensor:
        """Smoothed probabilities of one piece, given the log probabilities of its neighbours."""
        context = hmm.CONTEXT
        parts = [before[:, -context:]] if before is not None else []
        parts += [here] if after is None else [here, after[:, :context]]
        joined = torch.cat(parts, 1)
        classes = self.shape.classes
        logs, voted, belief = joined[:classes], joined[classes:-1], joined[-1]
        low = context if before is not None else 0
        posterior = hmm.posterior(
            logs.nan_to_num(0.0), self.tensors["smoothing.chance"], float(self.tensors["smoothing.sharpness"])
        )
        if "smoothing.agreement" in self.tensors:  # not in older files
            posterior = without_fragments(posterior, self.tensors["smoothing.least"])
            width = widths(self.shape.framing)[1]
            odds = agreement.odds(posterior, logs.exp().nan_to_num(0.0), voted, width)
            exponent = evenness * odds.pow(float(self.tensors["smoothing.agreement"]))
            posterior = agreement.tempered(posterior, exponent) * belief
        else:
            posterior = posterior.pow(evenness)
            posterior = posterior / posterior.sum(0) * belief
        posterior[:, logs[0].isnan()] = torch.nan
        return posterior[:, low : low + here.shape[1]]

    @torch.inference_mode()
    def _logs(self, read: Read, rows: int, own: Own, place: int | None, piece: int) -> Tensor:
        """The blended log probabilities of one piece of frames, NaN where all samples are missing; further rows are
        the votes of the learners for each class and the belief in the scores.
        """
        framing = self.shape.framing
        begin, end = piece * framing.piece, min((piece + 1) * framing.piece, -(-rows // framing.rows))
        low, high = max(0, begin - self._halo), end + self._halo
        signals = read(low * framing.rows, min(rows, high * framing.rows))
        framed = viewed(frames(signals, own.scale, self._common, framing), framing, own)
        table = self._kernels.seen(framed)
        opinions = self._opinions(framed, table)
        logs = self._without_ended(blend(opinions, self.tensors["blend.weight"]), place, low)
        logs[:, _unknown(framed, framing)] = torch.nan
        voted = agreement.votes(torch.stack(opinions))
        belief = self._belief(framed, table, place is not None)[None]
        return torch.cat([logs, voted, belief])[:, begin - low : end - low]

    def _without_ended(self, logs: Tensor, place: int | None, low: int) -> Tensor:
        """Log probabilities of frames from ``low`` on, in which a class is improbable next to its labelled segments.

        Labelled segments are complete. A recording of the training set has the labels that it was learnt with.
        """
        edges = self.tensors.get("known.edges")  # not in older files
        if edges is None or place is None:
            return logs
        inside = (edges[:, 0] == place) & (edges[:, 1] >= low) & (edges[:, 1] < low + logs.shape[1])
        frames, classes = edges[inside, 1].long() - low, edges[inside, 2].long()
        logs[classes, frames] -= ENDED / float(self.tensors["smoothing.sharpness"])
        return logs

    def _belief(self, framed: Tensor, table: Tensor, seen: bool) -> Tensor:
        """Belief in the scores, float32 [frames], averaged over about a quarter of a usual segment."""
        if not self._labelled:
            return torch.ones(len(table))
        if self._context is not self._kernels:
            table = self._context.seen(framed)
        width, _ = widths(self.shape.framing)
        return box(novelty.belief(table, self._labelled, seen)[None], width)[0]

    def _opinions(self, framed: Tensor, table: Tensor) -> list[Tensor]:
        return [
            self._forest(statistics(framed, self.shape.framing)),
            self._kernels.of_table(table),
            torch.stack([network(framed) for network in self._networks]).mean(0),
        ]

    @torch.inference_mode()
    def opinions(self, framed: Tensor) -> Tensor:
        """Log probabilities of each learner, float32 [learners, classes, frames]."""
        return torch.stack(self._opinions(framed, self._kernels.seen(framed)))


def blend(opinions: list[Tensor], weight: Tensor) -> Tensor:
    """Weighted sum of log probabilities, normalised to log probabilities."""
    return sum(
        (opinion * share for opinion, share in zip(opinions, weight.tolist(), strict=True)), torch.zeros(())
    ).log_softmax(0)


def labels_of(soft: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Class and score of each row of probabilities [rows, classes]; class -1 where they are missing (NaN), or where
    their sum is less than a half, so that the row probably belongs to no class.
    """
    filled = np.nan_to_num(soft, nan=0.0)
    labels = np.where(filled.sum(1) >= novelty.BELIEVED, filled.argmax(1), NONE)
    return labels.astype(np.int64), filled.max(1)


def without_missing(read: Read, rows: int, common: Scale) -> Read:
    """Replace the samples of channels that are missing throughout by the usual level of the training set.

    A recording without samples is unchanged.
    """
    has_values = np.isfinite(sampled(read, rows)).any(0)
    if has_values.all() or not has_values.any():
        return read
    missing, middle = np.flatnonzero(~has_values), common.middle.astype(np.float32)[~has_values]

    def filled_in(start: int, stop: int) -> NDArray[np.float32]:
        values = np.array(read(start, stop))
        part = values[:, missing]
        values[:, missing] = np.where(np.isfinite(part), part, middle)
        return values

    return filled_in


def own_of(read: Read, rows: int, framing: Framing, scale: Scale | None = None) -> Own:
    """Scale and swing of a recording, from stretches spread evenly over it; ``scale``: if it is already known."""
    scale = scale or scale_of(sampled(read, rows))
    span = framing.rows * max(4 * framing.surroundings, STRETCH)
    many = max(1, min(-(-rows // span), SAMPLED // span + 1))
    parts = []
    for place in np.linspace(0, max(0, rows - span), many).astype(int).tolist():
        start = place - place % framing.rows
        framed = frames(read(start, min(rows, start + span)), scale, scale, framing)
        local = framed[: framing.channels]
        parts.append((local - box(local, framing.surroundings)).T)
    swing = scale_of(torch.cat(parts).numpy()).width
    return Own(scale, torch.from_numpy(swing.astype(np.float32))[:, None])


def _unknown(framed: Tensor, framing: Framing) -> Tensor:
    """Frames inside a stretch of about a usual segment in which every sample is missing, bool [frames]."""
    missing = (framed[framing.channels * (2 + (framing.rows > 1))] > 0.999).float()
    width = (1 << (framing.levels - 3)) | 1
    whole = box(missing[None], width) > 0.999
    return box(whole.float(), width)[0] > 1e-6
