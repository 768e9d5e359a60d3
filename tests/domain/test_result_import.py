"""What an upload would change; the sample is the unit."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from app.domain.national_export import WrittenSheet
from app.domain.result_import import COMPARED, Action, Change, ImportPlan, plan_import
from app.domain.result_rows import WrittenRow, parse_results
from app.domain.written import Fault

HEADER = ("抽样单号", "报告书编号", "检验项目", "检验结果", "结果单位", "结果判定")


@dataclass(frozen=True)
class Known:
    id: int
    number: str
    voided: bool = False


def rows(*lines: tuple[str, ...]) -> list[WrittenRow]:
    cells = [(1, HEADER), *((number, (*line, "mg/kg", "合格")) for number, line in enumerate(lines, 2))]
    return parse_results([SimpleNamespace(name="Sheet1", rows=cells)]).rows


def stored(row: WrittenRow, **changes: str) -> SimpleNamespace:
    return SimpleNamespace(**{field: getattr(row, field) for field in ("item", *COMPARED)} | changes)


ONE, TWO = "XBJ24520201463230001", "XBJ24520201463230002"
KNOWN = {ONE: Known(1, ONE), TWO: Known(2, TWO)}
FILE = rows((ONE, "R1", "铅", "0.1"), (ONE, "R1", "镉", "0.01"), (TWO, "R2", "铅", "0.2"))
IN_FORCE = {(ONE, "R1"): [stored(FILE[0]), stored(FILE[1])], (TWO, "R2"): [stored(FILE[2])]}


def counts(plan: ImportPlan) -> tuple[int, int, int, int]:
    return plan.new, plan.changed, plan.unchanged, plan.refused


def test_a_first_import_is_all_new() -> None:
    plan = plan_import(FILE, KNOWN, {})
    assert (counts(plan), plan.rows, plan.errors) == ((2, 0, 0, 0), 3, ())
    assert [(sample.number, len(sample.rows), sample.sample_id) for sample in plan.samples] == [
        (ONE, 2, 1),
        (TWO, 1, 2),
    ]


def test_the_same_file_again_changes_nothing() -> None:
    plan = plan_import(FILE, KNOWN, IN_FORCE)
    assert counts(plan) == (0, 0, 2, 0)
    assert all(sample.diff == () for sample in plan.samples)


@pytest.mark.parametrize(("existing", "diff"), [
    ([stored(FILE[0], result="0.3"), stored(FILE[1])], (Change("铅", "检验结果", "0.3", "0.1"),)),
    ([stored(FILE[0], result="0.10"), stored(FILE[1])], (Change("铅", "检验结果", "0.10", "0.1"),)),  # as written, not as a number
    ([stored(FILE[0], result="x", unit="g/kg"), stored(FILE[1])],
     (Change("铅", "检验结果", "x", "0.1"), Change("铅", "结果单位", "g/kg", "mg/kg"))),
    ([stored(FILE[0])], (Change("镉", "检验项目", "", "镉"),)),  # an item more
    ([stored(FILE[0]), stored(FILE[1]), stored(FILE[0], item="汞")], (Change("汞", "检验项目", "汞", ""),)),  # an item less
])  # fmt: skip
def test_a_change_is_shown_field_by_field(existing: list[SimpleNamespace], diff: tuple[Change, ...]) -> None:
    plan = plan_import(FILE[:2], KNOWN, {(ONE, "R1"): existing})
    assert counts(plan) == (0, 1, 0, 0)
    assert plan.samples[0].diff == diff


def test_a_number_may_have_two_reports_and_a_second_one_is_a_change() -> None:
    written = rows((ONE, "R1", "铅", "0.1"), (ONE, "R2", "铅", "0.2"))
    assert counts(plan_import(written, KNOWN, {})) == (1, 0, 0, 0)
    plan = plan_import(written, KNOWN, {(ONE, "R1"): [stored(written[0])]})
    assert counts(plan) == (0, 1, 0, 0)
    assert plan.samples[0].diff == (Change("铅", "检验项目", "", "铅"),)


def test_a_report_that_the_file_does_not_mention_stays() -> None:
    assert counts(plan_import(FILE[:2], KNOWN, {**IN_FORCE, (ONE, "R9"): [stored(FILE[0])]})) == (0, 0, 1, 0)


def test_one_faulty_row_refuses_its_whole_sample_and_no_other() -> None:
    plan = plan_import(FILE, KNOWN, {}, faults=[Fault(3, "检验结果", "#REF!", "公式错误", "Sheet1")])
    assert [(sample.number, sample.action) for sample in plan.samples] == [(ONE, Action.REFUSED), (TWO, Action.NEW)]
    assert [(fault.line, fault.column) for fault in plan.errors] == [(3, "检验结果")]


def test_a_fault_that_does_not_block_is_a_warning() -> None:
    plan = plan_import(FILE, KNOWN, {}, faults=[Fault(3, "收检日期", "", "早于抽样日期", "Sheet1", blocking=False)])
    assert (counts(plan), plan.errors, len(plan.warnings)) == ((2, 0, 0, 0), (), 1)


def test_a_fault_of_the_file_belongs_to_no_sample() -> None:
    plan = plan_import([], {}, {}, faults=[Fault(0, "", "", "没有找到表头")])
    assert (plan.samples, [fault.message for fault in plan.errors]) == ((), ["没有找到表头"])


def test_the_same_line_of_another_sheet_is_another_line() -> None:
    plan = plan_import(FILE, KNOWN, {}, faults=[Fault(3, "检验结果", "", "错", "Sheet2")])
    assert (counts(plan), len(plan.errors)) == ((2, 0, 0, 0), 1)


def test_the_same_item_twice_in_one_report_is_refused_and_names_both_lines() -> None:
    plan = plan_import(rows((ONE, "R1", "铅（以Pb计）", "0.1"), (ONE, "R1", "铅 (以Pb计)", "0.2")), KNOWN, {})
    (fault,) = plan.errors
    assert (plan.refused, fault.line, fault.column) == (1, 3, "检验项目")
    assert "第 2 行" in fault.message


@pytest.mark.parametrize(("known", "said"), [
    ({}, "系统中没有抽样单"),  # a laboratory cannot create a sheet
    ({ONE: Known(1, ONE, voided=True)}, "已作废"),
])  # fmt: skip
def test_results_for_no_living_sheet_are_refused(known: dict[str, Known], said: str) -> None:
    plan = plan_import(rows((ONE, "R1", "铅", "0.1")), known, {})
    (fault,) = plan.errors
    assert plan.refused == 1
    assert (fault.line, fault.column, fault.value) == (2, "抽样单号", ONE)
    assert said in fault.message and "请" in fault.message


def test_a_national_export_creates_the_sheets_it_describes() -> None:
    header = (
        "抽样编号*",
        "报告书编号*",
        "检验项目",
        "检验结果*",
        "被抽样单位名称",
        "样品名称",
        "抽样时间*",
        "检验目的*",
    )
    good = ("SP1", "铅", "0.1", "甲超市", "芹菜", "2024-03-01", "监督抽检")
    bad = ("SP2", "铅", "0.1", "甲超市", "芹菜", "2024-02-31", "监督抽检")
    cells = [(1, header), (2, (ONE, *good)), (3, (TWO, *bad))]
    table = parse_results([SimpleNamespace(name="data_1", rows=cells)])
    plan = plan_import(table.rows, {}, {}, sheets=table.sheets, faults=table.faults)
    assert [(sample.action, sample.creates) for sample in plan.samples] == [(Action.NEW, True), (Action.REFUSED, False)]
    assert isinstance(plan.samples[0].sheet, WrittenSheet)
    assert [(fault.line, fault.column) for fault in plan.errors] == [(3, "抽样时间*")]
    known = plan_import(table.rows, KNOWN, {}, sheets=table.sheets)
    assert [sample.creates for sample in known.samples] == [False, False]
