"""下一步抽什么: the question, its answer as a ranked list with reasons, and the targets that cannot be met."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.domain.actors import Actor
from app.domain.gaps import Line, Spot, book_of
from app.domain.gaps_building import Problem, Setting, Side, build
from app.domain.gaps_candidates import Firm, Fit, Pair, foods_named, pairs
from app.domain.gaps_caps import Headroom
from app.domain.gaps_points import Around, Place, Reason, reasons
from app.domain.gaps_program import ranked, shy, spread
from app.domain.gaps_shortfalls import Offer, Season, Shortfall, laboratory_shortfall, shortfalls
from app.domain.gaps_weeks import MOST_WEEKS, Visit, Week, schedule, weeks_ahead
from app.domain.indicators import Period
from app.domain.samples import Link
from app.domain.sampling_kinds import CapSubject
from app.errors import NotLikeThis
from app.gaps import per_thousand, queries, reading
from app.gaps.reading import Books, Held
from app.gaps.solving import solve
from app.indicators.working_time import elapsed_days
from app.plans.models import SamplingPlan
from app.plans.queries import cell_of, plans_in_force, quotas_in_force
from app.reference_data.books import calendar

DEFAULT_WEEKS = 4


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: plans, weeks, and what the list is narrowed to."""

    plans: Sequence[SamplingPlan]
    weeks: int = DEFAULT_WEEKS
    region_id: int | None = None
    link: Link | None = None
    category_id: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    rank: int
    plan: SamplingPlan
    place: Place
    batches: int
    points: int
    reasons: Sequence[Reason]
    caps: Sequence[Headroom]
    visits: Sequence[Visit]

    @property
    def key(self) -> str:
        """What names the line in an address and in the form."""
        pair = self.place.pair
        return f"{self.plan.id}-{pair.firm.id}-{pair.food_id or 0}-{pair.link.name.lower()}-{self.place.month}"

    @property
    def first(self) -> date:
        return self.visits[0].week.first

    @property
    def last(self) -> date:
        return self.visits[-1].week.last


@dataclass(slots=True)
class Answer:
    """The list with everything that explains it."""

    question: Question
    today: date
    books: Books
    weeks: Sequence[Week] = ()
    rows: Sequence[Row] = ()
    shortfalls: Sequence[Shortfall] = ()
    laboratories: Sequence[reading.Laboratory] = ()
    candidates: int = 0
    points: int = 0
    bound: int = 0  # points that no choice can exceed
    capped: bool = True
    notes: list[str] = field(default_factory=list)

    @property
    def batches(self) -> int:
        return sum(row.batches for row in self.rows)

    @property
    def proved(self) -> bool:
        return self.points >= self.bound

    @property
    def shy(self) -> str:
        return shy(self.points, self.bound)

    def row(self, key: str) -> Row | None:
        return next((row for row in self.rows if row.key == key), None)


def plans_asked(actor: Actor, year: int, plan_id: int | None) -> list[SamplingPlan]:
    """The plan asked for, or all in force of the reader's organisation and those below it."""
    found = plans_in_force(actor, year)
    if plan_id is None:
        return [one for one in found if one.org_id in actor.reach]
    chosen = [one for one in found if one.id == plan_id]
    if not chosen:
        raise NotLikeThis("该计划尚未下达、已结束或不在您的管辖范围内，请选择正在执行的计划", field="plan_id")
    return chosen


def answer(actor: Actor, question: Question, today: date) -> Answer:
    """The list. Raises NotLikeThis for a horizon that nobody can plan."""
    if not 1 <= question.weeks <= MOST_WEEKS:
        raise NotLikeThis(f"周数应为 1 至 {MOST_WEEKS} 的整数", field="weeks")
    found = Answer(question, today, Books())
    if not question.plans:
        return found
    year = question.plans[0].year
    held = Held(queries.held())
    found.weeks = weeks_ahead(today, year, question.weeks, calendar())
    if not found.weeks:
        found.notes.append(f"{year}年已没有剩余的工作日，请选择下一年度的计划")
        return found
    region_ids = [plan.region_id for plan in question.plans]
    caps = [cap for cap in queries.cap_rules() if cap.valid_from <= today and (cap.valid_to is None or today <= cap.valid_to)]
    found.laboratories = reading.laboratories(actor, found.weeks, held)
    earlier = reading.earlier(actor, region_ids, caps, found.books, held, today)
    givers = {*(plan.org_id for plan in question.plans), *(int(part) for part in actor.org_path.split("/") if part)}
    earlier = reading.with_exemptions(earlier, givers, caps, found.books, found.weeks)
    setting = Setting(found.weeks, caps, earlier, found.laboratories, found.books.foods, found.books.names)
    firms = reading.firms(actor, region_ids, found.books, year)
    sides = _sides(actor, question, firms, held, found)
    _decide(found, sides, setting)
    _explain(found, sides, setting, held)
    found.capped = any(cap.subject is not CapSubject.BATCH for cap in caps)
    return found


# ---------------------------------------------------------------- plans

def _sides(actor: Actor, question: Question, firms: Sequence[Firm], held: Held, found: Answer) -> list[Side]:
    parents = queries.parents()
    years: dict[int, _Year] = {}
    sides = []
    for plan in question.plans:
        if plan.region_id not in years:
            years[plan.region_id] = _Year(actor, plan, firms, found)
        family = frozenset(_with_parts(plan.id, parents))
        sides.append(_side(plan, firms, held.of_plans(family), years[plan.region_id], found))
    return sides


def _with_parts(plan_id: int, parents: dict[int, int]) -> Iterable[int]:
    yield plan_id
    for part, parent in sorted(parents.items()):
        if parent == plan_id:
            yield from _with_parts(part, parents)


class _Year:
    """What has been sampled this year in an area, whatever the plan."""

    def __init__(self, actor: Actor, plan: SamplingPlan, firms: Sequence[Firm], found: Answer) -> None:
        rows = queries.year_so_far(plan.region_id, plan.year)
        self.kinds = {found.books.kind_of(row.category_id) for row in rows}
        places = frozenset((row.region_id, row.link) for row in rows if row.link is not None)
        inside = found.books.regions.below(plan.region_id)
        townships = {firm.region_id for firm in firms if firm.region_id in inside and firm.region_id != plan.region_id}
        done = dict.fromkeys(sorted(townships), 0)
        for row in rows:
            if row.region_id in done:
                done[row.region_id] += row.batches
        days, period = calendar(), Period(plan.year)
        short, words = per_thousand.short(actor, plan, found.books.regions, found.today)
        self.around = Around(
            found.today, plan.region_id, elapsed_days(days, period, found.today), elapsed_days(days, period, period.last),
            places, done, short, words,
        )  # fmt: skip


def _side(plan: SamplingPlan, firms: Sequence[Firm], held: list, year: _Year, found: Answer) -> Side:
    books, question = found.books, found.question
    quotas = [(cell_of(quota), quota.batches) for quota in quotas_in_force(plan)]
    book = book_of(plan.id, plan.total, quotas, [*reading.spots(queries.taken(plan)), *held], books.trees)
    foods = foods_named((cell.category_id for cell in book.lines), books.foods)
    unsampled = frozenset(books.kinds_below(food.id for food in foods)) - year.kinds
    inside = books.regions.below(plan.region_id)
    wanted = [
        pair
        for firm in firms if firm.region_id in inside
        for pair in _pairs(firm, foods, unsampled, books)
        if _asked(pair, question, books)
    ]  # fmt: skip
    return Side(book, plan.level, year.around, wanted, unsampled)


def _pairs(firm: Firm, foods: Sequence, unsampled: frozenset[int], books: Books) -> Iterable[Pair]:
    """With a plan that names no food, also batches of any food."""
    yield from pairs(firm, foods, unsampled, books.foods)
    if not foods:
        yield from (Pair(firm, None, link, Fit.TRADE) for link in firm.links)


def _asked(pair: Pair, question: Question, books: Books) -> bool:
    if question.link is not None and pair.link is not question.link:
        return False
    if question.category_id is not None:
        food = books.foods.get(pair.food_id) if pair.food_id is not None else None
        if food is None or question.category_id not in food.line:
            return False
    return question.region_id is None or question.region_id in books.regions.up(pair.firm.region_id or question.region_id)


# ---------------------------------------------------------------- the list

def _decide(found: Answer, sides: Sequence[Side], setting: Setting) -> None:
    problem = build(sides, setting)
    solution = solve(problem.program)
    found.candidates, found.points, found.bound = problem.program.size, solution.points, solution.bound
    chosen = spread(problem.program, solution.chosen)
    order = ranked(problem.program, chosen)
    visits = _visits(problem, [(one, chosen[one]) for one, _, _ in order], found)
    plans = {plan.id: plan for plan in found.question.plans}
    found.rows = [
        Row(
            rank, plans[problem.sides[one].book.plan_id], problem.places[one], chosen[one], points,
            reasons(
                problem.places[one], chosen[one], earned, problem.sides[one].book.trees, problem.sides[one].around,
                setting.names,
            ),
            problem.caps[one], visits[one],
        )
        for rank, (one, points, earned) in enumerate(order, 1)
    ]  # fmt: skip


def _visits(problem: Problem, chosen: Sequence[tuple[int, int]], found: Answer) -> dict[int, list[Visit]]:
    """The weeks of each candidate, month by month, the most urgent first."""
    visits: dict[int, list[Visit]] = {}
    for month in sorted({week.month for week in found.weeks}):
        ours = [(one, number) for one, number in chosen if problem.places[one].month == month]
        weeks = [week for week in found.weeks if week.month == month]
        for visit in schedule(ours, weeks, found.laboratories):
            visits.setdefault(visit.candidate, []).append(visit)
    return visits


# ---------------------------------------------------------------- what cannot be met

def _explain(found: Answer, sides: Sequence[Side], setting: Setting, held: Held) -> None:
    """Targets out of reach, told for whole plans: a narrowed list says nothing of them."""
    question = found.question
    if question.region_id or question.link or question.category_id:
        return
    first = found.weeks[0].first
    for side in sides:
        season = Season(first, side.level, setting.caps, setting.earlier)
        found.shortfalls = [*found.shortfalls, *shortfalls(_offers(side, setting), season, setting.names)]
    rest = weeks_ahead(found.today, first.year, 60, calendar())
    if found.laboratories:
        labs = reading.laboratories_of(found.laboratories, rest, held)
        room = sum(lab.room(week) for lab in labs for week in rest)
        owed = sum(line.remaining for side in sides for line in side.book.lines.values() if line.cell.key == "*")
        lacking = laboratory_shortfall(owed, room, len(rest), sum(week.working_days for week in rest))
        found.shortfalls = [*([lacking] if lacking else []), *found.shortfalls]


def _offers(side: Side, setting: Setting) -> Iterable[tuple[Line, list[Offer]]]:
    """Who can give what within each line that still needs something."""
    open_ = [line for line in side.book.lines.values() if line.remaining]
    by_spot: dict[Spot, set[tuple[int, Link]]] = {}
    for pair in side.pairs:
        by_spot.setdefault(pair.spot, set()).add((pair.firm.id, pair.link))
    by_line: dict[str, set[tuple[int, Link, int | None]]] = {line.cell.key: set() for line in open_}
    for spot, alike in by_spot.items():
        root = setting.foods[spot.category_id].line[-1] if spot.category_id is not None else None
        offered = {(firm, link, root) for firm, link in alike}
        for line in side.book.holding(spot):
            if line.remaining:
                by_line[line.cell.key] |= offered
    for line in open_:
        yield line, _by_firm(by_line[line.cell.key])


def _by_firm(offered: Iterable[tuple[int, Link, int | None]]) -> list[Offer]:
    firms: dict[int, tuple[set[Link], set[int | None]]] = {}
    for firm, link, root in offered:
        links, roots = firms.setdefault(firm, (set(), set()))
        links.add(link)
        roots.add(root)
    return [Offer(firm, frozenset(links), frozenset(roots)) for firm, (links, roots) in sorted(firms.items())]
