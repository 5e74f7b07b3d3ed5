"""Channel mapping between a model and a recording, with the user's stored choice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.storage.preferences import Preferences
from services.timeseries import StoreInfo
from services.torch_models.fitting import MISSING, Fit, fit
from services.torch_models.model import ModelInfo

MOST_CORRECTED = 500  # recordings of a model


class Columns:
    """Chosen channels by model and name, used in every file that has them."""

    def __init__(self, preferences: Preferences) -> None:
        self._preferences = preferences

    def fit(
        self, model: str, info: ModelInfo, recording: StoreInfo, chosen: Sequence[int] | None = None
    ) -> Fit:
        """The fit of a model to a recording, with the ``chosen`` channels or the stored choice."""
        if chosen is not None:
            return fit(info, recording, chosen)
        remembered = self._remembered(model, recording)
        mapping = fit(info, recording, remembered) if remembered else None
        return mapping if mapping and mapping.fits else fit(info, recording)

    def remember(self, model: str, recording: StoreInfo, chosen: Sequence[int]) -> None:
        """Store the choice of channels."""
        names = [None if index == MISSING else recording.channels[index].name for index in chosen]
        self._preferences.set(_name(model), names)

    def forget(self, model: str) -> None:
        """Remove the stored choice, so that the channel names of the model apply."""
        self._preferences.set(_name(model), None)

    def _remembered(self, model: str, recording: StoreInfo) -> list[int] | None:
        names = self._preferences.get(_name(model))
        here = {channel.name: index for index, channel in enumerate(recording.channels)} | {None: MISSING}
        if not isinstance(names, list) or not names or any(name not in here for name in names):
            return None
        return [here[name] for name in names]


class CorrectedRecordings:
    """The recordings whose polarity and gain are corrected, by model and the key of their samples."""

    def __init__(self, preferences: Preferences) -> None:
        self._preferences = preferences

    def has(self, model: str, key: str) -> bool:
        """Whether a recording is corrected for a model."""
        return key in self._of(model)

    def set(self, model: str, key: str, on: bool) -> None:
        """Store the choice for a recording."""
        others = [entry for entry in self._of(model) if entry != key]
        self._preferences.set(f"corrected:{model}", [*others, key][-MOST_CORRECTED:] if on else others)

    def _of(self, model: str) -> list[str]:
        kept = self._preferences.get(f"corrected:{model}")
        return [entry for entry in kept if isinstance(entry, str)] if isinstance(kept, list) else []


def _name(model: str) -> str:
    return f"columns:{model}"


def described(info: ModelInfo, recording: StoreInfo, mapping: Fit) -> dict[str, Any]:
    """A fit as a JSON object, with the data for the channel dialog."""
    return {
        "fits": mapping.fits,
        "reason": mapping.reason,
        "choose": mapping.choose,
        "may_miss": info.may_miss,
        "warnings": list(mapping.warnings),
        "channels": list(mapping.channels),
        "names": [channel.name for channel in recording.channels],
        "features": [
            info.feature_names[index] if info.feature_names else "" for index in range(info.features)
        ],
    }
