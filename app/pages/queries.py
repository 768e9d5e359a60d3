"""The home page: what waits for this person (待办), how urgent it is, and what he did last (已办)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app import clock
from app.accounts.models import User
from app.assignments.listing import is_mine, is_overdue
from app.assignments.models import SamplingAssignment
from app.audit import queries as audit
from app.chain import HistoryEntry
from app.custody import backup_queries
from app.custody import queries as custody
from app.custody.clocks import clocks
from app.db import session
from app.disposal.models import DisposalCase
from app.domain import deadlines
from app.domain.actors import BUREAU_STAFF, Actor, Role
from app.domain.custody import Stage
from app.domain.deadlines import DeadlineLight
from app.domain.permissions import Permission, may_ever
from app.domain.retention import BackupStage
from app.domain.workflow import AssignmentState, BatchState, SampleState
from app.domain.working_days import WorkingDays
from app.listings.waiting import waiting as listings
from app.notices import queries as notices
from app.pages import case_desk, morning, supervision
from app.pages.cards import Asked, Card, counted_cards
from app.penalties.waiting import waiting as penalties
from app.plans import queries as plans
from app.rapid_tests.models import RapidTest
from app.rapid_tests.queries import UNSENT
from app.reference_changes import queries as changes
from app.reference_changes.models import ReferenceChange
from app.results.models import ImportBatch
from app.reviews import queries as reviews
from app.reviews.return_queries import open_returns
from app.ripples import queries as ripples
from app.sampling.models import FormDraft, Sample
from app.scope import below, scope
from app.transfers import queries as transfers
from app.urgent import queries as urgent

LISTED = 20
REMEMBERED = 10
CONSEQUENCES = ("start_clock", "stop_clock", "cancel_clock", "notify")  # they follow what was done, which is told itself
NOT_WORK = ("sign_in", "sign_in_failed", "sign_out", "locked", "denied", *CONSEQUENCES)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One case of the list, with its light."""

    case: Any
    left: int
    light: DeadlineLight


def cards(actor: Actor, today: date, now: datetime) -> list[Card]:
    """The cards of every role the person has, in the order of the work."""
    return counted_cards([*_unread(actor), *_of_work(actor, today), *_of_administrators(actor, now)])[1]


def asked_of(endpoint: str, actor: Actor, today: date, now: datetime) -> list[Asked]:
    """What of the home page one list answers."""
    every = (*_unread(actor), *_of_work(actor, today, endpoint), *_of_administrators(actor, now))
    return [one for one in every if one.endpoint == endpoint]


def _of_work(actor: Actor, today: date, only: str | None = None) -> list[Asked]:
    found = [_cases(actor, each, today) for each in case_desk.queues(actor)]
    found += [Asked(one.title, ids, one.endpoint, one.query, one.icon, quiet=one.quiet) for one, ids in morning.decisions(actor)]
    if actor.has(Role.REVIEWER):
        found.append(Asked("待审核的抽检计划", plans.to_approve(actor), "plans.index", {"waiting": "1"}, "clipboard-check"))
    if actor.has(Role.STATISTICIAN):
        found += [_staged(actor), _pending(actor)]
    if actor.has(Role.REVIEWER, Role.STATISTICIAN):
        found.append(_declined_tasks(actor))
    if actor.has(Role.SAMPLER):
        found += [_my_tasks(actor, state, title, today) for state, title in MY_TASKS]
        found += [_drafts(actor), _registered(actor), _returned(actor), _not_handed_over(actor, today), _positive_unsent(actor)]
    if actor.has(Role.LABORATORY):
        found += [_to_receive(actor), _at_laboratory(actor), _disposable(actor, today), _staged(actor)]
    if actor.has(Role.HANDLER, Role.REVIEWER):
        found.append(_transfers_received(actor, today))
    return [*found, *_ripples(actor), *_penalties(actor, today), *_supervision(actor, today, only), *_reviews(actor)]


def _ripples(actor: Actor) -> list[Asked]:
    """Lists with 波及事项 that follow from changed conclusions and that nobody has dealt with."""
    if not may_ever(actor, Permission.RIPPLE_HANDLE):
        return []
    return [Asked("待处理的波及清单", ripples.waiting(actor), "ripples.index", {"state": "open"}, "exclamation-triangle-fill", quiet=True)]


def _transfers_received(actor: Actor, today: date) -> Asked:
    """What other offices sent to us: nothing is said while nothing waits, since most offices receive little."""
    waiting = transfers.received_waiting(actor)
    query = {"direction": transfers.RECEIVED, "state": transfers.OPEN_STATES}
    late = transfers.late(waiting, today)
    return Asked("收到的移送协查待签收、待回复", waiting, "transfers.index", query, "send", late, timed=True, quiet=True)


def _reviews(actor: Actor) -> list[Asked]:
    """结果审核 and 退修: nothing is said while nothing waits, since many offices let results stand at once."""
    found = [
        Asked(title, ids, "reviews.index", {"queue": queue}, "patch-check", quiet=True) for title, queue, ids in reviews.waiting(actor)
    ]
    if actor.has(Role.LABORATORY):
        query = {"state": "open"}
        found.append(Asked("退修的检验报告", open_returns(actor), "reviews.returned", query, "arrow-counterclockwise", quiet=True))
    return found


def _penalties(actor: Actor, today: date) -> list[Asked]:
    """公示 of penalties and 失信名单 whose days are over: nothing is said while nothing waits."""
    waiting = (*penalties(actor, today), *listings(actor, today))
    return [Asked(title, ids, endpoint, query, "patch-check", quiet=True) for title, ids, endpoint, query in waiting]


def _supervision(actor: Actor, today: date, only: str | None) -> list[Asked]:
    """Grades, inspections, self-inspection reports: nothing is said while nothing waits."""
    return [Asked(*each, quiet=True) for each in supervision.waiting(actor, today, only)]


def _unread(actor: Actor) -> list[Asked]:
    """变动告知 is news, not work: nothing is said while there is none."""
    reads = actor.has(Role.LABORATORY, *BUREAU_STAFF)
    return [Asked("未读的变动告知", notices.unread(actor), "notices.index", {"state": "unread"}, "bell", quiet=True)] if reads else []


def _drafts(actor: Actor) -> Asked:
    """Sheets that this person was typing and has not registered: offered again after a crash or a time-out."""
    own = sa.select(FormDraft.id).where(FormDraft.user_id == actor.user_id, FormDraft.form == "sheet", FormDraft.closed_at.is_(None))
    return Asked("未登记的抽样单草稿", own, "sheets.drafts", {}, "pencil-square")


def _cases(actor: Actor, queue: case_desk.Queue, today: date) -> Asked:
    cases = scope(sa.select(DisposalCase.id).where(queue.condition(actor, today)), DisposalCase, actor)
    late = cases.where(DisposalCase.due_on < today)
    return Asked(queue.title, cases, "disposal.index", queue.query, queue.icon, late, timed=True, quiet=queue.quiet)


MY_TASKS = ((AssignmentState.ASSIGNED, "待接受的任务"), (AssignmentState.ACCEPTED, "我的任务"))


def _my_tasks(actor: Actor, state: AssignmentState, title: str, today: date) -> Asked:
    """Tasks of the person's own team; overdue is told as in the list."""
    mine = sa.select(SamplingAssignment.id).where(SamplingAssignment.state == state, is_mine(actor))
    tasks = scope(mine, SamplingAssignment, actor)
    query = {"state": state.value, "mine": "1"}
    return Asked(title, tasks, "assignments.index", query, "clipboard-check", tasks.where(is_overdue(today)), timed=True)


def _declined_tasks(actor: Actor) -> Asked:
    declined = sa.select(SamplingAssignment.id).where(SamplingAssignment.state == AssignmentState.DECLINED)
    ids = scope(declined, SamplingAssignment, actor)
    return Asked("被退回的任务单", ids, "assignments.index", {"state": "declined"}, "arrow-counterclockwise")


def _staged(actor: Actor) -> Asked:
    batches = scope(sa.select(ImportBatch.id).where(ImportBatch.state == BatchState.STAGED), ImportBatch, actor)
    return Asked("待确认的导入", batches, "results.batches", {"state": "staged"}, "upload")


# Literals, not parameters: only then may the database use the partial index made for the question.
IS_PENDING = sa.text("sample.pending_items > 0")
IS_REGISTERED = sa.text("sample.state = 'registered'")


def _samples(actor: Actor, whose: Any, what: Any) -> sa.Select[Any]:
    return scope(sa.select(Sample.id).where(below(actor, whose), what), Sample, actor)


def _pending(actor: Actor) -> Asked:
    ids = _samples(actor, Sample.org_id, IS_PENDING)
    return Asked("结论待核的样品", ids, "results.pending", {}, "exclamation-triangle-fill")


def _registered(actor: Actor) -> Asked:
    ids = _samples(actor, Sample.org_id, Sample.state == SampleState.REGISTERED)
    return Asked("未出报告的样品", ids, "sampling.index", {"state": "registered"}, "clipboard-check")


def _returned(actor: Actor) -> Asked:
    ids = _samples(actor, Sample.org_id, Sample.state == SampleState.RETURNED)
    return Asked("退回修改的抽样单", ids, "sampling.index", {"state": "returned"}, "arrow-counterclockwise")


def _positive_unsent(actor: Actor) -> Asked:
    """阳性待送检: positive rapid tests without a laboratory sample."""
    tests = scope(sa.select(RapidTest.id).where(UNSENT), RapidTest, actor)
    return Asked("阳性快检待送检", tests, "rapid_tests.index", {"waiting": "0"}, "exclamation-triangle-fill")


def _at_laboratory(actor: Actor) -> Asked:
    ids = _samples(actor, Sample.laboratory_org_id, IS_REGISTERED)
    return Asked("待出报告的样品", ids, "sampling.index", {"state": "registered"}, "clipboard-check")


def _not_handed_over(actor: Actor, today: date) -> Asked:
    ids = scope(sa.select(Sample.id).where(custody.overdue(today, clocks())), Sample, actor)
    return Asked("超期未移交", ids, "custody.index", {"stage": "overdue"}, "send")


def _to_receive(actor: Actor) -> Asked:
    ids = _samples(actor, Sample.laboratory_org_id, custody.in_stage(Stage.TO_RECEIVE))
    return Asked("待接收的样品", ids, "custody.index", {"stage": Stage.TO_RECEIVE.value}, "inbox")


def _disposable(actor: Actor, today: date) -> Asked:
    ids = backup_queries.disposable(actor, today)
    return Asked("到期可处置的备份样品", ids, "custody.backups", {"stage": BackupStage.DUE.value}, "trash")


def _of_administrators(actor: Actor, now: datetime) -> list[Asked]:
    found = []
    if actor.has(Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN):
        locked = sa.select(User.id).where(User.active.is_(True), User.locked_until > now)
        found.append(Asked("已锁定的账号", scope(locked, User, actor), "accounts.users", {"state": "locked"}, "lock"))
    if actor.has(Role.SECURITY_ADMIN):
        waiting = sa.select(ReferenceChange.id).where(*changes.to_decide(actor, security=True))
        found.append(Asked("待复核的安全设置", waiting, "reference_changes.settings_index", {}, "patch-check", quiet=True))
    if actor.has(Role.SYSTEM_ADMIN):
        fresh = sa.select(User.id).where(User.active.is_(True), User.must_change.is_(True))
        found.append(
            Asked("未修改初始密码的账号", scope(fresh, User, actor), "accounts.users", {"state": "initial"}, "key")
        )
    if actor.has(Role.AUDIT_ADMIN):
        today, group = clock.today(), audit.ALERTS
        noted = audit.listed(actor, audit.Filters(since=today, group=group)).with_only_columns(HistoryEntry.id)
        found.append(Asked("今日安全告警", noted, "audit.index", {"group": group, "since": today.isoformat()}, "bell"))
    return found


def urgent_reports(actor: Actor, now: datetime) -> tuple[Sequence[Any], int, int] | None:
    """限时报告 for whoever makes or acknowledges them: the rows, how many in all, how many late. None for everybody else."""
    if not may_ever(actor, Permission.URGENT_LIST):
        return None
    return urgent.on_desk(actor, now, acknowledging=may_ever(actor, Permission.URGENT_ACKNOWLEDGE))


def waiting_cases(actor: Actor, today: date, calendar: WorkingDays) -> list[Waiting]:
    """The cases that wait for this person, the most urgent first."""
    conditions = [each.condition(actor, today) for each in case_desk.queues(actor) if each.title in case_desk.LISTED]
    if not conditions:
        return []
    columns = (
        DisposalCase.id, DisposalCase.number, DisposalCase.party, DisposalCase.party_name, DisposalCase.failing_items,
        DisposalCase.state, DisposalCase.received_on, DisposalCase.due_on, DisposalCase.due_provisional,
    )
    chosen = scope(sa.select(*columns).where(sa.or_(*conditions)), DisposalCase, actor)
    rows = session().execute(chosen.order_by(DisposalCase.due_on, DisposalCase.id).limit(LISTED)).all()
    return [
        Waiting(
            row, deadlines.remaining_working_days(today, row.due_on, calendar),
            deadlines.light(row.received_on, row.due_on, today, calendar),
        )
        for row in rows
    ]


def done_lately(actor: Actor) -> Sequence[HistoryEntry]:
    """已办: the person's own last entries; coming, going, refusals and what follows by itself are no work."""
    return session().scalars(
        sa.select(HistoryEntry)
        .where(HistoryEntry.actor_id == actor.user_id, HistoryEntry.step.not_in(NOT_WORK))
        .order_by(HistoryEntry.id.desc())
        .limit(REMEMBERED)
    ).all()
