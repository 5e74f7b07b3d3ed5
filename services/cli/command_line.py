"""Command-line interface: subcommands, options and exit codes.

Exit code 0: success. 1: some files were refused, each with a reason. 2: wrong usage. 130: stopped with Ctrl+C.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from services.accounts.modes import Mode
from services.cli import backup_command, doctor_command, reading_arguments, training_command, user_command
from services.cli.terminal import Bar, complain, positive, print_line
from services.errors import TidemarkError
from services.ingest.reading_options import AS_FOUND
from services.settings import Settings

if TYPE_CHECKING:
    from services.web.container import Services

Serve = Callable[[Settings], int]
Work = Callable[[Settings, Sequence[str]], int]
_ADDRESS_HELP = (
    "print an address with a token, which the browser must open (for a machine that others use too)"
)
STOPPED = 130  # exit code after Ctrl+C, as in shells
DONE = {"added", "already here", "skipped"}  # skipped: other files in the folder of a recording


def run(arguments: Sequence[str], settings: Settings, serve: Serve, queue_worker: Work) -> int:
    """Run the command in ``arguments`` and return the exit code; without a command, start the server."""
    chosen = parser().parse_args(arguments)
    try:
        if chosen.command in (None, "serve"):
            return serve(replace(settings, auth=Mode.TOKEN) if chosen.token else settings)
        if chosen.command == "worker":
            return queue_worker(settings, chosen.pools)
        work = {
            "import": import_files,
            "import-labels": import_labels,
            "autolabel": autolabel_files,
            "train": training_command.train,
            "export": export_labels,
            "backup": backup_command.backup,
            "restore": backup_command.restore,
            "doctor": doctor_command.doctor,
            "user": user_command.user,
        }
        return work[chosen.command](chosen, settings)
    except TidemarkError as error:
        complain(str(error))
        return 1
    except KeyboardInterrupt:
        complain("Stopped. Files done so far are kept; run the same command again for the rest.")
        return STOPPED


def parser() -> argparse.ArgumentParser:
    """Every command and option, with its help."""
    top = argparse.ArgumentParser(
        prog="python app.py",
        description="Tidemark: label time series in the browser. Without a command it serves the web application.",
        epilog="Settings are read from TIDEMARK_… environment variables; docs/reference.md lists them.",
    )
    top.add_argument("--token", action="store_true", help=_ADDRESS_HELP)
    commands = top.add_subparsers(dest="command", metavar="COMMAND")
    serve = commands.add_parser("serve", help="serve the web application (the default)")
    serve.add_argument("--token", action="store_true", default=argparse.SUPPRESS, help=_ADDRESS_HELP)
    _add_worker(commands)
    _add_import(commands)
    _add_import_labels(commands)
    _add_autolabel(commands)
    training_command.add(commands)
    _add_export(commands)
    backup_command.add(commands)
    doctor_command.add(commands)
    user_command.add(commands)
    return top


def _add_worker(commands: Any) -> None:
    worker = commands.add_parser(
        "worker", help="run the jobs of a server with TIDEMARK_BROKER_URL, on this machine or another"
    )
    worker.add_argument(
        "pools",
        nargs="*",
        metavar="POOL",
        help="jobs to run: ingest (files), models (checkpoints), torch (auto-labels, trainings); default: all",
    )


def _add_import(commands: Any) -> None:
    files = commands.add_parser("import", help="import CSV files and folders, as Upload does")
    files.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="a file, or a folder with sub-folders"
    )
    reading_arguments.add(files)


def _add_import_labels(commands: Any) -> None:
    labels = commands.add_parser(
        "import-labels", help="import label files (CSV, JSON) into the recordings they belong to"
    )
    labels.add_argument(
        "paths",
        nargs="+",
        type=Path,
        metavar="PATH",
        help="a label CSV or JSON, or a folder with sub-folders",
    )
    labels.add_argument(
        "--replace", action="store_true", help="remove labels of these recordings that are not in the files"
    )
    labels.add_argument("--dry-run", action="store_true", help="only report the result for each label")


def _add_autolabel(commands: Any) -> None:
    autolabel = commands.add_parser("autolabel", help="label CSV files with a model, without the database")
    autolabel.add_argument(
        "--model", type=Path, required=True, metavar="FILE", help="the checkpoint: .pth, .pt, .ckpt"
    )
    autolabel.add_argument(
        "--classes", type=Path, metavar="CSV", help="names of the classes: label,value,Color"
    )
    autolabel.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        default=Path("autolabels"),
        help="output folder of the label CSVs (autolabels/)",
    )
    autolabel.add_argument(
        "--min-length",
        type=positive,
        default=1,
        metavar="N",
        help="merge segments shorter than N samples into the neighbour with the higher score",
    )
    autolabel.add_argument(
        "--leave-out",
        action="append",
        default=[],
        metavar="NAME",
        help="write no labels of this class, such as a background class (repeatable)",
    )
    autolabel.add_argument(
        "--channels",
        default="",
        metavar="A=II,B=V1",
        help="map channel A of the model to column II and B to V1; others by their names; “B=”: no column",
    )
    autolabel.add_argument(
        "--correct",
        action="store_true",
        help="correct polarity and gain of channels that differ from the training recordings",
    )
    autolabel.add_argument(
        "--training",
        type=Path,
        metavar="DIR",
        help="the recordings that the model was trained on, with their labels: where a recording lacks a channel, or "
        "has one without signal, the model is trained again without it",
    )
    autolabel.add_argument(
        "--training-labels", type=Path, metavar="DIR", help="their labels (default: next to the recordings)"
    )
    autolabel.add_argument(
        "--scores", action="store_true", help="add a column of scores, from 0 to 1, after the colour"
    )
    autolabel.add_argument(
        "--per-row",
        action="store_true",
        help="also write the probability of each class in each row, as NAME.per-row.csv",
    )
    autolabel.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="a file, or a folder with sub-folders"
    )
    reading_arguments.add(autolabel)


def _add_export(commands: Any) -> None:
    export = commands.add_parser("export", help="write the labels of every file, as Save All does")
    export.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="write all labelled files to DIR instead of outputs/",
    )


def import_files(chosen: argparse.Namespace, settings: Settings) -> int:
    """``import PATH…``: prints one line per file, and a progress bar for large files."""
    options = reading_arguments.options_of(chosen)
    existing = _existing(chosen.paths)
    services = _services(settings)
    refused = len(chosen.paths) - len(existing)
    with Bar() as bar:
        for result in services.uploads.import_paths(existing, progress=bar.show, options=options):
            bar.clear()
            refused += result.state not in DONE
            print_line(f"{result.path}: {result.sentence}")
            if result.read_as:
                print_line(f"  read as: {result.read_as}")
            for doubt in result.doubts:
                print_line(f"  please check: {doubt}")
            if result.state == "already here" and options != AS_FOUND:
                print_line("  It is read as before; “Read it differently” changes that.")
    return 1 if refused else 0


def import_labels(chosen: argparse.Namespace, settings: Settings) -> int:
    """``import-labels PATH…``: prints one line per file, and one per label that did not match exactly."""
    from services.label_import.folder import find, reports

    existing = _existing(chosen.paths)
    services = _services(settings)
    refused = len(chosen.paths) - len(existing)
    files = list(find(existing))
    for report in reports(services.label_import, files, chosen.replace, chosen.dry_run):
        refused += report.refused
        (complain if report.reason else print_line)(f"{report.path}: {report.sentence}")
        for words in report.details:
            print_line(f"  {words}")
    if not files:
        print_line("No label CSVs there.")
    return 1 if refused else 0


def autolabel_files(chosen: argparse.Namespace, settings: Settings) -> int:
    """``autolabel --model FILE PATH…``: prints one line per file, and a progress bar for large files."""
    from services.torch_models import guarded
    from services.torch_models.batch import Labeller, Wish

    options = reading_arguments.options_of(chosen)
    existing = _existing(chosen.paths)
    refused = len(chosen.paths) - len(existing)
    if not chosen.model.is_file():
        complain(f"{chosen.model}: there is no such file.")
        return 1
    training, training_labels = chosen.training, chosen.training_labels or chosen.training
    if training and len(_existing({training, training_labels})) < len({training, training_labels}):
        return 1
    leave_out = frozenset(chosen.leave_out)
    wish = Wish(
        chosen.min_length, chosen.scores, chosen.per_row, leave_out, chosen.channels, chosen.correct, options
    )
    with (
        guarded.GuardedModel(chosen.model, chosen.model.name, settings.max_model_bytes) as model,
        Bar() as bar,
        ExitStack() as opened,
    ):
        refit = None
        if training:
            from services.ingest.without_pandas import show_pandas
            from services.training.channel_refit import ChannelRefit  # the imports take time

            show_pandas()  # torch, which is imported in this process then, looks for it
            largest = settings.max_model_bytes
            refit = opened.enter_context(ChannelRefit(training, training_labels, largest, bar.show, options))
        labeller = Labeller(model, chosen.classes, refit)
        for outcome in labeller.label(existing, chosen.out.resolve(), wish, bar.show):
            bar.clear()
            failed = bool(outcome.reason) and not outcome.skipped
            refused += failed
            (complain if failed else print_line)(f"{outcome.path}: {outcome.sentence}")
    return 1 if refused else 0


def export_labels(chosen: argparse.Namespace, settings: Settings) -> int:
    """``export [--out DIR]``: prints one line per file."""
    services = _services(settings)
    results = services.outputs.export(chosen.out) if chosen.out else services.outputs.save_all()
    for result in results:
        (print_line if result.saved else complain)(f"{result.path}: {result.sentence}")
    if not results:
        print_line(
            "Nothing to write: no file has labels that are not saved."
            if not chosen.out
            else "No file has labels."
        )
    return 0 if all(result.saved for result in results) else 1


def _existing(paths: Collection[Path]) -> list[Path]:
    """The ``paths`` that exist; the others are reported on standard error."""
    for path in paths:
        if not path.exists():
            complain(f"{path}: there is no such file or folder.")
    return [path for path in paths if path.exists()]


def _services(settings: Settings) -> Services:
    from services.web.container import build_services

    return build_services(settings)
