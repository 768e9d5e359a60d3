"""``flask rectifications …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask

rectifications = click.Group("rectifications", help="责令改正与复查")


def register(app: Flask) -> None:
    app.cli.add_command(rectifications)
