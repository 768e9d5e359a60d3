"""``flask custody …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask


@click.group("custody")
def custody() -> None:
    """样品流转和备份样品。"""


def register(app: Flask) -> None:
    app.cli.add_command(custody)
