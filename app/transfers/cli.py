"""``flask transfers …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask

group = click.Group("transfers", help="移送、协查、通报：发出、签收、回复")


def register(app: Flask) -> None:
    app.cli.add_command(group)
