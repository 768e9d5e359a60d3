"""抽检月报 through the page and the command: the workbook says what the pages say, and proves it."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from app import clock, files
from app.attachments.models import Attachment
from app.db import session, transaction
from app.domain.facts import Conclusion
from app.domain.samples import Domain, Level, Link, Monitoring, Purpose, Supervision
from app.domain.workflow import SampleState
from app.exports.models import MonthlyReturn
from app.planning.models import SamplingTask
from app.reference_data.books import region_book
from app.reference_data.models import FoodCategory, Region
from app.sampling.facts import draft_of, write_facts
from app.sampling.models import Sample

SHEETS = ["汇总", "任务完成情况", "分类合格率", "环节与区域", "不合格项目分类", "不合格明细", "核查处置", "数据来源"]


def completed(
    office: Any, number: str, reported: date, verdict: Supervision = Supervision.PASS, **values: Any
) -> Sample:
    """A completed batch in 蓟州区; runs inside a transaction."""
    region = session().scalar(sa.select(Region.id).where(Region.code == "120119"))
    category = session().scalar(sa.select(FoodCategory.id).where(FoodCategory.path == "食用农产品/蔬菜"))
    sample = Sample(
        **{
            "org_id": office.orgs["county"].id, "number": number, "state": SampleState.REPORTED,
            "purpose": Purpose.SUPERVISION, "organiser_level": Level.COUNTY, "domain": Domain.AGRICULTURAL,
            "category_id": category, "category_written": "食用农产品/蔬菜", "region_id": region,
            "link": Link.CIRCULATION, "product_name": "=油麦菜", "sampled_name": "甲店", "sampled_on": reported,
            "reported_on": reported, "search_text": number, "created_at": clock.now(), "pending_items": 0, **values,
        }
    )  # fmt: skip
    session().add(sample)
    session().flush()
    conclusion = Conclusion(verdict, Monitoring.NONE)
    write_facts([draft_of(sample, conclusion, reported_on=reported, has_residue=True, basis="初检")], clock.now())
    return sample


@pytest.fixture
def batches(office: Any) -> Any:
    """Eight batches of November (one fails, one undecided), two of October, one of last year."""
    with transaction():
        for ordinal in range(8):
            verdict = {0: Supervision.FAIL, 1: Supervision.OPEN}.get(ordinal, Supervision.PASS)
            completed(office, f"XBJ2611011901000000{ordinal}", date(2026, 11, 10), verdict)
        completed(office, "XBJ26110119010000010", date(2026, 10, 31))
        completed(office, "XBJ26110119010000011", date(2026, 10, 8), Supervision.FAIL)
        completed(office, "XBJ25110119010000012", date(2025, 12, 31))
        session().add(
            SamplingTask(
                org_id=office.orgs["county"].id,
                region_id=session().scalar(sa.select(Region.id).where(Region.code == "120119")),
                year=2026, level=Level.COUNTY, purpose=Purpose.SUPERVISION, batches=40, recorded_at=clock.now(),
            )
        )  # fmt: skip
    return office


def run(app: Any, *args: str) -> Any:
    return app.test_cli_runner().invoke(args=list(args), catch_exceptions=False)


def monthly(app: Any, output: Path, *more: str) -> Any:
    area = ("--area", "120119", "--month", "2026-11", "--output", str(output))
    return run(app, "exports", "monthly", *area, *more, "--json")


def table(book: Any, name: str) -> list[tuple[Any, ...]]:
    """Rows below the header (row 3) up to the first blank one."""
    rows = []
    for row in book[name].iter_rows(min_row=4, values_only=True):
        if all(cell is None for cell in row):
            break
        rows.append(row)
    return rows


def test_the_command_writes_all_sheets(app: Any, batches: Any, tmp_path: Path) -> None:
    output = tmp_path / "r.xlsx"
    result = monthly(app, output)
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert said["sheets"] == SHEETS and said["sealed"] is False and said["number"] is None
    assert said["sha256"] == hashlib.sha256(output.read_bytes()).hexdigest()
    assert openpyxl.load_workbook(output).sheetnames == SHEETS


def test_tasks_and_pass_rates(app: Any, batches: Any, tmp_path: Path) -> None:
    output = tmp_path / "r.xlsx"
    monthly(app, output)
    book = openpyxl.load_workbook(output)
    county = table(book, "任务完成情况")[0]
    # level, purpose, task, month, cumulative, completion % (10 of 40), per thousand of 795,516 residents
    assert county == ("县级", "监督抽检", 40, 8, 10, 25, 0.01)
    vegetables = table(book, "分类合格率")[0]
    # 未判定 stands beside the rate: 7 judged of 8; 6 of 7 = 85.71 %; from January 9 judged, 7 passed = 77.78 %
    assert vegetables == ("食用农产品", 7, 1, 85.71, 1, 9, 2, 77.78, 1)


def test_each_figure_proves_its_list(app: Any, batches: Any, tmp_path: Path) -> None:
    output = tmp_path / "r.xlsx"
    monthly(app, output)
    sources = table(openpyxl.load_workbook(output), "数据来源")
    batches_of_november = [f"XBJ2611011901000000{ordinal}" for ordinal in range(8)]
    expected = hashlib.sha256("\n".join(batches_of_november).encode()).hexdigest()
    found = [
        row for row in sources if row[0] == "任务完成情况" and row[1] == "县级·监督抽检" and row[5] == "2026年11月"
    ]
    assert found and all(
        row[7] == 8 and row[8] == expected for row in found if row[2] == "抽检批次数" or row[6] == "分子"
    )


def test_failures_are_text_and_real_dates(app: Any, batches: Any, tmp_path: Path) -> None:
    output = tmp_path / "r.xlsx"
    monthly(app, output)
    sheet = openpyxl.load_workbook(output)["不合格明细"]
    row = [cell for cell in next(sheet.iter_rows(min_row=4, max_row=4))]
    assert row[1].value == "XBJ26110119010000000" and row[1].data_type == "s"
    assert row[2].value == "=油麦菜" and row[2].data_type == "s"  # never a formula
    assert row[17].value.date() == date(2026, 11, 10) and row[17].is_date
    assert sheet.print_title_rows == "$1:$3" and sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.paperSize == 9


def test_sealing_numbers_it_and_keeps_the_bytes(app: Any, batches: Any, tmp_path: Path) -> None:
    output = tmp_path / "r.xlsx"
    said = json.loads(monthly(app, output, "--seal").stdout)
    assert said["sealed"] is True and said["number"] == "抽检月报〔2026〕1号"
    found = session().scalars(sa.select(MonthlyReturn)).one()
    assert files.read(found.sha256) == output.read_bytes()
    book = openpyxl.load_workbook(output)
    assert "抽检月报〔2026〕1号" in book["汇总"]["A2"].value
    assert any(found.chain_head in str(row[0]) for row in book["数据来源"].iter_rows(values_only=True))


@pytest.mark.parametrize(
    ("area", "month", "words"),
    [
        ("999999", "2026-11", "没有区划代码"),  # an unknown area names the known ones
        ("120119", "2026-13", "不是月份"),
        ("120119", "十一月", "不是月份"),
        ("120119", "2027-02", "尚未开始"),  # a return of the future
    ],
)
def test_bad_input_is_refused(app: Any, batches: Any, tmp_path: Path, area: str, month: str, words: str) -> None:
    output = tmp_path / "r.xlsx"
    result = run(app, "exports", "monthly", "--area", area, "--month", month, "--output", str(output))
    assert result.exit_code == 1 and words in result.stderr
    assert not output.exists() and session().scalars(sa.select(MonthlyReturn)).first() is None


def test_through_the_page(app: Any, batches: Any, sign_in: Any) -> None:
    client = sign_in(batches.people["county:统计员"])
    assert "生成草稿" in client.get("/returns/new").text
    made = client.post("/returns/new", data={"area": "120119", "plan": "jizhou", "year": "2026", "month": "11"})
    assert made.status_code == 303
    page = client.get(made.location).text
    assert "2026年11月抽检月报" in page and "草稿" in page
    version = session().scalars(sa.select(MonthlyReturn.version)).one()
    unapproved = client.post(f"{made.location}/seal", data={"version": version})  # a person seals only what another has approved
    assert unapproved.status_code == 409 and "他人批准后才能封存" in unapproved.text
    attachment = session().scalars(sa.select(Attachment).order_by(Attachment.id.desc())).first()
    assert attachment is not None and client.get(f"/attachments/{attachment.id}").status_code == 200


def test_the_page_refuses_bad_input_and_others(app: Any, batches: Any, sign_in: Any) -> None:
    client = sign_in(batches.people["county:统计员"])
    refused = client.post("/returns/new", data={"area": "120119", "plan": "jizhou", "year": "2026", "month": "13"})
    assert refused.status_code == 422 and "月份应在 1 至 12 之间" in refused.text
    client.post("/returns/new", data={"area": "120119", "plan": "jizhou", "year": "2026", "month": "11"})
    made = session().scalars(sa.select(MonthlyReturn.id)).one()
    assert sign_in(batches.people["other:统计员"]).get(f"/returns/{made}").status_code == 404
    assert sign_in(batches.people["county:抽样员"]).post(f"/returns/{made}/seal").status_code == 403
    assert sign_in(batches.people["county:系统管理员"]).get("/returns/").status_code == 403


def test_the_same_moment_gives_the_same_bytes(app: Any, batches: Any, tmp_path: Path) -> None:
    """A batch corrected after the draft does not change what the draft's moment says."""
    from app.exports import building, operations

    monthly(app, tmp_path / "r.xlsx")
    found = session().scalars(sa.select(MonthlyReturn)).one()
    with transaction():
        completed(batches, "XBJ26110119010000099", date(2026, 11, 11), Supervision.FAIL)
    again = building.build(found).content(operations.stamp(found))
    assert hashlib.sha256(again).hexdigest() == found.sha256


def test_a_bureau_without_a_plan_of_its_own_chooses_one_itself(app: Any, batches: Any, office: Any, sign_in: Any) -> None:
    """The targets of another county are not its own because they stand first in the list."""
    client = sign_in(office.people["county:统计员"])
    assert '<option selected value="jizhou">' in client.get("/returns/new").text
    with transaction():
        office.orgs["county"].region_id = region_book().id("120000")
        session().add(office.orgs["county"])
    assert '<option selected value="">请选择</option>' in client.get("/returns/new").text
    refused = client.post("/returns/new", data={"area": "120119", "plan": "", "year": "2026", "month": "11"})
    assert refused.status_code == 422 and "请选择对照的规划" in refused.text
