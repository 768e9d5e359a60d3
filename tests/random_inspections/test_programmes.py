"""双随机抽查 by page and by command: promised before, drawn once, proved by anybody, nobody inspects where he must step back."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock, history
from app.db import session, transaction
from app.domain.supervision_kinds import Grade, GradeCause, InspectionNature, InspectionResult, RandomOutcome
from app.domain.supervision_states import GradeState, InspectionState, ProgrammeState
from app.domain.workflow import ListingState
from app.drawings.models import Drawing, DrawingEntry
from app.enterprises.models import Enterprise, EnterpriseStatus
from app.grading.models import RiskGrade
from app.inspections.models import Inspection
from app.listings.models import CreditListing
from app.random_inspections import coverage, exports, operations, pools, queries, teams
from app.random_inspections.models import Inspector, RandomMember, RandomProgramme, RandomTarget
from app.random_inspections.operations import Partner
from app.random_inspections.wanted import Wanted, usual_points
from app.spreadsheets import read_workbook
from tests.conftest import make_office
from tests.drawings.conftest import add_shop
from tests.flows.supervision.random_inspections import DRAFT
from tests.random_inspections.conftest import CLERK, TODAY, WITNESS, WORD, add_inspector, draft, furnish, standing

Make = Callable[..., RandomProgramme]
ROOT = "/random-inspections"


@pytest.fixture
def clerk(sign_in: Any, office: Any) -> Any:
    return sign_in(office.people[CLERK])


def reread(office: Any, made: RandomProgramme) -> RandomProgramme:
    session().expire_all()
    found = queries.programme(office.actor(CLERK), made.id)
    assert found is not None
    return found


def test_from_the_draft_to_the_publication(office: Any, clerk: Any, tmp_path: Path):
    with transaction():
        furnish(office)
    assert clerk.post(f"{ROOT}/new", data=DRAFT | {"from_on": "", "amount": "三"}).text.count("请填写") >= 2
    typed = DRAFT | {"key": "once", "partners": "区生态环境局|油烟净化设施|王科长"}
    first = clerk.post(f"{ROOT}/new", data=typed)
    assert first.status_code == 303 and clerk.post(f"{ROOT}/new", data=typed).location.endswith("/random-inspections/1")
    assert "参加抽取 6 个，抽取 2 户" in clerk.get(first.location).text and "检查员1" in clerk.get(f"{ROOT}/1/pool?list=people").text
    assert clerk.post(f"{ROOT}/1/freeze", data={"version": 1}).status_code == 303
    frozen = clerk.get(f"{ROOT}/1").text
    one, two = session().scalars(sa.select(Drawing).order_by(Drawing.id)).all()
    assert one.commitment in frozen and two.pool_sha256 in frozen and one.secret not in frozen
    assert one.number in clerk.get("/drawings/").text
    assert "双随机抽查任务的名单" in clerk.post(f"/drawings/{one.id}/draw", data={"version": 1, "public_word": "x"}).text
    assert "请填写见证人" in clerk.post(f"{ROOT}/1/draw", data={"version": 2, "public_word": "317"}).text
    assert clerk.post(f"{ROOT}/1/draw", data={"version": 2, "public_word": WORD, "witness": WITNESS}).status_code == 303
    assert "复核一致" in clerk.get(f"{ROOT}/1/replay").text
    left = clerk.post(f"{ROOT}/1/finish", data={"version": 3})
    assert left.status_code == 409 and "还有 2 户没有登记抽查结果" in left.text
    for target in queries.every_target(1):
        typed = {"target": target.id, "known": "未登记", "outcome": "未发现问题", "inspected_on": "2026-11-20"}
        typed |= {"finding-1": "发现问题已责令改正"}
        assert clerk.post(f"{ROOT}/1/record", data=typed).status_code == 303
        late = clerk.post(f"{ROOT}/1/record", data=typed | {"outcome": "已停业或注销"})
        assert late.status_code == 409 and "刚被他人登记为“未发现问题”" in late.text
        early = typed | {"known": "未发现问题", "inspected_on": "2026-11-21"}
        assert "检查日期不能晚于今天" in clerk.post(f"{ROOT}/1/record", data=early).text
    done = session().get_one(RandomProgramme, 1, populate_existing=True)
    assert clerk.post(f"{ROOT}/1/finish", data={"version": done.version}).status_code == 303
    done = session().get_one(RandomProgramme, 1, populate_existing=True)
    assert done.publish_due_on == date(2026, 12, 18)  # twenty working days
    path = tmp_path / "list.xlsx"
    path.write_bytes(clerk.get(f"{ROOT}/1/publication.xlsx").data)
    rows = read_workbook(path, path.name).sheets[0].rows
    assert rows[0][1][:3] == ("抽查计划", "抽查事项", "检查对象") and len(rows) == 5
    assert {row[1][4] for row in rows[1:]} == {office.orgs["county"].name, "区生态环境局"}
    typed = {"version": done.version, "published_on": "2026-11-21", "published_where": "官网"}
    assert "公示日期应在" in clerk.post(f"{ROOT}/1/publish", data=typed).text


def test_weights_and_exclusions_say_why(office: Any):
    with transaction():
        furnish(office)
        shops = session().scalars(sa.select(Enterprise).order_by(Enterprise.id)).all()
        actor, org = office.actor(CLERK), office.orgs["county"].id
        session().add(RiskGrade(
            org_id=org, number="等〔2026〕1号", enterprise_id=shops[0].id, kind="食品销售者", year=2026, cause=GradeCause.YEARLY,
            rule_code="115", rule_sha256="0" * 64, grade=Grade.D, facts={}, state=GradeState.CONFIRMED, effective_from=date(2026, 1, 1),
            created_at=clock.now(),
        ))  # fmt: skip
        session().add(CreditListing(
            org_id=org, number="失信〔2026〕1号", enterprise_id=shops[1].id, enterprise_name=shops[1].name, ground="x",
            state=ListingState.LISTED, proposed_at=clock.now(),
        ))  # fmt: skip
        shops[2].status, shops[3].status = EnterpriseStatus.PAUSED, EnterpriseStatus.CLOSED
        wanted = Wanted(points=usual_points(TODAY), excluded={shops[4].credit_code or "": "正在停业整顿"}, avoided={"12022500002": "休假"})
        add_inspector(office, 9, department="区生态环境局")
        made = operations.make(draft(wanted=wanted), actor, clock.now())
    found = {each.entry.name: each.entry for each in pools.enterprises(actor, made, TODAY)}
    assert [found[f"示例超市{n}"].weight for n in (1, 2, 6)] == [5, 4, 2]
    assert found["示例超市1"].why == "D级风险 4，从未检查加 1"
    assert [found[f"示例超市{n}"].excluded for n in (3, 5)] == ["停业：企业档案中为停产", "正在停业整顿"]
    assert "示例超市4" not in found
    people = {each.entry.name: each.entry.excluded for each in pools.inspectors(actor, made, frozenset())}
    assert people["检查员2"] == "回避：休假" and "检查员9（区生态环境局）" not in people
    with transaction():
        graded = operations.make(draft(wanted=Wanted(points=usual_points(TODAY), grades=("C", "D"))), actor, clock.now())
    assert [each.entry.name for each in pools.enterprises(actor, graded, TODAY)] == ["示例超市1"]


def test_teams_without_whoever_must_step_back(office: Any, made: Make):
    conflict = ("12022500001", "91120225MA05K3TH1X", "企业负责人系其配偶")
    programme = made(
        ProgrammeState.DRAWN, take=6, wanted=Wanted(points=usual_points(TODAY), conflicts=(conflict,)),
        partners=(Partner("区消防救援大队", "消防通道"),),
    )  # fmt: skip
    rows = queries.every_target(programme.id)
    assert len(rows) == 6 and all(sum(one.replaced_why is None for one in row.team) == 2 for row in rows)
    marked = next(row for row in rows if row.enterprise.name == "示例超市1")
    sitting = [one.inspector.certificate_no for one in marked.team if one.replaced_why is None]
    assert "12022500001" not in sitting
    assert teams.replay(programme) == []


def test_a_later_conflict_is_replaced_with_its_reason(office: Any, made: Make, clerk: Any):
    programme = made(ProgrammeState.DRAWN)
    target = queries.every_target(programme.id)[0]
    leaving = target.team[0]
    typed = {"target": target.id, "inspector": leaving.inspector_id, "reason": "与负责人有近亲属关系"}
    assert "请填写回避理由" in clerk.post(f"{ROOT}/{programme.id}/step-back", data=typed | {"reason": ""}).text
    assert clerk.post(f"{ROOT}/{programme.id}/step-back", data=typed).status_code == 303
    assert clerk.post(f"{ROOT}/{programme.id}/step-back", data=typed).status_code == 409
    again = queries.target(programme.id, target.id)
    assert again is not None and [one.replaced_why for one in again.team] == ["回避：与负责人有近亲属关系", None, None]
    assert teams.replay(reread(office, programme)) == []


@pytest.mark.parametrize("what", ["entry", "team", "target"])
def test_replay_names_what_was_changed_behind_the_program(office: Any, made: Make, app: Any, what: str):
    programme = made(ProgrammeState.DRAWN)
    with transaction():
        if what == "entry":
            entry = session().scalars(sa.select(DrawingEntry).where(DrawingEntry.drawn_rank == 1)).first()
            session().execute(sa.update(DrawingEntry.__table__).where(DrawingEntry.id == entry.id).values(weight=99))
        elif what == "team":
            member = session().scalars(sa.select(RandomMember).order_by(RandomMember.id)).first()
            others = sa.select(RandomMember.inspector_id).where(RandomMember.target_id == member.target_id)
            other = session().scalars(sa.select(Inspector.id).where(Inspector.id.not_in(others))).first()
            session().execute(sa.update(RandomMember.__table__).where(RandomMember.id == member.id).values(inspector_id=other))
        else:
            drawn = sa.select(RandomTarget.enterprise_id)
            other = session().scalars(sa.select(Enterprise.id).where(Enterprise.id.not_in(drawn))).first()
            session().execute(sa.update(RandomTarget.__table__).where(RandomTarget.drawn_rank == 1).values(enterprise_id=other))
    result = app.test_cli_runner().invoke(args=["random-inspections", "replay", programme.number, "--json"])
    assert result.exit_code == 1, result.output
    told = json.loads(result.stdout)
    assert told["same"] is False and told["differences"]


def test_inspections_are_arranged_and_their_results_proposed(office: Any, made: Make, clerk: Any):
    programme = made(ProgrammeState.FROZEN)
    with transaction():
        for drawing in session().scalars(sa.select(Drawing)):
            drawing.committed_at = drawing.committed_at.replace(year=2025)
        operations.draw(programme, office.actor(CLERK), WORD, clock.now(), witness=WITNESS)
    assert clerk.post(f"{ROOT}/{programme.id}/arrange", data={"version": 0}).status_code == 303
    inspections = session().scalars(sa.select(Inspection).order_by(Inspection.id)).all()
    assert len(inspections) == 3 and {one.nature for one in inspections} == {InspectionNature.RANDOM}
    with transaction():
        one = inspections[0]
        session().execute(sa.update(Inspection.__table__).where(Inspection.id == one.id).values(
            state=InspectionState.FINISHED, result=InspectionResult.MEETS, inspected_on=TODAY, finished_on=TODAY,
            lead_id=office.people["county:抽样员"].id, second_id=office.people["county:办案人"].id,
        ))  # fmt: skip
    assert clerk.post(f"{ROOT}/{programme.id}/take-results", data={"version": 0}).status_code == 303
    outcomes = {row.inspection_id: row.outcome for row in queries.every_target(programme.id)}
    assert outcomes == {inspections[0].id: RandomOutcome.CLEAR, inspections[1].id: None, inspections[2].id: None}
    assert "任务清单" in clerk.get(f"{ROOT}/{programme.id}/targets?open=1").text


def test_coverage_counts_an_enterprise_once_and_the_register_of_the_year_before(office: Any, made: Make, clerk: Any):
    made(ProgrammeState.DRAWN, take=2)
    made(ProgrammeState.DRAWN, take=6, wanted=Wanted(points=usual_points(TODAY), once_a_year=False))
    actor = office.actor(CLERK)
    with transaction():
        shops = session().scalars(sa.select(Enterprise).order_by(Enterprise.id)).all()
        for shop in shops[:5]:
            shop.created_at = shop.created_at.replace(year=2025)
        closed = add_shop(office, "早已注销的店", status=EnterpriseStatus.CLOSED, created_at=clock.now().replace(year=2024))
        since = add_shop(office, "今年注销的店", status=EnterpriseStatus.CLOSED, created_at=clock.now().replace(year=2024))
        told = {"status": (EnterpriseStatus.ACTIVE, EnterpriseStatus.CLOSED)}
        history.record("enterprise", since.id, "edit", actor, org_id=since.org_id, name=since.name, changes=told)
        shops[5].merged_into_id, shops[5].status = shops[4].id, EnterpriseStatus.MERGED
    found = coverage.coverage(actor, coverage.Area(), 2026)
    assert found.inspected == [shop.id for shop in shops[:5]]  # the sixth is the fifth
    assert found.registered == [*(shop.id for shop in shops[:5]), since.id] and closed.id not in found.registered
    page = clerk.get(f"{ROOT}/coverage?year=2026").text
    assert "83.33%" in page and "今年注销的店" in clerk.get(f"{ROOT}/coverage?year=2026&list=registered").text
    assert clerk.get(f"{ROOT}/coverage.xlsx?year=2026").mimetype == exports.XLSX
    assert coverage.inspected(actor, coverage.Area(), 2025) == []


def test_a_second_programme_leaves_out_whom_the_first_has_drawn(office: Any, made: Make, clerk: Any):
    first, second = made(ProgrammeState.DRAWN), made(ProgrammeState.DRAFT)
    excluded = [each.entry.excluded for each in pools.enterprises(office.actor(CLERK), second, TODAY)]
    assert sorted(one for one in excluded if one) == [f"本年度同一事项已抽中（{first.number}）"] * 3
    voided = clerk.post(f"{ROOT}/{first.id}/withdraw", data={"version": first.version, "comment": "名单有误"})
    assert voided.status_code == 303
    assert first.number in clerk.get(f"{ROOT}/{second.id}").text  # drawn and then voided: everybody is told
    assert not any(each.entry.excluded for each in pools.enterprises(office.actor(CLERK), second, TODAY))


def test_too_few_inspectors_freeze_nothing(office: Any, clerk: Any):
    with transaction():
        add_shop(office, "示例超市1")
        add_inspector(office, 1)
        add_inspector(office, 2, valid_to=date(2026, 12, 1))
    clerk.post(f"{ROOT}/new", data=DRAFT | {"amount": "1"})
    refused = clerk.post(f"{ROOT}/1/freeze", data={"version": 1})
    assert refused.status_code == 409 and "本部门检查人员只有 1 人，少于每组 2 人" in refused.text
    assert session().scalar(sa.select(sa.func.count(Drawing.id))) == 0


def test_by_command(office: Any, app: Any, tmp_path: Path):
    def run(*words: str, who: str = "county-statistician") -> Any:
        return app.test_cli_runner().invoke(args=["random-inspections", *words, "--as", who, "--json"])

    with transaction():
        furnish(office)
    dates = ("--from", "2026-11-20", "--to", "2026-12-20")
    assert "请在抽取户数和抽取比例中填写一项" in run("new", "双随机", "--matter", "进货查验", *dates).stderr
    number = json.loads(run("new", "双随机", "--matter", "进货查验", *dates, "--percent", "50").stdout)["number"]
    assert len(json.loads(run("pool", number).stdout)) == 6
    assert run("freeze", number, who="county-sampler").exit_code == 1
    told = json.loads(run("freeze", number).stdout)
    assert [each["take"] for each in told["drawings"]] == [3, 4]
    assert run("draw", number, "--word", WORD, "--witness", WITNESS).exit_code == 0
    assert json.loads(run("replay", number).stdout) == {"same": True}
    for rank in ("1", "2", "3"):
        assert run("record", number, rank, "--outcome", "未发现问题", who="county-sampler").exit_code == 0
    assert run("publish", number, "--where", "官网").exit_code == 1
    assert run("finish", number).exit_code == 0 and run("publish", number, "--where", "官网").exit_code == 0
    assert run("publication", number, str(tmp_path / "list.xlsx")).exit_code == 0
    assert json.loads(run("coverage", "--year", "2026").stdout)["inspected"] == 3
    assert json.loads(run("show", number).stdout)["drawn"][0]["outcome"] == "未发现问题"
    assert run("show", number, who="other-statistician").exit_code == 1


# ---------------------------------------------------------------- the same on both databases

def drawn_here(office: Any) -> list[Any]:
    with transaction():
        programme_id = standing(office, ProgrammeState.DRAWN).id
    return [(row.enterprise.name, [one.inspector.name for one in row.team]) for row in queries.every_target(programme_id)]


SAME = [("示例超市3", ["检查员3", "检查员1"]), ("示例超市2", ["检查员2", "检查员4"]), ("示例超市4", ["检查员3", "检查员1"])]


def test_the_same_seed_draws_the_same(office: Any):
    assert drawn_here(office) == SAME


def test_the_same_seed_draws_the_same_on_postgresql(pg_app: Any):
    with transaction():
        office = make_office()
    assert drawn_here(office) == SAME
    made = queries.programmes_numbered(office.actor(CLERK), "双随机〔2026〕1号")[0]
    assert teams.replay(made) == []
    assert coverage.coverage(office.actor(CLERK), coverage.Area(), 2026).ratio is None  # nobody was in the register a year ago
