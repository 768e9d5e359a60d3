"""Guesses about somebody else's columns (列对照的建议): which row is the header, which column is which. A person decides."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher

from app.domain.headers import Row, normalise_header
from app.domain.result_columns import REQUIRED, RESULT_COLUMNS
from app.domain.result_headers import Candidate, candidates, fingerprint

# how laboratories call the columns; not certain enough to be read without asking
ALSO: dict[str, tuple[str, ...]] = {
    "number": ("样品编号", "样品号", "样品单号", "采样编号", "国抽编号", "抽样号", "样品唯一编号"),
    "report_no": ("报告号", "报告单号", "检验报告编号", "检测报告编号", "证书编号", "委托编号"),
    "item": ("项目", "项目名称", "检测参数", "检验参数", "参数", "指标", "检测指标", "检验项目名称"),
    "result": ("结果", "检测值", "测定值", "实测值", "检验值", "测定结果", "数值", "含量"),
    "unit": ("单位", "计量单位", "检验结果单位", "检测结果单位"),
    "verdict": ("判定", "判定结果", "单项结论", "结论", "是否合格", "单项判定结果", "单项评价"),
    "method": ("检测依据", "检测方法", "检验方法", "方法标准", "方法"),
    "basis": ("判定标准", "评价依据", "评价标准", "执行标准", "限量标准"),
    "min_limit": ("下限", "最小值", "最低限"),
    "max_limit": ("限量", "限值", "限量值", "标准限值", "标准值", "指标要求", "标准要求", "技术要求", "上限", "最大限量"),
    "lod": ("检测限", "最低检出限", "定量限", "检出限值"),
    "kind": ("任务类别", "抽检类别"),
    "note": ("备注", "说明事项"),
    "product_name": ("样品", "产品名称", "食品名称", "品名"),
    "client": ("委托方", "委托单位名称", "送检单位"),
}
CERTAIN, SAID, LEAST = 1.0, 0.95, 0.6
NUMBER = re.compile(r"[<>＜＞≤≥]?[\d.,\-/:%×x^ ]+")


def alikeness(title: str, field: str) -> float:
    """From 0 to 1: how likely a title means this column of ours."""
    name = normalise_header(title)
    if not name:
        return 0.0
    ours = [normalise_header(alias) for alias in RESULT_COLUMNS[field]]
    if name in ours:
        return CERTAIN
    also = [normalise_header(alias) for alias in ALSO.get(field, ())]
    if name in also:
        return SAID
    return max(SequenceMatcher(None, name, other).ratio() for other in (*ours, *also)) * 0.9


def guessed(titles: Sequence[str]) -> dict[str, int]:
    """The best place of each of our columns, none of them twice; what resembles nothing is left to the person."""
    pairs = sorted(
        ((alikeness(title, field), -place, field) for place, title in enumerate(titles) for field in RESULT_COLUMNS), reverse=True
    )
    found: dict[str, int] = {}
    for likeness, minus, field in pairs:
        if likeness >= LEAST and field not in found and -minus not in found.values():
            found[field] = -minus
    return found


def likeliest(rows: Sequence[Row]) -> Candidate | None:
    """The row, or two, that looks most like a header."""
    best, found = 0.0, None
    for candidate in candidates(rows):
        score = _score(candidate)
        if score > best:
            best, found = score, candidate
    return found


def _score(candidate: Candidate) -> float:
    """Titles that mean something to us count most; then short words, of which no two are alike, instead of numbers."""
    texts = [normalise_header(text) for text in candidate.titles]
    words = [text for text in texts if text and len(text) <= 20 and not NUMBER.fullmatch(text)]
    known = sum(max(alikeness(text, field) for field in RESULT_COLUMNS) for text in set(words))
    return known + len(set(words)) * 0.2 - (0.1 if len(candidate.rows) > 1 else 0)


def lacking(columns: Mapping[str, int]) -> list[str]:
    """Our names of the columns without which nothing can be read."""
    return [RESULT_COLUMNS[field][0] for field in REQUIRED["lab"] if field not in columns]


def field_named(name: str) -> str | None:
    """Our column of this name, under any of its names."""
    wanted = normalise_header(name)
    return next(
        (field for field, aliases in RESULT_COLUMNS.items() if wanted in map(normalise_header, aliases)), None
    )


def header_with(heads: Iterable[Sequence[Row]], titles: Mapping[str, str]) -> tuple[Candidate, dict[str, int]] | None:
    """The first header that has all these titles, each once, and the place of each."""
    wanted = {field: normalise_header(title) for field, title in titles.items()}
    for rows in heads:
        for candidate in candidates(rows):
            names = [normalise_header(text) for text in candidate.titles]
            if all(names.count(name) == 1 for name in wanted.values()):
                return candidate, {field: names.index(name) for field, name in wanted.items()}
    return None


def candidate_at(rows: Sequence[Row], top: int, line: int) -> Candidate | None:
    """The header that somebody pointed at."""
    return next((one for one in candidates(rows) if (one.top, one.line) == (top, line)), None)


__all__ = ["Candidate", "alikeness", "candidate_at", "field_named", "fingerprint", "guessed", "header_with", "lacking", "likeliest"]
