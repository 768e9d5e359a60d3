"""备份样品保存期限, as a table: conclusion, months, shelf life, rest days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from app.domain.deadline_rules import DeadlineRule, Unit
from app.domain.retention import BackupStage, Keeping, discard_fault, keeping, rule_of, stage
from app.domain.samples import Monitoring as M
from app.domain.samples import Supervision as S
from app.domain.states import BackupState, SampleState
from app.domain.working_days import WorkingDays

DAYS = WorkingDays({}, {}, (2026, 2027))


def rule(code: str, on: date) -> DeadlineRule:
    months = {"KEEP_PASS": 3, "KEEP_FAIL": 6}[code]
    return DeadlineRule(
        code, "备份样品保存", "承检机构", "作出检验结论", months, Unit.MONTH, "第25条", date(2019, 10, 1), None, "令第15号", "已核"
    )


@dataclass
class Sampled:
    supervision: S | None = S.PASS
    monitoring: M | None = M.NONE
    reported_on: date | None = date(2026, 4, 10)
    expires_on: date | None = None
    state: SampleState = SampleState.REPORTED


@pytest.mark.parametrize(("supervision", "monitoring", "code"), [
    (S.PASS, M.NONE, "KEEP_PASS"),
    (S.FAIL, M.NONE, "KEEP_FAIL"),
    (S.PASS, M.PROBLEM, "KEEP_FAIL"),  # one sheet with both kinds of items: the longer term
    (S.NONE, M.CLEAR, "KEEP_PASS"),
    (S.NONE, M.UNDECIDED, "KEEP_PASS"),
    (S.NONE, M.PROBLEM, "KEEP_FAIL"),
    (S.OPEN, M.NONE, None),  # 待核: nobody knows yet
    (S.NONE, M.NONE, None),
    (None, None, None),
])
def test_which_term(supervision, monitoring, code):
    assert rule_of(supervision, monitoring) == code


@pytest.mark.parametrize(("sample", "until", "words"), [
    (Sampled(), date(2026, 7, 10), "检验结论 2026-04-10 合格，保存 3 个月至 2026-07-10"),
    (Sampled(supervision=S.FAIL), date(2026, 10, 12), "不合格，保存 6 个月至 2026-10-12（期满日为休息日，顺延）"),  # a Saturday
    (Sampled(expires_on=date(2026, 7, 1)), date(2026, 7, 1),
     "检验结论 2026-04-10 合格，保存 3 个月至 2026-07-10；保质期至 2026-07-01 更早，保存至 2026-07-01"),
    (Sampled(expires_on=date(2026, 7, 10)), date(2026, 7, 10), "保存 3 个月至 2026-07-10"),  # the same day: the law's
    (Sampled(expires_on=date(2026, 4, 1)), date(2026, 4, 1), "保质期至 2026-04-01 更早"),  # over before the report
    (Sampled(reported_on=date(2026, 11, 30)), date(2027, 3, 1), "顺延"),  # no 30 February: the month's last, a Sunday
    (Sampled(state=SampleState.REGISTERED, reported_on=None, supervision=None), None, "尚未出具检验结论"),
    (Sampled(state=SampleState.REGISTERED), None, "尚未出具检验结论"),  # an undone report leaves nothing in force
    (Sampled(supervision=S.OPEN), None, "未判定"),
    (Sampled(state=SampleState.VOIDED), None, "已作废"),
])
def test_until_when_and_why(sample, until, words):
    found = keeping(sample, rule, DAYS)
    assert found.until == until and words in found.why


KEPT = Keeping(date(2026, 7, 10), "检验结论 2026-04-10 合格，保存 3 个月至 2026-07-10", "第25条", "KEEP_PASS")


@pytest.mark.parametrize(("on", "open_cases", "sentence"), [
    (date(2026, 7, 10), 0, "须保存至 2026-07-10"),  # the last day is still a day of keeping
    (date(2026, 7, 10), 0, "最早 2026-07-11"),
    (date(2026, 7, 11), 0, None),
    (date(2026, 7, 11), 1, "案件还有 1 件未办结"),
])
def test_when_it_may_be_disposed_of(on, open_cases, sentence):
    fault = discard_fault(Sampled(), KEPT, on, open_cases)
    assert (fault is None) if sentence is None else sentence in (fault or "")


def test_without_a_conclusion_nothing_is_disposed_of():
    open_ = Sampled(supervision=S.OPEN)
    assert "现在不能处置" in (discard_fault(open_, keeping(open_, rule, DAYS), date(2030, 1, 1), 0) or "")


def test_a_voided_sheet_holds_nothing_back():
    voided = Sampled(state=SampleState.VOIDED)
    assert discard_fault(voided, keeping(voided, rule, DAYS), date(2026, 4, 11), 0) is None


@pytest.mark.parametrize(("today", "expected"), [
    (date(2026, 6, 9), BackupStage.KEPT),
    (date(2026, 6, 10), BackupStage.SOON),  # 30 days left
    (date(2026, 7, 10), BackupStage.SOON),
    (date(2026, 7, 11), BackupStage.DUE),
])
def test_stages(today, expected):
    assert stage(BackupState.KEPT, KEPT, today) is expected
    assert stage(BackupState.DISCARDED, KEPT, today) is BackupStage.DISCARDED
    assert stage(BackupState.KEPT, Keeping(None, ""), today) is BackupStage.KEPT
