"""Batches of a county, and returns made of them, for the tests of returns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock
from app.db import session, transaction
from app.domain.facts import Conclusion
from app.domain.indicators import Period
from app.domain.samples import Domain, Level, Link, Monitoring, Purpose, Supervision
from app.domain.workflow import SampleState
from app.exports import operations
from app.exports.models import MonthlyReturn
from app.indicators import frames
from app.indicators import queries as indicators
from app.reference_data.books import region_book
from app.reference_data.models import FoodCategory, Region
from app.sampling.facts import draft_of, write_facts
from app.sampling.models import Sample

NUMBERED = "XBJ2611011901000{:04d}"
NOVEMBER = Period(2026, month=11)
CLERK, REVIEWER, OTHER = "county:统计员", "county:审核人", "county:另一审核人"


def batch(office: Any, ordinal: int, reported: date, verdict: Supervision = Supervision.PASS, **values: Any) -> Sample:
    """A completed batch in 蓟州区; runs inside a transaction."""
    number = NUMBERED.format(ordinal)
    sample = Sample(
        **{
            "org_id": office.orgs["county"].id, "number": number, "state": SampleState.REPORTED, "purpose": Purpose.SUPERVISION,
            "organiser_level": Level.COUNTY, "domain": Domain.AGRICULTURAL, "category_written": "食用农产品/蔬菜",
            "category_id": session().scalar(sa.select(FoodCategory.id).where(FoodCategory.path == "食用农产品/蔬菜")),
            "region_id": session().scalar(sa.select(Region.id).where(Region.code == "120119")), "link": Link.CIRCULATION,
            "product_name": "油麦菜", "sampled_name": "甲店", "sampled_on": reported, "reported_on": reported, "search_text": number,
            "created_at": clock.now(), "pending_items": 0, **values,
        }
    )  # fmt: skip
    session().add(sample)
    session().flush()
    fact(sample, verdict, "初检")
    return sample


def fact(sample: Sample, verdict: Supervision, basis: str, at: datetime | None = None, **values: Any) -> None:
    """A version of the batch; runs inside a transaction."""
    assert sample.reported_on is not None
    conclusion = Conclusion(verdict, Monitoring.NONE)
    drafted = draft_of(sample, conclusion, reported_on=sample.reported_on, has_residue=True, basis=basis, **values)
    write_facts([drafted], at or clock.now())


@pytest.fixture(autouse=True)
def after_the_year(monkeypatch: pytest.MonkeyPatch) -> None:
    """The periods of the tests are over: what is not over cannot be sealed."""
    monkeypatch.setenv("SHIAN_TODAY", "2027-01-04")


@pytest.fixture
def november(office: Any) -> Any:
    """Six batches of November, one failing, and two of October; nothing is undecided."""
    with transaction():
        for ordinal in range(6):
            batch(office, ordinal, date(2026, 11, 10), Supervision.FAIL if ordinal == 0 else Supervision.PASS)
        batch(office, 10, date(2026, 10, 31))
        batch(office, 11, date(2026, 10, 8), Supervision.FAIL)
    return office


@pytest.fixture
def made(november: Any) -> Callable[..., MonthlyReturn]:
    """A draft of a period, by the clerk."""

    def make(period: Period = NOVEMBER, **more: Any) -> MonthlyReturn:
        wish = operations.Wish(frames.area_by_code(region_book(), "120119"), indicators.plans()[0], period, **more)
        with transaction():
            return operations.make(wish, november.actor(CLERK), clock.now())

    return make


@pytest.fixture
def sealed(november: Any, made: Any) -> Callable[..., MonthlyReturn]:
    """Checked, approved by another person, sealed."""

    def make(period: Period = NOVEMBER, **more: Any) -> MonthlyReturn:
        found = made(period, **more)
        carry_through(november, found)
        return found  # type: ignore[no-any-return]

    return make


def carry_through(office: Any, found: MonthlyReturn) -> None:
    with transaction():
        operations.check(found, office.actor(CLERK), clock.now())
    with transaction():
        operations.approve(found, office.actor(REVIEWER), clock.now(), "同意。")
    with transaction():
        operations.seal(found, office.actor(CLERK), clock.now())
