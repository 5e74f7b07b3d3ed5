"""``python app.py train``: train a model from label files and report its metrics."""

from __future__ import annotations

import argparse
import json
import shlex
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from services.cli import reading_arguments
from services.cli.terminal import Bar, complain, positive, print_line
from services.errors import Invalid
from services.settings import Settings
from services.storage.files import sha256_of
from services.storage.paths import quoted

if TYPE_CHECKING:
    from services.learning.pipeline import TrainingOutcome
    from services.learning.provenance import Earlier, Plan

DESCRIPTION = """Train a model from labels. Labels are CSVs as Save writes them, or start,end,label with row
numbers. Metrics are computed on held-out segments, with a model that was trained without them; the written model
is trained on all labels."""


def add(commands: Any) -> None:
    """Add the subcommand."""
    training = commands.add_parser(
        "train", help="train a model from labels; without the database", description=DESCRIPTION
    )
    add_to = training.add_argument
    add_to("--data", type=Path, required=True, metavar="DIR", help="the recordings: a folder, or one CSV")
    add_to(
        "--labels",
        type=Path,
        metavar="DIR",
        help="their labels: a folder, or one CSV (default: next to the data)",
    )
    add_to("--out", type=Path, required=True, metavar="FILE.pth", help="the output file")
    add_to(
        "--from",
        type=Path,
        dest="earlier",
        metavar="FILE.pth",
        help="train the next version of this model, with its recipe",
    )
    add_to(
        "--holdout",
        nargs="+",
        action="extend",
        metavar="NAME",
        help="evaluate on these recordings (path, name or pattern)",
    )
    add_to("--no-holdout", action="store_true", help="train on all labels, without evaluation")
    add_to(
        "--later",
        action="store_true",
        default=None,
        help="evaluate on the later segments of each recording, not on whole recordings",
    )
    add_to(
        "--background",
        metavar="NAME",
        help="the class of every sample without a label (unknown without this)",
    )
    add_to(
        "--gaps-only",
        action="store_true",
        help="background is only the gaps between adjacent labels; all other samples are unknown",
    )
    add_to("--seconds", type=positive, metavar="N", help="training time (60)")
    add_to(
        "--seed",
        type=int,
        metavar="N",
        help="random seed (0); the same seed gives the same labels",
    )
    reading_arguments.add(training)
    add_to("--json", action="store_true", help="print the metrics as JSON on standard output")


def train(chosen: argparse.Namespace, settings: Settings) -> int:
    """Run ``train …``; returns the exit code."""
    from services.learning import core
    from services.learning.pipeline import run
    from services.training.labelled_files import read

    for path in filter(None, (chosen.data, chosen.labels, chosen.earlier)):
        if not path.exists():
            complain(f"{path}: there is no such file or folder.")
            return 1
    if chosen.out.is_dir():
        complain(
            f"{chosen.out}: is a folder; name the file of the model, such as {chosen.out / 'model.pth'}."
        )
        return 1
    earlier = _earlier(chosen.earlier, settings) if chosen.earlier else None
    plan = _plan(chosen, earlier)
    if plan.gaps_only and not plan.background:
        complain("--gaps-only needs a background class: --background NAME.")
        return 2
    machine = core.built_in()
    options = reading_arguments.options_of(chosen)
    with Bar() as bar:
        labels = chosen.labels or chosen.data
        corpus = read(chosen.data, labels, plan.background, plan.gaps_only, bar.show, options)
        trained = run(
            corpus,
            plan,
            machine,
            lambda done, message, _: bar.show(done, message),
            earlier,
            _command(chosen, plan),
        )
        machine.keep(
            trained.model, chosen.out, trained.corpus, trained.report.figures(), trained.report.provenance
        )
        bar.clear()
    _print_report(trained, chosen)
    return 0


def _print_report(trained: TrainingOutcome[Any], chosen: argparse.Namespace) -> None:
    report = trained.report
    if chosen.json:
        print_line(
            json.dumps(
                {"model": str(chosen.out), **report.to_json()}, ensure_ascii=False, indent=2, allow_nan=False
            )
        )
    else:
        for line in report.lines():
            print_line(line)
        print_line(f"{chosen.out}: version {report.provenance['version']}, {', '.join(report.classes)}.")
    for sentence in [*report.warnings, *_unmarked(trained)]:
        complain(f"Note: {sentence}")


def _unmarked(trained: TrainingOutcome[Any]) -> list[str]:
    """A sentence on how unlabelled samples are treated, if there are any."""
    from services.learning.data.examples import UNKNOWN

    if trained.report.provenance["recipe"]["background"]:
        return []
    if not any((example.labels == UNKNOWN).any() for example in trained.corpus.examples):
        return []
    return [
        "Unlabelled samples are unknown: the model assigns to every sample, unless it is unlike all labelled ones, "
        f"one of {', '.join(trained.report.classes)}. If the samples between your labels belong to no class, use "
        "--background NAME, "
        "with --gaps-only if parts of the recordings are not labelled yet."
    ]


def _earlier(file: Path, settings: Settings) -> Earlier:
    """The earlier version (``--from``), inspected in a separate process like every checkpoint."""
    from services.learning.provenance import earlier
    from services.torch_models.inspection import inspect

    info = inspect(file, file.name, settings.max_model_bytes)
    try:
        return earlier(info, sha256_of(file))
    except Invalid as error:
        raise Invalid(f"{quoted(file.name)}: {error}") from None


def _plan(chosen: argparse.Namespace, earlier: Earlier | None) -> Plan:
    """The options given, else those of the earlier version, else the defaults."""
    from services.learning.provenance import Plan

    plan = earlier.plan if earlier else Plan()
    options = {name: getattr(chosen, name) for name in ("seconds", "seed", "background", "later")}
    plan = replace(plan, **{name: value for name, value in options.items() if value is not None})
    if chosen.gaps_only:
        plan = replace(plan, gaps_only=True)
    if chosen.holdout:
        plan = replace(plan, holdout=tuple(chosen.holdout), measured=True)
    return replace(plan, measured=False) if chosen.no_holdout else plan


def _command(chosen: argparse.Namespace, plan: Plan) -> str:
    """The command line that repeats the training."""
    labels = chosen.labels or chosen.data
    words = [
        "python",
        "app.py",
        "train",
        "--data",
        str(chosen.data),
        "--labels",
        str(labels),
        "--out",
        str(chosen.out),
    ]
    words += ["--from", str(chosen.earlier)] if chosen.earlier else []
    words += [word for name in plan.holdout for word in ("--holdout", name)]
    words += [] if plan.measured else ["--no-holdout"]
    words += ["--later"] if plan.later else []
    words += ["--background", plan.background] if plan.background else []
    words += ["--gaps-only"] if plan.gaps_only else []
    words += reading_arguments.words_of(chosen)
    words += ["--seconds", f"{plan.seconds:g}", "--seed", str(plan.seed)]
    return shlex.join(words)
