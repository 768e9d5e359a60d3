"""年度检查安排 on other pages."""

from __future__ import annotations

from typing import Any

from app import clock
from app.authorize import current_actor
from app.enterprises.models import Enterprise
from app.schedules import exports, queries

TONES = {
    "已取消": "neutral", "已检查": "green", "已检查（逾期）": "yellow", "已逾期": "red", "已安排检查": "blue", "待检查": "neutral",
}  # fmt: skip


def panel(enterprise: Enterprise) -> dict[str, Any]:
    """Its duties of this year."""
    today = clock.today()
    return {
        "rows": queries.of_enterprise(current_actor(), enterprise.id, today.year), "year": today.year, "today": today,
        "standing": exports.standing, "tones": TONES,
    }  # fmt: skip
