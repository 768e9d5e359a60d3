"""更正前后对照: what two versions of a report say differently."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

from app.domain.report_versions import ADDED, HEADER, REMOVED, ROW, Difference, differences, side_by_side
from app.domain.samples import Verdict


def row(item: str, result: str, verdict: Verdict, **more: Any) -> Any:
    return SimpleNamespace(**{**dict.fromkeys(ROW), "pending": False, "item": item, "result_written": result, "verdict": verdict, **more})


def report(*rows: Any, **header: Any) -> Any:
    return SimpleNamespace(**{**dict.fromkeys(HEADER), **header}, rows=rows)


def test_differences_by_field() -> None:
    before = report(row("铅", "0.32", Verdict.FAIL, unit="mg/kg"), row("镉", "未检出", Verdict.PASS), reported_on=date(2026, 11, 12))
    rows = (row("铅", "0.03", Verdict.PASS, unit="mg/kg", pending=True), row("汞", "未检出", Verdict.PASS))
    after = report(*rows, reported_on=date(2026, 11, 13))
    assert differences(before, after) == [
        Difference("检验报告", "报告日期", "2026-11-12", "2026-11-13"),
        Difference("铅", "检验结果", "0.32", "0.03"),
        Difference("铅", "生效判定", "不合格项", "合格项"),
        Difference("铅", "待核", "", "是"),
        Difference("镉", REMOVED, "未检出 合格项", ""),
        Difference("汞", ADDED, "", "未检出 合格项"),
    ]
    assert differences(before, before) == []


def test_items_named_twice_keep_apart() -> None:
    """菌落总数 with five sub-samples stands in several rows of one name."""
    before = report(row("菌落总数", "10", Verdict.PASS), row("菌落总数", "20", Verdict.PASS))
    after = report(row("菌落总数", "10", Verdict.PASS), row("菌落总数", "90", Verdict.FAIL))
    assert [(one.before, one.after) for one in differences(before, after)] == [("20", "90"), ("合格项", "不合格项")]
    lines = side_by_side([before, after])
    assert [(line.item, [changed for _, changed in line.cells]) for line in lines] == [
        ("菌落总数", [False, False]), ("菌落总数", [False, True]),
    ]  # fmt: skip
