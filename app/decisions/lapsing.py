"""判定复核失效: a decision holds for the report it was made about, and for no other.

Called where reports leave force and where a sample is voided. The next report's item may be the same in every respect; even so
nobody's decision is carried over by itself, it is proposed again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app import history
from app.db import session
from app.decisions.models import VerdictDecision
from app.domain.actors import Actor
from app.domain.workflow import DecisionState, DecisionStep
from app.results.models import ResultRow

LIVE = (DecisionState.PROPOSED, DecisionState.DECIDED)
REPLACED = "检验报告已更正，原判定复核不再适用；需要时请就新报告重新提出"
TAKEN_BACK = "检验报告已撤回，原判定复核不再适用"
VOIDED = "样品已作废，原判定复核不再适用；样品恢复后需要时请重新提出"
PART = 500


def lapse(report_ids: Sequence[int], actor: Actor, sentence: str) -> int:
    """Decisions about reports that have just left force. The rows of those reports stay as they stood. Returns how many."""
    found: list[VerdictDecision] = []
    for start in range(0, len(report_ids), PART):
        part = report_ids[start : start + PART]
        found += session().scalars(
            sa.select(VerdictDecision).where(VerdictDecision.report_id.in_(part), VerdictDecision.state.in_(LIVE))
        )
    _end(found, actor, sentence)
    return len(found)


def lapse_of_rows(row_ids: Sequence[int], actor: Actor, sentence: str) -> int:
    """Decisions about items whose verdict comes from elsewhere now. Returns how many."""
    found = session().scalars(
        sa.select(VerdictDecision).where(VerdictDecision.result_row_id.in_(row_ids), VerdictDecision.state.in_(LIVE))
    ).all()
    _end(found, actor, sentence)
    return len(found)


def lapse_of_sample(sample_id: int, actor: Actor, at: datetime) -> None:
    """A voided sample: its reports stay where they are, but when it is revived nobody has decided anything about them."""
    found = session().scalars(
        sa.select(VerdictDecision).where(VerdictDecision.sample_id == sample_id, VerdictDecision.state.in_(LIVE))
    ).all()
    before = before_decisions({one.result_row_id for one in found})
    _end(found, actor, VOIDED)
    for row in session().scalars(sa.select(ResultRow).where(ResultRow.id.in_(before))):
        for name, value in before[row.id].items():
            setattr(row, name, value)
    session().flush()


def _end(found: Iterable[VerdictDecision], actor: Actor, sentence: str) -> None:
    for decision in found:
        history.advance(decision, DecisionStep.LAPSE, actor, comment=sentence, asked=True)
    session().flush()


def before_decisions(row_ids: Iterable[int]) -> Mapping[int, dict[str, Any]]:
    """The verdict columns of these rows as they were before anybody decided; only rows that were decided."""
    wanted, found = sorted(row_ids), dict[int, dict[str, Any]]()
    for start in range(0, len(wanted), PART):
        statement = sa.select(VerdictDecision.result_row_id, VerdictDecision.before, VerdictDecision.before_pending).where(
            VerdictDecision.result_row_id.in_(wanted[start : start + PART]), VerdictDecision.decided_at.is_not(None),
            VerdictDecision.state.in_((DecisionState.DECIDED, DecisionState.LAPSED)),
        )  # fmt: skip
        for row_id, verdict, pending in session().execute(statement.order_by(VerdictDecision.id)):
            found.setdefault(row_id, {"verdict": verdict, "pending": pending, "decided_at": None})
    return found
