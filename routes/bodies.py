"""What requests bring in their bodies."""

from __future__ import annotations

from typing import Any

from flask import request

from services.errors import Invalid


def json_object(
    otherwise: str = "The request must have names and values.", largest: int | None = None
) -> dict[str, Any]:
    """The JSON object that the request brings.

    Args:
        otherwise: the sentence for a body that is none.
        largest: bytes it may have, where that differs from the usual.

    Raises:
        Invalid: it is another kind of JSON.
    """
    if largest is not None:
        request.max_content_length = largest
    body = request.get_json()
    if not isinstance(body, dict):
        raise Invalid(otherwise)
    return body
