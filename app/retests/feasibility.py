"""复检可行性 of a sample, from its records: what the pure rule is asked, gathered in one place for page, command and decision."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from app.custody.clocks import clocks
from app.custody.models import BackupSample
from app.domain import deadlines
from app.domain.case_kinds import Side
from app.domain.deadlines import Deadline
from app.domain.retests import Application, Backup, Feasibility, Item, judge
from app.domain.samples import ItemClass
from app.domain.workflow import BackupState, RetestState
from app.errors import NotLikeThis
from app.labels import label
from app.legal_clocks import counting
from app.official_documents.queries import delivered_on
from app.reference_data.books import calendar, item_book
from app.results.models import ResultRow
from app.retests import queries
from app.retests.models import Retest
from app.sampling.models import Sample

APPLY = "RETEST_APPLY"
ENTITLED = (Side.SAMPLED, Side.PRODUCER, Side.OTHER)  # 其他: who is named otherwise on the sheet, as the principal of a 委托生产


@dataclass(frozen=True, slots=True)
class Question:
    """Who asks for which items, and when. Without ``applied_on`` nobody has applied yet."""

    sample: Sample
    side: Side
    served_on: date | None
    applied_on: date | None = None
    wanted: Collection[str] | None = None  # names of items; None for all
    own_id: int | None = None  # the application itself


def of_retest(retest: Retest, today: date) -> Feasibility:
    """The feasibility of an application as it stands."""
    wanted = [item.item for item in retest.items if item.wanted]
    question = Question(retest.sample, retest.side, retest.served_on, retest.applied_on, wanted, retest.id)
    return answer(question, today)


def of_sample(sample: Sample, side: Side, today: date) -> Feasibility:
    """Before anybody has applied, as of the day on which the party received the result."""
    return answer(Question(sample, side, delivered_on(sample.id, side)), today)


def answer(question: Question, today: date) -> Feasibility:
    sample, on = question.sample, question.applied_on or today
    due = window(question.served_on)
    left = deadlines.remaining_working_days(on, due.due, calendar()) if due is not None else None
    proven = question.served_on is not None and delivered_on(sample.id, question.side) == question.served_on
    asked = Application(
        on, question.served_on, proven, due, left, question.side in ENTITLED, question.applied_on is not None,
        _others(sample.id, question.own_id),
    )  # fmt: skip
    return judge(items(sample.id, question.wanted), backup(sample, question.own_id), asked, today)


def window(served_on: date | None) -> Deadline | None:
    """自收到检验结论之日起 7 个工作日, over the calendar; None where the day is not known or no rule was in force."""
    if served_on is None:
        return None
    try:
        return counting.deadline(counting.rule_for(APPLY, served_on), served_on)
    except NotLikeThis:
        return None


def items(sample_id: int, wanted: Collection[str] | None) -> list[Item]:
    return [
        Item(name, is_microbial(row), wanted is None or name in wanted) for name, row in named(queries.failing_rows(sample_id)).items()
    ]


def named(rows: Sequence[ResultRow]) -> dict[str, ResultRow]:
    """The failing rows by item; where two reports have the same item, the later one bears its report's number."""
    found: dict[str, ResultRow] = {}
    for row in rows:
        found[row.item if row.item not in found else f"{row.item}（{row.report.report_no}）"[:200]] = row
    return found


def is_microbial(row: ResultRow) -> bool:
    """By its class, and by the item list: 乳酸菌数 is a 质量指标, yet never retested."""
    return row.item_class is ItemClass.MICROBE or item_book().resolve(row.item).microbial


def backup(sample: Sample, own_id: int | None = None) -> Backup:
    record = queries.backup_of(sample.id)
    keep_until = clocks().keeping(sample).until
    return Backup(
        record is not None, _gone(sample.id, record, own_id), (record.quantity if record else None) or sample.backup_quantity,
        sample.quantity_unit, sample.quantity, sample.expires_on, keep_until,
    )  # fmt: skip


def _gone(sample_id: int, record: BackupSample | None, own_id: int | None) -> str | None:
    if record is not None and record.state is BackupState.DISCARDED:
        return f"备份样品已于 {record.discarded_on} 处置（{record.discard_method or '未注明方式'}）"
    for other in queries.of_sample(sample_id):
        if other.id != own_id and other.handed_on is not None:
            return f"备份样品已于 {other.handed_on} 移交复检机构（{other.number}）"
    return None


def _others(sample_id: int, own_id: int | None) -> list[str]:
    silent = (RetestState.DECLINED, RetestState.WITHDRAWN)
    return [
        f"该样品另有复检 {other.number}（{other.applicant}，{label(other.state)}）：复检结论为最终结论"
        for other in queries.of_sample(sample_id)
        if other.id != own_id and other.state not in silent
    ]
