"""红黄绿灯 of deadlines on pages: what each light means, once for all lists."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.deadlines import AMBER_DAYS, AMBER_PERCENT, DeadlineLight

AMBER_WORDS = f"剩余不超过 {AMBER_DAYS} 个工作日或期限的 {AMBER_PERCENT}%"
# (word, tone, meaning), as ``light_legend`` of components/tables.html takes them
DEADLINES: Sequence[tuple[str, str, str]] = (
    (DeadlineLight.GREEN.value, "green", "期限充裕"),
    (DeadlineLight.AMBER.value, "yellow", AMBER_WORDS),
    (DeadlineLight.RED.value, "red", "已过期限"),
)
