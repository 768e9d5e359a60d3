"""``flask cases enforcement-record``: what the record of a case, or of the closed cases of a time, lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import click

from app import clock
from app.commands import Answer, command
from app.disposal import enforcement
from app.disposal.cli_group import group, one_case
from app.disposal.enforcement import Filters
from app.domain.actors import Actor
from app.domain.enforcement_record import RecordPart, complete
from app.domain.permissions import Permission
from app.labels import label

DAY = click.DateTime(["%Y-%m-%d"])


@command(group, "enforcement-record", permission=Permission.CASE_READ)
@click.argument("number", required=False)
@click.option("--org", metavar="CODE", help="承办单位代码；几个单位有同一编号时填写")
@click.option("--from", "first", type=DAY, help="不写编号时：办结日期自，默认本年第一天")
@click.option("--to", "last", type=DAY, help="不写编号时：办结日期至，默认今天")
def record(actor: Actor, number: str | None, org: str | None, first: datetime | None, last: datetime | None) -> Answer:
    """行政执法全过程记录：一件案件各环节是否齐全；不写编号时列出已办结而记录不齐全的案件."""
    if number is not None:
        case = one_case(actor, number, org)
        lacking = enforcement.of_case(case)
        data = {"number": case.number, "state": label(case.state), "complete": complete(lacking), "parts": _plain(lacking)}
        return Answer(data, [f"{case.number}　{label(case.state)}", *_lines(lacking)])
    return _closed(actor, first.date() if first else None, last.date() if last else None)


def _closed(actor: Actor, first: date | None, last: date | None) -> Answer:
    today = clock.today()
    every = enforcement.closed_cases(actor, Filters(first or date(today.year, 1, 1), last or today))
    found = [line for line in every if not line.complete]
    cases = [{"number": line.case.number, "closed_on": line.case.closed_on, "parts": _plain(line.lacking)} for line in found]
    lines = []
    for line in found:
        lines += [f"{line.case.number}　{line.case.closed_on} 办结", *_lines(line.lacking)]
    data = {"closed": len(every), "complete": len(every) - len(found), "cases": cases}
    return Answer(data, [*lines, f"办结 {len(every)} 件，记录齐全 {len(every) - len(found)} 件"])


def _plain(lacking: Mapping[RecordPart, Sequence[str]]) -> dict[str, list[str]]:
    return {part.value: list(sentences) for part, sentences in lacking.items()}


def _lines(lacking: Mapping[RecordPart, Sequence[str]]) -> list[str]:
    return [f"　{part.value}：{'；'.join(sentences) or '齐全'}" for part, sentences in lacking.items()]
