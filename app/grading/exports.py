"""风险等级 as a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from app.domain.supervision_kinds import RiskComponent
from app.grading.listing import Filters
from app.reference_data.books import region_book
from app.spreadsheet_cells import CellValue, Column

COLUMNS = (
    Column("企业名称"), Column("统一社会信用代码"), Column("企业类型"), Column("企业状态"), Column("所属区域"), Column("责任监管所"),
    Column("管辖单位"), Column("风险等级"), Column("总分", "decimal"), Column("评定年度", "integer"), Column("评定原因"),
    Column("评定编号"), Column("生效日期", "date"),
)  # fmt: skip
UNGRADED = "未评定"


def cells(rows: Sequence[Any]) -> Iterator[tuple[CellValue, ...]]:
    regions = region_book()
    for row in rows:
        yield (
            row.enterprise_name, row.credit_code, row.kind, row.status.value,
            regions.full_name(row.region_id) if row.region_id else None, row.station_name, row.org_name,
            f"{row.grade.value}级" if row.grade else UNGRADED, row.total, row.year, row.cause.value if row.cause else None, row.number,
            row.effective_from,
        )  # fmt: skip


def conditions(filters: Filters) -> str:
    """The query in words, for the export and its history."""
    said = [
        f"关键词：{filters.q}" if filters.q else "", f"企业类型：{filters.kind}" if filters.kind else "",
        f"等级：{filters.grade.value}级" if filters.grade else "", "责任监管所已选" if filters.station_id is not None else "",
        f"所属区域：{region_book().full_name(filters.region_id)}" if filters.region_id is not None else "",
        UNGRADED if filters.ungraded else "", "待本年度评定" if filters.due else "",
    ]  # fmt: skip
    return "，".join(part for part in said if part) or "全部"


def lines_of(points: Sequence[Any]) -> list[dict[str, Any]]:
    """The lines of a score sheet, for commands."""
    return [
        {
            "component": one.component.value, "title": one.title, "value": one.value, "points": one.points, "most": one.most,
            "steps": one.steps if one.component is RiskComponent.ADJUSTMENT else None, "evidence": one.evidence,
        }
        for one in points
    ]  # fmt: skip
