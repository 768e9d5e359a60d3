"""分派 and 改派: to those who can open the case, with both names in the trail, one case or several at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm.exc import StaleDataError

from app import clock, history
from app.accounts.models import User
from app.db import session, transaction
from app.desk.models import BulkAction
from app.disposal import assigning, operations, queries
from app.disposal.models import DisposalCase
from app.domain.workflow import CaseState, PenaltyState
from app.errors import NotAllowedNow, NotLikeThis
from app.penalties.models import Penalty
from app.trail import trail
from tests.conftest import make_office
from tests.disposal.conftest import RECORDED, MakeBatch, again, build_batch, race
from tests.disposal.test_urging_several import outcomes


def text(response: Any) -> str:
    return response.get_data(as_text=True)


def test_an_assigned_case_is_like_one_claimed_and_waits_on_the_handlers_home_page(
    case: DisposalCase, act: Any, office: Any, sign_in: Any
):
    handler = office.people["county:另一办案人"]
    assert act("county:审核人", case, "assign", handler=handler.id).status_code == 303
    now = again(case)
    assert (now.state, now.handler_id, now.started_on) == (CaseState.HANDLING, handler.id, date(2026, 11, 20))
    assert now.claimed_at is not None
    assert case.number in text(sign_in(handler).get("/"))
    assert act("county:另一办案人", case, "record", **RECORDED).status_code == 303


def test_re_assigning_names_both_and_says_why(case: DisposalCase, act: Any, office: Any):
    act("county:办案人", case, "claim")
    other = office.people["county:另一办案人"].id
    refused = act("county:审核人", case, "assign", handler=other, reason=" ")
    assert refused.status_code == 422 and "改派须填写理由" in text(refused)
    assert act("county:审核人", case, "assign", handler=other, reason="原办理人借调").status_code == 303
    assert again(case).handler_id == other
    last = trail("disposal_case", case.id)[-1]
    assert (last.step, last.comment) == ("改派任务", "原办理人借调")
    assert ("蓟州办案人", "另一办案人") in [(change.before, change.after) for change in last.changes]
    assert act("county:办案人", case, "record", **RECORDED).status_code == 403  # it has left his hands


def test_the_penalty_goes_along_and_remembers_who_had_it(case: DisposalCase, act: Any, office: Any):
    act("county:办案人", case, "claim")
    first, other = office.people["county:办案人"].id, office.people["county:另一办案人"].id
    with transaction():
        penalty = Penalty(
            org_id=case.org_id, case_id=case.id, sample_id=case.sample_id, number="津蓟市监立〔2026〕1号", party_name="好又多超市",
            state=PenaltyState.FILED, handler_id=first, found_on=date(2026, 11, 18), filed_on=date(2026, 11, 20), created_at=clock.now(),
        )  # fmt: skip
        session().add(penalty)
    assert act("county:审核人", case, "assign", handler=other, reason="原办理人借调").status_code == 303
    session().expire_all()
    assert (penalty.handler_id, penalty.hands) == (other, f"/{first}/{other}/")
    assert [entry.step for entry in history.entries_of("penalty", penalty.id)] == ["hand_over"]


@pytest.mark.parametrize(
    "who", ["other:办案人", "station:办案人", "city:办案人", "county:统计员", "county:审核人", "lab:承检机构"]
)
def test_only_to_handlers_who_can_open_it_and_whom_the_supervisor_commands(case: DisposalCase, act: Any, office: Any, who: str):
    refused = act("county:审核人", case, "assign", handler=office.people[who].id, reason="分工")
    assert refused.status_code == 422 and "不能打开案件" in text(refused)
    assert again(case).state is CaseState.OPEN


def test_the_bureau_above_may_give_it_to_its_own_people(case: DisposalCase, act: Any, office: Any):
    assert act("city:审核人", case, "assign", handler=office.people["city:办案人"].id).status_code == 303
    assert again(case).handler_id == office.people["city:办案人"].id


def test_nobody_who_has_left_is_given_a_case(case: DisposalCase, act: Any, office: Any):
    with transaction():
        session().get_one(User, office.people["county:办案人"].id).active = False
    assert act("county:审核人", case, "assign", handler=office.people["county:办案人"].id).status_code == 422


@pytest.mark.parametrize(("who", "status"), [("county:办案人", 403), ("county:统计员", 403), ("other:审核人", 404)])
def test_who_assigns(case: DisposalCase, act: Any, office: Any, who: str, status: int):
    assert act(who, case, "assign", handler=office.people["county:办案人"].id).status_code == status


def test_what_is_under_review_is_not_re_assigned(awaiting_case: DisposalCase, act: Any, office: Any):
    other = office.people["county:另一办案人"].id
    assert act("county:审核人", awaiting_case, "assign", handler=other, reason="调岗").status_code == 409


def test_the_same_handler_again_is_no_change(case: DisposalCase, act: Any, office: Any):
    act("county:办案人", case, "claim")
    refused = act("county:审核人", case, "assign", handler=office.people["county:办案人"].id, reason="分工")
    assert refused.status_code == 422 and "已由蓟州办案人办理" in text(refused)


def test_nobody_is_proposed_and_nobody_is_refused(case: DisposalCase, act: Any, office: Any, sign_in: Any):
    page = text(sign_in(office.people["county:审核人"]).get(f"/disposal/{case.id}"))
    assert re.search(r'<select[^>]*name="handler"[^>]*><option[^>]*value="0">请选择</option>', page)
    refused = act("county:审核人", case, "assign", handler=0)
    assert refused.status_code == 422 and "请选择办理人" in text(refused)


def test_a_second_click_assigns_once(case: DisposalCase, act: Any, office: Any):
    fields = {"handler": office.people["county:办案人"].id, "version": case.version}
    assert act("county:审核人", case, "assign", **fields).status_code == 303
    assert act("county:审核人", case, "assign", **fields).status_code in (409, 422)
    assert [entry.step for entry in history.entries_of("disposal_case", case.id)].count("assign") == 1


# ---------------------------------------------------------------- several at once

@pytest.fixture
def three(batch: MakeBatch, open_cases: Callable[..., list[DisposalCase]]) -> list[DisposalCase]:
    return open_cases(*(batch(f"XC2612011912345000{ordinal}") for ordinal in range(1, 4)))


def ticked(cases: list[DisposalCase]) -> list[str]:
    return [f"{case.id}.{case.version}" for case in cases]


def test_several_are_assigned_from_the_list(three: list[DisposalCase], sign_in: Any, office: Any):
    client, handler = sign_in(office.people["county:审核人"]), office.people["county:办案人"]
    page = text(client.get("/disposal/"))
    assert all(f'name="case" value="{each}"' in page for each in ticked(three))
    assert handler.name in page.split("将勾选的案件分派给")[1]
    response = client.post("/disposal/assign", data={"case": ticked(three[:2]), "handler": handler.id})
    assert response.status_code == 303
    assert [again(case).handler_id for case in three] == [handler.id, handler.id, None]


def outcome(client: Any, fields: Any) -> tuple[str, list[tuple[str, ...]]]:
    answer = client.post("/disposal/assign", data=fields)
    assert answer.status_code == 303, text(answer)
    return answer.location, outcomes(text(client.get(answer.location)))


def test_what_one_refuses_does_not_hold_up_the_others(three: list[DisposalCase], sign_in: Any, office: Any, act: Any):
    """批量分派 row by row, each in the words of the single step; the second click of the same page changes nothing."""
    fields = {"case": [*ticked(three), "999999.1"], "handler": office.people["county:另一办案人"].id, "key": "a1"}
    act("county:办案人", three[1], "claim")
    client = sign_in(office.people["county:审核人"])
    at, told = outcome(client, fields)
    assert {number: (result, said) for number, result, said in told} == {
        three[0].number: ("办成", "已分派给另一办案人"), three[2].number: ("办成", "已分派给另一办案人"),
        three[1].number: ("未办成", "该案件已被他人办理，请刷新页面核对后再分派"),
        "第 999999 号": ("未办成", "案件不存在，或不在您的管辖范围内"),
    }  # fmt: skip
    other, first = office.people["county:另一办案人"].id, office.people["county:办案人"].id
    assert [again(case).handler_id for case in three] == [other, first, other]
    assert outcome(client, fields)[0] == at
    for case in (three[0], three[2]):
        assert [entry.step for entry in history.entries_of("disposal_case", case.id)].count("assign") == 1
    assert session().scalar(sa.select(sa.func.count()).select_from(BulkAction)) == 1
    later = outcome(client, {**fields, "key": "a2"})[1]  # another page, shown before: every row has been dealt with
    assert {result for _, result, _ in later} == {"未办成"}


def test_the_work_of_somebody_who_leaves_is_handed_over_together(three: list[DisposalCase], sign_in: Any, office: Any, act: Any):
    for case in three:
        act("county:办案人", case, "claim")
    held = [again(case) for case in three]
    client, other = sign_in(office.people["county:审核人"]), office.people["county:另一办案人"].id
    refused = outcome(client, {"case": ticked(held), "handler": other})[1]
    assert len(refused) == 3 and all(result == "未办成" and "改派须填写理由" in said for _, result, said in refused)  # why?
    done = outcome(client, {"case": ticked(held), "handler": other, "reason": "原办理人退休"})[1]
    assert {result for _, result, _ in done} == {"办成"}
    assert {again(case).handler_id for case in three} == {other}


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"handler": "1"}, 422),  # nothing ticked
        ({"case": ["999999.1"] * 2, "handler": ""}, 422),
        ({"case": [f"{number}.1" for number in range(1, 202)], "handler": "1"}, 422),
        ({"case": ["x"], "handler": "1"}, 422),
        ({"handler": ""}, 422),
        ({"handler": "abc"}, 422),
    ],
)
def test_what_cannot_be_meant_is_refused(three: list[DisposalCase], sign_in: Any, office: Any, fields: Any, status: int):
    assert sign_in(office.people["county:审核人"]).post("/disposal/assign", data=fields).status_code == status
    assert {again(case).state for case in three} == {CaseState.OPEN}


def test_cases_of_others_cannot_be_ticked(three: list[DisposalCase], sign_in: Any, office: Any):
    fields = {"case": ticked(three), "handler": office.people["other:办案人"].id}
    told = outcome(sign_in(office.people["other:审核人"]), fields)[1]
    assert {(result, said) for _, result, said in told} == {("未办成", "案件不存在，或不在您的管辖范围内")}
    assert not [number for number, _, _ in told if number in {case.number for case in three}]
    assert sign_in(office.people["county:办案人"]).post("/disposal/assign", data=fields).status_code == 403
    assert "将勾选的案件分派给" not in text(sign_in(office.people["county:办案人"]).get("/disposal/"))


def test_by_command(three: list[DisposalCase], app: Any, office: Any, tmp_path: Any):
    def cases(*words: str) -> Any:
        return app.test_cli_runner().invoke(args=["cases", *words])

    numbers = [case.number for case in three]
    assert cases("assign", *numbers[:2], "--to", "county-handler", "--as", "county-reviewer").exit_code == 0
    assert [again(case).handler_id for case in three] == [office.people["county:办案人"].id] * 2 + [None]
    assert "改派须填写理由" in cases("assign", numbers[0], "--to", "county-handler2", "--as", "county-reviewer").output
    moved = cases("assign", numbers[0], "--to", "county-handler2", "--reason", "借调", "--as", "county-reviewer")
    assert moved.exit_code == 0
    one_of_two = cases("assign", numbers[1], "核处〔2020〕9号", "--to", "county-handler2", "--reason", "借调", "--as", "county-reviewer")
    assert one_of_two.exit_code == 1 and "办成 1 件" in one_of_two.output and "核处〔2020〕9号　未办成　没有找到案件" in one_of_two.output
    listed = tmp_path / "名单.csv"
    listed.write_bytes(f"序号,案件编号\n1,{numbers[0]}\n2,{numbers[1]}\n".encode("gb18030"))
    back = cases("assign", "--file", str(listed), "--to", "county-handler", "--reason", "回任", "--as", "county-reviewer")
    assert back.exit_code == 0 and "共 2 件，办成 2 件" in back.output
    listed.write_text("序号,编号\n1,x\n")
    assert "没有“案件编号”一列" in cases("assign", "--file", str(listed), "--to", "county-handler", "--as", "county-reviewer").output
    assert "请写明要办理的案件编号" in cases("assign", "--to", "county-handler", "--as", "county-reviewer").output
    urged = cases("urge", *numbers, "--due", again(three[0]).due_on.isoformat(), "--reason", "临近期限", "--as", "county-reviewer")
    assert urged.exit_code == 0 and "批量提醒：共 3 件，办成 3 件" in urged.output
    assert cases("assign", numbers[2], "--to", "nobody", "--as", "county-reviewer").exit_code == 1
    assert cases("assign", numbers[2], "--to", "county-handler", "--as", "county-handler").exit_code == 1
    assert cases("claim", numbers[2], "--as", "county-handler").exit_code == 0


@pytest.mark.parametrize("database", ["app", pytest.param("pg_app", marks=pytest.mark.postgres)])
def test_assigned_and_claimed_at_once_it_has_one_handler(database: str, request: pytest.FixtureRequest):
    app = request.getfixturevalue(database)
    with transaction():
        office = make_office()
        sample = build_batch(office)
    with transaction():
        case_id = operations.open_for_samples([sample.id], office.actor("county:统计员"), clock.now())[0].id
    reviewer, handler = office.actor("county:审核人"), office.actor("county:办案人")
    other = office.people["county:另一办案人"].id

    def assign(case: DisposalCase) -> str:
        assigning.give(case, other, reviewer, clock.now(), seen=case.version)
        return "assigned"

    def claim(case: DisposalCase) -> str:
        operations.claim(case, handler, clock.now(), seen=case.version)
        return "claimed"

    found = race(app, [assign, claim], read=lambda: queries.case(reviewer, case_id))
    lost = [each for each in found if isinstance(each, Exception)]
    assert len(lost) == 1 and isinstance(lost[0], (StaleDataError, NotAllowedNow, NotLikeThis)), found
    won = {"assigned": other, "claimed": handler.user_id}[next(each for each in found if isinstance(each, str))]
    assert session().get_one(DisposalCase, case_id).handler_id == won
    steps = [entry.step for entry in history.entries_of("disposal_case", case_id)]
    assert steps.count("assign") + steps.count("claim") == 1
