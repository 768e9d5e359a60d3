"""Where in a rule set something is wrong, in words: 静态风险因素·食品经营场所面积·第 3 行·分值."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

FIELDS: Final[Mapping[str, str]] = {
    "code": "编号", "title": "名称", "kinds": "适用的企业类型", "source": "依据文件", "confidence": "核对情况",
    "valid_from": "施行日期", "valid_to": "停止日期", "components": "评分部分", "boundaries": "等级分界",
    "adjustments": "调整情形", "frequencies": "检查频次", "most_up": "合计最多上调级数", "most_down": "合计最多下调级数",
    "places": "分值小数位数", "proposal": "征求意见稿", "remark": "备注", "name": "名称", "maximum": "满分", "tables": "分值表",
    "kind": "类别", "unit": "单位", "most": "最高分", "missing": "缺项处理", "whole": "取整", "group": "分组", "bands": "分档",
    "choices": "选项", "tiers": "风险等级", "rows": "行", "upto": "上限", "points": "分值", "word": "名称", "tier": "风险等级",
    "several": "可选多项", "key_weight": "重点项权重", "plain_weight": "一般项权重", "grade": "等级", "inclusive": "含上限",
    "steps": "调整级数", "furthest": "最多调整级数", "article": "条款", "needs_decision": "需审核决定", "years": "年数",
    "least": "最少次数",
}  # fmt: skip
STEP: Final = re.compile(r"([a-z_]+)|\[(\d+)\]|[^.\[\]]+")


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: the path of its place in the JSON, and a sentence that names the place in words and what to write."""

    path: str
    message: str


def told(value: Any, path: str, message: str) -> Fault:
    """A fault with its place in words; names of components and tables are taken from what was written."""
    message = message.replace("接口中", "分级规则中")
    where = place(value, path)
    return Fault(path, f"{where}：{message}" if where else message)


def place(value: Any, path: str) -> str:
    """The words of a path in what was written; a row without a name is 第 n 行."""
    words: list[str] = []
    here: Any = value
    for step in STEP.finditer(path):
        if step[2] is not None:
            here = here[int(step[2])] if isinstance(here, list) and int(step[2]) < len(here) else None
            words[-1:] = [own_name(here) or f"{words[-1] if words else ''}第 {int(step[2]) + 1} 行"]
        else:
            words.append(FIELDS.get(step[0], step[0]))
            here = here.get(step[0]) if isinstance(here, dict) else None
    return "·".join(words)


def unverified(value: Any, path: str = "") -> list[Fault]:
    """Every place that says 待核, the set itself aside: what to settle before the set is relied on."""
    found: list[Fault] = []
    _walk(value, value, path, found)
    return found


def _walk(whole: Any, here: Any, path: str, found: list[Fault]) -> None:
    if isinstance(here, dict):
        if path and here.get("confidence") == "待核":
            found.append(Fault(path, place(whole, path)))
        for name, one in here.items():
            _walk(whole, one, f"{path}.{name}" if path else name, found)
    elif isinstance(here, list):
        for at, one in enumerate(here):
            _walk(whole, one, f"{path}[{at}]", found)


def own_name(here: Any) -> str:
    """What a table, a row or a grade is called; empty where it has no name."""
    if not isinstance(here, dict):
        return ""
    for name in ("title", "name", "word"):
        if isinstance(here.get(name), str) and here[name].strip():
            return str(here[name]).strip()[:40]
    if isinstance(here.get("grade"), str):
        return f"{here['grade'][:2]} 级"
    return str(here["kind"])[:30] if "steps" in here and isinstance(here.get("kind"), str) else ""
