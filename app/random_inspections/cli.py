"""``flask random-inspections …``: the same operations as the pages."""

from __future__ import annotations

from flask import Flask

from app.random_inspections import inspector_cli, step_cli
from app.random_inspections.cli_group import random_inspections

__all__ = ["inspector_cli", "random_inspections", "step_cli"]


def register(app: Flask) -> None:
    app.cli.add_command(random_inspections)
