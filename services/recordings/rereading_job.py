"""Re-reading job in the worker; does not access the database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from services.errors import NotFound, RefusedFile
from services.ingest.convert import ingest
from services.ingest.reading_options import ReadingOptions, WrongOption
from services.storage.files import storing
from services.storage.paths import quoted
from services.timeseries import Store

Report = Callable[[float, str], None]


def read_again(arguments: dict[str, Any], report: Report) -> dict[str, Any]:
    """Build the columns of ``source`` with ``options``, unless they exist.

    ``arguments``: ``path`` (name for messages), ``source``, ``store`` (folder), ``sha256``, ``options``.

    Returns:
        ``{"store_key"}``, or ``{"refused": sentence, "field": name of the invalid option or ""}``.

    Raises:
        StorageFull: the disk is full or failed.
        NotFound: the bytes are missing.
    """
    options = ReadingOptions.from_json(arguments["options"])
    key = options.store_key(arguments["sha256"])
    store = Path(arguments["store"])
    try:
        Store.open(store / key[:2] / key)
        return {"store_key": key}
    except NotFound:
        pass
    try:
        with storing(quoted(arguments["path"])):
            ingest(
                Path(arguments["source"]),
                name=arguments["path"],
                store_root=store,
                progress=report,
                options=options,
            )
    except WrongOption as wrong:
        return {"refused": str(wrong), "field": wrong.field}
    except RefusedFile as refusal:
        return {"refused": str(refusal), "field": ""}
    return {"store_key": key}
