"""A batch that failed, its cases, and objections about it in every state."""

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
from app.disposal.models import DisposalCase
from app.domain.case_kinds import ObjectionEffect, ObjectionKind, ObjectionOutcome, Side
from app.domain.workflow import DocumentState
from app.legal_clocks.models import LegalClock
from app.objections import operations, queries
from app.objections.models import Objection
from app.objections.operations import Application, Decision
from app.official_documents.models import OfficialDocument
from app.results.models import ResultRow
from app.sampling.models import BatchFact, Sample
from tests.disposal.conftest import act, batch, case, open_cases

__all__ = ["act", "batch", "case", "open_cases"]
HANDLER, REVIEWER, SECOND = "county:办案人", "county:审核人", "county:另一审核人"
PRODUCER, SELLER = "武隆区青山食品厂", "蓟州区文昌街好又多超市"
TYPED = {
    "kind": "检验方法异议", "side": "被抽样单位", "applicant": SELLER, "applied_on": "2026-11-19", "received_on": "2026-11-20",
    "window_from": "2026-11-18", "content": "所用方法不适用于豇豆", "evidence": "方法比对资料",
}  # fmt: skip


@pytest.fixture
def failed(batch: Callable[..., Sample], open_cases: Callable[..., Any]) -> Sample:
    """不合格, with the case of the seller and the case of the producer."""
    sample = batch(producer_name=PRODUCER, producer_address="工业路 2 号")
    assert len(open_cases(sample)) == 2
    return sample


@pytest.fixture
def run(app: Flask) -> Callable[..., tuple[int, Any, str]]:
    """A command: exit status, JSON, what was said."""

    def go(*words: str) -> tuple[int, Any, str]:
        result = app.test_cli_runner().invoke(args=[*words, "--json"])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        session().rollback()
        session().expire_all()
        return result.exit_code, json.loads(result.stdout) if result.stdout.strip() else None, result.stderr

    return go


def application(**given: Any) -> Application:
    values: dict[str, Any] = {
        "kind": ObjectionKind.METHOD, "side": Side.SAMPLED, "applicant": SELLER, "applied_on": date(2026, 11, 19),
        "received_on": date(2026, 11, 19), "content": "所用方法不适用于豇豆", "evidence": "方法比对资料", "window_from": date(2026, 11, 18),
    }  # fmt: skip
    return Application(**values | given)


def register(office: Any, sample: Sample, **given: Any) -> Objection:
    with transaction():
        made = operations.apply(whole(sample), application(**given), office.actor(HANDLER), clock.now())
    return found(office, made.id)


def whole(sample: Sample) -> Sample:
    session().expire_all()
    return session().get_one(Sample, sample.id)


def found(office: Any, objection_id: int) -> Objection:
    """As a page fetches it."""
    session().expire_all()
    one = queries.objection(office.actor(HANDLER), objection_id)
    assert one is not None
    return one


def accept(office: Any, objection: Objection, who: str = REVIEWER, on: date = date(2026, 11, 20)) -> Objection:
    with transaction():
        operations.accept(found(office, objection.id), office.actor(who), clock.now(), on=on)
    return found(office, objection.id)


def looked_into(office: Any, objection: Objection) -> Objection:
    """Accepted, with what was found."""
    accept(office, objection)
    with transaction():
        operations.record(found(office, objection.id), office.actor(HANDLER), investigation="调阅原始记录，询问检验机构")
    return found(office, objection.id)


def decide(
    office: Any, objection: Objection, effect: ObjectionEffect, items: tuple[int, ...] = (),
    outcome: ObjectionOutcome = ObjectionOutcome.UPHELD, who: str = REVIEWER,
) -> Objection:  # fmt: skip
    with transaction():
        decision = Decision(outcome, effect, "经核查，异议成立。", items)
        operations.decide(found(office, objection.id), decision, office.actor(who), clock.now())
    return found(office, objection.id)


def row_id(sample: Sample, item: str = "灭蝇胺") -> int:
    return session().scalars(sa.select(ResultRow.id).where(ResultRow.sample_id == sample.id, ResultRow.item == item)).one()


def facts(sample: Sample) -> list[tuple[str, str, bool, bool]]:
    """Every version: conclusion, basis, counted for the producer, voided."""
    rows = session().scalars(sa.select(BatchFact).where(BatchFact.sample_id == sample.id).order_by(BatchFact.version))
    return [(one.supervision.value, one.basis, one.counts_for_producer, one.voided) for one in rows]


def cases(sample: Sample) -> dict[str, str]:
    """The state of each case by its party."""
    session().expire_all()
    rows = session().scalars(sa.select(DisposalCase).where(DisposalCase.sample_id == sample.id))
    return {one.party.value: one.state.value for one in rows}


def clocks(objection: Objection) -> dict[str, LegalClock]:
    session().expire_all()
    rows = session().scalars(
        sa.select(LegalClock).where(LegalClock.subject_kind == "objection", LegalClock.subject_id == objection.id)
    )
    return {one.code: one for one in rows}


def delivered(office: Any, sample: Sample, on: date, side: Side = Side.SAMPLED) -> OfficialDocument:
    """The notice of the result, delivered on this day, with the clocks that the delivery starts."""
    from app.official_documents import consequences

    with transaction():
        made = OfficialDocument(
            org_id=sample.org_id, kind="检验结果通知书", number=f"检告〔2026〕{side.name}", sample_id=sample.id, side=side,
            recipient=SELLER if side is Side.SAMPLED else PRODUCER, fields={}, state=DocumentState.DELIVERED, issued_on=on,
            delivered_on=on, created_at=clock.now(),
        )  # fmt: skip
        session().add(made)
        session().flush()
        consequences.delivered(made, None, on, office.actor(HANDLER))
    return made
