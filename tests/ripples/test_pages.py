"""The pages and commands of 波及清单, and the blocks of other pages."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm.exc import StaleDataError

from app import clock, history
from app.db import session, transaction
from app.disposal import operations as disposal
from app.disposal.models import CasePublication
from app.errors import NotAllowedNow
from app.organisations.models import Organisation
from app.ripples import operations, queries
from app.ripples.models import Ripple, RippleTask
from tests.conftest import Office, found_office, make_office
from tests.disposal.conftest import race
from tests.ripples.conftest import (
    cases,
    disown,
    done_about,
    enterprise,
    failing,
    lists,
    objection_of,
    overturn,
    retest_of,
    tasks,
)


@pytest.fixture
def ripple(app: Flask, office: Office) -> Ripple:
    """Everything rests on the case of a batch whose retest passed."""
    failing(office, sampled_enterprise_id=enterprise(office, "蓟州区惠民超市"))
    done_about(office, cases()["流通"])
    made = overturn(office, source=retest_of(office))
    assert made is not None
    return made


@pytest.fixture
def handler(sign_in: Any, office: Office) -> Any:
    return sign_in(office.people["county:办案人"])


def text(response: Any) -> str:
    return str(response.get_data(as_text=True))


def state(task: RippleTask) -> str:
    return next(one for ripple in lists() for one in tasks(ripple) if one.id == task.id).state.value


def test_the_list_shows_open_ones_and_filters(ripple: Ripple, handler: Any) -> None:
    page = text(handler.get("/ripples/"))
    assert f"第 {ripple.id} 号" in page and "8 项" in page and "复检报告 FJ-1 毒死蜱合格" in page
    assert "没有符合条件的波及清单" in text(handler.get("/ripples/?state=done"))
    assert f"第 {ripple.id} 号" in text(handler.get("/ripples/?state=all&cause=复检合格&kind=行政处罚&q=XC2612"))
    assert f"第 {ripple.id} 号" not in text(handler.get("/ripples/?cause=样品作废"))
    assert f"第 {ripple.id} 号" not in text(handler.get("/ripples/?q=没有"))


def test_a_list_opens_what_every_task_is_about(ripple: Ripple, handler: Any) -> None:
    page, case = text(handler.get(f"/ripples/{ripple.id}")), cases()["流通"]
    assert f'href="/disposal/{case.id}"' in page and f'href="/disposal/{case.id}#publications"' in page
    assert "程序已办理，请确认" in page and "仍在公布" in page and "已撤销" in page
    assert "由“不合格”" not in page and ">不合格<" in page


def test_one_task_is_finished_waived_and_reopened(ripple: Ripple, handler: Any) -> None:
    task = tasks(ripple)[1]
    at = f"/ripples/tasks/{task.id}"
    assert "撤销该决定" in text(handler.get(at))
    refused = handler.post(f"{at}/finish", data={"version": 1, "note": " "})
    assert refused.status_code == 422 and "请填写处理情况" in text(refused)
    assert handler.post(f"{at}/finish", data={"version": 1, "note": "已撤销并退款"}).status_code == 303
    assert state(task) == "done" and "已撤销并退款" in text(handler.get(f"/ripples/{ripple.id}"))
    again = handler.post(f"{at}/finish", data={"version": 1, "note": "再点一次"})
    assert again.status_code == 409
    assert handler.post(f"{at}/reopen", data={"version": 2, "note": ""}).status_code == 422
    assert handler.post(f"{at}/reopen", data={"version": 2, "note": "金额有误"}).status_code == 303
    assert handler.post(f"{at}/waive", data={"version": 3, "note": "当事人放弃"}).status_code == 303
    assert state(task) == "waived" and "当事人放弃" in text(handler.get(at))


def test_several_tasks_at_once_each_by_itself(ripple: Ripple, handler: Any) -> None:
    case, penalty, *_ = tasks(ripple)
    values = {"task": [case.id, penalty.id], f"version-{case.id}": 1, f"version-{penalty.id}": 1, "step": "finish", "note": ""}
    page = text(handler.post(f"/ripples/{ripple.id}/bulk", data=values))
    assert "成功 1 项，未办理 1 项" in page and "请填写处理情况" in page
    assert (state(case), state(penalty)) == ("done", "open")
    assert "请至少勾选一项" in text(handler.post(f"/ripples/{ripple.id}/bulk", data={"step": "waive", "note": "x"}))
    values = {"task": [penalty.id], f"version-{penalty.id}": 1, "step": "waive", "note": "处罚已另案撤销"}
    handler.post(f"/ripples/{ripple.id}/bulk", data=values)
    assert state(penalty) == "waived"
    history = text(handler.get(f"/ripples/{ripple.id}")).split("办理记录")[-1]  # of all its tasks, each step with what it is about
    assert "处罚已另案撤销" in history and f"处理完毕：{case.kind.value}" in history and "用时" not in history


def test_another_bureau_sees_its_own_task_only(ripple: Ripple, office: Office, sign_in: Any) -> None:
    other = sign_in(office.people["other:办案人"])
    assert other.get(f"/ripples/{ripple.id}").status_code == 404
    assert other.get(f"/ripples/tasks/{tasks(ripple)[0].id}").status_code == 404
    (theirs,) = [one for one in lists() if one.org_id == office.orgs["other"].id]
    page = text(other.get(f"/ripples/{theirs.id}"))
    assert "请停止据此办理" in page and "行政处罚" not in page.split("波及事项")[-1]
    assert other.post(f"/ripples/tasks/{tasks(ripple)[1].id}/finish", data={"version": 1, "note": "x"}).status_code == 404


def test_a_laboratory_sees_no_ripples(ripple: Ripple, office: Office, sign_in: Any) -> None:
    assert sign_in(office.people["lab:承检机构"]).get("/ripples/").status_code == 403


def test_the_pages_of_the_case_the_sample_and_the_enterprise_show_it(ripple: Ripple, handler: Any) -> None:
    case = cases()["流通"]
    page = text(handler.get(f"/disposal/{case.id}"))
    assert f'href="/ripples/{ripple.id}"' in page and "本案待处理" in page
    assert "由“不合格”变更为“合格”（复检合格，" in page and "还有 8 项待处理" in page
    sample = text(handler.get(f"/sampling/{ripple.sample_id}"))
    assert "复检改判" in sample and f'href="/ripples/{ripple.id}"' in sample
    assert re.search(r"由“不合格项”改判为“合格项”（(<a [^>]*>)?复检 复0001", sample)
    grade = next(one for one in tasks(ripple) if one.kind.value == "风险等级")
    assert "请重新评定风险等级" in text(handler.get(f"/enterprises/{grade.subject_id}"))


def test_the_home_page_says_how_many_wait(ripple: Ripple, handler: Any, office: Office) -> None:
    assert "待处理的波及清单" in text(handler.get("/"))
    actor = office.actor("county:办案人")
    with transaction():
        for task in tasks(ripple):
            operations.waive(task, actor, clock.now(), "均已核对")
    assert "待处理的波及清单" not in text(handler.get("/"))


def test_a_denied_producer_is_told_on_the_sample_page(app: Flask, office: Office, sign_in: Any) -> None:
    failing(office, producer_name="武隆区青山食品厂")
    ripple = disown(office, source=objection_of(office))
    assert ripple is not None
    page = text(sign_in(office.people["county:办案人"]).get(f"/sampling/{ripple.sample_id}"))
    assert "不合格（不计入标称生产企业）" in page and "异议 异0001" in page
    assert "counts_for_producer" not in page and re.search(r"计入标称生产企业：\s*是 → 否", page)


def test_the_same_by_command(ripple: Ripple, office: Office, run: Any) -> None:
    who = ("--as", office.people["county:办案人"].username)
    _, found, _ = run("ripples", "list", *who)
    assert [(one["id"], one["cause"], one["open"]) for one in found] == [(ripple.id, "复检合格", 8)]
    _, shown, _ = run("ripples", "show", str(ripple.id), *who)
    assert [one["kind"] for one in shown["tasks"]][:2] == ["核查处置案件", "行政处罚"]
    number = str(shown["tasks"][1]["id"])
    code, _, said = run("ripples", "finish", number, *who)
    assert code != 0 and "请填写处理情况" in said
    assert run("ripples", "finish", number, "--note", "已撤销", *who)[1]["state"] == "已处理"
    assert run("ripples", "reopen", number, "--reason", "金额有误", *who)[1]["state"] == "待处理"
    assert run("ripples", "waive", number, "--reason", "已另案撤销", *who)[1]["state"] == "无需处理"
    code, _, said = run("ripples", "show", "99999", *who)
    assert code != 0 and "没有第 99999 份波及清单" in said
    code, _, said = run("ripples", "finish", "99999", "--note", "x", *who)
    assert code != 0 and "没有第 99999 号波及事项" in said


def test_what_was_published_is_taken_down_in_the_cancelled_case(app: Flask, office: Office, sign_in: Any) -> None:
    failing(office)
    with transaction():
        disposal.claim(cases()["流通"], office.actor("county:办案人"), clock.now())
    made = done_about(office, cases()["流通"])
    ripple = overturn(office)
    case, client = cases()["流通"], sign_in(office.people["county:办案人"])
    assert case.state.value == "cancelled" and "撤下后登记保留" in text(client.get(f"/disposal/{case.id}"))
    values = {"version": case.version, "publication": made["publication"].id, "removed_on": "2026-11-20", "reason": "更正公告第 3 号"}
    assert client.post(f"/disposal/{case.id}/unpublish", data=values).status_code == 303
    assert ripple is not None and "已于 2026-11-20 撤下" in text(client.get(f"/ripples/{ripple.id}"))


@pytest.mark.parametrize("database", ["app", pytest.param("pg_app", marks=pytest.mark.postgres)])
def test_of_two_who_finish_a_task_at_once_one_is_told(database: str, request: pytest.FixtureRequest) -> None:
    app = request.getfixturevalue(database)
    with app.app_context():
        if session().scalar(sa.select(sa.func.count()).select_from(Organisation)) < 3:
            with transaction():
                make_office()
        office = found_office()
        failing(office)
        task_id, actor = tasks(overturn(office))[0].id, office.actor("county:办案人")
        session().rollback()

        def work(task: RippleTask) -> None:
            operations.finish(task, actor, clock.now(), "已确认", seen=task.version)

        ended = race(app, [work, work], lambda: queries.task(actor, task_id))
        assert sorted(one is None for one in ended) == [False, True]
        assert isinstance(next(one for one in ended if one is not None), (NotAllowedNow, StaleDataError))
        assert [entry.step for entry in history.entries_of("ripple_task", task_id)] == ["open", "finish"]


def test_a_published_penalty_is_opened_where_it_is_taken_down(app: Flask, office: Office, sign_in: Any) -> None:
    failing(office)
    made = done_about(office, cases()["流通"])
    with transaction():
        session().get_one(CasePublication, made["publication"].id).penalty_id = made["penalty"].id
    ripple = overturn(office)
    assert ripple is not None
    page = text(sign_in(office.people["county:办案人"]).get(f"/ripples/{ripple.id}"))
    assert f'href="/penalties/{made["penalty"].id}#publications"' in page and "请停止公示" in page
