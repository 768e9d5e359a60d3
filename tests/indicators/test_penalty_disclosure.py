"""行政处罚信息公开率: decisions published within their term, by the clock of each, with its list and its recount."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from app import clock
from app.db import session, transaction
from app.disposal.models import DisposalCase
from app.domain.case_kinds import PenaltyOutcome
from app.domain.indicators import FORMULAS, Period
from app.domain.workflow import PenaltyState
from app.indicators import records, tallies
from app.indicators.figures import Asked, figure
from app.indicators.frames import Frame, area_by_code
from app.indicators.records import Side
from app.legal_clocks.models import LegalClock
from app.penalties.models import Penalty
from app.reference_data.books import region_book
from tests.indicators.conftest import Batch, Books
from tests.indicators.test_tallies import FAIL, case

FORMULA = FORMULAS["penalty_disclosure_rate"]


def penalty(
    made_of: DisposalCase, number: str, due_on: date | None, done_on: date | None = None, code: str = "PEN_PUBLISH", **more: Any
) -> None:
    values = {
        "org_id": made_of.org_id, "case_id": made_of.id, "sample_id": made_of.sample_id, "number": number, "party_name": "某厂",
        "state": PenaltyState.DECIDED, "found_on": date(2026, 8, 1), "filed_on": date(2026, 8, 2), "outcome": PenaltyOutcome.PUNISHED,
        "decided_on": date(2026, 9, 1), "created_at": clock.now(),
    }  # fmt: skip
    made = Penalty(**{**values, **more})
    session().add(made)
    session().flush()
    if due_on is not None:
        session().add(
            LegalClock(
                org_id=made.org_id, subject_kind="penalty", subject_id=made.id, code=code, name="公示", duty_of="局", subject_name=number,
                started_on=date(2026, 9, 1), start_event="作出决定", due_on=due_on, why="20 个工作日", article="第9条",
                provisional=False, done_on=done_on,
                recorded_at=clock.now() - timedelta(days=60),
            )
        )


@pytest.fixture
def frame(office: Any) -> Frame:
    return Frame(office.actor("county:统计员"), area_by_code(region_book(), "120119"), Period(2026))


def test_what_was_published_in_time_over_what_fell_due(books: Books, frame: Frame) -> None:
    one, elsewhere = books.add(Batch(supervision=FAIL, region="120119"), Batch(supervision=FAIL, region="500156"))
    with transaction():
        here, there = case(one), case(elsewhere)
        penalty(here, "立1", date(2026, 10, 9), date(2026, 10, 9))  # on the last day
        penalty(here, "立2", date(2026, 10, 9), date(2026, 10, 10))  # a day late
        penalty(here, "立3", date(2026, 11, 20))  # ends today, not published
        penalty(here, "立4", date(2026, 11, 21))  # still to end
        penalty(here, "立5", None)  # a mere warning has no clock
        penalty(here, "立6", date(2026, 10, 9), revoked_on=date(2026, 10, 8), state=PenaltyState.REVOKED)  # owed nothing any more
        penalty(here, "立7", date(2026, 10, 9), revoked_on=date(2026, 10, 10), state=PenaltyState.REVOKED)  # had already failed
        penalty(here, "立8", date(2026, 9, 16), date(2026, 9, 10), code="PEN_PUBLISH_PUSH", other_province=True)
        penalty(here, "立9", date(2026, 10, 9), date(2026, 10, 9), code="CASE_DECIDE")  # another duty
        penalty(there, "立10", date(2026, 10, 9), date(2026, 10, 9))
    found = figure(frame, FORMULA)
    assert (found.numerator, found.denominator, found.display) == (2, 5, "40.00")
    listed = records.records(frame, FORMULA)
    assert [one.rpartition(" ")[2] for one in listed.numerator] == ["立1", "立8"]
    assert [one.rpartition(" ")[2] for one in listed.denominator] == ["立1", "立2", "立3", "立7", "立8"]
    page = records.page(frame, Asked(FORMULA), Side.DENOMINATOR, 0, 2)
    assert (page.count, [row.kind for row in page.rows]) == (5, ["penalty", "penalty"])
    assert tallies.still_to_come(tallies.rows(frame, FORMULA), frame) == 1


def test_of_the_past_only_what_was_recorded_by_then(books: Books, frame: Frame) -> None:
    (one,) = books.add(Batch(supervision=FAIL, region="120119"))
    with transaction():
        penalty(case(one), "立1", date(2026, 10, 9), date(2026, 10, 9))
    assert figure(frame, FORMULA).denominator == 1
    before = Frame(frame.actor, frame.area, frame.period, as_of=clock.now() - timedelta(days=90))
    assert figure(before, FORMULA).denominator == 0


def test_the_plan_shows_it_and_the_recount_agrees(books: Books, show: Any, listed: Any, app: Any) -> None:
    (one,) = books.add(Batch(supervision=FAIL, region="120119"))
    with transaction():
        made = case(one)
        penalty(made, "立1", date(2026, 10, 9), date(2026, 10, 9))
        penalty(made, "立2", date(2026, 10, 9))
    row = show("jizhou")["12"]
    assert (row["numerator"], row["denominator"], row["value"]) == (1, 2, "50.00")
    assert [len(listed("jizhou", "12")[side]) for side in ("numerator", "denominator")] == [1, 2]
    checked = app.test_cli_runner().invoke(args=["indicators", "check", "--json"])
    assert checked.exit_code == 0, checked.output
