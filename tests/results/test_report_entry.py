"""A report typed in at the form."""

from __future__ import annotations

import csv
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.db import session
from app.history import HistoryEntry
from app.results.models import ResultReport
from app.sampling.models import BatchFact
from tests.results.material import cases, count, figures, register_sample, rows_of, sample_named

SHARED = Path(os.environ.get("SHIAN_SHARED_DATA", "../shared/data"))
ONE = "XC26120119460010001"


@pytest.fixture
def one(office: Any) -> int:
    return register_sample(office, ONE)


def typed(rows: list[dict[str, str]], button: str = "save", version: int = 1, **fields: str) -> dict[str, str]:
    """The form as a browser sends it: twelve rows at least, blank ones included."""
    data = {"version": str(version), "report_no": "BG1", "reported_on": "2026-11-12", "received_on": "2026-11-05"}
    for place in range(max(12, len(rows))):
        cells = rows[place] if place < len(rows) else {}
        data |= {f"rows-{place}-{name}": text for name, text in cells.items()}
        data.setdefault(f"rows-{place}-item", "")
    return {**data, button: "x", **fields}


def item(name: str, result: str, verdict: str = "合格项", **cells: str) -> dict[str, str]:
    return {
        "item": name,
        "result": result,
        "unit": "mg/kg",
        "verdict": verdict,
        "max_limit": "0.2",
        "limit_unit": "mg/kg",
        **cells,
    }


def test_preview_shows_verdicts_and_saves_nothing(clerk: Any, one: int) -> None:
    """C1: the verdict is computed on the server."""
    answer = clerk.post(f"/samples/{one}/results", data=typed([item("毒死蜱", "0.32", "")], "preview"))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "不合格项" in page and "大于最大允许限" in page and "监督“不合格”" in page
    assert (count(ResultReport), sample_named(ONE)["state"].value) == (0, "registered")


def test_save_and_the_second_click(clerk: Any, one: int) -> None:
    data = typed([item("毒死蜱", "0.32", ""), item("克百威", "未检出", lod="0.01")])
    assert clerk.post(f"/samples/{one}/results", data=data).status_code == 303
    assert clerk.post(f"/samples/{one}/results", data=data).status_code == 303
    assert "已保存过，内容相同，未作更改" in clerk.get(f"/samples/{one}/results").get_data(as_text=True)
    assert (count(ResultReport), count(BatchFact)) == (1, 1)
    report = session().scalars(sa.select(ResultReport)).one()
    assert (report.report_no, report.received_on, report.import_batch_id) == ("BG1", date(2026, 11, 5), None)
    assert [(row["item"], row["verdict"].value, row["line"]) for row in rows_of(ONE)] == [
        ("毒死蜱", "不合格项", 1),
        ("克百威", "合格项", 2),
    ]
    assert cases() == [(ONE, "open")]


def test_correction_needs_a_reason_and_makes_a_version(clerk: Any, one: int) -> None:
    """C16: the old version stays readable."""
    clerk.post(f"/samples/{one}/results", data=typed([item("毒死蜱", "0.32", "")]))
    shown = clerk.get(f"/samples/{one}/results?report=BG1").get_data(as_text=True)
    assert 'value="0.32"' in shown
    data = typed([item("毒死蜱", "0.02", "")], version=2)
    refused = clerk.post(f"/samples/{one}/results", data=data)
    assert (refused.status_code, count(ResultReport)) == (422, 1)
    assert "更正须填写更正原因" in refused.get_data(as_text=True)
    assert clerk.post(f"/samples/{one}/results", data={**data, "reason": "小数点写错"}).status_code == 303
    reports = (
        session().execute(sa.select(ResultReport.version, ResultReport.reason).order_by(ResultReport.version)).all()
    )
    assert [tuple(report) for report in reports] == [(1, None), (2, "小数点写错")]
    assert (sample_named(ONE)["supervision"].value, cases()) == ("合格", [(ONE, "cancelled")])
    comment = session().scalar(sa.select(HistoryEntry.comment).where(HistoryEntry.step == "amend"))
    assert comment == "小数点写错"


def test_the_second_of_two_savers_keeps_what_he_typed(clerk: Any, one: int) -> None:
    clerk.post(f"/samples/{one}/results", data=typed([item("毒死蜱", "未检出")]))
    late = clerk.post(f"/samples/{one}/results", data=typed([item("克百威", "0.07")], report_no="BG2"))
    page = late.get_data(as_text=True)
    assert (late.status_code, count(ResultReport)) == (409, 1)
    assert 'value="0.07"' in page and "已被他人更新" in page


def test_more_rows_without_a_script(clerk: Any, one: int) -> None:
    page = clerk.post(f"/samples/{one}/results", data=typed([item("毒死蜱", "未检出")], "more")).get_data(as_text=True)
    assert 'name="rows-17-item"' in page and 'value="毒死蜱"' in page
    assert 'name="rows-11-item"' in clerk.get(f"/samples/{one}/results").get_data(as_text=True)


@pytest.mark.parametrize(
    ("rows", "fields", "told"),
    [
        ([], {}, "请至少填写一个检验项目"),
        ([{"item": "", "result": "0.1"}], {}, "检验项目为空"),
        ([item("毒死蜱", "未检出"), item("毒死蜱", "0.1")], {}, "重复"),
        ([item("毒死蜱", "未检出")], {"report_no": ""}, "请填写报告书编号"),
        ([item("毒死蜱", "未检出")], {"reported_on": ""}, "请填写报告日期"),
        ([item("毒死蜱", "未检出")], {"reported_on": "2026-10-30"}, "早于抽样日期"),
        ([item("毒死蜱", "未检出")], {"reported_on": "2027-01-01"}, "晚于今天"),
        ([item("毒死蜱", "未检出", unit="毫" * 41)], {}, "超过 40 个字"),
        ([item("毒死蜱", "检" * 2001)], {}, "不超过 2000 字"),
        ([item("毒死蜱", "未检出", verdict="还行")], {}, "有误|不是有效的选择"),
    ],
)
def test_entry_refusals(clerk: Any, one: int, rows: Any, fields: dict[str, str], told: str) -> None:
    answer = clerk.post(f"/samples/{one}/results", data=typed(rows, **fields))
    assert (answer.status_code, count(ResultReport)) == (422, 0)
    assert any(words in answer.get_data(as_text=True) for words in told.split("|"))


def test_only_those_who_may_enter_see_the_form(office: Any, sign_in: Any) -> None:
    one = register_sample(office, ONE, laboratory_org_id=office.orgs["lab"].id, laboratory="衡清食品检验中心")
    data = typed([item("毒死蜱", "未检出")])
    for who, status in (
        ("other:统计员", 404),
        ("otherlab:承检机构", 404),
        ("county:办案人", 403),
        ("lab:承检机构", 303),
    ):
        assert sign_in(office.people[who]).post(f"/samples/{one}/results", data=data).status_code == status, who
    report = session().scalars(sa.select(ResultReport)).one()
    assert report.laboratory_org_id == office.orgs["lab"].id


@pytest.mark.skipif(not (SHARED / "result_rows_2020_vegetable.csv").exists(), reason="real material absent")
def test_real_vegetable_rows_through_the_form(clerk: Any, office: Any) -> None:
    """17 real rows: minimum "/", LOD of the method, limits in mg/kg; all conform."""
    one = register_sample(office, ONE, sampled_on=date(2020, 8, 27))
    with (SHARED / "result_rows_2020_vegetable.csv").open(encoding="utf-8-sig", newline="") as handle:
        real = list(csv.DictReader(handle))
    rows = [
        {
            "item": row["检验项目"], "result": row["检验结果"], "unit": row["结果单位"], "verdict": row["结果判定"],
            "method": row["检验依据"], "basis": row["判定依据"], "min_limit": row["最小允许限"], "max_limit": row["最大允许限"],
            "limit_unit": row["最大允许限单位"], "lod": row["方法检出限"], "kind": row["检验类型"], "note": row["说明"],
        }
        for row in real
    ]  # fmt: skip
    answer = clerk.post(f"/samples/{one}/results", data=typed(rows, reported_on="2020-09-10", received_on="2020-08-28"))
    assert answer.status_code == 303, answer.get_data(as_text=True)
    stored = rows_of(ONE)
    assert len(stored) == len(real) == 17
    assert (
        [row["verdict"].value for row in stored]
        == [row["our_verdict"].value for row in stored]
        == [row["结果判定"] for row in real]
    )
    tested = all(row["结果判定"] == "合格项" for row in real)
    assert (sample_named(ONE)["supervision"].value, len(figures())) == ("合格" if tested else "未判定", 1)
