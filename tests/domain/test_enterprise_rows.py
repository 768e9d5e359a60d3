"""Rows of an enterprise register: what is understood, and what is wrong in which cell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from types import SimpleNamespace

import pytest

from app.domain.enterprise_rows import EnterpriseTable, parse_enterprises
from app.domain.enterprises import KINDS, NotAKind, kinds_words, licence_notice, merged_kinds, read_kinds

HEADER = ("统一社会信用代码", "企业名称", "企业类型", "所属区域", "地址", "许可证有效期", "状态")
SOUND = ("911", "甲公司", "食品生产企业", "天津/天津/蓟州区", "文昌街1号", "2028-11-20", "在产")
CATERING, SELLING = "餐饮服务提供者", "食品销售者"


def read_code(written: str) -> tuple[str, str]:
    """A code that is too short for the real check; `X` at its end is wrong."""
    return written.upper(), "校验位不符" if written.upper().endswith("X") else ""


def table(*lines: Sequence[str], header: Sequence[str] = HEADER) -> EnterpriseTable:
    rows = [(number, tuple(line)) for number, line in enumerate([header, *lines], 1)]
    return parse_enterprises([SimpleNamespace(name="Sheet1", rows=rows)], read_code)


def changed(column: str, text: str) -> EnterpriseTable:
    return table([text if title == column else cell for title, cell in zip(HEADER, SOUND, strict=True)])


def test_a_row_as_typed_values() -> None:
    (row,) = table(SOUND).rows
    assert (row.line, row.faults, row.licence_until) == (2, (), date(2028, 11, 20))
    assert row.kinds == {("食品生产企业", "/")}
    assert row.fields["region"] == "天津/天津/蓟州区"


@pytest.mark.parametrize(
    ("column", "text", "named", "said"),
    [
        ("统一社会信用代码", "91x", "统一社会信用代码", "校验位不符"),
        ("企业名称", "/", "企业名称", "企业名称为空"),  # the form's sign for "nothing"
        ("企业名称", "甲" * 201, "企业名称", "超过 200 个字"),
        ("企业名称", "#REF!", "企业名称", "公式错误 #REF!"),
        ("企业类型", "杂货店", "企业类型", "没有名为“杂货店”的企业类型"),
        ("企业类型", "餐饮服务提供者（学校食堂", "企业类型", "括号不成对"),
        ("企业类型", f"餐饮服务提供者（{'堂' * 41}）", "企业类型", "细分类型不得超过 40 个字"),
        ("企业类型", "食" * 10_000, "企业类型", "超过 600 个字"),
        ("地址", "街" * 301, "地址", "超过 300 个字"),
        ("许可证有效期", "2028-13-01", "许可证有效期", "没有13月"),
        ("许可证有效期", "长期", "许可证有效期", "不是日期"),
        ("状态", "倒闭", "状态", "没有“倒闭”这种状态"),
    ],
)
def test_a_fault_stands_in_its_cell(column: str, text: str, named: str, said: str) -> None:
    (row,) = changed(column, text).rows
    fault = row.faults[0]
    assert (fault.line, fault.column, fault.blocking, len(row.faults)) == (2, named, True, 1)
    assert said in fault.message


@pytest.mark.parametrize(
    ("text", "status"),
    [("正常", "在产"), ("停业", "停产"), ("已注销", "注销"), (" 在 产 ", "在产")],  # words of other registers
)
def test_status_in_other_words(text: str, status: str) -> None:
    (row,) = changed("状态", text).rows
    assert (row.fields["status"], row.faults) == (status, ())


@pytest.mark.parametrize(
    ("written", "kinds"),
    [
        ("", set()),
        ("食品销售者", {(SELLING, "/")}),
        ("餐饮服务提供者（学校食堂、小餐饮）；食品销售者", {(CATERING, "学校食堂"), (CATERING, "小餐饮"), (SELLING, "/")}),
        ("餐饮服务提供者(学校食堂),食品销售者", {(CATERING, "学校食堂"), (SELLING, "/")}),  # half-width
        ("食品销售企业/餐饮服务", {(SELLING, "/"), (CATERING, "/")}),  # how other registers call them
        ("餐饮服务提供者（学校食堂）；餐饮服务提供者（中央厨房）", {(CATERING, "学校食堂"), (CATERING, "中央厨房")}),
        ("小作坊、", {("小作坊", "/")}),
    ],
)
def test_kinds_as_written(written: str, kinds: set[tuple[str, str]]) -> None:
    assert read_kinds(written) == kinds
    assert read_kinds(kinds_words(kinds)) == kinds  # what is exported can be imported


@pytest.mark.parametrize("written", ["（学校食堂）", "食品销售者）", "小作坊（（甲））", "食品"])
def test_what_is_no_kind(written: str) -> None:
    with pytest.raises(NotAKind):
        read_kinds(written)


def test_the_kinds_are_those_of_the_plans() -> None:
    assert len(KINDS) == len(set(KINDS)) == 13
    assert {"小作坊", "餐饮服务提供者", "食盐经营者"} <= set(KINDS)  # indicators filter by these words


@pytest.mark.parametrize(
    ("current", "written", "merged"),
    [
        # a file that names no sub-kind says nothing about the ones on record
        ({(CATERING, "学校食堂")}, {(CATERING, "/")}, {(CATERING, "学校食堂")}),
        ({(CATERING, "学校食堂")}, {(CATERING, "小餐饮")}, {(CATERING, "小餐饮")}),
        ({(CATERING, "/")}, {(CATERING, "小餐饮")}, {(CATERING, "小餐饮")}),
        ({(CATERING, "学校食堂")}, {(SELLING, "/")}, {(SELLING, "/")}),
        ({(SELLING, "/")}, {(SELLING, "/"), (CATERING, "/")}, {(SELLING, "/"), (CATERING, "/")}),
    ],
)
def test_kinds_merged(current: set[tuple[str, str]], written: set[tuple[str, str]], merged: set[tuple[str, str]]) -> None:
    assert merged_kinds(frozenset(current), frozenset(written)) == merged


def test_a_column_of_sub_kinds() -> None:
    header = ("企业名称", "地址", "企业类型", "细分类型")
    first, second = table(
        ("甲食堂", "东街1号", "餐饮服务提供者", "学校食堂、中央厨房"), ("乙店", "东街2号", "小作坊；食品销售者", "糕点"), header=header
    ).rows
    assert first.kinds == {(CATERING, "学校食堂"), (CATERING, "中央厨房")}
    assert [(fault.column, fault.value) for fault in second.faults] == [("细分类型", "糕点")]


def test_without_a_code_the_address_tells_enterprises_apart() -> None:
    (row,) = changed("统一社会信用代码", "").rows
    assert row.faults == ()
    (bare,) = table(("", "甲公司", "", "", "", "", "")).rows
    assert [fault.column for fault in bare.faults] == ["地址"]


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (("911", "甲公司", "东街1号"), ("911", "乙公司", "西街1号"), "代码与第 2 行重复"),
        (("", "甲公司", "东街1号"), ("", "甲 公司", "东街１号"), "名称、地址与第 2 行相同"),  # widths and blanks do not count
        (("", "甲公司", "东街1号"), ("911", "甲公司", "东街1号"), "名称、地址与第 2 行相同"),
        (("911", "甲公司", "东街1号"), ("912", "甲公司", "东街1号"), None),  # two codes are two enterprises
        (("", "甲公司", "东街1号"), ("", "甲公司", "东街2号"), None),
    ],
)
def test_an_enterprise_that_stands_twice(first: Sequence[str], second: Sequence[str], said: str | None) -> None:
    rows = table(first, second, header=("统一社会信用代码", "企业名称", "地址")).rows
    assert rows[0].faults == ()
    messages = [fault.message for fault in rows[1].faults]
    assert (messages == []) if said is None else (said in messages[0])


def test_headers_in_other_words_and_columns_without_a_place() -> None:
    found = table(("甲公司", "911", "张三", ""), header=("单位名称*", "社会信用 代码", "注册资本", "错误原因"))
    assert found.rows[0].fields == {"name": "甲公司", "credit_code": "911"}
    assert found.remarks == ("以下列在企业档案中没有对应栏目，未读取：注册资本",)  # nothing is dropped in silence


def test_a_column_that_stands_twice_refuses_the_sheet() -> None:
    found = table(("甲公司", "911", "乙公司"), header=("企业名称", "统一社会信用代码", "企业名称"))
    assert (found.rows, [fault.line for fault in found.faults]) == ((), [1])
    assert "第 1 列、第 3 列" in found.faults[0].message


def test_a_file_of_something_else() -> None:
    found = table(("XBJ1", "芹菜"), header=("抽样编号", "样品名称"))
    assert (found.rows, len(found.faults), len(found.remarks)) == ((), 1, 1)
    assert "没有找到表头" in found.faults[0].message


def test_a_line_with_nothing_of_ours_is_no_enterprise() -> None:
    found = table(("甲公司", "911", ""), ("", "/", "合计"), header=("企业名称", "统一社会信用代码", "备注"))
    assert [row.line for row in found.rows] == [2]


@pytest.mark.parametrize(
    ("until", "tone", "words"),
    [
        (date(2026, 11, 19), "danger", "已过期 1 天"),
        (date(2026, 11, 20), "warning", "还有 0 天"),  # the last day still counts
        (date(2027, 2, 18), "warning", "还有 90 天"),
        (date(2027, 2, 19), None, None),
        (None, None, None),
    ],
)
def test_notice_of_a_licence(until: date | None, tone: str | None, words: str | None) -> None:
    found = licence_notice(until, date(2026, 11, 20))
    assert (found is None) is (tone is None)
    if found:
        assert (found[0], words in found[1]) == (tone, True)
