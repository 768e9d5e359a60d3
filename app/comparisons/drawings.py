"""Charts of the comparisons; every bar and point opens the records it counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from app import charts, charts_trend
from app.comparisons.by_part import Compared as Parted
from app.comparisons.forecasts import Forecast
from app.comparisons.items import FAILED_SIDE, Items
from app.comparisons.questions import Question
from app.comparisons.years import Compared as Yearly
from app.domain.figures import compute, half_up
from app.domain.indicators import Figure, Kind, trust
from app.domain.item_rates import ITEM_FAILURE
from app.domain.pace import expected
from app.indicators.breakdowns import Month

Address = Callable[..., str]
MOST = 40  # bars that a page can hold; the table has them all


def height(figure: Figure | None) -> Decimal | None:
    return None if figure is None or figure.value is None else Decimal(figure.display)


def side_of(question: Question) -> str:
    """The list that says most of a figure: of a rate everything judged, of a volume what was counted."""
    return "numerator" if question.formula.kind in (Kind.COUNT, Kind.PER_THOUSAND) else "denominator"


def parted(question: Question, found: Parted, address: Address, node: int | None = None) -> Markup:
    """Bars of the parts in the order of the table."""
    shown = [one for one in found.shown if one.figure.value is not None][:MOST]
    links = [address("records", by=found.by, node=node, group=one.key, side=side_of(question)) for one in shown]
    series = [charts.Series(question.formula.name, [height(one.figure) for one in shown], links)]
    return charts.bars([one.label for one in shown], series, found.table.title, question.formula.unit, horizontal=True)


def two_years(question: Question, found: Yearly, year: int, address: Address) -> Markup:
    """Months of two years side by side."""
    labels = [f"{month}月" for month, _, _ in found.months]
    series = [
        charts.Series(
            f"{at}年",
            [height(one.figure) if (one := pair[place]) else None for pair in pairs(found)],
            [address("records", year=at, span=f"m{month}", to_date=None, side=side_of(question)) for month, _, _ in found.months],
        )
        for place, at in ((0, year), (1, year - 1))
    ]  # fmt: skip
    return charts.bars(labels, series, f"{question.title}：分月同比", question.formula.unit)


def pairs(found: Yearly) -> list[tuple[Month | None, Month | None]]:
    return [(now, before) for _, now, before in found.months]


def trend(question: Question, found: Yearly, year: int, threshold: int, address: Address) -> Markup:
    """The rate month by month with its interval; months of few are drawn hollow."""
    points = []
    for month, now, _ in found.months:
        if now is None or now.figure.value is None:
            continue
        beside = trust(now.figure, threshold)
        interval = beside.interval if beside else None
        link = address("records", year=year, span=f"m{month}", to_date=None, side=side_of(question))
        points.append(
            charts_trend.Point(
                f"{month}月", Decimal(now.figure.display), interval.low if interval else None, interval.high if interval else None,
                bool(beside and beside.small), link,
            )
        )  # fmt: skip
    return charts_trend.band(points, f"{question.title}：{year}年各月及95%置信区间", question.formula.unit)


def items(found: Items, address: Address) -> Markup:
    """项目不合格率 of classes or items that failed at all."""
    shown = [one for one in found.lines if one.key is not None and one.failed][:15]
    where: list[dict[str, Any]] = [
        {"item_class": found.item_class, "item": one.key} if found.item_class else {"item_class": one.key} for one in shown
    ]
    rates = [Decimal(compute(ITEM_FAILURE, one.failed, one.tested).display) for one in shown]
    links = [address("item_records", side=FAILED_SIDE, **one) for one in where]
    series = [charts.Series(ITEM_FAILURE.name, rates, links)]
    return charts.bars([str(one.key) for one in shown], series, found.table.title, "%", horizontal=True)


def year_so_far(one: Forecast, year: int, address: Address) -> Markup:
    """Done from January to each month against the pace, in batches."""
    done, days, heights, paces, links = 0, 0, [], [], []
    for month, (batches, gone) in sorted(one.months.items()):
        done, days = done + batches, days + gone
        heights.append(done)
        pace = expected(one.found.goal, min(days, one.found.total), one.found.total) if one.found.goal else None
        paces.append(None if pace is None else Decimal(half_up(pace, 0)))
        where = {"figure": one.question.code, "span": f"m{month}", "to_date": "1", "side": "numerator"}
        links.append(address("records", **where))
    labels = [f"{month}月" for month in sorted(one.months)]
    title = f"{one.question.name}：{year}年累计完成与时序进度"
    if not any(pace is not None for pace in paces):
        return charts.bars(labels, [charts.Series("累计完成", heights, links)], title, "批次")
    return charts.bar_line(labels, heights, links, paces, title, "批次")


def balance(labels: Sequence[str], done: Sequence[int], planned: Sequence[Decimal], links: Sequence[str | None], title: str) -> Markup:
    """What was sampled beside what the plan's shares would have made of it."""
    return charts.bars(labels, [charts.Series("已抽样", done, links), charts.Series("按计划占比应为", planned, links)], title, "批次")
