"""``flask turnaround …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask

group = click.Group("turnaround", help="检验时限：统计、超期清单、约定")


def register(app: Flask) -> None:
    app.cli.add_command(group)
