"""风险事件 move the grade in force at once with a record, and give it back when their record says so no longer."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app import clock
from app.db import session, transaction
from app.disposal import opening
from app.domain.risk_events import BY_HAND, FOLLOWED, Wanted, to_record
from app.domain.samples import Supervision
from app.domain.supervision_kinds import Grade, GradeCause, RiskEventKind
from app.domain.supervision_states import GradeState, RiskEventState
from app.enterprises.models import Enterprise
from app.grading import events, operations, recounting
from app.grading.models import RiskEvent, RiskGrade
from app.grading.operations import Asked
from app.sampling.models import BatchFact
from tests.grading.conftest import SALE, build_profile
from tests.grading.test_evidence import build_failed_sample
from tests.grading.test_runs import FACTS
from tests.queries import counting


@pytest.fixture
def graded(firm: Enterprise, office: Any) -> Enterprise:
    """17 points: A, in force since 1 November."""
    scorer, reviewer = office.actor("county:办案人"), office.actor("county:另一审核人")
    with transaction():
        build_profile(firm, FACTS)
        grade = operations.score(firm, Asked(SALE, 2026, GradeCause.NEW), scorer, clock.now())
        operations.propose(grade, scorer)
        session().flush()
        operations.confirm(grade, reviewer, clock.now(), date(2026, 11, 1))
    return firm


def standing(firm: Enterprise) -> RiskGrade:
    session().expire_all()
    mine = (RiskGrade.enterprise_id == firm.id, RiskGrade.state == GradeState.CONFIRMED)
    return session().scalars(sa.select(RiskGrade).where(*mine)).one()


def recorded() -> list[RiskEvent]:
    session().expire_all()
    return list(session().scalars(sa.select(RiskEvent).order_by(RiskEvent.id)))


def test_a_failed_provincial_sample_raises_at_once_and_a_retest_gives_back(
    graded: Enterprise, office: Any, people: Any, app: Flask
) -> None:
    actor, at = office.actor("county:办案人"), clock.now()
    with transaction():
        sample = build_failed_sample(graded)
        assert events.follow_samples([sample.id], actor, at) == 1
        assert events.follow_samples([sample.id], actor, at) == 0  # once
    event, raised = recorded()[0], standing(graded)
    assert (event.kind, event.automatic, event.source_kind, event.source_id) == (RiskEventKind.FAILED_SAMPLE, True, "sample", sample.id)
    assert (raised.grade, raised.cause, raised.event_id, raised.steps) == (Grade.B, GradeCause.EVENT, event.id, 1)
    former = session().get_one(RiskGrade, raised.former_id)
    assert (former.state, former.grade) == (GradeState.REPLACED, Grade.A)
    assert all(one.same for one in recounting.verified([raised]))  # counted again, the same
    page = people("county:办案人").get(f"/grading/{raised.id}").text
    assert event.number in page and f"/grading/events/{event.id}" in page
    listed = people("county:办案人").get("/grading/events").text
    assert (event.number in listed and f'href="/samples/{sample.id}"' in listed) or "监督抽检不合格" in listed
    with transaction():
        fact = session().scalars(sa.select(BatchFact).where(BatchFact.sample_id == sample.id, BatchFact.superseded_at.is_(None))).one()
        fact.supervision = Supervision.PASS
        assert events.follow_samples([sample.id], actor, at) == 1
    back = standing(graded)
    assert (back.id, back.grade, back.effective_to) == (former.id, Grade.A, None)
    assert recorded()[0].state is RiskEventState.VOIDED and session().get_one(RiskGrade, raised.id).state is GradeState.VOIDED


def test_two_events_and_the_first_is_voided(graded: Enterprise, office: Any) -> None:
    scorer, reviewer, at = office.actor("county:办案人"), office.actor("county:另一审核人"), clock.now()
    with transaction():
        first = events.record(graded, RiskEventKind.BAD_INFLUENCE, date(2026, 11, 2), 1, "通报1号", scorer, at)
    with transaction():
        events.record(graded, RiskEventKind.NO_RECALL, date(2026, 11, 3), 1, "通报2号", scorer, at)
    assert standing(graded).grade is Grade.C
    with transaction():
        events.void(session().get_one(RiskEvent, first.id), reviewer, "不实", at)
    assert standing(graded).grade is Grade.B  # the second one still holds
    assert recorded()[1].id == standing(graded).event_id


def test_by_hand_with_a_document(graded: Enterprise, people: Any, office: Any, app: Flask) -> None:
    client, where = people("county:办案人"), f"/grading/enterprises/{graded.id}/events/new"
    typed = {"kind": "获得地市级以上政府质量奖", "occurred_on": "2026-10-01", "steps": "-1", "document": "", "key": "k"}
    refused = client.post(where, data=typed)
    assert refused.status_code == 422 and "请填写依据文件的名称和文号" in refused.text
    assert client.post(where, data=typed | {"document": "市质量奖 2026-3"}).status_code == 303
    assert client.post(where, data=typed | {"document": "市质量奖 2026-3"}).status_code == 303  # the second click makes none
    assert len(recorded()) == 1 and standing(graded).grade is Grade.A  # lowering waits for the yearly run
    run = app.test_cli_runner().invoke
    who = office.people["county:审核人"].username
    assert json.loads(run(args=["grading", "events", "list", "--as", who, "--json"]).stdout)[0]["automatic"] is False
    done = run(args=["grading", "events", "void", recorded()[0].number, "--reason", "重复", "--as", who, "--json"])
    assert done.exit_code == 0 and recorded()[0].state is RiskEventState.VOIDED, done.output


def test_many_samples_of_low_levels_cost_two_statements(office: Any, app: Flask) -> None:
    actor = office.actor("county:办案人")
    with transaction(), counting(app) as sent:
        events.follow_samples(list(range(1, 501)), actor, clock.now())
    assert sent.count == 2, sent
    assert opening.open_for_samples([], office.actor("county:办案人"), clock.now()) == []


def test_each_record_is_an_event_once() -> None:
    one = Wanted(1, "sample", 7, date(2026, 1, 1), "抽样单 7")
    assert to_record([one, one], []) == [one]
    assert to_record([one], [one.key]) == []
    assert set(BY_HAND) | set(FOLLOWED.values()) == set(RiskEventKind)
