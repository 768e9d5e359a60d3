"""``flask archives …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask

archives = click.Group("archives", help="企业档案要素（一户一档）")


def register(app: Flask) -> None:
    app.cli.add_command(archives)
