"""``flask grading …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask

grading = click.Group("grading", help="风险分级")


def register(app: Flask) -> None:
    app.cli.add_command(grading)
