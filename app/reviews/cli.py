"""``flask reviews …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask

group = click.Group("reviews", help="结果审核：提交、校核、批准、退回")


def register(app: Flask) -> None:
    app.cli.add_command(group)
