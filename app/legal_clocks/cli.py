"""``flask clocks …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask

group = click.Group("clocks", help="法定期限：列出、延长、中止、重算")


def register(app: Flask) -> None:
    app.cli.add_command(group)
