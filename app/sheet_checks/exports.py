"""退修率 as a workbook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from app.domain.lint import RULES
from app.domain.returns import DEFINITION, NAME, Rate, Sheet, overall, per_laboratory, per_rule, per_sampler
from app.spreadsheet_cells import CellValue, Column
from app.spreadsheet_stream import TableSheet


def rule_title(code: str) -> str:
    """The rule a sheet was sent back under, in words."""
    return f"{code} {RULES[code].title}" if code in RULES else code or "其他"


def return_sheets(found: Sequence[Sheet], first: date, last: date, who: str, at: str) -> list[TableSheet]:
    """One table per axis, and one that says what is counted."""
    about: list[tuple[CellValue, CellValue]] = [
        ("期间", f"{first} 至 {last}"), ("口径", DEFINITION), ("导出人", who), ("导出时间", at), ("抽样单数", len(found)),
        ("退修单数", overall(found).returned), (NAME, overall(found).display),
    ]  # fmt: skip
    return [
        _table("按抽样人员", "抽样人员", per_sampler(found)),
        _table("按检验机构", "检验机构", per_laboratory(found)),
        _table("按规则", "规则", (Rate(rule_title(rate.name), rate.returned, rate.sheets) for rate in per_rule(found))),
        TableSheet("导出说明", (Column("项目"), Column("内容")), about),
    ]


def _table(title: str, axis: str, rates: Iterable[Rate]) -> TableSheet:
    columns = (Column(axis), Column("退修单数", "integer"), Column("抽样单数", "integer"), Column(NAME))
    return TableSheet(title, columns, [(rate.name, rate.returned, rate.sheets, rate.display) for rate in rates])
