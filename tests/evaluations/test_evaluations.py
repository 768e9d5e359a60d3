"""规划评估 through pages and commands: figures of one moment, text that people edit, two people, two files that say the same."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from app import clock, files
from app.authorize import act_as
from app.db import session, transaction
from app.domain.evaluations import CODES
from app.domain.reporting_kinds import EvaluationKind
from app.domain.reporting_states import EvaluationState
from app.errors import NotAllowed, NotLikeThis
from app.evaluations import files as papers
from app.evaluations import operations, queries
from app.evaluations.content import content
from app.evaluations.models import PlanEvaluation
from app.exports.queries import organisation_name
from app.indicators import frames, tables
from app.indicators import queries as indicators
from app.indicators.frames import Frame
from app.reference_data.books import region_book
from tests.exports.test_monthly_return import batches, completed

__all__ = ["batches"]
CLERK, REVIEWER = "county:统计员", "county:审核人"


def made(office: Any, kind: EvaluationKind = EvaluationKind.YEARLY, year: int = 2025, month: int | None = None) -> PlanEvaluation:
    clerk = office.actor(CLERK)
    plan = indicators.plan_by_code(clerk, "jizhou")
    with transaction():
        return operations.draft(plan, frames.area_by_code(region_book(), "120119"), kind, year, month, clerk, clock.now())


def test_its_rows_are_those_of_the_plan(batches: Any) -> None:
    found, clerk = made(batches), batches.actor(CLERK)
    whole = content(found, clerk)
    frame = Frame(clerk, whole.frame.area, whole.frame.period, found.as_of)
    lines = tables.table(whole.plan, frame)
    assert [(row.number, row.value, row.met) for row in whole.rows] == [
        (one.planned.row.no, tables.written(one.figure), one.met) for one in lines
    ]
    assert whole.attainments[-1].total == len(lines) > 20
    assert f"共 {len(lines)} 项指标" in found.sections["preface"]


def test_the_workbook_the_document_and_the_page_say_the_same(batches: Any, sign_in: Any) -> None:
    found, clerk = made(batches), batches.actor(CLERK)
    whole, org_name = content(found, clerk), organisation_name(found.org_id)
    book = openpyxl.load_workbook(BytesIO(papers.workbook(found, whole, org_name)))
    assert book.sheetnames == ["完成情况汇总", "指标", "文字"]
    rows = [row for row in book["指标"].iter_rows(min_row=4, values_only=True) if row[0]][: len(whole.told)]
    assert [row[1] for row in rows] == [one.row.name for one in whole.told]
    assert [row[9] for row in rows] == [{True: "达到", False: "未达到", None: "—"}[one.row.met] for one in whole.told]
    act_as(clerk)
    word = papers.document(found, whole, clerk, org_name, queries.people(found))
    with ZipFile(BytesIO(word)) as package:
        text = package.read("word/document.xml").decode()
        chart = package.read("word/charts/shian1.xml").decode()
        assert "charts/shian1.xml" in package.read("word/_rels/document.xml.rels").decode()
        assert "/word/charts/shian1.xml" in package.read("[Content_Types].xml").decode()
    assert found.title in text and papers.PLACE not in text and whole.told[0].row.name in text
    assert "<c:numCache>" in chart  # the numbers are inside, Word needs no workbook
    page = sign_in(batches.people[CLERK]).get(f"/evaluations/{found.id}").text
    assert all(one.row.name in page for one in whole.told) and "<svg" in page
    again = papers.document(found, whole, clerk, org_name, queries.people(found))
    assert again == word and papers.workbook(found, whole, org_name) == papers.workbook(found, whole, org_name)


def test_the_years_of_a_midterm_stand_beside_each_other(batches: Any) -> None:
    found = made(batches, EvaluationKind.MIDTERM, 2023)
    whole = content(found, batches.actor(CLERK))
    assert {one.year for one in whole.years} == {2021, 2022, 2023}
    assert len(whole.years) == 3 * len(whole.told)


@pytest.mark.parametrize(
    ("kind", "year", "month", "why"),
    [
        (EvaluationKind.YEARLY, 2031, None, "尚未开始"),
        (EvaluationKind.YEARLY, 2026, 12, "尚未开始"),
        (EvaluationKind.MIDTERM, 2021, None, "首年"),
    ],
)
def test_periods_that_are_refused(office: Any, kind: EvaluationKind, year: int, month: int | None, why: str) -> None:
    with pytest.raises(NotLikeThis, match=why):
        made(office, kind, year, month)


def test_recounting_moves_sentences_nobody_changed_and_keeps_what_people_wrote(batches: Any) -> None:
    found, clerk = made(batches), batches.actor(CLERK)
    with transaction():
        operations.edit(found, found.title, {**found.sections, "problems": "我们自己的分析", "work": "完成"}, clerk)
        completed(batches, "XBJ25110119010000099", clock.today().replace(year=2025))
    before = found.as_of
    with transaction():
        operations.recount(found, clerk, clock.now())
    assert found.as_of > before
    assert found.sections["problems"] == "我们自己的分析" and found.sections["work"] == "完成"
    assert clock.office_time(found.as_of).strftime("%H:%M") in found.sections["preface"]


def test_two_people_and_files_for_good(batches: Any, sign_in: Any) -> None:
    found = made(batches)
    found_id = found.id
    clerk, reviewer = sign_in(batches.people[CLERK]), sign_in(batches.people[REVIEWER])

    def post(client: Any, step: str, **data: Any) -> Any:
        fresh = session().get(PlanEvaluation, found_id, populate_existing=True)
        return client.post(f"/evaluations/{found_id}/{step}", data={"version": fresh.version, **data})  # type: ignore[union-attr]

    early = post(clerk, "submit")
    assert early.status_code == 422 and "还没有填写" in early.text
    assert session().get(PlanEvaluation, found_id, populate_existing=True).state is EvaluationState.DRAFT  # type: ignore[union-attr]
    text = {code: found.sections.get(code) or "无" for code in CODES}
    assert post(clerk, "text", title=found.title, **text).status_code == 303
    stale = clerk.post(f"/evaluations/{found_id}/text", data={"version": 1, "title": "旧页面", **text})
    assert stale.status_code == 409 and "旧页面" in stale.text
    assert post(clerk, "submit").status_code == 303
    assert post(clerk, "approve").status_code == 403
    assert "待审批的规划评估" in reviewer.get("/").text
    assert post(reviewer, "approve").status_code == 303
    assert post(clerk, "archive").status_code == 303
    kept = session().get(PlanEvaluation, found_id, populate_existing=True)
    assert kept is not None and kept.state is EvaluationState.ARCHIVED and kept.document_sha256 and kept.workbook_sha256
    again = clerk.get(f"/evaluations/{found_id}/workbook.xlsx").data
    assert again == files.read(kept.workbook_sha256)  # the records of that moment give the same bytes
    assert "审批" in clerk.get(f"/evaluations/{found_id}").text


def test_whoever_submitted_does_not_approve(office: Any) -> None:
    found, clerk = made(office), office.actor(CLERK)
    with transaction():
        operations.edit(found, found.title, {code: found.sections.get(code) or "无" for code in CODES}, clerk)
        operations.submit(found, clerk)
        found.proposed_by_id = office.people[REVIEWER].id
    with pytest.raises(NotAllowed), transaction():
        operations.approve(found, office.actor(REVIEWER), clock.now())


def test_the_list_is_of_ones_own_reach(office: Any, sign_in: Any) -> None:
    found = made(office)
    assert found.number in sign_in(office.people[CLERK]).get("/evaluations/?state=draft&year=2025").text
    other = next(person for name, person in office.people.items() if name.startswith("other:"))
    client = sign_in(other)
    assert found.number not in client.get("/evaluations/").text
    assert client.get(f"/evaluations/{found.id}").status_code == 404


def test_by_command(app: Flask, batches: Any, tmp_path: Path) -> None:
    runner = app.test_cli_runner()

    def run(*args: str, who: str = CLERK) -> Any:
        return runner.invoke(args=["evaluations", *args, "--as", batches.people[who].username, "--json"])

    drafted = run("draft", "--plan", "jizhou", "--area", "120119", "--kind", "年度监测", "--year", "2025")
    number = json.loads(drafted.stdout)["number"]
    refused = run("submit", number)
    assert refused.exit_code == 1 and "还没有填写" in refused.stderr
    for code in CODES:
        run("edit", number, "--section", f"{code}=已核实")
    assert run("submit", number).exit_code == 0
    assert run("approve", number).exit_code == 1
    assert run("approve", number, who=REVIEWER).exit_code == 0
    assert run("archive", number).exit_code == 0
    assert run("export", number, "--output", str(tmp_path / "a.docx")).exit_code == 0
    assert (tmp_path / "a.docx").read_bytes()[:2] == b"PK"
    assert json.loads(run("list", "--state", "已归档").stdout)[0]["number"] == number
    shown = json.loads(run("show", number).stdout)
    assert shown["attainment"][-1]["total"] == len(shown["indicators"])
    assert session().scalar(sa.select(sa.func.count()).select_from(PlanEvaluation)) == 1


@pytest.mark.postgres
def test_on_postgresql(pg_app: Flask) -> None:
    from tests.conftest import make_office

    with transaction():
        office = make_office()
    found, clerk = made(office), office.actor(CLERK)
    with transaction():
        operations.edit(found, "评估", {**found.sections, "work": "完成"}, clerk)
        operations.recount(found, clerk, clock.now())
    assert found.sections["work"] == "完成" and content(found, clerk).attainments[-1].total > 20
