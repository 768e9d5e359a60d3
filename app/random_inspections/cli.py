"""``flask random-inspections …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask

random_inspections = click.Group("random-inspections", help="双随机抽查")


def register(app: Flask) -> None:
    app.cli.add_command(random_inspections)
