"""Downloads: saved label files as a streamed ZIP, checkpoint of a model."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Flask, Response, request, send_file

from components.urls import DOWNLOAD_RULE, MODEL_FILE_RULE, expand
from services.errors import Invalid
from services.outputs.service import ZipFiles
from services.torch_models.attached_metrics import with_metrics
from services.web.container import Services


def register(server: Flask, services: Services) -> None:
    """Add two routes: saved labels and checkpoints.

    ``GET /download/outputs.zip?recordings=1-4,7&files=csv`` (or ``json``, ``both``,
    ``authors``), ``GET /download/models/<id>.pth``.
    """

    @server.get(DOWNLOAD_RULE)
    def send_zip() -> Response:
        try:
            ids = expand(request.args.get("recordings", ""))
        except ValueError:
            raise Invalid("“recordings” must be numbers like 1-4,7.") from None
        files = request.args.get("files", ZipFiles.CSV)
        if files not in list(ZipFiles):
            raise Invalid(f"“files” must be one of {', '.join(ZipFiles)}.")
        if not ids:
            raise Invalid("Choose at least one saved file.")
        name = f"tidemark-labels-{datetime.now(UTC):%Y%m%d-%H%M%S}.zip"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return Response(
            services.outputs.zip_stream(ids, ZipFiles(files)), mimetype="application/zip", headers=headers
        )

    @server.get(MODEL_FILE_RULE)
    def send_model(model: str) -> Response:
        row = services.models.get(model)
        file = services.models.file_of(row).resolve()
        later = (row.recipe or {}).get("measured_later")  # the file was written before its evaluation
        content = with_metrics(file, row.sha256, row.info.metrics or {}) if later else file
        return send_file(content, "application/octet-stream", True, f"{row.name}.pth")
