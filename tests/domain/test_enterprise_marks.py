"""企业标记: what is said of an enterprise wherever it is named."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.enterprise_marks import Standing, marks
from app.domain.supervision_kinds import Grade

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        (Standing("在产"), []),
        (Standing("在产", grade=Grade.A), []),
        (Standing("在产", grade=Grade.B), []),  # A and B need no special care
        (Standing("在产", grade=Grade.C), ["风险C级"]),
        (Standing("在产", grade=Grade.D), ["风险D级"]),
        (Standing("在产", valid_to=date(2026, 11, 25)), ["许可过期"]),  # the day after its last day
        (Standing("在产", valid_to=TODAY), ["许可将到期"]),  # good until the end of its last day
        (Standing("在产", valid_to=date(2027, 2, 24)), ["许可将到期"]),  # 90 days are left
        (Standing("在产", valid_to=date(2027, 2, 25)), []),
        (Standing("停产"), ["停产"]),
        (Standing("注销", valid_to=date(2020, 1, 1), grade=Grade.D), ["注销"]),  # nothing to renew or to inspect
        (Standing("注销", listed="已列入"), ["严重违法失信", "注销"]),  # the list outlives the business
        (Standing("已合并", valid_to=date(2020, 1, 1)), ["已合并"]),
        (
            Standing("停产", date(2026, 1, 1), "已列入", Grade.C),  # the gravest first
            ["严重违法失信", "停产", "许可过期", "风险C级"],
        ),
    ],
)
def test_marks(standing: Standing, words: list[str]) -> None:
    assert [mark.word for mark in marks(standing, TODAY)] == words
