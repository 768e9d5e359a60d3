"""下一步抽什么 and 覆盖缺口 as workbooks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from app.domain.actors import Actor
from app.domain.gaps_points import NAMES, TABLE
from app.gaps.coverage import Covered
from app.gaps.listing import Answer, Row
from app.gaps.reading import Books
from app.spreadsheet_cells import CellValue, Column
from app.spreadsheet_reports import ReportSheet, write_report

COLUMNS = (
    Column("序号", "integer"),
    Column("计划"),
    Column("食品"),
    Column("乡镇"),
    Column("环节"),
    Column("企业"),
    Column("批次", "integer"),
    Column("建议时间"),
    Column("承检机构"),
    Column("分值", "integer"),
    Column("理由"),
    Column("计划编号", "integer"),
)

SHORT_COLUMNS = (
    Column("目标"), Column("还差批次", "integer"), Column("最多能完成", "integer"), Column("缺口", "integer"), Column("说明"),
)  # fmt: skip


def food_words(row: Row, books: Books) -> str:
    food_id = row.place.pair.food_id
    return books.categories.by_id(food_id).path if food_id is not None else "食品不限"


def week_words(row: Row) -> str:
    return "；".join(f"{visit.week.first:%m-%d}至{visit.week.last:%m-%d} {visit.batches} 批" for visit in row.visits)


def lab_words(row: Row, found: Answer) -> str:
    names = {lab.id: lab.name for lab in found.laboratories}
    used = dict.fromkeys(visit.laboratory_id for visit in row.visits if visit.laboratory_id is not None)
    return "、".join(names[one] for one in used)


def reason_words(row: Row) -> str:
    told = [f"{reason.words}（{reason.points} 分）" if reason.points else reason.words for reason in row.reasons]
    return "；".join([*told, *(head.words for head in row.caps)])


def write_list(path: Path, found: Answer, actor: Actor, at: datetime) -> None:
    """The whole list, the targets out of reach, and how points are given."""
    weeks = f"{found.weeks[0].first} 至 {found.weeks[-1].last}" if found.weeks else "没有剩余的周"
    amount = f"共 {found.batches} 批 {len(found.rows)} 行　合计 {found.points} 分"
    about = f"统计日期 {found.today}　计划期 {weeks}　{amount}　导出人 {actor.name}"
    short = [(one.what, one.lacking, one.possible, one.gap, one.words) for one in found.shortfalls]
    points = [(NAMES[code], words) for code, _, words in TABLE]
    sheets = [
        ReportSheet("下一步抽什么", "下一步抽什么", about, COLUMNS, [_cells(row, found) for row in found.rows], found.notes),
        ReportSheet("完不成的目标", "按现有企业、频次上限和检验能力完不成的目标", about, SHORT_COLUMNS, short),
        ReportSheet("分值说明", "分值说明", about, (Column("理由"), Column("分值规则")), points),
    ]
    write_report(path, sheets, author=actor.name, made_at=at)


def _cells(row: Row, found: Answer) -> Sequence[CellValue]:
    books, pair = found.books, row.place.pair
    return (
        row.rank, row.plan.name, food_words(row, books), books.regions.name(pair.firm.region_id or row.plan.region_id),
        pair.link.value, pair.firm.name, row.batches, week_words(row), lab_words(row, found) or "—", row.points,
        reason_words(row), row.plan.id,
    )  # fmt: skip


def write_coverage(path: Path, found: Covered, books: Books, actor: Actor, at: datetime) -> None:
    """Producers and 品种 without a completed batch."""
    plan = f"　计划 {found.plan.name}" if found.plan else ""
    about = f"{found.area.name}　{found.year}年{plan}　导出人 {actor.name}"
    producers = [
        (
            row.name,
            books.regions.full_name(row.region_id) if row.region_id else "—",
            row.address or "—",
            row.licence_no or "—",
            row.licence_until,
        )
        for row in found.missing_producers
    ]
    sheets = [
        ReportSheet(
            "未抽到的企业",
            f"未抽到的获证在产企业（覆盖率 {found.producers.shown}）",
            about,
            (
                Column("企业名称"),
                Column("所属区域"),
                Column("地址"),
                Column("许可证号"),
                Column("许可证有效期", "date"),
            ),
            producers,
        ),
        ReportSheet(
            "未抽到的品种",
            f"未抽到的品种（覆盖率 {found.kinds.shown}）",
            about,
            (Column("品种"),),
            [(path,) for path in found.missing_kinds],
        ),
    ]
    write_report(path, sheets, author=actor.name, made_at=at)
