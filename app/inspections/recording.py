"""监督检查, recorded part by part: findings of the items, what stands beside them, and the two inspectors' signatures.

A signature is for what was read: whatever is recorded afterwards takes both back. Never commits, never sees a request.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from app import clock, history
from app.checklists import queries as checklists
from app.checklists.models import ChecklistItem
from app.db import session
from app.domain import inspections as rules
from app.domain.actors import Actor
from app.domain.inspections import RECORDED, Finding, InspectionRecord, Signing
from app.domain.supervision_kinds import FindingAnswer
from app.domain.supervision_states import InspectionStep
from app.errors import NotAllowedNow, NotLikeThis
from app.inspections import queries
from app.inspections.models import Inspection, InspectionFinding

Answer = tuple[FindingAnswer | None, str | None]  # what an item is found to be, and the note
SIGNATURES = ("lead_signed_at", "second_signed_at")


class FaultyInspection(NotLikeThis):
    """What was typed cannot be true, or something is still missing; ``faults`` names every field with its sentence."""

    def __init__(self, found: Mapping[str, str]) -> None:
        super().__init__("；".join(found.values()))
        self.faults = found


def refuse(found: Mapping[str, str]) -> None:
    if found:
        raise FaultyInspection(found)


def moment(day: date, at: time) -> datetime:
    """A time of the office's day, as it is stored."""
    return datetime.combine(day, at, clock.OFFICE).astimezone(UTC).replace(tzinfo=None)


def record_of(inspection: Inspection) -> InspectionRecord:
    """What has been recorded so far."""
    return InspectionRecord(**{name: getattr(inspection, name) for name in RECORDED})


def signing_of(inspection: Inspection) -> Signing:
    signed = [getattr(inspection, name) is not None for name in SIGNATURES]
    return Signing(inspection.lead_id, inspection.second_id, *signed)


def most_ordinary(inspection: Inspection) -> int | None:
    """How many 一般项 may fail for 基本符合, on the day of the inspection."""
    return checklists.most_ordinary(inspection.checklist, inspection.inspected_on or clock.today())


def lacking(inspection: Inspection) -> dict[str, str]:
    """What is still missing before it can be finished, by field."""
    found = [finding for _, finding in queries.answered(inspection)]
    return rules.lacking(record_of(inspection), found, most_ordinary(inspection), signing_of(inspection))


def record_faults(record: InspectionRecord) -> dict[str, str]:
    days = {name: clock.office_time(moment).date() if moment else None for name, moment in _moments(record)}
    return rules.record_faults(record, clock.today(), days)


def _moments(record: InspectionRecord) -> Sequence[tuple[str, datetime | None]]:
    return ("from_at", record.from_at), ("to_at", record.to_at)


def record(
    inspection: Inspection, written: InspectionRecord, answers: Mapping[int, Answer], actor: Actor, *, seen: int | None = None
) -> int:
    """记录检查情况: what differs of the record, and the answers to these items (by id; others stay). Returns how much differs."""
    changes = changes_of(inspection, written, answers)
    if not changes and (seen is None or seen == inspection.version):
        return 0
    signatures = {name: (getattr(inspection, name), None) for name in SIGNATURES if getattr(inspection, name) is not None}
    comment = "记录有变动，原有签字作废，须重新签字" if signatures else None
    history.advance(inspection, InspectionStep.RECORD, actor, seen=seen, comment=comment, changes={**changes, **signatures})
    put(inspection, written, answers)
    for name in signatures:
        setattr(inspection, name, None)
    return len(changes)


def changes_of(inspection: Inspection, written: InspectionRecord, answers: Mapping[int, Answer]) -> dict[str, tuple[Any, Any]]:
    """What differs, in words for the history: fields by name, items by number."""
    changes = dict(rules.differences(record_of(inspection), written))
    for item, finding in queries.answered(inspection):
        if item.id in answers and (finding.answer, finding.note) != answers[item.id]:
            changes[item.number] = (said(finding.answer, finding.note), said(*answers[item.id]))
    return changes


def said(answer: FindingAnswer | None, note: str | None) -> str | None:
    """An answer in one line."""
    words = [part for part in (answer.value if answer else None, note) if part]
    return "：".join(words) or None


def put(inspection: Inspection, written: InspectionRecord, answers: Mapping[int, Answer]) -> None:
    """Write it, when every fault has been asked for. Raises FaultyInspection, NotLikeThis for an item of another list."""
    items = {item.id: item for item, _ in queries.answered(inspection)}
    if not answers.keys() <= items.keys():
        raise NotLikeThis("检查项目不在本次检查所用的要点表中，请刷新页面后重新填写")
    faults = record_faults(written)
    faults |= rules.finding_faults(Finding(items[one].number, items[one].key, *answer) for one, answer in answers.items())
    refuse(faults)
    for name in RECORDED:
        setattr(inspection, name, getattr(written, name))
    _put_answers(inspection, answers, items)


def _put_answers(inspection: Inspection, answers: Mapping[int, Answer], items: Mapping[int, ChecklistItem]) -> None:
    known = {one.item_id: one for one in inspection.findings}
    for item_id, (answer, note) in answers.items():
        given = known.get(item_id)
        if answer is None:
            if note:
                raise NotLikeThis(f"{items[item_id].number} 填写了说明，还没有选择结果，请选择", field=items[item_id].number)
            if given is not None:
                inspection.findings.remove(given)
        elif given is not None:
            given.answer, given.note = answer, note
        else:
            inspection.findings.append(InspectionFinding(org_id=inspection.org_id, item_id=item_id, answer=answer, note=note))
    session().flush()


def sign(inspection: Inspection, actor: Actor, at: datetime, *, seen: int | None = None) -> None:
    """签字, by each inspector for himself, when everything else has been recorded."""
    name = signature_of(inspection, actor)
    history.advance(inspection, InspectionStep.RECORD, actor, seen=seen, comment="检查人员签字", changes={name or "签字": (None, at)})
    if name is None:
        raise NotAllowedNow("只有本次检查的检查人员本人可以签字")
    if getattr(inspection, name) is not None:
        raise NotAllowedNow("您已经签字，不需要重复签字")
    missing = {field: sentence for field, sentence in lacking(inspection).items() if field != "signatures"}
    if missing:
        raise NotAllowedNow(f"还不能签字：{'；'.join(missing.values())}")
    setattr(inspection, name, at)


def signature_of(inspection: Inspection, actor: Actor) -> str | None:
    """Which of the two signatures is this person's."""
    people = (inspection.lead_id, inspection.second_id)
    return SIGNATURES[people.index(actor.user_id)] if actor.user_id is not None and actor.user_id in people else None
