"""Train a model again on fewer channels, for recordings that lack a channel or have one without signal.

A model that was trained with a channel has learnt to rely on it; one that was trained without it loses little
(docs/training-core.md, Robustness).
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from services.errors import Invalid
from services.ingest.reading_options import AS_FOUND, ReadingOptions
from services.learning.data.examples import Corpus
from services.learning.provenance import Earlier, earlier
from services.storage.paths import quoted
from services.torch_models.guarded import GuardedModel
from services.torch_models.model import ModelInfo
from services.training.labelled_files import read

Progress = Callable[[float, str], None]


@dataclass
class ChannelRefit:
    """Models trained again from the training recordings of a model, one for each set of channels.

    A context manager, which ends their processes. ``data``, ``labels``: folders, or one file each; ``largest``: bytes a
    checkpoint may have.
    """

    data: Path
    labels: Path
    largest: int
    progress: Progress
    reading: ReadingOptions = AS_FOUND
    _models: dict[tuple[str, ...], GuardedModel] = field(default_factory=dict)
    _corpora: dict[tuple[str, bool], Corpus] = field(default_factory=dict)  # by background and gaps only
    _open: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> ChannelRefit:
        return self

    def __exit__(self, *_error: object) -> None:
        self._open.close()

    def __call__(self, info: ModelInfo, channels: Sequence[str]) -> GuardedModel:
        """The model of the recipe and the classes of ``info`` on some of its channels.

        Raises:
            Invalid: the model has no recipe, or the recordings lack one of its classes or channels.
            RefusedFile: a recording cannot be read.
        """
        key = tuple(channels)
        if key not in self._models:
            self._models[key] = self._trained(info, key)
        return self._models[key]

    @cached_property
    def _folder(self) -> Path:
        return Path(self._open.enter_context(tempfile.TemporaryDirectory(prefix="tidemark-")))

    def _trained(self, info: ModelInfo, channels: tuple[str, ...]) -> GuardedModel:
        from services.learning import core
        from services.learning.pipeline import run

        before = earlier(info, "")
        plan = before.plan  # an evaluated training gives half of its time to the model that is saved
        plan = replace(plan, measured=False, seconds=plan.seconds / (2 if plan.measured else 1))
        machine = core.built_in()

        def show(done: float, message: str) -> None:
            self.progress(done, f"Training without missing channels: {message}")

        trained = run(
            self._corpus(before, channels), plan, machine, lambda *given: show(*given[:2]), earlier=before
        )
        file = self._folder / f"{len(self._models)}.pth"
        report = trained.report
        machine.keep(trained.model, file, trained.corpus, report.figures(), report.provenance)
        return self._open.enter_context(GuardedModel(file, file.name, self.largest))

    def _corpus(self, before: Earlier, channels: tuple[str, ...]) -> Corpus:
        plan = before.plan
        key = (plan.background, plan.gaps_only)
        if key not in self._corpora:
            self._corpora[key] = read(self.data, self.labels, *key, self.progress, self.reading)
        corpus = self._corpora[key]
        known, wanted = set(corpus.classes), [label.name for label in before.labels]
        for kind, lacking in (
            ("labels of", [name for name in wanted if name not in known]),
            ("channel", [name for name in channels if name not in corpus.channels]),
        ):
            if lacking:
                raise Invalid(
                    f"{self.data} has no {kind} {quoted(lacking[0])}, which the model was trained on; --training is "
                    "the folder of its training recordings."
                )
        return corpus.on(channels)
