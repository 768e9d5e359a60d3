"""改判 when reports come and go: an overturned verdict is never lost in silence.

It goes along to a corrected version whose finding about the item is the same, and comes back with a report that undoing puts in
force again. Where the new report finds something else it lapses, and history, the sample's page and the offices concerned say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app import history
from app.db import session
from app.domain import facts
from app.domain.decisions import same_finding
from app.domain.samples import ItemClass, ItemKind, Verdict
from app.notices import telling
from app.results.known import parts
from app.results.models import OverturnedVerdict, ResultReport, ResultRow
from app.results.moving import Origin
from app.results.outcomes import Outcome
from app.sampling.models import Sample

GOES_ALONG = "检验报告已更正，该项目的检验结果未变，改判由新报告继续适用"
REPLACED = "检验报告已更正，该项目的检验结果或限量与原报告不同，原改判不再适用；需要时请就新报告重新办理"
TAKEN_BACK = "检验报告已撤回，原改判不再适用"
COMES_BACK = "原检验报告恢复生效，改判随之恢复"
LAPSES, CARRIED = "overturn_lapse", "overturn_carry"
COPIED = (
    "org_id", "sample_id", "item", "before", "before_pending", "after", "basis", "source_kind", "source_id", "reason",
    "overturned_at", "overturned_by_id",
)  # fmt: skip


@dataclass(slots=True)
class _Standing:
    """A row in force with its verdict as it will be."""

    kind: ItemKind | None
    verdict: Verdict
    pending: bool
    item_class: ItemClass | None


def carry(outcomes: Iterable[Outcome], written: Mapping[int, int], origin: Origin) -> None:
    """Reports that have just been replaced (old id → new id): their overturned verdicts go along, or lapse.

    The outcomes are corrected before the samples, the facts and the cases follow them.
    """
    live = _of_reports(written, OverturnedVerdict.lapsed_at.is_(None))
    if not live:
        return
    by_report: dict[int, list[ResultRow]] = {}
    wanted = {one.report_id for one in live} | {written[one.report_id] for one in live}
    for row in _rows(ResultRow.report_id, wanted):
        by_report.setdefault(row.report_id, []).append(row)
    told: dict[int, list[OverturnedVerdict]] = {}
    numbers = _numbers(live)
    for one in live:
        old = next(row for row in by_report[one.report_id] if row.id == one.result_row_id)
        new = next((row for row in by_report.get(written[one.report_id], []) if same_finding(old, row)), None)
        _end(one, origin, REPLACED if new is None else GOES_ALONG, numbers)
        if new is None:
            told.setdefault(one.sample_id, []).append(one)
        else:
            _renew(one, new)
    session().flush()
    concerned = {one.sample_id for one in live}
    _conclude_again([one for one in outcomes if one.sample is not None and one.sample.id in concerned])
    _tell(outcomes, told, origin)


def _of_reports(report_ids: Iterable[int], *where: sa.ColumnElement[bool]) -> list[OverturnedVerdict]:
    found: list[OverturnedVerdict] = []
    for part in parts(report_ids):
        statement = sa.select(OverturnedVerdict).where(OverturnedVerdict.report_id.in_(part), *where)
        found += session().scalars(statement.order_by(OverturnedVerdict.id))
    return found


def _rows(key: Any, values: Iterable[int]) -> list[ResultRow]:
    found: list[ResultRow] = []
    for part in parts(sorted(values)):
        found += session().scalars(sa.select(ResultRow).where(key.in_(part)).order_by(ResultRow.id))
    return found


def _numbers(some: Iterable[OverturnedVerdict]) -> Mapping[int, str]:
    found: dict[int, str] = {}
    for part in parts({one.sample_id for one in some}):
        found |= {row.id: row.number for row in session().execute(sa.select(Sample.id, Sample.number).where(Sample.id.in_(part)))}
    return found


def _end(one: OverturnedVerdict, origin: Origin, sentence: str, numbers: Mapping[int, str]) -> None:
    """改判失效. What stood on the row of the old report stays there."""
    one.lapsed_at, one.lapse_reason = origin.at, sentence
    _record(one, CARRIED if sentence == GOES_ALONG else LAPSES, sentence, origin, numbers)


def _record(one: OverturnedVerdict, step: str, sentence: str, origin: Origin, numbers: Mapping[int, str]) -> None:
    said = f"{one.item}（{one.basis}改判为“{one.after.value}”）：{sentence}"
    history.record("sample", one.sample_id, step, origin.actor, org_id=one.org_id, name=numbers[one.sample_id], comment=said)


def _renew(one: OverturnedVerdict, row: ResultRow) -> None:
    """The same verdict, from the same source and moment, for the row that has taken the old one's place."""
    row.verdict, row.pending, row.decided_at = one.after, False, None
    values = {name: getattr(one, name) for name in COPIED}
    session().add(OverturnedVerdict(**values, report_id=row.report_id, result_row_id=row.id))


def _conclude_again(outcomes: Sequence[Outcome]) -> None:
    """What follows from the rows as they now stand; the report itself says something else."""
    for outcome in outcomes:
        assert outcome.sample is not None
        statement = (
            sa.select(ResultRow.kind, ResultRow.verdict, ResultRow.pending, ResultRow.item_class)
            .join(ResultReport, ResultReport.id == ResultRow.report_id)
            .where(ResultRow.sample_id == outcome.sample.id, ResultReport.superseded_at.is_(None))
        )
        rows = [_Standing(*row) for row in session().execute(statement)]
        outcome.conclusion = facts.conclude(rows, outcome.sample.purpose)
        outcome.pending_items = sum(row.pending for row in rows)


def _tell(outcomes: Iterable[Outcome], lapsed: Mapping[int, Sequence[OverturnedVerdict]], origin: Origin) -> None:
    for outcome in outcomes:
        if outcome.sample is not None and outcome.sample.id in lapsed:
            some = lapsed[outcome.sample.id]
            lines = [f"{one.item}（{one.basis}改判为“{one.after.value}”）：{REPLACED}" for one in some]
            telling.overturn_lapsed(outcome.sample, origin.actor, lines)


# ---------------------------------------------------------------- undoing

def take_back(report_ids: Sequence[int], origin: Origin) -> None:
    """Reports that undoing takes out of force."""
    live = _of_reports(report_ids, OverturnedVerdict.lapsed_at.is_(None))
    numbers = _numbers(live)
    for one in live:
        _end(one, origin, TAKEN_BACK, numbers)
    session().flush()


def come_back(copies: Mapping[int, int], origin: Origin) -> None:
    """Reports that undoing has put in force again (old id → new id): their rows keep the verdicts they had, and so its source."""
    latest = {one.result_row_id: one for one in _of_reports(copies)}
    if not latest:
        return
    old, numbers = {row.id: row for row in _rows(ResultRow.id, latest)}, _numbers(latest.values())
    new = {(row.report_id, row.ordinal): row for row in _rows(ResultRow.report_id, {copies[one.report_id] for one in latest.values()})}
    for row_id, one in latest.items():
        row = new[copies[one.report_id], old[row_id].ordinal]
        _renew(one, row)
        _record(one, CARRIED, COMES_BACK, origin, numbers)
    session().flush()
