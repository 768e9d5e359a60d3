"""风险等级 by page and by command: counted on the server, decided by another person, one in force, counted again the same."""

from __future__ import annotations

import io
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, render_template
from sqlalchemy.orm.exc import StaleDataError

from app import clock, history
from app.authorize import act_as
from app.db import session, transaction
from app.domain.supervision_kinds import FindingAnswer, Grade, GradeCause, RiskEventKind
from app.domain.supervision_states import GradeState
from app.enterprises import queries as enterprises
from app.enterprises.models import Enterprise
from app.errors import NotAllowedNow
from app.grading import operations, queries
from app.grading.in_force import grades_in_force
from app.grading.models import RiskGrade, RiskPoint, RiskProfile
from app.grading.operations import Asked
from tests.conftest import make_office
from tests.disposal.conftest import race
from tests.downloads.taking import taken_out, values_of
from tests.grading.conftest import DAY, SALE, build_checklist, build_firm, build_inspection, build_profile
from tests.grading.test_evidence import build_event, build_failed_sample
from tests.queries import counting

FACTS = {
    "area": "300", "packed_ambient": "600", "packed_chilled": "150", "packed_frozen": "50", "loose_ambient": "20", "loose_chilled": "10",
    "loose_frozen": "0", "suppliers": "60",
}  # fmt: skip
SCORER, REVIEWER = "county:办案人", "county:审核人"


def by_hand() -> int:
    """面积 300:2; 预包装常温 600:1, 冷藏 150:3, 冷冻 50:1; 散装常温 20:1, 冷藏 10:6, 冷冻 缺项:0; 供货者 60:3."""
    return 2 + 1 + 3 + 1 + 1 + 6 + 0 + 3


def reread(grade_id: int | None = None) -> RiskGrade:
    session().expire_all()
    statement = sa.select(RiskGrade).order_by(RiskGrade.id.desc())
    found = session().scalars(statement if grade_id is None else statement.where(RiskGrade.id == grade_id)).first()
    assert found is not None
    return found


@pytest.fixture
def inspected(office: Any, firm: Enterprise) -> Enterprise:
    """Facts and an inspection of four items (two 重点项) of which one 重点项 and one 一般项 failed: 60 × (3 + 1) ÷ 8 = 30."""
    with transaction():
        build_profile(firm, FACTS)
        build_inspection(office, firm, build_checklist(), {"1.1": FindingAnswer.FAILS, "1.2": FindingAnswer.FAILS})
    return firm


def begin(people: Any, firm: Enterprise, key: str = "first", **typed: Any) -> RiskGrade:
    data = {"kind": SALE, "year": "2026", "cause": "年度评定", "key": key, **typed}
    answer = people(SCORER).post(f"/grading/enterprises/{firm.id}/new", data=data)
    assert answer.status_code == 303, answer.text
    return reread(int(answer.headers["Location"].rpartition("/")[2]))


def post(people: Any, person: str, grade: RiskGrade, step: str, **typed: Any) -> Any:
    return people(person).post(f"/grading/{grade.id}/{step}", data={"version": reread(grade.id).version, **typed})


def confirmed(people: Any, grade: RiskGrade, on: str = "2026-11-20") -> RiskGrade:
    assert post(people, SCORER, grade, "propose").status_code == 303
    answer = post(people, REVIEWER, grade, "confirm", effective_from=on, comment="同意。")
    assert answer.status_code == 303, answer.text
    return reread(grade.id)


def test_counted_on_the_server_with_every_piece_of_evidence(inspected: Enterprise, people: Any) -> None:
    grade = begin(people, inspected)
    assert (grade.static_points, grade.dynamic_points, grade.total) == (by_hand(), 30, by_hand() + 30)  # 47
    assert (grade.suggested, grade.steps, grade.grade, grade.state) == (Grade.C, 0, Grade.C, GradeState.DRAFT)
    page = people(SCORER).get(f"/grading/{grade.id}?now=1").text
    assert f'href="/grading/enterprises/{inspected.id}/profile?kind=' in page
    assert "第1项要求" in page
    assert "不符合（重点项）" in page
    assert "离 B 级还差什么" in page
    assert re.search(r"改正 1 项不符合项（1.1），减少 22.50? 分，合计 24.50? 分，可达到B级", page)
    assert "逐项一致" in page
    assert "与本表完全一致" in page
    new, asked = f"/grading/enterprises/{inspected.id}/new", {"kind": SALE, "year": "2026", "cause": "年度评定"}
    again = people(SCORER).post(new, data=asked | {"key": "first"})
    assert again.headers["Location"].endswith(f"/grading/{grade.id}")  # a second click on the same page
    other = people(SCORER).post(new, data=asked | {"key": "2"})
    assert other.status_code == 409
    assert f"已有未办结的评分表 {grade.number}" in other.text


def test_confirmed_by_another_and_one_in_force(inspected: Enterprise, people: Any, office: Any) -> None:
    first = confirmed(people, begin(people, inspected), "2026-01-05")
    assert (first.state, first.decided_by_id, first.effective_from) == (GradeState.CONFIRMED, office.people[REVIEWER].id, date(2026, 1, 5))
    with transaction():
        session().add_all([build_event(inspected, RiskEventKind.INCIDENT)])
    second = begin(people, inspected, "second", cause="更正", reason="漏记事故")
    assert (second.suggested, second.steps, second.grade) == (Grade.C, 1, Grade.D)
    assert post(people, SCORER, second, "propose").status_code == 303
    early = post(people, REVIEWER, second, "confirm", effective_from="2026-01-01")
    assert early.status_code == 422
    assert "不得早于现行等级" in early.text
    assert "应在评定年度" in post(people, REVIEWER, second, "confirm", effective_from="2027-01-01").text
    assert post(people, REVIEWER, second, "confirm", effective_from="2026-11-20").status_code == 303
    former, second = reread(first.id), reread(second.id)
    assert (former.state, former.effective_to, second.former_id) == (GradeState.REPLACED, date(2026, 11, 19), former.id)
    standing = {day: grades_in_force([inspected.id], day)[inspected.id, SALE].grade for day in (date(2026, 11, 19), DAY)}
    assert standing == {date(2026, 11, 19): Grade.C, DAY: Grade.D}
    assert post(people, REVIEWER, second, "void", comment="确认有误").status_code == 303
    former = reread(first.id)
    assert (former.state, former.effective_to) == (GradeState.CONFIRMED, None)
    steps = [entry.step for entry in history.entries_of("risk_grade", former.id)]
    assert steps == ["score", "propose", "confirm", "replace", "revive"]


def test_what_happened_after_it_was_sent_is_not_undone(inspected: Enterprise, people: Any) -> None:
    grade = begin(people, inspected)
    assert post(people, SCORER, grade, "propose").status_code == 303
    with transaction():
        build_failed_sample(inspected)
    refused = post(people, REVIEWER, grade, "confirm", effective_from="2026-11-20")
    assert refused.status_code == 409
    assert "现在重新评分的等级为 D 级，送审时为 C 级" in refused.text
    assert post(people, REVIEWER, grade, "return", comment="请重新评分").status_code == 303
    assert post(people, SCORER, grade, "rescore").status_code == 303
    assert (reread(grade.id).steps, reread(grade.id).grade) == (1, Grade.D)
    assert f"S{inspected.id}-PROVINCIAL" in people(SCORER).get(f"/grading/{grade.id}").text
    confirmed(people, grade)


def test_by_hand_only_with_reason_document_and_another_person(inspected: Enterprise, people: Any) -> None:
    new = f"/grading/enterprises/{inspected.id}/new"
    asked = {"kind": SALE, "year": "2026", "cause": "人工调整", "key": "m"}
    assert "还没有现行等级" in people(SCORER).post(new, data=asked).text
    confirmed(people, begin(people, inspected))
    for typed, sentence in (
        ({}, "请填写人工调整的理由"), ({"reason": "屡次投诉"}, "请选择调整后的等级"),
        ({"reason": "屡次投诉", "grade": "D"}, "请填写人工调整所依据的文件"),
        ({"reason": "屡次投诉", "grade": "C", "document": "纪要1号"}, "不需要人工调整"), ({"year": "2020"}, "评定年度应为 2025 至 2027"),
        ({"kind": "特殊"}, "不是有效的"),
    ):  # fmt: skip
        refused = people(SCORER).post(new, data=asked | typed)
        assert refused.status_code == 422
        assert sentence in refused.text, sentence
    grade = begin(people, inspected, "by-hand", cause="人工调整", reason="屡次投诉", grade="D", document="会议纪要〔2026〕3号")
    assert (grade.suggested, grade.grade, grade.cause) == (Grade.C, Grade.D, GradeCause.MANUAL)
    confirmed(people, grade)
    page = people(REVIEWER).get(f"/grading/{grade.id}").text
    assert "会议纪要〔2026〕3号" in page
    assert "逐项一致" in page
    assert grades_in_force([inspected.id], DAY)[inspected.id, SALE].grade is Grade.D


def test_a_new_operator_by_the_static_points_alone(inspected: Enterprise, people: Any) -> None:
    grade = begin(people, inspected, cause="新办评定")
    assert (grade.dynamic_points, grade.total, grade.grade) == (None, by_hand(), Grade.A)
    assert "只按静态分评定" in people(SCORER).get(f"/grading/{grade.id}").text


def test_counted_again_the_same_and_a_changed_row_is_found(app: Flask, inspected: Enterprise, people: Any) -> None:
    grade = confirmed(people, begin(people, inspected))
    with transaction():
        build_profile_again(inspected)  # what is recorded later changes nothing of what was counted
    run = app.test_cli_runner().invoke
    good = run(args=["grading", "verify", "--json"])
    assert good.exit_code == 0, good.output
    assert json.loads(good.stdout)["counted"] == 1
    with transaction():
        point = session().scalars(sa.select(RiskPoint).where(RiskPoint.grade_id == grade.id, RiskPoint.code == "area")).one()
        point.points = 4
    wrong = run(args=["grading", "verify", "--json"])
    assert wrong.exit_code == 1
    assert json.loads(wrong.stdout)["wrong"][0]["differences"] == [["静态风险因素·食品经营场所面积", "4 分", "2 分"]]
    assert "结果与保存的不一致" in people(SCORER).get(f"/grading/{grade.id}").text
    assert "1 个与保存的不一致" in people(SCORER).get("/grading/verify").text


def build_profile_again(firm: Enterprise) -> None:
    standing = session().scalars(sa.select(RiskProfile).where(RiskProfile.enterprise_id == firm.id)).one()
    standing.superseded_at = clock.now()
    session().flush()
    build_profile(firm, {**FACTS, "area": "5000"})


@pytest.mark.parametrize("database", ["app", "pg_app"])
def test_two_at_once_make_one_sheet_and_one_decision(database: str, request: pytest.FixtureRequest) -> None:
    made = request.getfixturevalue(database)
    with transaction():
        office = make_office()
        firm = build_firm(office.orgs["county"].id)
        build_profile(firm, FACTS)
    asked, handler = Asked(SALE, 2026, GradeCause.NEW), office.actor(SCORER)

    def begin(found: Enterprise) -> Any:
        return operations.score(found, asked, handler, clock.now()).number

    outcomes = race(made, [begin, begin], lambda: enterprises.enterprise(handler, firm.id))
    assert sorted(type(one).__name__ for one in outcomes) == ["NotAllowedNow", "str"], outcomes
    for cause in (GradeCause.NEW, GradeCause.YEARLY):  # the second one takes the place of the first
        grade_id = reread().id
        with transaction():
            operations.propose(reread(grade_id), handler)
        people = [office.actor(name) for name in (REVIEWER, "county:另一审核人")]
        works = [lambda found, who=who: operations.confirm(found, who, clock.now(), DAY) for who in people]
        outcomes = race(made, works, lambda grade_id=grade_id: queries.grade(handler, grade_id))
        assert sum(one is None for one in outcomes) == 1, outcomes
        assert {type(one) for one in outcomes if one is not None} <= {NotAllowedNow, StaleDataError}, outcomes
        if cause is GradeCause.NEW:
            with transaction():
                operations.score(queries.locked(firm.id), Asked(SALE, 2026, GradeCause.YEARLY), handler, clock.now())
    assert [one.state for one in session().scalars(sa.select(RiskGrade).order_by(RiskGrade.id))] == [
        GradeState.REPLACED, GradeState.CONFIRMED,
    ]  # fmt: skip


def test_a_page_that_shows_an_older_version_is_told_so(inspected: Enterprise, people: Any) -> None:
    grade = begin(people, inspected)
    assert post(people, SCORER, grade, "propose").status_code == 303
    seen = reread(grade.id).version
    assert people(SCORER).post(f"/grading/{grade.id}/recall", data={"version": seen}).status_code == 303
    assert post(people, SCORER, grade, "propose").status_code == 303
    typed = {"version": seen, "effective_from": "2026-11-20", "comment": "我写的意见"}
    stale = people(REVIEWER).post(f"/grading/{grade.id}/confirm", data=typed)
    assert stale.status_code == 409
    assert "我写的意见" in stale.text


def test_the_list_its_counts_and_its_queries(app: Flask, inspected: Enterprise, people: Any, office: Any, tmp_path: Path) -> None:
    client = people(SCORER)
    assert f">{inspected.name}<" in client.get("/grading/?ungraded=1").text
    grade = confirmed(people, begin(people, inspected))
    assert f">{inspected.name}<" not in client.get("/grading/?ungraded=1").text
    page = client.get(f"/grading/?grade=C&kind={SALE}").text
    assert f">{inspected.name}<" in page
    assert grade.number not in people("other:办案人").get("/grading/").text
    assert people("other:办案人").get(f"/grading/{grade.id}").status_code == 404
    with counting(app) as sent:
        client.get("/grading/")
    assert sent.count <= 16, sent
    assert [row["评定编号"] for row in values_of(taken_out(client, "risk_grades", "grade=C"))] == [grade.number]
    run = app.test_cli_runner().invoke
    listed = json.loads(run(args=["grading", "list", "--grade", "C", "--json"]).stdout)
    assert [(one["enterprise"], one["number"]) for one in listed] == [(inspected.name, grade.number)]
    path = tmp_path / "sheet.docx"
    made = run(args=["grading", "sheet", grade.number, "--output", str(path)])
    assert made.exit_code == 0, made.output
    assert client.get(f"/grading/{grade.id}/sheet.docx").status_code == 200


def test_the_whole_way_by_command(app: Flask, inspected: Enterprise, office: Any) -> None:
    run = app.test_cli_runner().invoke
    scored = run(args=["grading", "score", inspected.name, "--kind", SALE, "--json", "--as", "county-handler"])
    assert scored.exit_code == 0, scored.output
    number = json.loads(scored.stdout)["number"]
    assert run(args=["grading", "propose", number, "--as", "county-handler"]).exit_code == 0
    assert run(args=["grading", "confirm", number, "--as", "county-handler"]).exit_code == 1
    done = run(args=["grading", "confirm", number, "--as", "county-reviewer", "--json"])
    assert done.exit_code == 0, done.output
    shown = json.loads(run(args=["grading", "show", number, "--now", "--json"]).stdout)
    assert shown["grade"] == "C"
    assert shown["now"]["differences"] == []
    assert any(line["evidence"] and "监督检查" in line["evidence"] for line in shown["lines"])


def test_decided_under_a_delegation(inspected: Enterprise, office: Any, people: Any) -> None:
    from app.delegations.models import Delegation
    from app.domain.workflow import DelegationState

    grade = begin(people, inspected)
    assert post(people, SCORER, grade, "propose").status_code == 303
    with transaction():
        session().add(
            Delegation(
                org_id=inspected.org_id, number="委托1", from_user_id=office.people[REVIEWER].id,
                to_user_id=office.people["county:统计员"].id, from_on=DAY, to_on=DAY, reason="出差", state=DelegationState.GRANTED,
                granted_at=clock.now(),
            )
        )  # fmt: skip
    assert post(people, "county:统计员", grade, "confirm", effective_from="2026-11-20").status_code == 303
    told = [entry for entry in history.entries_of("risk_grade", grade.id) if entry.step == "confirm"]
    assert office.people[REVIEWER].name in told[0].actor_name


def test_without_the_facts_that_must_be_there_no_grade(office: Any, people: Any) -> None:
    with transaction():
        firm = build_firm(office.orgs["county"].id, "蓟州小饭桌", "餐饮服务提供者")
    grade = begin(people, firm, kind="餐饮服务提供者")
    assert grade.grade is None
    refused = post(people, SCORER, grade, "propose")
    assert refused.status_code == 409
    assert "还缺少必须填报的静态要素" in refused.text
    with pytest.raises(NotAllowedNow):
        operations.propose(grade, office.actor(SCORER))


def test_the_block_on_the_page_of_an_enterprise(app: Flask, inspected: Enterprise, people: Any, office: Any) -> None:
    grade = confirmed(people, begin(people, inspected))
    with app.test_request_context():
        act_as(office.actor(SCORER))
        shown = render_template("grading/_of_enterprise.html", enterprise=inspected)
    assert grade.number in shown
    assert "C级" in shown
    assert f"/grading/enterprises/{inspected.id}/new" in shown


def test_papers_are_kept_with_a_sheet(inspected: Enterprise, people: Any) -> None:
    grade = begin(people, inspected)
    address = f"/grading/{grade.id}/files"
    assert "请选择文件" in people(SCORER).post(address, data={}).text
    paper = (io.BytesIO(b"%PDF-1.4\n%%EOF\n"), "会议纪要.pdf")
    assert people(SCORER).post(address, data={"file": paper}).status_code == 303
    assert "会议纪要.pdf" in people(REVIEWER).get(f"/grading/{grade.id}").text
    assert people(REVIEWER).post(address, data={"file": (io.BytesIO(b"%PDF-1.4\n%%EOF\n"), "x.pdf")}).status_code == 403
