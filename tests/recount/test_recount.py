"""Every figure against the slow recount of plain rows: random data, filters, areas and periods, on both databases."""

from __future__ import annotations

import ast
import os
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from app import clock
from app.accounts.models import User
from app.authorize import local_operator
from app.db import engine, session
from app.domain.actors import Actor
from app.domain.indicators import FORMULAS, Kind, Period, parse_filter
from app.indicators import breakdowns, records, summaries
from app.indicators.figures import Asked, answers, divisible
from app.indicators.frames import Frame, area_by_code
from app.indicators.groups import By
from app.organisations.models import Organisation
from app.reference_data.books import category_book, region_book
from tests.conftest import make_office
from tests.recount import base_rows, slowly
from tests.recount.random_world import AREAS, CATEGORIES, KINDS, Writer, required

OF_BATCHES = {
    "domain": ("食品", "食用农产品", "药品"), "purpose": ("监督抽检", "抽检监测", "风险监测", "评价性抽检"),
    "organiser level": ("县级", "市级", "未分类"), "stage": ("流通", "生产", "未分类"), "category": ("肉制品", "乳制品", "未分类"),
}  # fmt: skip
OF_FIRMS = {"producer type": KINDS, "area type": ("城市", "乡村"), "risk": ("A", "B")}
PERIODS = (
    *(Period(2026),) * 5, Period(2025), *(Period(2026, quarter=one) for one in (1, 2, 4)), Period(2026, quarter=3, cumulative=True),
    *(Period(2026, month=one) for one in (2, 10, 11, 12)), Period(2026, month=11, cumulative=True), Period(2026, month=6,
    cumulative=True),
)  # fmt: skip
PLACES = ("120119", "120119", "120000", "120000", "500156", "100000", "100000", "120119101")
LAST = ("failure_rate",)  # came after the seeds were chosen: what is drawn for the others stays as it was
EVERY = [*(code for code, formula in FORMULAS.items() if formula.kind is not Kind.REPORTED and code not in LAST), *LAST]


# Sixty bureaus on each database, and not the same sixty: drawn so that every figure is other than nought in one of them.
# `make recount` asks two hundred of each.
BUREAUS = {"sqlite": 20261126, "postgresql": 20261207}
HOW_MANY = int(os.environ.get("SHIAN_RECOUNTS") or 60)


class Bureau:
    """The offices and what never changes, read once for each database."""

    def __init__(self) -> None:
        make_office()
        session().flush()
        self.orgs = {one.code: one for one in session().scalars(sa.select(Organisation))}
        self.offices = [self.orgs[code].id for code in ("120119", "CITY", "500156")]
        self.people = list(session().scalars(sa.select(User.id).order_by(User.id).limit(2)))
        book = region_book()
        self.regions = {code: number for code in AREAS if code is not None and (number := book.id(code)) is not None}
        kinds = [found.id for path in CATEGORIES if path and (found := category_book().by_path(path))]
        deeper = session().scalars(sa.text("SELECT id FROM food_category WHERE level = 3 ORDER BY id LIMIT 3")).all()
        self.kinds = [*kinds, *deeper, None]
        self.kept = base_rows.read(base_rows.KEPT)
        self.operator = local_operator()
        self.seen: Counter[str] = Counter()
        self.compared = 0

    def reader(self, choice: Random) -> tuple[Actor, Any]:
        """The topmost office, or one below it that does the same work."""
        org = choice.choice([self.orgs["120119"], self.orgs["CITY"], None])
        if org is None:
            root = next(one for one in self.orgs.values() if one.parent_id is None)
            return self.operator, root
        roles, reach = self.operator.roles, frozenset(one.id for one in self.orgs.values() if one.path.startswith(org.path))
        return Actor(None, "统计员", roles, org.id, org.path, reach), org


@pytest.fixture(params=["sqlite", "postgres"])
def bureau(request: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bureau]:
    request.getfixturevalue("app" if request.param == "sqlite" else "pg_app")
    monkeypatch.setenv("SHIAN_TODAY", "2026-11-20")
    made = Bureau()
    session().execute(sa.text("SELECT 1"))
    yield made
    session().rollback()


def chosen(choice: Random, known: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    names = choice.sample(sorted(known), k=min(len(known), choice.choice((0, 0, 0, 1, 2))))
    return {name: tuple(choice.sample(known[name], k=choice.randrange(1, len(known[name]) + 1))) for name in names}


def conditions(choice: Random, code: str) -> dict[str, tuple[str, ...]]:
    """A filter that the records of the formula can be asked."""
    source = FORMULAS[code].source.value
    if code == "filing_rate":
        return {"producer type": (KINDS[1],)}
    if source in ("facts", "cases"):
        found = chosen(choice, OF_BATCHES)
        return found | ({"item group": ("农药残留", "兽药残留")} if choice.random() < 0.2 else {})
    if source in ("penalties", "transfers"):
        return chosen(choice, {"domain": OF_BATCHES["domain"]})
    if source == "incidents":
        return chosen(choice, {"domain": ("食品", "药品"), "severity": ("一般", "较大")})
    more = {"inspection type": ("日常监督检查", "飞行检查")} if source == "inspections" and code != "random_inspection_coverage" else {}
    return chosen(choice, OF_FIRMS | more)


def written(found: dict[str, tuple[str, ...]]) -> str:
    return "; ".join(f"{name} in ({';'.join(values)})" if len(values) > 1 else f"{name} = {values[0]}" for name, values in found.items())


def compare(bureau: Bureau, number: int) -> None:
    """One random bureau: every formula under a random filter, in a random area and period, for a random reader."""
    choice = Random(number)
    Writer(number, bureau.offices, bureau.people, bureau.regions, bureau.kinds).everything()
    session().flush()
    summaries.refresh_touched(session())  # type: ignore[arg-type]
    rows = SimpleNamespace(**vars(bureau.kept), **vars(base_rows.read(base_rows.READ)))
    ask(bureau, rows, choice, number, clock.end_of_day(clock.today()) if number % 2 else None)
    bureau.compared += 1


def ask(bureau: Bureau, rows: SimpleNamespace, choice: Random, number: int, as_of: datetime | None) -> None:
    """Every formula, all at once as a page asks them: from the summaries, and as of a moment from the versions and histories."""
    actor, org = bureau.reader(choice)
    code, period = choice.choice(PLACES), choice.choice(PERIODS)
    frame = Frame(actor, area_by_code(region_book(), code), period, as_of)
    region = next(one for one in bureau.kept.region if one.code == code)
    wanted = {formula: conditions(choice, formula) for formula in EVERY}
    asked = {formula: Asked(FORMULAS[formula], parse_filter(written(found))) for formula, found in wanted.items()}
    found = answers(frame, asked.values())
    codes = required(KINDS[1], min(period.last, clock.today()))
    for formula, question in asked.items():
        recount = slowly.Recount(rows, slowly.Question(org, region, period.first, period.last, clock.today(), wanted[formula]))
        counted = recount.filing_rate(codes) if formula == "filing_rate" else slowly.FORMULAS[formula](recount)
        figure = found[question].figure
        shown = figure.numerator, figure.denominator, figure.display
        assert shown == counted, (number, formula, wanted[formula], code, period.label, org.code)
        bureau.seen[formula] += bool(counted[0])
        holds(question, frame, counted, choice)


def holds(asked: Asked, frame: Frame, counted: tuple[Any, ...], choice: Random) -> None:
    """The list is as long as the figure says; its parts add up to it."""
    if choice.random() < 0.2 and asked.formula.code not in ("case_days", "balance"):
        found = records.records(frame, asked.formula, asked.conditions)
        assert len(found.numerator) == counted[0]
        assert asked.formula.kind is Kind.PER_THOUSAND or len(found.denominator) == (counted[1] or 0)
    if choice.random() < 0.1 and divisible(asked.formula) and asked.formula.kind is not Kind.PER_THOUSAND:
        *parts, whole = breakdowns.breakdown(frame, asked, choice.choice(list(By)))
        assert (whole.figure.numerator, whole.figure.denominator) == counted[:2]
        assert sum(part.figure.numerator or 0 for part in parts) == counted[0]
        assert sum(part.figure.denominator or 0 for part in parts) == (counted[1] or 0)


def test_every_figure_is_what_the_slow_recount_says(bureau: Bureau) -> None:
    @seed(BUREAUS[engine().dialect.name])
    @settings(max_examples=HOW_MANY, deadline=None, database=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(st.integers(min_value=0, max_value=10**6))
    def run(number: int) -> None:
        nested = session().begin_nested()
        try:
            compare(bureau, number)
        finally:
            nested.rollback()
            session().expire_all()
            session().info.pop("pending_months", None)

    run()
    assert bureau.compared >= HOW_MANY, bureau.compared
    assert all(bureau.seen[formula] for formula in EVERY), bureau.seen  # a figure that is always nought proves nothing


def test_every_formula_is_recounted() -> None:
    assert set(slowly.FORMULAS) == set(EVERY)


def test_the_recount_knows_nothing_of_the_program() -> None:
    """What checks the figures may not share their mistakes."""
    here = Path(__file__).parent
    assert imported(here / "slowly.py") <= {
        "__future__", "collections.abc", "dataclasses", "datetime", "decimal", "fractions", "types", "typing",
    }  # fmt: skip
    assert not any(name.startswith(("app.indicators", "app.domain")) for name in imported(here / "base_rows.py"))


def imported(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    plain = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    return plain | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}


def test_the_slow_rules_by_example() -> None:
    """The check values of the definitions."""
    assert slowly.rounded(slowly.Fraction(4200 * 1000, 795_516), 2) == "5.28"
    assert [slowly.rate(*pair)[2] for pair in ((236, 244), (3228, 3248), (199, 200), (46_599, 47_390))] == ["96.72", "99.38", "99.50",
    "98.33"]
    assert slowly.rate(0, 0)[2] == "—"
    assert date(2026, 11, 20) == clock.today()
