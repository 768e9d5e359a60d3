"""``flask grading facts|import-facts|template``: the static facts, as on their pages."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import click
from werkzeug.datastructures import FileStorage

from app import clock, uploads
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.domain.risk_facts import NotAFact, read_fact
from app.domain.risk_rules import RuleSet
from app.domain.risk_tables import ChoiceTable
from app.errors import NotLikeThis, Refused
from app.grading import imports, profiles, queries, workbooks
from app.grading.cli_group import day, group, one_enterprise
from app.grading.fact_rows import split
from app.grading.facts_form import asked_of, words_of
from app.grading.ruling import ruled_for

SHOWN_FAULTS = 20


@command(group, "facts", permission=Permission.RISK_SCORE)
@click.argument("enterprise")
@click.option("--kind", required=True, help="企业类型")
@click.option("--set", "pairs", multiple=True, metavar="CODE=VALUE", help="登记一项静态要素，可多次；值留空为去掉该项")
@click.option("--on", "seen_on", metavar="DATE", help="核实日期，默认今天")
@click.option("--source", help="来源")
def facts(actor: Actor, enterprise: str, kind: str, pairs: tuple[str, ...], seen_on: str | None, source: str | None) -> Answer:
    """查看或登记一个企业的静态要素；未列出的项目不变。"""
    firm = one_enterprise(actor, enterprise, Permission.RISK_SCORE)
    known = dict(queries.kinds_of(firm.id))
    ruled = ruled_for(firm.org_id, kind, clock.today(), known.get(kind, ())) if kind in known else None
    if ruled is None:
        raise NotLikeThis(f"该企业没有登记为“{kind[:20]}”，或没有适用的分级规则")
    standing = queries.profile(firm.id, kind)
    found = dict(standing.facts) if standing is not None else {}
    if pairs:
        for pair in pairs:
            _set(ruled.rules, found, pair)
        wanted = profiles.Facts(kind, found, day(seen_on) or clock.today(), source or (standing.source if standing else None))
        with transaction():
            profiles.record(
                firm, wanted, actor, clock.now(), former=standing.id if standing else None, titles=words_of(ruled.rules)
            )
    data = {"enterprise": firm.name, "kind": kind, "rule": ruled.rule_code, "facts": found}
    lines = [f"{asked.table.code}　{asked.table.title}　{_shown(found.get(asked.table.code))}" for asked in asked_of(ruled.rules)]
    return Answer(data, [*(["已登记静态要素"] if pairs else []), *lines])


def _set(rules: RuleSet, found: dict[str, Any], pair: str) -> None:
    code, _, written = pair.partition("=")
    table = next((asked.table for asked in asked_of(rules) if code in (asked.table.code, asked.table.title)), None)
    if table is None:
        known = "、".join(asked.table.code for asked in asked_of(rules))
        raise NotLikeThis(f"没有“{code[:30]}”这一项静态要素，可用：{known}")
    if not written.strip():
        found.pop(table.code, None)
        return
    try:
        value = read_fact(table, split(written) if isinstance(table, ChoiceTable) and table.several else written)
    except NotAFact as fault:
        raise NotLikeThis(str(fault)) from fault
    found[table.code] = value if isinstance(value, str) else list(value)


def _shown(value: Any) -> str:
    return "没有填报" if value is None else value if isinstance(value, str) else "、".join(value)


@command(group, "template", permission=Permission.RISK_SCORE)
@click.option("--kind", required=True, help="企业类型")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="写入的 .xlsx 文件")
def template(actor: Actor, kind: str, output: Path) -> Answer:
    """静态要素导入模板。"""
    output.write_bytes(workbooks.template(actor, kind))
    return Answer({"kind": kind, "output": str(output)}, [f"已写入 {output}"])


@command(group, "import-facts", permission=Permission.RISK_SCORE)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--kind", required=True, help="企业类型")
@click.option("--confirm", is_flag=True, help="确认导入；不带此项只预览")
@click.option("--skip-refused", is_flag=True, help="跳过有误的企业，导入其余")
def import_facts(actor: Actor, file: Path, kind: str, confirm: bool, skip_refused: bool) -> Answer:
    """预览或导入静态要素文件。"""
    name, sha256 = uploads.keep(FileStorage(BytesIO(file.read_bytes()), file.name))
    plan = imports.prepare(actor, sha256, name, kind)
    told = {"rows": len(plan.rows), **{action.name.lower(): plan.counts[action] for action in imports.TONES}}
    faults = [f"第 {one.line} 行 {one.column}：{one.message}" for one in plan.faults]
    said = "，".join(f"{action.value} {plan.counts[action]} 家" for action in imports.TONES)
    if plan.says_nothing_new:
        return Answer(told, [imports.NOTHING])
    if not confirm:
        return Answer({**told, "faults": faults}, [f"预览：{said}。确认导入请加 --confirm", *faults[:SHOWN_FAULTS]])
    try:
        with transaction():
            batch = imports.stage(plan, actor, name, sha256, clock.now())
            imports.confirm(batch, plan, actor, clock.now(), skip_refused=skip_refused)
    except Refused as refusal:
        return Answer({**told, "faults": faults}, [refusal.sentence, *faults[:SHOWN_FAULTS]], refused=True)
    return Answer({**told, "batch": batch.id}, [f"已导入（第 {batch.id} 次导入）：{said}"])
