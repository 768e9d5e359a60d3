"""Samples with and without reports, as laboratories leave them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

from app import clock
from app.db import session, transaction
from app.domain.samples import Domain, Monitoring, Purpose, Supervision, Verdict
from app.domain.states import SampleState
from app.results.models import ResultReport, ResultRow
from app.sampling.models import Sample
from tests.conftest import Office

NUMBERS = itertools.count(1)


def sample(org: int, lab: int | None, **more: Any) -> Sample:
    """One sample; with a day of report it has one in force."""
    return many([{"org": org, "lab": lab, **more}])[0]


def many(wanted: Sequence[dict[str, Any]]) -> list[Sample]:
    """As many samples as wanted, each with its report and its readings, in three statements."""
    made = [_made(**{name: value for name, value in one.items() if name != "readings"}) for one in wanted]
    session().add_all(made)
    session().flush()
    pairs = list(zip(made, wanted, strict=True))
    reports = {one.id: report(one, asked.get("received"), asked["reported"]) for one, asked in pairs if "reported" in asked}
    session().add_all(reports.values())
    session().flush()
    for one, asked in pairs:
        session().add_all(_row(reports[one.id], at, *reading) for at, reading in enumerate(asked.get("readings", ()), 1))
    session().flush()
    return made


def _made(org: int, lab: int | None, *, received: date | None = None, reported: date | None = None, **more: Any) -> Sample:
    arrived = more.pop("arrived_on", None)
    values = {
        "org_id": org, "laboratory_org_id": lab, "number": f"XBJ26{next(NUMBERS):08}", "purpose": Purpose.SUPERVISION,
        "state": SampleState.REPORTED if reported else SampleState.REGISTERED, "domain": Domain.FOOD, "product_name": "大米",
        "search_text": "大米", "created_at": clock.now(), "sampled_on": received, "reported_on": reported,
        "supervision": Supervision.PASS if reported else None, "monitoring": Monitoring.NONE if reported else None,
        "arrived_on": arrived if reported else arrived or received,
    }  # fmt: skip
    return Sample(**(values | more))


def report(made: Sample, received: date | None, reported: date, **more: Any) -> ResultReport:
    return ResultReport(
        org_id=made.org_id, sample_id=made.id, report_no=f"R{made.id}", received_on=received, reported_on=reported,
        recorded_at=clock.now(), **more,
    )  # fmt: skip


def _row(found: ResultReport, ordinal: int, item: str, written: str) -> ResultRow:
    return ResultRow(
        org_id=found.org_id, report_id=found.id, sample_id=found.sample_id, ordinal=ordinal, item=item, item_written=item,
        result_written=written, value=Decimal(written), limit_source="own", lab_verdict=Verdict.PASS, our_verdict=Verdict.PASS,
        verdict=Verdict.PASS,
    )  # fmt: skip


@pytest.fixture
def ids(office: Office) -> dict[str, int]:
    return {key: org.id for key, org in office.orgs.items()}


@pytest.fixture
def world(ids: dict[str, int]) -> dict[str, Sample]:
    """The county's samples at two laboratories; one of another county, one voided, one report superseded."""
    county, lab, received = ids["county"], ids["lab"], date(2026, 10, 12)
    agricultural = {"domain": Domain.AGRICULTURAL, "product_name": "菠菜"}
    with transaction():
        made = {
            "on_time": sample(county, lab, received=received, reported=date(2026, 11, 9)),  # the 20th working day
            "late": sample(county, lab, received=received, reported=date(2026, 11, 10)),
            "agri_on_time": sample(county, lab, received=received, reported=date(2026, 10, 26), **agricultural),
            "agri_late": sample(county, lab, received=received, reported=date(2026, 10, 27), **agricultural),
            "arrived": sample(county, lab, reported=date(2026, 10, 12), arrived_on=received),  # the same day: 0, and on time
            "unknown": sample(county, lab, reported=date(2026, 11, 5)),
            "wrong": sample(county, lab, received=date(2026, 11, 6), reported=date(2026, 11, 5), sampled_on=date(2026, 11, 1)),
            "elsewhere": sample(county, ids["otherlab"], received=received, reported=date(2026, 11, 13)),
            "written": sample(county, None, received=received, reported=date(2026, 11, 6), laboratory="外地检测中心"),
            "overdue": sample(county, lab, received=date(2026, 10, 20), sampled_name="丰收粮店"),  # due on 11-17
            "soon": sample(county, lab, received=date(2026, 10, 26)),  # due on 11-23
            "running": sample(county, ids["otherlab"], received=date(2026, 11, 16)),
            "undated": sample(county, lab, sampled_on=date(2026, 11, 2)),
            "voided": sample(county, lab, received=received, reported=date(2026, 11, 18), state=SampleState.VOIDED),
            "foreign": sample(ids["other"], lab, received=received, reported=date(2026, 11, 12)),
        }
        session().add(report(made["on_time"], received, date(2026, 11, 12), version=2, superseded_at=clock.now()))
    return made


@pytest.fixture
def clerk(office: Office, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(office.people["county:统计员"])
