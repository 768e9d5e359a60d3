"""``flask publications …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask

group = click.Group("publications", help="抽检结果公示")


def register(app: Flask) -> None:
    app.cli.add_command(group)
