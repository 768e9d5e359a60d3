"""``flask delegations …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask

group = click.Group("delegations", help="审批委托：委托和收回")


def register(app: Flask) -> None:
    app.cli.add_command(group)
