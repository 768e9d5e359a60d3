"""``flask checklists …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask

checklists = click.Group("checklists", help="监督检查要点表")


def register(app: Flask) -> None:
    app.cli.add_command(checklists)
