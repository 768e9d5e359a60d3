"""复检机构名录: who on it may be drawn for a retest, and why not (办法第三十二条)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

LABORATORY_TITLES: Mapping[str, str] = {
    "code": "编号", "name": "名称", "address": "地址", "contact": "联系人", "phone": "联系电话", "fields": "复检能力范围",
    "laboratory": "对应的承检机构", "valid_from": "列入日期", "valid_to": "退出日期", "source": "公布依据",
}


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of 复检机构名录."""

    key: int
    name: str
    valid_from: date
    valid_to: date | None
    laboratory_org_id: int | None = None
    own: bool = True  # of the accepting office's own list; otherwise of one above


@dataclass(frozen=True, slots=True)
class FirstLaboratory:
    """初检机构, by its organisation and by its names on the sheet and the reports."""

    org_id: int | None
    names: frozenset[str]


def exclusions(
    listed: Sequence[Listed], on: date, first: FirstLaboratory, refused: Mapping[int, str], avoided: Mapping[int, str]
) -> dict[int, str]:
    """Why an entry may not be drawn (第三十二条), by key; what is not here takes part."""
    found: dict[int, str] = {}
    own = {each.name for each in listed if each.own}
    for each in listed:
        if each.valid_from > on:
            found[each.key] = f"名录自 {each.valid_from} 起有效"
        elif each.valid_to is not None and each.valid_to < on:
            found[each.key] = f"已于 {each.valid_to} 退出名录"
        elif (first.org_id is not None and each.laboratory_org_id == first.org_id) or each.name in first.names:
            found[each.key] = "初检机构不得作为复检机构"
        elif each.key in refused:
            found[each.key] = f"本次复检中已不能承担：{refused[each.key]}"
        elif not each.own and each.name in own:
            found[each.key] = "与本单位名录中的同一机构重复"
        elif each.key in avoided:
            found[each.key] = f"回避：{avoided[each.key]}"
    return found
