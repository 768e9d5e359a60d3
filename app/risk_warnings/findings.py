"""What the failing batches of a period, place, food and item are: counted by the figures' own conditions, listed one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.db import session
from app.domain import risk_warnings as rules
from app.domain.actors import Actor
from app.domain.fact_parts import Part, selection
from app.domain.figures import provenance_hash
from app.domain.periods import Period
from app.domain.risk_warnings import Finding, ItemFinding
from app.domain.samples import ItemClass, ItemKind, Link, Verdict
from app.errors import NotLikeThis
from app.indicators import frames, queries
from app.indicators.frames import Clause, Frame
from app.indicators.selections import fact_clause
from app.indicators.yearly import NATION
from app.organisations.models import Organisation
from app.reference.comparison_rules import small_below
from app.reference_data.books import region_book
from app.reference_data.models import FoodCategory
from app.results.models import ResultReport, ResultRow
from app.sampling.models import BatchFact, Sample

ROW, REPORT, SHEET = aliased(ResultRow), aliased(ResultReport), aliased(Sample)  # inside a condition
JUDGED_ITEMS = (Verdict.PASS, Verdict.FAIL)


@dataclass(frozen=True, slots=True)
class Question:
    """Which batches are asked about; ``region_id`` None is the reader's own place."""

    from_on: date
    to_on: date
    region_id: int | None = None
    category_id: int | None = None  # 大类
    product: str | None = None
    link: Link | None = None
    item: str | None = None

    @property
    def told(self) -> dict[str, Any]:
        """As it is kept with the warning."""
        return {
            "from_on": self.from_on.isoformat(), "to_on": self.to_on.isoformat(), "region_id": self.region_id,
            "category_id": self.category_id, "product": self.product, "link": self.link.value if self.link else None, "item": self.item,
        }  # fmt: skip


def read(told: Mapping[str, Any]) -> Question:
    """The question as a warning has kept it."""
    return Question(
        date.fromisoformat(told["from_on"]), date.fromisoformat(told["to_on"]), told.get("region_id"), told.get("category_id"),
        told.get("product"), Link(told["link"]) if told.get("link") else None, told.get("item"),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """The figures, and exactly the failing batches they count."""

    question: Question
    finding: Finding
    batches: Sequence[Any]

    @property
    def sha256(self) -> str:
        """Changes when one batch more or less is counted."""
        return provenance_hash(one.number for one in self.batches)


def find(actor: Actor, question: Question, today: date) -> Found:
    """Raises NotLikeThis for a period that cannot be and for more batches than one warning may rest on."""
    fault = rules.span_fault(question.from_on, question.to_on, today)
    if fault is not None:
        raise NotLikeThis(fault, field="from_on")
    frame = _frame(actor, question)
    judged, failed = (_where(frame, question, part) for part in (Part.JUDGED, Part.FAILED))
    numbers = [_count(judged), _count(failed)]
    if numbers[1] > rules.MOST:
        raise NotLikeThis(f"符合条件的不合格批次有 {numbers[1]} 批，超过 {rules.MOST} 批，请缩小期间、区域或食品类别", field="from_on")
    batches = _batches(failed)
    items = _items(judged, failed, question.item)
    finding = Finding(
        office=session().scalars(sa.select(Organisation.name).where(Organisation.id == actor.org_id)).one(), area=frame.area.name,
        from_on=question.from_on, to_on=question.to_on, judged=numbers[0], failed=numbers[1], items=items,
        category=_category(question.category_id), product=question.product, link=question.link, item=question.item,
        threshold=small_below(today),
    )  # fmt: skip
    return Found(question, finding, batches)


def _frame(actor: Actor, question: Question) -> Frame:
    book, region_id = region_book(), question.region_id
    if region_id is None:
        own = queries.own_region(actor)
        nation = book.id(NATION)
        region_id = int(own.id) if own is not None else nation
    if region_id is None:
        raise NotLikeThis("基础数据尚未装载，没有可用的行政区划", field="region")
    return Frame(actor, frames.area(book, region_id), Period(question.to_on.year))


def _category(category_id: int | None) -> str | None:
    if category_id is None:
        return None
    name = session().scalar(sa.select(FoodCategory.name).where(FoodCategory.id == category_id, FoodCategory.parent_id.is_(None)))
    if name is None:
        raise NotLikeThis("没有这个食品大类，请从列表中选择", field="category")
    return name


def _where(frame: Frame, asked: Question, part: Part) -> list[Clause]:
    """The batches of a part, as the pass rate of the plans counts them, by days instead of months."""
    first, last = (one.year * 100 + one.month for one in (asked.from_on, asked.to_on))
    found: list[Clause] = [
        *frame.place(), fact_clause(selection(part)), BatchFact.month.between(first, last),
        BatchFact.reported_on.between(asked.from_on, asked.to_on),
    ]  # fmt: skip
    if asked.category_id is not None:
        found.append(BatchFact.category_root_id == asked.category_id)
    if asked.link is not None:
        found.append(BatchFact.link == asked.link)
    if asked.product:
        named = SHEET.product_name.contains(asked.product, autoescape=True)
        found.append(sa.exists().where(SHEET.id == BatchFact.sample_id, named))
    if asked.item:
        verdicts = (Verdict.FAIL,) if part is Part.FAILED else JUDGED_ITEMS
        found.append(sa.exists().where(*_rows_in_force(ROW, REPORT), ROW.item == asked.item, ROW.verdict.in_(verdicts)))
    return found


def _rows_in_force(row: Any = ResultRow, report: Any = ResultReport) -> list[Clause]:
    """Rows of supervision in the report that stands, of the batch."""
    return [
        row.sample_id == BatchFact.sample_id, report.id == row.report_id, report.superseded_at.is_(None),
        sa.or_(row.kind.is_(None), row.kind != ItemKind.MONITORING),
    ]  # fmt: skip


def _count(where: Sequence[Clause]) -> int:
    return session().scalar(sa.select(sa.func.count()).select_from(BatchFact).where(*where)) or 0


def _items(judged: Sequence[Clause], failed: Sequence[Clause], item: str | None) -> tuple[ItemFinding, ...]:
    """Failing items by how many batches they failed in, each with how many it was judged in."""
    failing = _by_item(failed, (Verdict.FAIL,), [ResultRow.item == item] if item else [])
    if not failing:
        return ()
    tested = _by_item(judged, JUDGED_ITEMS, [ResultRow.item.in_(list(failing))])
    found = [
        ItemFinding(name, ItemClass(kind) if kind else None, number, tested.get(name, (number, None))[0])
        for name, (number, kind) in failing.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.failed, one.item)))


def _by_item(where: Sequence[Clause], verdicts: Sequence[Verdict], more: Sequence[Clause]) -> dict[str, tuple[int, str | None]]:
    kind = sa.func.max(sa.type_coerce(ResultRow.item_class, sa.String))
    rows = session().execute(
        sa.select(ResultRow.item, sa.func.count(sa.distinct(ResultRow.sample_id)), kind)
        .select_from(BatchFact).join(ResultRow, ResultRow.sample_id == BatchFact.sample_id)
        .join(ResultReport, ResultReport.id == ResultRow.report_id)
        .where(*where, *_rows_in_force(), ResultRow.verdict.in_(verdicts), *more)
        .group_by(ResultRow.item)
    )  # fmt: skip
    return {name: (int(number), kind) for name, number, kind in rows}


BATCH = (
    BatchFact.sample_id, BatchFact.sample_number.label("number"), Sample.product_name, Sample.sampled_name, Sample.producer_name,
    BatchFact.link, BatchFact.reported_on, FoodCategory.name.label("category"),
)  # fmt: skip


def _batches(where: Sequence[Clause]) -> Sequence[Any]:
    return session().execute(
        sa.select(*BATCH).join(Sample, Sample.id == BatchFact.sample_id)
        .outerjoin(FoodCategory, FoodCategory.id == BatchFact.category_root_id)
        .where(*where).order_by(BatchFact.reported_on.desc(), BatchFact.sample_id.desc()).limit(rules.MOST)
    ).all()  # fmt: skip


def failing_items(sample_ids: Sequence[int]) -> Mapping[int, str]:
    """The items on which each batch fails now, in words."""
    rows = session().execute(
        sa.select(ResultRow.sample_id, ResultRow.item).join(ResultReport, ResultReport.id == ResultRow.report_id)
        .where(ResultRow.sample_id.in_(list(sample_ids)), ResultReport.superseded_at.is_(None), ResultRow.verdict == Verdict.FAIL)
        .order_by(ResultRow.sample_id, ResultRow.ordinal)
    )  # fmt: skip
    found: dict[int, list[str]] = {}
    for sample_id, item in rows:
        found.setdefault(sample_id, []).append(item)
    return {number: "、".join(dict.fromkeys(items)) for number, items in found.items()}


def kept(found: Found) -> dict[str, Any]:
    """The question and its answer as they are stored with a warning."""
    finding = found.finding
    return {
        "question": found.question.told, "area": finding.area, "judged": finding.judged, "failed": finding.failed,
        "rate": finding.figure.shown, "small": finding.small, "category": finding.category, "sha256": found.sha256,
        "items": [_kept(one) for one in finding.items],
    }  # fmt: skip


def _kept(one: ItemFinding) -> dict[str, Any]:
    kind = one.item_class.value if one.item_class else None
    return {"item": one.item, "class": kind, "failed": one.failed, "tested": one.tested, "rate": one.figure.shown}
