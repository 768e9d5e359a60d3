"""``flask decisions …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask

group = click.Group("decisions", help="判定复核：提出、审定")


def register(app: Flask) -> None:
    app.cli.add_command(group)
