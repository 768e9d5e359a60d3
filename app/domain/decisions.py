"""判定复核: which verdicts two people may give an item, and when an earlier decision may be taken again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from app.domain.result_kinds import DecisionKind
from app.domain.samples import ItemKind, Purpose, Verdict

SUPERVISED = (Verdict.PASS, Verdict.FAIL, Verdict.UNDECIDED, Verdict.UNTESTED)
MONITORED = (Verdict.PASS, Verdict.PROBLEM, Verdict.UNDECIDED, Verdict.UNTESTED)
EITHER = (Verdict.PASS, Verdict.FAIL, Verdict.PROBLEM, Verdict.UNDECIDED, Verdict.UNTESTED)


class Found(Protocol):
    """What the laboratory found of one item, and the limit it was held against."""

    @property
    def item(self) -> str: ...
    @property
    def result_written(self) -> str | None: ...
    @property
    def unit(self) -> str | None: ...
    @property
    def lab_verdict(self) -> Verdict | None: ...
    @property
    def our_verdict(self) -> Verdict: ...
    @property
    def limit_text(self) -> str | None: ...
    @property
    def kind(self) -> ItemKind | None: ...


def offered(kind: ItemKind | None, purpose: Purpose) -> Sequence[Verdict]:
    """A monitoring item is never 不合格项, a supervision item never 问题项 (办法 41, 52)."""
    if purpose is Purpose.MONITORING or kind is ItemKind.MONITORING:
        return MONITORED
    return EITHER if purpose is Purpose.COMBINED and kind is None else SUPERVISED


def refusal(proposed: Verdict, kind: ItemKind | None, purpose: Purpose, before: Verdict, pending: bool) -> str | None:
    """Why this verdict cannot be proposed; None where it can."""
    allowed = offered(kind, purpose)
    if proposed not in allowed:
        return f"该项目不能判为“{proposed.value}”，可选：{'、'.join(one.value for one in allowed)}"
    if not pending and proposed is before:
        return f"该项目现在的判定就是“{before.value}”，无需改判"
    return None


def kind_of(pending: bool) -> DecisionKind:
    """待核项目 are settled; whatever else is in force is overruled."""
    return DecisionKind.PENDING if pending else DecisionKind.OVERRIDE


def same_finding(earlier: Found, now: Found) -> bool:
    """Nothing that the earlier decision rested on has changed: reading, unit, limit, kind and what both sides say."""
    return _grounds(earlier) == _grounds(now)


def _grounds(found: Found) -> tuple[object, ...]:
    return (
        found.item, found.result_written or "", found.unit or "", found.limit_text or "", found.kind, found.lab_verdict,
        found.our_verdict,
    )  # fmt: skip
