"""What the records say of each batch before it is published: delivery, running retests and objections, and its due day.

A fixed number of questions per five hundred batches; the rules are ``domain/publication_holds``, the days those of the deadline table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.disposal.models import DisposalCase
from app.domain import publication_holds as rules
from app.domain.case_states import CaseState, DocumentState, ObjectionState, RetestState
from app.domain.deadlines import Deadline
from app.domain.documents import DocumentKind
from app.domain.publication_holds import Hold, Standing
from app.domain.samples import Supervision
from app.errors import NotLikeThis
from app.legal_clocks import counting
from app.objections.models import Objection
from app.official_documents.models import OfficialDocument
from app.retests.models import Retest

PART = 500
PUBLISH, CORRECT = "RESULT_PUBLISH", "PUBLIC_CORRECT"
SUBMIT, SERVE, APPLY = "SUBMIT_FAIL", "SERVE", "RETEST_APPLY"
RETESTING = (RetestState.APPLIED, RetestState.ACCEPTED, RetestState.DESIGNATED, RetestState.HANDED)
OBJECTING = (ObjectionState.APPLIED, ObjectionState.CORRECTING, ObjectionState.ACCEPTED)
RETESTED = (RetestState.CONCLUDED, RetestState.TOLD)
ANSWERED = (ObjectionState.DECIDED, ObjectionState.TOLD)


@dataclass(frozen=True, slots=True)
class Readiness:
    """One batch: may it be published today, and until when it should be."""

    standing: Standing
    hold: Hold | None
    warning: str | None
    free_on: date
    due_on: date | None
    due_why: str


def count(code: str, start: date, event: str | None = None) -> Deadline | None:
    """The due day by the dated rule; None where no rule was in force."""
    try:
        return counting.deadline(counting.rule_for(code, start, event), start)
    except NotLikeThis:
        return None


def due_of(start: date, *, failing: bool) -> Deadline | None:
    """公布期限: from the report of a pass, from the day on which a failure became final."""
    return count(PUBLISH, start, "复检、异议期满或结论作出" if failing else "出具检验报告")


def readiness(rows: Sequence[Any], today: date) -> dict[int, Readiness]:
    """By sample. ``rows`` have id, supervision, pending_items and reported_on."""
    found: dict[int, Readiness] = {}
    due = lru_cache(maxsize=None)(due_of)  # the same day is counted once; thousands of batches have some dozens of days
    for start in range(0, len(rows), PART):
        part = rows[start : start + PART]
        failing = [row.id for row in part if row.supervision is Supervision.FAIL]
        seen = _Records.of([row.id for row in part], failing)
        for row in part:
            found[row.id] = _ready(row, seen, today, due)
    return found


def _ready(row: Any, seen: _Records, today: date, due: Any) -> Readiness:
    failing = row.supervision is Supervision.FAIL
    standing = seen.standing(row)
    free = rules.free_on(standing, row.reported_on, failing=failing)
    counted = due(free, failing=failing)
    why = "\n".join(counted.why) if counted else "没有公布期限的规则，请在期限规则中补充"
    held = rules.hold(standing, today, failing=failing)
    return Readiness(standing, held, rules.warning(standing, failing=failing), free, counted.due if counted else None, why)


@dataclass(slots=True)
class _Records:
    """Of one part: days of delivery, retests, objections."""

    served: Mapping[int, date]
    unserved: frozenset[int]
    retests: Mapping[int, Sequence[Any]]
    objections: Mapping[int, Sequence[Any]]

    @classmethod
    def of(cls, sample_ids: Sequence[int], failing: Sequence[int]) -> _Records:
        served, unserved = _served(failing)
        objections = (Objection.sample_id, Objection.number, Objection.state, Objection.decided_on.label("on"))
        return cls(
            served, unserved,
            _by_sample(sa.select(Retest.sample_id, Retest.number, Retest.state, Retest.result_received_on.label("on")), Retest, sample_ids),
            _by_sample(sa.select(*objections), Objection, sample_ids),
        )  # fmt: skip

    def standing(self, row: Any) -> Standing:
        retests, objections = self.retests.get(row.id, ()), self.objections.get(row.id, ())
        served = self.served.get(row.id)
        presumed = served is None or row.id in self.unserved
        day = served
        if presumed:
            last = _last_lawful_delivery(row.reported_on)
            day = max(one for one in (served, last) if one is not None) if (served or last) else None
        term = count(APPLY, day) if day is not None and row.supervision is Supervision.FAIL else None
        final = [one.on for one in retests if one.state in RETESTED] + [one.on for one in objections if one.state in ANSWERED]
        return Standing(
            open_items=row.pending_items, undecided=row.supervision is Supervision.OPEN, served_on=served, presumed=presumed,
            term_ends=term.due if term else None, retests=[one.number for one in retests if one.state in RETESTING],
            objections=[one.number for one in objections if one.state in OBJECTING], final_on=max((d for d in final if d), default=None),
        )  # fmt: skip


def _by_sample(statement: sa.Select[Any], model: Any, sample_ids: Sequence[int]) -> Mapping[int, Sequence[Any]]:
    found: dict[int, list[Any]] = {}
    for row in session().execute(statement.where(model.sample_id.in_(sample_ids)).order_by(model.id)):
        found.setdefault(row.sample_id, []).append(row)
    return found


def _served(sample_ids: Sequence[int]) -> tuple[Mapping[int, date], frozenset[int]]:
    """The last day on which a party received the result, and the batches of which some party's delivery is not recorded."""
    if not sample_ids:
        return {}, frozenset()
    doc = OfficialDocument
    delivered = sa.select(doc.sample_id, sa.func.max(doc.delivered_on)).where(
        doc.sample_id.in_(sample_ids), doc.kind == DocumentKind.RESULT_NOTICE.value, doc.state == DocumentState.DELIVERED
    )
    days: dict[int, date] = {one: day for one, day in session().execute(delivered.group_by(doc.sample_id)) if day is not None}
    of_cases = sa.select(DisposalCase.sample_id, DisposalCase.served_on).where(
        DisposalCase.sample_id.in_(sample_ids), DisposalCase.state != CaseState.CANCELLED
    )
    missing = set[int]()
    for sample_id, day in session().execute(of_cases):
        if day is None:
            missing.add(sample_id)
        else:
            days[sample_id] = max(day, days.get(sample_id, day))
    return days, frozenset(missing)


def _last_lawful_delivery(reported_on: date) -> date | None:
    """The report goes to the bureau in two working days (26) and to the parties in five more (29)."""
    received = count(SUBMIT, reported_on)
    served = count(SERVE, received.due) if received else None
    return served.due if served else None
