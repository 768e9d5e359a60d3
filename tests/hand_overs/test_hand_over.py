"""工作移交: every matter on its own, what stays with its reason, and numbers only for the administrators."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from app import clock, history
from app.accounts import grant_queries, granting
from app.accounts.granting import Wish
from app.accounts.models import User
from app.assignments.models import AssignmentMember
from app.db import session, transaction
from app.disposal.models import DisposalCase
from app.domain.case_states import CaseState, PenaltyState
from app.domain.hand_overs import WorkKind
from app.domain.states import AssignmentState
from app.domain.supervision_states import InspectionState, RectificationState
from app.domain.trust_kinds import GrantKind
from app.hand_overs import queries
from app.inspections.models import Inspection
from app.penalties.models import Penalty
from app.rectifications.models import RectificationOrder
from tests.flows.standing_of_cases import penalty
from tests.flows.standing_of_sampling import sampling_assignment
from tests.flows.supervision.rectifications import order
from tests.inspections.material import firm, planned


@pytest.fixture
def busy(office):
    """办案人 with a case and its penalty, an inspection that is planned and one that has begun, and an order to put things right."""
    with transaction():
        penalty(office, PenaltyState.FILED)
        planned(office, firm(office, "待查超市"))
        begun = planned(office, firm(office, "在查超市"))
        begun.state = InspectionState.RECORDING
        order(office, RectificationState.ORDERED)
        sampling_assignment(office, AssignmentState.ACCEPTED)
    return office.people["county:办案人"]


def test_everything_goes_to_the_successor_and_what_cannot_stays_with_its_reason(office, busy, sign_in):
    reviewer, successor = sign_in(office.people["county:审核人"]), office.people["county:另一办案人"]
    before = queries.counts(busy.id)
    assert before == {WorkKind.CASE: 1, WorkKind.PENALTY: 1, WorkKind.INSPECTION: 2, WorkKind.RECTIFICATION: 1}
    address = f"/users/{busy.id}/hand-over"
    assert "待查超市" in reviewer.get(address).text
    assert "请至少为一类工作选择接替人" in reviewer.post(address, data={"successor": 0, "reason": "调离"}).text
    page = reviewer.post(address, data={"successor": successor.id, "reason": "调离"}).text
    assert "已移交 3 项" in page and "1 项没有移交" in page and "检查已经开始" in page
    case, going = session().scalars(sa.select(DisposalCase)).one(), session().scalars(sa.select(Penalty)).one()
    assert (case.handler_id, case.state, going.handler_id) == (successor.id, CaseState.HANDLING, successor.id)
    assert f"/{busy.id}/" in (going.hands or "")  # who had it does not review it later
    assert history.entries_of("disposal_case", case.id)[-1].comment == "调离"
    assert session().scalars(sa.select(RectificationOrder.handler_id)).one() == successor.id
    left = {row.enterprise_name: row.second_id for row in session().scalars(sa.select(Inspection)) if row.state in
            (InspectionState.PLANNED, InspectionState.RECORDING)}
    assert left == {"待查超市": successor.id, "在查超市": busy.id}
    told = history.entries_of("user_account", busy.id)[-1]
    assert told.step == "hand_over_work" and json.loads(told.changes)["移交另一办案人"] == [None, "3 项"]
    again = reviewer.post(address, data={"successor": successor.id, "reason": "调离"}).text  # the second click
    assert "已移交 0 项" in again and queries.counts(busy.id) == {WorkKind.INSPECTION: 1}


def test_by_kind_and_by_command_and_never_to_somebody_unfit(app, office, busy):
    sampler = office.people["county:抽样员"]
    run = app.test_cli_runner().invoke
    shown = run(args=["users", "hand-over", sampler.username, "--json"])
    assert json.loads(shown.stdout)["抽样任务单"] == 1
    unfit = run(args=["users", "hand-over", busy.username, "--to", "county-statistician", "--kind", "核查处置案件", "--reason", "调离"])
    assert unfit.exit_code == 1 and "不能打开案件" in unfit.stderr
    teamed = ["users", "hand-over", sampler.username, "--kind", "抽样任务单", "--reason", "调离", "--as", "county-reviewer"]
    assert "已在该任务单的抽样组中" in run(args=[*teamed, "--to", "county-sampler2"]).stderr
    with transaction():
        session().execute(sa.update(User).where(User.username == "county-handler2").values(active=False))
    assert "已停用" in run(args=["users", "hand-over", busy.username, "--to", "county-handler2", "--reason", "调离"]).stderr
    assert sampler.id in session().scalars(sa.select(AssignmentMember.user_id)).all()


def test_administrators_read_numbers_and_reviewers_alone_hand_over(office, busy, sign_in):
    system, other = sign_in(office.people["county:系统管理员"]), sign_in(office.people["other:审核人"])
    page = system.get(f"/users/{busy.id}/ask/leave").text
    assert "核查处置案件 1" in page and "待查超市" not in page
    assert system.get(f"/users/{busy.id}/hand-over").status_code == 403
    assert sign_in(office.people["county:抽样员"]).get(f"/users/{busy.id}/hand-over").status_code == 403
    assert other.get(f"/users/{busy.id}/hand-over").status_code == 404
    reviewer = sign_in(office.people["county:审核人"])
    assert busy.name not in reviewer.get("/hand-overs").text
    with transaction():
        leaves = Wish(GrantKind.LEAVE, None, clock.today(), "离职", successor_id=office.people["county:另一办案人"].id)
        granting.ask(office.actor("county:系统管理员"), grant_queries.account(busy.id), leaves, clock.now())
    listed = reviewer.get("/hand-overs").text
    assert busy.name in listed and "已停用" in listed  # nothing is lost when the person leaves
    assert f'<option selected value="{office.people["county:另一办案人"].id}">' in reviewer.get(f"/users/{busy.id}/hand-over").text
