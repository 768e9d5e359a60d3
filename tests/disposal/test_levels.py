"""审批层级 of a case: what the section closes, what goes on to the leader, and that no two levels are one person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock, history
from app.accounts.models import UserRole
from app.db import session, transaction
from app.disposal import operations, queries
from app.disposal.models import CaseApproval, DisposalCase
from app.domain.actors import Role
from app.domain.case_kinds import ApprovalAnswer, ApprovalLevel
from app.domain.workflow import CaseState
from app.errors import NotAllowedNow
from app.sampling.models import Sample
from tests.disposal.conftest import RECORDED, again, race
from tests.disposal.test_steps import _submitted

SECTION, LEADER = ApprovalLevel.SECTION, ApprovalLevel.LEADER
APPROVED, FORWARDED, RETURNED = ApprovalAnswer.APPROVED, ApprovalAnswer.FORWARDED, ApprovalAnswer.RETURNED


def text(response: Any) -> str:
    return response.get_data(as_text=True)


def opinions(case: DisposalCase) -> list[tuple[ApprovalLevel, ApprovalAnswer, str | None]]:
    rows = session().scalars(sa.select(CaseApproval).where(CaseApproval.case_id == case.id).order_by(CaseApproval.id))
    return [(row.level, row.answer, row.comment) for row in rows]


@pytest.fixture
def major(app: Any) -> None:
    """Cases closed without a penalty go on to the leader; the recorded case of these tests is one."""
    app.config["CASE_LEADER_FOR"] = "不予处罚"


@pytest.fixture
def leading_case(major: None, awaiting_case: DisposalCase, act: Any) -> DisposalCase:
    assert act("county:审核人", awaiting_case, "forward", comment="拟同意，请局领导审批。").status_code == 303
    return again(awaiting_case)


# ---------------------------------------------------------------- two levels

def test_the_section_alone_does_not_close_what_is_major(major: None, awaiting_case: DisposalCase, act: Any):
    refused = act("county:审核人", awaiting_case, "approve", comment="同意。")
    assert refused.status_code == 409
    assert "本案须经局领导（不予行政处罚）审批，不能直接审核通过，请填写意见后点“报局领导审批”" in text(refused)
    assert "同意。" in text(refused) and "报局领导审批</button>" in text(refused)
    assert again(awaiting_case).state is CaseState.AWAITING
    assert opinions(awaiting_case) == []


def test_the_leader_closes_what_was_passed_on(leading_case: DisposalCase, act: Any, office: Any, sign_in: Any):
    assert leading_case.state is CaseState.LEADING
    page = text(sign_in(office.people["county:局领导"]).get(f"/disposal/{leading_case.id}"))
    assert "尚待：局领导" in page and "审批通过" in page and "拟同意，请局领导审批。" in page
    assert act("county:局领导", leading_case, "lead", comment="同意办结。").status_code == 303
    closed = again(leading_case)
    assert (closed.state, closed.approved_by_id) == (CaseState.CLOSED, office.people["county:局领导"].id)
    assert opinions(closed) == [(SECTION, FORWARDED, "拟同意，请局领导审批。"), (LEADER, APPROVED, "同意办结。")]
    assert [entry.step for entry in history.entries_of("disposal_case", closed.id)][-2:] == ["forward", "approve"]


def test_the_leader_returns_it_to_the_handler_and_a_new_round_begins(leading_case: DisposalCase, act: Any):
    assert act("county:局领导", leading_case, "lead-return", comment=" ").status_code == 422
    assert act("county:局领导", leading_case, "lead-return", comment="补充免罚依据。").status_code == 303
    back = again(leading_case)
    assert (back.state, back.submitted_by_id, back.forwarded_by_id) == (CaseState.HANDLING, None, None)
    assert act("county:办案人", back, "submit").status_code == 303
    assert act("county:另一审核人", back, "forward", comment="已补充，请审批。").status_code == 303
    assert act("county:局领导", back, "lead", comment="同意。").status_code == 303
    assert [answer for _, answer, _ in opinions(back)] == [FORWARDED, RETURNED, FORWARDED, APPROVED]


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("county:审核人", 403),  # passed it on himself
        ("county:另一审核人", 403),  # no leader
        ("county:办案人", 403),
        ("county:法制审核员", 403),
        ("other:局领导", 404),
        ("city:局领导", 303),  # the bureau above
    ],
)
def test_who_decides_as_the_leader(leading_case: DisposalCase, act: Any, who: str, status: int):
    assert act(who, leading_case, "lead", comment="同意。").status_code == status


def test_passing_on_and_deciding_are_two_people(major: None, awaiting_case: DisposalCase, act: Any):
    """A leader may stand at the first level, but then another leader decides."""
    assert act("county:局领导", awaiting_case, "forward", comment="请审批。").status_code == 303
    assert act("county:局领导", awaiting_case, "lead", comment="同意。").status_code == 403
    assert act("county:局领导", awaiting_case, "approve", comment="同意。").status_code == 403
    assert again(awaiting_case).state is CaseState.LEADING


def test_what_is_incomplete_is_not_passed_on(major: None, awaiting_case: DisposalCase, act: Any):
    with transaction():
        case = again(awaiting_case)
        case.control = None
    assert act("county:审核人", awaiting_case, "forward", comment="请审批。").status_code == 409


def test_passing_on_needs_an_opinion(major: None, awaiting_case: DisposalCase, act: Any):
    assert act("county:审核人", awaiting_case, "forward", comment="").status_code == 422


def test_one_level_closes_the_ordinary_case_and_its_opinion_is_kept(awaiting_case: DisposalCase, act: Any):
    assert act("county:审核人", awaiting_case, "approve", comment="同意。").status_code == 303
    assert opinions(awaiting_case) == [(SECTION, APPROVED, "同意。")]


def test_the_reviewer_may_pass_an_ordinary_case_on_as_well(awaiting_case: DisposalCase, act: Any, sign_in: Any, office: Any):
    assert act("county:审核人", awaiting_case, "forward", comment="影响较大，请审批。").status_code == 303
    assert again(awaiting_case).state is CaseState.LEADING
    page = text(sign_in(office.people["county:局领导"]).get(f"/disposal/{awaiting_case.id}"))
    assert "局领导（部门负责人报请审批）；尚待：局领导。" in page


def test_handler_and_reviewer_see_the_same_levels(major: None, awaiting_case: DisposalCase, sign_in: Any, office: Any):
    for who in ("county:办案人", "county:审核人", "county:统计员"):
        page = text(sign_in(office.people[who]).get(f"/disposal/{awaiting_case.id}"))
        assert "办结须经：部门负责人（由经办人以外的人审核）、局领导（不予行政处罚）；尚待：部门负责人、局领导。" in page, who


def test_a_cancelled_case_that_comes_back_has_nobodys_signature(leading_case: DisposalCase, office: Any, open_cases: Callable[..., Any]):
    with transaction():
        operations.cancel_for_samples([leading_case.sample_id], office.actor("county:统计员"), "报告更正")
    open_cases(session().get_one(Sample, leading_case.sample_id))
    now = again(leading_case)
    assert (now.state, now.forwarded_by_id, now.read_at, now.handler_id) == (CaseState.OPEN, None, None, None)
    assert now.hands  # but who had it in hand is not forgotten


# ---------------------------------------------------------------- recall

def test_recalled_until_a_reviewer_has_opened_it(awaiting_case: DisposalCase, act: Any, sign_in: Any, office: Any):
    submitter = sign_in(office.people["county:办案人"])
    sign_in(office.people["county:统计员"]).get(f"/disposal/{awaiting_case.id}")  # who may not decide may look
    assert "撤回送审</button>" in text(submitter.get(f"/disposal/{awaiting_case.id}"))
    sign_in(office.people["county:审核人"]).get(f"/disposal/{awaiting_case.id}")
    assert "撤回送审</button>" not in text(submitter.get(f"/disposal/{awaiting_case.id}"))
    refused = act("county:办案人", awaiting_case, "recall")
    assert refused.status_code == 409 and "打开本案，不能撤回" in text(refused)
    assert again(awaiting_case).state is CaseState.AWAITING


def test_the_opening_is_noted_once_with_who_it_was(awaiting_case: DisposalCase, sign_in: Any, office: Any):
    for who in ("county:审核人", "county:另一审核人", "county:审核人"):
        assert sign_in(office.people[who]).get(f"/disposal/{awaiting_case.id}").status_code == 200
    noted = [entry.actor_name for entry in history.entries_of("disposal_case", awaiting_case.id) if entry.step == "read_case"]
    assert noted == ["蓟州审核人"]


def test_what_is_submitted_again_may_be_recalled_again(awaiting_case: DisposalCase, act: Any, sign_in: Any, office: Any):
    sign_in(office.people["county:审核人"]).get(f"/disposal/{awaiting_case.id}")
    assert act("county:审核人", awaiting_case, "return", comment="请补充。").status_code == 303
    assert act("county:办案人", awaiting_case, "submit").status_code == 303
    assert act("county:办案人", awaiting_case, "recall").status_code == 303


def test_an_answered_question_was_read(awaiting_case: DisposalCase, act: Any):
    assert act("county:审核人", awaiting_case, "answer", start="是").status_code == 303
    assert act("county:办案人", awaiting_case, "recall").status_code == 409


def test_opened_and_recalled_at_once_one_of_them_wins(app: Any, awaiting_case: DisposalCase, office: Any):
    handler, reviewer = office.actor("county:办案人"), office.actor("county:审核人")

    def read() -> Any:
        return queries.case(handler, awaiting_case.id)

    works = [
        lambda known: operations.recall(known, handler, seen=known.version) or "recalled",
        lambda known: operations.note_reading(known, reviewer, clock.now()) or "read",
    ]
    found = race(app, works, read)
    assert len([each for each in found if isinstance(each, Exception)]) == 1, found


# ---------------------------------------------------------------- at once, by command, after re-assignment

def decided_at_once(app: Any, case_id: int, reviewer: Any, other: Any) -> list[Any]:
    def read() -> Any:
        return queries.case(reviewer, case_id)

    works = [
        lambda known: operations.forward(known, reviewer, clock.now(), "请审批。", seen=known.version) or "forwarded",
        lambda known: operations.return_to_handler(known, other, clock.now(), "请补充。", seen=known.version) or "returned",
    ]
    return race(app, works, read)


@pytest.mark.parametrize("database", ["app", pytest.param("pg_app", marks=pytest.mark.postgres)])
def test_forwarded_and_returned_at_once_only_one_counts(database: str, request: pytest.FixtureRequest):
    app = request.getfixturevalue(database)
    case_id, (reviewer, other, _), _ = _submitted()
    found = decided_at_once(app, case_id, reviewer, other)
    assert len([each for each in found if isinstance(each, Exception)]) == 1, found
    assert session().scalar(sa.select(sa.func.count()).select_from(CaseApproval)) == 1


def test_a_second_click_on_the_same_button_is_told(leading_case: DisposalCase, act: Any):
    version = leading_case.version
    assert act("county:局领导", leading_case, "lead", comment="同意。", version=version).status_code == 303
    assert act("county:局领导", leading_case, "lead", comment="同意。", version=version).status_code in (403, 409)
    assert len(opinions(leading_case)) == 2


def test_by_command(major: None, awaiting_case: DisposalCase, app: Any):
    run = app.test_cli_runner().invoke
    number = awaiting_case.number

    def cases(*words: str) -> Any:
        return run(args=["cases", *words])

    refused = cases("approve", number, "--comment", "同意。", "--as", "county-reviewer")
    assert refused.exit_code == 1 and "本案须经局领导（不予行政处罚）审批" in refused.output
    assert cases("forward", number, "--comment", "请审批。", "--as", "county-reviewer").exit_code == 0
    assert cases("approve", number, "--as", "county-reviewer2").exit_code == 1
    assert cases("return", number, "--comment", "请补充。", "--as", "county-leader").exit_code == 0
    assert cases("submit", number, "--as", "county-handler").exit_code == 0
    assert cases("recall", number, "--as", "county-handler").exit_code == 0
    assert cases("submit", number, "--as", "county-handler").exit_code == 0
    assert cases("show", number, "--as", "county-reviewer").exit_code == 0  # a reviewer has now seen it
    assert "不能撤回" in cases("recall", number, "--as", "county-handler").output
    assert cases("forward", number, "--comment", "请审批。", "--as", "county-reviewer").exit_code == 0
    assert cases("approve", number, "--comment", "同意。", "--as", "county-leader").exit_code == 0
    assert again(awaiting_case).state is CaseState.CLOSED
    assert cases("approve", number).exit_code == 1  # nobody signed in approves nothing


def test_who_handled_it_before_never_approves_it(case: DisposalCase, act: Any, office: Any):
    """Re-assignment does not wash off the hands: what the first handler recorded he does not approve later."""
    with transaction():
        session().add(UserRole(user_id=office.people["county:办案人"].id, role=Role.REVIEWER))
    for step, fields in (("claim", {}), ("record", RECORDED)):
        assert act("county:办案人", case, step, **fields).status_code == 303
    other = office.people["county:另一办案人"].id
    assert act("county:审核人", case, "assign", handler=other, reason="原办理人调岗").status_code == 303
    assert act("county:另一办案人", case, "submit").status_code == 303
    assert act("county:办案人", case, "approve", comment="同意。").status_code == 403
    assert act("county:审核人", case, "approve", comment="同意。").status_code == 303


def test_the_operation_itself_refuses_what_is_major(major: None, awaiting_case: DisposalCase, office: Any):
    reviewer = office.actor("county:审核人")
    with pytest.raises(NotAllowedNow), transaction():
        found = queries.case(reviewer, awaiting_case.id)
        assert found is not None
        operations.approve(found, reviewer, clock.now(), "同意。")
    assert again(awaiting_case).state is CaseState.AWAITING
