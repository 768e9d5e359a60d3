"""立案率 and 案件平均办理工作日: over the cases themselves, with their lists."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from app import clock
from app.authorize import local_operator
from app.db import transaction
from app.disposal.models import CaseMode, Party
from app.domain.indicators import FORMULAS, Period, recount_tally
from app.indicators import records, tallies
from app.indicators.figures import Asked, figure
from app.indicators.frames import Frame, area_by_code, read_moment
from app.indicators.records import Side
from app.reference_data.books import region_book
from tests.indicators.conftest import Batch, Books
from tests.indicators.test_penalty_disclosure import penalty
from tests.indicators.test_tallies import FAIL, case, full


def frame(as_of: str | None = None) -> Frame:
    return Frame(local_operator(), area_by_code(region_book(), "120119"), Period(2026), read_moment(as_of))


def test_cases_filed_of_those_received(books: Books) -> None:
    one, two, three = books.add(*[Batch(supervision=FAIL)] * 3, at=clock.now() - timedelta(days=60))
    with transaction():
        filed = case(one)
        penalty(filed, "立1", None)
        penalty(filed, "立2", None)  # two files of one case are one case
        late = case(two, received_on=date(2026, 9, 1))
        penalty(late, "立3", None, filed_on=date(2026, 11, 21))  # tomorrow
        penalty(case(three, mode=CaseMode.NOTIFY), "立4", None)  # not ours
        penalty(case(three, Party.CATERING, received_on=date(2025, 12, 31)), "立5", None)  # of last year
    asked = Asked(FORMULAS["case_filing_rate"])
    found = figure(frame(), asked.formula)
    assert (found.numerator, found.denominator, found.display) == (1, 2, "50.00")
    assert records.page(frame(), asked, Side.NUMERATOR, 0, 20).count == 1
    assert records.page(frame(), asked, Side.DENOMINATOR, 0, 20).count == 2
    before = figure(frame("2026-11-19"), asked.formula)
    assert (before.numerator, before.denominator) == (0, 2)  # the files were typed today


def test_working_days_of_the_cases_closed(books: Books, office: Any) -> None:
    one, two, three = books.add(*[Batch(supervision=FAIL)] * 3, at=clock.now() - timedelta(days=60))
    person = office.people["county:办案人"].id
    who = {"handler_id": person, "submitted_by_id": person, "approved_by_id": office.people["county:审核人"].id}
    with transaction():
        case(one, received_on=date(2026, 9, 25), **full(date(2026, 10, 9)), **who)  # over the holidays: 28, 29, 30 September, 8, 9
        case(two, received_on=date(2026, 11, 2), **full(date(2026, 11, 2)), **who)  # the same day
        case(three)
        case(three, Party.CATERING, mode=CaseMode.NOTIFY, **full(date(2026, 11, 2)), **who)
    asked = Asked(FORMULAS["case_days"])
    found = figure(frame(), asked.formula)
    days = [one.amount for one in records.tallied(frame(), asked, asked.formula.denominator)]
    assert found.denominator == len(days) == 2 and found.numerator == sum(days) and min(days) == 0
    assert found == recount_tally(asked.formula, tallies.rows(frame(), asked.formula), Period(2026))
    listed = records.page(frame(), asked, Side.NUMERATOR, 0, 20)
    assert (listed.count, listed.total) == (2, found.numerator)
    assert figure(frame("2026-10-21"), asked.formula).denominator == 1  # the other was still open
