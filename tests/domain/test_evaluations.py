"""规划评估: the years of each kind, the sum of the groups, and sentences that say no other numbers than the table."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from app.domain.evaluations import Row, attainments, drafts, title_of, years_of
from app.domain.plans import Nature
from app.domain.reporting_kinds import EvaluationKind

ROWS = [
    Row("1", "评价性抽检合格率", Nature.BINDING, "98.12%", "≥ 98%", True),
    Row("2", "批次/千人", Nature.EXPECTED, "5.28", "≥ 8", False, True),
    Row("3", "核查处置完成率", Nature.BINDING, "—", "≥ 100%", None),
    Row("4", "自查报告率", None, "86.96%", "≥ 100%", None, True, "三季度起报送。"),
]


@pytest.mark.parametrize(
    ("kind", "year", "years"),
    [
        (EvaluationKind.YEARLY, 2023, (2023,)),
        (EvaluationKind.YEARLY, 2026, (2026,)),  # no new plan yet
        (EvaluationKind.MIDTERM, 2023, (2021, 2022, 2023)),
        (EvaluationKind.FINAL, 2025, (2021, 2022, 2023, 2024, 2025)),
    ],
)
def test_years(kind: EvaluationKind, year: int, years: Sequence[int]) -> None:
    assert years_of(kind, 2021, 2025, year) == years


@pytest.mark.parametrize(
    ("kind", "year", "why"),
    [
        (EvaluationKind.YEARLY, 2020, "自 2021 年开始"), (EvaluationKind.MIDTERM, 2021, "首年"), (EvaluationKind.MIDTERM, 2025, "末年"),
        (EvaluationKind.MIDTERM, 2026, "规划期为"), (EvaluationKind.FINAL, 2024, "末年"),
    ],
)
def test_years_that_are_refused(kind: EvaluationKind, year: int, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        years_of(kind, 2021, 2025, year)


def test_the_groups_sum_to_the_whole() -> None:
    *groups, whole = attainments(ROWS)
    assert [one.title for one in groups] == ["约束性指标", "预期性指标", "未分属性指标"]
    for name in ("total", "met", "missed", "open"):
        assert sum(getattr(one, name) for one in groups) == getattr(whole, name)
    assert (whole.total, whole.met, whole.missed, whole.open) == (4, 1, 1, 2)


def test_drafts_name_what_is_missed_and_what_lies_behind() -> None:
    about = {"plan": "规划", "source": "某文", "area": "蓟州区", "span": "2026年", "as_of": "2026-11-20"}
    made = drafts(ROWS, about)
    assert "共 4 项指标，达到目标 1 项，未达到 1 项，尚不能判定 2 项" in made["preface"]
    assert made["problems"].splitlines() == [
        "批次/千人（预期性）为 5.28，目标 ≥ 8，未达到。",
        "自查报告率为 86.96%，目标 ≥ 100%，落后于时序进度。三季度起报送。",
    ]
    assert drafts(ROWS[:1], about)["problems"] == "各项指标均达到目标或符合进度。"


def test_titles() -> None:
    assert title_of(EvaluationKind.YEARLY, "规划", "蓟州区", 2026, 6) == "《规划》蓟州区2026年1—6月年度监测报告"
    assert title_of(EvaluationKind.FINAL, "规划", "蓟州区", 2025, None) == "《规划》蓟州区总结评估报告"
