"""Excel in and out: a round trip changes nothing, every fault is told in its own cell, and only what was confirmed is written."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.db import session, transaction
from app.domain.quotas import Cell
from app.domain.samples import AreaType, Domain, Level, Link, Purpose
from app.plans import importing, operations, queries
from app.plans.linking import link_plans
from app.plans.models import SamplingPlan
from app.reference_data.books import category_book, region_book
from app.results.models import ImportBatch
from app.sampling.sheet_draft import SheetDraft
from tests.conftest import Office
from tests.plans.conftest import (
    cells_of,
    fresh,
    grain,
    issue,
    make_quotas,
    numbers,
    save,
    township,
    wheat,
    workbook,
)

HEADER = ("食品分类", "区域", "抽样环节", "月份", "区域类型", "计划批次")


def upload(client: FlaskClient, plan: SamplingPlan, content: bytes, name: str = "计划.xlsx", where: str = "import") -> Any:
    return client.post(f"/plans/{plan.id}/{where}", data={"file": (io.BytesIO(content), name)})


def staged() -> ImportBatch:
    return session().scalars(sa.select(ImportBatch).order_by(ImportBatch.id.desc()).execution_options(populate_existing=True)).first()  # type: ignore[return-value]


def confirm(client: FlaskClient, batch: ImportBatch, **fields: str) -> Any:
    return client.post(f"/plans/imports/{batch.id}/confirm", data={"version": batch.version, **fields})


def test_upload_preview_confirm(clerk: FlaskClient, plan: SamplingPlan) -> None:
    town = region_book().name(township())
    rows = [
        HEADER, ("粮食加工品", "", "", "", "", 100), ("粮食加工品/小麦粉", town, "流通", "3月", "乡村", "１２"),
        ("", "", "", 5, "", "20批"), ("全部", "全区", "", "", "", 480),
    ]  # fmt: skip
    sent = upload(clerk, plan, workbook(rows))
    assert sent.status_code == 303
    assert numbers(plan) == {}  # nothing yet
    batch = staged()
    assert (batch.new_count, batch.changed_count, batch.refused_count) == (3, 1, 0)
    assert confirm(clerk, batch).status_code == 303
    assert numbers(plan) == {
        Cell(grain()): 100, Cell(wheat(), township(), Link.CIRCULATION, 3, AreaType.RURAL): 12, Cell(month=5): 20,
    }  # fmt: skip
    assert fresh(plan).total == 480
    again = confirm(clerk, batch)
    assert again.status_code == 409  # a second click


def test_four_columns_of_categories_are_understood_too(clerk: FlaskClient, plan: SamplingPlan) -> None:
    header = ("食品大类*", "食品亚类", "食品次亚类", "食品细类", "批次")
    rows = [header, ("粮食加工品", "小麦粉", "", "/", 7), ("粮食加工品", "没有的", "", "", 7)]
    upload(clerk, plan, workbook(rows))
    batch = staged()
    assert (batch.new_count, batch.refused_count) == (1, 1)
    assert confirm(clerk, batch, skip_refused="1").status_code == 303 and numbers(plan) == {Cell(wheat()): 7}


def test_exporting_and_importing_again_changes_nothing_and_says_so(clerk: FlaskClient, office: Office, plan: SamplingPlan) -> None:
    save(plan, office, make_quotas())
    content = clerk.get(f"/plans/{plan.id}/export.xlsx").data
    assert tuple(cells_of(content)[0]) == HEADER and len(cells_of(content)) == len(make_quotas()) + 2
    before = session().scalar(sa.select(sa.func.count()).select_from(ImportBatch))
    sent = clerk.post(f"/plans/{plan.id}/import", data={"file": (io.BytesIO(content), "再次.xlsx")}, follow_redirects=True)
    assert importing.UNCHANGED in sent.text
    assert session().scalar(sa.select(sa.func.count()).select_from(ImportBatch)) == before


def test_an_import_changes_only_the_cells_in_the_file(clerk: FlaskClient, office: Office, plan: SamplingPlan) -> None:
    save(plan, office, {Cell(grain()): 100, Cell(wheat()): 60, Cell(month=1): 5})
    upload(clerk, plan, workbook([HEADER, ("粮食加工品", "", "", "", "", 70), ("", "", "", 1, "", "取消")]))
    assert staged().changed_count == 2
    confirm(clerk, staged())
    assert numbers(plan) == {Cell(grain()): 70, Cell(wheat()): 60}


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (("没有的分类", "", "", "", "", 1), "食品分类", "没有这个食品分类"),
        (("粮食加工品/没有的", "", "", "", "", 1), "食品分类", "没有完全识别这个食品分类（识别到“粮食加工品”）"),
        (("食" * 10_000, "", "", "", "", 1), "食品分类", "没有这个食品分类"),
        (("", "武隆区", "", "", "", 1), "区域", "不在计划区域“蓟州区”之内"),
        (("", "🍜", "", "", "", 1), "区域", "没有识别出该区域"),
        (("", "", "路边", "", "", 1), "抽样环节", "请填写生产、流通、餐饮、网络"),
        (("", "", "", "13", "", 1), "月份", "没有“13”这个月份"),
        (("", "", "", "0", "", 1), "月份", "没有“0”这个月份"),
        (("", "", "", "", "郊区", 1), "区域类型", "没有“郊区”"),
        (("粮食加工品", "", "", "", "", ""), "计划批次", "计划批次为空"),
        (("粮食加工品", "", "", "", "", -3), "计划批次", "不能为负数"),
        (("粮食加工品", "", "", "", "", "1.5"), "计划批次", "不是批次"),
        (("粮食加工品", "", "", "", "", "9" * 50), "计划批次", "批次过大"),
        (("粮食加工品", "", "", "", "", "#REF!"), "计划批次", "公式错误"),
        (("粮食加工品", "", "", "", "", 501), "计划批次", "“全计划”计划 500 批，按分类分解已 0 批，还可分配 500 批，不能再填 501 批"),
        (("", "", "", "", "", "取消"), "计划批次", "计划总批次不能为空"),
    ],
)
def test_faults_stand_in_the_users_own_cell(clerk: FlaskClient, plan: SamplingPlan, row: Any, column: str, words: str) -> None:
    assert upload(clerk, plan, workbook([HEADER, row])).status_code == 303
    batch = staged()
    (shown,) = (batch.preview or {})["rows"]
    titles = (batch.preview or {})["columns"]
    at = {title: cell[1] for title, cell in zip(titles, shown["cells"], strict=True)}
    assert shown["line"] == 2 and words in at[column]
    refused = confirm(clerk, batch)
    assert refused.status_code == 422 and numbers(plan) == {}


def test_the_same_cell_twice(clerk: FlaskClient, plan: SamplingPlan) -> None:
    upload(clerk, plan, workbook([HEADER, ("粮食加工品", "", "", "", "", 1), ("粮食加工品", "", "", "", "", 2)]))
    rows = (staged().preview or {})["rows"]
    assert rows[1]["cells"][5][1] == "与第 2 行是同一格：请只保留一行"


def test_the_sum_of_the_file_is_what_counts(clerk: FlaskClient, plan: SamplingPlan) -> None:
    """Each row fits alone, together they do not: every one of them is told."""
    rows = [HEADER, ("粮食加工品", "", "", "", "", 100), *(("粮食加工品", "", "", month, "", 60) for month in (1, 2))]
    upload(clerk, plan, workbook(rows))
    batch = staged()
    assert (batch.new_count, batch.refused_count) == (1, 2)
    faulty = [row["cells"][5][1] for row in (batch.preview or {})["rows"][1:]]
    assert faulty == ["“粮食加工品”计划 100 批，按月分解已 0 批，还可分配 100 批，不能再填 120 批"] * 2


def big_file(faults: int) -> tuple[bytes, set[int]]:
    """5,000 rows over categories and months, every so many with a fault."""
    book = category_book()
    below = [number for root in book.roots() for number in sorted(book.below(root.id))]
    paths = [book.by_id(number).path for number in below if not book.children(number)]
    wrong = ({3: "13"}, {5: "-1"}, {5: "十"}, {1: "不存在镇"}, {2: "路边"}, {0: "不存在的食品"})
    text, lines = io.StringIO(), set()
    writer = csv.writer(text)
    writer.writerow(HEADER)
    step = 5000 // faults
    for number in range(5000):
        row = [paths[number % 400], "", "", str(number // 400 % 12 + 1), "城市" if number // 4800 else "", "1"]
        if number % step == 0 and len(lines) < faults:
            for place, bad in wrong[len(lines) % len(wrong)].items():
                row[place] = bad
            lines.add(number + 2)
        writer.writerow(row)
    return text.getvalue().encode("utf-8-sig"), lines


def test_five_thousand_rows_with_three_hundred_faults_are_all_told(clerk: FlaskClient, make: Any) -> None:
    plan = make(total=100_000)
    content, lines = big_file(300)
    assert upload(clerk, plan, content, "大计划.csv").status_code == 303
    batch = staged()
    assert (batch.rows, batch.refused_count, batch.new_count) == (5000, 300, 4700)
    page = clerk.get(f"/plans/imports/{batch.id}").text
    faulty = {row["line"] for row in (batch.preview or {})["rows"] if row["state"] == "有误"}
    assert faulty == lines and page.count('class="row-fault"') == 300
    errors = cells_of(clerk.get(f"/plans/imports/{batch.id}/errors.xlsx").data)
    assert len(errors) == 301 and all(row[-1] for row in errors[1:])
    assert confirm(clerk, batch, skip_refused="1").status_code == 303
    assert len(numbers(plan)) == 4700


def test_the_template_offers_lists(clerk: FlaskClient, plan: SamplingPlan) -> None:
    content = clerk.get(f"/plans/{plan.id}/template.xlsx").data
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames[:2] == ["计划批次", "填写说明"]
    assert [cell.value.rstrip("*") for cell in book.worksheets[0][1]] == list(HEADER)
    rules = book.worksheets[0].data_validations.dataValidation
    assert sum(rule.type == "list" for rule in rules) == 5
    sent = upload(clerk, plan, content)
    assert sent.status_code == 422 and "请填写后重新上传" in sent.text


def test_what_is_no_table_is_refused(clerk: FlaskClient, plan: SamplingPlan) -> None:
    assert upload(clerk, plan, b"\x00\x01", "x.xlsx").status_code == 422
    assert upload(clerk, plan, "甲,乙\n1,2\n".encode(), "x.csv").status_code == 303
    batch = staged()
    assert confirm(clerk, batch).status_code == 422 and "没有找到表头" in clerk.get(f"/plans/imports/{batch.id}").text
    assert clerk.post(f"/plans/imports/{batch.id}/discard", data={"version": fresh_version(batch)}).status_code == 303


def fresh_version(batch: ImportBatch) -> int:
    session().refresh(batch)
    return batch.version


def test_whoever_saves_between_preview_and_confirmation_is_not_overwritten(clerk: FlaskClient, office: Office, plan: SamplingPlan) -> None:
    """The file is compared anew when it is confirmed; what it changes is then what it says."""
    upload(clerk, plan, workbook([HEADER, ("粮食加工品", "", "", "", "", 30)]))
    save(plan, office, {Cell(grain()): 44, Cell(wheat()): 40})
    refused = confirm(clerk, staged())
    assert refused.status_code == 422 and numbers(plan) == {Cell(grain()): 44, Cell(wheat()): 40}


def test_an_issued_plan_takes_no_import(clerk: FlaskClient, office: Office, plan: SamplingPlan) -> None:
    content = workbook([HEADER, ("粮食加工品", "", "", "", "", 30)])
    issue(plan, office)
    assert upload(clerk, plan, content).status_code == 409
    with transaction():
        operations.amend(plan, office.actor("county:统计员"), "调整")
    upload(clerk, plan, content)
    assert confirm(clerk, staged()).status_code == 422  # without a reason
    assert confirm(clerk, staged(), comment="市局追加").status_code == 303 and numbers(plan) == {Cell(grain()): 30}


def test_other_bureaus_do_not_see_the_import(
    clerk: FlaskClient, stranger: FlaskClient, office: Office, sign_in: Any, plan: SamplingPlan
) -> None:
    upload(clerk, plan, workbook([HEADER, ("粮食加工品", "", "", "", "", 30)]))
    batch = staged()
    assert stranger.get(f"/plans/imports/{batch.id}").status_code == 404
    sampler = sign_in(office.people["county:抽样员"])
    assert sampler.post(f"/plans/imports/{batch.id}/confirm", data={"version": batch.version}).status_code == 403
    assert numbers(plan) == {}
    assert clerk.get(f"/imports/{batch.id}").status_code == 303  # the list of imports leads here


def run(app: Flask, *args: str) -> Any:
    return app.test_cli_runner().invoke(args=["plans", *args])


def test_the_commands(app: Flask, office: Office, plan: SamplingPlan, tmp_path: Path) -> None:
    who, number = ("--as", "county-statistician"), str(plan.id)
    file = tmp_path / "计划.xlsx"
    file.write_bytes(workbook([HEADER, ("粮食加工品", "", "", "", "", 30), ("粮食加工品", "", "", 13, "", 3)]))
    seen = run(app, "import", str(file), "--plan", number, "--json", *who)
    told = json.loads(seen.stdout)
    assert seen.exit_code == 0 and (told["new"], told["refused"]) == (1, 1) and numbers(plan) == {}
    assert (told["errors"][0]["line"], told["errors"][0]["column"]) == (3, "月份")
    refused = run(app, "import", str(file), "--plan", number, "--confirm", *who)
    assert refused.exit_code == 1 and numbers(plan) == {}
    done = run(app, "import", str(file), "--plan", number, "--confirm", "--skip-refused", *who)
    assert done.exit_code == 0 and numbers(plan) == {Cell(grain()): 30}
    out = tmp_path / "导出.xlsx"
    assert run(app, "export", number, "--out", str(out), *who).exit_code == 0
    again = run(app, "import", str(out), "--plan", number, "--confirm", *who)
    assert again.exit_code == 0 and importing.UNCHANGED in again.stdout
    assert run(app, "import", str(file), "--plan", "999", *who).exit_code == 1


# ---------------------------------------------------------------- the plan of an imported sheet

@pytest.mark.parametrize(
    ("changes", "linked"),
    [
        ({}, True),
        ({"report_class_b": "2026年县级监督抽检计划"}, True),
        ({"purpose": Purpose.COMBINED}, True),
        ({"purpose": Purpose.EVALUATION}, False),
        ({"organiser_level": Level.CITY}, False),
        ({"report_class_b": "别的计划"}, False),
        ({"report_class_b": None}, False),
        ({"sampled_on": clock.today().replace(year=2025)}, False),
    ],
)
def test_an_imported_sheet_belongs_to_the_plan_it_names(office: Office, make: Any, changes: dict[str, Any], linked: bool) -> None:
    plan = make(name="县级监督抽检计划")
    values = {
        "org_id": office.orgs["station"].id, "number": "X1", "product_name": "豇豆", "purpose": Purpose.SUPERVISION, "domain": Domain.FOOD,
        "organiser_level": Level.COUNTY, "report_class_b": "县级监督抽检计划", "sampled_on": clock.today(),
    } | changes  # fmt: skip
    draft = SheetDraft(**values)
    link_plans([draft])
    assert draft.plan_id is None  # a plan that is not issued takes nothing
    issue(plan, office)
    link_plans([draft])
    assert draft.plan_id == (plan.id if linked else None)


# ---------------------------------------------------------------- item sets

ITEM_HEADER = ("食品分类", "检验项目", "检验类型", "是否必检", "检验依据", "判定依据", "最小允许限", "最大允许限", "单位", "备注")


def test_item_sets_come_and_go_by_excel(clerk: FlaskClient, plan: SamplingPlan) -> None:
    rows = [
        ITEM_HEADER,
        ("粮食加工品/小麦粉", "铅(以Pb计)", "", "", "GB 5009.12-2023", "GB 2762-2022", "", "0.2", "mg/kg", ""),
        ("粮食加工品/小麦粉", "镉(以Cd计)", "监测项目", "否", "", "", "", "0.1", "mg/kg", ""),
        ("粮食加工品", "苯甲酸", "抽查", "也许", "", "", "", "", "", ""),
        ("粮食加工品", "铅", "", "", "法" * 401, "", "", "", "", ""),
        ("粮食加工品/小麦粉", "镉（以Cd计）", "监测项目", "", "", "", "", "", "", ""),
    ]
    upload(clerk, plan, workbook(rows), where="items/import")
    batch = staged()
    assert (batch.new_count, batch.refused_count) == (0, 2)  # both categories have a faulty row
    told = {(row["line"], index) for row in (batch.preview or {})["rows"] for index, cell in enumerate(row["cells"]) if cell[1]}
    assert told == {(4, 2), (4, 3), (5, 4), (6, 1)}
    upload(clerk, plan, workbook(rows[:3]), where="items/import")
    assert confirm(clerk, staged()).status_code == 303
    found = queries.item_set(plan, wheat())
    assert found is not None
    assert [(one.item, one.required, one.max_text) for one in found.items] == [("铅(以Pb计)", True, "0.2"), ("镉(以Cd计)", False, "0.1")]
    content = clerk.get(f"/plans/{plan.id}/items.xlsx").data
    sent = clerk.post(f"/plans/{plan.id}/items/import", data={"file": (io.BytesIO(content), "再次.xlsx")}, follow_redirects=True)
    assert importing.UNCHANGED in sent.text
    assert clerk.get(f"/plans/{plan.id}/items-template.xlsx").status_code == 200


def test_the_sheets_that_the_template_brings_are_not_complained_of(clerk: FlaskClient, plan: SamplingPlan) -> None:
    book = openpyxl.load_workbook(io.BytesIO(clerk.get(f"/plans/{plan.id}/template.xlsx").data))
    book.worksheets[0].append(["粮食加工品", None, None, None, None, 5])
    book.create_sheet("备忘").append(["随手记"])
    held = io.BytesIO()
    book.save(held)
    assert upload(clerk, plan, held.getvalue()).status_code == 303
    page = clerk.get(f"/plans/imports/{staged().id}").text
    assert "工作表“备忘”没有需要的表头" in page and "工作表“填写说明”" not in page and "工作表“选项”" not in page
