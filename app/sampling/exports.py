"""The list's query in words (查询条件), for the page and for whatever is taken out."""

from __future__ import annotations

from enum import Enum
from typing import Any

from app.labels import label
from app.reference_data.books import category_book, region_book
from app.sampling.queries import Filters


def conditions(filters: Filters) -> str:
    """The query in words."""
    names = {
        "q": "关键词", "state": "状态", "purpose": "检验目的", "link": "环节", "domain": "领域", "category_id": "食品大类",
        "region_id": "抽样地", "conclusion": "结论", "sampled_from": "抽样日期起", "sampled_to": "抽样日期止",
        "reported_from": "报告日期起", "reported_to": "报告日期止", "laboratory": "检验机构", "batch_id": "导入批次",
        "plan_id": "抽检计划", "assignment_id": "抽样任务单", "sampler": "抽样人员",
    }  # fmt: skip
    said = []
    for name, text in names.items():
        value = getattr(filters, name)
        if value is not None:
            said.append(f"{text}：{_word(name, value)}")
    return "，".join(said) or "全部"


def _word(name: str, value: Any) -> str:
    if name == "category_id":
        return category_book().by_id(value).path
    if name == "region_id":
        return region_book().full_name(value)
    return label(value) if isinstance(value, Enum) else str(value)
