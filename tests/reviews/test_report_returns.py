"""退修 of a report in force, how often it happens, and what a correction changed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock
from app.db import session, transaction
from app.domain.workflow import ReturnState, ReturnStep
from app.exports.models import MonthlyReturn
from app.history import advance
from app.notices.models import AmendmentNotice
from app.reference_data.books import region_book
from app.results.models import ResultReport
from app.reviews.models import ResultReturn
from app.reviews.return_queries import reports
from tests.results.material import as_csv, count, lab_row, register_sample, sample_named
from tests.results.test_report_entry import item, typed
from tests.reviews.conftest import Desk, upload

ONE = "XC26120119460010001"
ROW = lab_row(ONE, "毒死蜱", "0.32", "不合格项", 报告书编号="BG1")


@pytest.fixture
def reported(office: Any, desk: Desk) -> int:
    """A report of the laboratory, in force."""
    one = register_sample(office, ONE, laboratory_org_id=office.orgs["lab"].id, laboratory="衡清食品检验中心")
    assert desk("lab").post(f"/samples/{one}/results", data=typed([item("毒死蜱", "0.32", "")])).status_code == 303
    return one


def report_id() -> int:
    in_force = sa.select(ResultReport.id).where(ResultReport.superseded_at.is_(None), ResultReport.report_no == "BG1")
    return session().scalars(in_force).one()


def back(desk: Desk, one: int, who: str = "checker", **fields: Any) -> Any:
    data = {"report": report_id(), "code": "限值有误", "reason": "叶菜类限量应为 0.02", **fields}
    return desk(who).post(f"/reviews/samples/{one}/return", data=data)


def test_a_report_goes_back_and_its_correction_resolves_it(desk: Desk, command: Any, office: Any, reported: int) -> None:
    """C15: a coded reason; the laboratory sees it; the corrected report closes it by itself and says so."""
    assert "退修检验报告" in desk.page("checker", f"/sampling/{reported}")
    assert "项目漏检" in desk.page("checker", f"/reviews/samples/{reported}/return")
    for who, status in (("lab", 403), ("handler", 403), ("stranger", 404), ("checker", 303), ("clerk", 409)):
        assert back(desk, reported, who).status_code == status, who
    assert back(desk, reported, code="随便").status_code == 422 and back(desk, reported, reason=" ").status_code == 422
    assert sample_named(ONE)["state"].value == "reported"  # in force until it is corrected
    assert "等待检验机构更正" in desk.page("leader", f"/reviews/samples/{reported}/versions")
    listed = desk.page("lab", "/reviews/returns?state=open")
    assert ONE in listed and "限值有误" in listed and "叶菜类限量应为 0.02" in listed and "退修的检验报告" in desk.page("lab", "/")
    told = session().scalars(sa.select(AmendmentNotice).where(AmendmentNotice.org_id == office.orgs["lab"].id)).all()
    assert any("退修" in notice.title for notice in told)
    again = typed([item("毒死蜱", "0.32", "", max_limit="0.02")], version=2, reason="限值更正")
    said = desk("lab").post(f"/samples/{reported}/results", data=again, follow_redirects=True).get_data(as_text=True)
    assert "办结退修 1 件" in said
    row = session().scalars(sa.select(ResultReturn)).one()
    assert (row.resolved_at is not None, row.resolved_report_id) == (True, report_id())
    assert ONE not in desk.page("lab", "/reviews/returns?state=open")
    assert "退修已办结" in desk.page("checker", f"/sampling/{reported}")


def imported(desk: Desk, result: str) -> tuple[int, str]:
    batch = upload(desk("clerk"), as_csv([{**ROW, "检验结果": result}]))
    form = {"version": batch.version, "reported_on": "2026-11-12"}
    done = desk("clerk").post(f"/imports/{batch.id}/confirm", data=form, follow_redirects=True)
    return batch.id, done.get_data(as_text=True)


def test_an_import_resolves_and_its_undoing_opens_again(desk: Desk, command: Any, office: Any) -> None:
    register_sample(office, ONE, laboratory_org_id=office.orgs["lab"].id, laboratory="衡清食品检验中心")
    imported(desk, "0.32")
    why = ("--report", "BG1", "--code", "单位有误", "--reason", "应为 mg/kg")
    assert command("reviews", "return-report", ONE, *why, "--as", "county-statistician")[0] == 0
    number, said = imported(desk, "0.30")
    assert "办结退修 1 件" in said
    assert command("results", "undo", str(number), "--as", "county-statistician")[0] == 0
    status, told, _ = command("reviews", "returns", "--state", "open")
    assert (status, [(row["number"], row["code"]) for row in told]) == (0, [(ONE, "单位有误")])
    number = str(told[0]["id"])
    assert command("reviews", "withdraw-return", number, "--reason", "核实无误", "--as", "lab-laboratory")[0] == 1
    assert command("reviews", "withdraw-return", number, "--reason", "核实无误", "--as", "county-reviewer")[0] == 0
    assert command("reviews", "withdraw-return", number, "--reason", "核实无误", "--as", "county-reviewer")[0] == 1  # once
    assert [row["state"] for row in command("reviews", "returns")[1]] == ["withdrawn"]


def test_rates_open_the_lists_they_count(desk: Desk, command: Any, office: Any, reported: int) -> None:
    """C15 退修率: corrected three times it is one report; a return taken back is none; the neighbour's reports are not ours."""
    lab = {"laboratory_org_id": office.orgs["lab"].id, "laboratory": "衡清食品检验中心"}
    for number, place in (("XC26120119460010002", "county"), ("XC26120119460010003", "county"), ("XC26120119460010004", "other")):
        other = register_sample(office, number, place, org_id=office.orgs[place].id, **lab)
        told = typed([item("毒死蜱", "未检出")], report_no=number[-4:], reported_on="2026-11-03")
        desk("lab").post(f"/samples/{other}/results", data=told)
    back(desk, reported)
    desk("lab").post(f"/samples/{reported}/results", data=typed([item("毒死蜱", "0.31", "")], version=2, reason="更正"))
    back(desk, reported)
    why = ("--report", "0002", "--code", "其他", "--reason", "x")
    status, _, _ = command("reviews", "return-report", "XC26120119460010002", *why, "--as", "county-reviewer")
    assert status == 0 and command("reviews", "withdraw-return", "3", "--reason", "误退", "--as", "county-reviewer")[0] == 0
    status, told, _ = command("reviews", "rates", "--as", "county-statistician")
    assert (status, told["total"]) == (0, {"name": "合计", "returned": 1, "reports": 3, "value": "33.33%"})
    assert [(m["name"], m["returned"], m["reports"]) for m in told["laboratories"][0]["months"]] == [("2026-11", 1, 3)]
    page = desk.page("clerk", "/reviews/rates")
    assert "33.33%" in page and "衡清食品检验中心" in page
    assert desk.page("clerk", "/reviews/rates/records?only=returned&month=2026-11").count("/sampling/") >= 1
    assert "共 1 份" in desk.page("clerk", "/reviews/rates/records?only=returned&month=2026-11")
    assert "共 3 份" in desk.page("clerk", "/reviews/rates/records") and "共 4 份" in desk.page("lab", "/reviews/rates/records")
    assert len(reports(office.actor("city:统计员"), clock.today() - timedelta(30), clock.today())) == 4


def test_what_a_correction_changed_is_said_everywhere(desk: Desk, command: Any, office: Any, reported: int) -> None:
    """C16: versions side by side, who, when, why; the case, the list, the figures and the sealed return say so."""
    number = session().execute(sa.text("SELECT number FROM disposal_case")).scalar_one()
    _seal(office)
    again = typed([item("毒死蜱", "0.02", "")], version=2, reason="小数点写错")
    assert desk("lab").post(f"/samples/{reported}/results", data=again).status_code == 303
    page = desk.page("leader", f"/reviews/samples/{reported}/versions")
    downstream = (number, "抽检月报〔2026〕1号", "监督不合格", "监督合格", "更正前的结论计入")
    for words in ("第 1 版", "第 2 版", "小数点写错", "衡清承检机构", "0.32", "不合格项", *downstream):
        assert words in page, words
    seen_by_lab = desk.page("lab", f"/reviews/samples/{reported}/versions")
    assert "小数点写错" in seen_by_lab and number not in seen_by_lab and "抽检月报" not in seen_by_lab
    assert desk("stranger").get(f"/reviews/samples/{reported}/versions").status_code == 404
    case = session().execute(sa.text("SELECT id FROM disposal_case")).scalar_one()
    shown = desk.page("leader", f"/disposal/{case}")
    assert "检验结果于" in shown and "小数点写错" in shown and f"/reviews/samples/{reported}/versions" in shown
    assert ">更正</span>" in desk.page("clerk", "/sampling/") and "有更正" in desk.page("clerk", f"/sampling/{reported}")
    status, told, _ = command("reviews", "versions", ONE, "--as", "county-statistician")
    assert (status, [(row["version"], row["in_force"]) for row in told]) == (0, [(1, False), (2, True)])
    assert ["毒死蜱", "检验结果", "0.32", "0.02"] in told[1]["changes"] and told[1]["monthly_returns"] == ["抽检月报〔2026〕1号"]
    assert told[1]["cases"] == [number] and count(ResultReport) == 2
    records = desk.page("clerk", "/indicators/jizhou/14/records/denominator?area=120119&year=2026")
    assert ONE in records and ">更正</td>" in records  # the basis of the fact that is counted


def _seal(office: Any) -> None:
    """A sealed return of the month, made while the first version held; and a draft, which binds nobody."""
    actor, at = office.actor("county:统计员"), clock.now()
    with transaction():
        for sealed in (True, False):
            made = MonthlyReturn(
                org_id=office.orgs["county"].id, region_id=region_book().id("120119"), month=202611, as_of=at, sha256="0" * 64,
                chain_head="0" * 64, created_at=at, number="抽检月报〔2026〕1号" if sealed else None,
            )  # fmt: skip
            advance(made, ReturnStep.DRAFT, actor)
            if sealed:
                advance(made, ReturnStep.SEAL_DIRECT, office.actor("county:审核人"), asked=True)
            assert made.state is (ReturnState.SEALED if sealed else ReturnState.DRAFT)


def test_an_import_is_linked_only_for_whoever_may_open_it(desk: Desk, office: Any) -> None:
    """A laboratory reads the report that the bureau imported, but that import is not its own: no link that answers 404."""
    one = register_sample(office, ONE, laboratory_org_id=office.orgs["lab"].id, laboratory="衡清食品检验中心")
    number, _ = imported(desk, "0.32")
    address, link = f"/reviews/samples/{one}/versions", f'href="/imports/{number}"'
    assert link in desk.page("clerk", address)
    seen_by_lab = desk.page("lab", address)
    assert "导入 results.csv" in seen_by_lab and link not in seen_by_lab
