"""``flask grading-rules …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask

grading_rules = click.Group("grading-rules", help="风险分级规则")


def register(app: Flask) -> None:
    app.cli.add_command(grading_rules)
