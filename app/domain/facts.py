"""检验结论 of a batch from the verdicts of its items, and the nine classical wordings of the pair."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.domain.samples import ItemClass, ItemKind, Monitoring, Purpose, Supervision, Verdict


class JudgedRow(Protocol):
    """One result row with the verdict in force."""

    @property
    def kind(self) -> ItemKind | None: ...

    @property
    def verdict(self) -> Verdict: ...

    @property
    def pending(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Conclusion:
    """监督结论 and 监测结论; every batch carries both."""

    supervision: Supervision
    monitoring: Monitoring


def conclude(rows: Iterable[JudgedRow], purpose: Purpose) -> Conclusion:
    """The pair for a batch. Without a row nothing is concluded: 未判定, or 不判定 where only monitoring was asked."""
    supervised: list[JudgedRow] = []
    monitored: list[JudgedRow] = []
    for row in rows:
        (monitored if is_monitoring(row, purpose) else supervised).append(row)
    if not supervised and not monitored:
        if purpose is Purpose.MONITORING:
            return Conclusion(Supervision.NONE, Monitoring.UNDECIDED)
        return Conclusion(Supervision.OPEN, Monitoring.NONE)
    return Conclusion(_supervision(supervised), _monitoring(monitored))


def is_monitoring(row: JudgedRow, purpose: Purpose) -> bool:
    """监测项目: by the purpose of the sheet, else by the item's kind, else (抽检监测) by the word of the verdict.

    A 待核 item stands at 不判定项 only until two people decide; without a kind it is held to be a supervision item,
    so that it keeps the batch 未判定 rather than slip out of the supervision half.
    """
    if purpose is Purpose.MONITORING:
        return True
    if row.kind is not None:
        return row.kind is ItemKind.MONITORING
    undecided = row.verdict is Verdict.UNDECIDED and not row.pending
    return purpose is Purpose.COMBINED and (undecided or row.verdict is Verdict.PROBLEM)


def _supervision(rows: Sequence[JudgedRow]) -> Supervision:
    """任一不合格项即不合格; an open item among the others leaves it 未判定, never 合格."""
    if not rows:
        return Supervision.NONE
    if any(row.verdict is Verdict.FAIL and not row.pending for row in rows):
        return Supervision.FAIL
    return Supervision.PASS if all(_passed(row) for row in rows) else Supervision.OPEN


def _monitoring(rows: Sequence[JudgedRow]) -> Monitoring:
    """A 不合格项 written against a monitoring item is a 问题项 in the wrong words."""
    if not rows:
        return Monitoring.NONE
    if any(row.verdict in (Verdict.PROBLEM, Verdict.FAIL) and not row.pending for row in rows):
        return Monitoring.PROBLEM
    return Monitoring.CLEAR if all(_passed(row) for row in rows) else Monitoring.UNDECIDED


def _passed(row: JudgedRow) -> bool:
    return row.verdict is Verdict.PASS and not row.pending


_SUPERVISION_WORDS = {
    Supervision.PASS: "抽检合格样品",
    Supervision.FAIL: "抽检不合格样品",
    Supervision.OPEN: "抽检未判定样品",
}
_MONITORING_WORDS = {Monitoring.PROBLEM: "监测问题样品", Monitoring.UNDECIDED: "监测不判定样品"}
_PURE_MONITORING_WORDS = {
    Monitoring.CLEAR: "纯监测无问题样品",
    Monitoring.PROBLEM: "纯监测问题样品",
    Monitoring.UNDECIDED: "纯监测不判定合格样品",
    Monitoring.NONE: "未检验样品",
}


def wording(conclusion: Conclusion) -> str:
    """结论 as the national system words it; 未判定 and clear monitoring have no classical word and get a like one."""
    if conclusion.supervision is Supervision.NONE:
        return _PURE_MONITORING_WORDS[conclusion.monitoring]
    supervised = _SUPERVISION_WORDS[conclusion.supervision]
    monitored = _MONITORING_WORDS.get(conclusion.monitoring)
    return f"{supervised}并{monitored}" if monitored else f"纯{supervised}"


def has_residue(item_classes: Iterable[ItemClass | None]) -> bool:
    """农兽药残留 batch: at least one item is a pesticide or veterinary drug residue."""
    return any(item in (ItemClass.PESTICIDE, ItemClass.VETERINARY) for item in item_classes)
