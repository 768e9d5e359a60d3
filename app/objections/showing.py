"""What the pages of an objection, of its sample and of the sample's cases show of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app import clock as time
from app.authorize import can, current_actor
from app.disposal.locks import penalty_lock
from app.disposal.models import DisposalCase
from app.domain.actors import Actor
from app.domain.deadlines import DeadlineLight
from app.domain.permissions import Permission, may_ever
from app.domain.workflow import ObjectionState, SampleState
from app.legal_clocks import queries as clocks
from app.legal_clocks.models import LegalClock
from app.lights import DEADLINES
from app.objections import queries
from app.objections.models import Objection
from app.reference_data.books import calendar
from app.sampling.models import Sample

TONES = {DeadlineLight.GREEN: "green", DeadlineLight.AMBER: "yellow", DeadlineLight.RED: "red", None: "grey"}
LEGEND = DEADLINES
S = ObjectionState
STATE_TONES = {
    S.APPLIED: "yellow", S.CORRECTING: "yellow", S.DECLINED: "neutral", S.ACCEPTED: "blue", S.DECIDED: "yellow", S.TOLD: "green",
    S.WITHDRAWN: "neutral",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lamp:
    """One clock of an objection with its light as of today."""

    clock: LegalClock
    standing: clocks.Standing
    tone: str


def lamps(objection: Objection) -> list[Lamp]:
    today, days, found = time.today(), calendar(), []
    for one in queries.clocks_of(objection):
        now = clocks.standing_of(one, clocks.paused_from(clocks.changes_of(one.id)), today, days)
        found.append(Lamp(one, now, TONES[now.light]))
    return found


def standings(rows: Sequence[Any], today: date) -> dict[int, clocks.Standing]:
    """How the running clock of each listed objection stands."""
    days = calendar()
    return {row.id: clocks.standing(row, today, days) for row in rows if row.clock_id is not None}


def waiting(objection: Objection) -> str | None:
    return {
        S.APPLIED: "等待审核人决定是否受理（不得为登记人本人）",
        S.CORRECTING: f"等待申请人补正，期限 {objection.correction_due_on}",
        S.ACCEPTED: "等待作出审核结论（不得为登记人、核查人本人）" if objection.investigation else "等待登记核查情况",
        S.DECIDED: "等待通知申请人",
    }.get(objection.state)


# ---------------------------------------------------------------- panels on other pages

def panel(case: DisposalCase) -> dict[str, Any]:
    """For ``_of_case.html``."""
    actor = current_actor()
    return _panel(actor, case.sample) | {"case": case, "lock": penalty_lock(case.sample_id)}


def of_sample(actor: Actor, sample: Sample) -> dict[str, Any]:
    """For ``_of_sample.html``; nothing for whoever may not list objections."""
    return _panel(actor, sample) | {"case": None, "lock": None}


def _panel(actor: Actor, sample: Sample) -> dict[str, Any]:
    may = may_ever(actor, Permission.OBJECTION_LIST)
    today = time.today()
    rows = queries.of_sample(actor, sample.id, today) if may else []
    open_to = sample.state in (SampleState.REGISTERED, SampleState.REPORTED)
    registering = may and open_to and can(Permission.OBJECTION_HANDLE, sample)
    return {
        "rows": rows, "standings": standings(rows, today), "tones": TONES, "state_tones": STATE_TONES, "sample": sample,
        "shown": bool(rows) or registering, "registering": registering,
    }  # fmt: skip
