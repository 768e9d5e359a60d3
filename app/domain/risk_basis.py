"""评分依据与结果: what a score is counted from, and what comes out, each line with the record it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.domain.supervision_kinds import Grade, RiskComponent, RiskEventKind


@dataclass(frozen=True, slots=True)
class Evidence:
    """依据: a record by its table and id, and in words."""

    kind: str
    id: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Fact:
    """静态要素 as recorded: a number, a word, or several."""

    value: str | Sequence[str]
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """一个检查项目 of an inspection that was applicable: 重点项 or not, found conforming or not."""

    number: str
    text: str
    key: bool
    conforms: bool
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class CreditRecord:
    """一条不良信息; ``word`` is a row of the set's table of records."""

    word: str
    on: date
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """风险事件; ``steps`` None takes those of the rule; ``decided``: a person has decided that it moves the grade."""

    kind: RiskEventKind
    on: date
    evidence: Evidence | None = None
    steps: int | None = None
    decided: bool = False


@dataclass(frozen=True, slots=True)
class Basis:
    """What a score is counted from. ``findings`` None: never inspected (新开办)."""

    facts: Mapping[str, Fact]
    findings: Sequence[Checked] | None = None
    credit: Sequence[CreditRecord] = ()
    events: Sequence[Event] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """得分项. ``steps`` is only for adjustments, ``note`` says what the reader must know (未填报 …)."""

    component: RiskComponent
    code: str
    title: str
    value: str
    points: Decimal
    most: Decimal | None
    evidence: Evidence | None = None
    steps: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """评分结果. ``grade`` and ``suggested`` are None while ``wanting`` names facts that must be reported first."""

    lines: tuple[Line, ...]
    static: Decimal
    dynamic: Decimal | None  # None: not inspected yet
    credit: Decimal | None  # None: the set has no such part
    total: Decimal
    suggested: Grade | None
    steps: int
    grade: Grade | None
    unreported: tuple[str, ...]  # counted as nought
    wanting: tuple[str, ...]
    static_only: bool
    basis: Basis
