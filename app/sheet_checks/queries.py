"""Reading what was checked: findings of a period's sheets, sheets sent back, and the panel of one sample."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from app import blinding
from app.authorize import can
from app.db import session
from app.domain.actors import Actor
from app.domain.findings import Finding
from app.domain.permissions import Permission
from app.domain.returns import NOT_COUNTED, Sheet
from app.domain.workflow import SampleState, SampleStep, arrow
from app.sampling import checking
from app.sampling.models import Sample, SampleReturn
from app.sampling.returning import returns_of
from app.scope import scope

MOST = 3000  # sheets checked at once; a longer period is asked for in parts
SHOWN = 200
KIND = Sample.__tablename__
COLUMNS = (
    "id", "number", "state", "purpose", "link", "special_sampling", "task_source", "remark", "product_name", "attribute",
    "sampled_name", "sampled_address", "sampled_region_written", "sampled_licence_no", "sampled_enterprise_id", "region_id", "place",
    "producer_name", "producer_licence_no", "producer_id", "made_on", "sampled_on", "arrived_on", "reported_on", "shelf_life", "spec",
    "category_id", "unit_price", "quantity", "quantity_unit", "backup_quantity", "base_quantity", "extra", "samplers", "laboratory",
    "laboratory_org_id", "import_batch_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Panel:
    """What the page of a sample shows of checks and returns."""

    findings: Sequence[Finding]
    returns: Sequence[SampleReturn]
    may_return: bool


def panel(sample: Sample, actor: Actor, today: date) -> Panel:
    found = checking.findings_of([sample], actor, today)[sample.id] if sample.state is not SampleState.VOIDED else []
    step = arrow(KIND, sample.state, SampleStep.RETURN)
    return Panel(blinding.findings(found, actor), returns_of(sample.id), step is not None and can(Permission.SAMPLE_RETURN, sample))


@dataclass(frozen=True, slots=True)
class Checked:
    """One sheet with what was found."""

    row: Any
    findings: Sequence[Finding]


@dataclass(frozen=True, slots=True)
class Checks:
    """数据检查 of a period."""

    sheets: int
    faulty: Sequence[Checked]
    cut: bool
    by_rule: Sequence[tuple[str, int]]
    by_sampler: Sequence[tuple[str, int, int]]  # sheets with findings, sheets
    by_laboratory: Sequence[tuple[str, int, int]]


def checks(actor: Actor, first: date, last: date, today: date, *, rule: str = "", sampler: str = "", laboratory: str = "") -> Checks:
    """Every sheet of the period held against the rules; the conditions choose which of them are listed."""
    statement = _period(actor, first, last, *(getattr(Sample, name) for name in COLUMNS)).order_by(Sample.id.desc())
    rows = session().execute(statement.limit(MOST + 1)).all()
    cut, rows = len(rows) > MOST, rows[:MOST]
    told = checking.findings_of(rows, actor, today)
    rules: Counter[str] = Counter()
    people: dict[str, list[int]] = {}
    houses: dict[str, list[int]] = {}
    faulty = []
    for row in rows:
        found = [one for one in told[row.id] if one.rule != "L-SPC-02"]  # says what was not checked; no fault
        rules.update({one.rule for one in found})
        names = checking.sampler_names(row.samplers)
        for name in dict.fromkeys(names):
            _add(people, name, bool(found))
        if row.laboratory:
            _add(houses, row.laboratory, bool(found))
        if found and _asked(row, found, names, rule, sampler, laboratory):
            faulty.append(Checked(row, blinding.findings(found, actor)))
    return Checks(len(rows), faulty, cut, rules.most_common(), _ranked(people), _ranked(houses))


def _asked(row: Any, found: Sequence[Finding], names: Sequence[str], rule: str, sampler: str, laboratory: str) -> bool:
    if rule and rule not in {one.rule for one in found}:
        return False
    return (not sampler or sampler in names) and (not laboratory or row.laboratory == laboratory)


def _add(counts: dict[str, list[int]], name: str, faulty: bool) -> None:
    row = counts.setdefault(name, [0, 0])
    row[0] += faulty
    row[1] += 1


def _ranked(counts: dict[str, list[int]]) -> list[tuple[str, int, int]]:
    return sorted(((name, *row) for name, row in counts.items()), key=lambda each: (-each[1], each[0]))  # type: ignore[misc]


def _period(actor: Actor, first: date, last: date, *columns: Any) -> sa.Select[Any]:
    return scope(sa.select(*columns), Sample, actor).where(
        Sample.sampled_on >= first, Sample.sampled_on <= last, Sample.state.not_in(sorted(NOT_COUNTED))
    )


# ---------------------------------------------------------------- 退修

def sheets(actor: Actor, first: date, last: date) -> list[Sheet]:
    """The sheets of a period as 退修率 counts them."""
    rows = session().execute(_period(actor, first, last, Sample.id, Sample.samplers, Sample.laboratory)).all()
    sent_back: dict[int, set[str]] = {}
    statement = _period(actor, first, last, SampleReturn.sample_id, SampleReturn.rule_code).where(
        SampleReturn.sample_id == Sample.id
    )
    for sample_id, rule in session().execute(statement):
        sent_back.setdefault(sample_id, set()).add(rule or "")
    return [
        Sheet(row.id, checking.sampler_names(row.samplers), row.laboratory or "", frozenset(sent_back.get(row.id, ())))
        for row in rows
    ]


def chosen(
    found: Sequence[Sheet], *, sampler: str = "", laboratory: str = "", rule: str | None = None, returned: bool = False
) -> list[int]:
    """Ids of exactly the sheets that one number counts."""
    return [
        sheet.id
        for sheet in found
        if (not sampler or sampler in sheet.samplers)
        and (not laboratory or sheet.laboratory == laboratory)
        and (rule is None or rule in sheet.rules)
        and (not returned or sheet.returned)
    ]


def records(actor: Actor, ids: Sequence[int]) -> list[Any]:
    """The sheets themselves, newest first, with how often they came back."""
    times = sa.select(sa.func.count()).where(SampleReturn.sample_id == Sample.id).scalar_subquery()
    names = ("id", "number", "state", "product_name", "sampled_name", "sampled_on", "samplers", "laboratory")
    found: list[Any] = []
    for start in range(0, len(ids), 500):
        statement = scope(sa.select(*(getattr(Sample, name) for name in names), times.label("times")), Sample, actor)
        found += session().execute(statement.where(Sample.id.in_(ids[start : start + 500]))).all()
    return sorted(found, key=lambda row: -row.id)
