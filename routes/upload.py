"""Uploads over tus 1.0.0, the protocol of resumable uploads: streamed to disk, resumed at any byte.

::

    POST   /upload        Upload-Length, Upload-Metadata: "key <base64>" → 201, Location: /upload/<key>
                          with a body: the first bytes. "pack <base64>": many small files in one body, see below
    HEAD   /upload/<key>  → Upload-Offset, Upload-Length
    PATCH  /upload/<key>  Upload-Offset, at most 8 MiB → 204, Upload-Offset; 409 for another offset
    DELETE /upload/<key>  cancel → 204

A key has 64 hexadecimal digits and is assigned by ``Transfers.announce``, called by a callback with the chosen files.
The result of a file is in its row, not in a response. The body of a pack begins with JSON, ``[[key, size], …]``, of the
length in its metadata; the bytes of the files follow.

Requests that change data need the header ``X-Tidemark-Upload``, which pages of other sites cannot send.
"""

from __future__ import annotations

import base64
import binascii
import json
import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, Response, jsonify, make_response, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from components.urls import UPLOAD, at
from routes.errors import STATUS
from services.errors import Invalid, TidemarkError
from services.log import new_reference
from services.settings import MEBIBYTE
from services.uploads.pieces import OffsetMismatch
from services.web.container import Services

log = logging.getLogger(__name__)

VERSION = "1.0.0"
PIECE_BYTES = 8 * MEBIBYTE
SLACK = 64 * 1024
MOST_PACKED = 500
HEADER = "X-Tidemark-Upload"

View = TypeVar("View", bound=Callable[..., Response])


def register(server: Flask, services: Services) -> None:
    """Register the routes."""
    transfers = services.transfers

    @server.post(UPLOAD)
    @_guarded
    def upload_create() -> Response:
        length, metadata = _number("Upload-Length"), _metadata()
        if "pack" in metadata:
            transfers.receive_many(_manifest(metadata["pack"]), request.stream)
            return _answer(201, location=at(f"{UPLOAD}/pack"), offset=length)
        row = transfers.expected(metadata.get("key", ""))
        if row.size != length:
            raise Invalid("The file has changed since it was chosen. Choose it again.")
        here = transfers.offset(row)
        if not here and (request.content_length or length == 0):  # a started upload continues with PATCH
            here = transfers.receive(row, 0, request.stream)
        return _answer(201, location=at(f"{UPLOAD}/{row.key}"), offset=here)

    @server.route(f"{UPLOAD}/<key>", methods=["HEAD"])
    @_guarded
    def upload_offset(key: str) -> Response:
        row = transfers.expected(key)
        return _answer(200, offset=transfers.offset(row), length=row.size)

    @server.patch(f"{UPLOAD}/<key>")
    @_guarded
    def upload_piece(key: str) -> Response:
        offset = _number("Upload-Offset")
        return _answer(204, offset=transfers.receive(transfers.expected(key), offset, request.stream))

    @server.delete(f"{UPLOAD}/<key>")
    @_guarded
    def upload_cancel(key: str) -> Response:
        transfers.cancel([key])
        return _answer(204)


def _guarded(view: View) -> View:
    """Refuse requests without our header or of another protocol; return errors as ``{"error": message}``."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Response:
        request.max_content_length = PIECE_BYTES + SLACK
        if request.headers.get(HEADER) is None:
            return _refused(403, f"Refused: the header {HEADER} is missing.")
        if request.headers.get("Tus-Resumable") != VERSION:
            return _refused(412, f"Uploads use tus {VERSION}. Reload the page.", **{"Tus-Version": VERSION})
        try:
            return view(*args, **kwargs)
        except OffsetMismatch as mismatch:
            return _refused(409, str(mismatch), **{"Upload-Offset": str(mismatch.offset)})
        except TidemarkError as error:
            return _refused(STATUS.get(type(error), 400), str(error))
        except RequestEntityTooLarge:
            return _refused(413, "This request is too large.")
        except HTTPException as error:
            return _refused(error.code or 400, error.description or "")
        except Exception:
            reference = new_reference()
            log.exception("[%s] %s %s failed", reference, request.method, request.path)
            return _refused(500, f"Unexpected error (reference {reference}).")

    return guarded  # type: ignore[return-value]  # wraps keeps the view's parameters


def _answer(
    status: int, location: str = "", offset: int | None = None, length: int | None = None
) -> Response:
    answer = make_response("", status)
    answer.headers.update({"Tus-Resumable": VERSION, "Cache-Control": "no-store"})
    named = {"Location": location or None, "Upload-Offset": offset, "Upload-Length": length}
    answer.headers.update({name: str(value) for name, value in named.items() if value is not None})
    return answer


def _refused(status: int, sentence: str, **headers: str) -> Response:
    answer = make_response(jsonify(error=sentence), status)
    answer.headers.update({"Tus-Resumable": VERSION, "Cache-Control": "no-store", **headers})
    return answer


def _number(header: str) -> int:
    return _digits(request.headers.get(header, ""), f"The header {header}")


def _digits(text: str, name: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise Invalid(f"{name} must be a number of bytes.")
    return int(text)


def _metadata() -> dict[str, str]:
    """Parse the header Upload-Metadata: names with base64 values, separated by commas."""
    try:
        parts = [
            part.strip().partition(" ") for part in request.headers.get("Upload-Metadata", "").split(",")
        ]
        return {name: base64.b64decode(value, validate=True).decode() for name, _, value in parts if name}
    except (binascii.Error, UnicodeDecodeError):
        raise Invalid("The header Upload-Metadata must hold names and values in base64.") from None


def _manifest(size: str) -> list[tuple[str, int]]:
    """The files of a pack, from its first ``size`` bytes."""
    text = request.stream.read(min(_digits(size, "The size of the list of files"), PIECE_BYTES))
    try:
        listed = [(key, size) for key, size in json.loads(text)]
    except (ValueError, TypeError, RecursionError):
        listed = [("", -1)]
    if len(listed) > MOST_PACKED or not all(
        isinstance(key, str) and type(size) is int and size >= 0 for key, size in listed
    ):
        raise Invalid(f"A pack must begin with a list of at most {MOST_PACKED} keys and sizes.")
    return listed
