"""``flask messages …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask

group = click.Group("messages", help="站内消息")


def register(app: Flask) -> None:
    app.cli.add_command(group)
