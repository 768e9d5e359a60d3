"""The supervisor's morning: what waits for his decision, what is late or due within three working days, whose approvals he makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.accounts.models import AccountGrant
from app.alerts.models import SecurityAlert
from app.db import session
from app.decisions.models import VerdictDecision
from app.delegations import queries as delegations
from app.disposal.clocks import DONE, LIVE, remaining_words
from app.disposal.models import DisposalCase
from app.domain import deadlines
from app.domain.actors import Actor
from app.domain.case_states import ClockChangeState, ListingState, ObjectionState, PenaltyState, RetestState
from app.domain.deadlines import AMBER_DAYS, DeadlineLight
from app.domain.permissions import Permission, may_ever
from app.domain.reporting_states import EvaluationState, PublicationState, WarningState
from app.domain.supervision_states import GradeState, IncidentState, RiskRunState, RuleSetState
from app.domain.trust_states import AlertState, ChangeState, GrantState
from app.domain.workflow import DecisionState, ExemptionState, ReturnState
from app.domain.working_days import WorkingDays
from app.evaluations.models import PlanEvaluation
from app.exemptions.models import RuleExemption
from app.exports.models import MonthlyReturn
from app.grading.models import RiskGrade, RiskRun
from app.grading_rules.models import RiskRuleSet
from app.incidents.models import Incident
from app.legal_clocks.models import ClockChange, LegalClock
from app.legal_clocks.queries import OF_PARTIES
from app.listings.models import CreditListing
from app.objections.models import Objection
from app.pages.case_desk import not_in_hands, parties, untouched
from app.penalties.models import Penalty
from app.publications.models import Publication
from app.reference_changes.models import ReferenceChange
from app.reference_changes.queries import OF_SECURITY
from app.retests.models import Retest
from app.risk_warnings.models import PublicWarning
from app.scope import below, scope

P = Permission
LISTED = 20
SUPERVISING = (P.CASE_APPROVE, P.CASE_LEAD, P.PENALTY_LEGAL)


@dataclass(frozen=True, slots=True)
class Decision:
    """What one permission decides: rows in these states, by somebody who stands in none of these columns."""

    title: str
    permission: Permission
    model: Any
    states: Sequence[Any]
    people: Sequence[str]
    endpoint: str
    query: dict[str, str]
    icon: str = "patch-check"
    quiet: bool = True  # nothing is said while nothing waits
    only: Any = None  # a condition besides
    below: bool = False  # read by every office, decided by the reviewers of the one that asks and of those above


PENALTY_PEOPLE = ("handler_id", "proposed_by_id", "reviewed_by_id", "legal_by_id", "reviewed_for_id", "legal_for_id")
DECISIONS: Sequence[Decision] = (
    Decision("待审定的判定复核", P.VERDICT_DECIDE, VerdictDecision, (DecisionState.PROPOSED,), ("proposed_by_id",), "decisions.index", {},
             quiet=False),
    Decision("待审批的豁免", P.EXEMPTION_DECIDE, RuleExemption, (ExemptionState.ASKED,), ("asked_by_id",), "exemptions.index",
             {"state": "asked"}, "shield-exclamation", quiet=False),
    Decision("待审批的期限变更", P.CLOCK_DECIDE, ClockChange, (ClockChangeState.ASKED,), ("asked_by_id",), "legal_clocks.index", {}),
    Decision("待受理的复检", P.RETEST_DECIDE, Retest, (RetestState.APPLIED,), ("asked_by_id",), "retests.index", {"state": "applied"}),
    Decision("待受理的异议", P.OBJECTION_DECIDE, Objection, (ObjectionState.APPLIED,), ("asked_by_id",), "objections.index",
             {"state": "applied"}),
    Decision("待作出结论的异议", P.OBJECTION_DECIDE, Objection, (ObjectionState.ACCEPTED,), ("asked_by_id",), "objections.index",
             {"state": "accepted"}),
    Decision("待审核的行政处罚", P.PENALTY_REVIEW, Penalty, (PenaltyState.PROPOSED,), PENALTY_PEOPLE, "penalties.index",
             {"state": "proposed"}),
    Decision("待法制审核的行政处罚", P.PENALTY_LEGAL, Penalty, (PenaltyState.LEGAL,), PENALTY_PEOPLE, "penalties.index",
             {"state": "legal"}, quiet=False),
    Decision("待局领导审批的行政处罚", P.PENALTY_LEAD, Penalty, (PenaltyState.LEADING,), PENALTY_PEOPLE, "penalties.index",
             {"state": "leading"}),
    Decision("待审批的失信名单", P.LISTING_DECIDE, CreditListing, (ListingState.PROPOSED,), ("proposed_by_id",), "listings.index",
             {"state": "proposed"}),
    Decision("待核定的安全事故", P.INCIDENT_RATE, Incident, (IncidentState.REPORTED,), ("proposed_by_id",), "incidents.index",
             {"state": "reported"}),
    Decision("待审核的分级规则", P.RISK_RULE_ADOPT, RiskRuleSet, (RuleSetState.SUBMITTED,), ("proposed_by_id",), "grading_rules.index", {}),
    Decision("待审核的风险等级", P.RISK_DECIDE, RiskGrade, (GradeState.PROPOSED,), ("proposed_by_id",), "grading.sheets",
             {"state": "proposed"}, only=RiskGrade.run_id.is_(None)),
    Decision("待审批的报表", P.RETURN_APPROVE, MonthlyReturn, (ReturnState.CHECKED,), ("created_by_id", "checked_by_id"), "exports.index",
             {"state": "checked"}),
    Decision("待审核的年度评定", P.RISK_DECIDE, RiskRun, (RiskRunState.SUBMITTED,), ("proposed_by_id",), "grading.runs", {}),
    Decision("待审批的风险交流", P.WARNING_DECIDE, PublicWarning, (WarningState.SUBMITTED,), ("created_by_id", "proposed_by_id"),
             "risk_warnings.index", {"state": "submitted"}),
    Decision("待审批的抽检结果公示", P.PUBLICATION_DECIDE, Publication, (PublicationState.SUBMITTED,), ("proposed_by_id",),
             "publications.index", {"state": "submitted"}),
    Decision("待审批的规划评估", P.EVALUATION_DECIDE, PlanEvaluation, (EvaluationState.SUBMITTED,), ("proposed_by_id",),
             "evaluations.index", {"state": "submitted"}),
    Decision("待复核的基础数据变更", P.CHANGE_ADOPT, ReferenceChange, (ChangeState.PROPOSED,), ("proposed_by_id",),
             "reference_changes.index", {"waiting": "1"}, only=sa.not_(OF_SECURITY), below=True),
    Decision("待审批的授权申请", P.GRANT_DECIDE, AccountGrant, (GrantState.ASKED,), ("proposed_by_id", "user_id"), "accounts.grants", {}),
    Decision("待处理的安全告警", P.ALERT_HANDLE, SecurityAlert, (AlertState.OPEN,), (), "alerts.index", {"state": "open"}, "bell"),
)  # fmt: skip


def decisions(actor: Actor) -> list[tuple[Decision, sa.Select[Any]]]:
    """What this person decides, with the ids of what waits for him, in his own name or another's."""
    return [
        (each, _waiting(actor, each)) for each in DECISIONS if actor.user_id is not None and may_ever(actor, each.permission)
    ]


def _waiting(actor: Actor, kind: Decision) -> sa.Select[Any]:
    columns = [getattr(kind.model, name) for name in kind.people]
    named = parties(actor, kind.permission)
    others = sa.or_(sa.false(), *(sa.and_(untouched(people, *columns), _unhandled(kind.model, people)) for people in named))
    asked = [kind.model.state.in_(kind.states), others, *([kind.only] if kind.only is not None else [])]
    asked += [below(actor, kind.model.org_id)] if kind.below else []
    return scope(sa.select(kind.model.id).where(*asked), kind.model, actor)


def _unhandled(model: Any, people: frozenset[int]) -> sa.ColumnElement[bool]:
    return not_in_hands(people, model.hands) if model is Penalty else sa.true()


# ---------------------------------------------------------------- what will be late

@dataclass(frozen=True, slots=True)
class Due:
    """One duty that is late or nearly so."""

    kind: str  # the table of the record that the row links to
    subject_id: int
    duty: str
    name: str
    due_on: date
    left: int
    light: DeadlineLight

    @property
    def words(self) -> str:
        return remaining_words(self.left, self.light)


@dataclass(frozen=True, slots=True)
class Soon:
    """The first of them, how many there are, and the last day looked at."""

    rows: Sequence[Due]
    total: int
    until: date


def supervises(actor: Actor) -> bool:
    return any(may_ever(actor, permission) for permission in SUPERVISING)


def coming_due(actor: Actor, today: date, days: WorkingDays) -> Soon:
    """Cases and other legal clocks of the actor's reach that are late or due within three working days, the latest first."""
    until = days.add_working_days(today, AMBER_DAYS)
    cases = scope(
        sa.select(
            sa.literal(DisposalCase.__tablename__).label("kind"), DisposalCase.id, sa.literal("完成核查处置").label("duty"),
            DisposalCase.number.label("name"), DisposalCase.received_on.label("started_on"), DisposalCase.due_on,
        ).where(DisposalCase.state.in_(LIVE), DisposalCase.due_on <= until),
        DisposalCase,
        actor,
    )  # fmt: skip
    clocks = scope(
        sa.select(
            sa.literal(LegalClock.__tablename__).label("kind"), LegalClock.id, LegalClock.name.label("duty"),
            LegalClock.subject_name.label("name"), LegalClock.started_on, LegalClock.due_on,
        ).where(*_running(today), LegalClock.code != DONE, LegalClock.due_on <= until),
        LegalClock,
        actor,
    )  # fmt: skip
    both = sa.union_all(cases, clocks).subquery()
    total = session().scalar(sa.select(sa.func.count()).select_from(both)) or 0
    rows = session().execute(sa.select(both).order_by(both.c.due_on, both.c.kind, both.c.id).limit(LISTED)).all()
    return Soon([_due(row, today, days) for row in rows], total, until)


def _running(today: date) -> list[Any]:
    paused = sa.exists().where(
        ClockChange.clock_id == LegalClock.id, ClockChange.state == ClockChangeState.APPROVED, ClockChange.from_on <= today,
        sa.or_(ClockChange.to_on.is_(None), ClockChange.to_on >= today),
    )
    owed = LegalClock.duty_of.not_in(OF_PARTIES)
    return [LegalClock.done_on.is_(None), LegalClock.cancelled_at.is_(None), owed, sa.not_(paused)]


def _due(row: Any, today: date, days: WorkingDays) -> Due:
    left = deadlines.remaining_working_days(today, row.due_on, days)
    return Due(row.kind, row.id, row.duty, row.name, row.due_on, left, deadlines.light(row.started_on, row.due_on, today, days))


# ---------------------------------------------------------------- delegations

def standing(actor: Actor, today: date) -> list[tuple[Any, str]]:
    """The delegations of this person that stand today, each with its sentence."""
    if actor.user_id is None or not (actor.principals or may_ever(actor, P.DELEGATION_GRANT)):
        return []
    return [
        (row, f"您受{row.giver}委托审批，至 {row.to_on}" if row.to_user_id == actor.user_id else f"您已委托{row.taker}审批，至 {row.to_on}")
        for row in delegations.about(actor, today)
    ]


def changes_asked(actor: Actor) -> Sequence[Any]:
    """期限变更 that wait for this person, oldest first, with the clock they are about."""
    kind = next(each for each in DECISIONS if each.model is ClockChange)
    return session().execute(
        sa.select(
            ClockChange.id, ClockChange.clock_id, ClockChange.kind, ClockChange.reason, ClockChange.asked_at, LegalClock.name,
            LegalClock.subject_name, LegalClock.due_on,
        )
        .join(LegalClock, LegalClock.id == ClockChange.clock_id)
        .where(ClockChange.id.in_(_waiting(actor, kind)))
        .order_by(ClockChange.id)
        .limit(LISTED)
    ).all()  # fmt: skip
