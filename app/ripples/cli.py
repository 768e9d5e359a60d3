"""``flask ripples …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask

group = click.Group("ripples", help="波及清单：列出和处理")


def register(app: Flask) -> None:
    app.cli.add_command(group)
