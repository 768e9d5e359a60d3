"""``flask announcements …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask

group = click.Group("announcements", help="外部公示：导入、列出、关联")


def register(app: Flask) -> None:
    app.cli.add_command(group)
