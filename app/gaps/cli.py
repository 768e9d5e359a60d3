"""``flask gaps …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask


@click.group("gaps")
def gaps() -> None:
    """下一步抽什么。"""


def register(app: Flask) -> None:
    app.cli.add_command(gaps)
