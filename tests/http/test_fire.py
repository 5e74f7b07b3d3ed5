"""Test helper ``fire``: callbacks over HTTP, like the browser."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests.support import fire


def test_a_callback_answers_with_the_values_it_sets(client: FlaskClient) -> None:
    answer = fire(client, "label-save-all-request.data", {"recording": 1, "at": 7})
    assert answer.status == 200
    assert answer.values["label-save-results.is_open"] is True


def test_an_error_of_a_callback_becomes_a_toast_with_a_sentence(client: FlaskClient) -> None:
    answer = fire(client, "label-save-request.data", {"recording": 99, "at": 1})
    assert answer.status in {200, 204}
    assert answer.side["shell-toast.data"]["text"]
