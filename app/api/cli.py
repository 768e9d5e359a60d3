"""``flask api …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask

group = click.Group("api", help="数据接口：密钥")


def register(app: Flask) -> None:
    app.cli.add_command(group)
