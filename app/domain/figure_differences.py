"""Why a figure is another than it was (差异说明): what happened to each record between two moments, in the words of the office."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Protocol

from app.domain.samples import Domain, Level, Link, Monitoring, Purpose, Supervision


class Reason(StrEnum):
    """差异原因."""

    RETEST = "复检改判"
    OBJECTION = "异议成立"
    DECIDED = "判定复核"
    REPORT = "报告退修、更正"
    SHEET = "抽样单更正"
    NEW = "新出报告"
    LATE = "补录"
    VOIDED = "作废"
    UNDONE = "撤销导入"
    REVIVED = "恢复"
    PERIOD = "改期"
    CATEGORY = "改类"
    AREA = "改区域"
    OFFICE = "改管辖机构"
    DEFINITION = "口径调整"
    POPULATION = "常住人口更新"
    TERM = "期限届满"
    REGISTERED = "新登记"
    PROGRESS = "办理进展"
    REGISTER = "名录变动"
    VALUE = "填报值更替"
    UNKNOWN = "原因未留痕"


class FactVersion(Protocol):
    """One version of a batch."""

    @property
    def basis(self) -> str: ...
    @property
    def supervision(self) -> Supervision: ...
    @property
    def monitoring(self) -> Monitoring: ...
    @property
    def purpose(self) -> Purpose: ...
    @property
    def domain(self) -> Domain: ...
    @property
    def category_id(self) -> int | None: ...
    @property
    def region_id(self) -> int | None: ...
    @property
    def org_id(self) -> int: ...
    @property
    def link(self) -> Link | None: ...
    @property
    def organiser_level(self) -> Level | None: ...
    @property
    def reported_on(self) -> date: ...
    @property
    def has_residue(self) -> bool: ...
    @property
    def counts_for_producer(self) -> bool: ...
    @property
    def voided(self) -> bool: ...


COLUMNS: Mapping[str, str] = {
    "supervision": "监督结论", "monitoring": "监测结论", "purpose": "检验目的", "domain": "产品领域", "category_id": "食品分类",
    "region_id": "抽样地区", "org_id": "管辖机构", "link": "抽样环节", "organiser_level": "组织级别", "reported_on": "报告日期",
    "has_residue": "农兽残项目", "counts_for_producer": "计入标称生产企业",
}  # fmt: skip
BY_BASIS: Mapping[str, Reason] = {
    "复检": Reason.RETEST, "异议": Reason.OBJECTION, "判定复核": Reason.DECIDED, "恢复": Reason.REVIVED, "撤销导入": Reason.UNDONE,
    "作废": Reason.VOIDED,
}  # fmt: skip
MOVED: Mapping[str, Reason] = {
    "category_id": Reason.CATEGORY, "domain": Reason.CATEGORY, "region_id": Reason.AREA, "org_id": Reason.OFFICE,
}  # fmt: skip


def moved(old: FactVersion | None, new: FactVersion) -> list[str]:
    """The columns in which a version differs from the one before."""
    return [] if old is None else [name for name in COLUMNS if getattr(old, name) != getattr(new, name)]


def reasons(old: FactVersion | None, new: FactVersion, then: date, *, report_amended: bool) -> tuple[Reason, ...]:
    """Why this version came after that one. A first report dated by the earlier moment was 补录: it should have been counted then."""
    if old is None:
        return (Reason.LATE if new.reported_on <= then else Reason.NEW,)
    found = [_by_basis(old, new, report_amended)]
    names = moved(old, new)
    if (old.reported_on.year, old.reported_on.month) != (new.reported_on.year, new.reported_on.month):
        found.append(Reason.PERIOD)
    found += [MOVED[name] for name in names if name in MOVED]
    return tuple(dict.fromkeys(found))


def _by_basis(old: FactVersion, new: FactVersion, report_amended: bool) -> Reason:
    if new.voided and not old.voided:
        return Reason.UNDONE if new.basis == Reason.UNDONE.value else Reason.VOIDED
    if old.voided and not new.voided:
        return Reason.REVIVED
    return BY_BASIS.get(new.basis, Reason.REPORT if report_amended else Reason.SHEET)


def standing(version: FactVersion | None) -> str:
    """What a batch was, in a few words."""
    if version is None:
        return "尚未登记报告"
    if version.voided:
        return "已作废"
    said = [] if version.supervision is Supervision.NONE else [f"监督：{version.supervision.value}"]
    said += [] if version.monitoring is Monitoring.NONE else [f"监测：{version.monitoring.value}"]
    return "，".join([*said, f"报告日期 {version.reported_on}"])
