"""While a retest or an objection runs the penalty waits; the control of the goods and everything else does not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from app import clock
from app.db import session, transaction
from app.disposal import locks
from app.disposal.models import DisposalCase
from app.domain.case_kinds import ObjectionEffect, ObjectionKind, ObjectionOutcome, RetestConclusion, Side
from app.domain.workflow import ObjectionState, RetestState
from app.objections.models import Objection
from app.retests.models import Retest
from tests.disposal.conftest import again

HANDLER = "county:办案人"
PENALTY = {"block": "行政处罚", "penalty_kind": "不予处罚", "penalty": "履行进货查验义务"}
CONTROL = {"block": "产品控制", "control_on": "2026-11-20", "control": "封存 20 公斤"}
Runs = Callable[[Any], Any]


@pytest.fixture
def runs(case: DisposalCase) -> Runs:
    """``runs(RetestState.HANDED)`` -> an application about the sample of the case in this state."""

    def run(state: Any) -> Any:
        common = {
            "org_id": case.org_id, "sample_id": case.sample_id, "number": "复检〔2026〕1号", "side": Side.SAMPLED, "applicant": "甲",
            "applied_on": date(2026, 11, 19), "received_on": date(2026, 11, 19), "state": state, "asked_at": clock.now(),
        }  # fmt: skip
        with transaction():
            if isinstance(state, RetestState):
                made: Any = Retest(**common, reason="不服", conclusion=RetestConclusion.FAIL)
            else:
                made = Objection(
                    **common | {"number": "异议〔2026〕1号"}, kind=ObjectionKind.METHOD, content="方法有误",
                    outcome=ObjectionOutcome.REJECTED, effect=ObjectionEffect.NONE,
                )  # fmt: skip
            session().add(made)
        return made

    return run


@pytest.mark.parametrize(("state", "locked"), [
    (RetestState.APPLIED, True),
    (RetestState.ACCEPTED, True),
    (RetestState.DESIGNATED, True),
    (RetestState.HANDED, True),
    (RetestState.CONCLUDED, True),  # the party has not been told yet
    (RetestState.TOLD, False),
    (RetestState.DECLINED, False),
    (RetestState.TERMINATED, False),
    (RetestState.WITHDRAWN, False),
    (ObjectionState.APPLIED, True),
    (ObjectionState.CORRECTING, True),
    (ObjectionState.ACCEPTED, True),
    (ObjectionState.DECIDED, False),
    (ObjectionState.TOLD, False),
    (ObjectionState.DECLINED, False),
    (ObjectionState.WITHDRAWN, False),
])  # fmt: skip
def test_what_runs_locks_the_penalty(case: DisposalCase, runs: Runs, state: Any, locked: bool) -> None:
    made = runs(state)
    sentence = locks.penalty_lock(case.sample_id)
    assert (sentence is not None) is locked
    assert sentence is None or made.number in sentence
    assert locks.penalty_lock(case.sample_id + 1) is None


def test_the_penalty_block_is_refused_and_control_is_not(case: DisposalCase, runs: Runs, act: Any, sign_in: Any, office: Any) -> None:
    """办法 40: whoever asks for a retest must go on stopping and recalling the goods."""
    act(HANDLER, case, "claim")
    runs(RetestState.HANDED)
    answer = act(HANDLER, case, "record", **PENALTY)
    assert answer.status_code == 422 and "复检（复检〔2026〕1号）正在办理" in answer.get_data(as_text=True)
    assert again(case).penalty_kind is None
    assert act(HANDLER, case, "record", **CONTROL).status_code == 303
    assert again(case).control == "封存 20 公斤"
    page = sign_in(office.people[HANDLER]).get(f"/disposal/{case.id}").get_data(as_text=True)
    assert "不能登记或修改行政处罚" in page


def test_the_command_is_held_back_too(case: DisposalCase, runs: Runs, act: Any, office: Any, app: Any) -> None:
    act(HANDLER, case, "claim")
    runs(ObjectionState.ACCEPTED)
    name = office.people[HANDLER].username
    run = app.test_cli_runner().invoke
    refused = run(args=["cases", "record", case.number, "处罚情况=不予处罚", "处罚内容或理由=不知情", "--as", name])
    assert refused.exit_code == 1 and refused.stderr.count("异议（异议〔2026〕1号）正在办理") == 1
    assert run(args=["cases", "record", case.number, "产品控制日期=2026-11-20", "--as", name]).exit_code == 0


def test_what_was_recorded_before_stays_and_the_rest_may_be_saved_beside_it(case: DisposalCase, runs: Runs, act: Any) -> None:
    act(HANDLER, case, "claim")
    act(HANDLER, case, "record", **PENALTY)
    retest = runs(RetestState.APPLIED)
    both = {**PENALTY, **CONTROL, "block": ""}
    assert act(HANDLER, case, "record", **{**both, "block": "产品控制"}).status_code == 303
    assert act(HANDLER, case, "record", **{**PENALTY, "penalty": "另一理由"}).status_code == 422
    with transaction():
        session().delete(session().get_one(Retest, retest.id))
    assert act(HANDLER, case, "record", **{**PENALTY, "penalty": "另一理由"}).status_code == 303
