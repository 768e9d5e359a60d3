"""Changing samples: registering, correcting, returning, voiding, bringing back. Never commits, never sees a request."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app import history
from app.custody.models import CustodyEvent
from app.db import session
from app.decisions import lapsing
from app.disposal.models import DisposalCase
from app.domain.actors import Actor
from app.domain.case_kinds import ObjectionEffect, RippleCause
from app.domain.ripples import VOIDED as VOIDED_WORDS
from app.domain.sampling_kinds import CustodyKind
from app.domain.workflow import SampleState, SampleStep
from app.errors import NotAllowedNow
from app.exemptions import capping
from app.notices import telling
from app.objections.models import Objection
from app.ripples import operations as ripples
from app.ripples.models import Ripple
from app.sampling import correcting, creating
from app.sampling.correcting import REVIVED, Changes, renew_facts, rows_in_force
from app.sampling.creating import Created, create_samples, link_enterprises
from app.sampling.facts import void_facts
from app.sampling.models import Sample
from app.sampling.personal import unmask
from app.sampling.returning import open_return, return_sheet
from app.sampling.sheet_draft import SheetDraft
from app.urgent import following

__all__ = ["Created", "correct", "create_samples", "register", "return_sheet", "revive", "unmask", "void"]

VOIDED = "作废"
STILL_RETURNED = "恢复样品，作废前的退回修改意见仍须处理"
STILL_REJECTED = "恢复样品，检验机构的拒收仍然有效"
LONGEST_REASON: int = Sample.__table__.c.void_reason.type.length  # type: ignore[attr-defined]


def register(draft: SheetDraft, actor: Actor, at: datetime, *key: str | None) -> Sample:
    """Register one sheet. Caps are asked once more here, under a lock; exemptions are used in the same transaction."""
    link_enterprises([draft])
    exemptions = capping.hold(draft)
    sample = creating.register(draft, actor, at, *key)
    capping.use(exemptions, sample, actor, at)
    return sample


def correct(sample: Sample, draft: SheetDraft, actor: Actor, reason: str, at: datetime, *, seen: int | None = None) -> Changes:
    """更正: what makes it count against another cap is held to that cap; a returned sheet is registered again."""
    link_enterprises([draft])
    exemptions = capping.hold(draft, sample.id)
    laboratory_before = sample.laboratory_org_id
    told = correcting.correct(sample, draft, actor, reason, at, seen=seen)
    capping.use(exemptions, sample, actor, at)
    telling.sheet_corrected(sample, actor, told, reason, laboratory_before)
    return told


def void(
    sample: Sample, actor: Actor, reason: str, at: datetime, *, seen: int | None = None, asked: bool = False,
    cause: RippleCause = RippleCause.VOIDED, source: Any = None,
) -> Ripple | None:  # fmt: skip
    """作废: the batch leaves every figure, its cases are cancelled, everything stays readable.

    ``asked`` says that the caller has asked the permission of the step this one follows from (an upheld objection), ``cause``
    and ``source`` which that is. Returns the list of what the void touches besides.
    """
    reported, why = sample.state is SampleState.REPORTED, reason.strip()
    history.advance(sample, SampleStep.VOID, actor, comment=reason, seen=seen, asked=asked)
    sample.void_reason = why[:LONGEST_REASON]
    cancelled = _end_of_results(sample, actor, why, at) if reported else []
    telling.sample_voided(sample, actor, why)
    if not reported:
        return None
    return ripples.spread(
        sample, cause, actor, at, source=source, before=sample.supervision, after=VOIDED_WORDS, why=why, cancelled=cancelled
    )


def _end_of_results(sample: Sample, actor: Actor, why: str, at: datetime) -> list[DisposalCase]:
    """What hangs on the results of a sample that is voided. Returns the cases cancelled."""
    from app.disposal import operations as disposal

    void_facts([sample.id], VOIDED, at)
    lapsing.lapse_of_sample(sample.id, actor, at)
    cancelled = disposal.cancel_for_samples([sample.id], actor, f"样品已作废：{why}")
    session().flush()
    following.follow([sample.id], actor, at, gone=f"样品已作废：{why}")
    return cancelled


def revive(sample: Sample, actor: Actor, at: datetime, *, seen: int | None = None) -> None:
    """恢复: back to 已抽样, and on to where it was: 退回修改, 拒收, or 已出报告 when its reports are still there."""
    if sample.outcome_reason:
        raise NotAllowedNow("拒检、未抽到样品的记录作废后不能恢复，请重新登记")
    if (number := _invalid_by(sample.id)) is not None:
        raise NotAllowedNow(f"样品因异议成立（{number}）抽样无效而作废，不能恢复")
    history.advance(sample, SampleStep.REVIVE, actor, seen=seen)
    sample.void_reason = None
    telling.sample_revived(sample, actor)
    _, reported_on = rows_in_force(sample.id)
    if reported_on is not None:
        history.advance(sample, SampleStep.REPORT, actor, comment="恢复样品，原检验报告继续有效")
        renew_facts(sample, actor, at, REVIVED)
    elif _rejected(sample.id):
        history.advance(sample, SampleStep.REJECT, actor, comment=STILL_REJECTED, asked=True)
    elif open_return(sample.id) is not None:
        history.advance(sample, SampleStep.RETURN, actor, comment=STILL_RETURNED, asked=True)


def _invalid_by(sample_id: int) -> str | None:
    """The objection by which the sampling was found to be invalid: what was concluded is not taken back by reviving."""
    return session().scalar(
        sa.select(Objection.number).where(Objection.sample_id == sample_id, Objection.effect == ObjectionEffect.INVALID)
    )


def _rejected(sample_id: int) -> bool:
    """Was the laboratory's last word on the sample that it refused it?"""
    kinds = (CustodyKind.RECEIVED, CustodyKind.REFUSED)
    last = session().scalar(
        sa.select(CustodyEvent.kind)
        .where(CustodyEvent.sample_id == sample_id, CustodyEvent.voided_at.is_(None), CustodyEvent.kind.in_(kinds))
        .order_by(CustodyEvent.id.desc())
        .limit(1)
    )
    return last is CustodyKind.REFUSED

