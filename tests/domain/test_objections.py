"""异议: windows, who may claim what, what stands against acceptance, what an upheld one may change (办法 37 to 39)."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain import objections as rules
from app.domain.case_kinds import ObjectionEffect, ObjectionKind, ObjectionOutcome, Side
from app.domain.deadline_rules import DeadlineRule, Unit
from app.domain.working_days import WorkingDays

K, E, OUT = ObjectionKind, ObjectionEffect, ObjectionOutcome
DAYS = WorkingDays({date(2026, 10, day): "国庆节" for day in range(1, 9)}, {date(2026, 10, 10): "国庆节"}, {2026})
UNPUBLISHED = WorkingDays({}, {}, set())


def rule(kind: ObjectionKind) -> DeadlineRule:
    article = "第37条第2款" if kind is K.SAMPLING else "第37条第3款"
    return DeadlineRule(
        rules.APPLY[kind], "异议", "食品生产经营者", rules.event(kind), 7, Unit.WORKING_DAY, article, date(2019, 10, 1), None, "", "已核"
    )


@pytest.mark.parametrize(("kind", "begun", "applied", "late", "due"), [
    (K.SAMPLING, date(2026, 11, 2), date(2026, 11, 11), False, date(2026, 11, 11)),  # the seventh working day is in time
    (K.SAMPLING, date(2026, 11, 2), date(2026, 11, 12), True, date(2026, 11, 11)),
    (K.METHOD, date(2026, 11, 20), date(2026, 12, 1), False, date(2026, 12, 1)),
    (K.METHOD, date(2026, 11, 20), date(2026, 12, 2), True, date(2026, 12, 1)),
    (K.STANDARD, date(2026, 9, 30), date(2026, 10, 16), False, date(2026, 10, 16)),  # 国庆 left out, 10-10 counted
    (K.AUTHENTICITY, date(2026, 9, 30), date(2026, 10, 17), True, date(2026, 10, 16)),
    (K.AUTHENTICITY, date(2026, 11, 20), date(2026, 11, 18), False, date(2026, 12, 1)),  # before the notice arrived
])  # fmt: skip
def test_seven_working_days_from_the_sampling_or_from_the_notice(
    kind: ObjectionKind, begun: date, applied: date, late: bool, due: date
) -> None:
    found = rules.window(kind, begun, applied, rule(kind), DAYS, proven=True)
    assert (found.late, found.due, found.doubt) == (late, due, None)
    assert str(due) in found.sentence and str(applied) in found.sentence and rules.event(kind) in found.sentence
    assert ("已逾期，不予受理（第37条" in found.sentence) is late
    assert found.lines


@pytest.mark.parametrize(("kind", "begun", "days", "proven", "said"), [
    (K.METHOD, date(2026, 11, 20), DAYS, False, "没有送达回证证明"),  # the applicant says so
    (K.METHOD, None, DAYS, False, "请核对通知书是否确未送达"),
    (K.SAMPLING, None, DAYS, True, "请先补充抽样日期"),
    (K.METHOD, date(2026, 11, 20), UNPUBLISHED, True, "放假安排尚未公布"),
])  # fmt: skip
def test_what_is_not_proven_is_said(
    kind: ObjectionKind, begun: date | None, days: WorkingDays, proven: bool, said: str
) -> None:
    found = rules.window(kind, begun, date(2026, 11, 23), rule(kind) if begun else None, days, proven=proven)
    assert not found.late
    assert said in (found.doubt or "")


@pytest.mark.parametrize(("side", "refused"), [
    (Side.SAMPLED, False),
    (Side.PRODUCER, False),
    (Side.OTHER, False),  # an importer or whoever had it made: with proof of his interest
    (Side.MARKET, True),
    (Side.PLATFORM, True),
])  # fmt: skip
def test_only_the_operators_of_the_food_object(side: Side, refused: bool) -> None:
    fault = rules.standing_fault(side)
    assert (fault is not None) is refused
    assert fault is None or side.value in fault


@pytest.mark.parametrize(("kind", "side", "evidence", "wanting"), [
    (K.SAMPLING, Side.SAMPLED, "现场视频", None),
    (K.SAMPLING, Side.SAMPLED, " ", rules.WITHOUT_EVIDENCE),  # 办法 37: 并提交相关证明材料
    (K.AUTHENTICITY, Side.PRODUCER, "防伪鉴定报告", None),
    (K.AUTHENTICITY, Side.PRODUCER, None, rules.WITHOUT_EVIDENCE),
    (K.AUTHENTICITY, Side.SAMPLED, None, rules.NOT_THE_PRODUCER),
    (K.AUTHENTICITY, Side.SAMPLED, "进货凭证", None),
    (K.METHOD, Side.OTHER, None, rules.WITHOUT_INTEREST),
    (K.STANDARD, Side.OTHER, "委托加工合同", None),
])  # fmt: skip
def test_what_is_wanting_can_still_be_supplied(kind: ObjectionKind, side: Side, evidence: str | None, wanting: str | None) -> None:
    assert rules.defects(kind, side, evidence) == ([wanting] if wanting else [])
    assert len(rules.wanted(kind, side, evidence)) == bool(wanting)


def test_a_late_market_has_two_obstacles() -> None:
    late = rules.window(K.METHOD, date(2026, 11, 2), date(2026, 11, 20), rule(K.METHOD), DAYS, proven=True)
    assert rules.obstacles(Side.MARKET, late) == [late.sentence, rules.standing_fault(Side.MARKET)]
    in_time = rules.window(K.METHOD, date(2026, 11, 2), date(2026, 11, 3), rule(K.METHOD), DAYS, proven=True)
    assert rules.obstacles(Side.SAMPLED, in_time) == []


@pytest.mark.parametrize(("kind", "outcome", "effect", "items", "named", "said"), [
    (K.SAMPLING, OUT.UPHELD, E.INVALID, 0, True, None),
    (K.SAMPLING, OUT.UPHELD, E.NONE, 0, True, None),  # a flaw that does not touch the conclusion
    (K.SAMPLING, OUT.UPHELD, E.PASS, 1, True, "只能是"),
    (K.SAMPLING, OUT.UPHELD, E.NOT_THEIRS, 0, True, "只能是"),
    (K.AUTHENTICITY, OUT.UPHELD, E.NOT_THEIRS, 0, True, None),
    (K.AUTHENTICITY, OUT.UPHELD, E.NOT_THEIRS, 0, False, rules.NO_PRODUCER),
    (K.AUTHENTICITY, OUT.UPHELD, E.INVALID, 0, True, None),  # a mix-up of samples
    (K.AUTHENTICITY, OUT.UPHELD, E.PASS, 1, True, "只能是"),
    (K.METHOD, OUT.UPHELD, E.PASS, 1, True, None),
    (K.METHOD, OUT.PARTLY, E.PASS, 2, True, None),
    (K.METHOD, OUT.UPHELD, E.PASS, 0, True, "至少选择一个检验项目"),
    (K.METHOD, OUT.UPHELD, E.INVALID, 0, True, "只能是"),
    (K.STANDARD, OUT.UPHELD, E.NONE, 1, True, "不选择改判项目"),
    (K.STANDARD, OUT.UPHELD, E.NOT_THEIRS, 0, True, "只能是"),
    (K.STANDARD, OUT.REJECTED, E.NONE, 0, True, None),
    (K.STANDARD, OUT.REJECTED, E.PASS, 1, True, rules.NO_EFFECT),
])  # fmt: skip
def test_each_kind_has_its_effects(
    kind: ObjectionKind, outcome: ObjectionOutcome, effect: ObjectionEffect, items: int, named: bool, said: str | None
) -> None:
    fault = rules.effect_fault(kind, outcome, effect, items=items, producer_named=named)
    assert fault is None if said is None else said in (fault or "")


@pytest.mark.parametrize("kind", ObjectionKind)
def test_a_rejected_objection_changes_nothing(kind: ObjectionKind) -> None:
    assert rules.effects(kind, OUT.REJECTED) == (E.NONE,)
    assert set(rules.effects(kind, OUT.UPHELD)) == set(rules.effects(kind, OUT.PARTLY)) > {E.NONE}


@pytest.mark.parametrize(("kind", "applied", "received", "begun", "field"), [
    (K.METHOD, date(2026, 11, 18), date(2026, 11, 20), date(2026, 11, 16), None),  # posted on the 18th, here on the 20th
    (K.METHOD, date(2026, 11, 20), date(2026, 11, 21), None, "received_on"),  # tomorrow
    (K.METHOD, date(2026, 11, 20), date(2026, 11, 19), None, "applied_on"),
    (K.METHOD, date(2026, 11, 18), date(2026, 11, 18), date(2026, 11, 19), "window_from"),  # told after he had complained
    (K.SAMPLING, date(2026, 11, 1), date(2026, 11, 18), date(2026, 11, 2), "applied_on"),  # before there was a sampling
    (K.SAMPLING, date(2026, 11, 3), date(2026, 11, 18), date(2026, 11, 2), None),
])  # fmt: skip
def test_days_that_cannot_be_true(kind: ObjectionKind, applied: date, received: date, begun: date | None, field: str | None) -> None:
    fault = rules.filing_fault(kind, applied, received, begun, date(2026, 11, 20))
    assert (fault[0] if fault else None) == field


def test_a_step_lies_between_the_step_before_it_and_today() -> None:
    between = (date(2026, 11, 16), "收到异议申请的日期", date(2026, 11, 20))
    assert rules.step_fault("on", "受理日期", date(2026, 11, 16), *between) is None
    assert "不能早于收到异议申请的日期（2026-11-16）" in rules.step_fault("on", "受理日期", date(2026, 11, 15), *between)[1]
    assert "不能晚于今天" in rules.step_fault("on", "受理日期", date(2026, 11, 21), *between)[1]
