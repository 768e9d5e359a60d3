"""``flask grading simulate``: other rules tried on a year's records, however many enterprises there are."""

from __future__ import annotations

import click

from app import clock
from app.commands import Answer, command
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.domain.risk_moves import shown_times
from app.grading import simulation
from app.grading.cli_group import group

SHOWN = 200


@command(group, "simulate", permission=Permission.RISK_RUN)
@click.option("--kind", required=True, help="企业类型")
@click.option("--year", type=int, help="评定年度，默认今年")
@click.option("--rule", default="", help="要模拟的规则（不填则列出可选的）")
def simulate(actor: Actor, kind: str, year: int | None, rule: str) -> Answer:
    """模拟新的分级规则：谁变动、每年多检查几次；不改动任何数据。"""
    today = clock.today()
    if not rule:
        tried = simulation.choices(actor, kind)
        return Answer([{"rule": one.key, "title": one.title} for one in tried], [f"{one.key}　{one.title}" for one in tried])
    found = simulation.simulate(actor, kind, year or today.year, rule, today, most=None)
    before, after = found.inspections
    matrix = [
        {"from": old.value if old else None, "to": new.value if new else None, "count": count}
        for (old, new), count in sorted(found.moves.cells.items(), key=str)
    ]
    movers = [{"enterprise": one.name, "from": one.before, "to": one.after} for one in found.movers]
    data = {
        "kind": kind, "year": found.year, "enterprises": found.moves.total, "moves": matrix, "movers": movers,
        "inspections_before": shown_times(before), "inspections_after": shown_times(after),
    }  # fmt: skip
    lines = [f"{one['from'] or '不能评定'}→{one['to'] or '不能评定'}　{one['count']} 家" for one in matrix]
    told = f"参加模拟 {found.moves.total} 家，变动 {len(movers)} 家；每年监督检查至少 {shown_times(before)} 次→{shown_times(after)} 次"
    return Answer(data, [*lines, *(f"{one.name}" for one in found.movers[:SHOWN]), told])
