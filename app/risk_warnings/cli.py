"""``flask warnings …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask

group = click.Group("warnings", help="消费提示和风险预警")


def register(app: Flask) -> None:
    app.cli.add_command(group)
