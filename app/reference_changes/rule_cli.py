"""``flask changes rules`` and ``flask changes rule``: which rule tables there are, and one of them as a file to be changed and proposed."""

from __future__ import annotations

from pathlib import Path

import click

from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.errors import NotLikeThis
from app.reference_changes import rule_files, rule_tables
from app.reference_changes.cli_group import changes
from app.reference_changes.rule_acts import table_of


@command(changes, "rules", permission=Permission.CHANGE_LIST)
def list_rules(actor: Actor) -> Answer:
    """列出规则表的名称."""
    data = [{"name": one.code, "title": one.title, "meaning": one.meaning} for one in rule_tables.TABLES.values()]
    return Answer(data, [f"{one['name']}　{one['title']}　{one['meaning']}" for one in data])


@command(changes, "rule", permission=Permission.CHANGE_LIST)
@click.argument("name")
@click.option("--output", required=True, type=click.Path(path_type=Path, dir_okay=False), help="写成文件：.csv 或 .xlsx")
def take_rule(actor: Actor, name: str, output: Path) -> Answer:
    """取出规则表 NAME 现行的版本（名称见 changes rules）；写入办理记录."""
    table = table_of(name)
    if output.suffix not in (".csv", ".xlsx") or not output.parent.is_dir():
        raise NotLikeThis("输出文件应为已有文件夹中的 .csv 或 .xlsx 文件")
    with transaction():
        content = rule_files.taken_out(table, output.suffix[1:], actor)
    output.write_bytes(content)
    return Answer({"name": table.code, "output": str(output)}, [f"{table.title}已写入 {output}"])
