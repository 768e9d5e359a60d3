"""风险分级规则, changed: drafted, edited, submitted, put in force by another person, retired. Never commits, never sees a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError

from app import clock, history
from app.db import session
from app.domain.actors import Actor
from app.domain.risk_rule_data import BrokenRules, read, sha256, write
from app.domain.risk_rule_differences import differences
from app.domain.risk_rules import RuleSet
from app.domain.supervision_states import RuleSetStep
from app.errors import NotAllowedNow, NotLikeThis
from app.grading_rules import queries
from app.grading_rules.models import RiskRuleSet
from app.organisations.models import Organisation

LONGEST = 480
TWICE = "刚刚已经起草，没有重复起草：请在分级规则列表中查看"


class RefusedRules(NotLikeThis):
    """A rule set with faults; ``faults`` names each place."""

    def __init__(self, broken: BrokenRules) -> None:
        self.faults = broken.faults
        super().__init__("；".join(fault.message for fault in broken.faults[:20]))


def checked(value: Any) -> RuleSet:
    """The rule set of a JSON value. Raises RefusedRules with every fault."""
    try:
        return read(value)
    except BrokenRules as broken:
        raise RefusedRules(broken) from broken


def draft(rules: RuleSet, valid_from: date, actor: Actor, at: datetime, *, key: str | None = None) -> RiskRuleSet:
    """起草, from a shipped set, an own one or a file: the next edition of its family in this organisation."""
    content = replace(rules, valid_from=valid_from, valid_to=None, proposal=False)
    made = RiskRuleSet(
        org_id=actor.org_id, edition=queries.last_edition(actor.org_id, rules.code) + 1, created_at=at,
        created_by_id=actor.user_id, submission_key=key, **_columns(content),
    )  # fmt: skip
    try:
        history.advance(made, RuleSetStep.DRAFT, actor, comment=f"{made.title}，拟自 {valid_from} 起施行")
    except IntegrityError as error:
        raise NotAllowedNow(TWICE) from error
    return made


def _columns(rules: RuleSet) -> dict[str, Any]:
    return {
        "code": rules.code, "title": rules.title, "kinds": "、".join(rules.kinds), "source": rules.source,
        "valid_from": rules.valid_from, "valid_to": None, "content": write(rules), "content_sha256": sha256(rules),
    }  # fmt: skip


def edit(row: RiskRuleSet, value: Mapping[str, Any], actor: Actor, *, seen: int | None = None) -> None:
    """修改 a draft: the whole content at once, refused with every fault in its place."""
    rules = checked({**value, "valid_to": None, "proposal": False})
    if rules.code != row.code:
        raise NotLikeThis(f"编号应为 {row.code}：要另立一套规则，请重新起草", field="code")
    before, columns = row.content, _columns(rules)
    told = differences(before, columns["content"])
    if not told and seen in (None, row.version):  # after somebody else's change that is what is said first
        raise NotLikeThis("内容没有变化，未保存")
    words = [f"{one.place}：{one.before} → {one.after}" for one in told]
    comment = f"修改 {len(told)} 处：" + "；".join(words)
    changes = {"sha256": (row.content_sha256[:12], columns["content_sha256"][:12])}
    history.advance(row, RuleSetStep.EDIT, actor, comment=comment[:LONGEST], seen=seen, changes=changes)
    for name, one in columns.items():
        setattr(row, name, one)


def submit(row: RiskRuleSet, actor: Actor, comment: str, *, seen: int | None = None) -> None:
    """提交审核; what stands in it now is what another person decides on."""
    history.advance(row, RuleSetStep.SUBMIT, actor, comment=comment, seen=seen)
    row.proposed_by_id, row.decided_by_id, row.decided_at = actor.user_id, None, None


def recall(row: RiskRuleSet, actor: Actor, *, seen: int | None = None) -> None:
    history.advance(row, RuleSetStep.RECALL, actor, seen=seen)


def give_back(row: RiskRuleSet, actor: Actor, comment: str, *, seen: int | None = None) -> None:
    """退回 for changes, with the reason."""
    history.advance(row, RuleSetStep.RETURN, actor, comment=comment, seen=seen)


def adopt(row: RiskRuleSet, actor: Actor, at: datetime, *, comment: str | None = None, seen: int | None = None) -> list[RiskRuleSet]:
    """施行, by another person. What holds for the same kinds ends the day before; those editions are returned."""
    session().get(Organisation, row.org_id, with_for_update=True)  # two at once: the second sees what the first put in force
    history.advance(row, RuleSetStep.ADOPT, actor, comment=comment, seen=seen)
    former = _former(row)
    for one in former:
        last = row.valid_from - timedelta(days=1)
        history.record(
            row.__tablename__, one.id, "end_rules", actor, org_id=one.org_id, name=one.title,
            comment=f"由“{row.title}”第 {row.edition} 版接替", changes={"valid_to": (one.valid_to, last)},
        )  # fmt: skip
        one.valid_to = last
    row.decided_by_id, row.decided_at = actor.user_id, at
    return former


def _former(row: RiskRuleSet) -> list[RiskRuleSet]:
    """The sets of this organisation that hold for the same kinds when the row begins. Raises NotAllowedNow where one cannot end."""
    kinds, former = set(row.kinds.split("、")), []
    for one in queries.standing_on_or_after(row.org_id, row.valid_from):
        covered = set(one.kinds.split("、"))
        if one.id == row.id or not covered & kinds:
            continue
        named = f"“{one.title}”第 {one.edition} 版"
        if one.valid_from >= row.valid_from:
            raise NotAllowedNow(f"{named}自 {one.valid_from} 起施行，不早于本版的 {row.valid_from}：请退回改期，或先停用该版")
        if not covered <= kinds:
            raise NotAllowedNow(f"{named}还适用于{'、'.join(sorted(covered - kinds))}，不能由本版接替：请使企业类型一致，或先停用该版")
        former.append(one)
    return former


def retire(row: RiskRuleSet, actor: Actor, comment: str, at: datetime, *, seen: int | None = None) -> None:
    """停用: today is its last day. One that has not begun never holds, and those it was to replace go on."""
    today = clock.office_time(at).date()
    history.advance(row, RuleSetStep.RETIRE, actor, comment=comment, seen=seen)
    if row.valid_from >= today:
        for one in queries.ended_on(row.org_id, row.valid_from - timedelta(days=1)):
            if set(one.kinds.split("、")) <= set(row.kinds.split("、")):
                history.record(
                    row.__tablename__, one.id, "resume_rules", actor, org_id=one.org_id, name=one.title,
                    comment=f"“{row.title}”第 {row.edition} 版未施行即停用", changes={"valid_to": (one.valid_to, None)},
                )  # fmt: skip
                one.valid_to = None
        row.valid_to = row.valid_from
    elif row.valid_to is None or row.valid_to > today:
        row.valid_to = today
    row.decided_by_id, row.decided_at = actor.user_id, at


def void(row: RiskRuleSet, actor: Actor, comment: str, *, seen: int | None = None) -> None:
    """作废 a draft that nobody will use."""
    history.advance(row, RuleSetStep.VOID, actor, comment=comment, seen=seen)
