"""Results of a training as sections of a model's page: metrics on held-out data, per class, origin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from components.figures import graph
from components.figures.class_scores import class_scores, class_words
from components.figures.confusion_matrix import columns_of, confusion_matrix, confusion_width, percent
from components.figures.reliability import WIDTH, reliability, reliability_words
from components.models.parts import figure, section
from components.models.train_form import hint
from components.models.train_progress import curve
from components.parts import FACTS, aria, icon, terms
from components.tables import numbers_table
from components.words import percent as whole_percent
from services.training.words import in_plain_words
from services.wording import NO_AUTHOR, counted, first_of

FEW = 5  # number of files shown initially
MOST_PEOPLE = 12
UNMARKED = {"": "unknown", "between": "nothing, between adjacent labels"}
COLUMNS = {
    "name": "Class",
    "precision": "Precision",
    "recall": "Recall",
    "f1": "F1",
    "segment_f1": "Segment F1",
    "segments": "Segments",
}


def judged(facts: dict[str, Any], remarks: str = "") -> list[Component]:
    """Metrics on held-out data; ``facts`` from ``TrainingPage.model``, ``remarks``: text that is shown above them."""
    figures = facts["figures"]
    if not figures:
        return []
    doubt = [warning(figures["warning"])] if figures["warning"] else []
    words = (
        f"Based on {counted(figures['segments'], 'held-out segment')} of {counted(figures['files'], 'file')}."
    )
    held_out = "" if figures["judged_on"] in remarks else f" {figures['judged_on']}"
    sentence = html.P(f"{words}{held_out}{_unjudged(facts['recipe'])}", className="mt-2 mb-3")
    content = [
        *doubt,
        *_plain(figures["accuracy"]),
        _main(figures),
        sentence,
        _classes(figures["classes"]),
        _confusion(figures),
    ]
    content += _reliability(figures["reliability"])
    return [section("Metrics on held-out data", *content)]


def _plain(accuracy: dict[str, Any]) -> list[Component]:
    """The accuracy in plain words."""
    if accuracy["value"] is None:
        return []
    return [html.P(in_plain_words(accuracy["value"], accuracy["always"]), className="mb-2")]


def origin(facts: dict[str, Any]) -> list[Component]:
    """Training data, recipe and command line of a model."""
    rows: list[tuple[str, Any]] = []
    if recipe := facts["recipe"]:
        segments = [f"{count:,} {name}" for name, count in (recipe["marked"] or {}).items()]
        rows.append(("Labels", ", ".join(segments)))
        rows.append(("Unlabelled", UNMARKED.get(recipe["unmarked"], f"of the class {recipe['unmarked']}")))
        rows.append(
            (
                "Time",
                f"{recipe['seconds']:g} {'second' if recipe['seconds'] == 1 else 'seconds'}, seed {recipe['seed']}",
            )
        )
    if facts["scope"]:
        rows.append(("Channels", facts["scope"]))
    if any(authors := facts["authors"]):  # with accounts
        people = [f"{name or NO_AUTHOR} {count:,}" for name, count in authors.items()]
        rows.append(("Labels of", first_of(people, MOST_PEOPLE)))
    if sources := facts["sources"]:
        rows.append(("File" if len(sources) == 1 else "Files", _sources(sources)))
    if facts["command"]:
        note = [html.Small(facts["note"], className="tm-count")] if facts["note"] else []
        rows.append(("Again", html.Div([_command(facts["command"]), *note])))
    if facts["points"]:
        rows.append(("Learning", curve(facts["points"])))
    if not rows:
        return []
    return [
        section(
            "Training",
            html.Dl(terms(rows), className=FACTS),
        )
    ]


def warning(words: str) -> Component:
    """A warning about a model or a training."""
    return html.P([icon("exclamation-triangle"), words], className="d-flex gap-2 text-warning")


def two(value: float | None) -> str:
    """A number with two decimals."""
    return "–" if value is None else f"{value:.2f}"


def interval(figures: dict[str, Any]) -> str:
    """Interval, such as ``0.82–0.91``; "" without one."""
    return "" if figures["low"] is None else f"{two(figures['low'])}–{two(figures['high'])}"


def _unjudged(recipe: dict[str, Any] | None) -> str:
    if not recipe or recipe["unmarked"]:
        return ""
    return (
        " Only labelled samples were evaluated: suggestions for unlabelled samples are not in these metrics."
    )


def _main(figures: dict[str, Any]) -> Component:
    sure = figures["sure"]
    right = "–" if sure["right"] is None else whole_percent(sure["right"])
    words = (
        f"right of {counted(sure['segments'], 'suggestion')} above a score of 0.9"
        if sure["segments"]
        else "no suggestion is above a score of 0.9"
    )
    return html.Div(
        [
            _with_interval("macro-F1", figures["macro_f1"]),
            _with_interval("segment F1 (overlap of a half)", figures["segment_f1"]),
            _with_interval("accuracy", figures["accuracy"]),
            figure(two(figures["calibration_error"]), "calibration error of scores"),
            figure(right, words),
        ],
        className="tm-figures d-flex flex-wrap mb-2 text-body-secondary",
    )


def _with_interval(name: str, figures: dict[str, Any]) -> Component:
    around = interval(figures)
    sure = (
        f"With 95 % certainty between {two(figures['low'])} and {two(figures['high'])}."
        if around
        else "Too few segments for an interval."
    )
    title = f"{sure} Always the commonest class: {two(figures['always'])}"
    return figure(two(figures["value"]), f"{name}, {around}" if around else name, title=title)


def _classes(classes: Sequence[dict[str, Any]]) -> Component:
    caption = "Per class, counted in samples; segment F1 in segments"
    table = numbers_table(caption, classes, COLUMNS, decimals=2)
    bars = graph(class_scores(classes), class_words(classes), "tm-class-scores")
    return html.Div(
        [html.Div(table, className="tm-train-wide overflow-x-auto"), bars],
        className="tm-train-per-class d-flex flex-wrap align-items-start",
    )


def _confusion(figures: dict[str, Any]) -> Component:
    """The matrix as a figure, and as text for screen readers."""
    names, counts = [label_class["name"] for label_class in figures["classes"]], figures["confusion"]
    columns = columns_of(names, counts)
    rows = [
        html.Tr([html.Th(name, scope="row"), html.Td(_suggested(columns, line))])
        for name, line in zip(names, counts, strict=True)
    ]
    table = html.Table(
        [
            html.Thead(html.Tr([html.Th("Labelled as", scope="col"), html.Th("Suggested as", scope="col")])),
            html.Tbody(rows),
        ],
        className="visually-hidden",
        **aria(label="Suggested classes by labelled class"),
    )
    picture = graph(
        confusion_matrix(names, counts),
        "Suggested classes by labelled class",
        "tm-confusion",
        width=confusion_width(names, counts),
    )
    words = "Each row: samples labelled as a class, in per cent of the suggested classes."
    return html.Div([hint(words), html.Div([picture, table], className="tm-train-wide overflow-x-auto")])


def _reliability(bins: Sequence[dict[str, Any]]) -> list[Component]:
    """The share of correct samples by score; nothing for older models, which do not have it."""
    if not bins:
        return []
    words = "Share of correct samples by score. Above the dashed line scores are too low, below it too high."
    return [html.Div([hint(words), graph(reliability(bins), reliability_words(bins), width=WIDTH)])]


def _suggested(columns: Sequence[str], line: Sequence[int]) -> str:
    total = sum(line)
    parts = [
        f"{percent(count, count / total)} % {name}"
        for name, count in zip(columns, line, strict=False)
        if count
    ]
    return ", ".join(parts) or "no samples"


def _command(text: str) -> Component:
    copy: Any = {"data-copy": text, "data-copied": "Command line copied."}
    label = "Copy the command line"
    button = html.Button(
        icon("copy"), type="button", className="tm-tool", title=label, **aria(label=label), **copy
    )
    return html.Div(
        [html.Code(text, tabIndex="0"), button], className="tm-train-command d-flex align-items-start gap-2"
    )


def _sources(sources: Sequence[dict[str, Any]]) -> Component:
    items = [html.Li(source["path"], title=f"SHA-256 {source['sha256']}") for source in sources]
    first = html.Ul(items[:FEW], className="m-0 p-0 list-unstyled")
    if len(items) <= FEW:
        return first
    more = html.Ul(items[FEW:], className="m-0 p-0 list-unstyled")
    summary = html.Summary(f"and {counted(len(items) - FEW, 'more file')}")
    return html.Div([first, html.Details([summary, more])])
