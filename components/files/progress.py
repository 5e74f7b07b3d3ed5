"""Labelling progress: figures, a bar of files, class balance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from components.files.words import length, share
from components.parts import aria
from services.annotations.progress import ClassShare
from services.recordings.repository import RecordingSummary

NO_LABELS = "No labels yet. Open a file and click a start and an end in its plot."


def progress(files: Sequence[RecordingSummary], classes: Sequence[ClassShare]) -> list[Component]:
    """Everything above the table of the Files page."""
    done = sum(file.done for file in files)
    begun = sum(not file.done and file.labels > 0 for file in files)
    labels = sum(file.labels for file in files)
    percent = 100 * done // len(files) if files else 0
    figures = [
        _figure(len(files), "file" if len(files) == 1 else "files"),
        _figure(done, f"done ({percent} %)"),
        _figure(begun, "in progress"),
        _figure(labels, "label" if labels == 1 else "labels"),
    ]
    return [
        html.Div(figures, className="tm-figures d-flex flex-wrap mb-2 text-body-secondary"),
        _bar(len(files), done, begun),
        *_classes(files, classes),
    ]


def _figure(number: int, words: str) -> Component:
    return html.Div([html.B(f"{number:,}"), words])


def _bar(total: int, done: int, begun: int) -> Component:
    pieces = [(done, "bg-success"), (begun, "bg-success opacity-50")]
    return html.Div(
        [html.Span(className=look, style={"flexGrow": number}) for number, look in pieces]
        + [html.Span(style={"flexGrow": total - done - begun})],
        className="tm-balance d-flex rounded overflow-hidden",
        role="progressbar",
        **aria(label="Files done", valuemin="0", valuemax=str(total), valuenow=str(done)),
    )


def _classes(files: Sequence[RecordingSummary], classes: Sequence[ClassShare]) -> list[Component]:
    if not classes:
        return [html.P(NO_LABELS, className="small text-body-secondary mt-2 mb-0")] if files else []
    timed = any(label_class.seconds > 0 for label_class in classes)

    def long(class_share: ClassShare) -> float:
        return class_share.seconds if timed else class_share.samples

    bars = [
        html.Small("by count", className="text-body-secondary"),
        _balance("Balance by count", classes, lambda class_share: class_share.labels),
        html.Small("by duration" if timed else "by samples", className="text-body-secondary"),
        _balance("Balance by length", classes, long),
    ]
    return [
        html.Div(
            bars, className="tm-balances d-grid align-items-center row-gap-1 column-gap-2 mt-2 mx-0 mb-2"
        ),
        html.Div(_table(classes, timed, long), className="tm-class-sums overflow-auto"),
    ]


def _balance(name: str, classes: Sequence[ClassShare], value: Callable[[ClassShare], float]) -> Component:
    total = sum(map(value, classes))
    parts = [f"{class_share.name} {share(value(class_share), total)}" for class_share in classes]
    pieces = [
        html.Span(title=words, style={"flexGrow": value(class_share), "background": class_share.color})
        for class_share, words in zip(classes, parts, strict=True)
        if value(class_share)
    ]
    return html.Div(
        pieces,
        className="tm-balance d-flex rounded overflow-hidden",
        role="img",
        **aria(label=f"{name}: {', '.join(parts)}"),
    )


def _table(classes: Sequence[ClassShare], timed: bool, long: Callable[[ClassShare], float]) -> Component:
    labels, lengths = sum(class_share.labels for class_share in classes), sum(map(long, classes))
    heads = ["Label", "Count", "", "Duration" if timed else "Samples", ""]
    rows = [
        html.Tr(
            [
                html.Th(_name(class_share), scope="row"),
                html.Td(f"{class_share.labels:,}"),
                html.Td(share(class_share.labels, labels)),
                html.Td(_length(class_share) if timed else f"{class_share.samples:,}"),
                html.Td(share(long(class_share), lengths)),
            ]
        )
        for class_share in classes
    ]
    head = html.Tr([html.Th(words, scope="col") for words in heads])
    return html.Table([html.Thead(head), html.Tbody(rows)], className="tm-numbers tm-fine")


def _length(class_share: ClassShare) -> str:
    """The duration of a class; a dash where the unit of its times is unknown. Labels on one sample have none."""
    known = class_share.seconds or class_share.samples == class_share.labels
    return length(class_share.seconds) if known else "–"


def _name(class_share: ClassShare) -> list[Any]:
    swatch = html.Span(className="tm-swatch me-2", style={"background": class_share.color})
    return [swatch, class_share.name, *([html.Small(f" {class_share.set}")] if class_share.set else [])]
