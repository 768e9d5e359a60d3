"""各月抽样与计划: bars of what was sampled each month against what the plan lays out, each bar opening its sheets."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from flask import url_for
from markupsafe import Markup

from app import charts
from app.domain.figures import half_up
from app.domain.progress import Tally, monthly_plan
from app.progress.tables import Laid


def months_chart(laid: Laid, tallies: Mapping[str, Tally]) -> Markup:
    """Months that have not begun have no bar."""
    planned = monthly_plan(laid.total, laid.months, laid.elapsed)
    begun = [month for month, (gone, _) in laid.elapsed.months.items() if gone or str(month) in tallies]
    months = range(1, 13)
    return charts.bar_line(
        [f"{month}月" for month in months],
        [tallies.get(str(month), Tally()).sampled if month in begun else None for month in months],
        [_opens(laid, month) if month in begun else None for month in months],
        [Decimal(half_up(planned[month], 1)) for month in months],
        f"{laid.plan.name}：各月抽样与计划",
        "批次",
        name="已抽样",
        pace_name="计划",
    )


def _opens(laid: Laid, month: int) -> str:
    return url_for("progress.show_records", plan_id=laid.plan.id, measure="sampled", by="month", group=month)
