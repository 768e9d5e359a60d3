"""What of 企业、风险分级和监督检查 waits for somebody, for the home page: nothing is said while nothing waits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.domain.actors import Actor
from app.domain.permissions import Permission, may_ever
from app.domain.reporting_states import PublicationState
from app.inspections import queries as inspections
from app.publications import candidates
from app.publications.models import Publication
from app.schedules import queries as schedules
from app.schedules.models import InspectionDuty
from app.scope import scope
from app.self_reports import queries as self_reports
from app.self_reports.models import SelfReport

P = Permission
Waiting = tuple[str, sa.Select[Any], str, Mapping[str, str], str]  # title, ids, endpoint, query, icon


def waiting(actor: Actor, today: date, only: str | None = None) -> Iterator[Waiting]:
    """My inspections, my duties that are overdue, what has to be made public, reports that did not come.

    With ``only`` what that list answers is wanted: what costs a question to ask is then asked for no other.
    """
    if may_ever(actor, P.INSPECTION_RECORD) and actor.user_id is not None:
        yield "我的监督检查", inspections.to_do(actor), "inspections.index", {"due": inspections.MINE}, "clipboard-check"
        late = sa.select(InspectionDuty.id).where(schedules.overdue(today), InspectionDuty.assigned_id == actor.user_id)
        asked = {"state": schedules.OVERDUE, "person": str(actor.user_id)}
        yield "我的逾期检查安排", scope(late, InspectionDuty, actor), "schedules.index", asked, "calendar3"
    if may_ever(actor, P.SCHEDULE_MAKE):
        every = scope(sa.select(InspectionDuty.id).where(schedules.overdue(today)), InspectionDuty, actor)
        yield "逾期未检查的企业", every, "schedules.index", {"state": schedules.OVERDUE}, "calendar3"
    if may_ever(actor, P.SELF_REPORT_HANDLE):
        owed = scope(sa.select(SelfReport.id).where(*self_reports.late(today)), SelfReport, actor)
        yield "逾期未报的自查报告", owed, "self_reports.index", {"overdue": "1"}, "inbox"
    if may_ever(actor, P.PUBLICATION_EDIT):
        if only in (None, "publications.waiting"):
            yield "超期未公布的抽检结果", candidates.late(actor, today), "publications.waiting", {"tab": candidates.OVERDUE}, "megaphone"
        ready = (PublicationState.APPROVED,)
        approved = scope(sa.select(Publication.id).where(Publication.state.in_(ready)), Publication, actor)
        yield "已批准待公布的公示", approved, "publications.index", {"state": ready[0].value}, "megaphone"
