"""``flask objections …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask

group = click.Group("objections", help="异议：登记、受理、审核")


def register(app: Flask) -> None:
    app.cli.add_command(group)
