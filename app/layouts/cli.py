"""``flask layouts …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask

group = click.Group("layouts", help="导入格式对照：列出、作废")


def register(app: Flask) -> None:
    app.cli.add_command(group)
