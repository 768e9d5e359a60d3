"""Laboratory sheets and national exports as rows, with every fault by line and column."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from app.domain.result_rows import WrittenTable, detect_layout, parse_results
from app.domain.samples import Domain, Level, Purpose

LAB_HEADERS = (
    "抽样单号,报告书编号,检验项目,检验结果,结果单位,结果判定,检验依据,判定依据,最小允许限,最大允许限,允许限单位,方法检出限,"
    "检出限单位,说明,监督抽检报告备注,风险监测报告备注,样品名称,委托单位"
)
# the 2022-era export, headers verbatim
NATIONAL_HEADERS = (
    "被抽样单位名称,更新时间,抽样场所,被抽样省份,被抽样地市,县(市、区),单位地址(被抽样单位)*,生产许可证号,样品名称,"
    "抽样数量,抽样编号*,食品大类,食品亚类,食品次亚类,食品细类,生产/加工/购进日期,样品规格*,样品批号*,生产日期*,保质期*,"
    "抽样单位名称,抽样人员*,抽样时间*,检验机构名称,检验目的*,报告书编号*,收检日期*,报告日期*,所在省份*,样品类型,包装分类,"
    "标识生产企业名称,标识生产企业地址*,标识生产企业省份,标识生产企业市,标识生产企业县,报送分类-2,报送分类-1,抽样环节,"
    "备注(检验机构),备注(样品),年度,结论*,商标,任务来源*,样品状态,区域类型,营业执照号,报告分类,是否委托生产,"
    "委托省(市、自治区)*,委托地区(市、州、盟),委托县(市、区),是否进口,原产国,省抽国抽,检验项目,检验结果*,结果判定*,"
    "检验依据*,判定依据*,最小允许限*,最小允许限单位*,最大允许限*,最大允许限单位*,结果单位*,分类,检验结论,"
    "执行标准/技术文件*,质量等级*,任务来源（省）,任务来源（市）,任务来源（县）,委托企业名称,网络平台名称,是否为评价性抽检,"
    "日期类型,食用农产品合格证,注册证号,第一次提交到秘书处的时间,部署机构省,部署机构市,部署机构县,单价,异议审批状态,"
    "异议处置结果"
)
LAB, NATIONAL = LAB_HEADERS.split(","), NATIONAL_HEADERS.split(",")
SAMPLE = {
    "抽样编号*": "XBJ24520201463230001", "报告书编号*": "SP2024001", "被抽样单位名称": "甲超市", "样品名称": "芹菜",
    "被抽样省份": "贵州", "被抽样地市": "六盘水", "县(市、区)": "钟山区", "抽样时间*": "2024-03-01",
    "检验目的*": "监督抽检", "收检日期*": "2024-03-02", "报告日期*": "2024-03-20", "食品大类": "食用农产 品",
    "食品亚类": "蔬菜", "日期类型": "购进日期", "生产日期*": "2024-02-29", "报送分类-1": "抽检监测（县级本级）",
    "抽样人员*": "张三、李四", "结果判定*": "合格项", "检验结果*": "未检出", "分类": "抽检项目",
    "单位地址(被抽样单位)*": "一号摊位", "标识生产企业名称": "/", "报告分类": "合格报告",
}  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    rows: Sequence[tuple[int, Sequence[str]]]
    name: str = "Sheet1"
    merged: tuple[object, ...] = field(default=())


def lab(*lines: dict[str, str] | list[str], header: Sequence[str] = LAB) -> WrittenTable:
    rows: list[tuple[int, Sequence[str]]] = [(1, tuple(header))]
    for number, line in enumerate(lines, 2):
        cells = line if isinstance(line, list) else [line.get(title, "") for title in header]
        rows.append((number, tuple(cells)))
    return parse_results([Sheet(rows)])


def national(*lines: dict[str, str]) -> WrittenTable:
    return lab(*lines, header=NATIONAL)


GOOD = {
    "抽样单号": "XC20412830465130015",
    "报告书编号": "SP2020010353",
    "检验项目": "铅",
    "检验结果": "0.1",
    "结果判定": "合格",
}


@pytest.mark.parametrize(("header", "layout"), [
    (LAB, "lab"),
    (NATIONAL, "national"),
    ([title.strip("*") for title in NATIONAL], "national"),
    (["抽样编号", "报告书编号", "检验项目", "检验结果"], "lab"),
    (["食品大类(一级)", "检验项目", "检验结果"], None),  # the base table of items has no numbers
    (["抽样编号", "被抽样单位名称", "食品名称"], None),  # an announcement
    ([], None),
])  # fmt: skip
def test_the_layout_is_known_by_its_header(header: list[str], layout: str | None) -> None:
    assert detect_layout(header) == layout


def test_a_row_tidied_and_as_written() -> None:
    written = {
        "抽样单号": " xc20412830465130015", "报告书编号": "SP2020 010353", "检验项目": "甜蜜素\n（以环已基氨基磺酸计）",
        "检验结果": " 未检出 ", "结果判定": "合格", "判定依据": "/", "最大允许限": "0.65", "允许限单位": "g/kg",
        "方法检出限": "定量限：0.030", "样品名称": "沙琪玛",
    }  # fmt: skip
    (row,) = lab(written).rows
    assert (row.line, row.sheet, row.number, row.report_no) == (2, "Sheet1", "XC20412830465130015", "SP2020010353")
    assert (row.item, row.result, row.verdict) == ("甜蜜素(以环已基氨基磺酸计)", "未检出", "合格项")
    assert row.basis == ""  # a stroke is "nothing"
    assert (row.lod, row.lod_kind) == ("0.030", "定量限")
    assert (row.max_limit, row.max_unit) == ("0.65", "g/kg")
    assert (row.min_limit, row.min_unit) == ("", "")  # no limit, so no unit either
    assert row.as_written["检验项目"] == "甜蜜素\n（以环已基氨基磺酸计）"
    assert row.as_written["抽样单号"] == " xc20412830465130015"


@pytest.mark.parametrize(("written", "verdict"), [
    ("合格", "合格项"), ("合格项", "合格项"), ("符合", "合格项"), ("不合格", "不合格项"), ("不符合", "不合格项"), ("问题项", "问题项"),
    ("不判定", "不判定项"), ("未检验", "未检验"), (" 合 格 项 ", "合格项"), ("", ""), ("/", ""),
])  # fmt: skip
def test_a_verdict_in_the_five_official_words(written: str, verdict: str) -> None:
    table = lab({**GOOD, "结果判定": written})
    assert (table.rows[0].verdict, table.faults) == (verdict, ())


def test_rows_without_a_number_continue_the_sheet_above() -> None:
    table = lab(
        GOOD,
        {"检验项目": "镉", "检验结果": "0.01"},  # merged: number and report
        {"抽样单号": "XC20412830465130015", "检验项目": "汞", "检验结果": "0.01"},  # merged: report only
        {"报告书编号": "SP2", "检验项目": "砷", "检验结果": "0.01"},  # second report of the same sample
        {"抽样单号": "XC20412830465130016", "报告书编号": "SP3", "检验项目": "铅", "检验结果": "0.01"},
        {"检验项目": "镉", "检验结果": "0.01"},
    )
    assert table.faults == ()
    assert [(row.number[-2:], row.report_no) for row in table.rows] == [
        ("15", "SP2020010353"), ("15", "SP2020010353"), ("15", "SP2020010353"), ("15", "SP2"), ("16", "SP3"), ("16", "SP3"),
    ]  # fmt: skip


def test_a_new_number_does_not_inherit_the_report_of_the_last() -> None:
    table = lab(GOOD, {"抽样单号": "XC20412830465130016", "检验项目": "铅", "检验结果": "0.1"})
    assert [(fault.line, fault.column) for fault in table.faults] == [(3, "报告书编号")]


@pytest.mark.parametrize(("change", "column", "said"), [
    ({"抽样单号": ""}, "抽样单号", "编号为空"),
    ({"抽样单号": "1.23457E+17"}, "抽样单号", "科学计数"),
    ({"抽样单号": "样品一"}, "抽样单号", "字母和数字"),
    ({"报告书编号": "/"}, "报告书编号", "报告书编号为空"),
    ({"检验项目": " "}, "检验项目", "检验项目为空"),
    ({"结果判定": "未检出"}, "结果判定", "不是规定的写法"),
    ({"检验结果": "#REF!"}, "检验结果", "公式错误"),
    ({"最大允许限": "#N/A"}, "最大允许限", "公式错误"),
    ({"检验结果": "长" * 2001}, "检验结果", "超过 2000"),
])  # fmt: skip
def test_a_fault_has_its_place_and_reason(change: dict[str, str], column: str, said: str) -> None:
    (fault,) = lab({**GOOD, **change}).faults
    assert (fault.line, fault.column, fault.sheet) == (2, column, "Sheet1")
    assert said in fault.message and "请" in fault.message


def test_every_fault_of_a_row_is_reported() -> None:
    table = lab({"抽样单号": "样品", "检验项目": "", "检验结果": "#VALUE!", "结果判定": "好"})
    assert [fault.column for fault in table.faults] == ["抽样单号", "报告书编号", "检验项目", "结果判定", "检验结果"]


def test_thirty_faults_in_two_hundred_rows() -> None:
    spoil = [{"检验项目": ""}, {"结果判定": "优"}, {"检验结果": "#DIV/0!"}]
    lines, expected = [], []
    for index in range(200):
        line = {**GOOD, "抽样单号": f"XC2041283046513{index:04d}", "检验项目": f"项目{index}"}
        if index % 20 in (3, 10, 17):
            change = spoil[index % 3]
            line |= change
            expected.append((index + 2, next(iter(change))))
        lines.append(line)
    table = lab(*lines)
    assert len(expected) == 30
    assert [(fault.line, fault.column) for fault in table.faults] == expected
    assert len(table.rows) == 200


def test_a_blank_result_with_a_verdict_is_for_people_to_decide_not_a_fault() -> None:
    table = lab({**GOOD, "检验结果": ""})
    assert (table.rows[0].result, table.faults) == ("", ())


def test_notes_under_the_table_are_named_and_passed_over() -> None:
    table = lab(GOOD, {"抽样单号": "注：以上结果仅对来样负责"}, {"说明": "签字："})
    assert len(table.rows) == 1 and table.faults == ()
    assert ["第 3 行" in table.remarks[0], "第 4 行" in table.remarks[1]] == [True, True]


def test_a_missing_column_is_said_once_not_at_every_row() -> None:
    table = lab(GOOD, GOOD, header=[title for title in LAB if title != "检验结果"])
    assert [(fault.line, fault.column) for fault in table.faults] == [(1, "检验结果")]
    assert table.rows == []


def test_a_column_that_stands_twice_is_refused() -> None:
    table = lab([*GOOD.values(), "0.2"], header=[*GOOD, "检验结果"])
    (fault,) = table.faults
    assert "2 次（第 4 列、第 6 列）" in fault.message
    assert table.rows == []


def test_no_sheet_with_a_header() -> None:
    table = parse_results([Sheet([(1, ("甲", "乙"))]), Sheet([], "空")])
    assert (table.layout, len(table.faults), len(table.remarks)) == (None, 1, 2)


def test_other_sheets_of_the_workbook_are_named_and_skipped() -> None:
    sheets = [Sheet([(1, ("列名", "必填"))], "汇总"), Sheet([(1, tuple(GOOD)), (2, tuple(GOOD.values()))], "数据")]
    table = parse_results(sheets)
    assert len(table.rows) == 1
    assert table.header_lines == {"数据": 1}
    assert "汇总" in table.remarks[0]


def test_a_sheet_of_the_national_export() -> None:
    table = national(
        {**SAMPLE, "检验项目": "毒死蜱"}, {**SAMPLE, "检验项目": "氧乐果", "检验结果*": "0.03", "结果判定*": "不合格项"}
    )
    assert table.faults == ()
    assert [(row.item, row.kind, row.verdict) for row in table.rows] == [
        ("毒死蜱", "抽检项目", "合格项"), ("氧乐果", "抽检项目", "不合格项"),
    ]  # fmt: skip
    sheet = table.sheets["XBJ24520201463230001"]
    assert sheet.faults == ()
    assert (sheet.purpose, sheet.level, sheet.domain) == (Purpose.SUPERVISION, Level.COUNTY, Domain.AGRICULTURAL)
    assert sheet.dates == {
        "sampled_on": date(2024, 3, 1), "received_on": date(2024, 3, 2), "reported_on": date(2024, 3, 20), "made_on": date(2024, 2, 29),
    }  # fmt: skip
    assert sheet.samplers == ("张三", "李四")
    assert sheet.fields["sampled_region"] == "贵州/六盘水/钟山区"
    assert sheet.fields["date_kind"] == "购进日期"
    assert (sheet.fields["level1"], sheet.fields["sampled_address"]) == ("食用农产品", "一号摊位")
    assert "producer_name" not in sheet.fields  # "/"
    assert [(report.report_no, report.reported_on) for report in sheet.reports] == [("SP2024001", date(2024, 3, 20))]


@pytest.mark.parametrize(("change", "purpose"), [
    ({}, Purpose.SUPERVISION),
    ({"是否为评价性抽检": "是"}, Purpose.EVALUATION),  # wins over 检验目的
    ({"是否为评价性抽检": "否"}, Purpose.SUPERVISION),
    ({"检验目的*": "风险监测"}, Purpose.MONITORING),
    ({"检验目的*": ""}, None),
])  # fmt: skip
def test_the_purpose_of_a_national_sheet(change: dict[str, str], purpose: Purpose | None) -> None:
    assert national({**SAMPLE, **change, "检验项目": "铅"}).sheets[SAMPLE["抽样编号*"]].purpose == purpose


@pytest.mark.parametrize(("change", "level"), [
    ({"报送分类-1": "抽检监测（转移地方）"}, Level.NATIONAL),
    ({"报送分类-1": "抽检监测（省级本级）"}, Level.PROVINCIAL),
    ({"报送分类-1": "抽检监测（市级本级）"}, Level.CITY),
    ({"报送分类-1": "", "省抽国抽": "国抽"}, Level.NATIONAL),
    ({"报送分类-1": "", "省抽国抽": ""}, None),
])  # fmt: skip
def test_who_organised_it(change: dict[str, str], level: Level | None) -> None:
    assert national({**SAMPLE, **change, "检验项目": "铅"}).sheets[SAMPLE["抽样编号*"]].level == level


def test_processed_food_is_food() -> None:
    sheets = national({**SAMPLE, "检验项目": "铅", "食品大类": "调味品"}).sheets
    assert sheets[SAMPLE["抽样编号*"]].domain is Domain.FOOD


def test_repeated_cells_of_a_sheet_must_agree() -> None:
    table = national(
        {**SAMPLE, "检验项目": "铅"},
        {"检验项目": "镉", "检验结果*": "0.1"},  # merged cells read blank
        {**SAMPLE, "检验项目": "汞", "被抽样单位名称": "乙超市"},
    )
    (fault,) = table.sheets[SAMPLE["抽样编号*"]].faults
    assert (fault.line, fault.column, fault.value) == (4, "被抽样单位名称", "乙超市")
    assert "第 2 行" in fault.message and "甲超市" in fault.message
    assert [row.number for row in table.rows] == [SAMPLE["抽样编号*"]] * 3


def test_two_reports_of_one_sample_may_differ_in_what_belongs_to_a_report() -> None:
    second = {"报告书编号*": "SP2024002", "报告日期*": "2024-03-25", "报告分类": "一般问题报告", "检验项目": "镉"}
    sheet = national({**SAMPLE, "检验项目": "铅"}, {**SAMPLE, **second}).sheets[SAMPLE["抽样编号*"]]
    assert sheet.faults == ()
    assert [(report.report_no, report.reported_on) for report in sheet.reports] == [
        ("SP2024001", date(2024, 3, 20)), ("SP2024002", date(2024, 3, 25)),
    ]  # fmt: skip


@pytest.mark.parametrize(("change", "column", "blocking"), [
    ({"抽样时间*": "2024-02-31"}, "抽样时间*", True),
    ({"抽样时间*": ""}, "抽样时间", True),
    ({"生产日期*": "见包装"}, "生产日期*", True),
    ({"检验目的*": "抽查"}, "检验目的*", True),
    ({"样品名称": "/"}, "样品名称", True),
    ({"收检日期*": "2024-02-28"}, "收检日期*", False),  # received before sampled: shown, not refused
])  # fmt: skip
def test_a_fault_in_the_sheet_of_an_export(change: dict[str, str], column: str, blocking: bool) -> None:
    faults = national({**SAMPLE, "检验项目": "铅", **change}).sheets[SAMPLE["抽样编号*"]].faults
    assert [(fault.line, fault.column.strip("*"), fault.blocking) for fault in faults] == [
        (2, column.strip("*"), blocking)
    ]


def test_the_class_of_an_item_in_the_column_of_its_kind_is_no_fault() -> None:
    table = national({**SAMPLE, "检验项目": "铅", "分类": "重金属等元素污染物"})
    assert (table.rows[0].kind, table.faults) == ("", ())


def test_the_real_vegetable_rows() -> None:
    path = Path(os.environ.get("SHIAN_SHARED_DATA", "../shared/data")) / "result_rows_2020_vegetable.csv"
    if not path.is_file():
        pytest.skip("real material is not here")
    header, *lines = csv.reader(path.open(encoding="utf-8-sig"))
    rows = [(1, ("抽样编号", "报告书编号", *header))]
    rows += [(number, ("NCP19131128463231006", "2019（食）A2562", *line)) for number, line in enumerate(lines, 2)]
    table = parse_results([Sheet(rows)])
    assert table.faults == ()
    first = table.rows[0]
    assert (first.item, first.result, first.verdict, first.kind) == ("毒死蜱", "未检出", "合格项", "抽检项目")
    assert (first.max_limit, first.max_unit, first.lod, first.lod_kind) == ("0.05", "mg/kg", "0.02", "检出限")
