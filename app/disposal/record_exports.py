"""What is recorded of cases, for their export: one column to a field of the form, and the publications and answers as sheets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

import sqlalchemy as sa

from app.accounts.models import User
from app.db import session
from app.disposal.models import CaseAnswer, CasePublication, CaseQuantity, DisposalCase
from app.domain.actors import Actor
from app.domain.case_kinds import QuantityKind
from app.domain.case_questions import BY_CODE
from app.domain.case_record import RECORDED, TITLES
from app.domain.quantity_balance import Quantity
from app.filters import format_datetime
from app.labels import label
from app.scope import scope
from app.spreadsheet_cells import CellValue, Column
from app.spreadsheet_stream import TableSheet

PART = 500
LISTED = ("received_on", "started_on")  # the list has them already
FIELDS = tuple(name for name in RECORDED if name not in (*LISTED, "quantities"))
AMOUNTS = ("goods_value", "penalty_amount")


def _kind(name: str) -> Any:
    if name.endswith("_on") or name in ("rectify_from", "rectify_to"):
        return "date"
    if name == "recall_level":
        return "integer"
    return "decimal" if name in AMOUNTS else "text"


COLUMNS = (
    *(Column(TITLES[name], _kind(name)) for name in FIELDS), *(Column(f"数量·{kind.value}") for kind in QuantityKind),
)  # fmt: skip
PUBLISHED = (
    Column("案件编号"), Column("公开内容"), Column("公开日期", "date"), Column("文号"), Column("网址"), Column("应撤下日期", "date"),
    Column("撤下日期", "date"), Column("撤下原因"),
)  # fmt: skip
ANSWERED = (
    Column("案件编号"), Column("部分"), Column("审核内容"), Column("是否"), Column("意见"), Column("审核人"), Column("时间"),
    Column("状态"),
)  # fmt: skip


@dataclass(slots=True)
class Recorded:
    """What is recorded of the exported cases, by case."""

    fields: dict[int, Any] = field(default_factory=dict)
    quantities: dict[tuple[int, QuantityKind], str] = field(default_factory=dict)
    publications: list[Any] = field(default_factory=list)
    answers: list[Any] = field(default_factory=list)


def recorded(actor: Actor, case_ids: Sequence[int]) -> Recorded:
    """Four statements for every five hundred cases."""
    found = Recorded()
    for start in range(0, len(case_ids), PART):
        part = case_ids[start : start + PART]
        columns = [getattr(DisposalCase, name) for name in FIELDS]
        of_cases = sa.select(DisposalCase.id, *columns).where(DisposalCase.id.in_(part))
        found.fields |= {row.id: row for row in session().execute(scope(of_cases, DisposalCase, actor))}
        lines = scope(sa.select(CaseQuantity), CaseQuantity, actor).where(CaseQuantity.case_id.in_(part))
        found.quantities |= {(row.case_id, row.kind): _amount(row) for row in session().scalars(lines)}
        found.publications += session().scalars(
            scope(sa.select(CasePublication), CasePublication, actor)
            .where(CasePublication.case_id.in_(part), CasePublication.voided_at.is_(None))
            .order_by(CasePublication.case_id, CasePublication.published_on, CasePublication.id)
        )
        found.answers += session().execute(
            scope(sa.select(CaseAnswer, User.name.label("who")).outerjoin(User, User.id == CaseAnswer.answered_by_id), CaseAnswer, actor)
            .where(CaseAnswer.case_id.in_(part))
            .order_by(CaseAnswer.case_id, CaseAnswer.id)
        )
    return found


def _amount(row: CaseQuantity) -> str:
    line = Quantity(row.kind, row.amount, row.unit, row.kilograms)
    return str(line).removeprefix(row.kind.value).strip()


def cells(found: Recorded, case_id: int) -> list[CellValue]:
    """The columns of one case; a case whose record may not be read has none."""
    row = found.fields.get(case_id)
    known = [_cell(getattr(row, name)) if row is not None else None for name in FIELDS]
    return [*known, *(found.quantities.get((case_id, kind)) for kind in QuantityKind)]


def plain(found: Recorded, case_id: int) -> dict[str, Any]:
    """The same by the title of the form, for programs; without what is blank."""
    told = zip((column.header for column in COLUMNS), cells(found, case_id), strict=True)
    return {title: value for title, value in told if value is not None}


def _cell(value: Any) -> CellValue:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Enum):
        return label(value)
    return value if value is None or isinstance(value, (date, Decimal, int, str)) else str(value)


def sheets(found: Recorded, numbers: Mapping[int, str]) -> Iterator[TableSheet]:
    """信息公开 and 审核意见表 of these cases; neither where there is none."""
    if found.publications:
        yield TableSheet("信息公开", PUBLISHED, [
            (numbers.get(row.case_id), row.kind.value, row.published_on, row.document_no, row.url, row.remove_due_on, row.removed_on,
             row.removal_reason)
            for row in found.publications
        ])  # fmt: skip
    if found.answers:
        yield TableSheet("审核意见表", ANSWERED, [_answered(row, numbers) for row in found.answers])


def _answered(row: Any, numbers: Mapping[int, str]) -> tuple[CellValue, ...]:
    one = row.CaseAnswer
    question = BY_CODE.get(one.question)
    return (
        numbers.get(one.case_id), question.block if question else None, question.text if question else one.question,
        "是" if one.answer else "否", one.note, row.who, format_datetime(one.answered_at),
        "现行" if one.superseded_at is None else "已更改",
    )  # fmt: skip
