"""``flask comparisons …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask

group = click.Group("comparisons", help="比较分析")


def register(app: Flask) -> None:
    app.cli.add_command(group)
