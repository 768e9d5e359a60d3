"""What an upheld objection changes: verdicts, the whole sample, the producer it is charged to; and the lock while it runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm.exc import StaleDataError

from app import clock, history
from app.db import session, transaction
from app.disposal import operations as disposal
from app.disposal.locks import penalty_lock
from app.domain.case_kinds import ObjectionEffect, ObjectionKind, ObjectionOutcome, RippleCause, Side
from app.domain.samples import Supervision
from app.domain.workflow import ObjectionState, SampleState
from app.errors import NotAllowedNow, NotLikeThis
from app.objections import operations, queries
from app.objections.models import Objection
from app.objections.operations import Decision
from app.results.models import ResultRow
from app.ripples.models import Ripple
from app.sampling.models import Sample
from tests.conftest import make_office
from tests.disposal.conftest import build_batch, race
from tests.objections.conftest import (
    HANDLER,
    PRODUCER,
    REVIEWER,
    SECOND,
    accept,
    application,
    cases,
    decide,
    facts,
    found,
    looked_into,
    register,
    row_id,
)

BOTH = pytest.mark.parametrize("database", ["app", pytest.param("pg_app", marks=pytest.mark.postgres)])


def ripple_of(sample: Sample) -> Ripple:
    return session().scalars(sa.select(Ripple).where(Ripple.sample_id == sample.id)).one()


def test_items_judged_anew_cancel_the_cases_and_keep_what_the_laboratory_said(failed: Sample, office: Any) -> None:
    item = row_id(failed)
    made = decide(office, looked_into(office, register(office, failed)), ObjectionEffect.PASS, (item,))
    row = session().get_one(ResultRow, item)
    assert (row.verdict.value, row.lab_verdict.value) == ("合格项", "不合格项")
    assert facts(failed) == [("不合格", "初检", True, False), ("合格", "异议", True, False)]
    assert cases(failed) == {"生产": "cancelled", "流通": "cancelled"}
    assert session().get_one(Sample, failed.id).supervision is Supervision.PASS
    ripple = ripple_of(failed)
    assert (ripple.cause, ripple.source_kind, ripple.source_id) == (RippleCause.OBJECTION, "objection", made.id)


def test_counterfeit_ends_the_producers_case_and_the_sellers_goes_on(failed: Sample, office: Any) -> None:
    made = register(office, failed, kind=ObjectionKind.AUTHENTICITY, side=Side.PRODUCER, applicant=PRODUCER)
    made = decide(office, looked_into(office, made), ObjectionEffect.NOT_THEIRS)
    assert facts(failed) == [("不合格", "初检", True, False), ("不合格", "异议", False, False)]
    assert cases(failed) == {"生产": "cancelled", "流通": "open"}
    ended = history.entries_of("disposal_case", _case_of(failed, "生产"))[-1]
    assert ended.step == "cancel" and made.number in (ended.comment or "")
    assert ripple_of(failed).cause is RippleCause.OBJECTION


def _case_of(sample: Sample, party: str) -> int:
    from app.disposal.models import DisposalCase

    rows = session().scalars(sa.select(DisposalCase).where(DisposalCase.sample_id == sample.id))
    return next(one.id for one in rows if one.party.value == party)


def test_nobody_is_named_nobody_is_cleared(batch: Callable[..., Sample], open_cases: Any, office: Any) -> None:
    sample = batch()
    open_cases(sample)
    made = looked_into(office, register(office, sample, kind=ObjectionKind.AUTHENTICITY))
    with pytest.raises(NotLikeThis, match="没有载明标称生产企业"):
        decide(office, made, ObjectionEffect.NOT_THEIRS)
    assert found(office, made.id).state is ObjectionState.ACCEPTED


def test_a_faulty_sampling_voids_the_sample_and_its_cases(failed: Sample, office: Any) -> None:
    made = register(office, failed, kind=ObjectionKind.SAMPLING, window_from=None, applied_on=date(2026, 11, 10))
    decide(office, looked_into(office, made), ObjectionEffect.INVALID)
    sample = session().get_one(Sample, failed.id)
    assert sample.state is SampleState.VOIDED and made.number in (sample.void_reason or "")
    assert facts(failed)[-1] == ("不合格", "作废", True, True)
    assert cases(failed) == {"生产": "cancelled", "流通": "cancelled"}
    assert ripple_of(failed).cause is RippleCause.OBJECTION  # one list, and it says why
    assert found(office, made.id).state is ObjectionState.DECIDED
    from app.sampling import operations as sampling

    with pytest.raises(NotAllowedNow, match="抽样无效而作废，不能恢复"), transaction():
        sampling.revive(session().get_one(Sample, failed.id), office.actor("county:抽样员"), clock.now())


def test_before_there_is_a_report_a_faulty_sampling_voids_the_sheet(office: Any) -> None:
    sample = _unreported(office)
    made = register(office, sample, kind=ObjectionKind.SAMPLING, window_from=None, applied_on=date(2026, 11, 18))
    decide(office, looked_into(office, made), ObjectionEffect.INVALID)
    assert session().get_one(Sample, sample.id).state is SampleState.VOIDED
    assert session().scalars(sa.select(Ripple)).all() == []  # nothing had been done because of it


def _unreported(office: Any) -> Sample:
    from tests.results.material import register_sample

    sample_id = register_sample(office, "XC26120119123450009")
    with transaction():
        sample = session().get_one(Sample, sample_id)
        sample.sampled_on = date(2026, 11, 17)
    return sample


def test_a_rejected_objection_changes_nothing(failed: Sample, office: Any) -> None:
    made = decide(office, looked_into(office, register(office, failed)), ObjectionEffect.NONE, outcome=ObjectionOutcome.REJECTED)
    assert made.state is ObjectionState.DECIDED
    assert facts(failed) == [("不合格", "初检", True, False)] and set(cases(failed).values()) == {"open"}
    assert session().scalars(sa.select(Ripple)).all() == []


def test_what_has_gone_meanwhile_cannot_be_changed(failed: Sample, office: Any) -> None:
    made = looked_into(office, register(office, failed))
    passed = row_id(failed, "铅(以Pb计)")
    with pytest.raises(NotLikeThis, match="已不是不合格项"):
        decide(office, made, ObjectionEffect.PASS, (passed,))
    from app.sampling import operations as sampling

    with transaction():
        sampling.void(session().get_one(Sample, failed.id), office.actor("county:抽样员"), "登记有误", clock.now())
    with pytest.raises(NotAllowedNow, match="样品已作废"):
        decide(office, made, ObjectionEffect.PASS, (row_id(failed),))
    assert decide(office, made, ObjectionEffect.NONE).outcome is ObjectionOutcome.UPHELD


def test_the_penalty_waits_while_the_objection_runs_and_not_longer(failed: Sample, office: Any) -> None:
    assert penalty_lock(failed.id) is None
    made = register(office, failed)
    assert made.number in (penalty_lock(failed.id) or "")
    looked_into(office, made)
    assert made.number in (penalty_lock(failed.id) or "")
    decide(office, made, ObjectionEffect.NONE, outcome=ObjectionOutcome.REJECTED)
    assert penalty_lock(failed.id) is None


def test_the_penalty_block_of_the_case_is_refused_meanwhile(failed: Sample, act: Any, office: Any) -> None:
    from app.disposal.models import DisposalCase

    case = session().get_one(DisposalCase, _case_of(failed, "流通"))
    act(HANDLER, case, "claim")
    made = register(office, failed)
    penalty = {"block": "行政处罚", "penalty_kind": "不予处罚", "penalty": "履行进货查验义务"}
    answer = act(HANDLER, case, "record", **penalty)
    assert answer.status_code == 422 and f"异议（{made.number}）正在办理" in answer.get_data(as_text=True)
    assert act(HANDLER, case, "record", block="产品控制", control_on="2026-11-20", control="封存 20 公斤").status_code == 303
    with transaction():
        operations.withdraw(found(office, made.id), office.actor(HANDLER), "不再主张")
    assert act(HANDLER, case, "record", **penalty).status_code == 303


# ---------------------------------------------------------------- two at once

def _ready() -> tuple[int, Any, int]:
    """An accepted objection that has been looked into. Runs on either database."""
    with transaction():
        office = make_office()
        sample = build_batch(office)
    with transaction():
        disposal.open_for_samples([sample.id], office.actor("county:统计员"), clock.now())
    made = looked_into(office, register(office, sample))
    return made.id, office, row_id(sample)


def _lost(outcomes: list[Any]) -> list[Any]:
    return [one for one in outcomes if isinstance(one, Exception)]


@BOTH
def test_of_two_who_conclude_at_once_one_is_told(database: str, request: pytest.FixtureRequest) -> None:
    app = request.getfixturevalue(database)
    objection_id, office, item = _ready()
    actors = [office.actor(REVIEWER), office.actor(SECOND)]

    def conclude(objection: Objection, actor: Any) -> bool:
        decision = Decision(ObjectionOutcome.UPHELD, ObjectionEffect.PASS, "方法不适用。", (item,))
        return operations.decide(objection, decision, actor, clock.now(), seen=objection.version)

    works = [lambda objection, actor=actor: conclude(objection, actor) for actor in actors]
    got = race(app, works, read=lambda: queries.objection(actors[0], objection_id))
    assert len(got) == 2 and {type(one) for one in _lost(got)} <= {StaleDataError, NotAllowedNow} and len(_lost(got)) == 1
    steps = [one.step for one in history.entries_of("objection", objection_id)]
    assert steps.count("decide") == 1
    assert session().get_one(Objection, objection_id).state is ObjectionState.DECIDED
    assert len(session().scalars(sa.select(Ripple)).all()) == 1


@BOTH
def test_of_a_conclusion_and_a_withdrawal_at_once_one_lands(database: str, request: pytest.FixtureRequest) -> None:
    app = request.getfixturevalue(database)
    objection_id, office, item = _ready()
    reviewer, handler = office.actor(REVIEWER), office.actor(HANDLER)

    def conclude(objection: Objection) -> Any:
        decision = Decision(ObjectionOutcome.UPHELD, ObjectionEffect.PASS, "方法不适用。", (item,))
        return operations.decide(objection, decision, reviewer, clock.now(), seen=objection.version)

    def withdraw(objection: Objection) -> Any:
        return operations.withdraw(objection, handler, "不再主张", seen=objection.version)

    got = race(app, [conclude, withdraw], read=lambda: queries.objection(reviewer, objection_id))
    assert len(got) == 2 and len(_lost(got)) == 1 and {type(one) for one in _lost(got)} <= {StaleDataError, NotAllowedNow}
    final = session().get_one(Objection, objection_id)
    sample = session().get_one(Sample, final.sample_id)
    if final.state is ObjectionState.WITHDRAWN:
        assert sample.supervision is Supervision.FAIL and final.outcome is None
    else:
        assert final.state is ObjectionState.DECIDED and sample.supervision is Supervision.PASS


@BOTH
def test_two_who_register_the_same_application_make_one(database: str, request: pytest.FixtureRequest) -> None:
    app = request.getfixturevalue(database)
    with transaction():
        office = make_office()
        sample = build_batch(office)
    sample_id, actors = sample.id, [office.actor(HANDLER), office.actor("county:另一办案人")]
    works = [lambda one, actor=actor: operations.apply(one, application(), actor, clock.now()).id for actor in actors]
    got = race(app, works, read=lambda: session().get_one(Sample, sample_id))
    assert len(_lost(got)) == 1 and isinstance(_lost(got)[0], NotAllowedNow)
    assert session().scalar(sa.select(sa.func.count()).select_from(Objection)) == 1


def test_accepting_one_that_was_withdrawn_is_refused(failed: Sample, office: Any) -> None:
    made = register(office, failed)
    with transaction():
        operations.withdraw(found(office, made.id), office.actor(HANDLER), "不再主张")
    with pytest.raises(NotAllowedNow, match="已撤回"):
        accept(office, made)
