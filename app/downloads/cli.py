"""``flask downloads …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask

group = click.Group("downloads", help="导出和下载中心")


def register(app: Flask) -> None:
    app.cli.add_command(group)
