"""Every component id, one StrEnum per page or dialog: where pages and callbacks meet.

Written ``page-thing-kind``; ids that exist once per row come from functions, indexed by database id.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class ShellIds(StrEnum):
    """What stays on the screen whatever the page."""

    FILES_TREE = "shell-files-tree"
    FILES_FILTER = "shell-files-filter"
    FILES_TOOLS = "shell-files-tools"
    FILES_PANEL = "shell-files-panel"
    FILES_COUNT = "shell-files-count"
    UPLOAD_BUTTON = "shell-upload-button"
    BEAT = "shell-beat"
    FILES_VERSION = "shell-files-version"
    MODELS_VERSION = "shell-models-version"
    MODEL = "shell-model"
    JOBS_VERSION = "shell-jobs-version"
    LABELS_CHANGED = "shell-labels-changed"
    UNSENT = "shell-unsent"
    UNSENT_DONE = "shell-unsent-done"
    TOAST = "shell-toast"
    TOASTS = "shell-toasts"
    CONNECTION = "shell-connection"
    STATUS = "shell-status"
    THEME_BUTTON = "shell-theme-button"
    HELP_BUTTON = "shell-help-button"
    HELP = "shell-help"
    KEYS_MESSAGE = "shell-keys-message"
    KEYS_RESET = "shell-keys-reset-button"
    KEYMAP = "shell-keymap"
    HELP_CLOSE = "shell-help-close-button"


class LabelIds(StrEnum):
    """The page on which one recording is labelled."""

    SUMMARY = "label-summary"
    PLOT = "label-plot"
    PAN = "label-pan-button"
    ZOOM = "label-zoom-button"
    SELECT = "label-select-button"
    ZOOM_IN = "label-zoom-in-button"
    ZOOM_OUT = "label-zoom-out-button"
    FIT = "label-fit-button"
    UNDO = "label-undo-button"
    REDO = "label-redo-button"
    HIDE = "label-hide-button"
    SNAP = "label-snap-button"
    DECIMATION = "label-decimation"
    READOUT = "label-readout"
    HINT = "label-hint"
    SUGGESTIONS = "label-suggestions"
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
    SAVE = "label-save-button"
    SAVE_ALL = "label-save-all-button"
    SAVE_REQUEST = "label-save-request"
    SAVE_ALL_REQUEST = "label-save-all-request"
    SAVE_DONE = "label-save-done"
    DONE = "label-done-button"
    SAVE_RESULTS = "label-save-results"
    SAVE_RESULTS_LIST = "label-save-results-list"
    SAVE_RESULTS_CLOSE = "label-save-results-close-button"
    DOWNLOAD = "label-download-button"


class PlotIds(StrEnum):
    """What belongs to the plot beside the graph: overview, time axis, measuring, pictures."""

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
    """The dialog that says how a file was read, and reads it differently; the scripts know the fields by name."""

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
    UNITS = "details-units"
    PREVIEW = "details-preview"
    STATE = "details-state"
    CHANGE = "details-change-button"
    BACK = "details-back-button"
    FOUND = "details-found-button"
    READ = "details-read-button"
    REOPEN = "details-reopen"


class ClassesIds(StrEnum):
    """The page of label sets and classes, and what leads to it beside the plot."""

    LINK = "classes-link"
    CHOICE = "classes-choice"
    SHOWN = "classes-shown"
    OPENED = "classes-opened"
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


class JobsIds(StrEnum):
    """What runs, waits and has ended: in the bar on top of every page."""

    BUTTON = "jobs-button"
    WORDS = "jobs-words"
    BAR = "jobs-bar"
    PANEL = "jobs-panel"
    STARTED = "jobs-started"
    WATCHED = "jobs-watched"
    CHANGED = "jobs-changed"
    ENDED = "jobs-ended"
    PULSE = "jobs-pulse"


class AutolabelIds(StrEnum):
    """Beside the plot, under the model: labelling the file with it."""

    PANEL = "autolabel-panel"
    START = "autolabel-start-button"
    OPTIONS = "autolabel-options-button"
    SAID = "autolabel-said"
    RUN = "autolabel-run"
    REQUEST = "autolabel-request"
    CHANGED = "autolabel-changed"
    OPTIONS_DIALOG = "autolabel-options-dialog"
    CHANNELS_DIALOG = "autolabel-channels-dialog"
    REPLACE_DIALOG = "autolabel-replace-dialog"
    FILES_DIALOG = "autolabel-files-dialog"
    FILES = "autolabel-files"
    AWAY = "autolabel-away"


def channels_button(place: Any) -> dict[str, Any]:
    """A button that opens the choice of channels for the model; also the one that takes the model's own back."""
    return {"type": "autolabel-channels-button", "place": place}


def job_status_part(part: str, of: str) -> dict[str, str]:
    """A part of the status of a job: its ``bar``, ``words``, ``cancel``, ``retry`` or the store ``job``."""
    return {"type": "job-status", "part": part, "of": of}


class TrainingIds(StrEnum):
    """Beside the plot, under the model: training from the labels there are."""

    PANEL = "training-panel"
    START = "training-start-button"
    SAID = "training-said"
    RUN = "training-run"
    VERSIONS = "training-versions"


class ModelIds(StrEnum):
    """Beside the plot: which model labels the file."""

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
    """The page of models.

    Stores: ``SHOWN`` the id of the model that is shown, ``VERSION`` of what is shown, ``SET`` the id of the label set
    whose classes count, ``ALL_OF`` the model all of whose classes are listed, ``ADDRESS`` the URL of what is shown,
    ``DRAWN`` a digest of each part that is drawn.
    """

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
    """A model in the list of the page of models."""
    return {"type": "model-row", "model": model}


def model_tool(action: Any, model: Any = "", place: Any = "") -> dict[str, Any]:
    """A button of the page of models that does ``action``, to a model or without one.

    ``place`` tells two such buttons apart that are on the page at the same time.
    """
    return {"type": "model-tool", "action": action, "model": model, "place": place}


def model_class(field: str, index: Any, model: Any) -> dict[str, Any]:
    """A control of one class index of a model: its name, color, skip or reset."""
    return {"type": "model-class", "field": field, "index": index, "model": model}


def model_set(place: Any = "classes") -> dict[str, Any]:
    """The choice of the label set among whose classes those of the model count."""
    return {"type": "model-set", "place": place}


class TrainIds(StrEnum):
    """On the page of models: training one from labels; ``FIGURES`` and ``ORIGIN`` are sections of a trained model."""

    NEW = "train-new-button"
    OPENED = "train-opened"
    TRAININGS = "train-trainings"
    PLACE = "train-place"
    FIGURES = "train-figures"
    ORIGIN = "train-origin"


class PaneIds(StrEnum):
    """The pane below the plot: labels or history."""

    PANE = "pane-pane"
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
    """What belongs to the table of labels beside the grid."""

    SEARCH = "table-search"
    COLUMNS = "table-columns"
    RESET = "table-reset-button"


class HistoryIds(StrEnum):
    """What was done to the labels of the open file."""

    PANEL = "history-panel"
    LIST = "history-list"
    REFUSED = "history-refused"
    RESET_SAVED = "history-reset-saved"
    RESET_EMPTY = "history-reset-empty"


class SelectionIds(StrEnum):
    """What can be done with all labels that are selected, and which channels labels are about."""

    BAR = "selection-bar"
    COUNT = "selection-count"
    RELABEL = "selection-relabel-button"
    SHIFT_BY = "selection-shift-by"
    EARLIER = "selection-earlier-button"
    LATER = "selection-later-button"
    MERGE = "selection-merge-button"
    NOTE = "selection-note-button"
    NOTE_DIALOG = "selection-note-dialog"
    NOTE_TEXT = "selection-note-text"
    NOTE_KEEP = "selection-note-keep-button"
    NOTE_CANCEL = "selection-note-cancel-button"
    SCOPE = "selection-scope-button"
    SCOPE_LIST = "selection-scope-list"


class ReviewIds(StrEnum):
    """Deciding about what a model suggested."""

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


class DownloadIds(StrEnum):
    """The dialog that chooses what goes into the ZIP."""

    DIALOG = "download-dialog"
    GRID = "download-grid"
    SUMMARY = "download-summary"
    START = "download-start-button"
    ALL = "download-all-button"
    NONE = "download-none-button"
    CLOSE = "download-close-button"


class UploadIds(StrEnum):
    """The dialog that takes files in, and the small indicator beside the files."""

    DIALOG = "upload-dialog"
    INDICATOR = "upload-indicator-button"
    DIRECTORY = "upload-directory-button"
    FILES = "upload-files-button"
    DROP = "upload-drop"
    WHERE = "upload-where"
    FOUND = "upload-found"
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


class ImportIds(StrEnum):
    """The dialog that brings labels in, and the offer of it among files that are uploaded."""

    DIALOG = "import-dialog"
    OPEN = "import-open-button"
    OFFER = "import-offer"
    DIRECTORY = "import-directory-button"
    FILES = "import-files-button"
    DROP = "import-drop"
    OPTIONS = "import-options"
    PROGRESS = "import-progress"
    SUMS = "import-sums"
    FILTERS = "import-filters"
    LIST = "import-list"
    SKIPPED = "import-skipped"
    LIVE = "import-live"
    AGAIN = "import-again-button"
    CLEAR = "import-clear-button"
    COPY = "import-copy-button"
    DOWNLOAD = "import-download-button"
    CLOSE = "import-close-button"
    START = "import-start-button"


class CopyIds(StrEnum):
    """The dialog that copies labels to other recordings."""

    DIALOG = "copy-dialog"
    OPEN = "copy-open-button"
    CHOICES = "copy-choices"
    FILTER = "copy-filter"
    LIST = "copy-list"
    STATE = "copy-state"
    CLOSE = "copy-close-button"
    START = "copy-start-button"


class ChannelsIds(StrEnum):
    """The panel in which the channels of a recording are chosen and arranged."""

    BUTTON = "channels-button"
    PANEL = "channels-panel"


class FilesIds(StrEnum):
    """The page of all files: how far the job is, the table, the trash."""

    VIEW = "files-view"
    OPENED = "files-opened"
    TABS = "files-tabs"
    PROGRESS = "files-progress"
    SEARCH = "files-search"
    TOOLS = "files-tools"
    TABLE = "files-table"
    TRASH = "files-trash"
