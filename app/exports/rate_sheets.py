"""Sheets of 合格率: by 大类, by link and by area, this month beside January to now."""

from __future__ import annotations

from collections.abc import Iterator

from app.domain.indicators import Figure
from app.exports.figures import FOOD, asked, place, shown
from app.exports.particulars import RATE, Particulars, Row
from app.indicators.breakdowns import breakdown
from app.indicators.groups import NAMES, By
from app.indicators.records import Slice
from app.spreadsheet_cells import Column
from app.spreadsheet_reports import ReportSheet


def _pass_columns(when: str) -> tuple[Column, ...]:
    return (
        Column(f"{when}判定批次", "integer"),
        Column(f"{when}不合格批次", "integer"),
        Column(f"{when}合格率（%）", "decimal", number_format=RATE),
        Column(f"{when}未判定", "integer"),
    )


def _columns(about: Particulars) -> tuple[Column, ...]:
    return (*_pass_columns(about.when), *_pass_columns("累计"))


def by_category(about: Particulars) -> ReportSheet:
    """分类合格率 by 大类."""
    rows = list(_pass_rows(about, "分类合格率", By.CATEGORY))
    columns = (Column("食品大类"), *_columns(about))
    return about.sheet("分类合格率", columns, rows, *PASS_NOTES, totals=1)


PASS_NOTES = (
    "合格率＝监督抽检（含抽检监测中的监督项目）合格批次÷判定合格或不合格的批次；风险监测、评价性抽检不计入；未判定的批次单列，不计入分母。",
)


def by_link_and_area(about: Particulars) -> ReportSheet:
    """环节与区域."""
    rows: list[Row] = []
    for by in (By.LINK, By.AREA):
        rows += [[NAMES[by], *row] for row in _pass_rows(about, "环节与区域", by, len(rows), ONE_FURTHER)]
    columns = (Column("分组方式"), Column("环节或区域"), *_columns(about))
    return about.sheet("环节与区域", columns, rows, *PASS_NOTES)


MONTH_AND_YEAR, ONE_FURTHER = "BDFH", "CEGI"


def _pass_rows(about: Particulars, sheet: str, by: By, before: int = 0, columns: str = MONTH_AND_YEAR) -> Iterator[Row]:
    """``columns`` are those of 判定批次 and 合格率 of the period, then of January to its end."""
    rate = asked("pass_rate", (FOOD,))
    frame = about.ledger.frame
    month = {share.key: share for share in breakdown(frame.over(about.month), rate, by)}
    for number, share in enumerate(breakdown(frame.over(about.cumulative), rate, by), before):
        this = month.get(share.key)
        group = Slice(by, share.key) if share.key is not None else None
        for period, part, first in ((about.month, this, 0), (about.cumulative, share, 2)):
            if part is not None:
                cells = (place(columns[first + 1], number), place(columns[first], number))
                about.ledger.cite(sheet, share.label, rate, period, group, cells)
        yield [share.label, *_pass_cells(this.figure if this else None), *_pass_cells(share.figure)]


def _pass_cells(figure: Figure | None) -> Row:
    if figure is None:
        return [0, 0, "—", 0]
    judged, passed = figure.denominator or 0, figure.numerator or 0
    return [judged, judged - passed, shown(figure), figure.undecided]
