"""``flask return-templates …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask

group = click.Group("return-templates", help="报表模板：上级报表的原件、单元格对应关系、审核公式")


def register(app: Flask) -> None:
    app.cli.add_command(group)
