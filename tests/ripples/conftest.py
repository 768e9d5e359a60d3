"""Batches that failed, what was done about them, and a conclusion that then turns."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app import clock
from app.db import session, transaction
from app.disposal.models import CasePublication, DisposalCase
from app.domain.case_kinds import (
    ObjectionKind,
    PenaltyOutcome,
    PublicationKind,
    RippleCause,
    Side,
    TransferBody,
    TransferChannel,
    TransferKind,
)
from app.domain.case_states import DocumentState, ListingState, ObjectionState, PenaltyState, RetestState, TransferState
from app.domain.samples import Verdict
from app.enterprises.models import Enterprise, EnterpriseKind, EnterpriseStatus
from app.listings.models import CreditListing
from app.objections.models import Objection
from app.official_documents.models import OfficialDocument
from app.penalties.models import Penalty
from app.results import overturning
from app.results.models import ResultReport, ResultRow
from app.retests.models import Retest
from app.ripples.models import Ripple, RippleTask
from app.sampling.models import Sample
from app.transfers.models import CaseTransfer
from tests.decisions.conftest import import_rows
from tests.results.material import lab_row, register_sample

NUMBER = "XC26120119460010001"
DAY = date(2026, 11, 16)


@pytest.fixture
def run(app: Flask) -> Callable[..., tuple[int, Any, str]]:
    """A command: exit status, JSON, what was said."""

    def go(*words: str) -> tuple[int, Any, str]:
        result = app.test_cli_runner().invoke(args=[*words, "--json"])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, json.loads(result.stdout) if result.stdout.strip() else None, result.stderr

    return go


def fresh() -> None:
    session().rollback()  # what others have committed since
    session().expire_all()


def the_sample(number: str = NUMBER) -> Sample:
    return session().scalars(sa.select(Sample).where(Sample.number == number)).one()


def row_id(item: str = "毒死蜱", number: str = NUMBER) -> int:
    """The row in force."""
    found = session().scalars(
        sa.select(ResultRow.id)
        .join(ResultReport, ResultReport.id == ResultRow.report_id)
        .join(Sample, Sample.id == ResultRow.sample_id)
        .where(Sample.number == number, ResultRow.item == item, ResultReport.superseded_at.is_(None))
    )
    return found.one()


def cases(number: str = NUMBER) -> dict[str, DisposalCase]:
    """The cases of the sample by party."""
    fresh()
    statement = sa.select(DisposalCase).join(Sample, Sample.id == DisposalCase.sample_id).where(Sample.number == number)
    return {case.party.value: case for case in session().scalars(statement)}


def failing(office: Any, number: str = NUMBER, *, rows: Any = None, **columns: Any) -> int:
    """A batch that failed for 毒死蜱; the seller's case is open. Returns the sample's id."""
    sample_id = register_sample(office, number, **columns)
    import_rows(office, rows or [lab_row(number, "毒死蜱", "0.9", "不合格项"), lab_row(number, "铅", "0.1")], f"{number}.csv")
    return sample_id


def add(row: Any) -> Any:
    session().add(row)
    session().flush()
    return row


def enterprise(office: Any, name: str = "武隆区青山食品厂", org: str = "county") -> int:
    with transaction():
        firm = Enterprise(org_id=office.orgs[org].id, name=name, status=EnterpriseStatus.ACTIVE, created_at=clock.now(), region_id=None)
        firm.kinds = [EnterpriseKind(kind="食品生产企业", subkind="/")]
        return int(add(firm).id)


def retest_of(office: Any, number: str = NUMBER, **given: Any) -> Retest:
    """A retest that came out well."""
    sample = the_sample(number)
    values = {
        "org_id": sample.org_id, "sample_id": sample.id, "number": f"复{number[-4:]}", "side": Side.SAMPLED, "applicant": "蓟州区惠民超市",
        "applied_on": DAY, "received_on": DAY, "reason": "对结果有异议", "state": RetestState.HANDED, "asked_at": clock.now(),
    } | given  # fmt: skip
    with transaction():
        return add(Retest(**values))


def objection_of(office: Any, number: str = NUMBER, kind: ObjectionKind = ObjectionKind.AUTHENTICITY) -> Objection:
    sample = the_sample(number)
    with transaction():
        return add(
            Objection(
                org_id=sample.org_id, sample_id=sample.id, number=f"异{number[-4:]}", kind=kind, side=Side.PRODUCER,
                applicant="武隆区青山食品厂", applied_on=DAY, received_on=DAY, content="不是本厂产品", state=ObjectionState.ACCEPTED,
                asked_at=clock.now(),
            )
        )  # fmt: skip


def overturn(office: Any, verdicts: dict[int, Verdict] | None = None, number: str = NUMBER, source: Any = None) -> Ripple | None:
    """复检合格 for 毒死蜱, unless other verdicts are given."""
    with transaction():
        return overturning.overturn(
            the_sample(number), verdicts or {row_id(number=number): Verdict.PASS}, office.actor("county:统计员"), clock.now(), basis="复检",
            cause=RippleCause.RETEST, source=source, reason="复检报告 FJ-1 毒死蜱合格",
        )  # fmt: skip


def disown(office: Any, number: str = NUMBER, source: Any = None) -> Ripple | None:
    with transaction():
        return overturning.disown_producer(
            the_sample(number), office.actor("county:审核人"), clock.now(), source=source, reason="厂家提供的包装样式与样品不符"
        )


def done_about(office: Any, case: DisposalCase, **given: Any) -> dict[str, Any]:
    """A penalty, a publication, a document delivered, a transfer, a listing: what rests on the case."""
    ours = {"org_id": case.org_id}
    mine = {**ours, "case_id": case.id}
    both, now = {**mine, "sample_id": case.sample_id}, clock.now()
    with transaction():
        penalty = add(
            Penalty(
                **both, number=f"立{case.id}", party_name=case.party_name or "某店", found_on=DAY, filed_on=DAY, created_at=now,
                state=PenaltyState.EXECUTED, outcome=PenaltyOutcome.PUNISHED, decision_no=f"蓟市监罚〔2026〕{case.id}号", decided_on=DAY,
                paid=5000,
            )
        )  # fmt: skip
        publication = add(
            CasePublication(**mine, kind=PublicationKind.PRODUCT, document_no="公告第 12 号", published_on=DAY, recorded_at=now)
        )
        paper = {"kind": "检验结果通知书", "side": Side.SAMPLED, "recipient": case.party_name or "某店", "fields": {}}
        document = add(
            OfficialDocument(
                **both, **paper, number=f"蓟市监检告〔2026〕{case.id}号", state=DocumentState.DELIVERED, issued_on=DAY, delivered_on=DAY,
                created_at=now,
            )
        )  # fmt: skip
        transfer = add(
            CaseTransfer(
                **both, number=f"移{case.id}", kind=TransferKind.ASSIST, body=TransferBody.BUREAU, channel=TransferChannel.PAPER,
                to_name="武隆区市场监督管理局", subject="请协查", sent_on=DAY, state=TransferState.SENT, created_at=now,
                to_org_id=office.orgs["other"].id, **given,
            )
        )  # fmt: skip
        listed = {"enterprise_name": "某店", "ground": "严重违法", "state": ListingState.PROPOSED, "proposed_at": now}
        firm = add(Enterprise(**ours, name=f"某店{case.id}", status=EnterpriseStatus.ACTIVE, created_at=now))
        listing = add(CreditListing(**ours, **listed, number=f"信{case.id}", enterprise_id=firm.id, penalty_id=penalty.id))
        return {"penalty": penalty, "publication": publication, "document": document, "transfer": transfer, "listing": listing}


def tasks(ripple: Ripple | None) -> list[RippleTask]:
    assert ripple is not None
    statement = sa.select(RippleTask).where(RippleTask.ripple_id == ripple.id).order_by(RippleTask.id)
    return list(session().scalars(statement))


def kinds(ripple: Ripple | None) -> list[str]:
    return [task.kind.value for task in tasks(ripple)]


def lists() -> list[Ripple]:
    return list(session().scalars(sa.select(Ripple).order_by(Ripple.id)))
