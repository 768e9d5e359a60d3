"""How many batches each part counts in a frame: all parts of a page in one pass over the summary and one over the batches."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.domain.indicators import Selection
from app.indicators.frames import Frame, any_of, reach, rows, sums
from app.indicators.groups import SUMMARY_GROUPS, By, fact_group, plain_group
from app.indicators.selections import fact_clause, sample_clause, summary_clause
from app.indicators.smallest import smallest, summarised
from app.sampling.models import Sample

Counts = dict[Selection, dict[Hashable, int]]
TOTAL = "total"
# A literal, not a parameter: only then may the database use the partial index made for the question.
IS_REGISTERED = sa.text("sample.state = 'registered'")


def count(frame: Frame, selections: Iterable[Selection]) -> dict[Selection, int]:
    """The number of batches of each selection."""
    return {one: groups.get(TOTAL, 0) for one, groups in count_by(frame, selections, None).items()}


def count_by(frame: Frame, selections: Iterable[Selection], by: By | None) -> Counts:
    """The numbers by group; groups without a batch are absent, and None is 未分类."""
    wanted = list(dict.fromkeys(selections))
    quick = [one for one in wanted if summarised(frame, one, by)]
    slow = [one for one in wanted if one not in set(quick)]
    return {**_from_summary(frame, quick, by), **_from_facts(frame, slow, by)}


def _from_summary(frame: Frame, selections: Sequence[Selection], by: By | None) -> Counts:
    if not selections:
        return {}
    lines = smallest(frame, selections, by)
    column = getattr(lines, SUMMARY_GROUPS[by]) if by else None
    clauses = [summary_clause(one, lines) for one in selections]
    return _counted(frame, selections, sums(clauses, lines), column, [*frame.summaries(lines), *any_of(clauses)])


def _from_facts(frame: Frame, selections: Sequence[Selection], by: By | None) -> Counts:
    column = fact_group(frame, by) if by else None
    clauses = [fact_clause(one) for one in selections]
    return _counted(frame, selections, rows(clauses), column, [*frame.facts(), sa.or_(sa.false(), *clauses)])


def _counted(frame: Frame, selections: Sequence[Selection], columns: Sequence[Any], group: Any, where: Any) -> Counts:
    counts: Counts = {one: {} for one in selections}
    if not selections:
        return counts
    keyed = [group] if group is not None else []
    for row in session().execute(sa.select(*keyed, *columns).where(*where).group_by(*keyed)):
        key = plain_group(row[0]) if keyed else TOTAL
        for one, number in zip(selections, row[len(keyed) :], strict=True):
            if number:
                counts[one][key] = counts[one].get(key, 0) + int(number)
    return counts


def waiting(frame: Frame, selections: Iterable[Selection]) -> dict[Selection, int]:
    """Samples taken in the period whose report is still to come (待出报告); only known for the present."""
    wanted = list(dict.fromkeys(selections))
    if not wanted or frame.as_of is not None:
        return dict.fromkeys(wanted, 0)
    row = session().execute(sa.select(*rows([sample_clause(one) for one in wanted])).where(*still_out(frame))).one()
    return {one: int(number) for one, number in zip(wanted, row, strict=True)}


def still_out(frame: Frame) -> list[Any]:
    """Samples taken in the period, in the area, whose report is still to come."""
    where: list[Any] = [
        IS_REGISTERED,
        reach(frame.actor, Sample.org_id),
        Sample.sampled_on.between(frame.period.first, frame.period.last),
    ]
    if not frame.area.whole:
        # no index by place: a province has hundreds, and each would be asked for all its samples of all years
        where.append(frame.area.lies_in(sa.func.coalesce(Sample.region_id, 0)))
    return where
