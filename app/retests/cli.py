"""``flask retests …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask

group = click.Group("retests", help="复检：登记、受理、确定复检机构、登记结论")


def register(app: Flask) -> None:
    app.cli.add_command(group)
