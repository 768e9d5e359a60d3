"""``flask plans …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask


@click.group("plans")
def plans() -> None:
    """抽检计划：查看、导入、导出、送审。"""


def register(app: Flask) -> None:
    app.cli.add_command(plans)
