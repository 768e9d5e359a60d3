"""``flask assignments …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask


@click.group("assignments")
def assignments() -> None:
    """抽样任务单。"""


def register(app: Flask) -> None:
    app.cli.add_command(assignments)
