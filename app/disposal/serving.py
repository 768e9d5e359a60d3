"""检验报告送达日期 of a case, as the 送达回证 of its notice says. Never commits."""

from __future__ import annotations

from datetime import date

from app import history
from app.disposal import clock_keeping
from app.disposal.models import DisposalCase
from app.domain.actors import Actor
from app.legal_clocks import operations as legal_clocks

NOTE = 200  # how much the clock keeps of what stopped it


def served(case: DisposalCase, before: date | None, on: date | None, actor: Actor, comment: str) -> bool:
    """The day moves from ``before`` to ``on``. What the handler has recorded otherwise stays as he wrote it."""
    if case.served_on != before or on == before or (on is not None and on < case.received_on):
        return False
    changes = {"served_on": (case.served_on, on)}
    case.served_on = on
    if on is not None:
        legal_clocks.stop(case, clock_keeping.SERVE, on, comment[:NOTE], actor)
    clock_keeping.keep([case], actor, comment[:NOTE])
    history.record(
        case.__tablename__, case.id, "edit", actor, org_id=case.org_id, name=case.number, comment=comment, changes=changes
    )
    return True
