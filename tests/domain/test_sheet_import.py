"""Sampling sheets from the national system's pages, its export, and our own template."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.domain.sheet_import import SheetTable, parse_sheet_json, parse_sheet_table

EXPORT_HEADERS = (  # 77 columns, of which several names stand two or three times
    "任务来源,报送分类,检验机构名称,部署机构,抽样类型,抽样环节,抽样地点,食品分类,抽样单编号,检验目的/任务类别,单位名称,"
    "单位地址,所在省份,抽样人员,联系人,电子邮箱,电话,传真,邮编,所在地,区域类型,单位名称,单位地址,营业执照/社会信用代码,"
    "许可证类型,经营许可证号,年销售额,单位法人,联系人,电话,传真,邮编,摊位号或姓名,身份证号,所在地,企业地址,企业名称,"
    "生产许可证编号,联系人,电话,是否存在第三方企业信息,第三方省份,第三方市区,第三方县区,第三方地址,第三方名称,"
    "第三方许可证编号,第三方联系人,第三方电话,第三方性质,样品条码,样品商标,样品类型,样品来源,样品属性,包装分类,样品名称,"
    "购进日期,保质期,样品批号,规格型号,质量等级,单价,是否进口,原产地,抽样日期,抽样方式,样品形态,样品包装,抽样工具,"
    "抽样时样品储存条件,抽样基数,抽样数量,备样数量,抽样数量单位,执行标准/技术文件,备注"
)
EXPORT = EXPORT_HEADERS.split(",")
GROUP_STARTS = {10: "抽样单位", 19: "抽检场所", 34: "生产企业", 41: "第三方", 50: "样品"}
SHORT = {
    "抽样编号": "XBJ24520201463230001", "样品名称": "芹菜", "被抽样单位名称": "甲超市", "抽样日期": "2024-03-01",
}  # fmt: skip


def table(header: Sequence[str], *lines: Sequence[str], above: Sequence[str] = ()) -> SheetTable:
    rows = [(1, tuple(above))] if above else []
    rows += [(number, tuple(line)) for number, line in enumerate([header, *lines], len(rows) + 1)]
    return parse_sheet_table([SimpleNamespace(name="Sheet1", rows=rows)])


def short(**changes: str) -> SheetTable:
    cells = {**SHORT, **changes}
    return table(tuple(cells), tuple(cells.values()))


def test_the_77_columns_by_order_of_repeated_names() -> None:
    assert len(EXPORT) == 77
    cells = [f"c{place}" for place in range(77)]
    for place, text in ((1, "抽检监测（市级本级）/2020年计划"), (7, "食用农产品/蔬菜/叶菜类蔬菜/油麦菜"), (8, "DC20131100120631183"),
                        (9, "监督抽检"), (13, "张三、李四"), (57, "2020-08-03"), (65, "2020-08-03")):  # fmt: skip
        cells[place] = text
    (row,) = table(EXPORT, cells).rows
    assert row.faults == ()
    fields = row.fields
    assert (fields["sampling_unit"], fields["sampling_unit_address"], fields["sampler_phone"]) == ("c10", "c11", "c16")
    assert (fields["sampled_name"], fields["sampled_address"], fields["sampled_phone"]) == ("c21", "c22", "c29")
    assert (fields["sampling_unit_contact"], fields["sampled_contact"], fields["producer_contact"]) == (
        "c14",
        "c28",
        "c38",
    )
    assert (fields["sampled_region"], fields["producer_region"], fields["producer_phone"]) == ("c19", "c34", "c39")
    assert (fields["producer_name"], fields["producer_address"]) == ("c36", "c35")
    assert fields["third_party_region"] == "c41/c42/c43"
    assert (fields["report_class_a"], fields["report_class_b"]) == ("抽检监测（市级本级）", "2020年计划")
    assert [fields[f"level{step}"] for step in (1, 2, 3, 4)] == ["食用农产品", "蔬菜", "叶菜类蔬菜", "油麦菜"]
    assert (fields["date_kind"], row.dates["made_on"]) == ("购进日期", date(2020, 8, 3))
    assert row.samplers == ("张三", "李四")
    assert row.extra == {
        "电子邮箱": "c15",
        "传真": "c17",
        "邮编": "c18",
        "传真（第 31 列）": "c30",
        "邮编（第 32 列）": "c31",
    }


def test_the_77_columns_under_their_group_headings() -> None:
    above = [GROUP_STARTS.get(place, "") for place in range(77)]
    header = [title.removeprefix("第三方") if 41 <= place < 50 else title for place, title in enumerate(EXPORT)]
    cells = [f"c{place}" for place in range(77)]
    cells[8], cells[9], cells[57], cells[65] = "DC20131100120631183", "监督抽检", "2020-08-03", "2020-08-03"
    read = table(header, cells, above=above)
    assert read.faults == ()
    (row,) = read.rows
    assert row.faults == ()
    assert (row.line, row.fields["sampled_contact"], row.fields["third_party_contact"]) == (3, "c28", "c47")
    assert (row.fields["sampling_unit"], row.fields["sampled_name"], row.fields["third_party_name"]) == (
        "c10",
        "c21",
        "c45",
    )


def test_our_own_template() -> None:
    (row,) = short(日期类型="加工日期", 日期="2024-02-28", 备注="散装", 温度="4").rows
    assert row.faults == ()
    assert (row.number, row.fields["date_kind"], row.fields["made_on"]) == (
        "XBJ24520201463230001",
        "加工日期",
        "2024-02-28",
    )
    assert row.extra == {"温度": "4"}  # no field of ours: kept


@pytest.mark.parametrize(("changes", "column", "said"), [
    ({"抽样编号": ""}, "抽样编号", "为空"),
    ({"抽样编号": "1.2E+17"}, "抽样编号", "科学计数"),
    ({"样品名称": "/"}, "样品名称", "为空"),
    ({"被抽样单位名称": ""}, "被抽样单位名称", "为空"),
    ({"抽样日期": ""}, "抽样日期", "为空"),
    ({"抽样日期": "2024-02-31"}, "抽样日期", "2024年2月没有31日"),
    ({"购进日期": "昨天"}, "购进日期", "不是日期"),
    ({"检验目的": "抽查"}, "检验目的", "不认识"),
    ({"单价": "#REF!"}, "单价", "公式错误"),
    ({"备注": "长" * 2001}, "备注", "超过 2000"),
])  # fmt: skip
def test_a_fault_has_its_place_and_reason(changes: dict[str, str], column: str, said: str) -> None:
    (row,) = short(**changes).rows
    (fault,) = row.faults
    assert row.refused
    assert (fault.line, fault.column, fault.sheet) == (2, column, "Sheet1")
    assert said in fault.message


def test_dates_out_of_order_are_shown_and_not_refused() -> None:
    (row,) = short(生产日期="2024-03-02").rows
    assert [fault.blocking for fault in row.faults] == [False]
    assert not row.refused


@pytest.mark.parametrize(("written", "purpose"), [
    ("监督抽检 抽检监测 风险监测 评价性抽检", None),  # the page prints every option where none is chosen
    ("监督抽检、风险监测", "抽检监测"),
    ("评价性抽检", "评价性抽检"),
    ("/", None),
])  # fmt: skip
def test_the_purpose(written: str, purpose: str | None) -> None:
    (row,) = short(检验目的=written).rows
    assert (row.fields.get("purpose"), row.faults) == (purpose, ())


def test_several_dates_are_kept_the_first_kind_counts() -> None:
    (row,) = short(生产日期="2024-02-01", 购进日期="2024-02-20").rows
    assert (row.fields["date_kind"], row.fields["made_on"], row.extra) == (
        "生产日期",
        "2024-02-01",
        {"购进日期": "2024-02-20"},
    )
    (row,) = short(生产日期="2024-02-01", 购进日期="2024-02-20", 日期类型="购进日期").rows
    assert (row.fields["made_on"], row.extra) == ("2024-02-20", {"生产日期": "2024-02-01"})


def test_a_number_twice_in_one_file() -> None:
    cells = tuple(SHORT.values())
    first, second = table(tuple(SHORT), cells, (" xbj24520201463230001", *cells[1:])).rows
    assert first.faults == ()
    assert "第 2 行重复" in second.faults[0].message


@pytest.mark.parametrize(("header", "said"), [
    ((*SHORT, "样品名称"), "只保留一列"),
    ((*SHORT, "抽样单编号"), "只保留一列"),  # another name of the same field
    ((*SHORT, "单位名称"), "出现 1 次"),  # of whom?
    ((*SHORT, "联系人", "联系人"), "出现 2 次"),
])  # fmt: skip
def test_columns_that_would_have_to_be_guessed_are_refused(header: tuple[str, ...], said: str) -> None:
    read = table(header, [*SHORT.values(), "x", "y"][: len(header)])
    assert read.rows == ()
    assert said in read.faults[0].message


def test_no_header() -> None:
    read = table(("甲", "乙"), ("1", "2"))
    assert (read.rows, len(read.faults), len(read.remarks)) == ((), 1, 1)


PAGE = {
    "抽样基础信息_抽样单编号": "GC20131100120630263",
    "抽检场所信息_单位名称": "甲超市",
    "抽检场所信息_联系人电话": "（已脱敏）",
    "抽样单位信息_联系人电话": "0858",
    "抽检样品信息_样品名称": "核桃",
    "抽检样品信息_抽样日期": "2020-08-27",
    "检验信息_联系人": "王五",
    "检验信息_报告类别": "合格报告 一般不合格报告 一般问题报告 一般不合格（问题）报告 24小时限时报告",
    "检验信息_报告书编号": "2019（食）C2249",
    "新信息_新字段": "值",
}


def test_a_page_of_the_national_system() -> None:
    (row,) = parse_sheet_json(json.dumps({"GC20131100120630263": PAGE})).rows
    assert (row.line, row.faults) == (1, ())
    assert (row.fields["sampled_phone"], row.fields["sampling_unit_phone"]) == (
        "（已脱敏）",
        "0858",
    )  # masked text is text
    assert row.fields["report_no"] == "2019(食)C2249"
    assert "report_kind" not in row.fields
    assert row.extra == {"检验信息_联系人": "王五", "新信息_新字段": "值"}


def test_a_page_filed_under_another_number() -> None:
    (row,) = parse_sheet_json(json.dumps({"GC20131100120630264": PAGE})).rows
    assert "不一致" in row.faults[0].message


def test_a_number_twice_in_json_is_seen() -> None:
    text = json.dumps({"GC20131100120630263": PAGE})
    rows = parse_sheet_json(text[:-1] + ", " + text[1:]).rows
    assert [row.refused for row in rows] == [False, True]


@pytest.mark.parametrize("text", ["", "[]x", "[1, 2]", '{"a": 1}', '{"a": {"b": 1}', "null", "[" * 100_000])
def test_what_is_no_such_json_is_one_sentence(text: str) -> None:
    read = parse_sheet_json(text)
    assert (read.rows, len(read.faults)) == ((), 1)


def test_the_five_real_sheets() -> None:
    path = Path(os.environ.get("SHIAN_SHARED_DATA", "../shared/data")) / "sampling_sheets.json"
    if not path.is_file():
        pytest.skip("real material is not here")
    rows = {row.number: row for row in parse_sheet_json(path.read_text(encoding="utf-8")).rows}
    assert len(rows) == 5
    assert not any(row.refused for row in rows.values())
    chosen = {number: row.fields.get("purpose") for number, row in rows.items()}
    assert chosen["GC20131100120630263"] is None
    assert chosen["NCP19131128463231006"] == "监督抽检"
    wine = rows["DC19130400463233437"]
    assert (wine.fields["date_kind"], wine.dates["made_on"]) == ("生产日期", date(2019, 2, 25))
    assert (wine.fields["packaging"], wine.fields["spec"]) == ("预包装", "500mL/瓶")
    assert rows["DC20131100120631183"].fields["made_on"] == "2020-08-03"
    assert rows["NCP19131128463231006"].dates["received_on"] == date(2019, 10, 23)
