"""Which nonconforming batches the disposal rates (核查处置率) count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol


class CasePart(StrEnum):
    """What is counted over batches whose disposal fell due in the period."""

    DUE = "处置到期的不合格批次"
    CLOSED = "案件全部办结的批次"
    CLOSED_ON_TIME = "按时办结的批次"


class CaseTerm(Protocol):
    """One disposal case of a batch. `due_on` has approved extensions in it; a case only notified to another bureau
    (通报) is not ours to close."""

    @property
    def sample_number(self) -> str: ...
    @property
    def due_on(self) -> date: ...
    @property
    def closed_on(self) -> date | None: ...
    @property
    def notified_only(self) -> bool: ...


@dataclass(frozen=True)
class BatchDisposal:
    """A batch falls due with its latest case, and is closed when all of its cases are."""

    sample_number: str
    due_on: date
    closed_on: date | None


def disposals(cases: Iterable[CaseTerm]) -> list[BatchDisposal]:
    """One row per batch, by 抽样编号. Batches (not cases) are counted, since two parties may share one batch."""
    by_batch: dict[str, list[CaseTerm]] = {}
    for case in cases:
        if not case.notified_only:
            by_batch.setdefault(case.sample_number, []).append(case)
    return [_of_batch(number, by_batch[number]) for number in sorted(by_batch)]


def _of_batch(number: str, cases: list[CaseTerm]) -> BatchDisposal:
    closings = [case.closed_on for case in cases if case.closed_on is not None]
    closed_on = max(closings) if len(closings) == len(cases) else None
    return BatchDisposal(number, max(case.due_on for case in cases), closed_on)


def in_case_part(batch: BatchDisposal, part: CasePart, first: date, last: date) -> bool:
    """Whether a batch is counted for the period from `first` to `last`, both included."""
    if not first <= batch.due_on <= last:
        return False
    if part is CasePart.DUE:
        return True
    if batch.closed_on is None:
        return False
    return part is CasePart.CLOSED or batch.closed_on <= batch.due_on
