"""Who is told of which step: whoever decides next, and whoever has the matter in hand. One table, read against the history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.accounts.models import AccountGrant
from app.audit.words import subject_word
from app.disposal.models import DisposalCase
from app.domain.permissions import Permission
from app.domain.states import CaseState, PlanState, ReviewState, UrgentState
from app.domain.trust_states import ChangeState, GrantState
from app.inspections.models import Inspection
from app.pages import morning
from app.plans.models import SamplingPlan
from app.reference_changes.models import ReferenceChange
from app.reviews.models import ResultReview
from app.urgent.models import UrgentReport

P = Permission
PAGES = {"clock_change": ("legal_clock", "clock_id")}  # changes stand on the page of their clock


@dataclass(frozen=True, slots=True)
class Apart:
    """Who decides a record that is not like the others of its kind, and where it is shown."""

    permission: Permission
    title: str
    kind: str  # as the addresses know it
    endpoint: str


def _setting(change: ReferenceChange) -> Apart | None:
    """Settings of security are the security administrator's, who sees no other change."""
    return Apart(P.SETTING_ADOPT, "待复核的安全设置", "setting_change", "reference_changes.settings_index") if change.of_security else None


@dataclass(frozen=True, slots=True)
class Watched:
    """A kind of record: in which state which permission decides it, under which title, and which columns name people at work on it."""

    model: Any
    deciders: Mapping[str, tuple[Permission, str]]
    hands: tuple[str, ...]
    endpoint: str  # the list, for many at once
    urgent: bool = False
    page: tuple[str, str] | None = None  # the kind that is shown instead, and the column that names it
    apart: Callable[[Any], Apart | None] = lambda record: None  # records that others decide, on other pages

    def decided_by(self, record: Any) -> tuple[Permission, str] | None:
        """Which permission decides the record where it stands, and the title of the queue it waits in."""
        apart, found = self.apart(record), self.deciders.get(record.state.value)
        return (apart.permission, apart.title) if apart is not None and found is not None else found

    def listed(self, record: Any) -> str:
        """The list that shows it among others."""
        apart = self.apart(record)
        return apart.endpoint if apart is not None else self.endpoint

    def link(self, record: Any) -> str:
        """What the message leads to."""
        apart = self.apart(record)
        if apart is not None:
            return f"{apart.kind}:{record.id}"
        if self.page is None:
            return f"{self.model.__tablename__}:{record.id}"
        kind, column = self.page
        return f"{kind}:{getattr(record, column)}"

    @property
    def word(self) -> str:
        return subject_word(self.model.__tablename__)


def _from_decisions() -> dict[str, Watched]:
    """What stands on the morning page to be decided is told as well."""
    deciders: dict[str, dict[str, tuple[Permission, str]]] = {}
    found: dict[str, Watched] = {}
    for each in morning.DECISIONS:
        kind = each.model.__tablename__
        states = deciders.setdefault(kind, {})
        states.update({state.value: (each.permission, each.title) for state in each.states})
        hands = tuple(name for name in (*each.people, "handler_id") if name in each.model.__table__.c)
        found[kind] = Watched(each.model, states, tuple(dict.fromkeys(hands)), each.endpoint, page=PAGES.get(kind))
    return found


MORE = (
    Watched(
        DisposalCase,
        {CaseState.AWAITING.value: (P.CASE_APPROVE, "待审核案件"), CaseState.LEADING.value: (P.CASE_LEAD, "待局领导审批的案件")},
        ("handler_id", "submitted_by_id"), "disposal.index",
    ),
    Watched(SamplingPlan, {PlanState.SUBMITTED.value: (P.PLAN_APPROVE, "待审核的抽检计划")}, ("submitted_by_id",), "plans.index"),
    Watched(
        ResultReview,
        {
            ReviewState.SUBMITTED.value: (P.RESULT_CHECK, "待校核的检验结果"),
            ReviewState.CHECKED.value: (P.RESULT_APPROVE, "待批准的检验结果"),
        },
        ("submitted_by_id",), "reviews.index",
    ),
    Watched(
        UrgentReport,
        {
            UrgentState.OPEN.value: (P.URGENT_REPORT, "待报告的限时报告"),
            UrgentState.REPORTED.value: (P.URGENT_ACKNOWLEDGE, "待签收的限时报告"),
        },
        (), "urgent.index", urgent=True,
    ),
    Watched(AccountGrant, {GrantState.ASKED.value: (P.GRANT_DECIDE, "待审批的授权申请")}, ("proposed_by_id",), "accounts.grants"),
    Watched(
        ReferenceChange, {ChangeState.PROPOSED.value: (P.CHANGE_ADOPT, "待复核的基础数据变更")}, ("proposed_by_id",),
        "reference_changes.index", apart=_setting,
    ),
    Watched(Inspection, {}, ("lead_id", "second_id"), "inspections.index"),
)  # fmt: skip
WATCHED: Mapping[str, Watched] = {**_from_decisions(), **{each.model.__tablename__: each for each in MORE}}
