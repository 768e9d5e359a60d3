"""``flask self-reports …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask

self_reports = click.Group("self-reports", help="企业自查报告")


def register(app: Flask) -> None:
    app.cli.add_command(self_reports)
