"""Training from labels, for the scripts.

::

    GET  /training/<recording>?model=   what the button on the label page would do (``TrainingDesk.state``)
    POST /training/<recording>          {"model"} → {"job"}: do it
    POST /training                      {"wanted": see ``services.training.Wanted``} → {"job"}
    POST /training/outlook              {"wanted"} → what it would learn from, why it cannot start
    GET  /training/curve/<job>          → {"points": […]}: how it learns
    GET  /training/versions/<model>     → {"versions": […]}
    GET  /training/choices              what a form offers (``TrainingPage.choices``)
    GET  /training/model/<model>        how good a model is, where it comes from (``TrainingPage.model``)
    GET  /training/improve/<model>      what its next version would learn from, why it cannot
    POST /training/improve/<model>      → {"job"}: train that
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Flask, Response, jsonify, request

from components.urls import (
    TRAINING,
    TRAINING_CHOICES,
    TRAINING_CURVE_RULE,
    TRAINING_IMPROVE_RULE,
    TRAINING_MODEL_RULE,
    TRAINING_RULE,
    TRAINING_VERSIONS_RULE,
)
from routes.bodies import json_object
from services.training import Wanted
from services.web.container import Services


def register(server: Flask, services: Services) -> None:
    """Add the routes of this module to ``server``."""
    desk, training, page = services.training_desk, services.training, services.training_page

    @server.get(TRAINING_RULE)
    def send_training(recording: int) -> Response:
        return jsonify(desk.state(recording, request.args.get("model", "")))

    @server.post(TRAINING_RULE)
    def start_training_here(recording: int) -> Response:
        return jsonify(job=desk.start(recording, str(_body().get("model") or "")))

    @server.post(TRAINING)
    def start_training() -> Response:
        return jsonify(job=page.start(_wanted()))

    @server.post(f"{TRAINING}/outlook")
    def send_outlook_of_training() -> Response:
        return jsonify(asdict(training.outlook(_wanted())))

    @server.get(TRAINING_CURVE_RULE)
    def send_curve(job: str) -> Response:
        return jsonify(points=training.curve(job))

    @server.get(TRAINING_VERSIONS_RULE)
    def send_versions(model: str) -> Response:
        return jsonify(versions=desk.versions(model))

    @server.get(TRAINING_CHOICES)
    def send_choices_of_training() -> Response:
        return jsonify(page.choices())

    @server.get(TRAINING_MODEL_RULE)
    def send_trained_model(model: str) -> Response:
        return jsonify(page.model(model))

    @server.get(TRAINING_IMPROVE_RULE)
    def send_improvement(model: str) -> Response:
        return jsonify(page.improvement(model))

    @server.post(TRAINING_IMPROVE_RULE)
    def improve_model(model: str) -> Response:
        return jsonify(job=page.improve(model))


def _body() -> dict[str, Any]:
    return json_object("Say what is to be trained.")


def _wanted() -> Wanted:
    return Wanted.from_json(_body().get("wanted"))
