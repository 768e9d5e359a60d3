"""批量移交: several samples to one laboratory on one list, with what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app import clock, counters, history
from app.custody import operations, queries
from app.custody.operations import Written
from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.domain.sampling_kinds import CustodyKind
from app.errors import NotLikeThis
from app.reference_data.books import laboratory_id
from app.sampling.models import Sample

MOST = 200
COUNTER = "handover"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one sample; ``sentence`` is why it was not handed over."""

    sample: Sample
    sentence: str | None = None

    @property
    def done(self) -> bool:
        return self.sentence is None


@dataclass(frozen=True, slots=True)
class Handed:
    """移交单 and its rows; no number when no sample could be handed over."""

    list_no: str | None
    rows: Sequence[Outcome]


def prepare(samples: Sequence[Sample], laboratory: str | None, written: Written, actor: Actor, at: datetime) -> list[Outcome]:
    """What would become of each, without writing anything."""
    done = queries.chains([sample.id for sample in samples])
    return [Outcome(sample, _obstacle(sample, laboratory, written, done[sample.id], actor, at)) for sample in samples]


def _obstacle(
    sample: Sample, laboratory: str | None, written: Written, done: Sequence[queries.CustodyEvent], actor: Actor, at: datetime
) -> str | None:
    if not permits(actor, Permission.CUSTODY_RECORD, sample):
        return "您没有登记该样品流转的权限"
    if sample.state not in operations.MOVABLE:
        return "样品当前状态不能移交，请打开样品核对"
    if laboratory and sample.laboratory and sample.laboratory != laboratory:
        return f"抽样单上的检验机构是“{sample.laboratory}”，不能移交给“{laboratory}”；确需更换请先更正抽样单"
    if not laboratory and not sample.laboratory:
        return "抽样单上没有检验机构，请选择移交给哪个检验机构"
    found = operations.check(sample, written, done, at)
    return "；".join(fault.message for fault in found) if found else None


def hand_over(samples: Sequence[Sample], laboratory: str | None, written: Written, actor: Actor, at: datetime) -> Handed:
    """移交 every sample that can be; the others are told why not. One list, one number, one transaction.

    Raises NotLikeThis for an empty or endless choice, NotAllowedNow when somebody else was quicker with one of them.
    """
    if not samples:
        raise NotLikeThis("请先选择要移交的样品")
    if len(samples) > MOST:
        raise NotLikeThis(f"一次最多移交 {MOST} 件样品，请分批办理")
    laboratory = laboratory or _only_laboratory(samples)
    rows = prepare(samples, laboratory, written, actor, at)
    if not any(row.done for row in rows):
        return Handed(None, rows)
    number = _list_number(actor, at)
    for row in rows:
        if row.done:
            _name_laboratory(row.sample, laboratory, actor)
            operations.record(row.sample, replace(written, kind=CustodyKind.HANDED_OVER, list_no=number), actor, at)
    return Handed(number, rows)


def _only_laboratory(samples: Sequence[Sample]) -> str | None:
    """The laboratory of all sheets; a list goes to one."""
    named = sorted({sample.laboratory for sample in samples if sample.laboratory})
    if len(named) > 1:
        raise NotLikeThis(
            f"所选样品分属 {len(named)} 个检验机构（{'、'.join(named[:5])}），一张移交单只能移交给一个检验机构：请选择移交给哪一个",
            field="laboratory",
        )
    return named[0] if named else None


def _list_number(actor: Actor, at: datetime) -> str:
    year = clock.office_time(at).year
    return f"移交〔{year}〕{counters.take(actor.org_id, COUNTER, year)[0]}号"


def _name_laboratory(sample: Sample, laboratory: str | None, actor: Actor) -> None:
    """A sheet without a laboratory gets the one its sample goes to; only then can that laboratory see it."""
    if sample.laboratory or not laboratory:
        return
    known = laboratory_id(laboratory)
    history.record(
        operations.KIND, sample.id, "edit", actor, org_id=sample.org_id, name=sample.number,
        comment="移交时填写检验机构", changes={"laboratory": (None, laboratory)},
    )  # fmt: skip
    sample.laboratory, sample.laboratory_org_id = laboratory, known
