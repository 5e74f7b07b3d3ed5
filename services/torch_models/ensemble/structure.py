"""Validation of an untrusted ensemble: sizes, and presence, shape and range of every tensor.

A portfolio that passes can be run on any recording with bounded time and memory and without a division by zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from services.errors import RefusedFile
from services.torch_models import signal_check
from services.torch_models.ensemble import hmm, rocket
from services.torch_models.ensemble.ensemble import MEMBERS, Shape, Tensors, part
from services.torch_models.ensemble.features import Framing, heights_of, levels_at
from services.torch_models.ensemble.networks import KINDS, bare
from services.torch_models.ensemble.views import Views

MOST = {"rows": 4_096, "levels": 9, "channels": 512, "classes": 1_000, "trees": 1_000, "width": 256}
LEAST = {"rows": 1, "levels": 3, "channels": 1, "classes": 2, "trees": 1, "width": 1}
MOST_NETWORKS = 16
MOST_KNOWN = 4_096  # labelled reference frames
MOST_WIDE = 16_384  # rows of a frame times channels


def check(hyperparameters: Any, tensors: Tensors) -> Shape:
    """Check that a portfolio can be run.

    Raises:
        RefusedFile: it cannot be run; the message contains the reason.
    """
    shape = _shape(hyperparameters)
    expected = shapes(shape, _length(tensors, "forest.feature", 1), _length(tensors, "scale.known", 2))
    if any(key.startswith("novelty.") for key in tensors):  # some have none, and all older ones
        expected |= _novelty(shape.framing, _length(tensors, "novelty.known", 2))
    if "smoothing.agreement" in tensors:  # not in older files
        expected |= {"smoothing.agreement": (), "smoothing.least": (shape.classes,)}
        expected["known.edges"] = (_length(tensors, "known.edges", 2), 3)
    check_shapes("portfolio", tensors, expected)
    _check_forest(part(tensors, "forest"), shape, _features(shape.framing))
    _check_values(tensors)
    return shape


def check_shapes(kind: str, tensors: Tensors, expected: Mapping[str, tuple[int, ...]]) -> None:
    """Check that the tensors are exactly those of a model of this kind, each with its shape.

    Raises:
        RefusedFile: a tensor is missing, unknown, or of another shape.
    """
    missing, extra = sorted(expected.keys() - tensors.keys()), sorted(tensors.keys() - expected.keys())
    if missing:
        raise RefusedFile(
            f"As a {kind} of these sizes it lacks {missing[0]} of {list(expected[missing[0]])}."
        )
    if extra:
        key = extra[0]
        raise RefusedFile(
            f"A {kind} of these sizes has no tensor {key[:60]} {list(tensors[key].shape)}; just "
            f"{len(expected)} tensors such as {next(iter(expected))} are expected."
        )
    for key, shape in expected.items():
        if tuple(tensors[key].shape) != shape:
            raise RefusedFile(f"Its tensor {key} is {list(tensors[key].shape)} where {list(shape)} belongs.")


def _shape(values: Any) -> Shape:
    if not isinstance(values, Mapping):
        raise RefusedFile("It has no “hyperparameters”.")
    for name, most in MOST.items():
        value = values.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not LEAST[name] <= value <= most:
            raise RefusedFile(f"Its “{name}” must be a whole number from {LEAST[name]:,} to {most:,}.")
    networks = values.get("networks")
    if (
        not isinstance(networks, list | tuple)
        or not 1 <= len(networks) <= MOST_NETWORKS
        or not all(isinstance(network, str) and network in KINDS for network in networks)
    ):
        raise RefusedFile(f"Its “networks” must be 1 to {MOST_NETWORKS} of {', '.join(sorted(KINDS))}.")
    segment = values.get("segment", 0)
    longest = 1 << values["levels"]
    if not isinstance(segment, int) or isinstance(segment, bool) or not 0 <= segment <= longest:
        raise RefusedFile(f"Its “segment” must be a whole number from 0 to {longest:,}.")
    if not isinstance(values.get("level"), bool):
        raise RefusedFile("Its “level” must be true or false.")
    if values["rows"] * values["channels"] > MOST_WIDE:
        raise RefusedFile("Its frames are of too many samples.")
    _check_views(values.get("views", []), values["channels"])
    shape = Shape.from_plain(dict(values))
    if shape.signals is not None and not signal_check.valid(shape.signals, shape.channels):
        raise RefusedFile("Its “signals” must be the ranges of statistics of each channel.")
    return shape


def _check_views(values: Any, channels: int) -> None:
    """Check that each view is made of the channels before it."""
    if not isinstance(values, list | tuple) or not all(_is_walk(value) for value in values):
        raise RefusedFile("Its “views” must be a list of channels and of whether they are relative.")
    sources = channels - Views.from_plain(values).added
    if sources < 1 or any(place >= sources for value in values for place in value["channels"]):
        raise RefusedFile("Its “views” are of channels that it does not have.")


def _is_walk(value: Any) -> bool:
    if not isinstance(value, Mapping) or not isinstance(value.get("relative"), bool):
        return False
    places = value.get("channels")
    return (
        isinstance(places, list | tuple)
        and len(places) > 0
        and all(isinstance(place, int) and not isinstance(place, bool) and place >= 0 for place in places)
    )


def _length(tensors: Tensors, key: str, dimensions: int) -> int:
    tensor = tensors.get(key)
    if tensor is None or tensor.dim() != dimensions:
        raise RefusedFile(f"It has no {key} of {dimensions} dimensions.")
    return len(tensor)


def _novelty(framing: Framing, references: int) -> dict[str, tuple[int, ...]]:
    if not 1 <= references <= MOST_KNOWN:
        raise RefusedFile(
            f"It compares with {references:,} labelled frames where 1 to {MOST_KNOWN:,} are allowed."
        )
    if not framing.segment:  # older files compare by the kernels of the classes
        return {"novelty.known": (references, _shares(framing)), "novelty.half": ()}
    shares, count = _shares(framing.context), _kernels(framing.context)
    return {
        "novelty.known": (references, shares),
        "novelty.half": (),
        "novelty.weight": (count, framing.channels, rocket.TAPS),
        "novelty.threshold": (count, 1),
        "novelty.mean": (shares,),
        "novelty.deviation": (shares,),
    }


def _kernels(framing: Framing) -> int:
    return rocket.each(framing) * len(rocket.dilations(framing))


def _shares(framing: Framing) -> int:
    return _kernels(framing) * len(rocket.widths(framing))


def _features(framing: Framing) -> int:
    """Statistics of a frame."""
    levels = heights_of(framing) * (framing.channels - framing.moves) if framing.level else 0
    return levels_at(framing) + levels


def shapes(shape: Shape, nodes: int, references: int) -> dict[str, tuple[int, ...]]:
    """Names and shapes of all tensors of a portfolio, for a number of tree nodes and of training recordings."""
    framing, classes = shape.framing, shape.classes
    count = _kernels(framing)
    shares = _shares(framing)
    states = classes * hmm.CHAIN
    expected: dict[str, tuple[int, ...]] = {
        "forest.feature": (nodes,),
        "forest.cut": (nodes,),
        "forest.child": (nodes,),
        "forest.share": (nodes, classes),
        "kernels.weight": (count, framing.channels, rocket.TAPS),
        "kernels.threshold": (count, 1),
        "kernels.mean": (shares,),
        "kernels.deviation": (shares,),
        "kernels.linear": (shares, classes),
        "kernels.offset": (classes,),
        "scale.middle": (framing.channels,),
        "scale.width": (framing.channels,),
        "scale.known": (references, 2 * framing.channels),
        "blend.weight": (len(MEMBERS),),
        "smoothing.chance": (states, states),
        "smoothing.sharpness": (),
        "smoothing.evenness": (),
        "smoothing.elsewhere": (),
    }
    for place, kind in enumerate(shape.networks):
        with torch.device("meta"):
            module = bare(kind, framing, classes, shape.width)
        expected |= {
            f"network.{place}.{key}": tuple(value.shape) for key, value in module.state_dict().items()
        }
    return expected


def _check_forest(forest: Tensors, shape: Shape, features: int) -> None:
    """Check that every path ends: each child has a larger index than its parent."""
    feature, child = forest["feature"], forest["child"]
    inner = feature >= 0
    places = torch.arange(len(feature))
    whole = (feature == feature.round()).all() and (child == child.round()).all()
    behind = (child[inner] > places[inner]).all() and (child[inner] < len(feature) - 1).all()
    rooted = shape.trees <= len(feature) and (places[inner] < len(feature)).all()
    if not (whole and behind and rooted and (feature >= -1).all() and (feature < features).all()):
        raise RefusedFile("The trees of its forest are broken.")


def _check_values(tensors: Tensors) -> None:
    for key in ("scale.width", "kernels.deviation", "forest.share"):
        if not (tensors[key] > 0).all():
            raise RefusedFile(f"Its tensor {key} must be above zero.")
    chance = tensors["smoothing.chance"]
    if (chance < 0).any() or ((chance.sum(1) - 1).abs() > 1e-3).any():
        raise RefusedFile("The rows of its smoothing.chance must be shares of 1.")
    if "novelty.deviation" in tensors and not (tensors["novelty.deviation"] > 0).all():
        raise RefusedFile("Its tensor novelty.deviation must be above zero.")
    if "novelty.half" in tensors and not float(tensors["novelty.half"]) > 0:
        raise RefusedFile("Its novelty.half must be above zero.")
    for key in ("smoothing.sharpness", "smoothing.evenness", "smoothing.elsewhere"):
        if not 0 < float(tensors[key]) <= 100:
            raise RefusedFile(f"Its {key} must be above 0, at most 100.")
    if "smoothing.agreement" in tensors and not 0 <= float(tensors["smoothing.agreement"]) <= 1:
        raise RefusedFile("Its smoothing.agreement must be from 0 to 1.")
    if "known.edges" in tensors:
        edged = tensors["known.edges"][:, 2]
        if (edged < 0).any() or (edged >= len(tensors["kernels.offset"])).any():
            raise RefusedFile("The classes of its known.edges must be those of the model.")
    if (tensors["blend.weight"] < 0).any():
        raise RefusedFile("Its blend.weight must not be below zero.")
