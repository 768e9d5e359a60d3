"""检验项目: how often each class of item and each item was tested and failed, and the very result rows behind every number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.comparisons.tables import Cell, Column, Opens, Row, Table, measured, number, told, trust_cells
from app.db import session
from app.domain.fact_parts import Part, selection
from app.domain.figures import compute
from app.domain.indicators import UNCLASSIFIED, Condition, Field, describe, trust
from app.domain.intervals import METHOD
from app.domain.item_rates import ITEM_FAILURE
from app.domain.samples import ItemClass, Verdict
from app.errors import NotLikeThis
from app.indicators.frames import Clause, Frame, moment, months_of, reach
from app.indicators.models import AreaSummary, BatchSummary, ItemSummary, YearItemSummary
from app.indicators.selections import fact_clause
from app.indicators.summaries import FAILED, TESTED
from app.reference_data.models import FoodCategory, Region, TestItem
from app.results.models import OverturnedVerdict, ResultReport, ResultRow
from app.sampling.models import BatchFact, Sample

WHOLE = "合计"
CLASSES = (*(one.value for one in ItemClass), UNCLASSIFIED)
TESTED_SIDE, FAILED_SIDE = "tested", "failed"


@dataclass(frozen=True, slots=True)
class Counted:
    """One item or class; ``key`` None is the whole."""

    key: str | None
    tested: int
    failed: int


@dataclass(frozen=True)
class Items:
    """``item_class`` None: the classes; else the items of one class."""

    item_class: str | None
    lines: Sequence[Counted]
    table: Table


def items(frame: Frame, conditions: Sequence[Condition], threshold: int, item_class: str | None = None) -> Items:
    """Most failures first, then most tested, then by name."""
    if item_class is not None and item_class not in CLASSES:
        raise NotLikeThis(f"没有检验项目类别“{item_class[:20]}”，可用：{'、'.join(CLASSES)}", field="item_class")
    ITEM_FAILURE.check(conditions)
    known = classes()
    counts: dict[str, tuple[int, int]] = {}
    for item, tested, failed in counted(frame, conditions):
        kind = known.get(item, UNCLASSIFIED)
        key = kind if item_class is None else item
        if item_class is None or kind == item_class:
            before = counts.get(key, (0, 0))
            counts[key] = before[0] + tested, before[1] + failed
    lines = [Counted(key, *pair) for key, pair in counts.items()]
    lines.sort(key=lambda one: (-one.failed, -one.tested, str(one.key)))
    whole = Counted(None, sum(one.tested for one in lines), sum(one.failed for one in lines))
    lines.append(whole)
    return Items(item_class, lines, _table(frame, conditions, lines, item_class, threshold))


def classes() -> Mapping[str, str]:
    """项目类别 of every item of the reference list; others are 未分类."""
    return {name: kind.value for name, kind in session().execute(sa.select(TestItem.name, TestItem.item_class))}


def _table(frame: Frame, conditions: Sequence[Condition], lines: Sequence[Counted], item_class: str | None, threshold: int) -> Table:
    columns = [
        Column("item", "检验项目" if item_class else "检验项目类别"), Column("tested", "检验项次", "integer"),
        Column("failed", "不合格项次", "integer"), Column("rate", "项目不合格率", "number"), Column("interval", "95%置信区间"),
        Column("mark", "样本量"),
    ]  # fmt: skip
    rows = [_row(one, item_class, threshold) for one in lines]
    heading = f"检验项目{'：' + item_class if item_class else '按类别'}　{frame.area.name}　{frame.period.label}"
    notes = (f"{ITEM_FAILURE.definition}筛选条件：{describe(conditions)}。{METHOD}。",)
    return Table(heading, columns, rows, notes)


def _row(one: Counted, item_class: str | None, threshold: int) -> Row:
    figure = compute(ITEM_FAILURE, one.failed, one.tested)
    where: dict[str, Any] = {"item_class": item_class if item_class or one.key is None else one.key}
    where["item"] = one.key if item_class else None
    opens = [Opens("item_records", {**where, "side": side}) for side in (TESTED_SIDE, FAILED_SIDE)]
    below = Opens("items", {"item_class": one.key}) if item_class is None and one.key else None
    cells: list[Cell] = [told(one.key or WHOLE, below), number(one.tested, opens[0]), number(one.failed, opens[1]), measured(figure)]
    return Row((*cells, *trust_cells(trust(figure, threshold))), whole=one.key is None)


# ---------------------------------------------------------------- counting

def counted(frame: Frame, conditions: Sequence[Condition]) -> list[tuple[str, int, int]]:
    """(item, tested, failed) of the batches in the frame: from the summary where it knows enough, else row by row."""
    if _summarised(frame, conditions):
        one = YearItemSummary if frame.asks_all and len(frame.period.months) == 12 else ItemSummary
        tested, failed = (sa.func.sum(sa.cast(column, sa.Integer)) for column in (one.tested, one.failed))
        statement = sa.select(one.item, tested, failed).group_by(one.item)
        statement = statement.where(*_lines(frame, one), *_roots(conditions, one))
    else:
        tested, failed = _verdicts(frame)
        statement = sa.select(ResultRow.item, sa.func.sum(tested), sa.func.sum(failed)).select_from(joined(frame))
        statement = statement.where(*rows_where(frame, conditions)).group_by(ResultRow.item)
    return [(item, int(tested), int(failed)) for item, tested, failed in session().execute(statement)]


def _summarised(frame: Frame, conditions: Sequence[Condition]) -> bool:
    """The item summary knows month, organisation and 大类, but no place: it is read where everything counted lies in the area."""
    if frame.as_of is not None or frame.area.fine or any(one.field is not Field.CATEGORY for one in conditions):
        return False
    if frame.area.whole or not _outside(frame, AreaSummary, AreaSummary.year == frame.period.year):
        return True
    return len(frame.period.months) < 12 and not _outside(frame, BatchSummary, *months_of(BatchSummary.month, frame.period))


def _outside(frame: Frame, lines: Any, *when: Clause) -> bool:
    """Whether any line that the reader counts lies outside the area: asked place by place, since most often there is none and
    the lines of a province are many."""
    where = [reach(frame.actor, lines.org_id), *when]
    there = sa.select(lines.id).where(*where, lines.county_id == Region.id).correlate(Region).exists()
    nowhere = sa.select(lines.id).where(*where, lines.county_id == 0).exists()
    elsewhere = sa.select(Region.id).where(sa.not_(frame.area.holds(Region.id)), there).exists()
    return bool(session().scalar(sa.select(sa.or_(elsewhere, nowhere))))


def _lines(frame: Frame, one: Any) -> list[Clause]:
    """Of the period and the reader; the lines of a year are everybody's, for who counts all."""
    if one is YearItemSummary:
        return [YearItemSummary.year == frame.period.year]
    return [reach(frame.actor, one.org_id), *months_of(one.month, frame.period)]


def _roots(conditions: Sequence[Condition], lines: Any) -> list[Clause]:
    found: list[Clause] = []
    for one in conditions:
        roots = sa.select(FoodCategory.id).where(FoodCategory.parent_id.is_(None), FoodCategory.name.in_(one.allowed))
        inside = lines.category_root_id.in_(roots)
        found.append(sa.or_(inside, lines.category_root_id == 0) if one.includes_missing else inside)
    return found


def joined(frame: Frame) -> sa.FromClause:
    """Rows of the reports that stood at the moment, with the fact that says where and when they count."""
    report = sa.and_(ResultReport.id == ResultRow.report_id, *moment(ResultReport, frame.as_of))
    fact: Any = BatchFact.__table__
    row: Any = ResultRow.__table__
    return sa.join(sa.join(fact, row, ResultRow.sample_id == BatchFact.sample_id), ResultReport.__table__, report)


def rows_where(frame: Frame, conditions: Sequence[Condition]) -> list[Clause]:
    return [*frame.facts(), fact_clause(selection(Part.COMPLETED, conditions))]


def _verdicts(frame: Frame) -> tuple[Any, Any]:
    """Tested and failed as 1 or 0. Of the past: what was overturned since stood otherwise, what two people decided since was open."""
    if frame.as_of is None:
        return TESTED, FAILED
    verdict = _verdict(frame)
    open_then = sa.or_(ResultRow.pending.is_(True), sa.func.coalesce(ResultRow.decided_at > frame.as_of, sa.false()))
    tested = sa.case((verdict != Verdict.UNTESTED.value, 1), else_=0)
    return tested, sa.case((sa.and_(verdict == Verdict.FAIL.value, sa.not_(open_then)), 1), else_=0)


def _verdict(frame: Frame) -> Any:
    """The word in force at the moment."""
    if frame.as_of is None:
        return sa.type_coerce(ResultRow.verdict, sa.String)
    later = OverturnedVerdict
    since = [later.result_row_id == ResultRow.id, later.overturned_at > frame.as_of]
    first = sa.select(later.before).where(*since).order_by(later.overturned_at, later.id).limit(1).scalar_subquery()
    return sa.func.coalesce(sa.type_coerce(first, sa.String), sa.type_coerce(ResultRow.verdict, sa.String))


# ---------------------------------------------------------------- records

@dataclass(frozen=True, slots=True)
class Asked:
    """Which rows: of a class or one item, tested or failed."""

    side: str
    item_class: str | None = None
    item: str | None = None

    @property
    def words(self) -> str:
        what = self.item or self.item_class or "全部项目"
        return f"{what}　{'不合格项次' if self.side == FAILED_SIDE else '检验项次'}"


@dataclass(frozen=True, slots=True)
class Page:
    rows: Sequence[Any]
    count: int
    next: int | None
    first: bool


COLUMNS = (
    ResultRow.id, Sample.id.label("sample_id"), Sample.number, Sample.product_name, Sample.sampled_name, ResultRow.item,
    ResultRow.result_written, ResultRow.unit, ResultRow.limit_text, ResultRow.pending, ResultReport.report_no,
    BatchFact.reported_on,
)  # fmt: skip


def records(frame: Frame, conditions: Sequence[Condition], asked: Asked, after: int, size: int) -> Page:
    """A page of result rows by key; the count is that of the very same conditions."""
    where = [*rows_where(frame, conditions), *_narrowed(frame, asked)]
    count = session().scalar(sa.select(sa.func.count()).select_from(joined(frame)).where(*where)) or 0
    columns = (*COLUMNS, _verdict(frame).label("verdict"))
    statement = sa.select(*columns).select_from(joined(frame)).join(Sample, Sample.id == BatchFact.sample_id)
    rows = session().execute(statement.where(*where, ResultRow.id > after).order_by(ResultRow.id).limit(size + 1)).all()
    return Page(rows[:size], count, rows[size - 1].id if len(rows) > size else None, after == 0)


def _narrowed(frame: Frame, asked: Asked) -> list[Clause]:
    tested, failed = _verdicts(frame)
    found: list[Clause] = [(failed if asked.side == FAILED_SIDE else tested) == 1]
    if asked.item is not None:
        found.append(ResultRow.item == asked.item)
    elif asked.item_class == UNCLASSIFIED:
        found.append(ResultRow.item.not_in(sa.select(TestItem.name)))
    elif asked.item_class is not None:
        found.append(ResultRow.item.in_(sa.select(TestItem.name).where(sa.type_coerce(TestItem.item_class, sa.String) == asked.item_class)))
    return found
