"""检验时限 of reports and of samples still open: the rules, agreements and calendar asked once for a whole page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from typing import Any

from app.domain import deadlines
from app.domain import turnaround as rules
from app.domain.actors import Actor
from app.domain.deadline_rules import CannotCount, DeadlineRule, rule_in_force
from app.domain.turnaround import Agreed, DayCount, OpenStage, Tally, Timing
from app.domain.working_days import WorkingDays
from app.reference_data.books import calendar, deadline_rules
from app.turnaround import queries
from app.turnaround.queries import Filters, Key, Laboratory

NOBODY = "未注明检验机构"
NO_RECEIPT, NO_RULE = "没有收样日期", "收样当日没有适用的期限规则"


@dataclass(slots=True)
class Terms:
    """Whose term holds for what was received when; each question is answered once."""

    legal: Sequence[DeadlineRule]
    days: WorkingDays
    agreements: Sequence[Agreed]
    paths: Mapping[int, str]
    _found: dict[tuple[Any, ...], tuple[DeadlineRule | None, Agreed | None]] = field(default_factory=dict)

    def rule(self, key: Key) -> tuple[DeadlineRule | None, Agreed | None]:
        """The rule of the law in force that day (with the agreed length where something was agreed), and the agreement."""
        asked = (key.laboratory, key.org_id, key.organiser_org_id, key.agricultural, key.received)
        if asked not in self._found:
            self._found[asked] = self._look_up(key)
        return self._found[asked]

    def _look_up(self, key: Key) -> tuple[DeadlineRule | None, Agreed | None]:
        assert key.received is not None
        laboratory = key.laboratory if isinstance(key.laboratory, int) else None
        agreed = rules.agreement_for(self.agreements, laboratory, self._bureaus(key), key.agricultural, key.received)
        try:
            legal = rule_in_force(self.legal, rules.rule_code(key.agricultural), key.received)
        except CannotCount:
            return None, agreed
        if agreed is None:
            return legal, None
        return replace(legal, amount=agreed.working_days, article=f"按约定：{agreed.document_no}（{legal.article}）"), agreed

    def _bureaus(self, key: Key) -> list[int]:
        """Who may have agreed with the laboratory, nearest first: who organised it, the bureau of the sample, those above."""
        above = [int(part) for part in self.paths.get(key.org_id, "").split("/") if part][::-1]
        return list(dict.fromkeys([*([key.organiser_org_id] if key.organiser_org_id else []), *above]))

    def days_of(self, key: Key) -> int | None:
        """The term in working days, None where the law has none for that day."""
        if key.received is None:
            return None
        legal, agreed = self.rule(key)
        return agreed.working_days if agreed else legal.amount if legal else None


def terms() -> Terms:
    return Terms(deadline_rules(), calendar(), queries.agreements_in_force(), queries.bureau_paths())


def counter(days: WorkingDays, groups: Iterable[tuple[Key, int]]) -> DayCount:
    return DayCount(days, (day for key, _ in groups for day in (key.received, key.reported) if day is not None))


# ---------------------------------------------------------------- reports

@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which of the reports are listed: those of a bar, those that stand in one of these ways."""

    timings: frozenset[Timing] = frozenset(Timing)
    bar: int | None = None

    def holds(self, stands: Timing, days: int | None) -> bool:
        if stands not in self.timings:
            return False
        return self.bar is None or (stands in rules.TIMED and days is not None and rules.bin_of(days) == self.bar)


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything counted about the reports of a period."""

    by_laboratory: Mapping[Laboratory, Tally]
    whole: Tally


def figures(actor: Actor, filters: Filters) -> Figures:
    groups, book = queries.grouped(actor, filters), terms()
    count = counter(book.days, groups)
    found: dict[Laboratory, Tally] = {}
    whole = Tally()
    for key, batches in groups:
        stands, days = rules.timing(key.received, key.reported, book.days_of(key), count)
        found.setdefault(key.laboratory, Tally()).add(stands, days, batches)
    for tally in found.values():
        whole.take(tally)
    return Figures(found, whole)


@dataclass(frozen=True, slots=True)
class Report:
    """One report in a list."""

    row: Any
    key: Key
    timing: Timing
    days: int | None
    term: int | None
    agreed: bool


def reports(actor: Actor, filters: Filters, narrowed: Narrowed) -> Iterator[Report]:
    """The reports that are counted, newest first."""
    groups, book = queries.grouped(actor, filters), terms()
    count = counter(book.days, groups)
    for row, key in queries.each(actor, filters):
        term = book.days_of(key)
        stands, days = rules.timing(key.received, key.reported, term, count)
        if narrowed.holds(stands, days):
            agreed = key.received is not None and book.rule(key)[1] is not None
            yield Report(row, key, stands, days, term, agreed)


def counted(actor: Actor, filters: Filters, narrowed: Narrowed) -> int:
    groups, book = queries.grouped(actor, filters), terms()
    count = counter(book.days, groups)
    return sum(
        batches for key, batches in groups
        if narrowed.holds(*rules.timing(key.received, key.reported, book.days_of(key), count))
    )  # fmt: skip


def page(found: Iterator[Report], number: int, size: int) -> list[Report]:
    return list(islice(found, (number - 1) * size, number * size))


# ---------------------------------------------------------------- samples without a report

@dataclass(frozen=True, slots=True)
class Waiting:
    """A sample without a report: when it is due and why, and what is left."""

    row: Any
    laboratory: Laboratory
    due: deadlines.Deadline
    left: int
    stage: OpenStage
    agreed: bool

    @property
    def over(self) -> int:
        """Working days beyond the term."""
        return max(0, -self.left)

    @property
    def words(self) -> str:
        if self.stage is OpenStage.OVERDUE:
            return f"已超 {self.over} 个工作日" if self.over else "已超期，不足 1 个工作日"
        return f"剩余 {self.left} 个工作日" if self.left else "今天到期"


@dataclass(frozen=True, slots=True)
class Undated:
    """A sample whose term cannot be counted."""

    row: Any
    laboratory: Laboratory
    words: str
    due: None = None


@dataclass(frozen=True, slots=True)
class Owed:
    """What one laboratory owes."""

    overdue: int
    soon: int
    undated: int


@dataclass(frozen=True, slots=True)
class Outstanding:
    """All of them: with a term, and without a day of receipt or a rule."""

    rows: Sequence[Waiting]
    undated: Sequence[Undated]

    def count(self, stage: OpenStage) -> int:
        return sum(one.stage is stage for one in self.rows)

    @property
    def laboratories(self) -> Mapping[Laboratory, Owed]:
        stages = Counter((one.laboratory, one.stage) for one in self.rows)
        undated = Counter(one.laboratory for one in self.undated)
        return {
            at: Owed(stages[at, OpenStage.OVERDUE], stages[at, OpenStage.SOON], undated[at])
            for at in {*(laboratory for laboratory, _ in stages), *undated}
        }


def outstanding(actor: Actor, laboratory: Laboratory, today: date) -> Outstanding:
    """Samples that a laboratory still owes a report for, the latest first."""
    book = terms()
    found: list[Waiting] = []
    undated: list[Undated] = []
    dues: dict[tuple[Any, ...], tuple[deadlines.Deadline, int] | None] = {}
    for row in queries.open_samples(actor, laboratory):
        key = Key(
            queries.laboratory_of(row), row.org_id, row.organiser_org_id,
            bool(row.agricultural), row.arrived_on, today,
        )  # fmt: skip
        asked = (key.laboratory, key.org_id, key.organiser_org_id, key.agricultural, key.received)
        if asked not in dues:
            dues[asked] = _due(key, book, today)
        if (answer := dues[asked]) is None:
            undated.append(Undated(row, key.laboratory, NO_RULE if key.received else NO_RECEIPT))
            continue
        due, left = answer
        stage = rules.open_stage(left, due.due, today)
        found.append(Waiting(row, key.laboratory, due, left, stage, book.rule(key)[1] is not None))
    return Outstanding(sorted(found, key=lambda one: (one.due.due, one.row.id)), undated)


def _due(key: Key, book: Terms, today: date) -> tuple[deadlines.Deadline, int] | None:
    legal = book.rule(key)[0] if key.received is not None else None
    if legal is None or key.received is None:
        return None
    due = deadlines.due(legal, key.received, book.days)
    return due, deadlines.remaining_working_days(today, due.due, book.days)


def named(laboratory: Laboratory, names: Mapping[int, str]) -> str:
    if isinstance(laboratory, int):
        return names.get(laboratory, NOBODY)
    return laboratory or NOBODY
