"""Nonconforming batches to open cases for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock
from app.db import session, transaction
from app.disposal import operations
from app.disposal.models import DisposalCase
from app.domain.facts import Conclusion
from app.domain.samples import Domain, ItemKind, Link, Monitoring, Purpose, Supervision, Verdict
from app.domain.workflow import SampleState
from app.reference_data.models import Region
from app.results.models import ResultReport, ResultRow
from app.sampling.facts import draft_of, write_facts
from app.sampling.models import Sample

MakeBatch = Callable[..., Sample]


def region_id(code: str) -> int | None:
    return session().scalar(sa.select(Region.id).where(Region.code == code))


def conclude(sample: Sample, supervision: Supervision, *, reported_on: date | None = None, voided: bool = False) -> None:
    """A new version of the facts; inside a transaction."""
    sample.supervision = supervision
    draft = draft_of(
        sample, Conclusion(supervision, Monitoring.NONE), reported_on=reported_on or sample.reported_on, has_residue=True,
        basis="初检", voided=voided,
    )
    write_facts([draft], clock.now())


def build_batch(office: Any, number: str = "XC26120119123450001", **given: Any) -> Sample:
    """A reported batch with one failing item; runs inside a transaction."""
    values = {
        "org_id": office.orgs["county"].id, "laboratory_org_id": office.orgs["lab"].id, "number": number,
        "state": SampleState.REPORTED, "purpose": Purpose.SUPERVISION, "domain": Domain.AGRICULTURAL,
        "sampled_name": "蓟州区文昌街好又多超市", "sampled_address": "文昌街 1 号", "link": Link.CIRCULATION,
        "producer_name": "/", "product_name": "豇豆", "sampled_on": date(2026, 11, 2), "reported_on": date(2026, 11, 18),
        "region_id": region_id("120119"), "search_text": number, "created_at": clock.now(), "pending_items": 0,
    } | given
    sample = Sample(**values)
    session().add(sample)
    session().flush()
    report = ResultReport(
        org_id=sample.org_id, sample_id=sample.id, report_no=f"R-{number}", laboratory="衡清食品检验中心",
        reported_on=values["reported_on"], recorded_at=clock.now(),
    )
    session().add(report)
    session().flush()
    for ordinal, (item, verdict) in enumerate((("灭蝇胺", Verdict.FAIL), ("铅(以Pb计)", Verdict.PASS)), 1):
        session().add(
            ResultRow(
                org_id=sample.org_id, report_id=report.id, sample_id=sample.id, ordinal=ordinal, item=item,
                item_written=item, kind=ItemKind.SUPERVISION, result_written="1.2", unit="mg/kg", our_verdict=verdict,
                lab_verdict=verdict, verdict=verdict, limit_source="row", limit_text="≤0.5 mg/kg",
                basis="GB 2763-2021",
            )
        )
    conclude(sample, given.get("supervision", Supervision.FAIL))
    return sample


@pytest.fixture
def batch(office: Any) -> MakeBatch:
    """``batch(link=..., producer_name=...)`` -> a nonconforming sample that has no case yet."""

    def make(*given: Any, **values: Any) -> Sample:
        with transaction():
            return build_batch(office, *given, **values)

    return make


@pytest.fixture
def open_cases(office: Any) -> Callable[..., list[DisposalCase]]:
    """``open_cases(sample, …)`` -> what the acceptance of their results opens."""

    def opened(*samples: Sample) -> list[DisposalCase]:
        with transaction():
            return operations.open_for_samples([each.id for each in samples], office.actor("county:统计员"), clock.now())

    return opened


@pytest.fixture
def case(batch: MakeBatch, open_cases: Callable[..., list[DisposalCase]]) -> DisposalCase:
    """One open case of the county, party 流通."""
    return open_cases(batch())[0]


def again(case: DisposalCase) -> DisposalCase:
    """The case as the database has it now."""
    session().expire_all()
    found = session().get(DisposalCase, case.id)
    assert found is not None
    return found


RECORDED = {
    "started_on": "2026-11-20", "served_on": "2026-11-20", "control_on": "2026-11-20", "control": "封存 20 公斤",
    "cause_on": "2026-11-20", "cause": "种植环节用药不当", "rectified_on": "2026-11-20", "rectification": "复查合格",
    "penalty_kind": "不予处罚", "penalty": "履行进货查验义务，依据食品安全法第136条免予处罚", "published_on": "2026-11-20",
    "publication": "区政府网站公告第 12 号",
}


@pytest.fixture
def act(sign_in: Any, office: Any) -> Callable[..., Any]:
    """``act("county:办案人", case, "claim", …)`` posts the step as that person; the version shown is the current one."""
    clients: dict[str, Any] = {}

    def post(person: str, case: DisposalCase, step: str, **fields: Any) -> Any:
        if person not in clients:
            clients[person] = sign_in(office.people[person])
        now = again(case)
        values = {"version": now.version, "received_on": now.received_on.isoformat(), **fields}
        return clients[person].post(f"/disposal/{case.id}/{step}", data=values)

    return post


@pytest.fixture
def awaiting_case(case: DisposalCase, act: Any) -> DisposalCase:
    """Claimed, recorded and submitted by the county's handler."""
    assert act("county:办案人", case, "claim").status_code == 303
    assert act("county:办案人", case, "record", **RECORDED).status_code == 303
    assert act("county:办案人", case, "submit").status_code == 303
    return again(case)


@pytest.fixture
def closed_case(awaiting_case: DisposalCase, act: Any) -> DisposalCase:
    assert act("county:审核人", awaiting_case, "approve", comment="同意。").status_code == 303
    return again(awaiting_case)


Work = Callable[[], Any]


def race(app: Any, works: Sequence[Callable[..., Any]], read: Work = lambda: None) -> list[Any]:
    """Each work in a thread and transaction of its own, started together once every thread has done its reading.

    What each returned, or the exception it met. The work is given what was read, as a page's view is.
    """
    barrier, found = threading.Barrier(len(works)), []

    def run(work: Callable[..., Any]) -> None:
        with app.app_context():
            known = read()
            barrier.wait()
            try:
                with transaction():
                    result = work() if known is None else work(known)
            except Exception as error:
                result = error
            found.append(result)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session().rollback()  # what this thread has read before is history
    return found
