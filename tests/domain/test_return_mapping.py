"""Mappings of cells: read strictly, refused with a sentence, written back as they were."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.cell_addresses import BadAddress, Cell, area, cell, column_of, letters
from app.domain.return_mapping import read_spec, write_spec
from app.domain.return_specs import BadSpec
from app.domain.return_words import told

RATE = {"formula": "pass_rate", "filter": "domain in (食品;食用农产品)", "period": "本期"}


@pytest.mark.parametrize(("spec", "words"), [
    ({"kind": "figure", **RATE}, "本期 抽检合格率（产品领域：食品、食用农产品）"),
    ({"kind": "figure", **RATE, "side": "分母", "form": "小数"}, "本期 抽检合格率的分母（产品领域：食品、食用农产品）"),
    ({"kind": "figure", "no": "3", "period": "累计"}, "累计 本区域规划指标 3"),
    ({"kind": "figure", "plan": "jizhou", "no": "T1", "period": "本年"}, "本年 规划 jizhou 指标 T1"),
    ({"kind": "figure", "formula": "batch_count", "period": "上年同期", "group": {"by": "食品大类", "key": "糕点"}},
     "上年同期 抽检批次数，食品大类“糕点”"),
    ({"kind": "difference", "of": {"formula": "batch_count", "period": "累计"}, "minus": {"formula": "batch_count", "period": "上年累计"}},
     "累计 抽检批次数，减去 上年累计 抽检批次数"),
    ({"kind": "growth", "of": {"formula": "batch_count", "period": "本期"}, "against": {"formula": "batch_count", "period": "上年同期"}},
     "本期 抽检批次数，比 上年同期 抽检批次数 增减（%）"),
    ({"kind": "task", "level": "县级"}, "年度任务数（县级）"),
    ({"kind": "task"}, "年度任务数（全部）"),
    ({"kind": "completion", "purpose": "监督抽检", "period": "累计"}, "累计 任务完成率（监督抽检）"),
    ({"kind": "text", "text": "填报单位：{填报单位}"}, "文字：填报单位：{填报单位}"),
    ({"kind": "list", "list": "不合格明细", "columns": {"A": "序号", "C": "样品名称"}, "most": 30, "empty": "本月无不合格批次"},
     "不合格明细，30 行以内：A 序号、C 样品名称"),
])  # fmt: skip
def test_every_mapping_is_written_back_as_it_was(spec: Any, words: str) -> None:
    found = read_spec(spec)
    assert write_spec(found) == spec and read_spec(write_spec(found)) == found
    assert told(found) == words


def test_a_column_may_be_written_small() -> None:
    found = read_spec({"kind": "list", "list": "不合格明细", "columns": {"c": "样品名称", "a": "序号"}, "most": 3})
    assert write_spec(found)["columns"] == {"A": "序号", "C": "样品名称"}


@pytest.mark.parametrize(("spec", "reason"), [
    ([], "单元格的对应关系应为一个对象"),
    ({"kind": "sum"}, "没有“sum”这种取数方式，可用：figure、"),
    ({"kind": "figure"}, "请选择一个公式，或填写规划指标的序号，二者选其一"),
    ({"kind": "figure", "formula": "pass_rate", "no": "3"}, "二者选其一"),
    ({"kind": "figure", "formula": "hege"}, "没有“hege”这个公式，可用：batch_count、"),
    ({"kind": "figure", "formula": "reported"}, "没有“reported”这个公式"),
    ({"kind": "figure", "formula": "pass_rate", "plan": "jizhou"}, "已选公式，请删去规划"),
    ({"kind": "figure", "no": "3", "filter": "domain = 食品"}, "规划指标自带筛选口径"),
    ({"kind": "figure", **RATE, "filter": "domain = 食物"}, "“食物”不是产品领域的取值"),
    ({"kind": "figure", **RATE, "filter": "risk = A"}, "“抽检合格率”不能按风险等级筛选"),
    ({"kind": "figure", **RATE, "period": "下月"}, "没有“下月”这种统计期，可用：本期、累计"),
    ({"kind": "figure", **RATE, "side": "平均"}, "没有“平均”这种取数"),
    ({"kind": "figure", "formula": "batch_count", "side": "分母"}, "“抽检批次数”是计数，没有分母"),
    ({"kind": "figure", "formula": "batch_count", "side": "未判定"}, "“抽检批次数”没有未判定数"),
    ({"kind": "figure", "formula": "balance", "side": "分子"}, "“抽检均衡度”不是两个计数之比"),
    ({"kind": "figure", "formula": "category_coverage", "group": {"by": "抽样环节", "key": "流通"}}, "是整体的指标，不能按抽样环节分组"),
    ({"kind": "figure", "formula": "disposal_rate", "group": {"by": "承检机构", "key": "甲"}}, "“核查处置完成率”不能按承检机构分组"),
    ({"kind": "figure", **RATE, "group": {"by": "颜色", "key": "红"}}, "没有“颜色”这种分组方式"),
    ({"kind": "figure", **RATE, "group": {"by": "抽样环节"}}, "分组要同时填写分组方式和组名"),
    ({"kind": "figure", **RATE, "month": "1"}, "没有“month”这一项，请核对拼写"),
    ({"kind": "figure", **RATE, "form": "百分数"}, "没有“百分数”这种写法"),
    ({"kind": "figure", **RATE, "filter": 3}, "筛选口径应为文字"),
    ({"kind": "difference", "of": RATE}, "减数应为一个对象"),
    ({"kind": "growth", "of": RATE, "against": {"no": ""}}, "对比数：请选择一个公式"),
    ({"kind": "task", "level": "乡级"}, "没有“乡级”这种组织级别"),
    ({"kind": "text", "text": " "}, "请填写要写入的文字"),
    ({"kind": "text", "text": "{单位}"}, "没有“{单位}”这一项，可用：{填报单位}"),
    ({"kind": "text", "text": "{填报单位"}, "大括号不成对"),
    ({"kind": "text", "text": "长" * 201}, "不得超过 200 个字"),
    ({"kind": "list", "columns": {"A": "序号"}, "most": 3}, "请选择列表：不合格明细"),
    ({"kind": "list", "list": "黑名单", "columns": {"A": "序号"}, "most": 3}, "没有“黑名单”这种列表"),
    ({"kind": "list", "list": "不合格明细", "columns": {}, "most": 3}, "请至少为“不合格明细”指定一列"),
    ({"kind": "list", "list": "不合格明细", "columns": {"A": "电话"}, "most": 3}, "“不合格明细”没有“电话”这一项"),
    ({"kind": "list", "list": "不合格明细", "columns": {"A": "序号", "a": "序号"}, "most": 3}, "A 列写了两次"),
    ({"kind": "list", "list": "不合格明细", "columns": {"XFE": "序号"}, "most": 3}, "“XFE”不是列号"),
    ({"kind": "list", "list": "不合格明细", "columns": {"A": "序号"}, "most": 0}, "1 至 2000 的整数"),
    ({"kind": "list", "list": "不合格明细", "columns": {"A": "序号"}, "most": True}, "1 至 2000 的整数"),
])  # fmt: skip
def test_what_nobody_could_write_is_refused(spec: Any, reason: str) -> None:
    with pytest.raises(BadSpec) as refused:
        read_spec(spec)
    assert reason in str(refused.value)


@pytest.mark.parametrize(("written", "found"), [("B5", (5, 2)), ("$aa$10", (10, 27)), ("XFD1048576", (1048576, 16384)), (" C3 ", (3, 3))])
def test_addresses(written: str, found: tuple[int, int]) -> None:
    assert (cell(written).row, cell(written).column) == found
    assert str(cell(written)) == written.replace("$", "").strip().upper()


@pytest.mark.parametrize("written", ["", "5", "B", "XFE1", "A0", "A1048577", "B5:C6", "一5"])
def test_what_is_no_address(written: str) -> None:
    with pytest.raises(BadAddress):
        cell(written)


def test_columns_and_areas() -> None:
    assert [letters(number) for number in (1, 26, 27, 702, 703, 16384)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
    assert [column_of(letters(number)) for number in range(1, 800)] == list(range(1, 800))
    assert Cell(3, 2) in area("C4:B2") and Cell(5, 2) not in area("B2:C4") and str(area("B2")) == "B2"
