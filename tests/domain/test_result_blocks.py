"""Rows read many at once are what they are when read one by one (整块读取)."""

from __future__ import annotations

import random
from dataclasses import dataclass

import pytest

from app.domain import result_rows
from app.domain.result_blocks import BlockReader
from app.domain.result_rows import WrittenTable, parse_results

LAB = (
    "抽样编号", "报告书编号", "检验项目", "检验结果", "结果单位", "结果判定", "判定依据", "最小允许限", "最大允许限", "允许限单位",
    "最大允许限单位", "方法检出限", "检出限单位", "检出限类型", "检验类型", "说明", "没有人认识的列",
)  # fmt: skip
NATIONAL = (
    "抽样编号", "报告书编号", "报告日期", "检验目的/任务类别", "食品大类", "样品名称", "被抽样单位名称", "抽样日期", "检验项目",
    "检验结果", "结果单位", "结果判定", "最大允许限", "最大允许限单位", "分类",
)  # fmt: skip
PLAIN = {
    "抽样编号": ("XBJ26120119000001", "XBJ26120119000002", " xbj26120119000003 "),
    "报告书编号": ("SP1", "ＳＰ2"),
    "检验项目": ("毒死蜱", " 铅（以Pb计） ", "镉\n", "敌敌畏"),
    "检验结果": ("未检出", "0.032", "<0.05", "1.2×10³"),
    "结果单位": ("mg/kg", "/", ""),
    "结果判定": ("合格项", "不合格", "", "合 格"),
    "最小允许限": ("", "/", "0.1"),
    "最大允许限": ("0.5", "", "—"),
    "允许限单位": ("mg/kg", ""),
    "最大允许限单位": ("", "μg/kg"),
    "方法检出限": ("0.01", ""),
    "检验类型": ("", "监督抽检"),
    "分类": ("", "抽检", "农药残留"),
    "报告日期": ("2026-11-01",),
    "抽样日期": ("2026-10-01",),
    "检验目的/任务类别": ("监督抽检",),
}
ODD = {
    "抽样编号": ("", "编号", "1.2E+15", "/"),
    "报告书编号": ("", "—"),
    "检验项目": ("", "#REF!", "/"),
    "检验结果": ("#公式无结果", "2026-03-05", "01:10:00", "3-5", "长" * 2001),
    "结果判定": ("好", "#N/A"),
    "方法检出限": ("检出限：0.02", "定量限 0.1", "2026-01-02"),
    "检验类型": ("别的",),
    "说明": ("备" * 2001, "见报告"),
}


@dataclass(frozen=True)
class _Sheet:
    name: str
    rows: list[tuple[int, tuple[str, ...]]]


def _sheet(headers: tuple[str, ...], seed: int, odd: float) -> _Sheet:
    draw = random.Random(seed)
    rows = [(2, headers)]
    for line in range(3, 80):
        cells = [
            draw.choice(ODD[title]) if title in ODD and draw.random() < odd else draw.choice(PLAIN.get(title, ("某某", "")))
            for title in headers
        ]
        width = len(cells) if draw.random() > odd else draw.randrange(3, len(cells) + 2)
        rows.append((line, tuple((*cells, "多出的")[:width])))
    return _Sheet("结果", rows)


def _one_by_one(sheet: _Sheet, monkeypatch: pytest.MonkeyPatch) -> WrittenTable:
    with monkeypatch.context() as patch:
        patch.setattr(BlockReader, "read", lambda self, block: None)
        return parse_results([sheet])


@pytest.mark.parametrize("odd", [0, 0.01, 0.1])
@pytest.mark.parametrize("headers", [LAB, NATIONAL], ids=["lab", "national"])
def test_a_file_reads_the_same_in_blocks_and_row_by_row(
    headers: tuple[str, ...], odd: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(result_rows, "BLOCK", 3)
    for seed in range(12):
        sheet = _sheet(headers, seed, odd)
        assert parse_results([sheet]) == _one_by_one(sheet, monkeypatch)


def test_plain_rows_are_read_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(result_rows._Reader, "_row", lambda *_: pytest.fail("read one by one"))
    assert len(parse_results([_sheet(LAB, 1, 0)]).rows) == 77
