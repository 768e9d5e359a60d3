"""``flask notices …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask

group = click.Group("notices", help="变动告知：列出、标记已读")


def register(app: Flask) -> None:
    app.cli.add_command(group)
