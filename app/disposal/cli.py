"""``flask cases``: the cases on the command line, with their clocks and what is missing before closing."""

from __future__ import annotations

from datetime import date
from typing import Any

import click
from flask import Flask

from app import clock, history
from app.commands import Answer, command
from app.db import transaction
from app.disposal import (
    approval_showing,
    approvals,
    clock_keeping,
    clocks,
    enforcement_cli,
    export_cli,
    operations,
    queries,
    record_cli,
    repeat_cli,
    steps_cli,
    supplement_cli,
    timeline_cli,
    urging,
)
from app.disposal.cli_group import group, one_case, state_asked
from app.disposal.clocks import Clock
from app.disposal.models import DisposalCase
from app.disposal.queries import Filters
from app.disposal.urging_queries import AT_RANK, URGED
from app.domain.actors import Actor
from app.domain.deadlines import DeadlineLight
from app.domain.disposal import in_place
from app.domain.permissions import Permission
from app.errors import NotLikeThis
from app.labels import label, state_label, step_label
from app.reference_data.books import calendar

__all__ = ["enforcement_cli", "export_cli", "group", "record_cli", "register", "repeat_cli", "steps_cli", "supplement_cli", "timeline_cli"]
KIND = DisposalCase.__tablename__


def register(app: Flask) -> None:
    app.cli.add_command(group)


@command(group, "list", permission=Permission.CASE_LIST)
@click.option("--state", metavar="STATE", help="状态：待领取、办理中、待审核、审核完毕、已撤销、未办结或全部（默认）")
@click.option("--overdue", is_flag=True, help="只列超期未办结的案件")
@click.option("--urged", metavar="LEVEL", help=f"督促：{'、'.join(URGED.values())}")
def list_cases(actor: Actor, state: str | None, overdue: bool, urged: str | None) -> Answer:
    """列出案件，期限近的在前."""
    today, days = clock.today(), calendar()
    filters = Filters(state=state_asked(state), light=DeadlineLight.RED if overdue else None, urged=_urged(urged))
    found = []
    for row in queries.every_case(actor, filters, today):
        left, light = clocks.left_and_light(row, today, days)
        found.append(
            {
                "id": row.id, "number": row.number, "sample": row.sample_number, "product": row.product_name,
                "party": row.party.value, "mode": row.mode.value, "enterprise": row.party_name, "items": row.failing_items,
                "state": label(row.state), "org": row.org_name, "handler": row.handler_name,
                "received_on": row.received_on, "start_due_on": row.start_due_on, "started_on": row.started_on,
                "due_on": row.due_on, "provisional": row.due_provisional, "closed_on": row.closed_on, "remaining": left,
                "light": light.value if light else None, "urged": AT_RANK[row.urged].value if row.urged else None,
            }
        )  # fmt: skip
    lines = [
        f"{case['number']}　{case['product']}　{case['party']}　{case['state']}　期限 {case['due_on']}　{case['light'] or '—'}"
        for case in found
    ]
    return Answer(found, [*lines, f"共 {len(found)} 件"])


def _urged(written: str | None) -> str | None:
    known = {words: code for code, words in URGED.items()}
    if written is not None and written not in known:
        raise NotLikeThis(f"没有“{written[:20]}”这种督促情况，可用：{'、'.join(known)}")
    return known[written] if written else None


@command(group, "show", permission=Permission.CASE_READ)
@click.argument("number")
@click.option("--org", metavar="CODE", help="承办单位代码；几个单位有同一编号时填写")
def show_case(actor: Actor, number: str, org: str | None) -> Answer:
    """一件案件：状态、期限、办结前还缺什么、全部办理记录."""
    case = one_case(actor, number, org)
    if operations.unread_by(case, actor):
        with transaction():
            operations.note_reading(case, actor, clock.now())
    return _answer(actor, case, clock.today())


@command(group, "recount", permission=Permission.REFERENCE_EDIT)
def recount(actor: Actor) -> Answer:
    """放假安排公布、工作日历更新后，重新计算未办结案件的期限."""
    with transaction():
        moved = operations.recount(actor)
    data = [{"number": case.number, "due_on": case.due_on, "provisional": case.due_provisional} for case in moved]
    return Answer(data, [*(f"{each['number']}　期限 {each['due_on']}" for each in data), f"期限有变动的案件共 {len(data)} 件"])


def _answer(actor: Actor, case: DisposalCase, today: date) -> Answer:
    states = operations.elements_of(case)
    shown = [*clocks.of_case(case, today), *clock_keeping.serving(case, today)]
    gaps = [state for state in states if state.missing]
    data = {
        "id": case.id, "number": case.number, "state": label(case.state), "party": case.party.value, "mode": case.mode.value,
        "enterprise": case.party_name, "org": queries.organisation_name(case.org_id), "sample": case.sample.number,
        "product": case.sample.product_name, "items": case.failing_items, "received_on": case.received_on,
        "started_on": case.started_on, "closed_on": case.closed_on,
        "handler": case.handler.name if case.handler else None,
        "submitted_by": case.submitted_by.name if case.submitted_by else None,
        "approved_by": case.approved_by.name if case.approved_by else None,
        "clocks": [_clock(each) for each in shown],
        "elements": [
            {"element": each.element.value, "done": each.done, "lacking": each.lacking, "exemption": each.exemption}
            for each in states
        ],
        "in_place": {each.element.value: each.done for each in in_place(states)},
        "quantities": [str(line) for line in operations.record_of(case).quantities.lines],
        "exempted_by": queries.person(case.exempted_by_id),
        "missing": [gap.element.value for gap in gaps],
        **_agreed(actor, case),
        "history": [
            {"at": clock.office_time(entry.at).isoformat(timespec="seconds"), "step": step_label(KIND, entry.step),
             "state": state_label(KIND, entry.to_state), "who": entry.actor_name, "comment": entry.comment}
            for entry in history.entries_of(KIND, case.id)
        ],
    }  # fmt: skip
    lines = [f"{case.number}　{case.sample.product_name}　{case.party.value}（{case.mode.value}）　{label(case.state)}"]
    lines += [f"{each.name}：{each.due}，{each.words}" for each in shown]
    lines.append(f"办结前还缺：{'；'.join(gap.sentence for gap in gaps)}" if gaps else "办结要件齐全")
    lines.append(f"办结须经：{approvals.outlook(case).why}")
    return Answer(data, lines)


def _agreed(actor: Actor, case: DisposalCase) -> dict[str, Any]:
    """Levels, opinions and urgings."""
    outlook = approvals.outlook(case)
    return {
        "levels": [level.value for level in outlook.levels],
        "levels_missing": [need.level.value for need in outlook.missing],
        "opinions": [
            {"level": row.level.value, "answer": row.answer.value, "comment": row.comment, "who": row.who, "on_behalf_of": row.principal}
            for row in approval_showing.opinions(actor, case)
        ],
        "urgings": [
            {"id": row.id, "level": row.level.value, "due_on": row.due_on, "reason": row.reason, "answer": row.answer}
            for row in urging.of_case(actor, case)
        ],
    }


def _clock(each: Clock) -> dict[str, Any]:
    return {
        "code": each.code, "name": each.name, "due": each.due, "why": list(each.why), "article": each.article,
        "calendar": "provisional" if each.provisional else "confirmed", "remaining": each.left,
        "light": each.light.value if each.light else None, "done_on": each.done_on,
    }  # fmt: skip
