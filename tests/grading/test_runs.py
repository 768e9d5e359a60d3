"""年度评定 over many enterprises: a preview that counts nothing, another person's confirmation, killed and gone on with, stable."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app import clock
from app.db import session, transaction
from app.domain.supervision_kinds import FindingAnswer, Grade, GradeCause
from app.domain.supervision_states import GradeState, RiskRunState
from app.enterprises.models import Enterprise
from app.grading import jobs, operations, recounting, run_queries, run_showing, runs
from app.grading.in_force import grades_in_force
from app.grading.judging import Rules
from app.grading.models import RiskGrade, RiskRun
from app.grading.operations import Asked
from app.grading.runs import Wanted
from app.schedules import operations as schedules
from app.schedules.counting import Wanted as Planned
from app.schedules.models import InspectionDuty
from app.worker import Worker, load_handlers
from tests.downloads.taking import taken_out, values_of
from tests.grading.conftest import DAY, SALE, build_checklist, build_firm, build_inspection, build_profile
from tests.queries import counting

FACTS = {
    "area": "300", "packed_ambient": "600", "packed_chilled": "150", "packed_frozen": "50", "loose_ambient": "20", "loose_chilled": "10",
    "loose_frozen": "0", "suppliers": "60",
}  # fmt: skip
MAKER, REVIEWER = "county:统计员", "county:审核人"
FAILS = FindingAnswer.FAILS


@pytest.fixture
def firms(office: Any) -> list[Enterprise]:
    """One that was A and fails an inspection since (47: C), one first graded (17: A), one without facts."""
    org = office.orgs["county"].id
    with transaction():
        made = [build_firm(org, f"蓟州区第{one}超市") for one in ("一", "二", "三")]
        for firm in made[:2]:
            build_profile(firm, FACTS)
    scorer, reviewer, at = office.actor("county:办案人"), office.actor("county:另一审核人"), clock.now()
    with transaction():
        grade = operations.score(made[0], Asked(SALE, 2026, GradeCause.NEW), scorer, at)
        operations.propose(grade, scorer)
        session().flush()
        operations.confirm(grade, reviewer, at, date(2026, 11, 1))
    with transaction():
        build_inspection(office, made[0], build_checklist(), {"1.1": FAILS, "1.2": FAILS})
    return made


def latest() -> RiskRun:
    session().expire_all()
    found = session().scalars(sa.select(RiskRun).order_by(RiskRun.id.desc())).first()
    assert found is not None
    return found


def begun(people: Any, year: int = 2026) -> RiskRun:
    answer = people(MAKER).post("/grading/runs", data={"year": str(year), "kind": SALE, "region_id": "", "key": f"k{year}"})
    assert answer.status_code == 303, answer.text
    return latest()


def post(people: Any, person: str, run: RiskRun, step: str, **typed: Any) -> Any:
    return people(person).post(f"/grading/runs/{run.id}/{step}", data={"version": latest().version, **typed})


def grades(run: RiskRun) -> list[RiskGrade]:
    session().expire_all()
    return list(session().scalars(sa.select(RiskGrade).where(RiskGrade.run_id == run.id).order_by(RiskGrade.id)))


def test_previewed_and_confirmed_by_another(firms: list[Enterprise], people: Any) -> None:
    run = begun(people)
    counts = run.counts
    assert (counts["expected"], counts["graded"], counts["unfit"], counts["complete"]) == (3, 2, {"wanting": 1}, True)
    assert (counts["grades"], counts["moves"]) == ({"C": 1, "A": 1}, {"up": 1, "first": 1})
    assert {one.grade for one in grades_in_force([firm.id for firm in firms], DAY).values()} == {Grade.A}  # nothing counts yet
    page = people(MAKER).get(f"/grading/runs/{run.id}?way=moved").text
    assert "蓟州区第一超市" in page and "蓟州区第二超市" not in page and "动态 未计→30 分" in page
    assert "缺少必须填报的静态要素" in people(MAKER).get(f"/grading/runs/{run.id}/left-out").text
    moved = values_of(taken_out(people(MAKER), "risk_run_grades", f"run_id={run.id}&way=moved"))
    assert [row["企业名称"] for row in moved] == ["蓟州区第一超市"]
    assert post(people, MAKER, run, "submit").status_code == 303
    assert post(people, MAKER, run, "confirm", effective_from="2026-11-20").status_code == 403  # not by oneself
    refused = post(people, REVIEWER, run, "confirm", effective_from="2027-01-01")
    assert refused.status_code == 422 and "生效日期应在评定年度" in refused.text
    assert post(people, REVIEWER, run, "confirm", effective_from="2026-11-20", comment="同意。").status_code == 303
    standing = grades_in_force([firm.id for firm in firms], DAY)
    assert {key[0]: one.grade for key, one in standing.items()} == {firms[0].id: Grade.C, firms[1].id: Grade.A}
    former = session().get_one(RiskGrade, grades(run)[0].former_id)
    assert (former.state, former.effective_to, former.grade) == (GradeState.REPLACED, date(2026, 11, 19), Grade.A)
    assert all(one.same for one in recounting.verified(grades(run)))  # recomputation stable
    assert post(people, REVIEWER, run, "confirm", effective_from="2026-11-20").status_code == 409  # once


def test_discarded_nothing_is_left_that_counts(firms: list[Enterprise], people: Any) -> None:
    run = begun(people)
    again = people(MAKER).post("/grading/runs", data={"year": "2026", "kind": SALE, "region_id": "", "key": "other"})
    assert again.status_code == 409 and "已有未办结的2026年度评定" in again.text
    assert post(people, MAKER, run, "discard").status_code == 303
    assert {one.state for one in grades(run)} == {GradeState.VOIDED}
    assert len(grades_in_force([firm.id for firm in firms], DAY)) == 1
    assert begun(people, 2027).counts["graded"] == 2  # and it does not stand in the way of another


def test_what_has_changed_since_is_not_confirmed(firms: list[Enterprise], people: Any, office: Any) -> None:
    run = begun(people)
    assert post(people, MAKER, run, "submit").status_code == 303
    reviewer = office.actor("county:另一审核人")
    with transaction():
        standing = session().get_one(RiskGrade, grades(run)[0].former_id)
        operations.void(standing, GradeState.CONFIRMED, reviewer, "依据有误")
    refused = post(people, REVIEWER, run, "confirm", effective_from="2026-11-20")
    assert refused.status_code == 409 and "有 1 家企业的现行等级已变动" in refused.text
    assert {one.state for one in grades(run)} == {GradeState.PROPOSED}
    assert post(people, REVIEWER, run, "return", comment="请重新预览").status_code == 303
    assert (latest().state, {one.state for one in grades(run)}) == (RiskRunState.PREVIEWED, {GradeState.DRAFT})


def test_killed_between_parts_goes_on_and_never_twice(
    firms: list[Enterprise], office: Any, people: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_queries, "PART", 1)
    monkeypatch.setattr(run_queries.next_ids, "__defaults__", (1,))
    monkeypatch.setattr(runs, "LARGE", 1)
    held: list[int] = []

    def killed() -> None:
        held.append(1)
        if len(held) == 2:
            raise KeyboardInterrupt

    run = begun(people)
    assert run.counts["large"] and run.counts["seen"] == 0
    with pytest.raises(KeyboardInterrupt):
        jobs.preview_all(run.id, office.actor(MAKER), killed)
    assert latest().counts["seen"] == 1 and len(grades(run)) == 1
    refused = post(people, MAKER, run, "submit")
    assert refused.status_code == 409 and "预览还没有算完" in refused.text
    jobs.preview_all(run.id, office.actor(MAKER))
    assert len(grades(run)) == len({one.enterprise_id for one in grades(run)}) == 2 and latest().counts["graded"] == 2


def test_many_in_the_background(firms: list[Enterprise], people: Any, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "LARGE", 1)
    run = begun(people)
    assert "正在后台办理" in people(MAKER).get(f"/grading/runs/{run.id}").text
    load_handlers()
    Worker(app).run_until_empty()
    assert latest().counts["complete"] and latest().counts["graded"] == 2
    assert post(people, MAKER, run, "submit").status_code == 303
    assert post(people, REVIEWER, run, "confirm", effective_from="2026-11-20").status_code == 303
    Worker(app).run_until_empty()
    session().expire_all()
    job = run_showing.job_of(latest())
    assert job is not None and job.error is None, job and job.error
    assert latest().state is RiskRunState.CONFIRMED
    assert {one.state for one in grades(run)} == {GradeState.CONFIRMED}


def test_statements_do_not_grow_with_the_enterprises(office: Any, app: Flask) -> None:
    org, actor = office.orgs["county"].id, office.actor(MAKER)

    def statements(firms: int, kind_year: int) -> int:
        with transaction():
            for one in range(firms):
                build_profile(build_firm(org, f"超市{kind_year}-{one}"), FACTS)
        with transaction():
            run = runs.prepare(Wanted(SALE, kind_year), actor, clock.now())
        with counting(app) as asked, transaction():
            runs.preview_part(run.id, actor, clock.now(), Rules(SALE, run.to_on))
        return asked.count

    assert statements(3, 2026) == statements(60, 2027)


def test_by_command(firms: list[Enterprise], office: Any, app: Flask) -> None:
    maker, reviewer = (office.people[name].username for name in (MAKER, REVIEWER))

    def run(*words: str, by: str = maker) -> Any:
        return app.test_cli_runner().invoke(args=["grading", "run", *words, "--as", by, "--json"])

    made = run("preview", "--kind", SALE)
    assert made.exit_code == 0, made.output
    number = json.loads(made.stdout)["number"]
    shown = json.loads(run("show", number).stdout)
    assert [(one["enterprise"], one["from"], one["to"]) for one in shown["enterprises"]] == [("蓟州区第一超市", "A", "C")]
    assert "缺少必须填报" in run("show", number, "--left-out").output
    assert run("submit", number).exit_code == 0
    assert run("return", number, "--comment", "请核实", by=reviewer).exit_code == 0
    assert run("submit", number).exit_code == 0
    assert "不得" in run("confirm", number).output or run("confirm", number).exit_code != 0
    assert json.loads(run("confirm", number, by=reviewer).stdout)["grades"] == 2
    again = run("preview", "--kind", SALE)
    assert run("discard", json.loads(again.stdout)["number"]).exit_code == 0
    assert len(json.loads(run("list").stdout)) == 2


def test_the_inspections_of_the_next_year_follow_the_run(firms: list[Enterprise], people: Any, office: Any) -> None:
    found, changing = schedules.computed(Planned(2027, date(2027, 1, 1), SALE), office.actor(REVIEWER), clock.today())
    with transaction():
        schedules.make(found, changing, office.actor(REVIEWER), clock.now())
    run = begun(people)
    post(people, MAKER, run, "submit")
    assert post(people, REVIEWER, run, "confirm", effective_from="2026-11-20", comment="同意。").status_code == 303
    due = sa.select(InspectionDuty.due_on).where(InspectionDuty.enterprise_id == firms[0].id).order_by(InspectionDuty.due_on)
    assert list(session().scalars(due)) == [date(2027, 6, 30), date(2027, 12, 31)]  # A before, C now
