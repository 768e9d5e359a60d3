"""The windows and clocks of one objection: from what day each is counted, and which step starts and stops it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from app.db import session
from app.domain import objections as rules
from app.domain.actors import Actor
from app.domain.case_kinds import ObjectionKind, Side
from app.domain.documents import DocumentKind
from app.domain.objections import Window
from app.legal_clocks import operations as clocks
from app.objections.models import Objection
from app.official_documents.models import OfficialDocument
from app.official_documents.queries import cases_of_party, delivered_on
from app.reference_data.books import calendar, deadline_rule
from app.sampling.models import Sample

SUPPLEMENTED = "收到补正材料"


def begun(kind: ObjectionKind, side: Side, sample: Sample, said: date | None) -> tuple[date | None, bool]:
    """The day that set the window off, and whether it is proven: the 送达回证 before what the applicant says."""
    if kind is ObjectionKind.SAMPLING:
        return sample.sampled_on, sample.sampled_on is not None
    recorded = delivered_on(sample.id, side)
    return (recorded, True) if recorded is not None else (said, False)


def window_of(objection: Objection) -> Window:
    """As the records say today: a delivery that was recorded or corrected since counts."""
    day, proven = begun(objection.kind, objection.side, objection.sample, objection.window_from)
    rule = deadline_rule(rules.APPLY[objection.kind], day) if day is not None else None
    return rules.window(objection.kind, day, objection.applied_on, rule, calendar(), proven=proven)


# ---------------------------------------------------------------- clocks

def received(objection: Objection, actor: Actor) -> None:
    """The authority's five working days begin; the applicant's seven are used."""
    start(objection, rules.ACCEPT, objection.received_on, actor)
    if objection.kind is not ObjectionKind.SAMPLING:
        for notice in _notices(objection):
            clocks.stop(notice, rules.APPLY[objection.kind], objection.applied_on, f"已提出异议（{objection.number}）", actor)


def received_again(objection: Objection, actor: Actor) -> None:
    """The day of receipt was corrected before anybody decided."""
    if objection.supplemented_on is None:
        clocks.restart(objection, rules.ACCEPT, objection.received_on, actor, "收到异议申请的日期更正")


def correction_asked(objection: Objection, asked_on: date, actor: Actor) -> None:
    """告知补正: done within its own five days, and nothing runs until the papers come."""
    start(objection, rules.CORRECT, objection.received_on, actor)
    clocks.stop(objection, rules.CORRECT, asked_on, "已一次性告知补正", actor)
    clocks.cancel(objection, actor, rules.ACCEPT, "已告知补正，受理期限自收到补正材料之日起重新计算")


def supplemented(objection: Objection, on: date, actor: Actor) -> None:
    start(objection, rules.ACCEPT, on, actor, SUPPLEMENTED)


def accepted(objection: Objection, on: date, actor: Actor) -> None:
    clocks.stop(objection, rules.ACCEPT, on, "已受理", actor)
    start(objection, rules.DECIDE[objection.kind], on, actor)


def ended(objection: Objection, code: str, on: date, note: str, actor: Actor) -> None:
    clocks.stop(objection, code, on, note, actor)


def gone(objection: Objection, actor: Actor, reason: str) -> None:
    clocks.cancel(objection, actor, reason=reason[:480])


def start(objection: Objection, code: str, on: date, actor: Actor, event: str | None = None) -> None:
    """Named without the applicant in front, so that a list of clocks can be shown to whoever may not know him."""
    cases = cases_of_party(objection.sample_id, objection.side, actor.reach)
    clocks.start(
        objection, code, on, actor, sample_id=objection.sample_id, case_id=cases[0].id if cases else None, event=event,
        name=f"{objection.number}　{objection.applicant}",
    )  # fmt: skip


def _notices(objection: Objection) -> Sequence[OfficialDocument]:
    """The 检验结果通知书 that this party has received."""
    return session().scalars(
        sa.select(OfficialDocument).where(
            OfficialDocument.sample_id == objection.sample_id, OfficialDocument.kind == DocumentKind.RESULT_NOTICE.value,
            OfficialDocument.side == objection.side, OfficialDocument.delivered_on.is_not(None),
        )
    ).all()
