"""``flask penalties …``: the same operations as the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
from flask import Flask
from werkzeug.datastructures import MultiDict

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.disposal.cli_group import one_case
from app.domain import approval_levels
from app.domain.actors import Actor
from app.domain.penalties import TITLES, fine_hint, measures_in_words
from app.domain.permissions import Permission
from app.errors import NotLikeThis
from app.labels import label
from app.penalties import forms, operations, queries
from app.penalties.cli_group import NUMBER, ORG, day, group, one_penalty, told
from app.penalties.operations import Filing
from app.penalties.recording import cents, needs_of, record_of

COMMENT = click.option("--comment", help="意见")
FLAGS = ("warning", "criticism", "stop_business", "other_province")


def register(app: Flask) -> None:
    from app.penalties import after_cli

    assert after_cli
    app.cli.add_command(group)


# ---------------------------------------------------------------- reading

@command(group, "list", permission=Permission.PENALTY_LIST)
@click.option("--state", help="状态，如 待审核、已决定")
@click.option("--q", help="当事人、立案号、决定书文号、案件编号、抽样编号")
@click.option("--due", type=click.Choice(["待公示", "应停止公示"]), help="只列待公示或应停止公示的")
def list_(actor: Actor, state: str | None, q: str | None, due: str | None) -> Answer:
    """列出处罚案件，新的在前。"""
    states = {label(one): one.value for one in forms.PenaltyState}
    if state is not None and state not in states:
        raise NotLikeThis(f"没有“{state[:20]}”这种状态，可用：{'、'.join(states)}")
    dues = {"待公示": queries.TO_PUBLISH, "应停止公示": queries.REMOVALS}
    filters = forms.filters_asked({"q": q or "", "state": states.get(state or "", ""), "due": dues.get(due or "", "")})
    rows = queries.every_penalty(actor, filters, clock.today())
    data = [
        {
            "number": row.number, "party": row.party_name, "state": label(row.state), "filed_on": row.filed_on,
            "outcome": row.outcome.value if row.outcome else None, "decision_no": row.decision_no, "decided_on": row.decided_on,
            "total": cents(row.total), "case": row.case_number,
        }
        for row in rows
    ]  # fmt: skip
    lines = [f"{one['number']}　{one['party']}　{one['state']}　{one['outcome'] or '未定'}　{one['total']} 元" for one in data]
    return Answer(data, [*lines, f"共 {len(data)} 件"])


@command(group, "show", permission=Permission.PENALTY_READ)
@NUMBER
@ORG
def show(actor: Actor, number: str, org: str | None) -> Answer:
    """一个处罚案件：处理意见、审批层级、期限、公示。"""
    penalty = one_penalty(actor, number, org)
    saved, needs = record_of(penalty), needs_of(penalty)
    clocks = [{"name": one.name, "due_on": one.due_on, "done_on": one.done_on} for one in queries.clocks_of(penalty)]
    shown = [
        {"id": one.id, "published_on": one.published_on, "remove_due_on": one.remove_due_on, "removed_on": one.removed_on}
        for one in queries.publications(penalty.id)
    ]
    levels = [{"level": need.level.value, "reason": need.reason} for need in needs]
    lines = [
        f"{penalty.number}　{penalty.party_name}　{label(penalty.state)}",
        measures_in_words(saved) if saved.outcome else "还没有处理意见",
        f"审批层级：{approval_levels.sentence(needs)}",
        *(f"{one['name']}：{one['due_on']}{'，已于 ' + str(one['done_on']) + ' 办结' if one['done_on'] else ''}" for one in clocks),
        *(f"公示 {one['id']}：{one['published_on']}，应于 {one['remove_due_on']} 停止" for one in shown),
    ]
    hint = fine_hint(saved, penalty.case.goods_value)
    return Answer({**told(penalty), "levels": levels, "clocks": clocks, "publications": shown}, [*lines, *([hint] if hint else [])])


# ---------------------------------------------------------------- the handler

@command(group, "file", permission=Permission.PENALTY_HANDLE)
@click.argument("case")
@click.option("--found-on", metavar="DATE", help="发现线索日期，默认收到不合格结论日期")
@click.option("--filed-on", metavar="DATE", help="立案日期，默认今天")
@click.option("--party-code", help="统一社会信用代码")
@click.option("--other-province", is_flag=True, help="当事人在外省登记")
@ORG
def file(
    actor: Actor, case: str, found_on: str | None, filed_on: str | None, party_code: str | None, other_province: bool, org: str | None
) -> Answer:
    """对核查处置案件（案件编号）行政立案。"""
    found = one_case(actor, case, org)
    known = queries.party_of(found)
    filing = Filing(
        day(found_on) if found_on else found.received_on, day(filed_on), party_code or known.code,
        other_province or known.other_province,
    )  # fmt: skip
    with transaction():
        made = operations.file(found, filing, actor, clock.now(), seen=found.version)
    return Answer({"number": made.number, "case": found.number}, [f"已立案：{made.number}"])


@command(group, "record", permission=Permission.PENALTY_HANDLE)
@NUMBER
@click.argument("fields", nargs=-1, required=True, metavar="项目=内容…")
@ORG
def record(actor: Actor, number: str, fields: tuple[str, ...], org: str | None) -> Answer:
    """登记调查情况和拟处理意见，如 违法事实=… 拟作决定=给予行政处罚 罚款（元）=50000 警告=是；没有写的保持不变."""
    penalty = one_penalty(actor, number, org)
    saved = record_of(penalty)
    form = forms.RecordForm(formdata=MultiDict(_sent(saved, penalty.version, dict(map(_pair, fields)))), meta={"csrf": False})
    if not form.validate():
        raise NotLikeThis("；".join(str(said) for said in (*form.form_errors, *(e for f in form for e in f.errors))))
    with transaction():
        changed = operations.record(penalty, form.written(saved), actor, typed_total=form.typed_total, seen=penalty.version)
    return Answer({"number": number, "changed": changed, "total": form.written(saved).total}, ["已保存" if changed else "内容没有变化"])


def _pair(written: str) -> tuple[str, str]:
    name, is_there, value = written.partition("=")
    titles = {title: field for field, title in TITLES.items() if field in forms.RecordForm.recorded()}
    titles |= {title.partition("（")[0]: field for title, field in titles.items()} | {field: field for field in titles.values()}
    if not is_there or name.strip() not in titles:
        known = "、".join(TITLES[field] for field in forms.RecordForm.recorded())
        raise NotLikeThis(f"“{written[:40]}”无法识别，请写成 项目=内容，可用的项目：{known}")
    return titles[name.strip()], value.strip()


def _sent(saved: Any, version: int, typed: dict[str, str]) -> list[tuple[str, str]]:
    """The form as the page would send it: what is recorded, with what was typed laid over it."""
    found = [("version", str(version))]
    for name, value in ({**forms.shown(saved), "total": None} | typed).items():
        if name in FLAGS:
            found += [(name, "y")] if value in (True, "是") else []
        elif value not in (None, ""):
            found.append((name, str(value)))
    return found


@command(group, "propose", permission=Permission.PENALTY_HANDLE)
@NUMBER
@COMMENT
@ORG
def propose(actor: Actor, number: str, comment: str | None, org: str | None) -> Answer:
    """提出处理意见，送部门负责人审核。"""
    penalty = one_penalty(actor, number, org)
    with transaction():
        operations.propose(penalty, actor, clock.now(), comment, seen=penalty.version)
    return Answer({"number": number}, [f"已送审：{penalty.number}"])


@command(group, "recall", permission=Permission.PENALTY_RECALL)
@NUMBER
@ORG
def recall(actor: Actor, number: str, org: str | None) -> Answer:
    """撤回送审。"""
    penalty = one_penalty(actor, number, org)
    with transaction():
        operations.recall(penalty, actor, seen=penalty.version)
    return Answer({"number": number}, [f"已撤回：{penalty.number}"])


# ---------------------------------------------------------------- the reviewers

def _passed(name: str, permission: Permission, said: str, operation: Callable[..., None], summary: str) -> None:
    def run(actor: Actor, number: str, comment: str | None, org: str | None) -> Answer:
        penalty = one_penalty(actor, number, org)
        with transaction():
            operation(penalty, actor, comment, clock.now(), seen=penalty.version)
        return Answer({"number": number, "state": label(penalty.state)}, [f"{said}：{penalty.number}"])

    run.__doc__ = summary
    command(group, name, permission=permission)(NUMBER(COMMENT(ORG(run))))


_passed("return", Permission.PENALTY_READ, "已退回办案人", operations.return_to_handler, "退回办案人，须写明意见。")
_passed("forward", Permission.PENALTY_REVIEW, "已送法制审核", operations.forward, "送法制审核。")
_passed("forward-leader", Permission.PENALTY_REVIEW, "已报局领导审批", operations.forward_to_leader, "报局领导审批。")
_passed("clear-legal", Permission.PENALTY_LEGAL, "法制审核已通过", operations.clear_legal, "法制审核通过，报局领导审批，须写明意见。")


@command(group, "decide", permission=Permission.PENALTY_READ)
@NUMBER
@click.option("--on", "decided_on", metavar="DATE", help="决定日期，默认今天")
@click.option("--decision-no", help="决定书文号，默认自动编号")
@COMMENT
@ORG
def decide(
    actor: Actor, number: str, decided_on: str | None, decision_no: str | None, comment: str | None, org: str | None
) -> Answer:
    """作出决定（部门负责人或局领导，按审批层级；须用 --as 指明）。"""
    penalty = one_penalty(actor, number, org)
    with transaction():
        operations.decide(
            penalty, actor, day(decided_on), clock.now(), decision_no=decision_no, comment=comment, seen=penalty.version
        )
    return Answer(told(penalty), [f"已作出决定：{penalty.number}　{penalty.decision_no or ''}"])
