"""Whose verdict stands, and what is stored beside it (decision 9)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.domain.samples import Purpose
from app.reference_data.books import category_book, limit_book
from tests.results.material import as_csv, cases, lab_row, register_sample, rows_of, sample_named

ONE = "XC26120119460010001"
IMPORT = ("import", "--confirm", "--reported-on", "2026-11-12")

DECIDED = [
    # result, laboratory's verdict -> verdict in force, pending, conclusion of the batch
    ("0.01", "合格项", "合格项", False, "合格"),
    ("0.32", "合格项", "不判定项", True, "未判定"),  # laboratory 合格 against our 不合格: two people must look
    ("0.01", "不合格项", "不合格项", False, "不合格"),  # the reverse stands, flagged
    ("", "合格项", "不判定项", True, "未判定"),  # a blank reading with a verdict (defect 11)
    ("", "不合格项", "不判定项", True, "未判定"),
    ("0.32", "", "不合格项", False, "不合格"),  # ours where it gave none
    ("0.01", "", "合格项", False, "合格"),
    ("", "", "未检验", False, "未判定"),  # never 合格 (defect 5)
    ("正常", "", "不判定项", False, "未判定"),  # a word is not a reading
    ("正常", "合格项", "合格项", False, "合格"),  # our 不判定 never weakens the laboratory's verdict
    ("<0.05", "", "合格项", False, "合格"),
    ("<0.5", "", "不判定项", False, "未判定"),  # written <x decides only below the limit
]


@pytest.mark.parametrize(("result", "lab", "verdict", "pending", "conclusion"), DECIDED)
def test_whose_verdict_stands(
    office: Any, command: Any, result: str, lab: str, verdict: str, pending: bool, conclusion: str
) -> None:
    register_sample(office, ONE)
    status, answer, _ = command(*IMPORT, content=as_csv([lab_row(ONE, "毒死蜱", result, lab)]))
    assert (status, answer["item_verdicts"][verdict], answer["conclusions"][conclusion]) == (0, 1, 1)
    row, sample = rows_of(ONE)[0], sample_named(ONE)
    assert (row["verdict"].value, row["pending"], sample["supervision"].value) == (verdict, pending, conclusion)
    assert (sample["pending_items"], row["lab_verdict"].value if row["lab_verdict"] else "") == (int(pending), lab)
    assert len(cases()) == (conclusion == "不合格")
    assert answer["cases_opened"] == len(cases())
    plain = verdict == "合格项" and row["flags"] is None
    assert (row["reason"] is None) == plain  # why, wherever it is not plain that the item passed


def test_contradictions_are_flagged(office: Any, command: Any) -> None:
    register_sample(office, ONE)
    command(*IMPORT, content=as_csv([lab_row(ONE, "毒死蜱", "0.01", "不合格项")]))
    row = rows_of(ONE)[0]
    assert row["our_verdict"].value == "合格项"
    assert "以检验机构判定为准" in row["flags"]


def test_limits_of_the_row_come_first_and_their_source_is_kept(office: Any, command: Any) -> None:
    register_sample(office, ONE)
    rows = [
        lab_row(ONE, "毒死蜱", "0.3", "", 最大允许限="0.5"),
        lab_row(ONE, "没有人听说过的项目", "0.3", "", 最大允许限="", 允许限单位=""),
    ]
    command(*IMPORT, content=as_csv(rows))
    stored = {row["item"]: row for row in rows_of(ONE)}
    assert (stored["毒死蜱"]["limit_source"], stored["毒死蜱"]["limit_text"], stored["毒死蜱"]["verdict"].value) == (
        "检验机构",
        "≤0.5 mg/kg",
        "合格项",
    )
    unknown = stored["没有人听说过的项目"]
    assert (unknown["limit_source"], unknown["limit_id"], unknown["verdict"].value) == ("无限量", None, "不判定项")


def test_our_limit_in_force_applies_where_the_row_has_none(office: Any, command: Any) -> None:
    """C7: by food, item, region and day; without a production date the sampling date counts."""
    food = category_book().resolve(["食用农产品", "蔬菜", "叶菜类蔬菜", "菠菜"])
    assert food is not None
    day = date(2026, 11, 2)
    limit = limit_book().in_force("镉", food.path, ("120119", "120100", "120000", ""), day)
    assert limit is not None and limit.maximum is not None
    register_sample(office, ONE, category_id=food.id, category_written=food.path, sampled_on=day)
    above = str(limit.maximum * 2)
    command(
        *IMPORT,
        content=as_csv([lab_row(ONE, "镉（以Cd计）", above, "", 最大允许限="", 允许限单位="", 结果单位=limit.unit)]),
    )
    row = rows_of(ONE)[0]
    assert (row["item"], row["verdict"].value, row["limit_source"], row["limit_id"]) == (
        "镉",
        "不合格项",
        "限量库",
        limit.id,
    )


def test_monitoring_items_are_problems_not_failures(office: Any, command: Any) -> None:
    """风险监测 has no 不合格 and no case; its problem rate counts 问题."""
    register_sample(office, ONE, purpose=Purpose.MONITORING)
    command(*IMPORT, content=as_csv([lab_row(ONE, "毒死蜱", "0.32", "")]))
    sample = sample_named(ONE)
    assert rows_of(ONE)[0]["verdict"].value == "问题项"
    assert (sample["supervision"].value, sample["monitoring"].value, cases()) == ("无监督项目", "问题", [])


def test_one_failing_item_decides_the_batch(office: Any, command: Any) -> None:
    register_sample(office, ONE)
    rows = [
        lab_row(ONE, "毒死蜱", "0.32", "不合格项"),
        lab_row(ONE, "克百威", "", ""),
        lab_row(ONE, "氧乐果", "未检出"),
    ]
    _, answer, _ = command(*IMPORT, content=as_csv(rows))
    assert answer["item_verdicts"] == {"合格项": 1, "不合格项": 1, "问题项": 0, "不判定项": 0, "未检验": 1}
    assert answer["conclusions"] == {"合格": 0, "不合格": 1, "未判定": 0}


def test_minimum_and_maximum_in_units_of_their_own(office: Any, command: Any) -> None:
    """Both are kept as written and read with their own unit; importing again finds no change."""
    header = (
        "抽样编号",
        "报告书编号",
        "检验项目",
        "检验结果",
        "结果单位",
        "最小允许限",
        "最小允许限单位",
        "最大允许限",
        "最大允许限单位",
    )
    register_sample(office, ONE)
    cells = {"抽样编号": ONE, "报告书编号": "BG1", "检验项目": "碘", "检验结果": "25", "结果单位": "mg/kg", "最小允许限": "21000",
             "最小允许限单位": "μg/kg", "最大允许限": "39", "最大允许限单位": "mg/kg"}  # fmt: skip
    command(*IMPORT, content=as_csv([cells], header))
    row = rows_of(ONE)[0]
    assert (row["min_written"], row["min_unit"], row["max_written"], row["limit_unit"]) == (
        "21000",
        "μg/kg",
        "39",
        "mg/kg",
    )
    _, answer, _ = command("import", content=as_csv([cells, {}], header), name="again.csv")
    assert (answer["unchanged"], answer["changed"]) == (1, 0)
