"""Reading 退修 of reports in force: lists of bureau and laboratory, the panel of a sample, 退修率."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.accounts.models import User
from app.db import session
from app.domain.actors import Actor
from app.domain.permissions import Permission, may_ever, permits
from app.domain.report_returns import UNKNOWN, Report
from app.domain.workflow import SampleState
from app.organisations.models import Organisation
from app.paging import page_size
from app.results.models import ResultReport
from app.reviews.models import ResultReturn
from app.reviews.queries import PAGE, Page
from app.reviews.returning import IN_FORCE
from app.sampling.models import Sample
from app.scope import scope, visible

STATES = {"open": "待检验机构更正", "resolved": "已更正", "withdrawn": "已撤回"}
CONDITIONS = {
    "open": ResultReturn.resolved_at.is_(None),
    "resolved": ResultReturn.resolved_report_id.is_not(None),
    "withdrawn": sa.and_(ResultReturn.resolved_at.is_not(None), ResultReturn.resolved_report_id.is_(None)),
}


def state_of(row: Any) -> str:
    """A key of ``STATES``."""
    if row.resolved_at is None:
        return "open"
    return "resolved" if row.resolved_report_id is not None else "withdrawn"


def result_return(actor: Actor, return_id: int) -> ResultReturn | None:
    return session().scalars(
        scope(sa.select(ResultReturn), ResultReturn, actor)
        .where(ResultReturn.id == return_id)
        .execution_options(populate_existing=True)
    ).first()


def _told() -> sa.Select[Any]:
    report, laboratory, corrected = aliased(ResultReport), aliased(Organisation), aliased(ResultReport)
    return (
        sa.select(
            *ResultReturn.__table__.c, Sample.number, Sample.product_name, report.report_no, report.version.label("report_version"),
            sa.func.coalesce(report.laboratory, laboratory.name).label("laboratory"), User.name.label("returner"),
            corrected.version.label("corrected_version"),
        )
        .join(Sample, Sample.id == ResultReturn.sample_id)
        .join(report, report.id == ResultReturn.report_id)
        .join(laboratory, laboratory.id == ResultReturn.laboratory_org_id, isouter=True)
        .join(corrected, corrected.id == ResultReturn.resolved_report_id, isouter=True)
        .join(User, User.id == ResultReturn.returned_by_id, isouter=True)
        .where(IN_FORCE)
    )  # fmt: skip


def listed(actor: Actor, state: str) -> sa.Select[Any]:
    chosen = scope(_told(), ResultReturn, actor)
    return chosen.where(CONDITIONS[state]) if state in CONDITIONS else chosen


def returns(actor: Actor, state: str = "", before: int | None = None, size: int = PAGE) -> Page:
    """退修 in the reader's scope, newest first: a bureau's own, a laboratory's own reports."""
    size = page_size(size)
    chosen = listed(actor, state)
    total = session().scalar(sa.select(sa.func.count()).select_from(chosen.with_only_columns(ResultReturn.id).subquery())) or 0
    if before is not None:
        chosen = chosen.where(ResultReturn.id < before)
    rows = session().execute(chosen.order_by(ResultReturn.id.desc()).limit(size + 1)).all()
    return Page(rows[:size], rows[size - 1].id if len(rows) > size else None, before is not None, total)


def open_returns(actor: Actor) -> sa.Select[Any]:
    """For the home page: reports that their laboratory has to correct."""
    return scope(sa.select(ResultReturn.id), ResultReturn, actor).where(IN_FORCE, CONDITIONS["open"])


@dataclass(frozen=True, slots=True)
class Panel:
    """What the page of a sample shows of submissions and returns."""

    returns: Sequence[Any]
    waiting: Sequence[Any]
    may_return: bool
    returned: frozenset[str]  # report numbers that are with their laboratory already
    corrected: frozenset[str]  # report numbers that have more than one version


def panel(sample: Sample, actor: Actor) -> Panel:
    from app.reviews.queries import open_of_sample

    rows = session().execute(
        scope(_told(), ResultReturn, actor).where(ResultReturn.sample_id == sample.id).order_by(ResultReturn.id.desc())
    ).all()
    versions = sa.select(ResultReport.report_no).where(ResultReport.sample_id == sample.id, ResultReport.version > 1).distinct()
    back = frozenset(row.report_no for row in rows if state_of(row) == "open")
    may = sample.state is SampleState.REPORTED and permits(actor, Permission.RESULT_RETURN, sample)
    waiting = open_of_sample(actor, sample.id) if may_ever(actor, Permission.RESULT_REVIEW_READ) else ()
    return Panel(rows, waiting, may, back, frozenset(session().scalars(versions)))


def open_of_sample(sample: Sample, actor: Actor) -> list[Any]:
    """退修 of the sample's reports that their laboratory has not answered yet."""
    chosen = scope(_told(), ResultReturn, actor).where(ResultReturn.sample_id == sample.id, CONDITIONS["open"])
    return list(session().execute(chosen.order_by(ResultReturn.id.desc())))


# ---------------------------------------------------------------- 退修率

def reports(actor: Actor, first: date, last: date) -> list[Report]:
    """The reports of a period as 检验报告退修率 counts them, each once."""
    first_version, laboratory = aliased(ResultReport), aliased(Organisation)
    rows = session().execute(
        sa.select(
            ResultReport.id, ResultReport.sample_id, ResultReport.report_no, ResultReport.laboratory, laboratory.name,
            first_version.reported_on,
        )
        .join(
            first_version,
            sa.and_(
                first_version.sample_id == ResultReport.sample_id, first_version.report_no == ResultReport.report_no,
                first_version.version == 1,
            ),
        )
        .join(Sample, Sample.id == ResultReport.sample_id)
        .join(laboratory, laboratory.id == ResultReport.laboratory_org_id, isouter=True)
        .where(
            visible(Sample, actor), ResultReport.superseded_at.is_(None), Sample.state == SampleState.REPORTED,
            first_version.reported_on >= first, first_version.reported_on <= last,
        )
    ).all()  # fmt: skip
    back = _reasons(actor, first, last)
    return [
        Report(row.id, row.name or row.laboratory or UNKNOWN, row.reported_on, frozenset(back.get((row.sample_id, row.report_no), ())))
        for row in rows
    ]


def _reasons(actor: Actor, first: date, last: date) -> dict[tuple[int, str], set[str]]:
    """Reasons under which reports were returned, by sample and report number; a return taken back is none."""
    statement = (
        scope(sa.select(ResultReturn.sample_id, ResultReport.report_no, ResultReturn.reason_code), ResultReturn, actor)
        .join(ResultReport, ResultReport.id == ResultReturn.report_id)
        .where(IN_FORCE, sa.not_(CONDITIONS["withdrawn"]))
    )
    found: dict[tuple[int, str], set[str]] = {}
    for sample_id, report_no, code in session().execute(statement):
        found.setdefault((sample_id, report_no), set()).add(code or "其他")
    return found


def report_records(actor: Actor, ids: Sequence[int]) -> list[Any]:
    """The reports themselves, newest first, with how often they went back."""
    found: list[Any] = []
    version = aliased(ResultReport)
    times = (
        sa.select(sa.func.count())
        .select_from(ResultReturn)
        .join(version, version.id == ResultReturn.report_id)
        .where(
            IN_FORCE, sa.not_(CONDITIONS["withdrawn"]), version.sample_id == ResultReport.sample_id,
            version.report_no == ResultReport.report_no,
        )
        .scalar_subquery()
    )  # fmt: skip
    columns = (
        ResultReport.id, ResultReport.sample_id, ResultReport.report_no, ResultReport.version, ResultReport.laboratory,
        ResultReport.reported_on, Sample.number, Sample.product_name, times.label("times"),
    )  # fmt: skip
    for start in range(0, len(ids), 500):
        statement = scope(sa.select(*columns), ResultReport, actor).join(Sample, Sample.id == ResultReport.sample_id)
        found += session().execute(statement.where(ResultReport.id.in_(ids[start : start + 500]))).all()
    return sorted(found, key=lambda row: -row.id)
