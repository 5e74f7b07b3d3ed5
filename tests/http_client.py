"""An HTTP client of a running server, with the methods of Flask's test client that ``support.fire`` uses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import requests

from tests.support import PATIENCE


@dataclass
class Answer:
    """Status and content of an answer."""

    status_code: int
    data: bytes
    json: Callable[[], Any]

    def get_json(self, silent: bool = False) -> Any:
        """The content as JSON; None for an empty one, if ``silent``."""
        return self.json() if self.data or not silent else None


class HttpClient:
    """An HTTP client with separate cookies."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()

    def get(self, path: str) -> Answer:
        """The answer to a GET."""
        return self._answer(self.session.get(self.url + path, timeout=PATIENCE))

    def post(self, path: str, json: Any) -> Answer:
        """The answer to a POST of JSON."""
        return self._answer(self.session.post(self.url + path, json=json, timeout=PATIENCE))

    def _answer(self, answer: requests.Response) -> Answer:
        return Answer(answer.status_code, answer.content, answer.json)
