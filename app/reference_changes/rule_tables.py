"""规则表: the dated files that the program ships and the office may replace, each with the reader that checks it."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from app import clock
from app.errors import NotLikeThis
from app.reference import (
    archive_elements,
    comparison_rules,
    draw_weights,
    editions,
    planning_rules,
    score_weights,
    self_report_rules,
    urgent_rules,
    warning_texts,
)
from app.reference.problems import BrokenReference

MOST_FAULTS = 20
# What the columns of the files mean, for readers of the page; the files keep their own names.
COLUMN_WORDS: Mapping[str, str] = {
    "code": "编号", "name": "名称", "test": "条件", "item_class": "项目类别", "items": "检验项目", "factor": "倍数", "reason": "理由",
    "valid_from": "有效期起", "valid_to": "有效期止", "source": "来源", "confidence": "核实", "amber_within": "黄灯界限",
    "category": "食品分类", "points": "权重", "window_days": "回溯天数", "most": "最多加", "plan": "规划", "no": "序号", "weight": "分值",
    "method": "计分办法", "value": "数值", "kind": "企业类型", "per_year": "每年次数", "due_days": "期满几日内", "meaning": "含义",
    "harm": "危害", "consumer": "对消费者", "producer": "对生产经营者", "required": "必备", "form": "形式", "personal": "含个人信息",
    "hint": "填写说明",
}  # fmt: skip
SHORT = frozenset({"code", "valid_from", "valid_to", "confidence", "factor", "no", "weight", "value", "points", "per_year", "due_days"})


@dataclass(frozen=True, slots=True)
class RuleTable:
    """One file: what it decides, and the reader that refuses what is wrong in it."""

    file: str
    title: str
    meaning: str
    read: Callable[[Path], Any]

    @property
    def code(self) -> str:
        return self.file.removesuffix(".csv")


def _plain(reader: Any) -> Callable[[Path], Any]:
    """The reader without its cache: a file on trial is read as it is."""
    return getattr(reader, "__wrapped__", reader)  # type: ignore[no-any-return]


_d = draw_weights
TABLES: Mapping[str, RuleTable] = {
    table.code: table
    for table in (
        RuleTable(urgent_rules.FILE, "限时报告规则", "哪些检验结果须限时报告", _plain(urgent_rules.read_urgent_rules)),
        RuleTable(planning_rules.LIGHTS, "进度灯号", "落后时序进度多少仍为黄灯", _plain(planning_rules.read_light_rules)),
        RuleTable(planning_rules.FREQUENCIES, "加密频次", "哪些单位和类别按几倍频次抽样", _plain(planning_rules.read_frequency_rules)),
        RuleTable(_d.SAMPLING, "抽样抽取权重", "随机抽取抽样对象时各情形的权重", partial(_d.read_draw_weights, name=_d.SAMPLING)),
        RuleTable(_d.INSPECTION, "双随机抽取权重", "随机抽取检查对象时各情形的权重", partial(_d.read_draw_weights, name=_d.INSPECTION)),
        RuleTable(score_weights.FILE, "指标分值", "规划指标的分值和计分办法", _plain(score_weights.read_score_weights)),
        RuleTable(comparison_rules.FILE, "比较分析界限", "样本量小等提示的界限", _plain(comparison_rules.read_thresholds)),
        RuleTable(self_report_rules.FILE, "自查报告规则", "各类企业每年报几次、期满几日内报", self_report_rules.read_self_report_rules),
        RuleTable(warning_texts.FILE, "风险提示用语", "消费提示和风险预警的说明文字", _plain(warning_texts.read_warning_texts)),
        RuleTable(archive_elements.FILE, "档案要素", "各类企业一户一档须有哪些材料", archive_elements.read_archive_elements),
    )
}


def content_on(table: RuleTable, on: date | None = None) -> str:
    """The text of the edition in force on the day."""
    path = editions.folder(table.file, on or clock.today()) / table.file
    return tidy(path.read_text(encoding="utf-8-sig"))


def rows_of(content: str) -> list[list[str]]:
    """Header and rows as lists of cells; rows without content are left out."""
    return [row for row in csv.reader(io.StringIO(content, newline="")) if any(cell.strip() for cell in row)]


def written(rows: Sequence[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def tidy(content: str) -> str:
    """The same cells in one spelling: what a browser or a spreadsheet did to the ends of lines changes nothing."""
    return written(rows_of(content.replace("\r\n", "\n").lstrip("\ufeff")))


def checked(table: RuleTable, content: str) -> str:
    """Read by the very reader of the shipped file. Raises NotLikeThis with the faults, by line."""
    tidied = tidy(content)
    if len(rows_of(tidied)) < 2:  # a header and one row
        raise NotLikeThis("表中没有规则，请保留表头并至少填写一行", field="content")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / table.file).write_text(tidied, encoding="utf-8")
        try:
            table.read(Path(folder))
        except BrokenReference as fault:
            raise NotLikeThis("\n".join(_faults(table, fault.problems)), field="content") from fault
    return tidied


def _faults(table: RuleTable, problems: Sequence[str]) -> list[str]:
    line = re.compile(rf"{re.escape(table.file)}:(\d+) ")
    told = [line.sub(r"第 \1 行：", problem) for problem in problems]
    more = len(told) - MOST_FAULTS
    return [*told[:MOST_FAULTS], *([f"另有 {more} 处"] if more > 0 else [])]


def differences(before: str, after: str) -> list[tuple[list[str] | None, list[str] | None]]:
    """Rows that only one of the two has: (as it was, None) or (None, as it would be), the removed first."""
    old, new = rows_of(before)[1:], rows_of(after)[1:]
    gone: list[tuple[list[str] | None, list[str] | None]] = [(row, None) for row in old if row not in new]
    return [*gone, *((None, row) for row in new if row not in old)]
