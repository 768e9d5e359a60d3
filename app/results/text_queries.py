"""Stored texts of results and limits, counted within the actor's scope."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.domain.actors import Actor
from app.domain.samples import Verdict
from app.domain.text_report import Written
from app.domain.verdicts import LimitSource
from app.results.models import ResultReport, ResultRow
from app.results.queries import PAGE, Page, paged
from app.sampling.models import Sample
from app.scope import scope

MOST = 200  # writings on one page; the command lists them all


def stored(actor: Actor) -> Counter[Written]:
    """Every distinct combination of texts of the reports in force, with its number of rows."""
    columns = (
        ResultRow.result_written, ResultRow.unit, ResultRow.min_written, sa.func.coalesce(ResultRow.min_unit, ResultRow.limit_unit),
        ResultRow.max_written, ResultRow.limit_unit,
    )  # fmt: skip
    statement = sa.select(*columns, sa.func.count()).select_from(ResultRow).join(ResultReport)
    statement = statement.where(ResultReport.superseded_at.is_(None)).group_by(*columns)
    found: Counter[Written] = Counter()
    for *texts, count in session().execute(scope(statement, ResultRow, actor)):
        found[Written(*(text or "" for text in texts))] += count
    return found


def undecided(actor: Actor) -> Sequence[Any]:
    """Writings on which our verdict is 不判定, with a limit to judge by; the most frequent first."""
    columns = (ResultRow.result_written, ResultRow.unit, ResultRow.limit_text)
    return _counted(actor, columns, ResultRow.limit_source != LimitSource.NONE.value)


def without_limit(actor: Actor) -> Sequence[Any]:
    """Items that have neither a limit of the row's own nor one of ours."""
    return _counted(actor, (ResultRow.item,), ResultRow.limit_source == LimitSource.NONE.value)


def _counted(actor: Actor, columns: Sequence[Any], condition: sa.ColumnElement[bool]) -> Sequence[Any]:
    counts = sa.func.count().label("rows"), sa.func.count(ResultRow.sample_id.distinct()).label("samples")
    reason = sa.func.min(ResultRow.reason).label("reason")
    statement = scope(_undecided(sa.select(*columns, *counts, reason)).where(condition), ResultRow, actor)
    return session().execute(statement.group_by(*columns).order_by(counts[0].desc(), *columns).limit(MOST)).all()


def _undecided(statement: sa.Select[Any]) -> sa.Select[Any]:
    return statement.select_from(ResultRow).join(ResultReport).where(
        ResultRow.our_verdict == Verdict.UNDECIDED, ResultReport.superseded_at.is_(None)
    )  # fmt: skip


def samples_of(actor: Actor, writing: dict[str, str], *, before: int | None = None, after: int | None = None) -> Page:
    """The samples that have this writing, newest first. An absent name is not asked for, an empty text is."""
    columns = {"result": ResultRow.result_written, "unit": ResultRow.unit, "limit": ResultRow.limit_text, "item": ResultRow.item}
    asked = [sa.func.coalesce(columns[name], "") == text for name, text in writing.items()]
    if "item" in writing:
        asked.append(ResultRow.limit_source == LimitSource.NONE.value)
    rows = scope(_undecided(sa.select(ResultRow.sample_id)).where(*asked), ResultRow, actor)
    shown = (Sample.id, Sample.number, Sample.product_name, Sample.sampled_name, Sample.laboratory, Sample.reported_on)
    statement = scope(sa.select(*shown), Sample, actor).where(Sample.id.in_(rows))
    return paged(statement, Sample.id, before, after, PAGE)
