"""Figures before and after a conclusion is overturned: the same functions as the pages, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock
from app.authorize import local_operator
from app.db import session, transaction
from app.domain.indicators import FORMULAS, Condition, Field, Period
from app.enterprises.models import Enterprise
from app.indicators import checks, coverage
from app.indicators.figures import figure
from app.indicators.frames import Frame, area_by_code
from app.indicators.records import records
from app.organisations.models import Organisation
from app.reference_data.books import region_book
from app.results import operations as results
from app.sampling.models import BatchFact, Sample
from tests.conftest import found_office, make_office
from tests.decisions.conftest import import_rows
from tests.results.material import lab_row
from tests.ripples.conftest import disown, enterprise, failing, objection_of, overturn

SECOND = "XC26120119460010002"


@pytest.fixture(params=["app", pytest.param("pg_app", marks=pytest.mark.postgres)])
def office(request: pytest.FixtureRequest) -> Iterator[Any]:
    app = request.getfixturevalue(request.param)
    with app.app_context():
        if session().scalar(sa.select(sa.func.count()).select_from(Organisation)) < 3:
            with transaction():
                make_office()
        found = found_office()
        session().rollback()
        yield found


def frame(as_of: datetime | None = None) -> Frame:
    return Frame(local_operator(), area_by_code(region_book(), "120119"), Period(2026, month=11), as_of)


def pass_rate(as_of: datetime | None = None) -> tuple[int | Fraction | None, int | Fraction | None]:
    found = figure(frame(as_of), FORMULAS["pass_rate"])
    return found.numerator, found.denominator


def counted(as_of: datetime | None = None) -> tuple[list[str], list[str]]:
    found = records(frame(as_of), FORMULAS["pass_rate"])
    return list(found.numerator), list(found.denominator)


def covered(enterprise_id: int, as_of: datetime | None = None) -> bool:
    """Is the producer among those that were sampled?"""
    rows = coverage.enterprises(frame(as_of), "sampling_coverage", [Condition(Field.PRODUCER_TYPE, ("食品生产企业",))])
    return next(bool(row.covered) for row in rows if row.id == enterprise_id)


def sound() -> bool:
    """`flask indicators check`."""
    return checks.check(local_operator()).different == []


def test_a_retest_that_passes_counts_from_now_on_and_not_before(office: Any) -> None:
    failing(office)
    failing(office, SECOND, rows=[lab_row(SECOND, "毒死蜱", "0.1"), lab_row(SECOND, "铅", "0.1")])
    then = clock.now()
    assert pass_rate() == (1, 2)
    overturn(office)
    assert pass_rate() == (2, 2) and pass_rate(then) == (1, 2)
    assert counted() == (["XC26120119460010001", SECOND], ["XC26120119460010001", SECOND])
    assert counted(then) == ([SECOND], ["XC26120119460010001", SECOND])
    assert sound()


def test_a_denied_producer_leaves_its_figures_and_the_batch_stays_failing(office: Any) -> None:
    firm = enterprise(office)
    with transaction():
        session().get_one(Enterprise, firm).region_id = region_book().id("120119")
    failing(office, producer_name="武隆区青山食品厂", producer_id=firm)
    then = clock.now()
    assert pass_rate() == (0, 1) and covered(firm)
    disown(office, source=objection_of(office))
    assert pass_rate() == (0, 1) and not covered(firm) and covered(firm, then)
    assert sound()


def test_correcting_and_undoing_keep_figures_and_lists_together(office: Any) -> None:
    failing(office)
    overturn(office)
    number = "XC26120119460010001"
    second = import_rows(office, [lab_row(number, "毒死蜱", "0.8", "不合格项"), lab_row(number, "铅", "0.1")], "b.csv")
    assert pass_rate() == (0, 1) and sound()
    with transaction():
        results.undo(second, office.actor("county:统计员"), clock.now(), "导错了")
    assert pass_rate() == (1, 1) and counted() == ([number], [number]) and sound()


def test_a_denial_outlives_a_correction_of_the_sheet_and_of_the_report(office: Any) -> None:
    firm = enterprise(office)
    failing(office, producer_name="武隆区青山食品厂", producer_id=firm)
    disown(office)
    number = "XC26120119460010001"
    import_rows(office, [lab_row(number, "毒死蜱", "0.8", "不合格项"), lab_row(number, "铅", "0.1")], "b.csv")
    facts = session().scalars(sa.select(BatchFact.counts_for_producer).order_by(BatchFact.version)).all()
    assert facts[-1] is False and sound()


def test_what_overturned_is_the_basis_of_the_fact(office: Any) -> None:
    failing(office)
    overturn(office)
    fact = session().execute(sa.text("SELECT basis, version FROM batch_fact WHERE superseded_at IS NULL")).one()
    assert tuple(fact) == ("复检", 2)
    assert session().scalar(sa.select(Sample.supervision)).value == "合格"
