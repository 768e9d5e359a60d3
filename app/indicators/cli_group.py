"""The group of commands of the indicators, and the options that several of them share."""

from __future__ import annotations

import click

from app.domain.actors import Actor
from app.indicators import frames
from app.reference_data.books import region_book

indicators = click.Group("indicators", help="规划指标")
PLAN = click.option("--plan", "code", required=True, help="规划编号")
AREA = click.option("--area", "area_code", required=True, help="区划代码")
YEAR = click.option("--year", type=int, required=True, help="年份")
MONTH = click.option("--month", type=int, help="月份")
QUARTER = click.option("--quarter", type=int, help="季度")
NUMBER = click.option("--no", "number", required=True, help="指标序号")


def frame_of(
    actor: Actor, area_code: str, year: int, month: int | None, as_of: str | None, quarter: int | None = None
) -> frames.Frame:
    found = frames.area_by_code(region_book(), area_code)
    return frames.Frame(actor, found, frames.period(year, month, quarter=quarter), frames.read_moment(as_of))
