"""What a decision sets off: its number, the block 行政处罚 of the case, the clocks of deciding and publishing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from app import counters, history
from app.db import session
from app.disposal import penalty_block
from app.disposal.models import DisposalCase
from app.disposal.recording import touch
from app.domain.actors import Actor
from app.domain.case_kinds import PenaltyOutcome
from app.domain.case_record import PenaltyKind
from app.domain.official_documents import default_prefix
from app.domain.penalties import kind_for_case, measures_in_words, publishable
from app.domain.workflow import CaseState, PenaltyState
from app.errors import NotLikeThis
from app.legal_clocks import operations as legal
from app.legal_clocks.operations import Wanted
from app.official_documents import queries as offices
from app.penalties import queries
from app.penalties.models import Penalty
from app.penalties.recording import record_of

DECIDE_CLOCK, PUBLISH_CLOCK, PUSH_CLOCK = "CASE_DECIDE", "PEN_PUBLISH", "PEN_PUBLISH_PUSH"
# The word in the number of the decision; the other outcomes have no decision document of their own.
WORDS: Mapping[PenaltyOutcome, str] = {PenaltyOutcome.PUNISHED: "处罚", PenaltyOutcome.EXEMPT: "不罚"}
EMPTY: Mapping[str, Any] = dict.fromkeys(("penalty_kind", "penalty_no", "penalty_on", "penalty_amount", "penalty"))
LONGEST = 2_000


def tell_case(
    case: DisposalCase, actor: Actor, step: str, changes: Mapping[str, tuple[Any, Any]], comment: str | None = None
) -> None:
    """What happens to its penalty is read in the history of the case as well, and moves its version."""
    history.record(
        DisposalCase.__tablename__, case.id, step, actor, org_id=case.org_id, name=case.number, changes=changes, comment=comment
    )
    touch(case)


def decision_number(penalty: Penalty, typed: str | None, decided_on: date) -> str | None:
    """As typed, else the next of the bureau: 津蓟市监处罚〔2026〕12号. Raises NotLikeThis for a number that is taken."""
    number = (typed or "").strip()
    if number:
        _refuse_taken(penalty, number)
        return number
    word = WORDS.get(penalty.outcome) if penalty.outcome is not None else None
    if word is None:
        return None
    office = offices.office_of(penalty.org_id)
    prefix = office.document_prefix or default_prefix(office.name, offices.region_code(office.region_id))
    serial = counters.take(office.id, f"penalty-{word}", decided_on.year)[0]
    made = f"{prefix}{word}〔{decided_on.year}〕{serial}号"
    _refuse_taken(penalty, made)
    return made


def _refuse_taken(penalty: Penalty, number: str) -> None:
    with session().no_autoflush:
        other = session().scalar(
            sa.select(Penalty.number).where(
                Penalty.org_id == penalty.org_id, Penalty.decision_no == number, Penalty.id != penalty.id,
                Penalty.state != PenaltyState.REVOKED,
            )
        )  # fmt: skip
    if other is not None:
        raise NotLikeThis(f"决定书文号 {number} 已用于 {other}，请核对", field="decision_no")


def keep_clocks(penalty: Penalty, actor: Actor, reason: str | None = None) -> None:
    """作出决定 from the filing, 公示 from the decision: what the penalty says, however often it is corrected."""
    name = f"{penalty.number}　{penalty.party_name}"

    def clock(code: str, begun: date, done_on: date | None, note: str) -> Wanted:
        return Wanted(
            penalty, code, begun, penalty.sample_id, penalty.case_id, done_on=done_on, done_note=note, name=name, reason=reason
        )

    wanted = [clock(DECIDE_CLOCK, penalty.filed_on, penalty.decided_on, "已作出决定")]
    if penalty.decided_on is not None and publishable(record_of(penalty)):
        code, note = (PUSH_CLOCK, "已推送") if penalty.other_province else (PUBLISH_CLOCK, "已公示")
        wanted.append(clock(code, penalty.decided_on, queries.published_on(penalty.id), note))
    legal.keep(wanted, actor)


def fill_case(penalty: Penalty, actor: Actor) -> None:
    """The block 行政处罚 of the case as the decision says."""
    written = record_of(penalty)
    assert penalty.outcome is not None
    kind = kind_for_case(penalty.outcome)
    values = {
        "penalty_kind": kind, "penalty_no": penalty.decision_no, "penalty_on": penalty.decided_on,
        "penalty_amount": written.total if kind is PenaltyKind.PUNISHED else None,
        "penalty": measures_in_words(written)[:LONGEST],
    }  # fmt: skip
    penalty_block.fill(queries.case_of(penalty), actor, values, f"由行政处罚案件 {penalty.number} 记入")


def empty_case(penalty: Penalty, actor: Actor, revoked_on: date, reason: str) -> None:
    """A revoked decision leaves the block: blank while the case is handled, else the truth about it."""
    case = queries.case_of(penalty)
    why = f"行政处罚案件 {penalty.number} 已撤销：{reason}"
    values = EMPTY
    if case.state is not CaseState.HANDLING:
        told = f"{penalty.decision_no or penalty.number}于 {revoked_on} 撤销：{reason}"
        values = {**EMPTY, "penalty_kind": PenaltyKind.EXEMPT, "penalty": told[:LONGEST]}
    penalty_block.fill(case, actor, values, why)
