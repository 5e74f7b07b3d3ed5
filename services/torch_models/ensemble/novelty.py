"""Novelty detection: frames unlike all labelled frames, which should get no class.

Each frame is compared with some frames of every labelled segment, by how often random convolutions are above their
thresholds nearby. These convolutions span several segments, since what is new often differs in its surroundings. A
frame that is nearly as far from all of them as the classes are from each other is probably none of the classes. The
distance carries no information, and no frame is rejected, where segments of one class (recordings, where whole
recordings are held out) are half as far apart themselves, or where hardly any frame around the labelled segments is
similar to them.

Where labels cover states without gaps, most of the recording should have a class. There, nothing is rejected unless a
class has two segments, which show how far apart segments of one class are, and at most ``MOST_REJECTED`` of the
training recordings are rejected.
"""

from __future__ import annotations

import torch
from torch import Tensor

EACH, MOST = 16, 512  # reference frames of a segment, of all segments
OTHER = 0.85  # of the usual distance to another class
SAME, USUAL = 2.0, 0.9  # multiple of the distance within a class, and the quantile of its frames
STEEP = 30.0  # slope of the belief where it is a half
FURTHER = 1.5  # factor of the distance on a recording outside the training set: other people, other machines
BELIEVED = 0.5  # least belief in a score at which a class is predicted
ALIKE = 0.8  # of the half: certainly similar to the labelled frames
# minimum share of similar frames around labelled segments, and minimum number of these frames
AGAIN, FEWEST = 0.05, 64
BLOCK = 4_096  # frames compared at a time
MOST_REJECTED = (
    0.3  # share of the training recordings without a class, where labels cover states without gaps
)


def fitted(table: Tensor, label: Tensor, group: Tensor, apart: Tensor) -> dict[str, Tensor]:
    """Reference frames: ``known`` [some, features] and ``half``, the distance at which the belief in a score is a half;
    empty where the distance carries no information.

    Args:
        table: float32 [rows, features].
        label: [rows] the class, ``group`` the segment of each row.
        apart: [rows] the number that differs for rows of different segments or recordings.
    """
    chosen = _spread(group)
    known, label, apart = table[chosen], label[chosen], apart[chosen]
    far = distances(known, known)
    other = label[:, None] != label
    same = ~other & (apart[:, None] != apart)
    half = OTHER * far.masked_fill(~other, torch.inf).min(1).values.median()
    within = far.masked_fill(~same, torch.inf).min(1).values[same.any(1)]
    if half < 1e-3 or (len(within) and SAME * within.quantile(USUAL) > half):
        return {}
    return {"known": known, "half": half}


def repeated(label: Tensor, apart: Tensor) -> bool:
    """Whether some class has rows of two segments or recordings."""
    return any(len(torch.unique(apart[label == value])) > 1 for value in torch.unique(label))


def limited(table: Tensor, tensors: dict[str, Tensor], share: float = MOST_REJECTED) -> dict[str, Tensor]:
    """The same reference frames, with a ``half`` that rejects at most ``share`` of the rows of ``table``."""
    if not len(table):
        return tensors
    nearest = [distances(part, tensors["known"]).min(1).values for part in torch.split(table, BLOCK)]
    return {**tensors, "half": torch.maximum(tensors["half"], torch.cat(nearest).quantile(1 - share))}


def belief(table: Tensor, tensors: dict[str, Tensor], seen: bool) -> Tensor:
    """Belief in a score, float32 [rows] from 0 to 1, by the distance of each row of ``table``.

    Args:
        seen: whether the rows are of a recording of the training set.
    """
    nearest = [distances(part, tensors["known"]).min(1).values for part in torch.split(table, BLOCK)]
    ratio = tensors["half"] * (1.0 if seen else FURTHER) / torch.cat(nearest).clamp_min(1e-6)
    return torch.sigmoid(STEEP * ratio.log())


def recurs(table: Tensor, tensors: dict[str, Tensor]) -> bool:
    """Whether frames similar to the labelled frames occur around labelled segments, in rows [rows, features]."""
    if len(table) < FEWEST:
        return True
    some = table[torch.linspace(0, len(table) - 1, min(BLOCK, len(table))).long()]
    near = distances(some, tensors["known"]).min(1).values < ALIKE * tensors["half"]
    return float(near.float().mean()) >= AGAIN


def distances(table: Tensor, others: Tensor) -> Tensor:
    """The root of the mean squared difference of each row to each, [rows, others]."""
    squares = table.square().sum(1)[:, None] + others.square().sum(1) - 2 * table @ others.T
    return (squares.clamp_min(0) / table.shape[1]).sqrt()


def _spread(group: Tensor) -> Tensor:
    """Rows spread evenly over each segment; if they are too many, evenly over all segments."""
    rows = [(group == value).nonzero()[:, 0] for value in torch.unique(group)]
    each = [members[torch.linspace(0, len(members) - 1, min(EACH, len(members))).long()] for members in rows]
    selected = torch.cat(each)
    return selected[torch.linspace(0, len(selected) - 1, min(MOST, len(selected))).long()]
