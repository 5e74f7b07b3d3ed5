"""The list of files as the scripts keep it, and what is done with files: names, trash, done.

::

    GET  /files/changes?since=VERSION   {"version", "full", "changed": [file], "gone": [id]}; all when it is ""
    GET  /files/classes                 {"classes": [how much there is of each class]}
    GET  /files/trash                   {"files": [what is in the trash]}
    POST /files/rename                  {"recording" | "folder", "name"}
    POST /files/move                    {"recordings": [id], "folders": [path], "to": folder}
    POST /files/done                    {"recordings": [id], "done": bool}; done also saves what is unsaved
    POST /files/delete, /files/restore, /files/purge   {"recordings": [id]}
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Flask, request

from components import files_tree
from components.urls import FILES
from routes.bodies import json_object
from services.errors import Invalid
from services.web.container import Services


def register(server: Flask, services: Services) -> None:
    """Add the routes of this module to ``server``."""
    _lists(server, services)
    _names(server, services)
    _trash(server, services)


def _lists(server: Flask, services: Services) -> None:
    @server.get(f"{FILES}/changes")
    def files_changes() -> dict[str, Any]:
        changes = services.recordings.changes(request.args.get("since", ""))
        changed = [files_tree.entry(one) for one in changes.changed]
        return {"version": changes.version, "full": changes.full, "changed": changed, "gone": changes.gone}

    @server.get(f"{FILES}/classes")
    def files_classes() -> dict[str, Any]:
        return {"classes": [asdict(share) for share in services.progress.classes()]}

    @server.get(f"{FILES}/trash")
    def files_trash() -> dict[str, Any]:
        content = services.trash.content()
        return {"files": [{**asdict(one), "deleted_at": one.deleted_at.isoformat()} for one in content]}


def _names(server: Flask, services: Services) -> None:
    @server.post(f"{FILES}/rename")
    def files_rename() -> dict[str, Any]:
        body = json_object()
        if "folder" in body:
            renamed = services.renaming.rename_folder(_text(body, "folder"), _text(body, "name"))
        else:
            renamed = services.renaming.rename(_whole(body.get("recording")), _text(body, "name"))
        return {"files": renamed.files, "sentence": renamed.sentence}

    @server.post(f"{FILES}/move")
    def files_move() -> dict[str, Any]:
        body = json_object()
        folders = body.get("folders", [])
        if not (isinstance(folders, list) and all(isinstance(one, str) for one in folders)):
            raise Invalid("“folders” must be a list of texts.")
        moved = services.renaming.move(_ids(body), folders, _text(body, "to"))
        return {"files": moved.files, "sentence": moved.sentence}

    @server.post(f"{FILES}/done")
    def files_done() -> dict[str, Any]:
        body = json_object()
        ids, done = _ids(body), body.get("done") is True
        results = services.outputs.save_unsaved(ids) if done else []
        failed = [result for result in results if not result.saved]
        if failed:
            return {"files": 0, "saved": 0, "sentence": f"Not done: {failed[0].path}: {failed[0].reason}"}
        return {"files": services.recordings.mark_done(ids, done), "saved": len(results), "sentence": ""}


def _trash(server: Flask, services: Services) -> None:
    @server.post(f"{FILES}/delete")
    def files_delete() -> dict[str, Any]:
        return asdict(services.trash.delete(_ids(json_object())))

    @server.post(f"{FILES}/restore")
    def files_restore() -> dict[str, Any]:
        restored = services.trash.restore(_ids(json_object()))
        return {"files": [{"id": identity, "path": path} for identity, path in restored]}

    @server.post(f"{FILES}/purge")
    def files_purge() -> dict[str, Any]:
        return {"files": services.trash.purge(_ids(json_object()))}


def _ids(body: dict[str, Any]) -> list[int]:
    ids = body.get("recordings", [])
    if not isinstance(ids, list):
        raise Invalid("“recordings” must be a list of numbers.")
    return [_whole(one) for one in ids]


def _whole(value: Any) -> int:
    if type(value) is not int or not 0 < value < 2**31:
        raise Invalid("A recording is named by its number.")
    return value


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise Invalid(f"“{name}” must be a text.")
    return value
