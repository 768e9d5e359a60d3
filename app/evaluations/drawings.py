"""The chart of a report on its page: each indicator as a share of its target; every bar opens the indicator's records."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import url_for
from markupsafe import Markup

from app import charts
from app.charts import Series
from app.domain.evaluations import share_of_target
from app.evaluations.content import Content, Told
from app.evaluations.files import CHART, SHOWN_IN_CHART
from app.indicators.figures import divisible


def attainment_chart(whole: Content) -> Markup | None:
    """横条图 of the indicators with a number; None where none has one."""
    shown = [(one, share) for one in whole.told if (share := share_of_target(one.line.figure, one.line.assessed.target.target)) is not None]
    shown = shown[:SHOWN_IN_CHART]
    if not shown:
        return None
    names, heights = [one.row.name for one, _ in shown], [Decimal(share) for _, share in shown]
    series = Series("为目标的百分比", heights, [_opens(whole, one) for one, _ in shown])
    return charts.bars(names, [series], CHART, "%", horizontal=True)


def _opens(whole: Content, one: Told) -> str:
    period = whole.frame.period
    to_date = "1" if period.month else None
    where: dict[str, Any] = {"area": whole.frame.area.code, "year": period.year, "month": period.month, "to_date": to_date}
    if divisible(one.line.planned.formula):
        return url_for("indicators.show_records", code=whole.plan.code, no=one.row.number, side="numerator", **where)
    return url_for("indicators.plan", code=whole.plan.code, **where)
