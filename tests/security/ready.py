"""What has to be so before a form can succeed with a record: the same is done to ours and to the other organisation's.

The rows of ``world`` stand in the first state of their workflow. Where a step is taken from a later one, the record is put there
for both, so that the other's refusal is about whose it is and not about its state.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Protocol

import sqlalchemy as sa

from app.accounts.models import AccountGrant, UserRole
from app.db import session
from app.decisions.models import VerdictDecision
from app.disposal.models import CaseUrging, DisposalCase
from app.domain.actors import Role
from app.domain.case_states import CaseState, DocumentState, ObjectionState, RetestState
from app.domain.reporting_states import PublicationState
from app.domain.samples import Supervision
from app.domain.sampling_kinds import CustodyKind
from app.domain.supervision_states import InspectionState, ProgrammeState
from app.domain.trust_states import GrantState
from app.domain.workflow import DecisionState, DrawingState, SampleState
from app.drawings.models import Drawing, DrawingEntry
from app.objections.models import Objection
from app.rectifications.models import RectificationOrder
from app.results.entry import Entered
from app.results.models import OverturnedVerdict
from app.retests.models import Retest
from app.reviews.content import of_entry
from tests.security import world
from tests.security.conftest import MODELS
from tests.security.rows import NOW, add

OURS = "same department"
LONG_AGO, EARLIER = datetime(2026, 9, 1, 2), date(2026, 3, 2)


class Rows(Protocol):
    """The ids of the rows of each ownership and of the people."""

    people: Mapping[str, int]

    def of(self, whose: str, key: str) -> int: ...


def put(it: Rows, whose: str, key: str, **values: Any) -> None:
    """Write into the row of this kind."""
    table = MODELS[key].__table__
    session().execute(sa.update(table).where(table.c.id == it.of(whose, key)).values(values))


def of_sample(it: Rows, whose: str, model: type[Any], **values: Any) -> None:
    """Write into what hangs on the sample."""
    session().execute(sa.update(model).where(model.sample_id == it.of(whose, "Sample")).values(values))


def case_in_hand(it: Rows, whose: str) -> None:
    """In the hands of somebody of its own office; urged long ago."""
    hand = it.people["county:另一办案人" if whose == OURS else "other:办案人"]
    put(it, whose, "DisposalCase", state=CaseState.HANDLING, handler_id=hand)
    session().execute(sa.update(CaseUrging).where(CaseUrging.case_id == it.of(whose, "DisposalCase")).values(urged_at=LONG_AGO))


def own_case_in_hand(it: Rows, whose: str) -> None:
    put(it, "own", "DisposalCase", state=CaseState.HANDLING)


def nobody_there(it: Rows, whose: str) -> None:
    """No inspection of the enterprise is under way, and its kind has a checklist in force."""
    put(it, OURS, "Inspection", state=InspectionState.VOIDED)
    put(it, OURS, "Checklist", valid_from=EARLIER)


def inspected(it: Rows, whose: str) -> None:
    people = ("county:办案人", "county:另一办案人") if whose == OURS else ("other:办案人", "other:抽样员")
    lead, second = (it.people[name] for name in people)
    put(
        it, whose, "Inspection", state=InspectionState.FINISHED, result="符合", lead_id=lead, second_id=second,
        inspected_on=date(2026, 11, 9), finished_on=date(2026, 11, 10),
    )  # fmt: skip


def letter_issued(it: Rows, whose: str) -> None:
    issued = {"state": DocumentState.ISSUED, "number": f"协〔2026〕{whose}号", "issued_on": date(2026, 11, 10)}
    put(it, whose, "OfficialDocument", kind="协查函", **issued)


def licence_numbered(it: Rows, whose: str) -> None:
    put(it, whose, "EnterpriseLicence", kind="经营许可证", number="JY21201190000002")


def penalty_of_the_firm(it: Rows, whose: str) -> None:
    firm = session().get_one(RectificationOrder, it.of(OURS, "RectificationOrder")).enterprise_id
    put(it, whose, "Penalty", enterprise_id=firm)


def programme_drawn(it: Rows, whose: str) -> None:
    put(it, whose, "RandomProgramme", state=ProgrammeState.DRAWN)


def somebody_left_to_draw(it: Rows, whose: str) -> None:
    """Two inspectors were drawn: the one of the team and one behind him."""
    programme_drawn(it, whose)
    one, two = it.of(whose, "Inspector"), it.of("own" if whose == OURS else whose, "Inspector")
    drawing = it.of(whose, "Drawing")
    org_id = session().get_one(Drawing, drawing).org_id
    for rank, inspector in enumerate(dict.fromkeys((one, two)), 1):
        add(DrawingEntry(org_id=org_id, drawing_id=drawing, ordinal=rank, subject_id=inspector, code=str(rank), name="x", drawn_rank=rank))
    put(it, whose, "RandomProgramme", inspector_drawing_id=drawing, filters={})


def officially_numbered(it: Rows, whose: str) -> None:
    put(it, whose, "Sample", number=f"DBJ2612011910001{list(world.OWNERSHIPS).index(whose):04}")


def drawn(it: Rows, whose: str) -> None:
    """Drawn; and a colleague takes samples, too, for a task wants two."""
    put(it, whose, "Drawing", state=DrawingState.DRAWN, drawn_at=NOW)
    if whose == OURS:
        session().add(UserRole(user_id=it.people["county:另一办案人"], role=Role.SAMPLER))


def kept_long_enough(it: Rows, whose: str) -> None:
    """Reported in spring, passed, and no case is open."""
    put(it, whose, "Sample", sampled_on=EARLIER, reported_on=EARLIER, supervision=Supervision.PASS)
    of_sample(it, whose, DisposalCase, state=CaseState.CANCELLED)


def sealed(it: Rows, whose: str) -> None:
    """Taken and sealed, and not yet handed over."""
    put(it, whose, "Sample", state=SampleState.REGISTERED, laboratory="衡清食品检验中心", sampled_on=date(2026, 11, 19))
    put(it, whose, "CustodyEvent", kind=CustodyKind.SEALED, slot="封样", happened_at=datetime(2026, 11, 19, 3), seal_no="F1")


def awaiting_check(it: Rows, whose: str) -> None:
    put(it, whose, "ResultReview", levels=2)


def report_typed(it: Rows, whose: str) -> None:
    rows = [{"item": "铅", "result": "0.05", "unit": "mg/kg", "limit": "0.2", "verdict": "合格"}]
    put(it, whose, "ResultReview", content=of_entry(Entered("R1", date(2026, 11, 2), None, None, rows)), reason="补录")


def nothing_proposed(it: Rows, whose: str) -> None:
    of_sample(it, whose, VerdictDecision, state=DecisionState.WITHDRAWN)
    session().execute(sa.delete(OverturnedVerdict).where(OverturnedVerdict.sample_id == it.of(whose, "Sample")))


def failed_and_final(it: Rows, whose: str) -> None:
    """Failed in spring, and in no list yet."""
    put(it, whose, "Sample", supervision=Supervision.FAIL, reported_on=EARLIER, sampled_on=EARLIER)
    put(it, whose, "Publication", state=PublicationState.VOIDED)
    of_sample(it, whose, Retest, state=RetestState.WITHDRAWN)
    of_sample(it, whose, Objection, state=ObjectionState.WITHDRAWN)


def nothing_asked(it: Rows, whose: str) -> None:
    session().execute(sa.update(AccountGrant).values(state=GrantState.WITHDRAWN))


def colleague_has_a_case(it: Rows, whose: str) -> None:
    put(it, OURS, "DisposalCase", state=CaseState.HANDLING, handler_id=it.people["county:另一办案人"])
