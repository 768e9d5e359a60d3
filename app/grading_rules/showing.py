"""What the pages of 风险分级规则 show: a set as readable tables, what is 待核, what differs, where its steps lead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from app import clock
from app.authorize import can
from app.domain import risk_rule_fields, workflow
from app.domain.actors import Actor
from app.domain.enterprises import KINDS
from app.domain.risk_rule_data import BrokenRules, read, sha256, write
from app.domain.risk_rule_differences import Difference, differences
from app.domain.risk_rule_words import Fault, unverified
from app.domain.risk_rules import RuleSet
from app.domain.supervision_kinds import RiskEventKind
from app.domain.supervision_states import RuleSetState, RuleSetStep
from app.errors import NotLikeThis
from app.grading_rules import queries
from app.grading_rules.models import RiskRuleSet
from app.reference.risk_rule_files import read_rule_sets
from app.reference_data.books import calendar
from app.trail import trail

TONES = {
    RuleSetState.DRAFT: "blue", RuleSetState.SUBMITTED: "yellow", RuleSetState.ADOPTED: "green", RuleSetState.RETIRED: "neutral",
    RuleSetState.VOIDED: "neutral",
}  # fmt: skip
KIND_CHOICES = (("", "（不设）"), *((kind.value, kind.value) for kind in RiskEventKind))
STALE = "页面内容不完整，请刷新后重新修改"
GRADED = KINDS[:5]


def sheet(rules: RuleSet) -> dict[str, Any]:
    """A set for reading."""
    value = write(rules)
    return {"rules": rules, "value": value, "open": unverified(value), "sha256": sha256(rules)}


def shipped_row(rules: RuleSet) -> dict[str, Any]:
    return {"rules": rules, "open": len(unverified(write(rules)))}


def holding(actor: Actor) -> list[tuple[str, Any]]:
    """Which set holds today for each kind of enterprise in the actor's organisation."""
    return [(kind, queries.rules_in_force(actor.org_path, kind, clock.today())) for kind in GRADED]


def sources(actor: Actor) -> list[tuple[str, str]]:
    """What a draft may start from: shipped sets and those of the offices in reach or above."""
    shipped = [(f"{one.code}@{one.valid_from}", f"随程序发布　{one.title}（{one.valid_from} 起）") for one in read_rule_sets()]
    own = [
        (f"#{row.id}", f"{row.org_name}　{row.title} 第 {row.edition} 版")
        for row in queries.every_rule_set(actor)
        if row.state is not RuleSetState.VOIDED
    ]
    return [*own, *shipped]


def source(actor: Actor, written: str) -> RuleSet:
    """The set behind a choice of ``sources``. Raises NotLikeThis."""
    if written.startswith("#") and written[1:].isdigit() and len(written) < 20:
        row = queries.rule_set(actor, int(written[1:]))
        found = queries.content_of(row) if row is not None else None
    else:
        code, _, day = written.partition("@")
        found = queries.shipped_edition(code, day)
    if found is None:
        raise NotLikeThis("没有这一版分级规则，请重新选择", field="source")
    return found


def changes(before: RuleSet, after: RuleSet) -> list[Difference]:
    return differences(write(before), write(after))


def page(row: RiskRuleSet) -> dict[str, Any]:
    """All that the page of one set shows beside the set itself."""
    rules = queries.content_of(row)
    former, beside = _compared_with(row)
    steps = {
        step.value
        for step in RuleSetStep
        if (arrow := workflow.arrow(row.__tablename__, row.state, step)) is not None and can(arrow.permission, row)
    }
    return {
        "rules": rules, "sheet": sheet(rules), "steps": steps, "tones": TONES, "beside": beside,
        "changes": changes(former, rules) if former is not None else [],
        "people": queries.person_names(row.created_by_id, row.proposed_by_id, row.decided_by_id),
        "timeline": trail(row.__tablename__, row.id, calendar()),
        "waiting": "等待审核（审核人不得为提交人本人）" if row.state is RuleSetState.SUBMITTED else None,
    }  # fmt: skip


def _compared_with(row: RiskRuleSet) -> tuple[RuleSet | None, str]:
    """The edition a reader holds this one against: the former own one, else the shipped one that would hold."""
    former = queries.former(row)
    if former is not None:
        return queries.content_of(former), f"与第 {former.edition} 版相比"
    earlier = [one for one in read_rule_sets() if one.code == row.code and one.valid_from <= row.valid_from]
    return (earlier[-1], f"与随程序发布的 {earlier[-1].valid_from} 版相比") if earlier else (None, "")


def base(value: Mapping[str, Any]) -> Any:
    """What the form was drawn from, signed, to be sent back with it: fields are addressed by their places in it."""
    return _signer().dumps(value)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="grading-rules")


def typed(content: Mapping[str, Any], sent: Mapping[str, str]) -> dict[str, Any]:
    """The set with what was typed. Raises NotLikeThis when the page came back torn."""
    try:
        drawn = _signer().loads(sent["base"]) if sent.get("base") else content
    except BadData as fault:
        raise NotLikeThis(STALE) from fault
    return risk_rule_fields.filled(drawn, sent)


def faults(value: Any) -> Sequence[Fault]:
    """Every fault of what was typed, by its place."""
    try:
        read({**value, "valid_to": None, "proposal": False})
    except BrokenRules as broken:
        return broken.faults
    return ()
