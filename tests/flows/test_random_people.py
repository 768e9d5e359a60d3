"""Random people do random things to one case, and a small model of our own says what must come of it.

After every step state, handler, due date and history are those of the model; what the model forbids is refused and leaves
nothing behind; and nobody ever decides what he handled, handed in or asked for himself.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from app import clock, history
from app.approval_signatures import verifying
from app.db import session, transaction
from app.disposal import approvals, assigning, operations
from app.disposal.models import DisposalCase
from app.domain.case_kinds import ClockChangeKind
from app.domain.case_record import PenaltyKind
from app.domain.samples import Supervision
from app.domain.workflow import CaseState, ClockChangeState
from app.errors import Refused
from app.legal_clocks import changes
from app.legal_clocks import operations as legal
from app.legal_clocks.models import ClockChange
from app.reference.clocks import read_working_days
from app.sampling.models import Sample
from tests.conftest import Furnished, found_office
from tests.disposal.conftest import RECORDED, build_batch, conclude

HANDLERS = ("county:办案人", "county:另一办案人")
LEADERS = ("county:局领导", "city:局领导")
REVIEWERS = ("county:审核人", "county:另一审核人", *LEADERS)
ASKERS = (*HANDLERS, "county:抽样员", "county:统计员")
OTHERS = ("county:法制审核员", "county:系统管理员", "other:办案人", "other:审核人", "lab:承检机构", "station:办案人")
PEOPLE = (*ASKERS, *REVIEWERS, *OTHERS)
RECEIVED, TERM = date(2026, 11, 20), 90
S = CaseState
LIVE = (S.OPEN, S.HANDLING, S.AWAITING, S.LEADING)
WHOLE, EXEMPT, LACKING = "whole", "exempt", "lacking"  # 处罚, 不予处罚 (which goes on to the leader), 原因 not yet found
person, right = st.sampled_from(PEOPLE), st.sampled_from([True, True, False])


@dataclass
class Model:
    """What a case is to us: little enough to be seen to be right."""

    state: CaseState = S.OPEN
    handler: str | None = None
    submitter: str | None = None
    forwarder: str | None = None
    recorded: str = LACKING
    read: bool = False  # has somebody who may decide opened it?
    extended: int = 0
    asked: tuple[str, int] | None = None  # who asked for how many days more
    today: date = date(2026, 11, 20)
    steps: list[str] = field(default_factory=lambda: ["open"])

    @property
    def due(self) -> date:
        """90 days from receipt; what ends on a day off ends on the next working day (民法典 203)."""
        last = RECEIVED + timedelta(TERM + self.extended)
        while not DAYS.is_working_day(last):
            last += timedelta(1)
        return last


DAYS = read_working_days()
EVERYTHING = {
    "assign", "reassign", "forward", "read_case",
    "claim", "record", "submit", "recall", "approve", "return", "cancel", "reopen", "change_ask", "change_approve", "change_decline",
}  # fmt: skip


class People(RuleBasedStateMachine):
    """One case of one county, and everybody who may come near it."""

    furnished: Furnished
    peopled: Path
    seen: set[str]  # what has happened at least once, over all runs

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="shian-people-")
        shutil.copy(self.peopled, Path(self.folder.name) / "shian.sqlite3")
        self.app = self.furnished.anew(Path(self.folder.name))
        self.context = self.app.app_context()
        self.context.push()
        self.model = Model()

    def teardown(self) -> None:
        session().rollback()
        self.app.extensions["shian_engine"].dispose()
        self.context.pop()
        self.folder.cleanup()

    @initialize()
    def a_failing_batch_opens_its_case(self) -> None:
        self.office = found_office()
        with clock.rehearsing(self.model.today), transaction():
            self.sample_id = build_batch(self.office).id
            opened = operations.open_for_samples([self.sample_id], self._actor("county:统计员"), clock.now())
        self.case_id = opened[0].id

    # ------------------------------------------------------------ what people do

    def _actor(self, who: str) -> Any:
        return self.office.actor(who)

    def _case(self) -> DisposalCase:
        session().rollback()
        session().expire_all()
        statement = sa.select(DisposalCase).where(DisposalCase.id == self.case_id)
        return session().scalars(statement.options(*LOADED)).one()

    def _try(self, lawful: bool, work: Callable[[], Any]) -> bool:
        """The work is done, or refused in words, as the model says."""
        try:
            with clock.rehearsing(self.model.today), transaction():
                work()
        except Refused as refusal:
            assert not lawful, f"{refusal.sentence}"
            return False
        assert lawful, "should have been refused"
        return True

    def _happened(self, step: str) -> None:
        self.model.steps.append(step)
        self.seen.add(step)

    def _who(self, anybody: str, right: bool, fitting: tuple[str | None, ...]) -> str:
        """Anybody, or, so that a case gets on at all, somebody whom the step is meant for."""
        meant = [name for name in fitting if name is not None]
        return meant[PEOPLE.index(anybody) % len(meant)] if right and meant else anybody

    def _step(self, who: str, lawful: bool, name: str, work: Callable[[DisposalCase, Any], Any]) -> bool:
        case, actor = self._case(), self._actor(who)
        done = self._try(lawful, lambda: work(case, actor))
        if done:
            self._happened(name)
        return done

    @rule(anybody=person, right=right)
    def claim(self, anybody: str, right: bool) -> None:
        who = self._who(anybody, right, HANDLERS)
        lawful = self.model.state is S.OPEN and who in HANDLERS
        if self._step(who, lawful, "claim", lambda case, actor: operations.claim(case, actor, clock.now())):
            self.model.state, self.model.handler = S.HANDLING, who

    @rule(anybody=person, right=right, to=st.sampled_from([*HANDLERS, "other:办案人", "county:审核人"]), why=st.sampled_from(["轮休", " "]))
    def assign(self, anybody: str, right: bool, to: str, why: str) -> None:
        who, again = self._who(anybody, right, REVIEWERS), self.model.state is S.HANDLING
        lawful = who in REVIEWERS and to in HANDLERS and (
            self.model.state is S.OPEN or (again and to != self.model.handler and bool(why.strip()))
        )
        given = self.office.people[to].id
        step = "reassign" if again else "assign"
        if self._step(who, lawful, step, lambda case, actor: assigning.give(case, given, actor, clock.now(), reason=why)):
            self.model.state, self.model.handler = S.HANDLING, to

    @rule(anybody=person, right=right, whole=st.sampled_from([WHOLE, EXEMPT, LACKING]))
    def record(self, anybody: str, right: bool, whole: str) -> None:
        who = self._who(anybody, right, (self.model.handler,))
        case = self._case()
        written = _written(operations.record_of(case), self.model.today, whole)
        lawful = self.model.state is S.HANDLING and who == self.model.handler
        before = operations.record_of(case)
        if before == written:
            return
        if self._step(who, lawful, "record", lambda one, actor: operations.record(one, actor, written, clock.now())):
            self.model.recorded = whole

    @rule(anybody=person, right=right)
    def submit(self, anybody: str, right: bool) -> None:
        who = self._who(anybody, right, (self.model.handler,))
        lawful = self.model.state is S.HANDLING and who == self.model.handler and self.model.recorded != LACKING
        if self._step(who, lawful, "submit", lambda case, actor: operations.submit(case, actor, clock.now())):
            self.model.state, self.model.submitter = S.AWAITING, who

    @rule(who=st.sampled_from(HANDLERS))
    def work_it_through(self, who: str) -> None:
        """An ordinary afternoon: claimed, recorded, handed in, as far as it is not yet."""
        self.claim(who, False)
        self.record(who, True, WHOLE)
        self.submit(who, True)

    @rule(anybody=person, right=right)
    def recall(self, anybody: str, right: bool) -> None:
        who = self._who(anybody, right, (self.model.submitter,))
        lawful = self.model.state is S.AWAITING and who == self.model.submitter and not self.model.read
        if self._step(who, lawful, "recall", lambda case, actor: approvals.recall(case, actor)):
            self._back()

    def _back(self) -> None:
        self.model.state, self.model.submitter, self.model.forwarder, self.model.read = S.HANDLING, None, None, False

    def _may_decide(self, who: str) -> bool:
        others = who not in (self.model.handler, self.model.submitter)
        if self.model.state is S.LEADING:
            return who in LEADERS and others and who != self.model.forwarder
        return self.model.state is S.AWAITING and who in REVIEWERS and others

    @rule(anybody=person, right=right)
    def open_the_page(self, anybody: str, right: bool) -> None:
        """Whoever may decide and has read it makes it too late to take it back."""
        who, case = self._who(anybody, right, REVIEWERS), self._case()
        actor = self._actor(who)
        first = self.model.state is S.AWAITING and self._may_decide(who) and not self.model.read
        assert approvals.unread_by(case, actor) is first
        if first:
            with clock.rehearsing(self.model.today), transaction():
                approvals.note_reading(case, actor, clock.now())
            self.model.read = True
            self._happened("read_case")

    @rule(anybody=person, right=right)
    def approve(self, anybody: str, right: bool) -> None:
        who = self._who(anybody, right, LEADERS if self.model.state is S.LEADING else REVIEWERS)
        lawful = self._may_decide(who) and (self.model.state is S.LEADING or self.model.recorded == WHOLE)
        if self._step(who, lawful, "approve", lambda case, actor: approvals.approve(case, actor, clock.now(), "同意")):
            self.model.state = S.CLOSED

    @rule(anybody=person, right=right, comment=st.sampled_from(["拟同意，请审批", "同意上报", " "]))
    def forward(self, anybody: str, right: bool, comment: str) -> None:
        who = self._who(anybody, right, REVIEWERS)
        lawful = self.model.state is S.AWAITING and self._may_decide(who) and bool(comment.strip())
        if self._step(who, lawful, "forward", lambda case, actor: approvals.forward(case, actor, clock.now(), comment)):
            self.model.state, self.model.forwarder = S.LEADING, who

    @rule(anybody=person, right=right, comment=st.sampled_from(["材料不全", "请补充复查照片", " "]))
    def send_back(self, anybody: str, right: bool, comment: str) -> None:
        who = self._who(anybody, right, REVIEWERS)
        lawful = self._may_decide(who) and bool(comment.strip())
        if self._step(who, lawful, "return", lambda case, actor: approvals.return_to_handler(case, actor, clock.now(), comment)):
            self._back()

    @rule(fails=st.sampled_from([True] * 7 + [False]))
    def the_laboratory_corrects(self, fails: bool) -> None:
        """A passing report takes the case along; a failing one brings it back, unclaimed."""
        clerk = self._actor("county:统计员")
        with clock.rehearsing(self.model.today), transaction():
            sample = session().get_one(Sample, self.sample_id)
            conclude(sample, Supervision.FAIL if fails else Supervision.PASS)
            if fails:
                operations.open_for_samples([self.sample_id], clerk, clock.now())
            else:
                operations.cancel_for_samples([self.sample_id], clerk, "更正后合格")
        if not fails and self.model.state is not S.CANCELLED:
            self.model.state = S.CANCELLED
            self._happened("cancel")
        elif fails and self.model.state is S.CANCELLED:
            self._back()
            self.model.state, self.model.handler = S.OPEN, None
            self._happened("reopen")

    # ------------------------------------------------------------ more time

    @rule(anybody=person, right=right, days=st.integers(-1, 40))
    def ask_for_more_time(self, anybody: str, right: bool, days: int) -> None:
        who = self._who(anybody, right, ASKERS)
        found, actor = legal.clock_of(self._case(), "DISP_DONE"), self._actor(who)
        assert found is not None
        running = self.model.state in LIVE
        lawful = running and who in ASKERS and days > 0 and self.model.asked is None and self.model.today <= self.model.due
        wanted = changes.Request(ClockChangeKind.EXTENSION, "津蓟市监延〔2026〕1号", "检验标准品未到", amount=days)
        if self._try(lawful, lambda: changes.ask(found, wanted, actor, clock.now())):
            self.model.asked = (who, days)
            self._happened("change_ask")

    @rule(anybody=person, right=right, yes=st.booleans())
    def answer_the_request(self, anybody: str, right: bool, yes: bool) -> None:
        who = self._who(anybody, right, REVIEWERS)
        if self.model.asked is None:
            return
        self._case()
        change = session().scalars(sa.select(ClockChange).where(ClockChange.state == ClockChangeState.ASKED)).one()
        actor, (asker, days) = self._actor(who), self.model.asked
        lawful = who in REVIEWERS and who != asker and (self.model.state in LIVE or not yes)
        answer = changes.approve if yes else changes.decline
        if self._try(lawful, lambda: answer(change, actor, "局务会研究", clock.now())):
            self.model.asked = None
            self.model.extended += days if yes else 0
            self._happened("change_approve" if yes else "change_decline")

    @rule(days=st.integers(1, 20))
    def time_passes(self, days: int) -> None:
        self.model.today += timedelta(days)

    # ------------------------------------------------------------ what is always true

    @invariant()
    def the_case_is_what_the_model_says(self) -> None:
        case, model = self._case(), self.model
        ids = {name: self.office.people[name].id for name in HANDLERS}
        assert (case.state, case.handler_id) == (model.state, ids.get(model.handler or ""))
        if model.state in LIVE:
            assert case.due_on == model.due

    @invariant()
    def the_history_is_what_was_done(self) -> None:
        entries = history.entries_of("disposal_case", self.case_id)
        assert [entry.step for entry in entries] == self.model.steps
        moved = [entry for entry in entries if entry.to_state is not None]
        assert all(one.to_state == two.from_state for one, two in pairwise(moved))

    @invariant()
    def nobody_decides_his_own(self) -> None:
        case = self._case()
        assert case.approved_by_id is None or case.approved_by_id not in (case.handler_id, case.submitted_by_id, case.forwarded_by_id)
        for change in session().scalars(sa.select(ClockChange)):
            assert change.decided_by_id is None or change.decided_by_id != change.asked_by_id


LOADED = (sa.orm.joinedload(DisposalCase.sample), sa.orm.selectinload(DisposalCase.quantities), sa.orm.joinedload(DisposalCase.handler))


def _written(before: Any, today: date, whole: str) -> Any:
    """Everything that closing asks for, or everything but the cause."""
    dated = {name: before.started_on or today for name in ("started_on",)} | {
        name: today for name in ("served_on", "control_on", "cause_on", "rectified_on", "published_on")
    }
    said = {name: RECORDED[name] for name in ("control", "cause", "rectification", "penalty", "publication")}
    full = replace(before, **dated, **said, penalty_kind=PenaltyKind.EXEMPT, penalty_no=None, penalty_on=None, penalty_amount=None)
    if whole == WHOLE:
        fined = {"penalty_no": "市监罚〔2026〕1号", "penalty_on": today, "penalty_amount": Decimal("5000.00")}
        return replace(full, **fined, penalty_kind=PenaltyKind.PUNISHED)
    return full if whole == EXEMPT else replace(full, cause=None, cause_on=None)


def ended(people: People) -> None:
    """What was signed is still what it was, whatever came after."""
    session().rollback()
    broken = verifying.walk().broken
    People.teardown(people)
    assert broken == []


@pytest.mark.parametrize("steps", [60])
def test_random_people(furnished: Furnished, peopled: Path, steps: int) -> None:
    seen: set[str] = set()
    machine = type("People", (People,), {"furnished": furnished, "peopled": peopled, "seen": seen, "teardown": ended})
    few = settings(
        max_examples=16, stateful_step_count=steps, deadline=None, derandomize=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )
    run_state_machine_as_test(machine, settings=few)
    assert seen >= EVERYTHING, EVERYTHING - seen
