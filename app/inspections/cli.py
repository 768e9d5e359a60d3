"""``flask inspections …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask

inspections = click.Group("inspections", help="监督检查")


def register(app: Flask) -> None:
    app.cli.add_command(inspections)
