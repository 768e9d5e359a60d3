"""A nonconforming batch with its case and its notice delivered, a list of laboratories, and the steps of a retest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock
from app.custody.models import BackupSample
from app.db import session, transaction
from app.disposal import operations as disposal
from app.disposal.models import DisposalCase
from app.domain.case_kinds import Side
from app.domain.documents import DocumentKind
from app.domain.official_documents import KINDS
from app.domain.samples import Domain, ItemClass, Link, Verdict
from app.domain.workflow import BackupState
from app.legal_clocks.models import LegalClock
from app.official_documents import consequences
from app.official_documents import operations as papers
from app.official_documents.operations import Subject
from app.results.models import ResultReport, ResultRow
from app.retests import laboratories, queries
from app.retests.laboratories import Entry
from app.retests.models import Retest
from app.sampling.models import Sample
from tests.disposal.conftest import act, batch, build_batch, case, open_cases

__all__ = ["act", "batch", "case", "open_cases"]
HANDLER, REVIEWER, OTHER_REVIEWER, COUNTER = "county:办案人", "county:审核人", "county:另一审核人", "county:统计员"
TODAY = "2026-11-20"
APPLICATION = {
    "side": "被抽样单位", "applicant": "蓟州区文昌街好又多超市", "contact": "赵六 022-12345678", "served_on": "2026-11-19",
    "applied_on": TODAY, "received_on": TODAY, "items": ["灭蝇胺"], "reason": "对检验结果有异议",
}  # fmt: skip
RESULTS = {"report_no": "FJ-2026-001", "concluded_on": TODAY, "result_received_on": TODAY}


@dataclass
class Batch:
    """A failing batch of the county with its case."""

    sample: Sample
    case: DisposalCase

    @property
    def now(self) -> Sample:
        session().expire_all()
        return session().get_one(Sample, self.sample.id)


def deliver(sample: Sample, office: Any, on: date = date(2026, 11, 19)) -> None:
    """检验结果通知书 of the sampled party, issued and delivered; inside a transaction."""
    kind = KINDS[DocumentKind.RESULT_NOTICE]
    actor = office.actor(HANDLER)
    subject = Subject(sample)
    made = papers.draft(kind, subject, papers.blank(kind, subject, Side.SAMPLED), actor, clock.now())
    session().execute(
        sa.text("UPDATE official_document SET state = 'delivered', number = :n, issued_on = :d, delivered_on = :d WHERE id = :i"),
        {"n": f"告〔2026〕{made.id}号", "d": on.isoformat(), "i": made.id},
    )
    session().refresh(made)
    consequences.delivered(made, None, on, actor)


def build(office: Any, number: str = "XC26120119123450001", *, microbial: bool = False, stored: bool = True, **given: Any) -> Batch:
    values = {
        "expires_on": date(2027, 6, 1), "backup_quantity": "0.5kg", "quantity": 1, "quantity_unit": "kg", "laboratory": "衡清食品检验中心",
        "producer_address": "工业路 2 号", "domain": Domain.AGRICULTURAL, "link": Link.CIRCULATION,
    }  # fmt: skip
    sample = build_batch(office, number, **(values | given))
    if microbial:
        add_row(sample, "大肠菌群", ItemClass.MICROBE)
    if stored:
        store(sample)
    disposal.open_for_samples([sample.id], office.actor(COUNTER), clock.now())
    deliver(sample, office)
    found = session().scalars(sa.select(DisposalCase).where(DisposalCase.sample_id == sample.id).order_by(DisposalCase.id)).first()
    assert found is not None
    return Batch(sample, found)


def add_row(sample: Sample, item: str, item_class: ItemClass | None = None) -> None:
    """Another failing item of the report in force."""
    report = session().scalars(sa.select(ResultReport).where(ResultReport.sample_id == sample.id)).one()
    session().add(
        ResultRow(
            org_id=sample.org_id, report_id=report.id, sample_id=sample.id, ordinal=9, item=item, item_written=item, item_class=item_class,
            our_verdict=Verdict.FAIL, lab_verdict=Verdict.FAIL, verdict=Verdict.FAIL, limit_source="row", result_written="9",
        )
    )  # fmt: skip
    session().flush()


def store(sample: Sample) -> None:
    session().add(
        BackupSample(
            org_id=sample.org_id, sample_id=sample.id, laboratory_org_id=sample.laboratory_org_id, state=BackupState.KEPT,
            quantity="0.5kg", place="样品库 3 号柜", stored_on=date(2026, 11, 4),
        )
    )  # fmt: skip
    session().flush()


@pytest.fixture
def failing(office: Any) -> Batch:
    with transaction():
        return build(office)


def list_laboratories(office: Any, *names: str) -> None:
    """名录 of the county; inside a transaction."""
    actor = office.actor("county:系统管理员")
    for ordinal, name in enumerate(names, 1):
        entry = Entry(f"FJ{ordinal:03}", name, date(2026, 1, 1), "市场监管总局公告 2026 年第 1 号")
        laboratories.add(entry, actor, clock.now())


@pytest.fixture
def listed(office: Any) -> None:
    """Three laboratories, of which the first one is the laboratory of the first test."""
    with transaction():
        list_laboratories(office, "衡清食品检验中心", "华北复检中心", "滨海复检研究院")


def fetch(office: Any, retest_id: int, person: str = HANDLER) -> Retest:
    session().expire_all()
    found = queries.retest(office.actor(person), retest_id)
    assert found is not None
    return found


def only() -> Retest:
    session().expire_all()
    return session().scalars(sa.select(Retest).order_by(Retest.id.desc())).first()  # type: ignore[return-value]


def clocks_of(retest_id: int) -> dict[str, LegalClock]:
    session().expire_all()
    return {each.code: each for each in queries.clocks_of(retest_id)}


@pytest.fixture
def step(sign_in: Any, office: Any) -> Callable[..., Any]:
    """``step(HANDLER, retest, "hand-over", handed_on=…)`` posts the step with the version that is current."""
    clients: dict[str, Any] = {}

    def post(person: str, retest_id: int, name: str, **fields: Any) -> Any:
        if person not in clients:
            clients[person] = sign_in(office.people[person])
        session().expire_all()
        values = {"version": session().get_one(Retest, retest_id).version, **fields}
        return clients[person].post(f"/retests/{retest_id}/{name}", data=values)

    return post


@pytest.fixture
def apply(sign_in: Any, office: Any) -> Callable[..., int]:
    """``apply(failing)`` registers an application by its page and returns its id."""

    def register(found: Batch, **changed: Any) -> int:
        client = sign_in(office.people[HANDLER])
        answer = client.post(f"/retests/samples/{found.sample.id}/new", data={**APPLICATION, **changed})
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return int(answer.headers["Location"].rsplit("/", 1)[1])

    return register


def draw(office: Any, retest_id: int, client: Any, word: str = "彩票 05 11 23") -> None:
    """The draw made on its own page by the reviewer."""
    drawing_id = fetch(office, retest_id).drawing_id
    answer = client.post(f"/drawings/{drawing_id}/draw", data={"version": 1, "public_word": word, "witness": "人大代表 王五"})
    assert answer.status_code == 303, answer.get_data(as_text=True)


@pytest.fixture
def handed(failing: Batch, listed: None, apply: Any, step: Any, sign_in: Any, office: Any) -> int:
    """A retest whose backup sample has arrived at the retest laboratory."""
    retest_id = apply(failing)
    assert step(REVIEWER, retest_id, "accept", decided_on=TODAY).status_code == 303
    assert step(REVIEWER, retest_id, "freeze").status_code == 303
    draw(office, retest_id, sign_in(office.people[REVIEWER]))
    assert step(HANDLER, retest_id, "designate", designated_on=TODAY).status_code == 303
    assert step(HANDLER, retest_id, "hand-over", handed_on=TODAY).status_code == 303
    assert step(HANDLER, retest_id, "arrive", arrived_on=TODAY, seal_intact="是").status_code == 303
    return retest_id


def results(office: Any, retest_id: int, **verdicts: str) -> dict[str, str]:
    """``results(office, id, 灭蝇胺="合格项")`` as the page sends them."""
    sent = dict(RESULTS)
    for item in fetch(office, retest_id).items:
        if item.item in verdicts:
            sent |= {f"result-{item.id}": "0.1", f"unit-{item.id}": "mg/kg", f"method-{item.id}": "GB 23200.121-2021"}
            sent[f"verdict-{item.id}"] = verdicts[item.item]
    return sent
