"""Items proposed, a block pasted from Excel, and reasons for what was not tested."""

from __future__ import annotations

import pytest

from app.domain.entry_rules import Proposed, is_tested, kept, merged, pasted, unexplained

LEAD, OTHER = Proposed("铅", required=True, unit="mg/kg", max_limit="0.3"), Proposed("镉")


def test_a_proposed_item_fills_the_cells_that_are_known_before_the_test():
    assert LEAD.cells["limit_unit"] == "mg/kg" and LEAD.cells["max_limit"] == "0.3" and "result" not in LEAD.cells
    assert OTHER.cells["limit_unit"] == ""


@pytest.mark.parametrize(("cells", "tested"), [
    ({"result": "0.1"}, True),
    ({"result": "未检出"}, True),
    ({"result": "/"}, False),  # a stroke is nothing
    ({"verdict": "合格项"}, True),
    ({"verdict": "未检验"}, False),
    ({}, False),
])
def test_what_counts_as_tested(cells, tested):
    assert is_tested(cells) is tested


@pytest.mark.parametrize(("rows", "lines"), [
    ([{"item": "铅", "result": "0.1"}], []),
    ([{"item": "铅"}], [1]),
    ([{"item": "镉", "result": "0.1"}, {"item": " 铅 ", "verdict": "未检验"}], [2]),
    ([{"item": "铅", "note": "样品量"}], [1]),  # 说明 of the national form: more than 3 characters
    ([{"item": "铅", "note": "样 品 量 "}], [1]),
    ([{"item": "铅", "note": "样品量少"}], []),
    ([{"item": "镉", "result": "0.1"}], [0]),  # left out
])
def test_a_required_item_is_tested_or_explained(rows, lines):
    found = unexplained(rows, [LEAD, OTHER])
    assert [fault.line for fault in found] == lines and all("铅" in fault.message for fault in found)


def test_an_optional_item_left_blank_is_not_meant():
    rows = [{"item": "镉", "unit": "mg/kg"}, {"item": "镉", "note": "另附"}, {"item": "铅"}, {"item": "砷"}]
    assert kept(rows, [LEAD, OTHER]) == [{}, *rows[1:]]


@pytest.mark.parametrize(("text", "rows"), [
    ("铅\t0.1\tmg/kg\t合格\n镉\t＜0.05\n", [
        {"item": "铅", "result": "0.1", "unit": "mg/kg", "verdict": "合格项"}, {"item": "镉", "result": "＜0.05"},
    ]),
    ("检验结果\t检验项目*\t没有的列\r\n0.1\t铅\tx\r\n", [{"item": "铅", "result": "0.1"}]),  # by its header, in any order
    ('"铅\n(以Pb计)"\t"说""好"\n', [{"item": "铅\n(以Pb计)", "result": '说"好'}]),  # Excel quotes line breaks
    ("检验项目\n铅\n镉", [{"item": "铅"}, {"item": "镉"}]),
    ("\n \t \n", []),
    ("铅\t0.1\tmg/kg\t随便", [{"item": "铅", "result": "0.1", "unit": "mg/kg", "verdict": "随便"}]),  # refused in its cell, not lost
])
def test_a_block_from_excel(text, rows):
    assert pasted(text) == rows


def test_a_block_fills_the_items_that_are_there_and_appends_the_others():
    rows = [{"item": "铅", "unit": "mg/kg", "result": ""}, {"item": "", "result": ""}]
    block = [{"item": "铅", "result": "0.1", "unit": ""}, {"item": "镉", "result": "0.2"}]
    assert merged(rows, block) == [{"item": "铅", "unit": "mg/kg", "result": "0.1"}, {"item": "镉", "result": "0.2"}]
