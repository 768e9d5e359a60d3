"""``flask drawing …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask


@click.group("drawing")
def drawing() -> None:
    """随机抽取：抽取、复核。"""


def register(app: Flask) -> None:
    app.cli.add_command(drawing)
