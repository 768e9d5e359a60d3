"""``flask progress …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask


@click.group("progress")
def progress() -> None:
    """计划进度和均衡性。"""


def register(app: Flask) -> None:
    app.cli.add_command(progress)
