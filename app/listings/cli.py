"""``flask listings …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask

group = click.Group("listings", help="严重违法失信名单：列入和移出")


def register(app: Flask) -> None:
    app.cli.add_command(group)
