"""``flask urgent …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask

group = click.Group("urgent", help="限时报告：列出、填报、签收")


def register(app: Flask) -> None:
    app.cli.add_command(group)
