"""Check that a model fits a recording, before a run; imports no torch.

Columns are matched by name, ignoring case. An ensemble trained here can do without a missing channel
(:data:`MISSING`); a recording with another sampling step than the model's is resampled (:func:`resampling`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from services.errors import Invalid
from services.storage.paths import quoted
from services.timeseries import StoreInfo, durations
from services.torch_models import limits
from services.torch_models.model import ModelInfo
from services.wording import counted, joined

MISSING = -1  # index of a channel whose samples are all missing
STEP_TOLERANCE = 0.01  # relative tolerance of the sampling step
FINEST, COARSEST = (
    Fraction(1, 256),
    Fraction(16),
)  # rows per sample; limits of resampling
LARGEST_DENOMINATOR = 1000
MOST_STRETCHES = 100_000  # between time gaps


@dataclass(frozen=True)
class Fit:
    """How a model fits a recording.

    ``channels``: channel indices of the recording in the order of the model's features (``MISSING`` for a missing one),
    empty if the model cannot be used or the user must choose; ``reason``: why not; ``choose``: there are enough
    channels, but names differ or there are too many, so the user chooses; ``warnings`` do not prevent a
    run.
    """

    channels: tuple[int, ...] = ()
    reason: str = ""
    choose: bool = False
    warnings: tuple[str, ...] = ()

    @property
    def fits(self) -> bool:
        """True if the model can be used."""
        return bool(self.channels)


def fit(model: ModelInfo, recording: StoreInfo, chosen: Sequence[int] | None = None) -> Fit:
    """Check ``model`` on ``recording``, with the ``chosen`` channels or those matched by name."""
    channels = tuple(chosen) if chosen is not None else _by_name(model, recording)
    if not channels:
        return _unmatched(model, recording)
    problem = _problem(model, recording, channels)
    if problem:
        return Fit(reason=problem, choose=True)
    if model.needs_positive:
        wrong = [recording.channels[index] for index in channels if recording.channels[index].minimum <= 0]
        if wrong:
            return Fit(
                reason=f"The model takes log returns, which need values above zero; “{wrong[0].name}” goes down to "
                f"{wrong[0].minimum:g}.",
                choose=len(recording.channels) > model.features,
            )
    return Fit(channels, warnings=_warnings(model, recording, channels))


def chosen_channels(text: str, model: ModelInfo, recording: StoreInfo) -> tuple[int, ...]:
    """Parse channels of a model from ``text``: ``A=II,B=V1`` maps channel A to column II and B to V1.

    Other channels are matched by name; ``B=`` is a channel of missing values. Channels of a model without names are
    called 1, 2, 3 …

    Raises:
        Invalid: unknown channel or column.
    """
    features = model.feature_names or tuple(str(place + 1) for place in range(model.features))
    places = list(matched(features, recording)) if model.feature_names else [MISSING] * model.features
    for pair in text.split(","):
        feature, equals, column = (part.strip() for part in pair.partition("="))
        place = _index(features, feature)
        if not equals:
            raise Invalid(f"{quoted(feature)} is no pair NAME=COLUMN, such as {features[0]}=II.")
        if place is None:
            raise Invalid(f"The model has no channel {quoted(feature)}; it has {', '.join(features)}.")
        index = _index([channel.name for channel in recording.channels], column) if column else MISSING
        if index is None:
            names = ", ".join(channel.name for channel in recording.channels)
            raise Invalid(
                f"The recording has no column {quoted(column)} for {quoted(feature)}; it has {names}."
            )
        places[place] = index
    return tuple(places)


def channels_of_classes(
    model: ModelInfo, recording: StoreInfo, channels: Sequence[int]
) -> dict[int, frozenset[int]]:
    """Channels of a recording that the suggestions of each class are for; a class that is missing is for all channels.

    A model that was trained here has the names of the channels of its training labels; those of its features are the
    ``channels`` that they are mapped to.
    """
    known = (model.provenance or {}).get("label_channels")
    known = known if isinstance(known, dict) else {}  # the metadata of a checkpoint is untrusted
    here = [channel.name for channel in recording.channels]
    mapped = dict(zip(model.feature_names, channels, strict=False))
    result = {}
    for label in model.labels:
        names = known.get(label.name)
        places = [
            mapped.get(name, _index(here, name))
            for name in (names if isinstance(names, list) else ())
            if isinstance(name, str)
        ]
        if there := frozenset(place for place in places if place is not None and place != MISSING):
            result[label.index] = there
    return result


def resampling(model: ModelInfo, recording: StoreInfo) -> Fraction | None:
    """Rows of the model per sample of a recording; None without resampling."""
    ratio = _ratio(model, recording)
    if ratio is None or not FINEST <= ratio <= COARSEST or recording.time.gaps >= MOST_STRETCHES:
        return None
    return Fraction(ratio).limit_denominator(LARGEST_DENOMINATOR)


def _ratio(model: ModelInfo, recording: StoreInfo) -> float | None:
    """Ratio of the sampling steps of recording and model, if they differ."""
    step = durations.in_seconds(recording.time, recording.time.step)
    if model.step is None or not step or abs(step - model.step) <= STEP_TOLERANCE * model.step:
        return None
    return step / model.step


def _by_name(model: ModelInfo, recording: StoreInfo) -> tuple[int, ...]:
    """Channels matched by name; all in order if the model has no names and the number is equal."""
    if not model.feature_names:
        count = len(recording.channels)
        return tuple(range(count)) if count == model.features else ()
    places = matched(model.feature_names, recording)
    enough = any(index != MISSING for index in places) if model.may_miss else MISSING not in places
    return places if enough and len(set(_present(places))) == len(_present(places)) else ()


def matched(names: Sequence[str], recording: StoreInfo) -> tuple[int, ...]:
    """The channel of each name, ``MISSING`` for unmatched names."""
    here = [channel.name for channel in recording.channels]
    places = (_index(here, name) for name in names)
    return tuple(MISSING if index is None else index for index in places)


def _index(names: Sequence[str], name: str) -> int | None:
    """Index of a name: exact match, else the only one ignoring case and surrounding blanks."""
    if name in names:
        return list(names).index(name)
    folded = name.strip().casefold()
    alike = [place for place, candidate in enumerate(names) if candidate.strip().casefold() == folded]
    return alike[0] if len(alike) == 1 else None


def _present(channels: Sequence[int]) -> list[int]:
    return [index for index in channels if index != MISSING]


def _problem(model: ModelInfo, recording: StoreInfo, channels: Sequence[int]) -> str:
    """Why the model cannot use these channels; "" if it can."""
    there = _present(channels)
    if len(set(there)) < len(there):
        return "A channel is chosen twice."
    if len(channels) != model.features:
        return f"The model takes {counted(model.features, 'channel')}; {len(channels)} are chosen."
    if not all(0 <= channel < len(recording.channels) for channel in there):
        return "The recording has no such channel."
    if not there:
        return "No channel is chosen."
    if len(there) < model.features and not model.may_miss:
        missing = _feature(model, channels.index(MISSING))
        return f"The model needs every channel; no column of this recording is chosen for {missing}."
    return ""


def _feature(model: ModelInfo, place: int) -> str:
    return f"“{model.feature_names[place]}”" if model.feature_names else f"channel {place + 1}"


def _unmatched(model: ModelInfo, recording: StoreInfo) -> Fit:
    count = len(recording.channels)
    if count < model.features:
        reason = f"The model takes {counted(model.features, 'channel')}; this recording has {count}."
        return Fit(reason=reason, choose=model.may_miss)
    if model.feature_names:
        places = matched(model.feature_names, recording)
        if MISSING not in places:
            return Fit(
                reason="Two channels of the model have the same column here. Choose its channels.",
                choose=True,
            )
        missing = _feature(model, places.index(MISSING))
        reason = (
            f"The model takes a channel {missing}, which this recording does not have. Choose its channels."
        )
    else:
        reason = (
            f"The model takes {counted(model.features, 'channel')}; this recording has {count}. Choose which."
        )
    return Fit(reason=reason, choose=True)


def _warnings(model: ModelInfo, recording: StoreInfo, channels: Sequence[int]) -> tuple[str, ...]:
    warnings = (_few_classes(model), _cut(model), _without(model, channels), _other_step(model, recording))
    return tuple(filter(None, warnings))


def _few_classes(model: ModelInfo) -> str:
    if model.classes == 1:
        below = f"; rows below {model.threshold:g} get none" if model.threshold else ""
        return f"The model has a single class{below}."
    if model.output == "binary" and not model.labels:
        return f"The model has a single output: class 1 from {model.threshold:g} on, else class 0."
    return ""


def _cut(model: ModelInfo) -> str:
    """Warning for a bidirectional network, which cuts long sequences; a unidirectional one processes them exactly."""
    if not (model.bidirectional and limits.is_cut(model)):
        return ""
    length = limits.rows_at_once(model)
    return (
        f"The model's sequences of {model.sequence:,} rows take too much memory; they are cut to {length:,} rows, of "
        f"which {limits.overlap(model):,} on each side overlap."
    )


def _without(model: ModelInfo, channels: Sequence[int]) -> str:
    missing = [_feature(model, place) for place, index in enumerate(channels) if index == MISSING]
    if not missing:
        return ""
    names = joined(missing)
    words = "is taken as a channel" if len(missing) == 1 else "are taken as channels"
    return f"{names[:1].upper()}{names[1:]} {words} of missing values; scores may be less reliable."


def _other_step(model: ModelInfo, recording: StoreInfo) -> str:
    ratio = _ratio(model, recording)
    if ratio is None or model.step is None:
        return ""
    expected, here = durations.text(model.step), durations.text(ratio * model.step)
    words = f"The model expects a sample every {expected}; here it is every {here}"
    if resampling(model, recording) is None:
        return f"{words}, too different for resampling."
    return f"{words}, so the recording is resampled for it."
