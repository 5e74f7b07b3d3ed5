"""The command line: the services of the web application for scripts and scheduled jobs.

Exit code 0: all done. 1: some files were refused, each with its sentence. 2: wrong usage. 130: stopped with Ctrl+C.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from services.accounts.modes import Mode
from services.cli import backup_command, doctor_command, reading_arguments, training_command, user_command
from services.cli.terminal import Bar, complain, positive, say
from services.errors import TidemarkError
from services.ingest.reading_options import AS_FOUND
from services.settings import Settings

if TYPE_CHECKING:
    from services.web.container import Services

Serve = Callable[[Settings], int]
Work = Callable[[Settings, Sequence[str]], int]
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
        complain("Stopped. What was done until then is kept; the rest can be done by the same command.")
        return STOPPED


def parser() -> argparse.ArgumentParser:
    """Every command and option, with its help."""
    top = argparse.ArgumentParser(
        prog="python app.py",
        description="Tidemark: label time series in the browser. Without a command it serves the web application.",
        epilog="Settings are read from TIDEMARK_… environment variables; docs/reference.md lists them.",
    )
    told = "print an address with a token; only a browser that opens it is let in (on a machine that others use too)"
    top.add_argument("--token", action="store_true", help=told)
    commands = top.add_subparsers(dest="command", metavar="COMMAND")
    serving = commands.add_parser("serve", help="serve the web application (the default)")
    serving.add_argument("--token", action="store_true", default=argparse.SUPPRESS, help=told)
    working = commands.add_parser(
        "worker", help="do the jobs of a server with TIDEMARK_BROKER_URL, on this machine or another"
    )
    working.add_argument(
        "pools",
        nargs="*",
        metavar="POOL",
        help="which jobs: ingest (files), models (checkpoints), torch (auto-labels, trainings); all without",
    )
    importing = commands.add_parser("import", help="bring CSV files and folders in, as Upload does")
    importing.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="a file, or a folder with sub-folders"
    )
    reading_arguments.add(importing)
    bringing = commands.add_parser(
        "import-labels", help="bring label files (CSV, JSON) in, onto the files they belong to"
    )
    bringing.add_argument(
        "paths",
        nargs="+",
        type=Path,
        metavar="PATH",
        help="a label CSV or JSON, or a folder with sub-folders",
    )
    bringing.add_argument(
        "--replace", action="store_true", help="the labels of these files that are not in the CSVs go"
    )
    bringing.add_argument("--dry-run", action="store_true", help="only tell what would become of each label")
    labelling = commands.add_parser(
        "autolabel", help="let a model label CSV files; the database is left alone"
    )
    labelling.add_argument(
        "--model", type=Path, required=True, metavar="FILE", help="the checkpoint: .pth, .pt, .ckpt"
    )
    labelling.add_argument(
        "--classes", type=Path, metavar="CSV", help="names of the classes: label,value,Color"
    )
    labelling.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        default=Path("autolabels"),
        help="where the label CSVs are written (autolabels/)",
    )
    labelling.add_argument(
        "--min-length",
        type=positive,
        default=1,
        metavar="N",
        help="segments shorter than N samples become part of the surer neighbour",
    )
    labelling.add_argument(
        "--leave-out",
        action="append",
        default=[],
        metavar="NAME",
        help="write no labels of this class, such as a background (may be given again)",
    )
    labelling.add_argument(
        "--channels",
        default="",
        metavar="A=II,B=V1",
        help="column II is channel A of the model and V1 its channel B; others by their names; “B=” has no column",
    )
    labelling.add_argument(
        "--scores", action="store_true", help="write a column of scores, from 0 to 1, behind the colour"
    )
    labelling.add_argument(
        "--per-row",
        action="store_true",
        help="write the probability of each class in each row too, as NAME.per-row.csv",
    )
    labelling.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="a file, or a folder with sub-folders"
    )
    reading_arguments.add(labelling)
    training_command.add(commands)
    exporting = commands.add_parser("export", help="write the labels of every file, as Save All does")
    exporting.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="write all labelled files to DIR instead, leaving outputs/ as it is",
    )
    backup_command.add(commands)
    doctor_command.add(commands)
    user_command.add(commands)
    return top


def import_files(chosen: argparse.Namespace, settings: Settings) -> int:
    """``import PATH…``: prints one line per file, and a progress bar for large files."""
    options = reading_arguments.options_of(chosen)
    there = _existing(chosen.paths)
    services = _services(settings)
    refused = len(chosen.paths) - len(there)
    with Bar() as bar:
        for result in services.uploads.import_paths(there, progress=bar.show, options=options):
            bar.clear()
            refused += result.state not in DONE
            say(f"{result.path}: {result.sentence}")
            if result.read_as:
                say(f"  read as: {result.read_as}")
            for doubt in result.doubts:
                say(f"  please check: {doubt}")
            if result.state == "already here" and options != AS_FOUND:
                say("  It is read as before; “Read it differently” changes that.")
    return 1 if refused else 0


def import_labels(chosen: argparse.Namespace, settings: Settings) -> int:
    """``import-labels PATH…``: prints one line per file, and one per label that did not match exactly."""
    from services.label_import.folder import find, reports

    there = _existing(chosen.paths)
    services = _services(settings)
    refused = len(chosen.paths) - len(there)
    files = list(find(there))
    for report in reports(services.label_import, files, chosen.replace, chosen.dry_run):
        refused += report.refused
        (complain if report.reason else say)(f"{report.path}: {report.sentence}")
        for words in report.told:
            say(f"  {words}")
    if not files:
        say("No label CSVs there.")
    return 1 if refused else 0


def autolabel_files(chosen: argparse.Namespace, settings: Settings) -> int:
    """``autolabel --model FILE PATH…``: prints one line per file, and a progress bar for large files."""
    from services.torch_models import guarded
    from services.torch_models.batch import Labeller, Wish

    options = reading_arguments.options_of(chosen)
    there = _existing(chosen.paths)
    refused = len(chosen.paths) - len(there)
    if not chosen.model.is_file():
        complain(f"{chosen.model}: there is no such file.")
        return 1
    leave_out = frozenset(chosen.leave_out)
    wish = Wish(chosen.min_length, chosen.scores, chosen.per_row, leave_out, chosen.channels, options)
    with (
        guarded.GuardedModel(chosen.model, chosen.model.name, settings.max_model_bytes) as model,
        Bar() as bar,
    ):
        labeller = Labeller(model, chosen.classes)
        for outcome in labeller.label(there, chosen.out.resolve(), wish, bar.show):
            bar.clear()
            failed = bool(outcome.reason) and not outcome.skipped
            refused += failed
            (complain if failed else say)(f"{outcome.path}: {outcome.sentence}")
    return 1 if refused else 0


def export_labels(chosen: argparse.Namespace, settings: Settings) -> int:
    """``export [--out DIR]``: prints one line per file."""
    services = _services(settings)
    results = services.outputs.export(chosen.out) if chosen.out else services.outputs.save_all()
    for result in results:
        (say if result.saved else complain)(f"{result.path}: {result.sentence}")
    if not results:
        say(
            "Nothing to write: no file has labels that are not saved."
            if not chosen.out
            else "No file has labels."
        )
    return 0 if all(result.saved for result in results) else 1


def _existing(paths: Sequence[Path]) -> list[Path]:
    """The ``paths`` that exist; the others are reported on standard error."""
    for path in paths:
        if not path.exists():
            complain(f"{path}: there is no such file or folder.")
    return [path for path in paths if path.exists()]


def _services(settings: Settings) -> Services:
    from services.web.container import build_services

    return build_services(settings)
