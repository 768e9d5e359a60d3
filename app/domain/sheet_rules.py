"""What a sampling sheet must say before it is registered by hand (抽样单填写要求).

Imported sheets are kept as they came and only warned about; what somebody types is held to the form's own rules.
"/" is the form's word for "not applicable" and fills a field everywhere but where the record would be empty without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.domain.samples import Link

NEVER_ABSENT = {"product_name": "样品名称", "sampled_on": "抽样日期"}
NEVER_BLANK = {"category": "食品分类"}
# Fields that may not be left blank, by link; those marked True may not be "/" either.
BY_LINK: Mapping[Link, Mapping[str, bool]] = {
    Link.PRODUCTION: {"producer_name": True, "producer_address": False, "producer_licence_no": False, "place": False},
    Link.CIRCULATION: {"sampled_name": True, "sampled_address": False, "place": False},
    Link.CATERING: {"sampled_name": True, "sampled_address": False, "place": False},
    Link.ONLINE: {"sampled_name": True, "place": False},
}
OUTCOME_FIELDS = ("sampled_name",)  # 拒检、未抽到样品: where it was tried is all there is
ABSENT = frozenset({"/", "／", "-", "—"})


@dataclass(frozen=True, slots=True)
class Missing:
    """One complaint about one field."""

    field: str
    message: str


def missing_fields(written: Mapping[str, str], link: Link | None, titles: Mapping[str, str]) -> list[Missing]:
    """Required fields that are blank, or "/" where that says nothing."""
    found = [
        Missing(name, f"{title}不能为空，也不能填“/”")
        for name, title in NEVER_ABSENT.items()
        if not _said(written, name)
    ]
    found += [
        Missing(name, f"请填写{title}，不适用的填“/”")
        for name, title in NEVER_BLANK.items()
        if not written.get(name, "").strip()
    ]
    if link is None:
        return [*found, Missing("link", f"请选择抽样环节（{'、'.join(Link)}）")]
    for name, needed in BY_LINK[link].items():
        title = titles.get(name, name)
        if not written.get(name, "").strip():
            found.append(Missing(name, f"{link}环节必须填写{title}" + ("" if needed else "，不适用的填“/”")))
        elif needed and not _said(written, name):
            found.append(Missing(name, f"{link}环节必须填写{title}，不能填“/”"))
    return found


def _said(written: Mapping[str, str], name: str) -> bool:
    text = written.get(name, "").strip()
    return bool(text) and text not in ABSENT


def date_faults(made_on: date | None, sampled_on: date | None, reported_on: date | None, today: date) -> list[Missing]:
    """生产 ≤ 抽样 ≤ 报告, and none of them in the future."""
    found = []
    for name, title, day in (("made_on", "生产（购进）日期", made_on), ("sampled_on", "抽样日期", sampled_on)):
        if day is not None and day > today:
            found.append(Missing(name, f"{title}晚于今天（{today}）：请核对"))
    if made_on and sampled_on and made_on > sampled_on:
        found.append(Missing("made_on", f"生产（购进）日期晚于抽样日期（{sampled_on}）：请核对"))
    if sampled_on and reported_on and sampled_on > reported_on:
        found.append(Missing("sampled_on", f"抽样日期晚于检验报告日期（{reported_on}）：请核对"))
    return found
