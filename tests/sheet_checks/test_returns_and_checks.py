"""Sheets sent back and corrected, 退修率, and the checks of a period, through pages and commands."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from app import clock, history
from app.db import session, transaction
from app.domain.returns import Sheet, overall, per_laboratory, per_rule, per_sampler
from app.domain.states import SampleState
from app.sampling import operations
from app.sampling.models import Sample, SampleReturn
from tests.conftest import Office
from tests.exemptions.test_exemptions import draft_of
from tests.queries import counting
from tests.sampling.conftest import sample_numbered

People = Callable[[str], Any]


@pytest.fixture
def people(office: Office, sign_in: Callable[..., Any]) -> People:
    return lambda name: sign_in(office.people[name])


@pytest.fixture
def taken(app: Flask, office: Office) -> Sample:
    with transaction():
        return operations.register(draft_of(office.actor("county:抽样员"), 1), office.actor("county:抽样员"), clock.now())


def send_back(client: Any, sample: Sample, **other: str) -> Any:
    data = {"rule": "L-QTY-07", "reason": "单位与规格不一致", "version": str(sample.version)} | other
    return client.post(f"/sampling/{sample.id}/return", data=data)


def test_a_returned_sheet_takes_no_report_until_it_is_corrected(people: People, taken: Sample, office: Office) -> None:
    assert send_back(people("county:统计员"), taken, reason="").status_code == 422
    assert send_back(people("county:统计员"), taken).status_code == 303
    assert sample_numbered(taken.number).state is SampleState.RETURNED
    entry = history.entries_of("sample", taken.id)[-1]
    assert (entry.step, entry.comment) == ("return", "L-QTY-07：单位与规格不一致")
    assert "尚未改回" in people("county:抽样员").get(f"/sampling/{taken.id}").text
    assert send_back(people("county:统计员"), taken).status_code == 409  # the second click

    actor = office.actor("county:抽样员")
    with transaction():
        operations.correct(sample_numbered(taken.number), draft_of(actor, 1, quantity_unit="袋"), actor, "改单位", clock.now())
    assert sample_numbered(taken.number).state is SampleState.REGISTERED
    assert session().scalars(sa.select(SampleReturn)).one().resolved_at is not None


def test_an_import_of_results_refuses_a_returned_sheet_with_a_sentence(app: Flask, people: People, taken: Sample, tmp_path: Any) -> None:
    send_back(people("county:审核人"), taken)
    book = openpyxl.Workbook()
    book.active.append(["抽样编号", "检验项目", "检验结果", "结果单位", "结果判定", "报告书编号"])
    book.active.append([taken.number, "铅", "0.1", "mg/kg", "合格项", "R1"])
    path = tmp_path / "results.xlsx"
    book.save(path)
    run = app.test_cli_runner().invoke(args=["results", "import", str(path), "--reported-on", "2026-11-20", "--json"])
    assert "已退回修改，更正后才能录入检验结果" in run.output, run.output


@pytest.mark.parametrize(("who", "status"), [("county:抽样员", 403), ("county:办案人", 403), ("other:统计员", 404), ("county:审核人", 303)])
def test_who_may_send_back(people: People, taken: Sample, who: str, status: int) -> None:
    assert send_back(people(who), taken).status_code == status


def test_voiding_and_bringing_back_keeps_the_return_open(taken: Sample, people: People, office: Office) -> None:
    send_back(people("county:统计员"), taken)
    actor = office.actor("county:抽样员")
    with transaction():
        operations.void(sample_numbered(taken.number), actor, "录错", clock.now())
    with transaction():
        operations.revive(sample_numbered(taken.number), actor, clock.now())
    assert sample_numbered(taken.number).state is SampleState.RETURNED


# ---------------------------------------------------------------- 退修率

def test_the_rate_is_of_sheets_and_counts_each_sampler() -> None:
    sheets = [
        Sheet(1, ("李四", "王五"), "甲", frozenset({"L-QTY-07", ""})), Sheet(2, ("李四",), "甲", frozenset()),
        Sheet(3, ("王五", "王五"), "", frozenset()),
    ]  # fmt: skip
    assert (overall(sheets).returned, overall(sheets).display) == (1, "33.33%")
    assert [(rate.name, rate.returned, rate.sheets, rate.display) for rate in per_sampler(sheets)] == [
        ("李四", 1, 2, "50.00%"), ("王五", 1, 2, "50.00%"),
    ]  # fmt: skip
    assert [(rate.name, rate.sheets) for rate in per_laboratory(sheets)] == [("甲", 2)]
    assert [(rate.name, rate.returned) for rate in per_rule(sheets)] == [("", 1), ("L-QTY-07", 1)]
    assert overall([]).display == "—"


def test_every_number_opens_its_sheets(app: Flask, people: People, taken: Sample) -> None:
    client = people("county:统计员")
    send_back(client, taken)
    page = client.get("/sampling/returns?from=2026-11-01&to=2026-11-30").text
    assert "100.00%" in page and "L-QTY-07 抽样数量单位与规格型号一致" in page
    records = client.get("/sampling/returns/records?from=2026-11-01&to=2026-11-30&sampler=李四&only=returned").text
    assert taken.number in records and "共 1 单" in records
    assert "共 0 单" in client.get("/sampling/returns/records?from=2026-10-01&to=2026-10-31").text
    assert "共 0 单" in client.get("/sampling/returns/records?from=2026-11-01&to=2026-11-30&rule=L-SMP-01").text
    assert taken.number not in people("other:统计员").get("/sampling/returns/records?from=2026-11-01&to=2026-11-30").text
    export = client.get("/sampling/returns/export?from=2026-11-01&to=2026-11-30")
    rows = list(openpyxl.load_workbook(io.BytesIO(export.data))["按规则"].iter_rows(values_only=True))
    assert any("L-QTY-07" in str(cell) for row in rows for cell in row)
    told = app.test_cli_runner().invoke(args=["samples", "returns", "--from", "2026-11-01", "--to", "2026-11-30", "--json"])
    assert json.loads(told.stdout)["total"] == {"name": "合计", "returned": 1, "sheets": 1, "rate": "100.00%"}


# ---------------------------------------------------------------- checks

def test_the_rules_are_listed_and_a_period_is_checked(app: Flask, people: People, taken: Sample) -> None:
    client = people("county:审核人")
    assert "L-SMP-01" in client.get("/sampling/rules").text
    page = client.get("/sampling/checks?from=2026-11-01&to=2026-11-30").text
    assert taken.number in page and "L-PAY-01" in page  # no price on the sheet
    assert taken.number not in client.get("/sampling/checks?from=2026-11-01&to=2026-11-30&rule=L-SMP-01").text.partition("caption")[2]
    assert "没有单价" in page or "没有填写单价" in page
    assert taken.number not in people("other:审核人").get("/sampling/checks?from=2026-11-01&to=2026-11-30").text
    with counting(app) as sent:
        client.get("/sampling/checks?from=2026-11-01&to=2026-11-30")
    assert sent.count <= 24, sent


def test_lint_on_the_command_line(app: Flask, taken: Sample, tmp_path: Any) -> None:
    run = app.test_cli_runner().invoke
    found = json.loads(run(args=["samples", "lint", taken.number, "--json"]).stdout)
    assert "L-PAY-01" in {one["rule"] for one in found[0]["findings"]}
    assert run(args=["samples", "lint", "XBJ0"]).exit_code == 1
    book = openpyxl.Workbook()
    book.active.append(["抽样编号", "样品名称", "检验目的", "抽样日期", "抽样人员", "抽样环节"])
    book.active.append(["XBJ26120119000010099", "饼干", "监督抽检", "2026-11-19", "李四", "流通"])
    path = tmp_path / "sheets.xlsx"
    book.save(path)
    told = run(args=["samples", "lint", "--draft", str(path), "--json"])
    rules = {one["rule"] for one in json.loads(told.stdout)[0]["findings"]}
    assert told.exit_code == 1 and {"L-SMP-01", "L-QTY-01"} <= rules, told.output
    assert session().scalar(sa.select(sa.func.count()).select_from(Sample)) == 1  # nothing is registered


def test_an_imported_sheet_is_kept_as_it_came_with_its_findings_in_the_preview(people: People) -> None:
    book, content = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["抽样编号", "样品名称", "检验目的", "抽样日期", "抽样人员", "抽样环节", "被抽样单位名称"])
    book.active.append(["XBJ26120119000010099", "饼干", "监督抽检", "2026-11-19", "李四", "流通", "某店"])
    book.save(content)
    content.seek(0)
    client = people("county:统计员")
    page = client.post("/sampling/import", data={"file": (content, "sheets.xlsx")}, follow_redirects=True).text
    assert "提示 L-SMP-01" in page and "不得少于 2 人" in page
    at = client.post("/sampling/import/1/confirm", data={"version": "1"})
    assert at.status_code == 303 and sample_numbered("XBJ26120119000010099").samplers == "李四"
