"""``flask exemptions …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask


@click.group("exemptions")
def exemptions() -> None:
    """频次上限和规则豁免。"""


def register(app: Flask) -> None:
    app.cli.add_command(exemptions)
