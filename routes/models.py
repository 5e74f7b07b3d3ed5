"""Models for the scripts: what there is, commands, a checkpoint in (a piece at a time) and out.

::

    GET    /model-catalogue?set=            {"models", "classes", "sets", "looking", "notes"}
    GET    /download/models/<id>.pth        the checkpoint
    POST   /model-upload/check              {"name", "short_description", "remarks", "file", "size"} → {"fields"}
    HEAD   /model-upload/<key>              → Upload-Offset
    PUT    /model-upload/<key>              a piece; Upload-Offset, Upload-Length → Upload-Offset; 409, 413
    POST   /model-upload/<key>/finish       as check: have it looked into → {"state", "job"}
    GET    /model-upload/job/<job>          → {"state", "model", "fields"}
    DELETE /model-upload/<key>?job=         cancel → as above

A key is 64 hexadecimal digits. ``fields`` has a sentence for each field of the form that is wrong.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, jsonify, request, send_file

from components.urls import MODEL_CATALOGUE, MODEL_FILE_RULE, MODEL_UPLOAD
from routes.bodies import json_object
from services.errors import Invalid
from services.models.fields import WrongFields
from services.models.uploads import TooLarge
from services.settings import MEBIBYTE
from services.uploads.pieces import OffsetMismatch
from services.web.container import Services

PIECE_BYTES = 8 * MEBIBYTE
SLACK = 64 * 1024
LARGEST_FORM = 64 * 1024

Answer = Response | tuple[Response, int] | tuple[Response, int, dict[str, str]]


def register(server: Flask, services: Services) -> None:
    """Add the routes of this module to ``server``."""
    _word_errors(server)
    _catalogue(server, services)
    _uploads(server, services)


def _word_errors(server: Flask) -> None:
    @server.errorhandler(WrongFields)
    def wrong_fields(error: WrongFields) -> Answer:
        return jsonify(error=str(error), fields=error.fields), 400

    @server.errorhandler(TooLarge)
    def too_large(error: TooLarge) -> Answer:
        return jsonify(error=str(error), fields={"file": str(error)}), 413

    @server.errorhandler(OffsetMismatch)
    def goes_on_elsewhere(error: OffsetMismatch) -> Answer:
        return jsonify(error=str(error)), 409, {"Upload-Offset": str(error.offset)}


def _catalogue(server: Flask, services: Services) -> None:
    desk = services.model_desk

    @server.get(MODEL_CATALOGUE)
    def model_state() -> Answer:
        return jsonify(desk.state(request.args.get("set", type=int)))

    @server.get(MODEL_FILE_RULE)
    def send_model(model: str) -> Response:
        known = services.models.get(model)
        file = services.models.file_of(known)
        return send_file(file.resolve(), "application/octet-stream", True, f"{known.name}.pth")


def _uploads(server: Flask, services: Services) -> None:
    arrivals = services.model_arrivals

    @server.post(f"{MODEL_UPLOAD}/check")
    def check_model() -> Answer:
        try:
            arrivals.check(*_form())
        except WrongFields as wrong:
            return jsonify(fields=wrong.fields)
        except TooLarge as large:
            return jsonify(fields={"file": str(large)})
        return jsonify(fields={})

    @server.route(f"{MODEL_UPLOAD}/<key>", methods=["HEAD"])
    def model_offset(key: str) -> Answer:
        return jsonify(), 200, {"Upload-Offset": str(arrivals.offset(key)), "Cache-Control": "no-store"}

    @server.put(f"{MODEL_UPLOAD}/<key>")
    def model_piece(key: str) -> Answer:
        request.max_content_length = PIECE_BYTES + SLACK
        here = arrivals.append(key, _header("Upload-Offset"), _header("Upload-Length"), request.stream)
        return jsonify(offset=here), 200, {"Upload-Offset": str(here)}

    @server.post(f"{MODEL_UPLOAD}/<key>/finish")
    def finish_model(key: str) -> Answer:
        return jsonify(arrivals.finish(key, *_form()).to_json())

    @server.get(f"{MODEL_UPLOAD}/job/<job>")
    def model_result(job: str) -> Answer:
        return jsonify(arrivals.result(job).to_json())

    @server.delete(f"{MODEL_UPLOAD}/<key>")
    def cancel_model(key: str) -> Answer:
        return jsonify(arrivals.cancel(key, request.args.get("job", "")).to_json())


def _form() -> tuple[dict[str, Any], str, int]:
    body = _body()
    file, size = body.get("file"), body.get("size")
    if not isinstance(file, str) or type(size) is not int or size < 0:
        raise Invalid("The file of a model has a name and a size.")
    return body, file, size


def _body() -> dict[str, Any]:
    return json_object(largest=LARGEST_FORM)


def _header(name: str) -> int:
    text = request.headers.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise Invalid(f"The header {name} must be a number of bytes.")
    return int(text)
