"""全程时间轴: everything that happened to a case and to what belongs to it, on one page, in the order of time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app import trail
from app.chain import HistoryEntry
from app.disposal import belonging
from app.disposal.models import DisposalCase
from app.domain.actors import Actor
from app.reference_data.books import calendar

CASE = DisposalCase.__tablename__
# What people look for, in the order of the filter.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "案件办理": (CASE,),
    "样品": ("sample", "backup_sample"),
    "判定复核": ("verdict_decision",),
    "限时报告": ("urgent_report",),
    "执法文书和送达": ("official_document",),
    "法定期限": ("legal_clock", "clock_change"),
    "复检": ("retest",),
    "异议": ("objection",),
    "波及事项": ("ripple", "ripple_task"),
    "行政处罚": ("penalty",),
    "失信名单": ("credit_listing",),
    "移送协查": ("case_transfer",),
    "附件": ("attachment",),
}
# Steps of the case itself that people look for under a name of their own.
STEPS: Mapping[str, tuple[str, ...]] = {
    "审核审批": ("submit", "recall", "approve", "return", "forward", "answer_questions"),
    "督促催办": ("urge", "urge_case", "answer_urging"),
    "信息公开": ("publish_case", "remove_publication"),
}
NAMES = (*list(GROUPS)[:1], *STEPS, *list(GROUPS)[1:])
_GROUP_OF = {kind: name for name, kinds in GROUPS.items() for kind in kinds}
_GROUP_OF_STEP = {step: name for name, steps in STEPS.items() for step in steps}


@dataclass(frozen=True, slots=True)
class Event:
    """One step of one record."""

    group: str
    kind: str
    subject_id: int | None
    subject: str | None
    told: trail.TrailEntry


@dataclass(frozen=True, slots=True)
class Timeline:
    """The events asked for, and how many there are of each group."""

    events: Sequence[Event]
    counts: Mapping[str, int]
    total: int


def group_of(kind: str, step: str) -> str:
    if kind == CASE and step in _GROUP_OF_STEP:
        return _GROUP_OF_STEP[step]
    return _GROUP_OF.get(kind, "案件办理")


def timeline(actor: Actor, case: DisposalCase, wanted: Sequence[str] = ()) -> Timeline:
    """Everything in time; with ``wanted`` the events of these groups only."""
    found = belonging.entries(belonging.of_case(actor, case), without=())
    groups = [group_of(entry.subject_kind, entry.step) for entry in found]
    chosen = [(group, entry) for group, entry in zip(groups, found, strict=True) if not wanted or group in wanted]
    told = trail.told([entry for _, entry in chosen], calendar())
    events = [_event(group, entry, said) for (group, entry), said in zip(chosen, told, strict=True)]
    counted = Counter(groups)
    return Timeline(events, {name: counted[name] for name in NAMES if counted[name]}, len(found))


def _event(group: str, entry: HistoryEntry, said: trail.TrailEntry) -> Event:
    return Event(group, entry.subject_kind, entry.subject_id, entry.subject_name, said)
