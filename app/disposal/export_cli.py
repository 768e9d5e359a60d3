"""``flask cases export``: the same workbook as the page."""

from __future__ import annotations

from pathlib import Path

import click

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.disposal import exports, queries
from app.disposal.cli_group import group, state_asked
from app.disposal.queries import Filters
from app.domain.actors import Actor
from app.domain.deadlines import DeadlineLight
from app.domain.permissions import Permission
from app.errors import NotLikeThis
from app.reference_data.books import calendar


@command(group, "export", permission=Permission.CASE_LIST)
@click.option("--output", required=True, type=click.Path(path_type=Path, dir_okay=False), help="输出文件（.xlsx）")
@click.option("--state", metavar="STATE", help="状态：待领取、办理中、待审核、审核完毕、已撤销、未办结或全部（默认）")
@click.option("--overdue", is_flag=True, help="只导出超期未办结的案件")
def export(actor: Actor, output: Path, state: str | None, overdue: bool) -> Answer:
    """导出案件和全部登记内容、信息公开、审核意见表；导出记入办理记录."""
    if not output.parent.is_dir():
        raise NotLikeThis(f"没有文件夹“{output.parent}”，请先建立或改用其他位置")
    filters = Filters(state=state_asked(state), light=DeadlineLight.RED if overdue else None)
    rows = queries.every_case(actor, filters, clock.today())
    content = exports.workbook(rows, filters, actor, clock.now(), calendar())
    with transaction():
        exports.note(rows, filters, actor, content)
    output.write_bytes(content)
    return Answer({"cases": len(rows), "output": str(output)}, [f"{len(rows)} 件案件已写入 {output}"])
