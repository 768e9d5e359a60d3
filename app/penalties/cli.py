"""``flask penalties …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask

group = click.Group("penalties", help="行政处罚：立案、审批、决定、执行")


def register(app: Flask) -> None:
    app.cli.add_command(group)
