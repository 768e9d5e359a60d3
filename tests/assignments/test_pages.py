"""Tasks through the pages: giving out, answering, moving, and who sees what."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app import clock, history
from app.assignments import operations
from app.assignments.lines import Line, read
from app.assignments.models import SamplingAssignment
from app.db import session, transaction
from app.domain.quotas import Cell
from app.domain.samples import Link
from app.domain.workflow import AssignmentState, SampleState
from app.reference_data.books import region_book
from tests.assignments.conftest import (
    COWPEAS,
    VEGETABLES,
    build_plan,
    build_sheet,
    category_id,
    draft_for,
    region_id,
)
from tests.queries import counting

STATISTICIAN, SAMPLER = "county:统计员", "county:抽样员"


def fields(office: Any, team: Any, **given: Any) -> dict[str, Any]:
    return {
        "region_ids": [region_id("120119")], "batches": "5", "from_on": "2026-11-23", "to_on": "2026-11-30",
        "laboratory_id": office.orgs["lab"].id, "member_ids": [user.id for user in team], "key": "ab" * 16,
    } | given


def tasks() -> list[SamplingAssignment]:
    return list(session().scalars(sa.select(SamplingAssignment).order_by(SamplingAssignment.id)))


# ---------------------------------------------------------------- giving out


def test_a_task_is_given_out_on_the_page(office: Any, team: Any, sign_in: Any):
    with transaction():
        plan = build_plan(office, [(Cell(category_id(VEGETABLES)), 10)])
    client = sign_in(office.people[STATISTICIAN])
    page = client.get(f"/assignments/new?plan={plan.id}&category={category_id(COWPEAS)}&batches=4").get_data(as_text=True)
    assert COWPEAS in page and 'value="4"' in page
    answer = client.post("/assignments/new", data=fields(office, team, plan_id=plan.id, category=COWPEAS, link="流通", note="上午抽样"))
    assert answer.status_code == 303
    (task,) = tasks()
    assert (task.plan_id, task.category_id, task.link, task.batches) == (plan.id, category_id(COWPEAS), Link.CIRCULATION, 5)
    shown = client.get(answer.location).get_data(as_text=True)
    for words in ("抽任〔2026〕1号", "上午抽样", "已登记 0 批 / 任务 5 批", "衡清食品检验中心", "蓟州第二抽样员", "等待抽样人员接受"):
        assert words in shown


def test_one_task_for_each_township(office: Any, team: Any, sign_in: Any):
    townships = list(region_book().children(region_id("120119"))[:3])
    client = sign_in(office.people[STATISTICIAN])
    assert client.post("/assignments/new", data=fields(office, team, region_ids=townships, batches="2")).status_code == 303
    assert [(task.region_id, task.batches) for task in tasks()] == [(township, 2) for township in townships]
    assert [task.number for task in tasks()] == [f"抽任〔2026〕{ordinal}号" for ordinal in (1, 2, 3)]


def test_the_form_sent_twice_makes_one_task(office: Any, team: Any, sign_in: Any):
    client = sign_in(office.people[STATISTICIAN])
    first = client.post("/assignments/new", data=fields(office, team))
    second = client.post("/assignments/new", data=fields(office, team))
    assert first.location == second.location
    assert len(tasks()) == 1


def test_more_than_is_left_shows_the_numbers_keeps_the_form_and_takes_a_reason(office: Any, team: Any, sign_in: Any):
    with transaction():
        plan = build_plan(office, [(Cell(category_id(VEGETABLES)), 3)])
    client = sign_in(office.people[STATISTICIAN])
    typed = fields(office, team, plan_id=plan.id, category=COWPEAS, note="不要丢掉")
    answer = client.post("/assignments/new", data=typed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "计划 3 批，已安排或已抽 0 批，剩余 3 批，本次 5 批" in page
    assert "不要丢掉" in page
    assert client.post("/assignments/new", data={**typed, "exceed_why": "节前加抽"}).status_code == 303
    assert "节前加抽" in client.get(f"/assignments/{tasks()[0].id}").get_data(as_text=True)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"batches": "五"}, "批次数"),
        ({"batches": "-1"}, "批次数应为 1 至 9999 的整数"),
        ({"from_on": "2026-02-31"}, "开始日期"),
        ({"to_on": "2026-11-01"}, "早于开始日期"),
        ({"member_ids": []}, "不得少于 2 人"),
        ({"member_ids": ["987654"]}, "抽样人员"),
        ({"laboratory_id": ""}, "请选择承检机构"),
        ({"laboratory_id": "99999999999999999999999"}, "请选择承检机构"),
        ({"category": "不存在的食品"}, "没有识别出该食品分类"),
        ({"enterprise": "没有登记的店🍜"}, "企业档案中没有该企业"),
        ({"note": "字" * 10_000}, "任务说明不得超过 1000 个字"),
        ({"region_ids": []}, "请至少选择一个抽样区域"),
        ({"plan_id": "8888"}, "抽检计划"),
        ({"link": "外卖"}, "抽样环节"),
    ],
)
def test_bad_input_is_refused_in_words_and_kept(office: Any, team: Any, sign_in: Any, given: dict[str, Any], words: str):
    client = sign_in(office.people[STATISTICIAN])
    answer = client.post("/assignments/new", data=fields(office, team, **given))
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert tasks() == []


def test_lines_chosen_elsewhere_become_tasks_together(office: Any, team: Any, sign_in: Any):
    lines = [Line(region_id("120119"), 3, category_id(COWPEAS), Link.CIRCULATION), Line(region_id("120119"), 1)]
    client = sign_in(office.people[STATISTICIAN])
    page = client.get("/assignments/several", query_string={"line": [line.written for line in lines]}).get_data(as_text=True)
    assert "共 2 个任务" in page and COWPEAS in page
    typed = {**fields(office, team), "line": [line.written for line in lines], "batches": ["3", "8"]}
    assert client.post("/assignments/several", data={**typed, "batches": ["3", "很多"]}).status_code == 422
    assert client.post("/assignments/several", data=typed).status_code == 303
    assert [(task.batches, task.category_id) for task in tasks()] == [(3, category_id(COWPEAS)), (8, None)]


@pytest.mark.parametrize("written", ["", "1~2", "a~1~~~1", "~1~外卖~~1",
    "~1~~~0", "~1~~~99999", "~~~~1", "~1~~~²", "~" + "9" * 30 + "~~~1"])
def test_what_is_no_line_is_left_out(written: str):
    assert read(written) is None


def test_a_line_reads_back_as_it_was_written():
    line = Line(7, 12, 3, Link.ONLINE, 9)
    assert read(line.written) == line


# ---------------------------------------------------------------- steps


def test_accepted_registered_finished(make: Any, office: Any, sign_in: Any):
    task = make(batches=1)
    client = sign_in(office.people[SAMPLER])
    page = client.get(f"/assignments/{task.id}").get_data(as_text=True)
    assert "接受任务" in page and "?assignment=" not in page
    assert client.post(f"/assignments/{task.id}/accept", data={"version": task.version}).status_code == 303
    assert f"/sampling/new?assignment={task.id}" in client.get(f"/assignments/{task.id}").get_data(as_text=True)
    with transaction():
        build_sheet(office, "XC1", assignment_id=task.id)
        build_sheet(office, "XC2", assignment_id=task.id, state=SampleState.REFUSED, outcome_reason="关门停业躲避抽样")
    page = client.get(f"/assignments/{task.id}").get_data(as_text=True)
    assert "已登记 1 批 / 任务 1 批" in page and "已抽满，请办结" in page and "不计入" in page
    assert client.post(f"/assignments/{task.id}/finish", data={"version": task.version}).status_code == 303
    assert task.state is AssignmentState.FINISHED


def test_fewer_than_asked_for_needs_the_reason(make: Any, office: Any, sign_in: Any):
    task = make()
    client = sign_in(office.people[SAMPLER])
    client.post(f"/assignments/{task.id}/accept", data={"version": task.version})
    answer = client.post(f"/assignments/{task.id}/finish", data={"version": task.version})
    assert answer.status_code == 422
    assert "任务 5 批，已登记 0 批，还差 5 批" in answer.get_data(as_text=True)
    assert client.post(f"/assignments/{task.id}/finish", data={"version": task.version, "comment": "已过产季"}).status_code == 303
    assert history.entries_of("sampling_assignment", task.id)[-1].comment == "已登记 0 批，任务 5 批。已过产季"


def test_declined_with_a_reason_then_given_to_others(make: Any, office: Any, sign_in: Any, team: Any):
    task = make()
    client = sign_in(office.people[SAMPLER])
    assert client.post(f"/assignments/{task.id}/decline", data={"version": task.version}).status_code == 422
    assert client.post(f"/assignments/{task.id}/decline", data={"version": task.version, "comment": "本周值班"}).status_code == 303
    chief = sign_in(office.people[STATISTICIAN])
    assert "被退回的任务单" in chief.get("/").get_data(as_text=True)
    typed = {"version": task.version, "member_ids": [user.id for user in team], "laboratory_id": office.orgs["otherlab"].id}
    assert chief.post(f"/assignments/{task.id}/reassign", data=typed).status_code == 422  # no reason
    assert chief.post(f"/assignments/{task.id}/reassign", data={**typed, "comment": "换检验机构"}).status_code == 303
    assert (task.state, task.laboratory_org_id) == (AssignmentState.ASSIGNED, office.orgs["otherlab"].id)
    assert "远澄检测技术有限公司" in chief.get(f"/assignments/{task.id}").get_data(as_text=True)


def test_the_team_changes_and_the_former_names_stay_in_history(make: Any, office: Any, team: Any):
    with transaction():
        from tests.assignments.conftest import add_sampler

        third = add_sampler(office.orgs["county"], "third", "第三抽样员")
    task = make()
    with transaction():
        operations.reassign(
            task, office.actor(STATISTICIAN), (team[0].id, third.id), office.orgs["lab"].id, "乙请假", seen=task.version
        )
    assert task.member_ids == {team[0].id, third.id}
    changes = history.entries_of("sampling_assignment", task.id)[-1].changes or ""
    assert "蓟州第二抽样员" in changes and "第三抽样员" in changes


def test_moved_with_a_reason_and_both_dates_in_history(make: Any, office: Any, sign_in: Any):
    task = make()
    client = sign_in(office.people[STATISTICIAN])
    typed = {"version": task.version, "from_on": "2026-11-24", "to_on": "2026-12-04"}
    assert client.post(f"/assignments/{task.id}/reschedule", data=typed).status_code == 422
    past = {**typed, "to_on": "2026-11-24", "from_on": "2026-11-12", "comment": "倒回去"}
    assert client.post(f"/assignments/{task.id}/reschedule", data=past).status_code == 422
    assert client.post(f"/assignments/{task.id}/reschedule", data={**typed, "comment": "大雪封路"}).status_code == 303
    assert (task.from_on, task.to_on) == (date(2026, 11, 24), date(2026, 12, 4))
    page = client.get(f"/assignments/{task.id}").get_data(as_text=True)
    assert "2026-11-30 → 2026-12-04" in page and "大雪封路" in page


def test_cancelled_with_a_reason(make: Any, office: Any, sign_in: Any):
    task = make()
    client = sign_in(office.people[STATISTICIAN])
    assert client.post(f"/assignments/{task.id}/cancel", data={"version": task.version}).status_code == 422
    assert client.post(f"/assignments/{task.id}/cancel", data={"version": task.version, "comment": "计划调整"}).status_code == 303
    again = client.post(f"/assignments/{task.id}/cancel", data={"version": task.version, "comment": "再取消"})
    assert again.status_code == 409


def test_the_second_to_answer_is_told_that_it_has_moved_on(make: Any, office: Any, sign_in: Any, team: Any):
    task = make()
    seen = task.version
    first, second = sign_in(team[0]), sign_in(team[1])
    assert first.post(f"/assignments/{task.id}/accept", data={"version": seen}).status_code == 303
    answer = second.post(f"/assignments/{task.id}/decline", data={"version": seen, "comment": "不便前往"})
    assert answer.status_code == 409
    assert "不便前往" not in answer.get_data(as_text=True) or "执行中" in answer.get_data(as_text=True)
    assert task.state is AssignmentState.ACCEPTED


# ---------------------------------------------------------------- who


def test_only_the_team_answers(make: Any, office: Any, sign_in: Any):
    task = make()
    for who, status in (
        ("county:统计员", 403), ("county:审核人", 403), ("county:办案人", 403), ("city:抽样员", 403), ("other:抽样员", 404),
        ("station:抽样员", 404), ("lab:承检机构", 403), ("county:系统管理员", 404),
    ):
        answer = sign_in(office.people[who]).post(f"/assignments/{task.id}/accept", data={"version": task.version})
        assert answer.status_code == status, who
    assert task.state is AssignmentState.ASSIGNED


def test_who_sees_a_task(make: Any, office: Any, sign_in: Any):
    task = make()
    for who, status in (
        ("county:抽样员", 200), ("county:局领导", 200), ("city:统计员", 200), ("lab:承检机构", 200), ("otherlab:承检机构", 404),
        ("other:统计员", 404), ("station:统计员", 404),
    ):
        client = sign_in(office.people[who])
        assert client.get(f"/assignments/{task.id}").status_code == status, who
        assert (task.number in client.get("/assignments/").get_data(as_text=True)) is (status == 200), who


def test_editing_is_for_reviewers_and_statisticians(make: Any, office: Any, sign_in: Any):
    task = make()
    sampler = sign_in(office.people[SAMPLER])
    for step in ("cancel", "reschedule", "reassign"):
        assert sampler.post(f"/assignments/{task.id}/{step}", data={"version": task.version, "comment": "x"}).status_code == 403
    assert sampler.get("/assignments/new").status_code == 403
    assert sampler.get("/assignments/several").status_code == 403
    page = sampler.get(f"/assignments/{task.id}").get_data(as_text=True)
    assert "改派" not in page and "调整时间" not in page


# ---------------------------------------------------------------- list, overdue, home


def test_overdue_is_past_its_last_day_and_not_full(make: Any, office: Any, sign_in: Any, monkeypatch: pytest.MonkeyPatch):
    late, full, open_ = make(batches=2), make(batches=1), make(to_on=date(2026, 12, 20))
    actor = office.actor(SAMPLER)
    with transaction():
        for task in (late, full, open_):
            operations.accept(task, actor)
        build_sheet(office, "XC1", assignment_id=full.id)
    monkeypatch.setenv("SHIAN_TODAY", "2026-12-03")
    client = sign_in(office.people[SAMPLER])
    page = client.get("/assignments/?state=overdue").get_data(as_text=True)
    assert late.number in page and full.number not in page and open_.number not in page
    assert "已超 3 个工作日" in page  # 1, 2 and 3 December
    home = client.get("/").get_data(as_text=True)
    assert "我的任务" in home and "超期 1 件" in home


def test_filters(make: Any, office: Any, sign_in: Any, team: Any):
    with transaction():
        plan = build_plan(office)
    one, other = make(plan=plan), make(laboratory_org_id=office.orgs["otherlab"].id)
    client = sign_in(office.people[SAMPLER])

    def listed(query: str) -> set[str]:
        page = client.get(f"/assignments/?{query}").get_data(as_text=True)
        return set(re.findall(r">(抽任〔2026〕\d+号)<", page))

    assert listed("state=all") == {one.number, other.number}
    assert listed(f"state=all&plan={plan.id}") == {one.number}
    assert listed(f"state=all&laboratory={office.orgs['otherlab'].id}") == {other.number}
    assert listed("state=all&mine=1") == {one.number, other.number}
    assert listed("state=accepted") == set()
    assert listed("state=nonsense&plan=abc&after=zzz") == {one.number, other.number}
    assert listed("state=all&q=监督抽检") == {one.number}
    stranger = sign_in(office.people["county:办案人"])
    assert "抽任〔2026〕" not in stranger.get("/assignments/?state=all&mine=1").get_data(as_text=True)


def test_the_list_turns_by_key_and_asks_the_same_for_many_as_for_few(app: Flask, make: Any, office: Any, team: Any, sign_in: Any):
    make()
    client = sign_in(office.people[SAMPLER])
    client.get("/assignments/")
    with counting(app) as few:
        client.get("/assignments/")
    with transaction():
        drafts = [draft_for(office, team, to_on=date(2026, 11, 24) + timedelta(days=n % 20)) for n in range(120)]
        operations.assign_several(drafts, office.actor(STATISTICIAN), clock.now())
    with counting(app) as many:
        page = client.get("/assignments/").get_data(as_text=True)
    assert many.count <= few.count, many
    assert many.count <= 22, many
    seen: list[str] = []
    address: str | None = "/assignments/?state=live"
    while address:
        page = client.get(address).get_data(as_text=True)
        seen += re.findall(r">(抽任〔2026〕\d+号)<", page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following[1].replace("&amp;", "&") if following else None
    assert len(seen) == len(set(seen)) == 121


def test_one_task_asks_the_same_for_many_sheets(app: Flask, make: Any, office: Any, sign_in: Any):
    task = make(batches=60)
    client = sign_in(office.people[SAMPLER])
    client.get(f"/assignments/{task.id}")
    with counting(app) as few:
        client.get(f"/assignments/{task.id}")
    with transaction():
        for ordinal in range(30):
            build_sheet(office, f"XC{ordinal}", assignment_id=task.id)
    with counting(app) as many:
        client.get(f"/assignments/{task.id}")
    assert many.count <= few.count + 1, many
    assert many.count <= 26, many
