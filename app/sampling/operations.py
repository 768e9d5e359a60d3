"""Changing samples: registering, correcting, voiding, bringing back. Never commits, never sees a request."""

from __future__ import annotations

from datetime import datetime

from app import history
from app.domain.actors import Actor
from app.domain.workflow import SampleState, SampleStep
from app.errors import NotAllowedNow
from app.sampling.correcting import REVIVED, correct, renew_facts, rows_in_force
from app.sampling.creating import Created, create_samples, register
from app.sampling.facts import void_facts
from app.sampling.models import Sample
from app.sampling.personal import unmask

__all__ = ["Created", "correct", "create_samples", "register", "revive", "unmask", "void"]

VOIDED = "作废"
LONGEST_REASON: int = Sample.__table__.c.void_reason.type.length  # type: ignore[attr-defined]


def void(sample: Sample, actor: Actor, reason: str, at: datetime, *, seen: int | None = None) -> None:
    """作废: the batch leaves every figure, its cases are cancelled, everything stays readable."""
    from app.disposal import operations as disposal

    reported = sample.state is SampleState.REPORTED
    history.advance(sample, SampleStep.VOID, actor, comment=reason, seen=seen)
    sample.void_reason = reason.strip()[:LONGEST_REASON]
    if reported:
        void_facts([sample.id], VOIDED, at)
        disposal.cancel_for_samples([sample.id], actor, f"样品已作废：{reason.strip()}")


def revive(sample: Sample, actor: Actor, at: datetime, *, seen: int | None = None) -> None:
    """恢复: back to 已抽样, and on to 已出报告 when its reports are still there, so that figures and cases return."""
    if sample.outcome_reason:
        raise NotAllowedNow("拒检、未抽到样品的记录作废后不能恢复，请重新登记")
    history.advance(sample, SampleStep.REVIVE, actor, seen=seen)
    sample.void_reason = None
    _, reported_on = rows_in_force(sample.id)
    if reported_on is not None:
        history.advance(sample, SampleStep.REPORT, actor, comment="恢复样品，原检验报告继续有效")
        renew_facts(sample, actor, at, REVIVED)
