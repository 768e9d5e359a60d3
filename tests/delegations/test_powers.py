"""What a delegation gives: approvals in another's name, from day to day, with both names in the trail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock, history
from app.accounts import sessions
from app.accounts.models import User, UserRole
from app.db import session, transaction
from app.delegations import operations
from app.delegations.models import Delegation
from app.disposal.models import CaseApproval, DisposalCase
from app.domain.actors import Role
from app.domain.permissions import Permission, permits
from app.domain.workflow import CaseState
from tests.conftest import make_office
from tests.delegations.conftest import again, race
from tests.queries import counting


def text(response: Any) -> str:
    return response.get_data(as_text=True)


def test_a_stand_in_approves_and_both_names_are_in_the_trail(
    awaiting_case: DisposalCase, act: Any, delegate: Callable[..., Delegation], office: Any, sign_in: Any
):
    assert act("county:统计员", awaiting_case, "approve", comment="同意。").status_code == 403
    delegate("county:审核人", "county:统计员")
    page = text(sign_in(office.people["county:统计员"]).get(f"/disposal/{awaiting_case.id}"))
    assert "审核通过" in page
    assert act("county:统计员", awaiting_case, "approve", comment="同意。").status_code == 303
    assert again(awaiting_case).state is CaseState.CLOSED
    last = history.entries_of("disposal_case", awaiting_case.id)[-1]
    assert (last.step, last.actor_id, last.actor_name) == (
        "approve", office.people["county:统计员"].id, "蓟州统计员（受蓟州审核人委托）",
    )  # fmt: skip
    opinion = session().scalars(sa.select(CaseApproval)).one()
    assert opinion.decided_by_id == office.people["county:统计员"].id
    assert opinion.on_behalf_of_id == office.people["county:审核人"].id


def test_answers_given_in_anothers_name_say_so(
    awaiting_case: DisposalCase, act: Any, delegate: Callable[..., Delegation]
):
    delegate("county:审核人", "county:统计员")
    act("county:统计员", awaiting_case, "answer", start="是")
    last = history.entries_of("disposal_case", awaiting_case.id)[-1]
    assert last.actor_name == "蓟州统计员（受蓟州审核人委托）"


def test_the_handler_does_not_approve_his_own_case_through_it(
    awaiting_case: DisposalCase, act: Any, delegate: Callable[..., Delegation]
):
    delegate("county:审核人", "county:办案人")
    assert act("county:办案人", awaiting_case, "approve", comment="同意。").status_code == 403
    assert again(awaiting_case).state is CaseState.AWAITING


def test_nobody_has_his_own_work_approved_in_his_own_name(
    awaiting_case: DisposalCase, act: Any, delegate: Callable[..., Delegation], office: Any
):
    """The submitter is a reviewer too; his stand-in approves other cases in his name, not this one."""
    with transaction():
        session().add(UserRole(user_id=office.people["county:办案人"].id, role=Role.REVIEWER))
    delegate("county:办案人", "county:统计员")
    assert act("county:统计员", awaiting_case, "approve", comment="同意。").status_code == 403


def test_it_counts_from_its_first_day_to_its_last(
    awaiting_case: DisposalCase, delegate: Callable[..., Delegation], office: Any, monkeypatch: Any
):
    delegate("county:审核人", "county:统计员", date(2026, 11, 23), date(2026, 11, 24))
    for day, may in (("2026-11-22", False), ("2026-11-23", True), ("2026-11-24", True), ("2026-11-25", False)):
        monkeypatch.setenv("SHIAN_TODAY", day)
        assert permits(office.actor("county:统计员"), Permission.CASE_APPROVE, awaiting_case) is may, day


def test_revoked_it_gives_nothing_at_once(
    awaiting_case: DisposalCase, act: Any, delegate: Callable[..., Delegation], office: Any
):
    made = delegate("county:审核人", "county:统计员")
    with transaction():
        operations.revoke(made, office.actor("county:审核人"), "返岗", clock.now())
    assert act("county:统计员", awaiting_case, "approve", comment="同意。").status_code == 403


def test_it_gives_no_more_than_the_principal_has_today(
    awaiting_case: DisposalCase, act: Any, delegate: Callable[..., Delegation], office: Any
):
    delegate("county:审核人", "county:统计员")
    with transaction():
        session().get_one(User, office.people["county:审核人"].id).active = False
    assert act("county:统计员", awaiting_case, "approve", comment="同意。").status_code == 403


def test_the_command_line_acts_in_anothers_name_too(awaiting_case: DisposalCase, app: Any, delegate: Callable[..., Delegation]):
    run = app.test_cli_runner().invoke
    refused = run(args=["cases", "approve", awaiting_case.number, "--comment", "同意。", "--as", "county-statistician"])
    assert refused.exit_code == 1
    delegate("county:审核人", "county:统计员")
    done = run(args=["cases", "approve", awaiting_case.number, "--comment", "同意。", "--as", "county-statistician"])
    assert done.exit_code == 0, done.output
    assert again(awaiting_case).state is CaseState.CLOSED


def test_who_stands_in_for_nobody_pays_nothing(app: Any, office: Any, delegate: Callable[..., Delegation], sign_in: Any):
    """The question whether a delegation stands rides on the statement that finds the person."""
    client = sign_in(office.people["county:统计员"])
    with counting(app) as before:
        client.get("/help")
    delegate("county:审核人", "county:另一审核人")
    with counting(app) as beside:
        client.get("/help")
    delegate("county:审核人", "county:统计员")
    with counting(app) as standing:
        client.get("/help")
    assert beside.count == before.count, beside
    assert standing.count <= before.count + 3, standing  # whom for, their roles, their reach


@pytest.mark.parametrize("database", ["app", pytest.param("pg_app", marks=pytest.mark.postgres)])
def test_of_two_overlapping_grants_at_once_one_is_made(database: str, request: pytest.FixtureRequest):
    app = request.getfixturevalue(database)
    with transaction():
        office = make_office()
    giver, taker = office.people["county:审核人"].id, office.people["county:统计员"].id

    def grant() -> Any:
        actor = sessions.actor_of(sessions.load_user(User.id == giver))
        return operations.grant(operations.Wish(taker, clock.today(), clock.today(), "培训"), actor, clock.now()).id

    found = race(app, [grant, grant])
    assert sorted(isinstance(each, Exception) for each in found) == [False, True]
    assert session().scalar(sa.select(sa.func.count()).select_from(Delegation)) == 1
