"""Streamed, resumable upload: bytes never pass through Dash, and never through the memory of the server.

::

    POST   /upload/check         {"files": [{"key", "path", "size"}]} → what is refused, where it goes on
    HEAD   /upload/<key>         → Upload-Offset
    PUT    /upload/<key>         a piece; Upload-Offset: where it begins, Upload-Length: of the whole file
                                 → Upload-Offset; 409 with the right Upload-Offset when it begins elsewhere
    POST   /upload/<key>/finish  {"path", "size", "decision"?} → what became of the file; a decision is
                                 "keep" both, "replace", "restore" from the trash, "skip"
    POST   /upload/finish        {"files": [{"key", "path", "size", "decision"?}]} → the same for many
    GET    /upload/<key>/result  → the same, later
    POST   /upload/results       {"keys": […]} → the same for many
    DELETE /upload/<key>         cancel
    GET    /upload/open          → files being read or waiting for an answer; CSVs found in the data folder
    POST   /upload/found         {"paths"?: […]} read those → {"files": [{"key", "path", "size"}]}

A key is 64 hexadecimal digits that the browser makes of path, size and time of change. Whatever is not
reading needs the header ``X-Tidemark-Upload``: a page of another site cannot send it unasked.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from components.urls import UPLOAD
from routes.bodies import json_object
from services.errors import Invalid, NotFound, StorageFull, TidemarkError
from services.log import new_reference
from services.settings import MEBIBYTE
from services.uploads.name_conflicts import DECISIONS
from services.uploads.pieces import OffsetMismatch
from services.uploads.service import Sent
from services.web.container import Services

log = logging.getLogger(__name__)

PIECE_BYTES = 8 * MEBIBYTE
SLACK = 64 * 1024
MOST_FILES = 500
HEADER = "X-Tidemark-Upload"

Answer = Response | tuple[Response, int] | tuple[Response, int, dict[str, str]]
View = TypeVar("View", bound=Callable[..., Answer])


def register(server: Flask, services: Services) -> None:
    """Add the routes of this module to ``server``."""
    uploads = services.uploads

    @server.post(f"{UPLOAD}/check")
    @_guarded
    def upload_check() -> Answer:
        files = _list("files")
        return jsonify(files=[uploads.check(*_file(file)).to_json() for file in files])

    @server.route(f"{UPLOAD}/<key>", methods=["HEAD"])
    @_guarded
    def upload_offset(key: str) -> Answer:
        return jsonify(), 200, {"Upload-Offset": str(uploads.offset(key)), "Cache-Control": "no-store"}

    @server.put(f"{UPLOAD}/<key>")
    @_guarded
    def upload_piece(key: str) -> Answer:
        request.max_content_length = PIECE_BYTES + SLACK
        offset, total = _header("Upload-Offset"), _header("Upload-Length")
        here = uploads.append(key, offset, total, request.stream)
        return jsonify(offset=here), 200, {"Upload-Offset": str(here)}

    @server.post(f"{UPLOAD}/<key>/finish")
    @_guarded
    def upload_finish(key: str) -> Answer:
        _, path, size = _file({**_body(), "key": key})
        return jsonify(uploads.finish(key, path, size, _decision(_body())).to_json())

    @server.post(f"{UPLOAD}/finish")
    @_guarded
    def upload_finish_many() -> Answer:
        files = [Sent(*_file(file), _decision(file)) for file in _list("files")]
        return jsonify(results=[result.to_json() for result in uploads.finish_all(files)])

    @server.get(f"{UPLOAD}/<key>/result")
    @_guarded
    def upload_result(key: str) -> Answer:
        return jsonify(uploads.result(key).to_json())

    @server.post(f"{UPLOAD}/results")
    @_guarded
    def upload_results() -> Answer:
        return jsonify(
            results=[result.to_json() for result in uploads.results(list(map(str, _list("keys"))))]
        )

    @server.delete(f"{UPLOAD}/<key>")
    @_guarded
    def upload_cancel(key: str) -> Answer:
        return jsonify(uploads.cancel(key).to_json())

    @server.get(f"{UPLOAD}/open")
    @_guarded
    def upload_open() -> Answer:
        found = [{"path": item.path, "size": item.size} for item in uploads.discover()]
        return jsonify(open=uploads.open_files(), found=found, recordings=services.recordings.version())

    @server.post(f"{UPLOAD}/found")
    @_guarded
    def upload_found() -> Answer:
        paths = [str(path) for path in _list("paths")] if "paths" in _body() else None
        files = uploads.add_discovered(paths)
        return jsonify(files=[{"key": file.key, "path": file.path, "size": file.size} for file in files])


def _guarded(view: View) -> View:
    """Refuse requests without our header, and word every error as ``{"error": sentence}``."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Answer:
        if request.method not in {"GET", "HEAD"} and request.headers.get(HEADER) is None:
            return jsonify(error=f"Refused: the header {HEADER} is missing."), 403
        try:
            return view(*args, **kwargs)
        except OffsetMismatch as mismatch:
            return jsonify(error=str(mismatch)), 409, {"Upload-Offset": str(mismatch.offset)}
        except TidemarkError as error:
            return jsonify(error=str(error)), _status(error)
        except RequestEntityTooLarge:
            return jsonify(error="This request is larger than the server takes."), 413
        except HTTPException as error:
            return jsonify(error=error.description), error.code or 400
        except Exception:
            reference = new_reference()
            log.exception("[%s] %s %s failed", reference, request.method, request.path)
            return jsonify(error=f"Something unexpected went wrong (reference {reference})."), 500

    return guarded  # type: ignore[return-value]  # wraps keeps the view's parameters


def _status(error: TidemarkError) -> int:
    if isinstance(error, StorageFull):
        return 507
    return 404 if isinstance(error, NotFound) else 400


def _body() -> dict[str, Any]:
    return json_object("The request must be a JSON object.", largest=4 * MEBIBYTE)


def _list(name: str) -> list[Any]:
    values = _body().get(name)
    if not isinstance(values, list) or len(values) > MOST_FILES:
        raise Invalid(f"“{name}” must be a list of at most {MOST_FILES} entries.")
    return values


def _file(values: Any) -> tuple[str, str, int]:
    try:
        key, path, size = values["key"], values["path"], values["size"]
    except (TypeError, KeyError):
        raise Invalid("A file needs a key, a path and a size.") from None
    if not (isinstance(key, str) and isinstance(path, str) and type(size) is int and size >= 0):
        raise Invalid("The key and the path of a file must be text, its size a number of bytes.")
    return key, path, size


def _decision(values: dict[str, Any]) -> str:
    decision = values.get("decision") or ""
    if decision not in {*DECISIONS, "skip"}:
        raise Invalid("The decision about a file is “keep”, “replace”, “restore” or “skip”.")
    return str(decision)


def _header(name: str) -> int:
    text = request.headers.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise Invalid(f"The header {name} must be a number of bytes.")
    return int(text)
