"""H2, N2, N3: a return is checked, approved by another person, sealed, sent, verified, explained and corrected."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from app import clock, files
from app.attachments.models import Attachment
from app.db import session, transaction
from app.domain.indicators import Period, provenance_hash
from app.domain.samples import Supervision
from app.domain.workflow import ReturnState
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.exports import differing, operations, queries, storing, verifying
from app.exports.keeping import Kept
from app.exports.models import MonthlyReturn, ReturnCheck, ReturnFigure
from app.reference_data.models import Region
from app.sampling.models import Sample
from tests.exports.conftest import CLERK, NUMBERED, REVIEWER, batch, carry_through, fact


def numbers_in_cells(found: MonthlyReturn) -> dict[tuple[str, str], Any]:
    book = openpyxl.load_workbook(io.BytesIO(files.read(found.sha256)))
    return {(sheet.title, cell.coordinate): cell.value for sheet in book for row in sheet.iter_rows() for cell in row}


def sample(ordinal: int) -> Sample:
    return session().scalars(sa.select(Sample).where(Sample.number == NUMBERED.format(ordinal))).one()


# ---------------------------------------------------------------- figures and their lists

def test_every_figure_counts_its_list_and_stands_in_its_cell(made: Any) -> None:
    """N2: the cell of the workbook, the figure on screen and the kept list say the same; every list is proved by its hash."""
    found = made()
    cells, archive = numbers_in_cells(found), storing.archive(found)
    rows = queries.figures(found)
    assert len(rows) > 30
    for row in rows:
        listed = archive.numbers(row.sha256)
        assert listed is not None and len(listed) == row.count and provenance_hash(listed) == row.sha256
        if row.cell is not None and row.value is not None:
            printed = cells[row.sheet, row.cell]
            assert row.value == (str(printed) if isinstance(printed, (int, str)) else f"{printed:.{len(row.value.partition('.')[2])}f}")
    wanted = ("任务完成情况", "合计", "2026年11月", "batch_count")
    total = next(row for row in rows if (row.sheet, row.name, row.period, row.definition) == wanted)
    assert (total.value, total.count) == ("6", 6) and archive.numbers(total.sha256) == [NUMBERED.format(one) for one in range(6)]


def test_the_archive_is_the_same_bytes_and_readable_by_hand(made: Any) -> None:
    found = made()
    content = files.read(session().get_one(Attachment, found.sources_attachment_id).sha256)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.read("清单目录.csv").decode("utf-8-sig").startswith("序号,工作表,单元格")
    one, other = found, made()
    assert files.read(session().get_one(Attachment, one.sources_attachment_id).sha256) == content
    assert [row.sha256 for row in queries.figures(one)] == [row.sha256 for row in queries.figures(other)]
    with pytest.raises(Exception, match="缺少该数值的编号清单"):
        Kept(content).numbers("0" * 64)


@pytest.mark.parametrize(("period", "name"), [(Period(2026, quarter=4), "2026年第4季度抽检季报"), (Period(2026), "2026年抽检年报")])
def test_quarters_and_years(made: Any, period: Period, name: str) -> None:
    from app.exports.showing import heading

    found = made(period)
    assert heading(found) == name and all(row.passed for row in storing.rows(found.id) if row.blocking)
    columns = [value for (sheet, cell), value in numbers_in_cells(found).items() if sheet == "任务完成情况" and cell == "D3"]
    assert columns == ["本季完成（批次）" if period.quarter else "本年完成（批次）"]


# ---------------------------------------------------------------- checks

def checks(found: MonthlyReturn) -> dict[str, ReturnCheck]:
    session().expire_all()
    return {row.code: row for row in storing.rows(found.id)}


def test_a_warning_wants_an_explanation(november: Any, made: Any) -> None:
    """H9: ids, messages with the numbers, blocking and not; an explanation belongs to what was said, not to what is said later."""
    with transaction():
        batch(november, 7, date(2026, 11, 12), Supervision.OPEN)
    found, clerk = made(), november.actor(CLERK)
    told = checks(found)["T-05"]
    assert not told.passed and not told.blocking and NUMBERED.format(7) in told.message
    assert {"T-01", "T-02", "T-03", "T-04", "T-05", "T-06", "T-07", "B-01", "B-02", "B-03", "B-04", "B-05"} == set(checks(found))
    with pytest.raises(NotLikeThis, match=r"逐条填写审核说明.*T-05"), transaction():
        operations.check(found, clerk, clock.now())
    with pytest.raises(NotLikeThis, match="B-01 不需要说明"), transaction():
        operations.explain(found, {"B-01": "x"}, clerk)
    with transaction():
        operations.explain(found, {"T-05": "检验机构复核中"}, clerk)
    with transaction():
        operations.remake(operations.prepare_again(found, clock.now()), clerk, clock.now())
    assert checks(found)["T-05"].explanation == "检验机构复核中"  # the same is still so
    with transaction():
        batch(november, 8, date(2026, 11, 13), Supervision.OPEN)
    with transaction():
        operations.remake(operations.prepare_again(found, clock.now()), clerk, clock.now())
    assert checks(found)["T-05"].explanation is None  # something else is so now
    with transaction():
        operations.explain(found, {"T-05": "两批均在复核"}, clerk)
    with transaction():
        operations.check(found, clerk, clock.now())
    assert found.state is ReturnState.CHECKED


def test_a_blocking_rule_stops_the_return(november: Any, made: Any) -> None:
    found = made()
    with transaction():
        checks(found)["B-01"].passed = False
    with pytest.raises(NotLikeThis, match=r"强制审核规则未通过.*B-01"), transaction():
        operations.check(found, november.actor(CLERK), clock.now())


def test_parts_that_do_not_add_up_are_found(made: Any) -> None:
    """B-01, B-02, B-04, B-05, T-02 of a workbook that somebody has spoiled."""
    from dataclasses import replace

    from app.exports import building, checking
    from app.exports.building import Moment
    from app.exports.made import OwnWorkbook

    found = made()
    whole = building.build(found)
    assert isinstance(whole, OwnWorkbook)

    def changed(cells: Any, column: int, value: Any) -> list[Any]:
        return [*cells[:column], value, *cells[column + 1 :]]

    def spoiled(title: str, row: int, column: int, value: Any) -> set[str]:
        sheets = [
            replace(one, rows=[changed(cells, column, value) if at == row else cells for at, cells in enumerate(one.rows)])
            if one.title == title else one
            for one in whole.sheets
        ]  # fmt: skip
        results = checking.results(found, replace(whole, sheets=sheets), Moment(found.as_of, found.chain_head))
        return {one.code for one in results if not one.passed}

    assert spoiled("汇总", 0, 1, "别名") == set()
    assert spoiled("任务完成情况", 0, 3, 99) == {"B-01"}
    assert spoiled("分类合格率", 0, 2, 99) == {"B-02", "B-04"}
    assert spoiled("环节与区域", 0, 2, 0) == {"B-03", "B-04"}
    lost = [replace(one, numbers=one.numbers[:-1]) if one.count else one for one in whole.figures if one.side == "分母"]
    kept = [one for one in whole.figures if one.side == "分子"]
    mixed = replace(whole, figures=[pair for one, other in zip(kept, lost, strict=False) for pair in (one, other)])
    assert any(one.code == "T-02" and not one.passed for one in checking.results(found, mixed, Moment(found.as_of, found.chain_head)))


def test_the_cumulative_figure_carries_on(november: Any, sealed: Any, made: Any) -> None:
    """T-04: October sealed, then a batch of October comes in late: November's cumulative says by how much."""
    sealed(Period(2026, month=10))
    assert checks(made())["T-04"].passed
    with transaction():
        batch(november, 20, date(2026, 10, 20))
    told = checks(made())["T-04"]
    assert not told.passed and "上期封存 2＋本期 6，累计 9，相差 1" in told.message


# ---------------------------------------------------------------- two people, sealing, sending

def test_another_person_approves_and_a_number_names_the_office(november: Any, made: Any) -> None:
    found, clerk = made(), november.actor(CLERK)
    with transaction():
        operations.check(found, clerk, clock.now())
    with pytest.raises(NotAllowed), transaction():
        operations.approve(found, clerk, clock.now())
    with pytest.raises(NotAllowedNow, match="他人批准后才能封存"), transaction():
        operations.seal(found, clerk, clock.now())
    with transaction():
        operations.approve(found, november.actor(REVIEWER), clock.now())
    with transaction():
        operations.send_back(found, november.actor(REVIEWER), "请补充说明")
    assert found.approved_by_id is None and found.state is ReturnState.DRAFT
    carry_through(november, found)
    assert found.number == "津蓟市监抽检月报〔2026〕1号" and "津蓟市监抽检月报〔2026〕1号" in numbers_in_cells(found)["汇总", "A2"]
    with pytest.raises(NotLikeThis, match="不能早于封存日期"), transaction():
        operations.send(found, operations.Sending(date(2026, 11, 1), "市局"), clerk, clock.now())
    with transaction():
        operations.send(found, operations.Sending(clock.today(), "市局", "津蓟市监〔2026〕8号"), clerk, clock.now())
    assert found.state is ReturnState.SENT and found.sent_to == "市局"


def test_two_offices_never_have_one_number(november: Any, sealed: Any) -> None:
    """The first return of the year of each of three offices; the topmost passes over what another has numbered before."""
    from app.exports import numbering

    ours = sealed()
    with transaction():
        ours.number = "抽检月报〔2026〕1号"  # as numbers were before offices had a word
    for org, number in (("other", "〔2026〕1号"), ("root", "抽检月报〔2026〕2号")):
        one = MonthlyReturn(org_id=november.orgs[org].id, month=202611, period_kind=ours.period_kind)
        with transaction():
            assert numbering.number(one).endswith(number)


def test_sealed_is_only_what_can_be_counted_again(november: Any, made: Any) -> None:
    """Somebody writes into the past of a batch while the return waits: it is not sealed."""
    found = made()
    with transaction():
        operations.check(found, november.actor(CLERK), clock.now())
        operations.approve(found, november.actor(REVIEWER), clock.now())
    with transaction():
        fact(sample(1), Supervision.FAIL, "更正", found.as_of)
    with pytest.raises(NotAllowedNow, match="与审批时不一致"), transaction():
        operations.seal(found, november.actor(CLERK), clock.now())


# ---------------------------------------------------------------- verifying

def test_a_sealed_return_is_made_again_byte_for_byte(november: Any, sealed: Any) -> None:
    """After a verdict has changed, a batch has come in late and a name has been corrected."""
    found = sealed()
    with transaction():
        fact(sample(0), Supervision.PASS, "复检")
        batch(november, 9, date(2026, 11, 2))
        sample(0).sampled_name = "甲店（更名）"
    verdict = verifying.verify(found)
    assert verdict.same and any("逐字节相同" in one for one in verdict.said), verdict.faults
    assert any("明细文字其后有更正 1 处" in one and "甲店（更名）" in one for one in verdict.notes)


def test_verifying_names_the_first_difference(november: Any, sealed: Any) -> None:
    found = sealed()
    with transaction():
        fact(sample(1), Supervision.FAIL, "更正", found.as_of)  # as if it had been known at the moment of the return
    faults = verifying.verify(found).faults
    assert faults and any("分类合格率!D4" in one or "汇总!" in one or "分类合格率" in one for one in faults)
    session().rollback()
    with transaction():
        found.chain_head = "f" * 64
    assert any("找不到报表印出的锚点" in one for one in verifying.verify(found).faults)
    files.place(found.sha256).write_bytes(b"spoiled")
    assert any("SHA-256 不符" in one for one in verifying.verify(found).faults)


# ---------------------------------------------------------------- differences and corrections

def test_differences_name_every_record_and_its_cause(november: Any, sealed: Any) -> None:
    found = sealed()
    assert differing.against(found, clock.now()) == []
    with transaction():
        fact(sample(0), Supervision.PASS, "复检")
        batch(november, 9, date(2026, 11, 2))
        fact(sample(5), Supervision.PASS, "作废", voided=True)
    rows = {(one.figure.sheet, one.figure.name, one.figure.period, one.figure.side): one for one in differing.against(found, clock.now())}
    total = rows["任务完成情况", "合计", "2026年11月", "分子"]
    assert (total.value_then, total.value_now, total.count_then, total.count_now) == ("6", "6", 6, 6)
    told = {each.number: (each.change, each.cause.reasons) for each in total.records}
    assert told[NUMBERED.format(9)][0] == "新增" and "补录" in told[NUMBERED.format(9)][1]
    assert told[NUMBERED.format(5)] == ("减少", ("作废",))
    rate = rows["分类合格率", "食用农产品", "2026年11月", "分子"]  # a part of a breakdown
    assert (NUMBERED.format(0), "新增", ("复检改判",)) in [(each.number, each.change, each.cause.reasons) for each in rate.records]
    for one in rows.values():
        assert one.count_then + len(one.numbers("新增")) - len(one.numbers("减少")) == one.count_now
    content = operations.differences_workbook(found, november.actor(CLERK), clock.now(), "月报")
    detail = openpyxl.load_workbook(io.BytesIO(content))["差异明细"]
    assert any(NUMBERED.format(5) in [cell.value for cell in row] for row in detail.iter_rows())


def test_a_correction_keeps_both_and_says_what_changed(november: Any, sealed: Any) -> None:
    found, clerk = sealed(), november.actor(CLERK)
    before = found.sha256
    with transaction():
        fact(sample(0), Supervision.PASS, "复检")
    with pytest.raises(NotLikeThis, match="更正理由"):
        operations.prepare_correction(found, " ", clerk, clock.now())
    with transaction():
        correction = operations.correct(found, "复检合格", clerk, clock.now())
    with pytest.raises(NotAllowedNow, match="已有更正报"):
        operations.prepare_correction(found, "再来一次", clerk, clock.now())
    carry_through(november, correction)
    assert (correction.corrects_id, found.sha256, found.number) == (found.id, before, "津蓟市监抽检月报〔2026〕1号")
    cells = numbers_in_cells(correction)
    assert "更正 津蓟市监抽检月报〔2026〕1号" in cells["汇总", "A2"]
    changed = [cells["更正说明", f"{column}4"] for column in "ABC"]
    assert changed[0] in ("汇总", "分类合格率", "环节与区域", "任务完成情况")
    assert any(isinstance(value, str) and "复检改判" in value for (sheet, _), value in cells.items() if sheet == "更正说明")
    assert verifying.verify(correction).same
    with pytest.raises(NotAllowedNow, match="对该更正报再作更正"):
        operations.prepare_correction(found, "再来一次", clerk, clock.now())


# ---------------------------------------------------------------- pages and commands

def test_the_pages(november: Any, sealed: Any, made: Any, sign_in: Any) -> None:
    found, draft = sealed(), made()
    client = sign_in(november.people[CLERK])
    home = client.get("/returns/?state=sealed&year=2026&q=月报〔2026〕1").text
    assert "津蓟市监抽检月报〔2026〕1号" in home and f"/returns/{draft.id}\"" not in home
    for address in ("", "/figures", "/figures?sheet=汇总", "/figures/1", "/differences", "/cover", "/correct"):
        assert client.get(f"/returns/{found.id}{address}").status_code == 200, address
    assert "核验通过" in client.post(f"/returns/{found.id}/verify", follow_redirects=True).text
    assert "完全一致" in client.get(f"/returns/{found.id}/differences").text
    assert client.get(f"/returns/{found.id}/differences.xlsx").status_code == 200
    made_again = client.post(f"/returns/{found.id}/correct", data={"reason": "漏报", "key": "a" * 32})
    assert made_again.status_code == 303
    assert client.post(f"/returns/{found.id}/correct", data={"reason": "漏报", "key": "a" * 32}).location == made_again.location
    assert "更正理由：漏报" in client.get(f"/returns/{found.id}").text
    assert "更正说明" in client.get(f"{made_again.location}/cover").text
    stranger = sign_in(november.people["other:统计员"])
    for address in ("", "/figures", "/figures/1", "/differences", "/previous", "/cover"):
        assert stranger.get(f"/returns/{found.id}{address}").status_code == 404


def test_a_return_beside_that_of_the_month_before(november: Any, sealed: Any, sign_in: Any, app: Any) -> None:
    """与上期比较: both as they were sealed; the first return has none before it."""
    october, found = sealed(Period(2026, month=10)), sealed()
    with transaction():
        batch(november, 20, date(2026, 10, 20))  # changes neither: that is for 与现有记录的差异
    client = sign_in(november.people[CLERK])
    page = client.get(f"/returns/{found.id}/previous").text
    assert f"上期报表 {october.number}" in page and f"/returns/{october.id}/figures/" in page
    assert "没有2026年9月的同样式、同区域的已封存报表" in client.get(f"/returns/{october.id}/previous").text
    assert f"/returns/{found.id}/previous" in client.get("/returns/").text
    run = app.test_cli_runner().invoke(args=["exports", "compare", found.number, "--json", "--as", "county-statistician"])
    told = json.loads(run.stdout)
    rows = {(one["sheet"], one["name"], one["side"]): one for one in reversed(told["figures"])}
    assert told["former"] == october.number
    one = rows["任务完成情况", "合计", "分子"] if ("任务完成情况", "合计", "分子") in rows else rows["任务完成情况", "合计", "数值"]
    assert (one["before"], one["after"], one["difference"]) == ("2", "6", "+4")
    run = app.test_cli_runner().invoke(args=["exports", "compare", october.number, "--as", "county-statistician"])
    assert run.exit_code == 1 and "请先封存上一期报表" in run.stderr


def test_one_page_makes_one_return_and_a_large_one_waits_for_the_worker(app: Any, november: Any, sign_in: Any, monkeypatch: Any) -> None:
    client = sign_in(november.people[CLERK])
    asked = {"area": "120119", "plan": "jizhou", "year": "2026", "kind": "季报", "quarter": "4", "key": "b" * 32}
    assert client.post("/returns/new", data=asked).location == client.post("/returns/new", data=asked).location
    assert session().scalar(sa.select(sa.func.count()).select_from(MonthlyReturn)) == 1
    refused = client.post("/returns/new", data=asked | {"quarter": "", "key": "c" * 32})
    assert refused.status_code == 422 and "请选择季度" in refused.text
    monkeypatch.setattr(queries, "AT_ONCE", 3)
    waiting = client.post("/returns/new", data=asked | {"kind": "年报", "key": "d" * 32})
    assert "/returns/jobs/" in waiting.location and "正在后台生成" in client.get(waiting.location).text
    assert app.test_cli_runner().invoke(args=["worker", "--once"]).exit_code == 0
    assert "查看草稿" in client.get(waiting.location).text
    kinds = session().scalars(sa.select(MonthlyReturn.period_kind).order_by(MonthlyReturn.id)).all()
    assert [one.value for one in kinds] == ["季报", "年报"]


def test_the_commands(app: Any, november: Any, tmp_path: Any) -> None:
    def run(*args: str, who: str | None = "county-statistician") -> tuple[int, Any, str]:
        named = ["--as", who] if who else []
        result = app.test_cli_runner().invoke(args=["exports", *args, "--json", *named], catch_exceptions=False)
        return result.exit_code, json.loads(result.stdout) if result.stdout else None, result.stderr

    status, told, _ = run("make", "--area", "120119", "--period", "2026-11")
    assert status == 0 and told["state"] == "草稿"
    name = f"#{told['id']}"
    assert run("make", "--area", "120119", "--period", "2026Q5")[0] == 1
    assert run("check", name)[0] == 0 and run("seal", name)[0] == 1
    assert run("submit", name)[0] == 0 and run("approve", name)[0] == 1
    assert run("approve", name, who="county-reviewer")[0] == 0
    status, told, _ = run("seal", name)
    number = told["number"]
    assert status == 0 and number == "津蓟市监抽检月报〔2026〕1号"
    assert run("send", number, "--to", "市局")[1]["state"] == "已报送"
    assert [row["number"] for row in run("list", "--state", "已报送")[1]] == [number]
    assert run("verify", number)[1]["same"] is True and run("differences", number)[1] == []
    assert len(run("show", number)[1]["figures"]) > 30
    output = tmp_path / "d.xlsx"
    assert run("file", number, "--output", str(output))[0] == 0 and output.exists()
    status, told, _ = run("correct", number, "--reason", "漏报")
    assert status == 0 and told["corrects"] == number
    assert run("discard", f"#{told['id']}", "--reason", "误作")[1]["state"] == "已放弃"
    area = ("--area", "120119", "--month", "2026-10", "--output", str(output), "--seal")
    status, _, said = run("monthly", *area)
    assert status == 1 and "他人批准后才能封存" in said
    status, told, said = run("monthly", *area, who=None)
    assert status == 0 and told["sealed"] and "未经他人审批" in said
    drafts = session().scalars(sa.select(MonthlyReturn.state).order_by(MonthlyReturn.id)).all()
    assert drafts == [ReturnState.SENT, ReturnState.DISCARDED, ReturnState.SEALED]  # the refused one left nothing
    assert session().scalar(sa.select(sa.func.count()).select_from(ReturnFigure)) > 100


def test_a_record_that_is_no_batch_tells_its_cause_too(november: Any, sealed: Any) -> None:
    """A self-inspection report waived after the sealing: named with what was done, not 原因未留痕."""
    from app.enterprises.models import Enterprise, EnterpriseKind, EnterpriseStatus
    from app.self_reports import operations as self_reports
    from app.self_reports.models import SelfReport

    reviewer = november.actor(REVIEWER)
    with transaction():
        county = session().scalar(sa.select(Region.id).where(Region.code == "120119"))
        firm = Enterprise(
            org_id=november.orgs["county"].id, name="甲厂", status=EnterpriseStatus.ACTIVE, region_id=county, created_at=clock.now(),
            kinds=[EnterpriseKind(kind="食品生产企业")],
        )  # fmt: skip
        session().add(firm)
        session().flush()
        assert self_reports.require("食品生产企业", "2026H1", november.actor("county:办案人"), clock.now()) == 1
    found = sealed()
    with transaction():
        self_reports.waive(session().scalars(sa.select(SelfReport)).one(), reviewer, "已停产")
    (moved,) = [one for one in differing.against(found, clock.now()) if "自查报告" in one.figure.name and one.figure.side == "分母"]
    (record,) = moved.records
    assert record.cause.reasons == ("办理进展",) and "已停产" in record.cause.events[0].why
