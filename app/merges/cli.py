"""``flask merges …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask

merges = click.Group("merges", help="企业档案查重与合并")


def register(app: Flask) -> None:
    app.cli.add_command(merges)
