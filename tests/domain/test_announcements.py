"""Published lists: items taken apart and put together, rows read or refused, the real files counted."""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from app.domain.announcement_columns import parts_named, plain_header, province_name
from app.domain.announcement_items import Outcome, join_lines, read_item, rejoin, split_cell
from app.domain.announcement_rows import dates_in, plain, producer_of
from app.domain.announcements import ListTable, parse, row_hash
from app.domain.headers import Row
from app.domain.result_kinds import ListKind

DATA = Path(os.environ.get("SHIAN_SHARED_DATA", "../shared/data"))
FAILING = [
    "抽样编号*", "序号", "标称生产（养殖）企业名称", "标称生产企业地址", "被抽样单位名称", "被抽样单位地址", "食品名称", "规格型号", "商标",
    "生产（加工/购进/检疫）日期/批号", "不合格项目║检验结果║标准值", "分类", "公告号", "公告日期", "任务来源/项目名称", "检验机构", "备注",
]  # fmt: skip
PASSING = [
    "抽样编号", "序号", "标称生产企业名称/进货来源名称", "标称生产企业地址", "被抽样单位名称", "被抽样单位所在省份", "食品名称", "规格型号",
    "生产日期/批号", "分类", "公告号", "公告日期", "任务来源/项目名称", "备注", "公告网址链接",
]  # fmt: skip


@dataclass
class Page:
    name: str
    rows: Sequence[Row]


def table(*rows: Sequence[str], name: str = "名单") -> ListTable:
    return parse([Page(name, [(line, tuple(cells)) for line, cells in enumerate(rows, 1)])])


def failing(**changes: str) -> list[str]:
    """A row of an ordinary 不合格 list, some of its cells written otherwise."""
    ordinary = dict(zip(FAILING, [
        " xbj22120119000010001", "1", "清源食品有限公司", "清源县一路", "明月超市", "明月县二路", "酱油", "500mL/瓶", "清源", "2022-03-01",
        "铅(以Pb计)║0.5mg/kg║≤0.2mg/kg", "调味品", "2022年第5号", "2022-05-30", "国抽", "某检验中心", "/",
    ], strict=True))  # fmt: skip
    return list((ordinary | changes).values())


# ---------------------------------------------------------------- items

@pytest.mark.parametrize("mark", ["║", "‖", "||", "｜", "|", "︱", "¦", " ║\n", "∥"])
def test_every_separator_parts_an_item(mark: str):
    cell = mark.join(["铅(以Pb计)", "0.5mg/kg", "≤0.2mg/kg"])
    assert split_cell(cell) == [("铅(以Pb计)", "0.5mg/kg", "≤0.2mg/kg")]
    assert parts_named(mark.join(["不合格项目", "检验结果", "标准值"])) == 3
    assert plain_header(mark.join(["不合格项目", "检验结果", "标准值"])) == "不合格项目║检验结果║标准值"


@pytest.mark.parametrize(
    ("cell", "size", "items"),
    [
        ("铅║0.5║≤0.2；镉║0.3║≤0.1", 3, [("铅", "0.5", "≤0.2"), ("镉", "0.3", "≤0.1")]),
        ("铅║0.5║≤0.2\n镉║0.3║≤0.1", 3, [("铅", "0.5", "≤0.2"), ("镉", "0.3", "≤0.1")]),
        ("1.铅║0.5║≤0.2；\n2、镉║0.3║≤0.1；", 3, [("铅", "0.5", "≤0.2"), ("镉", "0.3", "≤0.1")]),
        ("铅||0.5||mg/kg||≤0.2；镉||0.3||mg/kg||≤0.1", 4, [("铅", "0.5", "mg/kg", "≤0.2"), ("镉", "0.3", "mg/kg", "≤0.1")]),
        ("铅||0.5||mg/kg||≤0.2", None, [("铅", "0.5", "mg/kg", "≤0.2")]),  # the header does not say: the cell itself does
        # several results and a limit with semicolons of its own before the next item
        (
            "大肠菌群║30CFU/g；20CFU/g║n=5；c=2；m=10；M=100；镉║0.3║≤0.1", 3,
            [("大肠菌群", "30CFU/g；20CFU/g", "n=5；c=2；m=10；M=100"), ("镉", "0.3", "≤0.1")],
        ),
        ("2,4-滴║0.5║≤0.2", 3, [("2,4-滴", "0.5", "≤0.2")]),  # a name may begin with a number
        ("铅、镉（以Cd计、干重）", 3, [("铅",), ("镉（以Cd计、干重）",)]),  # names alone
        ("铅║0.5", 3, None),
        ("铅║0.5║≤0.2镉║0.3║≤0.1", 3, None),  # nothing between two items: where does the limit end?
        ("铅║0.5║≤0.2", 4, None),  # which part is missing?
    ],
)  # fmt: skip
def test_a_cell_is_taken_apart(cell: str, size: int | None, items: list[tuple[str, ...]] | None):
    assert split_cell(cell, size) == items


@pytest.mark.parametrize(
    ("result", "unit", "limit", "whole", "rest"),
    [
        ("527", "μg/kg", "", "527", "μg/kg"),  # an ordinary unit
        ("1.44", "×10³μg/kg", "", "1.44", "×10³μg/kg"),  # a multiplier in the unit is known as it is
        ("624.3", "µ/g", "", "624.3", "µ/g"),
        ("12", "个/100g", "", "12", "个/100g"),  # the digits are the unit's own
        ("3", "＞mg/kg", "", "＞3mg/kg", ""),
        ("120", "，130，320，180，190CFU/g", "", "120，130，320，180，190CFU/g", ""),
        ("45", "CFU/g；27CFU/g；54CFU/g", "", "45CFU/g；27CFU/g；54CFU/g", ""),
        ("530000", "n₁：；n₂：340000", "", "n₁：530000；n₂：340000", ""),
        ("1.4", "①×10", "", "①1.4×10", ""),
        ("8.2", "×10²/8.6×10²/8.5×10²CFU/g", "", "8.2×10²/8.6×10²/8.5×10²CFU/g", ""),
        ("4.1", "×10⁴，8.6×10⁴，×10⁴CFU/g", "", "4.1×10⁴，8.6×10⁴，4.1×10⁴CFU/g", ""),  # the same number, taken out twice
        ("25", "未检出/g；检出/g", "n=5,c=0,m=0/25g", "未检出/25g；检出/25g", ""),
        ("25", "未检出/g；检出/g", "不得检出", "25", "未检出/g；检出/g"),  # 25 of what? not certain
        ("1", "×10⁴，2.3×10⁴", "", "1", "×10⁴，2.3×10⁴"),  # taking every 1 out would have left ×0⁴: it was not done so
    ],
)  # fmt: skip
def test_a_number_goes_back_only_where_it_was_taken_out(result: str, unit: str, limit: str, whole: str, rest: str):
    assert rejoin(result, unit, limit) == (whole, rest, whole != result)


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("4.8×10⁴\nCFU/g", "4.8×10⁴CFU/g"),
        ("0.31\ng/100mL", "0.31g/100mL"),
        ("4.8\n×10⁴CFU/g", "4.8×10⁴CFU/g"),
        ("4.8×10\n4\nCFU/g", "4.8×10^4CFU/g"),  # the exponent alone on its line, the unit below it
        ("4.8×10\n4", "4.8×10\n4"),  # an exponent or a second result?
        ("120；\n130", "120；130"),
        ("未检出\n检出", "未检出\n检出"),
    ],
)
def test_lines_of_one_value_are_joined(text: str, joined: str):
    assert join_lines(text) == joined


@pytest.mark.parametrize(
    ("result", "unit", "limit", "outcome", "word"),
    [
        ("527", "μg/kg", "≤100μg/kg", Outcome.FAIL, "大于最大允许限"),
        ("1.44", "×10³μg/kg", "100", Outcome.FAIL, "1440"),
        ("0.4", "μg/kg", "不得检出", Outcome.FAIL, "不得检出"),
        ("0.46", "g/100g", "≥0.8g/100g", Outcome.FAIL, "小于最小允许限"),
        ("120", "，130，320，180，190CFU/g", "n=5,c=2,m=10,M=10²", Outcome.FAIL, "n=5,c=2,m=10,M=100"),
        ("25", "检出/g；检出/g；未检出/g；未检出/g；检出/g", "n=5,c=0,m=0/25g", Outcome.FAIL, "检出/25g"),
        (
            "530000", "n₁：；n₂：340000；n₃：440000；n₄：450000；n₅：360000；结果均大于M（单位：CFU/g）",
            "n=5,c=2,m=2.5×10⁴,M=10⁵（单位：CFU/g）", Outcome.FAIL, "n=5,c=2",
        ),
        ("4.8×10", "", "≤10000CFU/g", Outcome.TORN, "指数残缺"),
        ("4.8×104CFU/g", "", "≤10000CFU/g", Outcome.TORN, "指数残缺"),
        ("1.0", "×10", "n=5，c=2，m=2.5×10", Outcome.TORN, "指数残缺"),
        ("45", "CFU/g；27CFU/g；54CFU/g；10CFU/g；20CFU/g", "n=5，c=2，m=10CFU/g，M=10", Outcome.TORN, "标准值"),
        ("30", "，50，60，，20CFU/g", "n=5,c=2,m=10,M=10²", Outcome.TORN, "第 4 个"),
        ("7.5", "×10⁴,1.3×10⁵,9.2×10⁴,5.0×10⁴", "7.5×10⁴CFU/g", Outcome.TORN, "第一个检验结果"),
        ("120；130CFU/g", "", "n=5,c=2,m=10,M=10²", Outcome.TORN, "只有 2 个"),
        ("0.1", "mg/kg", "≤0.2mg/kg", Outcome.PASS, "不大于"),
        ("标签未标注", "", "符合GB 29924规定", Outcome.OPEN, "不是可识别的数值"),
        ("0.5", "mg/L", "≤0.2mg/kg", Outcome.OPEN, "不能换算"),
        ("", "", "", Outcome.ABSENT, "检验结果、标准值"),
        ("0.5", "mg/kg", "/", Outcome.ABSENT, "标准值"),
    ],
)  # fmt: skip
def test_an_item_is_held_to_its_own_limit_and_to_nothing_else(result: str, unit: str, limit: str, outcome: Outcome, word: str):
    item = read_item("甲", result, limit, unit)
    assert (item.outcome, word in item.why) == (outcome, True), item
    assert [text for text in (result, unit, limit) if text] == [text for key, text in item.written.items() if key != "item"]


def test_a_name_cut_off_in_its_bracket_is_said_to_be():
    item = read_item("多菌灵(", "0.54", "≤0.5mg/kg", "mg/kg")
    assert (item.item, item.outcome, item.written["item"]) == ("多菌灵", Outcome.FAIL, "多菌灵(")
    assert "项目名称" in item.why
    assert read_item("镉(以Cd计\n)", "0.7", "≤0.5mg/kg", "mg/kg").item == "镉(以Cd计)"


# ---------------------------------------------------------------- rows

def test_a_failing_list_with_its_title_and_notes():
    found = table(
        ["不合格产品信息（声明：以下信息仅指所列批次）"], FAILING, failing(), ["注：排名不分先后"], FAILING, failing(序号="2"),
        failing(食品名称="", 序号="3"), failing(**{"不合格项目║检验结果║标准值": "/"}), [""] * len(FAILING),
    )  # fmt: skip
    first, again, nameless, itemless = found.rows
    assert (first.kind, first.texts["number"], first.made_on, first.noticed_on) == (
        ListKind.FAIL, "XBJ22120119000010001", date(2022, 3, 1), date(2022, 5, 30),
    )  # fmt: skip
    assert [(one.item, one.outcome) for one in first.items] == [("铅(以Pb计)", Outcome.FAIL)]
    assert "remark" not in first.texts  # "/" is the form's word for nothing
    assert (again.sha256, again.ordinal) == (first.sha256, 2)  # 序号 is no part of what a row says
    places = [(row.faults[0].line, row.faults[0].column) for row in (nameless, itemless)]
    assert places == [(7, "食品名称"), (8, "不合格项目║检验结果║标准值")]
    assert [row.refused for row in found.rows] == [False, False, True, True]
    assert [remark[:6] for remark in found.remarks] == ["工作表“名单", "第 4 行是", "第 5 行是"]


def test_a_passing_list_reads_provinces_serial_dates_and_several_dates():
    row = ["GBJ1", "1", "清源食品有限公司", "/", "明月超市", "川", "酱油", "/", "2022-03-01、2022-03-02", "调味品", "第5号", "44711"]
    row += ["国抽", "/", "x"]
    found = table(PASSING, row, [*row[:11], "2022-05-30；2022-05-31", *row[12:]], [*row[:11], "五月底", *row[12:]])
    assert [one.kind for one in found.rows] == [ListKind.PASS] * 3
    assert [one.noticed_on for one in found.rows] == [date(2022, 5, 30), date(2022, 5, 30), None]
    assert found.rows[0].made_on is None  # which of the two?
    assert found.rows[0].texts["sampled_address"] == "四川"
    assert [[fault.blocking for fault in one.faults] for one in found.rows] == [[], [False], [False]]
    assert found.rows[0].items == []


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"食品名称": "#REF!"}, "食品名称"),
        ({"不合格项目║检验结果║标准值": "#N/A"}, "不合格项目║检验结果║标准值"),
        ({"商标": "长" * 201}, "商标"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_column(changes: dict[str, str], column: str):
    row = table(FAILING, failing(**changes)).rows[0]
    assert row.refused
    assert column in [fault.column for fault in row.faults]


def test_a_verdict_column_decides_and_other_words_are_refused():
    header = ["食品名称", "被抽样单位名称", "公告日期", "检测项目", "单位", "检测结果", "限量值", "判定"]
    rows = [["蛋", "甲店", "2022-05-30", "", "", "", "", "合格"], ["蛋", "甲店", "2022-05-30", "镉", "mg/kg", "0.7", "≤0.5mg/kg", "不合格"],
            ["蛋", "甲店", "2022-05-30", "", "", "", "", "问题"], ["蛋", "甲店", "2022-05-30", "", "", "", "", "不合格"]]  # fmt: skip
    found = table(header, *rows).rows
    assert [row.kind for row in found[:2]] == [ListKind.PASS, ListKind.FAIL]
    assert [row.refused for row in found] == [False, False, True, True]


@pytest.mark.parametrize(
    ("header", "sentence"),
    [(["抽检编号", "公布时间", "公布文号", "网址"], "上报模板"), (["姓名", "电话"], "没有找到公示名单的表头")],
)
def test_what_is_no_list_says_so(header: list[str], sentence: str):
    found = table(header, ["a", "b", "c", "d"][: len(header)])
    assert found.rows == []
    assert sentence in found.faults[0].message


def test_extra_columns_of_online_food_and_equal_headers():
    row = ["GBJ1", "1", "甲厂", "/", "乙店", "津", "酱油", *["/"] * 8, "明月旗舰店", "某平台"]
    found = table([*PASSING, "网店商铺名称", "网抽平台名称"], row)
    assert found.rows[0].texts["remark"] == "网店商铺名称：明月旗舰店；网抽平台名称：某平台"
    twice = table([*PASSING, "食品名称 *"], ["x"] * 16)
    assert "食品名称" in twice.faults[0].message


@pytest.mark.parametrize(
    ("written", "producer", "others"),
    [
        ("清源食品有限公司", "清源食品有限公司", ""),
        ("经销商：甲公司；生产商：乙公司", "乙公司", "经销商：甲公司"),
        ("受委托生产单位：甲公司；委托单位：乙公司", "甲公司", "委托单位：乙公司"),
        ("标称生产企业名称：甲厂；委托生产企业名称：乙行", "甲厂", "委托生产企业名称：乙行"),
        ("供应商：贺小波", "", "供应商：贺小波"),  # who delivered it did not make it
        ("生产商：甲；生产商：乙", "", "生产商：甲；生产商：乙"),  # which of them?
        ("", "", ""),
    ],
)
def test_the_producer_is_who_made_it(written: str, producer: str, others: str):
    assert producer_of(written) == (producer, others)


def test_torn_names_dates_and_provinces():
    row = table(PASSING, ["1", "1", "金城化 学（江苏）有限公 司", "/", "临湘市十三村乡村超\n市", "", "酱油", *["/"] * 8]).rows[0]
    assert (row.texts["producer"], row.texts["sampled"]) == ("金城化学（江苏）有限公司", "临湘市十三村乡村超市")
    assert row.cells["被抽样单位名称"] == "临湘市十三村乡村超\n市"  # as written
    assert [plain(text) for text in ("Dow Chemical company", "食品添加剂 氮气")] == ["Dow Chemical company", "食品添加剂 氮气"]
    assert plain(" / ") == plain("无") == ""
    assert dates_in("2026-02-03/20260203A") == [date(2026, 2, 3)]
    assert dates_in("2026年2月3日、2026.2.4") == [date(2026, 2, 3), date(2026, 2, 4)]
    assert dates_in("批号20229999") == []
    assert [province_name(text) for text in ("津", "天津市", "内蒙古自治区", "新疆维吾尔自治区", "黔", "四川省成都市", "京东")] == [
        "天津", "天津", "内蒙古", "新疆", "贵州", "四川省成都市", "京东",
    ]  # fmt: skip


def test_a_row_is_known_again_whatever_the_order_and_stars_of_its_columns():
    one = {"食品名称": "酱油", "被抽样单位名称": "明月 超市", "序号": "1"}
    assert row_hash(one) == row_hash({"序号": "9", "被抽样单位名称 *": "明月  超市 ", "食品名称": "酱油", "备注": ""})
    assert row_hash(one) != row_hash(one | {"备注": "复检不合格"})


# ---------------------------------------------------------------- the real files

@pytest.mark.parametrize(
    ("name", "rows", "failed", "outcomes"),
    [
        ("announcements_2022_frozen.csv", 36, 36, {Outcome.FAIL: 21, Outcome.TORN: 15}),
        ("announcements_2022.csv", 721, 2, {Outcome.FAIL: 2}),
        ("announcements_2022_05_06.csv", 2342, 54, {Outcome.FAIL: 54}),
        ("announcements_2021_01_06.csv", 629, 41, {Outcome.FAIL: 3, Outcome.ABSENT: 37, Outcome.OPEN: 1}),
    ],
)
def test_every_row_of_the_real_files_is_taken_in(name: str, rows: int, failed: int, outcomes: dict[Outcome, int]):
    """None is refused; what was 不合格 is 不合格 by its own numbers, or says why nobody can tell; never 合格."""
    with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
        written = list(csv.reader(file))
    found = table(*written)
    assert (len(found.rows), sum(row.refused for row in found.rows)) == (rows, 0)
    assert len(written) - 1 == rows
    assert Counter(row.kind for row in found.rows) == Counter({ListKind.PASS: rows - failed, ListKind.FAIL: failed})
    assert Counter(item.outcome for row in found.rows for item in row.items) == outcomes
    assert sum(row.unread for row in found.rows) == outcomes.get(Outcome.TORN, 0)
    assert len({(row.sha256, row.ordinal) for row in found.rows}) == rows
    assert all(row.noticed_on and row.made_on is None for row in found.rows)  # 生产日期 is the day of the notice, copied
