"""``flask documents …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask


@click.group("documents")
def documents() -> None:
    """文书和标签。"""


def register(app: Flask) -> None:
    app.cli.add_command(documents)
