"""``flask incidents …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask

incidents = click.Group("incidents", help="安全事故")


def register(app: Flask) -> None:
    app.cli.add_command(incidents)
