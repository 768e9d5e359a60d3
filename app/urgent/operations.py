"""限时报告, changed by people: reported, corrected, acknowledged. Never commits, never sees a request."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app import history
from app.blinding import shown
from app.domain import urgent as rules
from app.domain.actors import Actor
from app.domain.workflow import UrgentState, UrgentStep
from app.errors import NotAllowedNow, NotLikeThis
from app.urgent.clock import term
from app.urgent.form_fields import Filled, completed, filled, has_producer, in_words
from app.urgent.models import UrgentReport


class FaultyForm(NotLikeThis):
    """What was filled in cannot be true; ``faults`` names every field with its sentence."""

    def __init__(self, found: Mapping[str, str]) -> None:
        super().__init__("；".join(found.values()))
        self.faults = found


def report(subject: UrgentReport, form: Filled, actor: Actor, at: datetime, *, seen: int | None = None) -> None:
    """填报: the authorities have been told. Raises FaultyForm, NotAllowedNow when somebody else was quicker."""
    form = completed(subject, form, actor)
    changes = _changes(subject, form)
    history.advance(subject, UrgentStep.REPORT, actor, seen=seen, changes=changes)
    _fill(subject, form, actor, at)
    subject.reported_by_id = actor.user_id


def correct(
    subject: UrgentReport, form: Filled, actor: Actor, reason: str, at: datetime, *, seen: int | None = None
) -> None:
    """更正 of what was reported, with the reason; one that was acknowledged waits to be acknowledged again."""
    form = completed(subject, form, actor)
    changes = _changes(subject, form)
    if not changes and seen in (None, subject.version):
        raise NotLikeThis("内容没有变化，未保存")
    if subject.state is UrgentState.ACKNOWLEDGED:
        changes |= {name: (getattr(subject, name), None) for name in ("acknowledged_at", "acknowledged_by_id")}
    history.advance(subject, UrgentStep.CORRECT, actor, comment=reason, seen=seen, changes=changes)
    _fill(subject, form, actor, at)
    subject.acknowledged_at = subject.acknowledged_by_id = None


def _changes(subject: UrgentReport, form: Filled) -> dict[str, tuple[Any, Any]]:
    before, after = in_words(filled(subject)), in_words(form)
    found: dict[str, tuple[Any, Any]] = {name: (before[name], after[name]) for name in after if before[name] != after[name]}
    if form.confirmed_at != subject.confirmed_at:
        found["confirmed_at"] = (subject.confirmed_at, form.confirmed_at)
    return found


def _fill(subject: UrgentReport, form: Filled, actor: Actor, at: datetime) -> None:
    known = shown(subject.sample, actor)
    minute = form.confirmed_at.replace(second=0, microsecond=0)  # as exact as the times of telling
    found = dict(rules.faults(minute, form.told, at, has_producer=has_producer(known)))
    for name, title in (("measures", "已采取的措施"), ("contact", "联系人"), ("phone", "联系电话")):
        if not getattr(form, name).strip():
            found[name] = f"请填写{title}"
    if found:
        raise FaultyForm(found)
    columns = term(form.confirmed_at) if form.confirmed_at != subject.confirmed_at else {}
    for name, value in {**columns, "fields": form.stored, "reported_at": form.reported_at}.items():
        setattr(subject, name, value)


def acknowledge(
    subject: UrgentReport, actor: Actor, at: datetime, comment: str | None = None, *, seen: int | None = None
) -> None:
    """签收 by the supervisor. A report nobody has made yet cannot be acknowledged."""
    if subject.state is UrgentState.OPEN:
        raise NotAllowedNow("该限时报告尚未填报，请先督促检验机构或承办人员填报，再签收")
    history.advance(subject, UrgentStep.ACKNOWLEDGE, actor, comment=comment, seen=seen)
    subject.acknowledged_at, subject.acknowledged_by_id = at, actor.user_id
