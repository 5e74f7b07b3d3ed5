"""Service container: builds the services once, for pages, callbacks, routes and commands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from services.accounts import acting
from services.accounts.attempts import Attempts
from services.accounts.invites import Invites
from services.accounts.passwords import Passwords
from services.accounts.presence import Presence
from services.accounts.sessions import Sessions
from services.accounts.tokens import Tokens
from services.accounts.users import Users
from services.agreement.service import Agreement
from services.annotations.history import History
from services.annotations.layers import LayerChoices
from services.annotations.progress import Progress
from services.annotations.review_queue import ReviewQueue
from services.annotations.service import Annotations
from services.inference import Runs
from services.jobs import FinishedJobs, JobBoard, Jobs, PoolRunner, Runner
from services.jobs.perform import import_pool
from services.label_classes.classes import LabelClasses
from services.label_classes.sets import LabelSets
from services.label_classes.view import LabelClassView
from services.label_import import LabelImport
from services.label_import.copying import Copying
from services.label_import.sent_files import SentLabels
from services.log import configure_logging
from services.models import ModelArrivals, Models, ModelView
from services.outputs.save_all import SaveAll
from services.outputs.saved_files import SavedFiles
from services.outputs.service import Outputs
from services.recordings.file_list import FileLists
from services.recordings.readings import Readings
from services.recordings.renaming import Renaming
from services.recordings.rereading import Rereading
from services.recordings.service import Recordings
from services.recordings.trash import Trash
from services.settings import Settings
from services.storage.cache import VersionedCache
from services.storage.db import Database, open_database
from services.storage.preferences import Preferences
from services.training import LabelCheck, LabelPageTraining, Training, TrainingPage
from services.training.results import TrainingResults
from services.uploads.service import Uploads
from services.uploads.transfers import Transfers
from services.web.secret import installation_secret


@dataclass(frozen=True)
class Services:
    """The services that pages, callbacks, routes and the command line call."""

    settings: Settings
    database: Database
    cache: VersionedCache
    users: Users
    sessions: Sessions
    presence: Presence
    invites: Invites
    attempts: Attempts
    tokens: Tokens
    recordings: Recordings
    file_lists: FileLists
    readings: Readings
    renaming: Renaming
    trash: Trash
    label_classes: LabelClasses
    label_sets: LabelSets
    label_class_desk: LabelClassView
    annotations: Annotations
    label_import: LabelImport
    sent_labels: SentLabels
    history: History
    agreement: Agreement
    layers: LayerChoices
    copying: Copying
    outputs: Outputs
    save_all: SaveAll
    saved_files: SavedFiles
    jobs: Jobs
    job_board: JobBoard
    runs: Runs
    uploads: Uploads
    transfers: Transfers
    preferences: Preferences
    progress: Progress
    rereading: Rereading
    models: Models
    model_arrivals: ModelArrivals
    model_desk: ModelView
    review_queue: ReviewQueue
    training: Training
    training_desk: LabelPageTraining
    training_page: TrainingPage
    label_check: LabelCheck


def job_performer(settings: Settings, pool: str) -> Callable[[str], FinishedJobs]:
    """The function that executes a job, in a worker process of that pool."""
    configure_logging()
    jobs = build_services(settings).jobs
    import_pool(jobs.kinds(), pool)
    return jobs.perform


def build_services(settings: Settings, runner: Runner | None = None) -> Services:
    """Open and migrate the database and build the services on it; starts no process.

    Args:
        runner: the job runner; worker processes of this program when None.

    Raises:
        StorageFull: the data folder cannot be created or written.
    """
    database = open_database(settings.database_url)
    cache = VersionedCache()
    users = Users(database, Passwords())
    recordings = Recordings(database, settings, cache)
    label_classes, label_sets = LabelClasses(database), LabelSets(database)
    outputs = Outputs(database, recordings, settings)
    runner = runner or PoolRunner(partial(job_performer, settings))
    jobs, preferences = Jobs(database, settings, runner), Preferences(database, lambda: acting.user().id)
    layers = LayerChoices(database, preferences)
    annotations = Annotations(database, recordings, label_classes, layers)
    models = Models(database, settings)
    label_classes.on_rename(models.follow)
    model_arrivals = ModelArrivals(settings, models, jobs)
    runs = Runs(settings, recordings, label_classes, models, preferences, jobs)
    training = Training(
        database, settings, recordings, models, jobs, TrainingResults(settings, recordings, models, runs)
    )
    training_desk = LabelPageTraining(database, recordings, models, training)
    uploads = Uploads(settings, recordings, jobs)
    transfers = Transfers(database, settings, uploads)
    label_import = LabelImport(database, recordings, label_classes, annotations)
    return Services(
        settings=settings,
        database=database,
        cache=cache,
        users=users,
        sessions=Sessions(database),
        presence=Presence(database),
        invites=Invites(database, users, settings, partial(installation_secret, settings.secret_file)),
        attempts=Attempts(settings),
        tokens=Tokens(),
        recordings=recordings,
        file_lists=FileLists(recordings),
        readings=Readings(settings),
        renaming=Renaming(database, settings),
        trash=Trash(database, settings),
        label_classes=label_classes,
        label_sets=label_sets,
        label_class_desk=LabelClassView(database, label_classes, label_sets),
        annotations=annotations,
        label_import=label_import,
        sent_labels=SentLabels(database, transfers, label_import),
        history=History(database, recordings),
        agreement=Agreement(database, recordings, annotations, users),
        layers=layers,
        copying=Copying(database, recordings, annotations),
        outputs=outputs,
        save_all=SaveAll(settings, outputs, jobs),
        saved_files=SavedFiles(database, recordings, outputs, settings),
        jobs=jobs,
        job_board=JobBoard(jobs),
        runs=runs,
        uploads=uploads,
        transfers=transfers,
        preferences=preferences,
        progress=Progress(database, recordings, cache),
        rereading=Rereading(settings, recordings, jobs),
        models=models,
        model_arrivals=model_arrivals,
        model_desk=ModelView(database, models, model_arrivals, label_sets, preferences),
        review_queue=ReviewQueue(database),
        training=training,
        training_desk=training_desk,
        training_page=TrainingPage(database, recordings, models, training, training_desk),
        label_check=LabelCheck(database, recordings, layers, jobs),
    )
