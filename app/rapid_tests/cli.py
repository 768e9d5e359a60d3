"""``flask rapid-tests …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask


@click.group("rapid-tests")
def rapid_tests() -> None:
    """快检记录。"""


def register(app: Flask) -> None:
    app.cli.add_command(rapid_tests)
