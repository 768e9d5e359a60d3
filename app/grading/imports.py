"""A file of 静态风险要素, read, compared and confirmed. Each changed enterprise gets a new version; nothing is overwritten."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app import clock, history
from app.domain.actors import Actor
from app.domain.permissions import Permission, may_ever, permits
from app.domain.risk_rules import RuleSet
from app.domain.workflow import BatchStep
from app.domain.written import Fault
from app.enterprises.imports import read
from app.enterprises.models import Enterprise
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.grading import profiles, queries
from app.grading.fact_rows import FactRow, FactTable, parse, titles_of
from app.grading.models import RiskProfile
from app.grading.profiles import Facts
from app.grading_rules.queries import rules_in_force
from app.results.models import ImportBatch
from app.sampling.imports import Action

MOST_ROWS, LONGEST_CELL = 200, 120
TONES = {Action.NEW: "green", Action.CHANGED: "blue", Action.UNCHANGED: "neutral", Action.REFUSED: "red"}
UNKNOWN = "企业档案中没有这家企业：请核对代码和名称，或先登记企业档案"
SEVERAL = "有 {} 家企业同名：请填写统一社会信用代码"
OF_ANOTHER_KIND = "该企业没有登记为“{}”：请核对，或先在企业档案中更正企业类型"
TWICE = "与第 {} 行是同一家企业：请只保留一行"
NOTHING = "文件中的静态要素都与现有的相同，没有需要导入的内容，未作任何更改"
NO_RULES = "没有适用于“{}”的分级规则，不能导入：请重新选择企业类型"


@dataclass(slots=True)
class Planned:
    """One row of the file, and what confirming does with it."""

    row: FactRow
    enterprise: Enterprise | None = None
    standing: RiskProfile | None = None

    def facts(self, kind: str) -> Facts:
        assert self.row.seen_on is not None
        return Facts(kind, self.row.facts, self.row.seen_on, self.row.source)

    def action(self, kind: str) -> Action:
        if self.row.faults or self.enterprise is None:
            return Action.REFUSED
        if self.standing is None:
            return Action.NEW
        return Action.UNCHANGED if profiles.same(self.standing, self.facts(kind)) else Action.CHANGED


@dataclass(slots=True)
class Plan:
    """The whole preview of one file."""

    kind: str
    rules: RuleSet
    table: FactTable
    rows: list[Planned] = field(default_factory=list)

    @property
    def counts(self) -> Counter[Action]:
        return Counter(row.action(self.kind) for row in self.rows)

    @property
    def faults(self) -> list[Fault]:
        return [*self.table.faults, *(fault for planned in self.rows for fault in planned.row.faults)]

    @property
    def says_nothing_new(self) -> bool:
        return bool(self.rows) and not self.table.faults and self.counts[Action.UNCHANGED] == len(self.rows)


def rules_of_kind(actor: Actor, kind: str) -> RuleSet:
    """The rules by which the actor's bureau grades this kind today. Raises NotLikeThis."""
    found = rules_in_force(actor.org_path, kind, clock.today())
    if found is None:
        raise NotLikeThis(NO_RULES.format(kind[:20]), field="kind")
    return found.rules


def prepare(actor: Actor, sha256: str, filename: str, kind: str) -> Plan:
    """Read the stored file and plan what becomes of each of its rows."""
    rules = rules_of_kind(actor, kind)
    plan = Plan(kind, rules, parse(read(sha256, filename).sheets, rules, clock.today()))
    plan.rows = [Planned(row) for row in plan.table.rows]
    _find(actor, plan)
    return plan


def _find(actor: Actor, plan: Plan) -> None:
    """Which enterprise each row means, and the facts that stand."""
    codes = {row.row.texts.get("credit_code", "").upper() for row in plan.rows}
    names = {row.row.texts["name"] for row in plan.rows if not row.row.texts.get("credit_code") and row.row.texts.get("name")}
    known = queries.enterprises_called(actor, codes - {""}, names)
    by_code: dict[str, list[Enterprise]] = {one.credit_code: [one] for one in known if one.credit_code}
    by_name: dict[str, list[Enterprise]] = {}
    for one in known:
        by_name.setdefault(one.name, []).append(one)
    lines: dict[int, int] = {}
    for planned in plan.rows:
        _meant(planned, by_code, by_name)
        if planned.enterprise is not None and (first := lines.setdefault(planned.enterprise.id, planned.row.line)) != planned.row.line:
            planned.row.refuse("credit_code", TWICE.format(first))
    found = [planned.enterprise.id for planned in plan.rows if planned.enterprise is not None]
    of_kind, standing = queries.of_kind(found, plan.kind), queries.profiles_standing(found, plan.kind)
    for planned in plan.rows:
        if planned.enterprise is not None:
            planned.standing = standing.get(planned.enterprise.id)
            if planned.enterprise.id not in of_kind:
                planned.row.refuse("name", OF_ANOTHER_KIND.format(plan.kind))
            elif not permits(actor, Permission.RISK_SCORE, planned.enterprise):
                planned.row.refuse("name", profiles.NOT_YOURS)


def _meant(planned: Planned, by_code: Mapping[str, list[Enterprise]], by_name: Mapping[str, list[Enterprise]]) -> None:
    code, name = planned.row.texts.get("credit_code", "").upper(), planned.row.texts.get("name", "")
    if not code and not name:
        return
    found = by_code.get(code, []) if code else by_name.get(name, [])
    if len(found) == 1:
        planned.enterprise = found[0]
    else:
        planned.row.refuse("credit_code" if code else "name", SEVERAL.format(len(found)) if found else UNKNOWN)


# ---------------------------------------------------------------- staged, confirmed, discarded

def stage(plan: Plan, actor: Actor, filename: str, sha256: str, at: datetime) -> ImportBatch:
    """Keep the preview until somebody confirms or discards it."""
    if not may_ever(actor, Permission.RISK_SCORE):
        raise NotAllowed(profiles.NOT_YOURS)
    if not plan.rows and not plan.table.faults:
        raise NotLikeThis("表头下面没有企业：请填写后重新上传", field="file")
    batch = ImportBatch(
        org_id=actor.org_id, kind=queries.IMPORT, layout=plan.kind, filename=filename[-200:], sha256=sha256, rows=len(plan.rows), samples=0,
        preview=preview(plan), created_at=at, created_by_id=actor.user_id,
    )  # fmt: skip
    _count(batch, plan)
    history.advance(batch, BatchStep.STAGE, actor)
    return batch


def _count(batch: ImportBatch, plan: Plan) -> None:
    counts = plan.counts
    batch.new_count, batch.changed_count, batch.unchanged_count, batch.refused_count = (
        counts[one] for one in (Action.NEW, Action.CHANGED, Action.UNCHANGED, Action.REFUSED)
    )


def confirm(
    batch: ImportBatch, plan: Plan, actor: Actor, at: datetime, *, seen: int | None = None, skip_refused: bool = False
) -> None:
    """Record every acceptable row of a file that has just been read again.

    Raises NotLikeThis when some are refused and skipping them was not chosen, NotAllowedNow when somebody recorded facts of one
    of these enterprises in the meantime.
    """
    refused = plan.counts[Action.REFUSED]
    if plan.table.faults:
        raise NotLikeThis(f"文件未能完整读取，不能导入：{plan.table.faults[0].message}")
    if refused and not skip_refused:
        raise NotLikeThis(f"有 {refused} 家存在错误，未导入任何内容。请修改文件后重新上传，或选择“跳过 {refused} 家”只导入其余企业")
    wanted = [planned for planned in plan.rows if planned.action(plan.kind) in (Action.NEW, Action.CHANGED)]
    if not wanted:
        raise NotLikeThis("除有误的企业外没有需要导入的内容，未导入" if refused else NOTHING)
    history.advance(batch, BatchStep.CONFIRM, actor, seen=seen)
    batch.confirmed_at, batch.preview = at, preview(plan)
    _count(batch, plan)
    _refuse_moved(wanted, plan.kind)
    profiles.record_many([(one.enterprise, one.facts(plan.kind)) for one in wanted if one.enterprise is not None], actor, at)


def _refuse_moved(wanted: Sequence[Planned], kind: str) -> None:
    now = queries.profiles_standing([one.enterprise.id for one in wanted if one.enterprise is not None], kind)
    for one in wanted:
        assert one.enterprise is not None
        standing = now.get(one.enterprise.id)
        if (standing.id if standing else None) != (one.standing.id if one.standing else None):
            raise NotAllowedNow(f"{one.enterprise.name} 的静态要素刚被他人更新，未导入任何内容：请刷新本页核对后再确认")


def discard(batch: ImportBatch, actor: Actor, *, seen: int | None = None) -> None:
    """放弃: the preview is kept for the record and can no longer be confirmed."""
    history.advance(batch, BatchStep.DISCARD, actor, seen=seen)


# ---------------------------------------------------------------- as kept with the batch

def preview(plan: Plan) -> dict[str, Any]:
    """What the preview page shows: refused rows first of all, then as many others as a page takes."""
    ordered = sorted(plan.rows, key=lambda planned: planned.action(plan.kind) is not Action.REFUSED)
    titles = titles_of(plan.rules)
    return {
        "columns": list(titles.values()),
        "rows": sorted((_shown(planned, plan.kind, titles) for planned in ordered[:MOST_ROWS]), key=lambda row: row["line"]),
        "cut": max(len(plan.rows) - MOST_ROWS, 0),
        "faults": [fault.message for fault in plan.table.faults],
        "remarks": list(plan.table.remarks),
    }


def _shown(planned: Planned, kind: str, titles: Mapping[str, str]) -> dict[str, Any]:
    row, action = planned.row, planned.action(kind)
    by_column: dict[str, list[str]] = {}
    for fault in row.faults:
        by_column.setdefault(fault.column, []).append(fault.message)
    cells = [[row.texts.get(name, "")[:LONGEST_CELL], "；".join(by_column.pop(row.titles[name], [])) or None] for name in titles]
    others = [f"{column}：{message}" for column, messages in by_column.items() for message in messages]
    return {"line": row.line, "state": action.value, "tone": TONES[action], "cells": cells, "faults": others}
