"""行政处罚信息 and 双随机抽查结果 for anybody: what has been published and whose term is not over, and named columns only.

A natural person's name is masked as in the published lists, wherever it stands; he is not found by his full name either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.disposal.models import CasePublication
from app.domain import public_masking
from app.domain.case_kinds import PublicationKind
from app.domain.masking import mask
from app.domain.penalties import measures_in_words
from app.domain.public_masking import PartyKind, Policy
from app.domain.supervision_states import ProgrammeState
from app.enterprises.models import Enterprise
from app.keyset import Page, page
from app.organisations.models import Organisation
from app.penalties.models import Penalty
from app.penalties.publishing import STANDING
from app.penalties.recording import record_of
from app.public.queries import AT_ONCE, COUNTED, MOST_ROWS, PAGE
from app.random_inspections.models import RandomProgramme, RandomTarget

Cell = str | date | None


@dataclass(frozen=True, slots=True)
class Search:
    """What a page asks for; ``today`` ends what is shown for a term."""

    today: date
    q: str | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Register:
    """One list that anybody may read."""

    title: str
    noun: str  # what the search looks through
    headers: Sequence[str]
    key: Any
    asked: Callable[[Search, Sequence[Any]], sa.Select[Any]]
    columns: Sequence[Any]
    cells: Callable[[Any, Policy], tuple[Cell, ...]]
    day: Any  # 公示日期

    def page(self, search: Search, *, before: int | None = None, after: int | None = None, size: int = PAGE) -> Page:
        """By key, newest first."""
        statement, ids = self._found(search, self.columns), self._found(search, [self.key])
        return page(statement, ids, self.key, before=before, after=after, size=size, most=COUNTED)

    def rows(self, found: Sequence[Any], rules: Policy) -> list[tuple[Cell, ...]]:
        return [self.cells(row, rules) for row in found]

    def every(self, search: Search, rules: Policy) -> Iterator[tuple[Cell, ...]]:
        """The rows of a file, newest first; never more than ``MOST_ROWS``."""
        statement, last, left = self._found(search, self.columns).order_by(self.key.desc()), None, MOST_ROWS
        while left > 0:
            found = session().execute((statement if last is None else statement.where(self.key < last)).limit(min(AT_ONCE, left))).all()
            if not found:
                return
            yield from self.rows(found, rules)
            last, left = found[-1].id, left - len(found)

    def years(self, today: date) -> Sequence[int]:
        """The years in which any of it was published, newest first."""
        ends = self.asked(Search(today), [sa.func.min(self.day), sa.func.max(self.day)])
        first, last = session().execute(ends).one()
        return list(range(last.year, first.year - 1, -1)) if first is not None else []

    def _found(self, search: Search, columns: Sequence[Any]) -> sa.Select[Any]:
        statement = self.asked(search, columns)
        if search.year is None:
            return statement
        return statement.where(self.day.between(date(search.year, 1, 1), date(search.year, 12, 31)))


def _party(name: str, code: str | None, rules: Policy) -> tuple[str, str | None]:
    """Name and code as they may be shown."""
    kind = public_masking.party_kind(name, code)
    shown = public_masking.shown(name, "", kind, rules)
    return shown.name, None if kind is PartyKind.PERSON else mask(code) if code else None


# ---------------------------------------------------------------- 行政处罚信息公示

def _penalties(search: Search, columns: Sequence[Any]) -> sa.Select[Any]:
    """Published by us and not taken down; its three months or three years are not over, the decision stands."""
    one = CasePublication
    statement = (
        sa.select(*columns).select_from(one).join(Penalty, Penalty.id == one.penalty_id)
        .join(Organisation, Organisation.id == Penalty.org_id)
        .where(
            one.kind == PublicationKind.PENALTY, one.removed_on.is_(None), one.voided_at.is_(None), one.remove_due_on > search.today,
            Penalty.state.in_(STANDING), Penalty.revoked_on.is_(None), Penalty.other_province.is_(False),
        )
    )  # fmt: skip
    if search.q:
        registered = sa.and_(Penalty.party_code.is_not(None), Penalty.party_name.contains(search.q, autoescape=True))
        statement = statement.where(sa.or_(registered, Penalty.decision_no.contains(search.q, autoescape=True)))
    return statement


def _penalty(row: Any, rules: Policy) -> tuple[Cell, ...]:
    one: Penalty = row.Penalty
    name, code = _party(one.party_name, one.party_code, rules)

    def told(text: str | None) -> str | None:
        return mask(text.replace(one.party_name, name)) if text else None

    measures = told(measures_in_words(record_of(one)))
    return (
        name, code, one.decision_no, told(one.facts), told(one.basis), measures, one.decided_on, row.org_name, row.published_on,
        row.remove_due_on,
    )  # fmt: skip


PENALTIES = Register(
    "行政处罚信息", "当事人（企业、个体工商户）或决定书文号",
    ("当事人", "统一社会信用代码", "处罚决定书文号", "违法事实", "处罚依据", "处罚内容", "处罚决定日期", "处罚机关", "公示日期",
     "公示期至"),
    CasePublication.id, _penalties,
    (CasePublication.id, CasePublication.published_on, CasePublication.remove_due_on, Penalty, Organisation.name.label("org_name")),
    _penalty, CasePublication.published_on,
)  # fmt: skip


# ---------------------------------------------------------------- 双随机抽查结果公示

def _random(search: Search, columns: Sequence[Any]) -> sa.Select[Any]:
    """Results of programmes whose results have been published."""
    statement = (
        sa.select(*columns).select_from(RandomTarget).join(RandomProgramme, RandomProgramme.id == RandomTarget.programme_id)
        .join(Enterprise, Enterprise.id == RandomTarget.enterprise_id).join(Organisation, Organisation.id == RandomProgramme.org_id)
        .where(
            RandomProgramme.state == ProgrammeState.PUBLISHED, RandomProgramme.published_on <= search.today,
            RandomTarget.outcome.is_not(None),
        )
    )  # fmt: skip
    if search.q:
        registered = sa.and_(Enterprise.credit_code.is_not(None), Enterprise.name.contains(search.q, autoescape=True))
        statement = statement.where(sa.or_(registered, RandomProgramme.title.contains(search.q, autoescape=True)))
    return statement


def _target(row: Any, rules: Policy) -> tuple[Cell, ...]:
    name, code = _party(row.firm, row.credit_code, rules)
    return (name, code, row.title, row.matter, row.inspected_on, row.outcome.value, row.org_name, row.published_on)


RANDOM = Register(
    "双随机抽查结果", "检查对象（企业、个体工商户）或抽查任务",
    ("检查对象", "统一社会信用代码", "抽查任务", "抽查事项", "检查日期", "抽查结果", "检查机关", "公示日期"),
    RandomTarget.id, _random,
    (
        RandomTarget.id, RandomTarget.inspected_on, RandomTarget.outcome, RandomProgramme.title, RandomProgramme.matter,
        RandomProgramme.published_on, Enterprise.name.label("firm"), Enterprise.credit_code, Organisation.name.label("org_name"),
    ),
    _target, RandomProgramme.published_on,
)  # fmt: skip
REGISTERS: Mapping[str, Register] = {"penalties": PENALTIES, "random": RANDOM}
