"""``flask sheets …``: the report on numbers."""

from __future__ import annotations

import click
from flask import Flask

from app import clock
from app.commands import Answer, command
from app.domain.actors import Actor
from app.domain.numbering_gaps import in_ranges
from app.domain.permissions import Permission
from app.sampling import numbers

sheets = click.Group("sheets", help="抽样单：编号核对")


def register(app: Flask) -> None:
    app.cli.add_command(sheets)


@command(sheets, "numbers", permission=Permission.SAMPLE_LIST)
@click.option("--year", type=click.IntRange(2000, 2099), help="年度；不填为本年")
def number_report(actor: Actor, year: int | None) -> Answer:
    """编号核对：已取用、作废、缺号。有缺号时以 1 退出。"""
    year = year or clock.today().year
    runs = numbers.number_runs(actor, year)
    rows = [
        {
            "organisation": one.organisation, "prefix": one.prefix, "unit": one.unit, "suffix": one.suffix, "year": one.year,
            "last": one.run.last, "used": one.run.used, "voided": list(one.run.voided), "missing": list(one.run.missing),
            "beyond": list(one.run.beyond),
        }
        for one in runs
    ]  # fmt: skip
    lines = [
        f"{one.organisation} {one.prefix}{one.year % 100:02d} 单位 {one.unit}{one.suffix}：已取用 {one.run.last} 个，"
        f"作废 {len(one.run.voided)} 个，缺号 {in_ranges(one.run.missing) or '无'}"
        for one in runs
    ]
    return Answer(rows, lines or [f"{year} 年还没有由本系统编的号"], refused=any(one.run.missing for one in runs))
