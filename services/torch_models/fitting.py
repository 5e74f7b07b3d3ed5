"""Whether a model fits a recording, checked before a run starts; imports no torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.timeseries import StoreInfo, durations
from services.torch_models.model import ModelInfo


@dataclass(frozen=True)
class Fit:
    """How a model and a recording go together.

    ``channels`` are the indices of the recording's channels in the order of the model's features, empty when it cannot
    be used or the user must choose; ``reason`` says why not; ``choose``: the number of channels would do, but their
    names differ or there are more of them, so the user says which; ``warnings`` do not keep it from being used.
    """

    channels: tuple[int, ...] = ()
    reason: str = ""
    choose: bool = False
    warnings: tuple[str, ...] = ()

    @property
    def fits(self) -> bool:
        """True when it can be used as it is."""
        return bool(self.channels)


STEP_TOLERANCE = 0.01  # of the sampling step a model expects


def fit(model: ModelInfo, recording: StoreInfo, chosen: Sequence[int] | None = None) -> Fit:
    """See whether ``model`` can be used on ``recording``, on the ``chosen`` channels or on those its names say."""
    channels = tuple(chosen) if chosen is not None else _by_name(model, recording)
    if not channels:
        return _unmatched(model, recording)
    if len(channels) != model.features:
        return Fit(
            reason=f"The model takes {_channels(model.features)}; {len(channels)} are chosen.", choose=True
        )
    if not all(0 <= channel < len(recording.channels) for channel in channels):
        return Fit(reason="The recording has no such channel.", choose=True)
    if model.needs_positive:
        wrong = [recording.channels[index] for index in channels if recording.channels[index].minimum <= 0]
        if wrong:
            return Fit(
                reason=f"The model takes log returns, which need values above zero; “{wrong[0].name}” goes down to "
                f"{wrong[0].minimum:g}.",
                choose=len(recording.channels) > model.features,
            )
    return Fit(channels, warnings=_warnings(model, recording))


def _by_name(model: ModelInfo, recording: StoreInfo) -> tuple[int, ...]:
    """The channels the model names; all of them in their order where it names none and the number is right."""
    names = [channel.name for channel in recording.channels]
    if not model.feature_names:
        return tuple(range(len(names))) if len(names) == model.features else ()
    if all(name in names for name in model.feature_names):
        return tuple(names.index(name) for name in model.feature_names)
    return ()


def _unmatched(model: ModelInfo, recording: StoreInfo) -> Fit:
    count = len(recording.channels)
    if count < model.features:
        return Fit(reason=f"The model takes {_channels(model.features)}; this recording has {count}.")
    if model.feature_names:
        missing = [
            name for name in model.feature_names if name not in {one.name for one in recording.channels}
        ]
        reason = f"The model takes a channel “{missing[0]}”, which this recording does not have. Choose its channels."
    else:
        reason = f"The model takes {_channels(model.features)}; this recording has {count}. Choose which."
    return Fit(reason=reason, choose=True)


def _warnings(model: ModelInfo, recording: StoreInfo) -> tuple[str, ...]:
    return tuple(filter(None, (_few_classes(model), _other_step(model, recording))))


def _few_classes(model: ModelInfo) -> str:
    if model.classes == 1:
        below = f"; rows below {model.threshold:g} get none" if model.threshold else ""
        return f"The model knows one class only{below}."
    if model.output == "binary" and not model.labels:
        return f"The model has one output only: class 1 from {model.threshold:g} on, else class 0."
    return ""


def _other_step(model: ModelInfo, recording: StoreInfo) -> str:
    step = durations.in_seconds(recording.time, recording.time.step)
    if model.step is None or not step or abs(step - model.step) <= STEP_TOLERANCE * model.step:
        return ""
    expected, here = durations.text(model.step), durations.text(step)
    return f"The model was made for a sample every {expected}; here it is every {here}."


def _channels(count: int) -> str:
    return f"{count} {'channel' if count == 1 else 'channels'}"
