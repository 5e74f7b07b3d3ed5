"""Ids of all components, one StrEnum per page or dialog, shared by pages and callbacks.

Format: ``page-thing-kind``; ids that exist once per row come from functions, indexed by database id.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class ShellIds(StrEnum):
    """The shell, common to all pages."""

    FILES_TREE = "shell-files-tree"
    FILES_FILTER = "shell-files-filter"
    FILES_FUNNEL = "shell-files-funnel-button"
    FILES_PANEL = "shell-files-panel"
    FILES_SORT = "shell-files-sort"
    FILES_STATE = "shell-files-state"
    FILES_LABEL = "shell-files-label"
    FILES_EMPTY = "shell-files-empty"
    FILES_COUNT = "shell-files-count"
    FILES_DRAWN = "shell-files-drawn"
    FILES_CLOSED = "shell-files-closed"
    FILE_STEP = "shell-file-step"
    FILES_FOLD = "shell-files-fold"
    FILES_FOLD_ALL = "shell-files-fold-all-button"
    FILES_MENU_FOR = "shell-files-menu-for"
    FILES_RENAME_FOR = "shell-files-rename-for"
    FILES_MOVE_FOR = "shell-files-move-for"
    FILES_DELETE_FOR = "shell-files-delete-for"
    FILES_DONE_ASKED = "shell-files-done-asked"
    FILES_DONE = "shell-files-done"
    FILES_RESTORE = "shell-files-restore"
    FILES_MENU = "shell-files-menu"
    FILES_RENAME = "shell-files-rename"
    FILES_MOVE = "shell-files-move"
    FILES_DELETE = "shell-files-delete"
    UPLOAD_BUTTON = "shell-upload-button"
    BEAT = "shell-beat"
    FILES_VERSION = "shell-files-version"
    OPENED = "shell-opened"
    MODELS_VERSION = "shell-models-version"
    MODEL_LIST_VERSION = (
        "shell-model-list-version"  # including the counts of each model; only for the Models page
    )
    MODEL = "shell-model"
    JOBS_VERSION = "shell-jobs-version"
    CLASSES_VERSION = "shell-classes-version"
    LABELS_CHANGED = "shell-labels-changed"
    UNSENT = "shell-unsent"
    UNSENT_DONE = "shell-unsent-done"
    TOAST = "shell-toast"
    TOASTS = "shell-toasts"
    CONNECTION = "shell-connection"
    STATUS = "shell-status"
    THEME_BUTTON = "shell-theme-button"
    FILES_PANE = "shell-files-pane-button"
    SIDE_PANE = "shell-side-pane-button"
    HELP_BUTTON = "shell-help-button"
    HELP = "shell-help"
    KEYS_MESSAGE = "shell-keys-message"
    KEYS_RESET = "shell-keys-reset-button"
    KEYS_WAITING = "shell-keys-waiting"
    KEY_PRESSED = "shell-key-pressed"
    KEYMAP = "shell-keymap"
    HELP_CLOSE = "shell-help-close-button"


def key_button(action: str) -> dict[str, str]:
    """Button in the help that changes the key of an action."""
    return {"type": "key-button", "action": action}


class LabelIds(StrEnum):
    """Label page of a recording."""

    PAGE = "label-page"
    PAGE_ABOUT = "label-page-about"
    NAME = "label-name"
    SUMMARY = "label-summary"
    PLOT = "label-plot"
    PAN = "label-pan-button"
    ZOOM = "label-zoom-button"
    SELECT = "label-select-button"
    ZOOM_IN = "label-zoom-in-button"
    ZOOM_OUT = "label-zoom-out-button"
    FIT = "label-fit-button"
    GAPS = "label-gaps-button"
    GO_TO = "label-go-to-button"
    GO_TO_DIALOG = "label-go-to-dialog"
    UNDO = "label-undo-button"
    REDO = "label-redo-button"
    HIDE = "label-hide-button"
    OTHERS = "label-others"
    LAYERS = "label-layers-button"
    LAYERS_DIALOG = "label-layers-dialog"
    SNAP = "label-snap-button"
    DECIMATION = "label-decimation"
    READOUT = "label-readout"
    HINT = "label-hint"
    COUNT = "label-count"
    SAVED = "label-saved"
    DETAILS_BUTTON = "label-details-button"
    DETAILS = "label-details"
    FIELD = "label-field"
    SUBMIT = "label-submit-button"
    CANCEL = "label-cancel-button"
    TABLE = "label-table"
    DELETE = "label-delete-button"
    CLASSES = "label-classes"
    CLASS_GRID = "label-class-grid"
    CLASS_FIND = "label-class-find"
    CLASS_FINDER = "label-class-finder"
    CLASS_DIALOG = "label-class-dialog"
    HIDDEN = "label-hidden"
    SAVE = "label-save-button"
    SAVE_ALL = "label-save-all-button"
    SAVE_REQUEST = "label-save-request"
    SAVE_ALL_REQUEST = "label-save-all-request"
    SAVE_JOB = "label-save-job"
    DONE = "label-done-button"
    SAVE_FORM = "label-save-form-dialog"
    SAVE_RESULTS = "label-save-results"
    SAVE_RESULTS_LIST = "label-save-results-list"
    DOWNLOAD = "label-download-button"


class PlotIds(StrEnum):
    """Controls of the plot: overview, time axis, measuring, pictures."""

    OVERVIEW = "plot-overview"
    OVERVIEW_CHANNEL = "plot-overview-channel"
    TIME = "plot-time"
    MEASURE = "plot-measure-button"
    PICTURE = "plot-picture-menu"
    PICTURE_PNG = "plot-picture-png"
    PICTURE_SVG = "plot-picture-svg"
    CONFIDENCE = "plot-confidence"
    CONFIDENCE_VALUE = "plot-confidence-value"


class DetailsIds(StrEnum):
    """Dialog with the details of a file and the form for reading it differently."""

    FACTS = "details-facts"
    TIME = "details-time"
    DATES = "details-dates"
    ZONE = "details-zone"
    ZONES = "details-zones"
    UNIT = "details-unit"
    RATE = "details-rate"
    DELIMITER = "details-delimiter"
    DECIMAL = "details-decimal"
    HEADER = "details-header"
    ENCODING = "details-encoding"
    CLOCK = "details-clock"
    BEGINS = "details-begins"
    MISSING = "details-missing"
    SERIES = "details-series"
    UNITS_ROW = "details-units_row"
    START = "details-start"
    TABLES = "details-tables"
    SCOPE = "details-scope"
    UNITS = "details-units"
    PREVIEW = "details-preview"
    PROBLEM = "details-problem"
    ROWS = "details-rows"
    NOTES = "details-notes"
    STATE = "details-state"
    CHANGE = "details-change-button"
    BACK = "details-back-button"
    FOUND = "details-found-button"
    READ = "details-read-button"
    FORM = "details-form"
    READ_SENT = "details-read-sent"
    JOB = "details-job"


class SentIds(StrEnum):
    """Dialog for reading a refused uploaded file differently; its controls correspond to ``DetailsIds``."""

    DIALOG = "sent-dialog"
    TIME = "sent-time"
    DATES = "sent-dates"
    ZONE = "sent-zone"
    ZONES = "sent-zones"
    UNIT = "sent-unit"
    RATE = "sent-rate"
    DELIMITER = "sent-delimiter"
    DECIMAL = "sent-decimal"
    HEADER = "sent-header"
    ENCODING = "sent-encoding"
    CLOCK = "sent-clock"
    BEGINS = "sent-begins"
    MISSING = "sent-missing"
    SERIES = "sent-series"
    UNITS_ROW = "sent-units_row"
    START = "sent-start"
    TABLES = "sent-tables"
    SCOPE = "sent-scope"
    UNITS = "sent-units"
    PREVIEW = "sent-preview"
    PROBLEM = "sent-problem"
    ROWS = "sent-rows"
    NOTES = "sent-notes"
    READ = "sent-read-button"
    FORM = "sent-form"


ReadingForm = type[DetailsIds] | type[SentIds]  # ids of a reading form


class ClassesIds(StrEnum):
    """Classes page, and its links next to the plot."""

    LINK = "classes-link"
    CHOICE = "classes-choice"
    SET = "classes-choice-set"
    SHOWN = "classes-shown"
    ADDRESS = "classes-address"
    DIALOG = "classes-dialog"
    FIND = "classes-find"
    SETS = "classes-sets"
    SET_NAME = "classes-set-name"
    LIST = "classes-list"
    FOLDERS = "classes-folders"
    ADD_SET = "classes-add-set-button"
    RENAME_SET = "classes-rename-set-button"
    COPY_SET = "classes-copy-set-button"
    DELETE_SET = "classes-delete-set-button"
    ADD = "classes-add-button"
    IMPORT = "classes-import-button"
    EXPORT = "classes-export"
    EXPORTED = "classes-exported"


class JobsIds(StrEnum):
    """Job list in the navigation bar of every page."""

    BUTTON = "jobs-button"
    WORDS = "jobs-words"
    BAR = "jobs-bar"
    PANEL = "jobs-panel"
    STOP = "jobs-stop-button"
    LIST = "jobs-list"
    STARTED = "jobs-started"
    ACTED = "jobs-acted"
    WATCHED = "jobs-watched"
    SHOWN = "jobs-shown"
    CHANGED = "jobs-changed"
    ENDED = "jobs-ended"
    FOLLOWED = "jobs-followed"
    FOLLOWED_END = "jobs-followed-end"
    FOLLOWED_RESULT = "jobs-followed-result"


def job_button(action: str, job: str) -> dict[str, str]:
    """A button of the job list: ``cancel``, ``retry`` or ``dismiss`` a job, or all (``job`` is "")."""
    return {"type": "jobs-button", "what": action, "job": job}


def job_words(job: str) -> dict[str, str]:
    """Text of the state of a job in the list."""
    return {"type": "jobs-status", "job": job}


def job_bar(job: str) -> dict[str, str]:
    """Progress bar of a running job in the list."""
    return {"type": "jobs-progress", "job": job}


class AutolabelIds(StrEnum):
    """Auto-label panel next to the plot."""

    PANEL = "autolabel-panel"
    START = "autolabel-start-button"
    OPTIONS = "autolabel-options-button"
    STATUS = "autolabel-status"
    REFIT = "autolabel-refit-button"
    RUN = "autolabel-run"
    CHANGED = "autolabel-changed"
    OPTIONS_DIALOG = "autolabel-options-dialog"
    CHANNELS_DIALOG = "autolabel-channels-dialog"
    REPLACE_DIALOG = "autolabel-replace-dialog"
    FILES_DIALOG = "autolabel-files-dialog"
    FILES = "autolabel-files"
    AWAY = "autolabel-away"


def channels_button(place: Any) -> dict[str, Any]:
    """Button that opens the channel mapping of the model."""
    return {"type": "autolabel-channels-button", "place": place}


def correct_button(on: Any) -> dict[str, Any]:
    """Button that corrects polarity and gain of the open recording for the model (``on``: "yes"), or not ("no")."""
    return {"type": "autolabel-correct-button", "on": on}


def own_channels_button() -> dict[str, Any]:
    """Button that resets the channel mapping to the model's names."""
    return {"type": "autolabel-own-channels-button", "place": "dialog"}


def job_status_part(part: str, of: str) -> dict[str, str]:
    """A part of the job status next to the plot: ``bar``, ``words``, or the container of its ``tool``."""
    return {"type": "job-status", "part": part, "of": of}


def job_status_tool(of: Any, action: Any, job: Any) -> dict[str, Any]:
    """Button next to the plot that cancels or retries a job."""
    return {"type": "job-status-tool", "of": of, "action": action, "job": job}


class TrainingIds(StrEnum):
    """Training panel next to the plot."""

    PANEL = "training-panel"
    START = "training-start-button"
    STATUS = "training-status"
    UNMEASURED = "training-unmeasured-button"
    RUN = "training-run"
    VERSIONS = "training-versions"


class ModelIds(StrEnum):
    """Model selection next to the plot."""

    CHOICE = "model-choice"
    LIST = "model-list"
    LIST_PLACE = "model-list-place"
    OFFERED = "model-offered"
    NONE = "model-none"
    REMARKS = "model-remarks"
    REMARKS_BUTTON = "model-remarks-button"
    LINK = "model-link"
    ADD = "model-add-button"


class ModelsIds(StrEnum):
    """Models page.

    Stores: ``SHOWN``: id of the shown model, ``VERSION``: version of the content, ``SET``: id of the label set
    of the class mapping, ``ALL_OF``: model whose classes are all listed, ``ADDRESS``: URL of the shown model,
    ``DRAWN``: hash of each rendered part.
    """

    PAGE = "models-page"
    SHOWN = "models-shown"
    VERSION = "models-page-version"
    SET = "models-label-set"
    ALL_OF = "models-all-classes-of"
    ADDRESS = "models-address"
    ADD = "models-add-button"
    FILTER = "models-filter"
    FILTER_PLACE = "models-filter-place"
    LIST = "models-list"
    NOTES = "models-notes"
    DETAIL = "models-detail"
    HEAD = "models-detail-head"
    USE = "models-detail-use"
    CLASSES = "models-detail-classes"
    FACTS = "models-detail-facts"
    DRAWN = "models-drawn"
    DESCRIBE = "models-describe-dialog"
    DELETE = "models-delete-dialog"


def model_row(model: Any) -> dict[str, Any]:
    """A model in the list of the Models page."""
    return {"type": "model-row", "model": model}


def model_tool(action: Any, model: Any = "", place: Any = "") -> dict[str, Any]:
    """Button of the Models page for ``action``, on a model or without one.

    ``place`` distinguishes two such buttons on the page.
    """
    return {"type": "model-tool", "action": action, "model": model, "place": place}


def model_class(field: str, index: Any, model: Any) -> dict[str, Any]:
    """Control of a class index of a model: name, color, skip or reset."""
    return {"type": "model-class", "field": field, "index": index, "model": model}


def model_set(place: Any = "classes") -> dict[str, Any]:
    """Choice of the label set for the class mapping."""
    return {"type": "model-set", "place": place}


class ModelAddIds(StrEnum):
    """Dialog that adds a model, on every page.

    Stores: writing to ``OPEN`` opens it; ``PENDING``: ``{"values", "job"}`` of the model being added.
    """

    DIALOG = "model-add-dialog"
    TRANSFER = "model-add-transfer"
    OPEN = "model-add-open"
    PENDING = "model-add-pending"


def model_progress(part: Any) -> dict[str, Any]:
    """Progress of adding a model: ``place`` (initially hidden), ``words``, ``bar``, and the ``proposed`` name."""
    return {"type": "model-progress", "part": part}


class TrainIds(StrEnum):
    """Training form and trainings on the Models page.

    ``VIEW``: store with the content of ``PLACE``: ``{"job": id}``, ``{"form": id of the training whose values it
    has, or ""}`` or None. ``FIGURES`` and ``ORIGIN`` are sections of a trained model.
    """

    NEW = "train-new-button"
    TRAININGS = "train-trainings"
    PLACE = "train-place"
    VIEW = "train-view"
    FIGURES = "train-figures"
    ORIGIN = "train-origin"
    IMPROVE = "train-improve-dialog"


def train_part(name: str) -> dict[str, str]:
    """A control of the form, or a part of a shown training: content of ``TrainIds.PLACE``."""
    return {"type": "train-part", "part": name}


def train_tool(action: Any, job: Any = "") -> dict[str, Any]:
    """Button of the Models page for ``action`` on a training or on the form."""
    return {"type": "train-tool", "action": action, "job": job}


def version_choice(model: Any) -> dict[str, Any]:
    """Radio button that selects a version of a model for the plots."""
    return {"type": "train-version", "model": model}


class PaneIds(StrEnum):
    """Pane below the plot: labels or history."""

    PANE = "pane-pane"
    CHOICE = "pane-choice"
    BORDER = "pane-border"
    LABELS = "pane-labels-tab"
    LABELS_TOOLS = "pane-labels-tools"
    LABELS_PANEL = "pane-labels-panel"
    HISTORY = "pane-history-tab"
    HISTORY_TOOLS = "pane-history-tools"
    HISTORY_PANEL = "pane-history-panel"
    REFUSED = "pane-refused-count"
    FOLD = "pane-fold-button"


class TableIds(StrEnum):
    """Controls of the table of labels, in addition to the grid."""

    SEARCH = "table-search"
    COLUMNS = "table-columns"
    RESET = "table-reset-button"


class HistoryIds(StrEnum):
    """History of the labels of the open file."""

    PANEL = "history-panel"
    LIST = "history-list"
    GRID = "history-grid"
    LIMIT = "history-limit"
    LOOK = "history-look"
    CLOCK = "history-clock"
    REFUSED = "history-refused"
    REQUEST = "history-request"
    TO = "history-to"
    AGAIN = "history-again"
    DIALOG = "history-dialog"
    AUTHOR = "history-author"
    RESET_SAVED = "history-reset-saved"
    RESET_EMPTY = "history-reset-empty"


class SelectionIds(StrEnum):
    """Actions on the selected labels, and the channels of labels."""

    BAR = "selection-bar"
    COUNT = "selection-count"
    RELABEL = "selection-relabel-button"
    SHIFT_BY = "selection-shift-by"
    EARLIER = "selection-earlier-button"
    LATER = "selection-later-button"
    MERGE = "selection-merge-button"
    NOTE = "selection-note-button"
    NOTE_DIALOG = "selection-note-dialog"
    SCOPE = "selection-scope-button"
    SCOPE_LIST = "selection-scope-list"


class ReviewIds(StrEnum):
    """Review of suggestions."""

    REJECTED = "review-rejected-button"
    START = "review-start-button"
    COUNT = "review-count"
    BAR = "review-bar"
    ONE = "review-one"
    POSITION = "review-position"
    WHAT = "review-what"
    PREVIOUS = "review-previous-button"
    NEXT = "review-next-button"
    ACCEPT = "review-accept-button"
    ACCEPT_NEXT = "review-accept-next-button"
    REJECT = "review-reject-button"
    ORDER = "review-order-button"
    MANY = "review-many-button"
    MANY_PANEL = "review-many-panel"
    MODEL = "review-model"
    DIALOG = "review-dialog"
    THRESHOLD = "review-threshold"
    THRESHOLD_VALUE = "review-threshold-value"
    ABOVE = "review-above-button"
    BELOW = "review-below-button"
    ALL = "review-all-button"
    NONE = "review-none-button"
    DONE = "review-done"
    SAVE = "review-save-button"
    NEXT_FILE = "review-next-file-button"
    CONFIDENCE = "review-confidence-button"
    LEAVE = "review-leave-button"
    SELECTED = "review-selected"
    ACCEPT_SELECTED = "review-accept-selected-button"
    REJECT_SELECTED = "review-reject-selected-button"
    REOPEN_SELECTED = "review-reopen-selected-button"


class DoubtIds(StrEnum):
    """Check of labels: doubtful labels, one after the other."""

    FIND = "doubt-find-button"
    CHECKED = "doubt-checked"
    ENDED = "doubt-ended"
    AT = "doubt-at"
    MARKS = "doubt-marks"
    BAR = "doubt-bar"
    PREVIOUS = "doubt-previous-button"
    NEXT = "doubt-next-button"
    KEEP = "doubt-keep-button"
    CHANGE = "doubt-change-button"
    AGAIN = "doubt-again-button"
    LEAVE = "doubt-leave-button"


class DownloadIds(StrEnum):
    """Dialog that selects files for the ZIP."""

    DIALOG = "download-dialog"
    GRID = "download-grid"
    SUMMARY = "download-summary"
    START = "download-start-button"
    ALL = "download-all-button"
    NONE = "download-none-button"
    BEFORE = "download-before"
    ADDRESS = "download-address"
    FILES = "download-files"
    NEVER = "download-never"


class OutputsIds(StrEnum):
    """Outputs page."""

    GRID = "outputs-grid"
    BEFORE = "outputs-before"
    SAVED = "outputs-saved"
    ADDRESS = "outputs-address"
    SUMMARY = "outputs-summary"
    SEARCH = "outputs-search"
    STATE = "outputs-state"
    CHOSEN = "outputs-chosen"
    SAVE_FORM = "outputs-save-form"
    SAVE = "outputs-save-button"
    DOWNLOAD = "outputs-download-button"
    FILES = "outputs-files"
    DELETE = "outputs-delete-button"
    PREVIEW = "outputs-preview"
    PREVIEW_NAME = "outputs-preview-name"
    PREVIEW_ROWS = "outputs-preview-rows"
    DIALOG = "outputs-dialog"


class AgreementIds(StrEnum):
    """Agreement page: comparison of authors."""

    FILES = "agreement-files"
    AUTHORS = "agreement-authors"
    TOLERANCE = "agreement-tolerance"
    SUMMARY = "agreement-summary"
    COMPARED = "agreement-compared"
    PLACES = "agreement-places"
    FIGURES = "agreement-figures"
    KEEP = "agreement-keep"
    SETTLE = "agreement-settle-button"
    SEEN = "agreement-seen"
    AGAIN = "agreement-again"
    UNDO = "agreement-undo"


class UploadIds(StrEnum):
    """Upload dialog, and its indicator next to the files."""

    DIALOG = "upload-dialog"
    TRANSFER = "upload-transfer"
    TICK = "upload-tick"
    CHANGED = "upload-changed"
    SHOWN = "upload-shown"
    GROUP = "upload-group"
    FOLDER = "upload-folder"
    FOLDERS = "upload-folders"
    KEEP = "upload-keep"
    ADD_FOUND = "upload-add-found-button"
    TABLE = "upload-table"
    MORE = "upload-more"
    INDICATOR = "upload-indicator-button"
    WHERE = "upload-where"
    FOUND = "upload-found"
    FOUND_TEXT = "upload-found-text"
    NOTICE = "upload-notice"
    OVERALL = "upload-overall"
    QUESTIONS = "upload-questions"
    FILTERS = "upload-filters"
    LIST = "upload-list"
    SKIPPED = "upload-skipped"
    LIVE = "upload-live"
    CANCEL_ALL = "upload-cancel-all-button"
    CLEAR = "upload-clear-button"
    CLOSE = "upload-close-button"


def upload_group(name: Any) -> dict[str, Any]:
    """Button that filters uploads by group."""
    return {"type": "upload-group", "group": name}


def upload_answer(state: Any, decision: Any) -> dict[str, Any]:
    """Button that decides a name conflict for several files."""
    return {"type": "upload-answer", "state": state, "decision": decision}


class ImportIds(StrEnum):
    """Dialog that imports labels, and its link in the upload dialog."""

    DIALOG = "import-dialog"
    TRANSFER = "import-transfer"
    TICK = "import-tick"
    CHANGED = "import-changed"
    SHOWN = "import-shown"
    GROUP = "import-group"
    RUN = "import-run"
    OPEN = "import-open-button"
    OFFER = "import-offer"
    OFFER_TEXT = "import-offer-text"
    TAKE = "import-take-button"
    OPTIONS = "import-options"
    MODE = "import-mode"
    NOTICE = "import-notice"
    PROGRESS = "import-progress"
    BAR = "import-bar"
    STOP = "import-stop-button"
    SUMS = "import-sums"
    FILTERS = "import-filters"
    LIST = "import-list"
    RECORDINGS = "import-recordings"
    SKIPPED = "import-skipped"
    LIVE = "import-live"
    AGAIN = "import-again-button"
    CLEAR = "import-clear-button"
    COPY = "import-copy-button"
    REPORT = "import-report"
    DOWNLOAD = "import-download-button"
    FILE = "import-file"
    CLOSE = "import-close-button"
    START = "import-start-button"


def import_group(name: Any) -> dict[str, Any]:
    """Button that filters label files by group."""
    return {"type": "import-group", "group": name}


def import_control(kind: str, key: Any) -> dict[str, Any]:
    """Control of a label file: ``tick``, ``select`` or ``path`` of its recording, ``summary`` and ``lines``."""
    return {"type": f"import-{kind}", "key": key}


class CopyIds(StrEnum):
    """Dialog that copies labels to other recordings."""

    DIALOG = "copy-dialog"
    OPEN = "copy-open-button"
    ABOUT = "copy-about"
    TARGETS = "copy-targets"
    WORK = "copy-work"
    TICK = "copy-tick"
    WHICH = "copy-which"
    BY = "copy-by"
    FILTER = "copy-filter"
    ALL = "copy-all"
    LIST = "copy-list"
    EMPTY = "copy-empty"
    STATE = "copy-state"
    START = "copy-start-button"


class ChannelsIds(StrEnum):
    """Panel for the visibility and order of channels."""

    BUTTON = "channels-button"
    PANEL = "channels-panel"
    UNITS = "channels-units"
    EARLIER = "channels-earlier-button"
    LATER = "channels-later-button"
    LARGER = "channels-larger-button"
    SMALLER = "channels-smaller-button"
    AS_HIGH = "channels-as-high-button"


class FilesIds(StrEnum):
    """Files page: progress, table, trash."""

    VIEW = "files-view"
    DRAWN = "files-drawn"
    CHOSEN = "files-chosen"
    TRASH_CHOSEN = "files-trash-chosen"
    TAB_FILES = "files-all-tab"
    TAB_TRASH = "files-trash-tab"
    TRASH_COUNT = "files-trash-count"
    PROGRESS = "files-progress"
    SEARCH = "files-search"
    DOUBTFUL = "files-doubtful-button"
    TOOLS = "files-tools"
    TRASH_TOOLS = "files-trash-tools"
    COUNT = "files-count"
    TRASH_TALLY = "files-trash-tally"
    ASSIGN = "files-assign-button"
    ASSIGN_DIALOG = "files-assign-dialog"
    MINE = "files-mine-button"
    DONE = "files-done-button"
    AUTOLABEL = "files-autolabel-button"
    MOVE = "files-move-button"
    DELETE = "files-delete-button"
    RESTORE = "files-restore-button"
    PURGE = "files-purge-button"
    PURGE_DIALOG = "files-purge-dialog"
    FILES_PANEL = "files-table-panel"
    TRASH_PANEL = "files-trash-panel"
    TABLE = "files-table"
    TRASH = "files-trash"
