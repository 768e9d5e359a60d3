"""Headers are matched by name, whatever the origin does to them."""

from __future__ import annotations

import pytest

from app.domain.headers import find_header, match_headers, normalise_header

WANTED = {"number": ("抽样编号", "抽样单编号"), "address": ("单位地址(被抽样单位)",), "item": ("检验项目",)}


@pytest.mark.parametrize(("written", "name"), [
    ("抽样编号", "抽样编号"),
    ("抽样编号*", "抽样编号"),  # required columns of the national export
    ("抽样编号＊", "抽样编号"),
    ("* 抽样编号", "抽样编号"),
    ("★抽样编号：", "抽样编号"),
    (" 抽样 编号\n", "抽样编号"),
    ("抽样\u3000编号", "抽样编号"),  # the full-width blank
    ("单位地址（被抽样单位）*", "单位地址(被抽样单位)"),
    ("单位地址【被抽样单位】", "单位地址(被抽样单位)"),
    ("单位地址[被抽样单位]", "单位地址(被抽样单位)"),
    ("报送分类－２", "报送分类-2"),
    ("ＬＯＤ", "LOD"),
    ("", ""),
])  # fmt: skip
def test_a_header_without_its_dress(written: str, name: str) -> None:
    assert normalise_header(written) == name


def test_columns_are_found_by_name_in_any_order() -> None:
    match = match_headers(["检验项目*", "备注", "抽样单编号", ""], WANTED)
    assert match.columns == {"number": 2, "item": 0}
    assert match.unknown == ((1, "备注"),)
    assert match.missing == ("address",)
    assert match.duplicates == ()


def test_a_header_that_stands_twice_is_reported_and_not_taken() -> None:
    match = match_headers(["抽样编号", "检验项目", "抽样编号*"], WANTED)
    assert match.duplicates == (("number", (0, 2)),)
    assert "number" not in match.columns
    assert "number" not in match.missing  # it is there, twice


def test_of_two_names_for_one_field_the_better_known_is_taken_and_the_other_kept() -> None:
    match = match_headers(["抽样单编号", "抽样编号"], WANTED)
    assert match.columns == {"number": 1}
    assert match.unknown == ((0, "抽样单编号"),)


@pytest.mark.parametrize(("rows", "line"), [
    ([(1, ("抽样编号", "检验项目")), (2, ("GC1", "铅"))], 1),
    ([(1, ("2020年抽检结果", "")), (2, ("声明/注：排名不分先后", "")), (4, ("抽样编号", "检验项目"))], 4),  # title and notice
    ([(1, ("抽样编号", "")), (2, ("抽样编号", "检验项目"))], 2),  # the row that names more
    ([(1, ("抽样编号", "检验项目")), (2, ("抽样编号", "检验项目"))], 1),  # the first of equals
    ([(number, ("x", "y")) for number in range(1, 31)] + [(31, ("抽样编号", "检验项目"))], None),  # too far down
    ([(1, ("抽样编号", "姓名"))], None),  # one word is no header
    ([], None),
])  # fmt: skip
def test_the_header_row(rows: list[tuple[int, tuple[str, ...]]], line: int | None) -> None:
    header = find_header(rows, WANTED)
    assert (header.line if header else None) == line


def test_a_message_names_the_column_as_the_user_wrote_it() -> None:
    header = find_header([(1, ("抽样\n编号*", "检验项目"))], WANTED)
    assert header is not None
    assert header.title("number") == "抽样 编号*"
