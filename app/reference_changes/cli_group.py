"""``flask changes``: the group of commands."""

from __future__ import annotations

import click

changes = click.Group("changes", help="基础数据变更：列出、查看、提出、采用、不予采用和撤回；取出规则表")
