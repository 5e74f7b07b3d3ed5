"""Label sets and classes for the scripts: what there is, commands, the CSV out and in."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Flask, Response, jsonify, request

from components.urls import CLASSES_CSV_RULE, CLASSES_IMPORT_RULE, CLASSES_STATE
from services.errors import RefusedFile
from services.web.container import Services

LARGEST = 1 << 20  # bytes of a CSV of label classes


def register(server: Flask, services: Services) -> None:
    """Add the routes.

    ``GET /label-classes?set=``: the state; ``POST`` there: a command, answered with its result and the state then.
    ``GET /label-classes/<set>.csv``: the classes of a set. ``POST /label-classes/<set>/import?name=&apply=1``: bring a
    CSV in, or without ``apply`` say what that would do.
    """
    desk = services.label_class_desk

    @server.get(CLASSES_STATE)
    def send_state() -> Response:
        return jsonify(desk.state(request.args.get("set", type=int)))

    @server.post(CLASSES_STATE)
    def run_command() -> Response:
        command: Any = request.get_json()
        result = desk.run(command)
        return jsonify(result=result, state=desk.state(request.args.get("set", type=int)))

    @server.get(CLASSES_CSV_RULE)
    def send_csv(label_set: int) -> Response:
        name, text = desk.export(label_set)
        disposition = f"attachment; filename*=UTF-8''{quote(f'{name}.csv', safe='')}"
        return Response(text, mimetype="text/csv", headers={"Content-Disposition": disposition})

    @server.post(CLASSES_IMPORT_RULE)
    def bring_csv(label_set: int) -> Response:
        name = request.args.get("name", "The file")
        data = request.stream.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise RefusedFile(f"{name} is larger than a file of label classes can be.")
        return jsonify(desk.bring(label_set, data, name, apply=request.args.get("apply") == "1"))
