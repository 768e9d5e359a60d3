"""Importing the national system's export: sheets are registered with their results."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.results.models import ResultReport
from app.sampling.models import Sample
from tests.results.material import (
    cases,
    count,
    national_csv,
    national_row,
    register_sample,
    sample_named,
)

SHARED = Path(os.environ.get("SHIAN_SHARED_DATA", "../shared/data"))
ONE, TWO = "XC26120119460010001", "XC26120119460010002"


@pytest.fixture
def one(office: Any) -> int:
    return register_sample(office, ONE)


# ---------------------------------------------------------------- national layout


def test_national_export_registers_the_sheets_it_brings(office: Any, clerk: Any, upload: Any, confirm: Any) -> None:
    """Several rows of one number are one sheet with one report; its own report date is used."""
    rows = [
        national_row(ONE, "毒死蜱", "未检出"),
        national_row(ONE, "克百威", "0.01"),
        national_row(TWO, "毒死蜱", "0.32", "不合格项"),
    ]
    batch = upload(clerk, national_csv(rows), reported_on="")
    assert (batch.layout, batch.samples, batch.new_count, batch.refused_count) == ("national", 2, 2, 0), batch.preview[
        "faults"
    ]
    assert confirm(clerk, batch, reported_on="").status_code == 303
    first, second = sample_named(ONE), sample_named(TWO)
    assert (first["org_id"], first["sampled_name"], first["purpose"].value) == (
        office.orgs["county"].id,
        "蓟州区惠民超市",
        "监督抽检",
    )
    assert (first["state"].value, first["supervision"].value, second["supervision"].value) == (
        "reported",
        "合格",
        "不合格",
    )
    assert (first["reported_on"], first["laboratory_org_id"]) == (date(2026, 11, 12), office.orgs["lab"].id)
    assert first["import_batch_id"] == batch.id
    assert cases() == [(TWO, "open")]


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (
            {"县（市、区）": "武隆区", "被抽样省份": "重庆", "被抽样地市": "重庆"},
            "不属于本单位管辖",
        ),  # another bureau's place
        ({"报告日期*": ""}, "报告日期为空"),
        ({"报告日期*": "2026-11-31"}, "没有31日"),
        ({"报告日期*": "2026-10-31"}, "早于抽样日期"),
        ({"报告日期*": "2026-12-31"}, "晚于今天"),
        ({"样品名称": ""}, "样品名称为空"),
        ({"检验目的*": "随便"}, "检验目的“随便”不认识"),
    ],
)
def test_national_refusals(office: Any, command: Any, cells: dict[str, str], told: str) -> None:
    content = national_csv([national_row(ONE, "毒死蜱", "未检出", **cells)])
    status, answer, _ = command("import", "--confirm", "--as", "county-statistician", content=content)
    assert (status, answer["refused"]) == (1, 1)
    assert any(told in error["message"] for error in answer["errors"]), answer["errors"]
    assert (count(Sample), count(ResultReport)) == (0, 0)


def test_unknown_place_leaves_the_sample_with_the_importer(office: Any, command: Any) -> None:
    """Decision 10: the bureau of the sampling place, else the importer's."""
    cells = {"被抽样省份": "", "被抽样地市": "", "县（市、区）": "云深不知处"}
    content = national_csv([national_row(ONE, "毒死蜱", "未检出", **cells)])
    status, _, _ = command("import", "--confirm", "--as", "county-statistician", content=content)
    assert (status, sample_named(ONE)["org_id"]) == (0, office.orgs["county"].id)


def test_cells_of_one_sheet_must_agree(office: Any, command: Any) -> None:
    rows = [national_row(ONE, "毒死蜱", "未检出"), national_row(ONE, "克百威", "未检出", 样品名称="白菜")]
    _, answer, _ = command("import", content=national_csv(rows))
    assert answer["refused"] == 1
    assert "不一致" in answer["errors"][0]["message"]


def test_layout_chosen_wrongly_is_refused(office: Any, command: Any) -> None:
    status, _, said = command(
        "import", "--layout", "lab", content=national_csv([national_row(ONE, "毒死蜱", "未检出")])
    )
    assert status == 1
    assert "国家抽检系统导出表" in said


def test_a_laboratory_brings_no_sheets(office: Any, command: Any) -> None:
    """承检机构 may not register samples: an unknown number is unknown, whatever the layout."""
    content = national_csv([national_row(ONE, "毒死蜱", "未检出")])
    status, answer, _ = command("import", "--confirm", "--as", "lab-laboratory", content=content)
    assert (status, count(Sample)) == (1, 0)
    assert "系统中没有抽样单" in answer["errors"][0]["message"]
