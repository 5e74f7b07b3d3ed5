"""Training form with all choices. Callbacks fill the parts that depend on the chosen files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import dash_ag_grid as dag
import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from components.ids import train_part, train_tool
from components.parts import aria, dom_id, empty_state
from services.learning.evaluation.holdout import FEWEST
from services.training import TrainingOutlook
from services.training.form import (
    ALL,
    CHOICE,
    FILES,
    FOLDER,
    LATER,
    NONE,
    OWN_CLASS,
    SOME,
    FormOffer,
    FormValues,
    Group,
    LabelledFile,
    TrainingChoices,
    alike,
    folders,
    kept,
)
from services.training.recipe import BETWEEN
from services.training.requirements import segments_text
from services.wording import counted

WORK = {
    10: "10 seconds",
    30: "30 seconds",
    60: "1 minute",
    180: "3 minutes",
    600: "10 minutes",
    1800: "30 minutes",
}
FILTERED = 8  # from this number of files on, the list has a filter


def train_form(choices: TrainingChoices, offered: FormOffer, values: FormValues, proposed: str) -> Component:
    """The form with ``values``.

    Args:
        offered: possible choices for the files of ``values``.
        proposed: default name, if ``values`` has none.
    """
    return dbc.Form(
        [
            dcc.Store(id=train_part("offered"), data=remembered(offered, values)),
            dcc.Store(id=train_part("proposed")),
            html.H2("Train a model", className="fs-5"),
            hint(
                "Accepted labels are training data; rejected suggestions exclude their class. "
                "Open suggestions are not used."
            ),
            _line("Files", *_files(choices, values), chosen=("scope", values.scope)),
            _line("Classes", _checks(train_part("classes"), *class_options(choices, offered, values))),
            _line("Unlabelled samples", *_unmarked(values), chosen=("unmarked", values.unmarked)),
            _line(
                "Channels",
                _checks(train_part("channels"), *channel_options(offered, values)),
                html.P(channels_hint(offered), id=train_part("channels-hint"), className="tm-train-hint"),
            ),
            _line("Judged on", *_judged(offered, values), chosen=("judged", values.judged)),
            _line(
                "Time",
                _name_of(train_part("seconds"), "Time for the training"),
                dbc.Select(
                    id=train_part("seconds"),
                    options=[{"value": str(count), "label": words} for count, words in WORK.items()],
                    value=f"{values.seconds:g}",
                    size="sm",
                ),
                hint("For the whole training: a model for evaluation, and one trained on all labels."),
            ),
            _line("Name", *_name(choices, values.name or proposed, proposed)),
            _foot(),
        ],
        id=train_part("form"),
        class_name="tm-train-form",
    )


def nothing_labelled() -> Component:
    """Message without training labels."""
    return empty_state(
        "mortarboard",
        "No labels to learn from yet",
        "Open a file, mark two or more segments of each of two classes, then come back here.",
        "Suggestions of a model count once they are accepted.",
    )


def remembered(offered: FormOffer, values: FormValues) -> dict[str, Any]:
    """State of the form for the next update: files, offered names, excluded names."""
    return {
        "files": [file.id for file in offered.files],
        "classes": list(offered.classes),
        "channels": list(offered.channels),
        "no_classes": _left_out(offered.classes, values.classes),
        "no_channels": _left_out(offered.channels, values.channels),
    }


def refilled(
    choices: TrainingChoices,
    offered: FormOffer,
    values: FormValues,
    before: dict[str, Any],
    ticked: dict[str, Any],
) -> dict[str, Any]:
    """The parts of the form that depend on the chosen files, after a change of the files.

    Args:
        before: result of :func:`remembered` for the previous files.
        ticked: names of the ticked ``classes`` and ``channels``: excluded names stay excluded.
    """
    out = {
        name: {*before[f"no_{name}"], *_left_out(before[name], ticked[name])} - set(ticked[name] or ())
        for name in ("classes", "channels")
    }
    inside = replace(
        values,
        classes=tuple(name for name in offered.classes if name not in out["classes"]),
        channels=tuple(name for name in offered.channels if name not in out["channels"]),
    )
    noted = remembered(offered, inside)
    return {
        "classes": class_options(choices, offered, inside),
        "channels": channel_options(offered, inside),
        "channels_hint": channels_hint(offered),
        "judged": (judged_options(offered), values.judged if values.judged in offered.ways else CHOICE),
        "judged_hint": judged_hint(offered),
        "held": file_rows(offered.files),
        "offered": noted | {f"no_{name}": sorted(names) for name, names in out.items()},
    }


def _left_out(names: Any, chosen: Any) -> list[str]:
    inside = kept(names, chosen)
    return [name for name in names if name not in inside]


def class_options(
    choices: TrainingChoices, offered: FormOffer, values: FormValues
) -> tuple[list[dict[str, Any]], list[str]]:
    """Options of the classes with their numbers of segments, and the ticked ones."""
    options = [
        {"value": name, "label": _class(name, choices.classes.get(name, ""), count)}
        for name, count in offered.classes.items()
    ]
    return options, kept(offered.classes, values.classes)


def _class(name: str, color: str, count: int) -> Component:
    few = (
        html.Span(f"{FEWEST - count} more needed", className="small text-warning") if count < FEWEST else None
    )
    swatch = html.Span(className="tm-swatch", style={"background": color}, **aria(hidden="true"))
    parts = [swatch, html.Span(name), html.Span(counted(count, "segment"), className="tm-count"), few]
    return html.Span(
        [part for part in parts if part is not None], className="d-inline-flex align-items-center gap-2"
    )


def channel_options(offered: FormOffer, values: FormValues) -> tuple[list[dict[str, str]], list[str]]:
    """Options of the channels common to all chosen files, and the ticked ones."""
    return [{"value": name, "label": name} for name in offered.channels], kept(
        offered.channels, values.channels
    )


def channels_hint(offered: FormOffer) -> str:
    """Hint if no channel can be chosen."""
    if offered.channels:
        return ""
    if not offered.files:
        return "Choose files first."
    return "The files have no channel name in common; with equal numbers, channels are matched by order."


def judged_options(offered: FormOffer) -> list[dict[str, str]]:
    """Ways to evaluate the model."""
    words = {
        CHOICE: "Whole files, about a quarter, where each class is in others too (best)",
        LATER: "The later segments of each file",
        FILES: "These files",
        NONE: "Not at all: train on all labels; a class needs only one segment",
    }
    if len(offered.files) < 2:
        words[CHOICE] = "The later segments of the file"
    return [{"value": way, "label": words[way]} for way in offered.ways]


def judged_hint(offered: FormOffer) -> str:
    """Explanation of the evaluation."""
    if len(offered.files) > 1:
        return "It is used for training only after the evaluation."
    return "With one file the performance on other files is unknown; label a second one to measure it."


def file_rows(files: Sequence[LabelledFile]) -> list[dict[str, Any]]:
    """Rows of a list of files."""
    return [{"id": str(file.id), "path": file.path, "labels": file.labels} for file in files]


def outlook(training_outlook: TrainingOutlook) -> list[Component]:
    """Available training labels, or the reason why training is not possible."""
    if training_outlook.reason:
        return reason(training_outlook.reason)
    noun = "the channel" if len(training_outlook.channels) == 1 else "the channels"
    channels = f"{noun} {', '.join(training_outlook.channels)}"
    segments = segments_text(training_outlook.marked)
    files = counted(len(training_outlook.recordings), "file")
    sentence = f"Learns from {segments} in {files}, on {channels}. {training_outlook.scope}".rstrip()
    warnings = [html.P(words, className="d-flex gap-2 text-warning") for words in training_outlook.warnings]
    return [html.P(sentence, className="tm-train-learns"), *warnings]


def reason(sentence: str) -> list[Component]:
    """Reason why the training cannot start."""
    return [html.P(sentence, className="tm-train-reason text-danger")]


def name_count(name: str, longest: int) -> str:
    """Character count, such as ``5 / 30``."""
    return f"{len((name or '').strip())} / {longest}"


def hint(words: str) -> Component:
    """A short explanation below a control."""
    return html.P(words, className="tm-train-hint")


def field_part(name: str) -> dict[str, str]:
    """The field of the radio buttons ``name``; its CSS class contains the chosen value, which shows its controls."""
    return train_part(f"{name}-field")


def field_class(chosen: str = "") -> str:
    """Class of a field whose radio button ``chosen`` is on."""
    return f"tm-train-field d-flex flex-column gap-1 tm-chosen-{chosen}"


def _line(title: str, *content: Any, chosen: tuple[str, str] | None = None) -> Component:
    """A line of the form; ``chosen``: name and value of its radio buttons."""
    name, value = chosen or ("", "")
    identified: Any = {"id": field_part(name)} if name else {}
    field = html.Div(list(content), className=field_class(value), **identified)
    return html.Fieldset(
        [html.Legend(title, className="m-0 p-0 tm-fine fw-semibold"), field],
        className="tm-train-line d-grid row-gap-1 column-gap-3 m-0 border-0 border-bottom",
    )


def _name_of(identity: dict[str, str], words: str) -> Component:
    return html.Label(words, htmlFor=dom_id(identity), className="visually-hidden")


def _checks(identity: dict[str, str], options: list[Any], value: list[str]) -> Component:
    return dbc.Checklist(
        id=identity, options=options, value=value, class_name="tm-train-checks d-flex flex-wrap"
    )


def _files(choices: TrainingChoices, values: FormValues) -> list[Component]:
    groups, places = alike(choices), folders(choices)
    everything = counted_group(Group("", choices.files))
    options = [
        {
            "value": ALL,
            "label": "All files with labels and the channels"
            if len(groups) > 1
            else f"All files with labels ({everything})",
        },
        {"value": FOLDER, "label": "The files of a folder"},
        {"value": SOME, "label": "These files"},
    ]
    channels = {group.key: ", ".join(group.files[0].channels) for group in groups}
    names = {group.key: group.key or "top folder" for group in places}
    more = [
        (ALL, _groups(train_part("alike"), "Files with these channels", groups, channels, values.alike)),
        (FOLDER, _groups(train_part("folder"), "Folder", places, names, values.folder)),
        (SOME, [_grid(train_part("some"), choices.files, values.files)]),
    ]
    radios = dbc.RadioItems(id=train_part("scope"), options=options, value=values.scope)
    alone = len(groups) < 2
    return [
        radios,
        *[
            html.Div(parts, className=f"tm-train-more tm-of-{way}", hidden=way == ALL and alone)
            for way, parts in more
        ],
    ]


def _groups(
    identity: dict[str, str], name: str, groups: Sequence[Group], titles: dict[str, str], chosen: str
) -> list[Component]:
    keys = [group.key for group in groups]
    options = [
        {"value": group.key, "label": f"{titles[group.key]} – {counted_group(group)}"} for group in groups
    ]
    value = chosen if chosen in keys else keys[0] if keys else ""
    return [_name_of(identity, name), dbc.Select(id=identity, options=options, value=value, size="sm")]


def counted_group(group: Group) -> str:
    """Size of a group, such as ``3 files, 41 labels``."""
    return f"{counted(len(group.files), 'file')}, {counted(group.labels, 'label')}"


def _grid(identity: dict[str, str], files: Sequence[LabelledFile], chosen: Sequence[int]) -> Component:
    grid = dag.AgGrid(
        id=identity,
        columnDefs=[
            {"field": "path", "headerName": "File", "flex": 1, "filter": True, "tooltipField": "path"},
            {"field": "labels", "headerName": "Labels", "width": 95, "type": "rightAligned"},
        ],
        defaultColDef={"floatingFilter": len(files) >= FILTERED},
        rowData=file_rows(files),
        selectedRows={"ids": [str(identity) for identity in chosen]},
        getRowId="params.data.id",
        dashGridOptions={
            "rowSelection": {"mode": "multiRow", "enableClickSelection": True, "selectAll": "filtered"},
            "selectionColumnDef": {"width": 44, "pinned": "left"},
            "rowHeight": 28,
            "headerHeight": 30,
            "animateRows": False,
            "localeText": {"noRowsToShow": "No file name matches."},
        },
        style={"height": "100%"},
    )
    return html.Div(grid, className="tm-train-files")


def _unmarked(values: FormValues) -> list[Component]:
    options = [
        {
            "value": BETWEEN,
            "label": "Nothing, between adjacent labels; otherwise unknown (best)",
        },
        {"value": "", "label": "Unknown: not used for training"},
        {"value": OWN_CLASS, "label": "A separate class, everywhere"},
    ]
    background = dbc.Input(
        id=train_part("background"),
        value=values.background,
        placeholder="Name of the class",
        maxLength=100,
        size="sm",
    )
    own = [_name_of(train_part("background"), "Class of unlabelled samples"), background]
    return [
        dbc.RadioItems(id=train_part("unmarked"), options=options, value=values.unmarked),
        html.Div(own, className="tm-train-more tm-of-class"),
    ]


def _judged(offered: FormOffer, values: FormValues) -> list[Component]:
    radios = dbc.RadioItems(id=train_part("judged"), options=judged_options(offered), value=values.judged)
    return [
        radios,
        html.Div(
            _grid(train_part("held"), offered.files, values.held), className="tm-train-more tm-of-files"
        ),
        html.P(judged_hint(offered), id=train_part("judged-hint"), className="tm-train-hint"),
    ]


def _name(choices: TrainingChoices, name: str, proposed: str) -> list[Component]:
    field = dbc.Input(id=train_part("name"), value=name, placeholder=proposed, autocomplete="off", size="sm")
    count = html.Span(
        name_count(name, choices.longest),
        id=train_part("name-count"),
        className="tm-model-count",
        **aria(hidden="true"),
    )
    problem = html.Span(
        id=train_part("name-problem"),
        className="tm-field-problem text-break tm-fine text-danger",
        role="alert",
    )
    return [
        _name_of(train_part("name"), "Name of the model"),
        html.Div([field, count], className="tm-train-name d-flex align-items-center gap-2"),
        problem,
    ]


def _foot() -> Component:
    close = dbc.Button("Close", id=train_tool("close"), color="link", n_clicks=0)
    start = dbc.Button("Start training", id=train_part("go"), type="submit", disabled=True)
    return html.Div(
        [
            html.Div(id=train_part("status"), role="status"),
            html.P(id=train_part("problem"), className="tm-dialog-problem", role="alert"),
            html.Div([close, start], className="d-flex gap-2"),
        ],
        className="tm-train-foot d-grid align-items-center row-gap-1 column-gap-3",
    )
