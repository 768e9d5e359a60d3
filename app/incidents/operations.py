"""安全事故, registered, corrected, rated by another person, closed. Never commits, never sees a request."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from app import clock, counters, history
from app.domain import incidents as rules
from app.domain.actors import Actor
from app.domain.supervision_kinds import IncidentDomain, Severity
from app.domain.supervision_states import IncidentStep
from app.errors import NotAllowedNow, NotLikeThis
from app.grading import events as risk_events
from app.incidents.models import Incident

NUMBERED = "事故〔{}〕{}号"
TWICE = "刚刚已经登记，没有重复登记：请在安全事故登记中查看"
UNCHANGED = "内容没有变化，未保存"
STALE = "该记录刚被他人修改，请核对后再保存；您填写的内容仍保留在表单中"
TITLES = {
    "domain": "领域", "title": "事故名称", "occurred_on": "发生日期", "reported_on": "报告日期", "region_id": "发生地",
    "enterprise_id": "涉及企业", "place": "地点", "ill": "发病人数", "dead": "死亡人数", "proposed_severity": "初步级别",
    "description": "经过", "cause": "原因", "measures": "处置措施",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """What is registered of an incident."""

    domain: IncidentDomain
    title: str
    occurred_on: date
    reported_on: date
    description: str
    region_id: int | None = None
    enterprise_id: int | None = None
    place: str | None = None
    ill: int | None = None
    dead: int | None = None
    proposed_severity: Severity | None = None
    cause: str | None = None
    measures: str | None = None


def report(written: Written, actor: Actor, at: datetime, *, key: str | None = None) -> Incident:
    """登记事故. Raises NotLikeThis for dates and victims that cannot be true."""
    _check(written, at)
    year = clock.office_time(at).year
    serial = counters.take(actor.org_id, "incident", year)[0]
    made = Incident(
        org_id=actor.org_id, number=NUMBERED.format(year, serial), created_at=at, proposed_by_id=actor.user_id, submission_key=key,
        **asdict(written),
    )  # fmt: skip
    try:
        history.advance(made, IncidentStep.REPORT, actor, comment=f"{written.title}（{written.occurred_on}）")
    except IntegrityError as error:
        raise NotAllowedNow(TWICE) from error
    return made


def _check(written: Written, at: datetime) -> None:
    fault = rules.dates_fault(written.occurred_on, written.reported_on, clock.office_time(at).date())
    if fault is not None:
        raise NotLikeThis(fault, field="occurred_on")
    if (fault := rules.victims_fault(written.ill, written.dead)) is not None:
        raise NotLikeThis(fault, field="ill")


def correct(incident: Incident, written: Written, actor: Actor, reason: str, at: datetime, *, seen: int | None = None) -> None:
    """更正: what was rated is rated anew. Raises NotAllowedNow when it was changed since ``seen``, NotLikeThis when nothing differs."""
    if seen is not None and seen != incident.version:
        raise NotAllowedNow(STALE)
    _check(written, at)
    told = asdict(written)
    changes: dict[str, tuple[Any, Any]] = {
        TITLES[name]: (getattr(incident, name), value) for name, value in told.items() if getattr(incident, name) != value
    }
    if not changes:
        raise NotLikeThis(UNCHANGED)
    if incident.severity is not None:
        changes["级别"] = (incident.severity, None)
    history.advance(incident, IncidentStep.CORRECT, actor, comment=reason, seen=seen, changes=changes)
    former = incident.enterprise_id
    for name, value in told.items():
        setattr(incident, name, value)
    incident.proposed_by_id, incident.rated_by_id, incident.rated_on, incident.rated_at = actor.user_id, None, None, None
    incident.severity, incident.rating_document = None, None
    risk_events.follow([former, incident.enterprise_id], actor, at)


def rate(
    incident: Incident, severity: Severity, actor: Actor, comment: str, at: datetime, *, document: str | None = None,
    seen: int | None = None,
) -> None:  # fmt: skip
    """核定级别, by another person; 较大 and above with the document of the assessment."""
    if severity in rules.at_least(Severity.LARGER) and not (document or "").strip():
        raise NotLikeThis("核定为较大及以上级别的，请填写事故评估或认定文件的名称和文号", field="document")
    changes = {"级别": (incident.severity, severity), "认定文件": (incident.rating_document, document or None)}
    history.advance(incident, IncidentStep.RATE, actor, comment=comment, seen=seen, changes=changes)
    incident.severity, incident.rating_document = severity, document or None
    incident.rated_by_id, incident.rated_at, incident.rated_on = actor.user_id, at, clock.office_time(at).date()
    risk_events.follow([incident.enterprise_id], actor, at)


def close(incident: Incident, actor: Actor, comment: str, at: datetime, *, seen: int | None = None) -> None:
    """结束处置, with how it ended."""
    history.advance(incident, IncidentStep.CLOSE, actor, comment=comment, seen=seen)
    incident.closed_on = clock.office_time(at).date()


def reopen(incident: Incident, actor: Actor, comment: str, *, seen: int | None = None) -> None:
    history.advance(incident, IncidentStep.REOPEN, actor, comment=comment, seen=seen)
    incident.closed_on = None


def void(incident: Incident, actor: Actor, comment: str, at: datetime, *, seen: int | None = None) -> None:
    """作废 of what was no incident, or was registered twice."""
    history.advance(incident, IncidentStep.VOID, actor, comment=comment, seen=seen)
    incident.voided_at = at
    risk_events.follow([incident.enterprise_id], actor, at)
