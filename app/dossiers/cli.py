"""``flask dossiers …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask

group = click.Group("dossiers", help="案卷：生成和下载")


def register(app: Flask) -> None:
    app.cli.add_command(group)
