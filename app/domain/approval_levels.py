"""审批层级: which levels must agree before a case is closed or a penalty decided, and why.

The amounts and the occasions are the installation's settings; the rest follows from the articles named beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from app.domain.case_kinds import ApprovalLevel, LicenceKind, PenaltyExcuse, PenaltyOutcome
from app.domain.case_record import PenaltyKind

SECTION, LEGAL, LEADER = ApprovalLevel.SECTION, ApprovalLevel.LEGAL, ApprovalLevel.LEADER


class CaseOccasion(StrEnum):
    """须局领导审批的情形, named in the setting CASE_LEADER_FOR."""

    EXEMPTED = "免除要件"
    NOT_PUNISHED = "不予处罚"
    NOT_FILED = "不予立案"
    TRANSFERRED = "移送"


class UnknownOccasion(ValueError):
    """The setting names something that is no occasion; the message is for the administrator."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What the settings say. Amounts are in 元."""

    leader_amount: Decimal
    legal_amount: Decimal
    case_leader_for: frozenset[CaseOccasion]


@dataclass(frozen=True, slots=True)
class Need:
    """One level that has to agree, and the reason in words."""

    level: ApprovalLevel
    reason: str


class HasMeasures(Protocol):
    """What of a penalty decides who must agree."""

    @property
    def outcome(self) -> PenaltyOutcome | None: ...
    @property
    def excuse(self) -> PenaltyExcuse | None: ...
    @property
    def income(self) -> Decimal: ...
    @property
    def goods_value(self) -> Decimal: ...
    @property
    def fine(self) -> Decimal: ...
    @property
    def total(self) -> Decimal: ...
    @property
    def stop_business(self) -> bool: ...
    @property
    def licence(self) -> LicenceKind | None: ...
    @property
    def major(self) -> str | None: ...


class HasCaseRecord(Protocol):
    """What of a case decides who must agree."""

    @property
    def exempted(self) -> str | None: ...
    @property
    def penalty_kind(self) -> PenaltyKind | None: ...


def occasions(written: str) -> frozenset[CaseOccasion]:
    """The setting CASE_LEADER_FOR: words separated by commas; empty means that no case needs the leader.

    Raises UnknownOccasion.
    """
    known = {each.value: each for each in CaseOccasion}
    words = [word for word in re.split(r"[,，、\s]+", written) if word]
    unknown = [word for word in words if word not in known]
    if unknown:
        raise UnknownOccasion(f"CASE_LEADER_FOR 中的“{'、'.join(unknown)}”无法识别，可用：{'、'.join(known)}")
    return frozenset(known[word] for word in words)


def of_penalty(penalty: HasMeasures, limits: Thresholds) -> tuple[Need, ...]:
    """Every level a penalty needs, lowest first; a level may be named more than once, for different reasons."""
    legal = _needs_legal(penalty, limits)
    leader = [f"须经法制审核的重大案件由局领导决定（行政处罚法第57条）：{'、'.join(legal)}"] if legal else []
    leader += _needs_leader(penalty, limits)
    return (
        Need(SECTION, "由办案人员以外的人审核"),
        *(Need(LEGAL, reason) for reason in legal),
        *(Need(LEADER, reason) for reason in leader),
    )


def _needs_legal(penalty: HasMeasures, limits: Thresholds) -> list[str]:
    """行政处罚法 58: what may be heard (63) concerns weighty rights; so does what goes to the police, and what the office calls major."""
    found = []
    if penalty.outcome is PenaltyOutcome.PUNISHED:
        if penalty.licence is not None:
            found.append("吊销许可证件")
        if penalty.stop_business:
            found.append("责令停产停业")
        if penalty.fine >= limits.legal_amount:
            found.append(f"罚款达到 {limits.legal_amount:f} 元")
        if penalty.income + penalty.goods_value >= limits.legal_amount:
            found.append(f"没收违法所得和物品价值达到 {limits.legal_amount:f} 元")
    if penalty.outcome is PenaltyOutcome.JUSTICE:
        found.append("移送司法机关")
    if (penalty.major or "").strip():
        found.append("列为重大事项")
    return found


def _needs_leader(penalty: HasMeasures, limits: Thresholds) -> list[str]:
    found = []
    if penalty.outcome is PenaltyOutcome.PUNISHED and penalty.total > limits.leader_amount:
        found.append(f"罚没款合计超过 {limits.leader_amount:f} 元")
    if penalty.outcome is PenaltyOutcome.EXEMPT:
        if penalty.goods_value > limits.leader_amount:
            found.append(f"不予处罚且涉案货值超过 {limits.leader_amount:f} 元")
        if penalty.excuse is PenaltyExcuse.OTHER:
            found.append("以其他法定理由不予处罚")
    return found


def of_case(case: HasCaseRecord, limits: Thresholds, *, transferred: bool = False) -> tuple[Need, ...]:
    """Every level the closing of a case needs. ``transferred``: the case was handed to the police or another body."""
    found = {
        CaseOccasion.EXEMPTED: bool((case.exempted or "").strip()),
        CaseOccasion.NOT_PUNISHED: case.penalty_kind is PenaltyKind.EXEMPT,
        CaseOccasion.NOT_FILED: case.penalty_kind is PenaltyKind.NOT_FILED,
        CaseOccasion.TRANSFERRED: transferred,
    }
    words = {
        CaseOccasion.EXEMPTED: "申请免除办结要件",
        CaseOccasion.NOT_PUNISHED: "不予行政处罚",
        CaseOccasion.NOT_FILED: "不予立案",
        CaseOccasion.TRANSFERRED: "移送其他机关",
    }
    leader = [words[each] for each in CaseOccasion if each in limits.case_leader_for and found[each]]
    return Need(SECTION, "由经办人以外的人审核"), *(Need(LEADER, reason) for reason in leader)


def levels(needs: Iterable[Need]) -> tuple[ApprovalLevel, ...]:
    """The levels, each once, lowest first."""
    named = {need.level for need in needs}
    return tuple(level for level in ApprovalLevel if level in named)


def missing(needs: Iterable[Need], passed: Iterable[ApprovalLevel]) -> tuple[Need, ...]:
    """What is needed of levels that have not agreed."""
    agreed = frozenset(passed)
    return tuple(need for need in needs if need.level not in agreed)


def sentence(needs: Iterable[Need]) -> str:
    """«法制审核（吊销许可证件；罚款达到 100000 元）、局领导（…）»."""
    by_level: dict[ApprovalLevel, list[str]] = {}
    for need in needs:
        by_level.setdefault(need.level, []).append(need.reason)
    return "、".join(f"{level.value}（{'；'.join(by_level[level])}）" for level in ApprovalLevel if level in by_level)
