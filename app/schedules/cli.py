"""``flask schedules …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask

schedules = click.Group("schedules", help="年度检查安排")


def register(app: Flask) -> None:
    app.cli.add_command(schedules)
