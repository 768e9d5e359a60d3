"""判定复核: verdicts that may be proposed, and when an earlier decision may be taken again."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from app.domain.decisions import kind_of, offered, refusal, same_finding
from app.domain.result_kinds import DecisionKind
from app.domain.samples import ItemKind, Purpose, Verdict

PASS, FAIL, PROBLEM, OPEN, UNTESTED = Verdict.PASS, Verdict.FAIL, Verdict.PROBLEM, Verdict.UNDECIDED, Verdict.UNTESTED


@pytest.mark.parametrize(("kind", "purpose", "allowed"), [
    (ItemKind.SUPERVISION, Purpose.COMBINED, {PASS, FAIL, OPEN, UNTESTED}),
    (None, Purpose.SUPERVISION, {PASS, FAIL, OPEN, UNTESTED}),
    (None, Purpose.EVALUATION, {PASS, FAIL, OPEN, UNTESTED}),
    (ItemKind.MONITORING, Purpose.COMBINED, {PASS, PROBLEM, OPEN, UNTESTED}),  # 监测项目没有不合格
    (ItemKind.SUPERVISION, Purpose.MONITORING, {PASS, PROBLEM, OPEN, UNTESTED}),  # 风险监测的抽样单都是监测项目
    (None, Purpose.COMBINED, {PASS, FAIL, PROBLEM, OPEN, UNTESTED}),  # 没有写检验类型
])  # fmt: skip
def test_which_verdicts_an_item_may_have(kind, purpose, allowed):
    assert set(offered(kind, purpose)) == allowed


@pytest.mark.parametrize(("proposed", "before", "pending", "refused"), [
    (PASS, OPEN, True, False),
    (OPEN, OPEN, True, False),  # 待核 settled as 不判定项 is a decision too
    (PASS, FAIL, False, False),
    (FAIL, FAIL, False, True),  # nothing to overrule
    (PROBLEM, FAIL, False, True),  # not a verdict of a supervision item
])  # fmt: skip
def test_what_cannot_be_proposed(proposed, before, pending, refused):
    said = refusal(proposed, ItemKind.SUPERVISION, Purpose.SUPERVISION, before, pending)
    assert bool(said) is refused


def test_pending_items_are_settled_and_the_rest_is_overruled():
    assert (kind_of(True), kind_of(False)) == (DecisionKind.PENDING, DecisionKind.OVERRIDE)


@dataclass(frozen=True)
class Row:
    item: str = "毒死蜱"
    result_written: str | None = "0.9"
    unit: str | None = "mg/kg"
    lab_verdict: Verdict | None = PASS
    our_verdict: Verdict = FAIL
    limit_text: str | None = "≤0.2 mg/kg"
    kind: ItemKind | None = None


@pytest.mark.parametrize(("changed", "same"), [
    ({}, True),
    ({"result_written": "0.19"}, False),
    ({"unit": "μg/kg"}, False),
    ({"limit_text": "≤1 mg/kg"}, False),
    ({"lab_verdict": FAIL}, False),
    ({"our_verdict": PASS}, False),
    ({"kind": ItemKind.MONITORING}, False),
])  # fmt: skip
def test_an_earlier_decision_is_offered_only_for_the_same_finding(changed, same):
    assert same_finding(Row(), replace(Row(), **changed)) is same
