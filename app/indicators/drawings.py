"""Charts of an indicator's months (时序进度); every bar opens the records of its month."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from flask import url_for
from markupsafe import Markup

from app import charts
from app.domain.indicators import Figure, Kind, half_up
from app.indicators.addresses import Here
from app.indicators.breakdowns import Month
from app.indicators.queries import Planned


def volume_charts(planned: Planned, asked: Here, months: list[Month]) -> list[Markup]:
    """From January to each month against the pace, then each month alone against its share of the pace."""
    unit, places = planned.formula.unit, planned.formula.places
    spans = (("1月起累计完成", True), ("各月完成", False))
    return [
        charts.bar_line(
            [f"{one.month}月" for one in months],
            [_height(one.to_date if to_date else one.figure) for one in months],
            [_opens(planned, asked, one, "numerator", to_date) for one in months],
            [_rounded(one.expected_to_date if to_date else one.expected, places) for one in months],
            f"{planned.row.name}：{title}",
            unit,
        )
        for title, to_date in spans
    ]


def rate_chart(planned: Planned, asked: Here, months: list[Month], target: Decimal) -> Markup:
    return charts.bar_line(
        [f"{one.month}月" for one in months],
        [_height(one.figure) for one in months],
        [_opens(planned, asked, one, "denominator", False) for one in months],
        [target for _ in months],
        f"{planned.row.name}：各月",
        planned.formula.unit,
        name="各月数值",
        pace_name="目标",
    )


def _height(figure: Figure) -> Decimal | None:
    return None if figure.value is None else Decimal(figure.display)


def _rounded(value: Fraction | None, places: int) -> Decimal | None:
    return None if value is None else Decimal(half_up(value, places))


def _opens(planned: Planned, asked: Here, month: Month, side: str, to_date: bool) -> str:
    where = {**asked.args, "month": month.month, "to_date": "1" if to_date else None}
    side = side if planned.formula.kind is not Kind.COUNT else "numerator"
    return url_for(".show_records", code=planned.plan.code, no=planned.row.no, side=side, **where)
