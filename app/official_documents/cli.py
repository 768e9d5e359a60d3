"""``flask official-documents …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask

group = click.Group("official-documents", help="执法文书：制作、送达")


def register(app: Flask) -> None:
    app.cli.add_command(group)
