"""``flask evaluations …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask

group = click.Group("evaluations", help="规划评估报告")


def register(app: Flask) -> None:
    app.cli.add_command(group)
