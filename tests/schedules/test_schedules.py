"""年度检查安排 by page and by command: made from the grades, followed, handled, seen by who may."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock, history
from app.db import session, transaction
from app.domain.supervision_kinds import Grade, InspectionNature, InspectionResult
from app.domain.supervision_states import InspectionState
from app.inspections.models import Inspection
from app.schedules import following, operations, queries
from app.schedules.counting import Wanted
from app.schedules.models import InspectionDuty
from tests.downloads.taking import taken_out
from tests.queries import counting
from tests.schedules.conftest import CATERER, SELLER, build_firm, build_grade, build_inspection, dues, duties

REVIEWER, HANDLER, STATISTICIAN = "county:审核人", "county:办案人", "county:统计员"


def wanted(year: int = 2026, since: date | None = None) -> Wanted:
    return Wanted(year, since or date(year, 1, 1))


def make(office: Any, year: int = 2026, since: date | None = None) -> operations.Preview:
    actor = office.actor(REVIEWER)
    found, changing = operations.computed(wanted(year, since), actor, clock.today())
    with transaction():
        return operations.make(found, changing, actor, clock.now())


def test_previewed_confirmed_and_the_same_again_changes_nothing(firms: Any, people: Any, office: Any) -> None:
    with transaction():
        build_inspection(office, firms["甲"], SELLER, date(2026, 2, 3))
    reviewer = people(REVIEWER)
    asked = "/schedules/make?year=2026&from_on=2026-01-01"
    page = reviewer.get(asked)
    assert page.status_code == 200
    assert "重点监督检查对象" in page.text
    assert "文昌市场监督管理所" in page.text
    digest = page.text.split('name="digest" value="')[1].split('"')[0]
    data = {"year": "2026", "from_on": "2026-01-01", "digest": digest}
    assert people(HANDLER).post("/schedules/make", data=data).status_code == 403
    assert reviewer.post("/schedules/make", data=data).status_code == 303
    assert dues(firms["甲"]) == ["06-30*", "12-31"]  # C: twice, as the shipped rule set has it, the first already made
    assert dues(firms["乙"]) == dues(firms["丙"]) == dues(firms["丁"]) == ["12-31"]
    assert dues(firms["戊"]) == []
    assert "没有需要变动" in reviewer.get(asked).text
    assert reviewer.post("/schedules/make", data=data).status_code == 409  # the second click: the preview is an old one
    assert session().scalar(sa.select(sa.func.count(InspectionDuty.id))) == 5
    told = [entry.step for entry in session().scalars(sa.select(history.HistoryEntry)) if entry.subject_kind == "inspection_duty"]
    assert told == ["make_schedule"]


def test_a_year_a_day_outside_it_and_a_place_that_is_none_are_refused(firms: Any, people: Any) -> None:
    for address, sentence in (
        ("year=1999", "年度应在"), ("year=x", "年度"), ("year=2026&from_on=2025-12-31", "应在 2026 年内"),
        ("year=2026&region=999999999", "没有这个行政区划"), ("year=2026&from_on=31.12.", "不是有效日期"),
    ):  # fmt: skip
        refused = people(REVIEWER).get(f"/schedules/make?{address}")
        assert refused.status_code == 422
        assert sentence in refused.text


def test_duties_follow_a_grade_and_keep_what_is_done(firms: Any, office: Any) -> None:
    make(office)
    actor, firm = office.actor(REVIEWER), firms["乙"]
    with transaction():
        build_grade(firm, SELLER, Grade.D, date(2026, 11, 1))
        assert following.follow_grade(firm.id, SELLER, actor, clock.now()) == 0  # one part of the year is left, one duty stands
    with transaction():
        build_inspection(office, firms["甲"], SELLER, date(2026, 3, 1))
        following.recount(session().scalars(sa.select(Inspection)).one(), actor)
        build_grade(firms["甲"], SELLER, Grade.A, date(2026, 11, 2))
        assert following.follow_grade(firms["甲"].id, SELLER, actor, clock.now()) == 1
    assert dues(firms["甲"]) == ["06-30*"]
    gone = next(one for one in duties(firms["甲"], cancelled=True) if one.cancelled_at)
    assert gone.cancel_why == "按规定取消：A 级，每年至少 1 次"
    assert [one.step for one in history.entries_of("inspection_duty", gone.id)] == ["cancel_duty"]
    assert make(office).nothing


def test_the_next_year_follows_from_the_grade_that_is_in_force_now(firms: Any, office: Any) -> None:
    make(office, 2027)
    actor = office.actor(REVIEWER)
    with transaction():
        build_grade(firms["乙"], SELLER, Grade.D, date(2026, 11, 1))
        assert following.follow_grade(firms["乙"].id, SELLER, actor, clock.now()) == 2
    assert [one.due_on for one in duties(firms["乙"])] == [date(2027, 4, 30), date(2027, 8, 31), date(2027, 12, 31)]


def test_inspections_fulfil_the_earliest_duty_and_a_voided_one_opens_it_again(firms: Any, office: Any) -> None:
    make(office)
    actor, firm = office.actor(HANDLER), firms["甲"]
    with transaction():
        for nature, result in ((InspectionNature.RECHECK, InspectionResult.MEETS), (InspectionNature.RANDOM, InspectionResult.NOT_FOUND)):
            following.recount(build_inspection(office, firm, SELLER, date(2026, 3, 1), nature, result), actor)
    assert dues(firm) == ["06-30", "12-31"]  # a look back, and nobody met: neither counts
    with transaction():
        second = build_inspection(office, firm, SELLER, date(2026, 9, 1))
        following.recount(second, actor)
    assert dues(firm) == ["06-30*", "12-31"]
    with transaction():
        session().execute(sa.update(Inspection).where(Inspection.id == second.id).values(state=InspectionState.VOIDED))
        session().expire_all()
        following.recount(second, actor)
    assert dues(firm) == ["06-30", "12-31"]
    steps = [one.step for one in history.entries_of("inspection_duty", duties(firm)[0].id)]
    assert steps == ["fulfil_duty", "release_duty"]


def test_a_duty_becomes_an_inspection_once(firms: Any, office: Any, people: Any) -> None:
    make(office)
    duty = duties(firms["丁"])[0]
    data = {"version": duty.version, "planned_on": "2026-11-25", "lead": office.people[HANDLER].id, "second": "", "key": "k1"}
    assert people("county:系统管理员").post(f"/schedules/{duty.id}/inspect", data=data).status_code in (403, 404)
    assert people("other:办案人").post(f"/schedules/{duty.id}/inspect", data=data).status_code == 404
    handler = people(HANDLER)
    assert handler.post(f"/schedules/{duty.id}/inspect", data=data | {"planned_on": ""}).status_code == 422
    for _ in range(2):  # the second click leads to the same inspection
        assert handler.post(f"/schedules/{duty.id}/inspect", data=data).status_code == 303
    made = session().scalars(sa.select(Inspection)).one()
    assert (made.kind, made.planned_on, made.lead_id) == (CATERER, date(2026, 11, 25), office.people[HANDLER].id)
    again = handler.post(f"/schedules/{duty.id}/inspect", data=data | {"key": "k2", "version": duties(firms["丁"])[0].version})
    assert again.status_code == 409
    assert "已有正在办理的检查" in again.text
    rows = queries.every_duty(office.actor(HANDLER), queries.Filters(2026, kind=CATERER), clock.today())
    assert [row.going for row in rows] == [True]


def test_assigned_cancelled_and_not_made_again(firms: Any, office: Any, people: Any) -> None:
    make(office)
    duty, reviewer = duties(firms["丙"])[0], people(REVIEWER)
    mine = {"duty": [str(duty.id), str(duties(firms["甲"])[0].id)], "assigned": str(office.people[HANDLER].id)}
    assert reviewer.post("/schedules/assign", data=mine).status_code == 303
    assert "蓟州办案人" in reviewer.get("/schedules/?state=open").text
    assert len(queries.every_duty(office.actor(REVIEWER), queries.Filters(2026, person_id=office.people[HANDLER].id), clock.today())) == 2
    version = duties(firms["丙"])[0].version
    wrong = reviewer.post(f"/schedules/{duty.id}/assign", data={"version": version, "assigned": office.people["lab:承检机构"].id})
    assert wrong.status_code == 422
    assert "须为承办单位" in wrong.text
    assert reviewer.post(f"/schedules/{duty.id}/cancel", data={"version": version, "reason": " "}).status_code == 422
    assert people(HANDLER).post(f"/schedules/{duty.id}/cancel", data={"version": version, "reason": "停业"}).status_code == 403
    assert reviewer.post(f"/schedules/{duty.id}/cancel", data={"version": version, "reason": "停业"}).status_code == 303
    assert reviewer.post(f"/schedules/{duty.id}/cancel", data={"version": version, "reason": "停业"}).status_code == 409
    assert make(office).nothing
    assert "停业" in reviewer.get(f"/schedules/{duty.id}").text


def test_lists_figures_and_export_within_bounds(app: Any, firms: Any, office: Any, people: Any) -> None:
    make(office)
    reader = people(STATISTICIAN)
    for state, seen in (("overdue", ["甲超市"]), ("month", []), ("unplanned", ["甲超市", "乙超市", "丙商店", "丁餐饮"]), ("done", [])):
        with counting(app) as asked:
            page = reader.get(f"/schedules/?year=2026&state={state}")
        assert asked.count <= 25, asked
        assert [name for name in ("甲超市", "乙超市", "丙商店", "丁餐饮") if f">{name}<" in page.text] == seen, state
    overview = reader.get("/schedules/overview?year=2026")
    assert "文昌市场监督管理所" in overview.text
    assert taken_out(reader, "inspection_duties", "state=all").startswith(b"PK")
    assert people("lab:承检机构").get("/schedules/").status_code == 403
    assert "甲超市" not in people("other:审核人").get("/schedules/?state=all").text


def test_many_enterprises_are_counted_in_a_few_statements_each_part(app: Any, office: Any) -> None:
    with transaction():
        for number in range(1100):
            build_firm(office.orgs["county"].id, f"第{number}店")
    with counting(app) as asked:
        found = operations.preview(wanted(), office.actor(REVIEWER), clock.today())
    assert (found.enterprises, found.added) == (1100, 1100)
    assert asked.count <= 30, asked


def test_by_command(firms: Any, office: Any, app: Any) -> None:
    def run(*arguments: str) -> Any:
        result = app.test_cli_runner().invoke(args=["schedules", *arguments, "--json", "--as", "county-reviewer"])
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    assert run("make", "--year", "2026")["added"] == 5
    assert session().scalar(sa.select(sa.func.count(InspectionDuty.id))) == 0  # a preview writes nothing
    assert run("make", "--year", "2026", "--confirm")["added"] == 5
    assert [one["enterprise"] for one in run("overdue")] == ["甲超市"]
    assert run("list", "--grade", "未评级", "--state", "待检查")
    one = ("丙商店", "--kind", SELLER, "--ordinal", "1")
    assert run("assign", *one, "--to", "county-handler")["assigned"] == "蓟州办案人"
    assert run("inspect", *one, "--on", "2026-11-25")["inspection"].startswith("检〔2026〕")
    assert run("cancel", "乙超市", "--kind", SELLER, "--ordinal", "1", "--reason", "停业")["cancelled"]


@pytest.mark.parametrize(("setting", "value"), [("SCHEDULE_FOCUS_TIMES", 0), ("SCHEDULE_COUNTED", "日常检查")])
def test_settings_that_say_nothing_are_refused(setting: str, value: Any, tmp_path: Any) -> None:
    from app.config import RefusedToStart, load

    with pytest.raises(RefusedToStart, match=setting):
        load({"INSTANCE_FOLDER": tmp_path, setting: value})
