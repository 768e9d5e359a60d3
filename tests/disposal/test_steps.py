"""The steps people take on a case: who may, when, what is refused, and that nothing typed is lost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm.exc import StaleDataError

from app import clock, history
from app.accounts.models import UserRole
from app.db import session, transaction
from app.disposal import operations, queries
from app.disposal.models import DisposalCase
from app.domain.actors import Role
from app.domain.workflow import CASE, CaseState, CaseStep
from app.errors import NotAllowedNow
from tests.conftest import make_office
from tests.disposal.conftest import RECORDED, again, build_batch, race


def text(response: Any) -> str:
    return response.get_data(as_text=True)


def test_three_people_take_a_case_from_opening_to_closing(case: DisposalCase, act: Any, office: Any) -> None:
    """Opened by the statistician's import, handled by the 办案人, closed by the 审核人."""
    assert act("county:办案人", case, "claim").status_code == 303
    # 产品控制 first: immediate measures do not wait for the cause (办法 40)
    assert act("county:办案人", case, "record", control_on="2026-11-20", control="封存 20 公斤").status_code == 303
    assert again(case).control == "封存 20 公斤"
    refused = act("county:办案人", case, "submit")
    assert refused.status_code == 409
    for element in ("送达", "原因排查", "整改复查", "行政处罚", "信息公开"):
        assert f"{element}（缺" in text(refused)
    assert again(case).state is CaseState.HANDLING
    assert act("county:办案人", case, "record", **RECORDED).status_code == 303
    assert act("county:办案人", case, "submit").status_code == 303
    refused = act("county:审核人", case, "return", comment="  ")
    assert refused.status_code == 422 and "请填写理由或意见" in text(refused)
    assert act("county:审核人", case, "return", comment="整改复查材料不全，请补充。").status_code == 303
    assert again(case).state is CaseState.HANDLING
    assert act("county:办案人", case, "record", **RECORDED | {"rectification": "复查合格，附照片 3 张"}).status_code == 303
    assert act("county:办案人", case, "submit").status_code == 303
    assert act("county:审核人", case, "approve", comment="同意。").status_code == 303
    closed = again(case)
    assert (closed.state, closed.closed_on) == (CaseState.CLOSED, date(2026, 11, 20))
    assert closed.approved_by_id == office.people["county:审核人"].id
    entries = history.entries_of("disposal_case", case.id)
    assert [entry.step for entry in entries] == [
        "open", "claim", "record", "record", "submit", "return", "record", "submit", "approve",
    ]  # fmt: skip
    assert [entry.comment for entry in entries if entry.step in ("return", "approve")] == [
        "整改复查材料不全，请补充。", "同意。",
    ]  # fmt: skip


def test_whoever_handled_does_not_approve_whatever_else_he_is(case: DisposalCase, act: Any, office: Any) -> None:
    """经办与审核不得为同一人: a second role does not help, nor being the submitter only."""
    with transaction():
        session().add(UserRole(user_id=office.people["county:办案人"].id, role=Role.REVIEWER))
    for step, fields in (("claim", {}), ("record", RECORDED), ("submit", {})):
        assert act("county:办案人", case, step, **fields).status_code == 303
    assert act("county:办案人", case, "approve", comment="同意。").status_code == 403
    assert act("county:办案人", case, "return", comment="退回").status_code == 403
    assert again(case).state is CaseState.AWAITING
    assert act("county:局领导", case, "approve").status_code == 303


def test_the_submitter_takes_it_back_and_nobody_else(awaiting_case: DisposalCase, act: Any) -> None:
    assert act("county:另一办案人", awaiting_case, "recall").status_code == 403
    assert act("county:办案人", awaiting_case, "recall").status_code == 303
    assert (again(awaiting_case).state, again(awaiting_case).submitted_by_id) == (CaseState.HANDLING, None)


def test_only_the_handler_records(case: DisposalCase, act: Any) -> None:
    act("county:办案人", case, "claim")
    assert act("county:另一办案人", case, "record", **RECORDED).status_code == 403
    assert again(case).control is None


# 经办人 is the case's own handler; whoever is not named here never may.
MAY: dict[CaseStep, set[str]] = {
    CaseStep.CLAIM: {"办案人", "另一办案人"},
    CaseStep.RECORD: {"办案人"},
    CaseStep.SUBMIT: {"办案人"},
    CaseStep.RECALL: {"办案人"},
    CaseStep.APPROVE: {"审核人", "另一审核人", "局领导"},
    CaseStep.RETURN: {"审核人", "另一审核人", "局领导"},
}


@pytest.mark.parametrize("state", list(CaseState))
def test_every_other_step_is_refused_in_every_state_for_every_role(
    state: CaseState, case: DisposalCase, act: Any, office: Any
) -> None:
    """404 for the administrators, who see no case; 403 for those who never may, 409 for those who may but not now."""
    _put(case, state, office)
    version, people = again(case).version, [name for name in office.people if name.startswith("county:")]
    assert len(people) >= 10
    for step, may in MAY.items():
        for name in people:
            lawful = name.removeprefix("county:") in may
            if lawful and (state, step) in CASE:
                continue
            response = act(name, case, step.value, **RECORDED, comment="意见")
            refused = 404 if name.endswith("管理员") else 409 if lawful else 403
            assert (step, name, response.status_code) == (step, name, refused)
    assert (again(case).state, again(case).version) == (state, version)


def _put(case: DisposalCase, state: CaseState, office: Any) -> None:
    """Into the state as if people had taken it there."""
    found = again(case)
    handler, reviewer = office.people["county:办案人"].id, office.people["county:审核人"].id
    with transaction():
        found.handler_id = found.submitted_by_id = handler
        found.approved_by_id = reviewer if state is CaseState.CLOSED else None
        found.state = state


def test_another_bureaus_case_does_not_exist(case: DisposalCase, act: Any, sign_in: Any, office: Any) -> None:
    client = sign_in(office.people["other:办案人"])
    assert client.get(f"/disposal/{case.id}").status_code == 404
    assert act("other:办案人", case, "claim").status_code == 404
    assert case.number not in text(client.get("/disposal/?state=all"))
    assert client.get("/disposal/99999999999999999999").status_code == 404


def test_approving_twice_tells_so(awaiting_case: DisposalCase, act: Any) -> None:
    """The second click carries the version of the page it was made on."""
    version = awaiting_case.version
    assert act("county:审核人", awaiting_case, "approve", version=version).status_code == 303
    second = act("county:审核人", awaiting_case, "approve", version=version)
    assert second.status_code == 409 and "已被他人修改" in text(second)
    third = act("county:另一审核人", awaiting_case, "approve")
    assert third.status_code == 409 and "审核完毕" in text(third)
    assert [entry.step for entry in history.entries_of("disposal_case", awaiting_case.id)].count("approve") == 1


@pytest.mark.parametrize("database", ["app", pytest.param("pg_app", marks=pytest.mark.postgres)])
def test_of_people_deciding_at_once_one_wins(database: str, request: pytest.FixtureRequest) -> None:
    """Three approve in the same second: one lands, the others are told."""
    app = request.getfixturevalue(database)
    case_id, reviewers, handler = _submitted()

    def decide(case: DisposalCase, actor: Any) -> None:
        operations.approve(case, actor, clock.now(), "同意。", seen=case.version)

    works = [lambda case, actor=actor: decide(case, actor) for actor in reviewers]
    found = race(app, works, read=lambda: queries.case(reviewers[0], case_id))
    lost = [result for result in found if result is not None]
    assert len(found) - len(lost) == 1 and {type(error) for error in lost} <= {StaleDataError, NotAllowedNow}
    final = session().get_one(DisposalCase, case_id)
    assert final.state is CaseState.CLOSED and final.approved_by_id != handler
    steps = [entry.step for entry in history.entries_of("disposal_case", case_id)]
    assert steps.count("approve") == 1


def _one_won(found: list[Any], case_id: int, *steps: str) -> None:
    lost = [result for result in found if result is not None]
    assert len(found) - len(lost) == 1 and {type(error) for error in lost} <= {StaleDataError, NotAllowedNow}
    assert sum(entry.step in steps for entry in history.entries_of("disposal_case", case_id)) == 1


@pytest.mark.parametrize("database", ["app", pytest.param("pg_app", marks=pytest.mark.postgres)])
def test_approved_and_returned_at_once_only_one_counts(database: str, request: pytest.FixtureRequest) -> None:
    app = request.getfixturevalue(database)
    case_id, (one, another, *_), _ = _submitted()
    works = [
        lambda case: operations.approve(case, one, clock.now(), "同意。", seen=case.version),
        lambda case: operations.return_to_handler(case, another, clock.now(), "材料不全", seen=case.version),
    ]
    _one_won(race(app, works, read=lambda: queries.case(one, case_id)), case_id, "approve", "return")


@pytest.mark.parametrize("database", ["app", pytest.param("pg_app", marks=pytest.mark.postgres)])
def test_claimed_at_once_it_has_one_handler(database: str, request: pytest.FixtureRequest) -> None:
    app = request.getfixturevalue(database)
    with transaction():
        office = make_office()
        sample = build_batch(office)
    with transaction():
        case_id = operations.open_for_samples([sample.id], office.actor("county:统计员"), clock.now())[0].id
    handlers = [office.actor(name) for name in ("county:办案人", "county:另一办案人")]
    works = [lambda case, actor=actor: operations.claim(case, actor, clock.now(), seen=case.version) for actor in handlers]
    _one_won(race(app, works, read=lambda: queries.case(handlers[0], case_id)), case_id, "claim")
    assert session().get_one(DisposalCase, case_id).handler_id in {actor.user_id for actor in handlers}


def _submitted() -> tuple[int, list[Any], int]:
    with transaction():
        office = make_office()
        sample = build_batch(office)
    with transaction():
        case = operations.open_for_samples([sample.id], office.actor("county:统计员"), clock.now())[0]
    with transaction():
        found = queries.case(office.actor("county:办案人"), case.id)
        assert found is not None
        found.state, found.handler_id = CaseState.AWAITING, office.people["county:办案人"].id
        found.submitted_by_id = found.handler_id
        found.exempted = "\n".join(f"{name}：不适用" for name in ("送达", "产品控制", "原因排查", "整改复查", "行政处罚", "信息公开"))
    people = ("county:审核人", "county:另一审核人", "county:局领导")
    return case.id, [office.actor(name) for name in people], office.people["county:办案人"].id


# ---------------------------------------------------------------- recording

def test_the_second_saver_keeps_what_he_typed_and_sees_both(case: DisposalCase, act: Any) -> None:
    act("county:办案人", case, "claim")
    version = again(case).version
    assert act("county:办案人", case, "record", control_on="2026-11-20", control="先保存的", version=version).status_code == 303
    second = act("county:办案人", case, "record", control_on="2026-11-20", control="后填写的", version=version)
    assert second.status_code == 409
    assert "先保存的" in text(second) and text(second).count("后填写的") == 2  # in the comparison and still in the form
    assert f'value="{again(case).version}"' in text(second)  # sending it again is meant
    assert again(case).control == "先保存的"
    assert act("county:办案人", case, "record", control_on="2026-11-20", control="后填写的").status_code == 303
    assert again(case).control == "后填写的"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"control": "长" * 10_000}, "产品控制措施不得超过 2000 个字"),
        ({"served_on": "2026-11-21"}, "检验报告送达日期不能晚于今天（2026-11-20）"),
        ({"served_on": "2026-11-19"}, "检验报告送达日期不能早于收到不合格结论日期（2026-11-20）"),
        ({"published_on": "2026-13-45"}, "信息公开日期不是有效日期"),
        ({"control_on": "2026-11-01"}, "产品控制日期不能早于抽样日期（2026-11-02）"),
        ({"penalty_amount": "1e999999999", "penalty_kind": "已处罚"}, "罚没款请填写数字"),
        ({"penalty_amount": "NaN", "penalty_kind": "已处罚"}, "罚没款请填写数字"),
        ({"penalty_amount": "-5", "penalty_kind": "已处罚"}, "罚没款请填写数字"),
        ({"penalty_amount": "5000", "penalty_kind": "不予处罚"}, "处罚情况应选“已处罚”"),
        ({"penalty_kind": "没有的选项"}, "处罚情况"),
        ({"received_on": "2026-11-19"}, "请填写更正理由"),
        ({"received_on": "2026-11-17", "reason": "实际收到"}, "不能早于报告签发日期（2026-11-18）"),
        ({"received_on": ""}, "请填写收到不合格结论日期"),
        ({"exempted-CONTROL": "理" * 201}, "产品控制的免除理由不得超过 200 个字"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    fields: dict[str, str], sentence: str, case: DisposalCase, act: Any
) -> None:
    act("county:办案人", case, "claim")
    version = again(case).version
    response = act("county:办案人", case, "record", **{"cause": "用药不当，待查", **fields})
    assert response.status_code == 422 and sentence in text(response)
    assert "用药不当，待查" in text(response)  # what was typed beside it is still there
    assert again(case).version == version and again(case).cause is None


def test_recorded_as_typed(case: DisposalCase, act: Any) -> None:
    """Full-width digits and separators of an amount; control characters and line ends of a text; spaces around."""
    act("county:办案人", case, "claim")
    fields = {
        "penalty_kind": "已处罚", "penalty_amount": "５，０００．５元", "penalty_no": " 津市监处罚〔2026〕7号 ",
        "control": "封存\r\n\x01召回", "exempted-CAUSE": " 进口 食品 ", "started_on": "2026-11-20",
    }
    assert act("county:办案人", case, "record", **fields).status_code == 303
    found = again(case)
    assert (found.penalty_amount, found.penalty_no, found.control) == (Decimal("5000.5"), "津市监处罚〔2026〕7号", "封存\n召回")
    assert found.exempted == "原因排查：进口 食品"
    version = found.version
    repeated = fields | {"penalty_amount": "5000.50"}
    assert act("county:办案人", case, "record", **repeated).status_code == 303
    assert again(case).version == version  # nothing differs: nothing is written


def test_an_exemption_with_its_reason_lets_it_pass(case: DisposalCase, act: Any) -> None:
    act("county:办案人", case, "claim")
    without = {name: value for name, value in RECORDED.items() if not name.startswith("control")}
    assert act("county:办案人", case, "record", **without).status_code == 303
    assert act("county:办案人", case, "submit").status_code == 409
    assert act("county:办案人", case, "record", **without, **{"exempted-CONTROL": "该批次已售完，无库存"}).status_code == 303
    assert act("county:办案人", case, "submit").status_code == 303


def test_a_notification_closes_with_its_three_elements(batch: Any, open_cases: Any, act: Any) -> None:
    case = open_cases(batch(producer_name="外省食品厂"))[1]
    act("county:办案人", case, "claim")
    assert act("county:办案人", case, "record", notified_org="遵义市汇川区市场监督管理局").status_code == 303
    refused = act("county:办案人", case, "submit")
    assert refused.status_code == 409 and "通报日期" in text(refused) and "通报文号" in text(refused)
    fields = {"notified_org": "汇川区局", "notified_on": "2026-11-20", "notified_no": "津蓟市监函〔2026〕3号"}
    assert act("county:办案人", case, "record", **fields).status_code == 303
    assert act("county:办案人", case, "submit").status_code == 303


def test_gates_hold_at_approval_too(awaiting_case: DisposalCase, act: Any) -> None:
    with transaction():
        again(awaiting_case).publication = None
    response = act("county:审核人", awaiting_case, "approve")
    assert response.status_code == 409 and "信息公开" in text(response)
    assert again(awaiting_case).state is CaseState.AWAITING


def test_an_operation_asks_again_what_the_page_asked(office: Any, case: DisposalCase) -> None:
    """A guard that exists in the page only is no guard."""
    with pytest.raises(NotAllowedNow), transaction():
        operations.approve(case, office.actor("county:审核人"), clock.now(), "同意。")
