"""抽样编号 of our own: by the plan's rule or the office's, serials from one counter each, none lost and none given twice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from app import clock, counters
from app.db import session
from app.domain.actors import Actor
from app.domain.numbering import CannotNumber, NumberRule, compose, read_number
from app.domain.numbering_gaps import SerialRun, serial_run
from app.domain.samples import Level, Purpose
from app.domain.workflow import SampleState
from app.errors import NotLikeThis
from app.organisations.models import Organisation
from app.plans.models import SamplingPlan
from app.reference_data.books import region_book
from app.reference_data.models import Counter
from app.sampling.models import Sample
from app.sampling.sheet_draft import SheetDraft
from app.scope import below

TRIES = 50  # numbers somebody has typed by hand are stepped over
LEVEL_LETTERS = {Level.NATIONAL: "G", Level.PROVINCIAL: "S", Level.CITY: "D", Level.COUNTY: "X"}
PURPOSE_LETTERS = {Purpose.EVALUATION: "P", Purpose.MONITORING: "F"}
KIND = re.compile(r"sample_(?P<prefix>[A-Z]{2,3})(?:_(?P<unit>[0-9]{5}))?(?:_(?P<suffix>[A-Z]{1,4}))?")


def next_number(draft: SheetDraft, actor: Actor) -> str:
    """抽样编号 of our own: prefix, year, place, unit, serial, suffix; asked for inside the transaction that uses it."""
    organisation = session().get_one(Organisation, actor.org_id)
    plan = session().get(SamplingPlan, draft.plan_id) if draft.plan_id else None
    rule = NumberRule(plan.number_prefix, plan.number_unit, plan.number_suffix) if plan else NumberRule()
    prefix = rule.prefix or _prefix(draft, organisation, plan)
    owner = plan.org_id if plan and rule.unit else actor.org_id  # a unit of the plan's own has one run of serials
    year, area = (draft.sampled_on or clock.today()).year, _area(draft, organisation)
    for _ in range(TRIES):
        serial = counters.take(owner, rule.counter(prefix), year)[0]
        try:
            number = compose(prefix, year, area, rule.unit or _unit(owner), serial, rule.suffix or "")
        except CannotNumber as fault:
            raise NotLikeThis(str(fault), field="number") from fault
        if session().scalar(sa.select(Sample.id).where(Sample.number == number)) is None:
            return number
    raise NotLikeThis("连续多个流水号已被手工占用，请直接填写抽样编号", field="number")


def given_here(number: str) -> bool:
    """Is this a number that one of our counters gave? Any other was given by the national system or by hand."""
    parts = read_number(number)
    if parts is None:
        return False
    kinds = {NumberRule(None, unit, parts.suffix or None).counter(parts.prefix) for unit in (None, parts.unit)}
    rows = session().execute(
        sa.select(Counter.org_id, Counter.kind).where(
            Counter.kind.in_(kinds), Counter.year == parts.year, Counter.last >= parts.serial
        )
    ).all()
    return any(f"_{parts.unit}" in kind or _unit(org_id) == parts.unit for org_id, kind in rows)


def _prefix(draft: SheetDraft, organisation: Organisation, plan: SamplingPlan | None) -> str:
    """级别、经费、类型: G/S/D/X, B 本级, J/P/F."""
    level = draft.organiser_level or (plan.level if plan else None) or organisation.level or Level.COUNTY
    return f"{LEVEL_LETTERS[level]}B{PURPOSE_LETTERS.get(draft.purpose, 'J')}"


def _unit(org_id: int) -> str:
    return f"{org_id % 100_000:05d}"


def _area(draft: SheetDraft, organisation: Organisation) -> str:
    """区划代码: the county of the sampling place, else the registering bureau's own region."""
    book = region_book()
    region_id = book.county_of(draft.region_id) or draft.region_id or organisation.region_id
    return book.code(region_id)[:6] if region_id else "000000"


# ---------------------------------------------------------------- 不跳号

@dataclass(frozen=True, slots=True)
class NumberRun:
    """One run of serials of one organisation, as the gap report shows it."""

    organisation: str
    prefix: str
    unit: str
    suffix: str
    year: int
    run: SerialRun


def number_runs(actor: Actor, year: int | None = None) -> Sequence[NumberRun]:
    """Every run of the actor's organisation and those below it: given, voided, missing."""
    statement = (
        sa.select(Counter.org_id, Counter.kind, Counter.year, Counter.last, Organisation.name)
        .join(Organisation, Organisation.id == Counter.org_id)
        .where(below(actor, Counter.org_id), Counter.kind.startswith("sample_", autoescape=True))
        .order_by(Counter.year.desc(), Counter.org_id, Counter.kind)
    )
    if year is not None:
        statement = statement.where(Counter.year == year)
    return [found for row in session().execute(statement).all() for found in _run(row)]


def _run(row: sa.Row[tuple[int, str, int, int, str]]) -> Iterator[NumberRun]:
    org_id, kind, year, last, name = row
    if (parts := KIND.fullmatch(kind)) is None:
        return
    prefix, unit, suffix = parts["prefix"], parts["unit"] or _unit(org_id), parts["suffix"] or ""
    serials: dict[bool, set[int]] = {True: set(), False: set()}
    begins = f"{prefix}{year % 100:02d}"
    statement = sa.select(Sample.number, Sample.state).where(Sample.number >= begins, Sample.number < begins + ":")
    for number, state in session().execute(statement):  # ":" follows "9"
        read = read_number(number)
        if read and (read.prefix, read.unit, read.suffix) == (prefix, unit, suffix):
            serials[state is SampleState.VOIDED].add(read.serial)
    yield NumberRun(name, prefix, unit, suffix, year, serial_run(last, serials[False], serials[True]))
