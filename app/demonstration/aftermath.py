"""What follows a nonconforming result in the demonstration county: rights of the parties, penalties, other offices, supervision.

Lived on days of the last weeks, on cases that nobody has touched since. Takes nothing from the random stream of the year, so that
a seed gives the county it always gave; what has no case that suits it is left out.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from app import clock
from app.authorize import act_as
from app.db import session
from app.delegations import operations as delegations
from app.demonstration import (
    downloads,
    evaluations,
    inspections,
    penalties,
    publications,
    random_draw,
    register,
    reports,
    return_forms,
    returns,
    rights,
    risk,
    warnings,
)
from app.demonstration import people as people_of
from app.demonstration.county import County
from app.demonstration.stage import Stage, inboxes_told, samples_of
from app.disposal import operations as disposal
from app.disposal import urging
from app.domain.actors import Actor, Role
from app.domain.case_kinds import UrgingLevel
from app.domain.workflow import CaseState
from app.dossiers import operations as dossiers
from app.errors import NotAllowedNow

ROLES = (Role.SAMPLER, Role.STATISTICIAN, Role.HANDLER, Role.REVIEWER, Role.LEADER, Role.LEGAL, Role.SYSTEM_ADMIN)
IN_HAND = (CaseState.HANDLING, CaseState.AWAITING, CaseState.LEADING)


def follow(county: County, actor: Callable[[int | None], Actor], today: date) -> dict[str, int]:
    """Everything of the module, up to ``today``. ``actor`` makes the person of a user."""
    people = {role: [actor(user_id) for user_id, _ in county.staff[role]] for role in ROLES}
    people[Role.REVIEWER] = people[Role.REVIEWER][:2]  # the third is the city's
    stage = Stage(county, today, people, samples_of(county.bureau_id, today))
    register.complete(stage)
    forms = return_forms.adopt(stage)
    made = {"risk_grades": risk.grade(stage), "duties": inspections.schedule(stage), "inspections": inspections.inspect(stage)}
    made |= inspections.follow(stage)
    made["return_templates"] = forms
    made["archives"] = register.file_archives(stage)
    made["random_targets"] = random_draw.draw(stage)
    made |= {"self_reports": reports.self_reported(stage), "incidents": reports.incidents_told(stage)}
    made["risk_events"] = risk.follow_events(stage)
    made["warnings"] = warnings.warn(stage)  # before the retests: one of its batches may be overturned afterwards
    made["publications"] = publications.publish(stage)
    made["retest_laboratories"] = rights.laboratory_list(stage)
    made["objections"] = rights.counterfeit(stage)
    made["retests"] = rights.retest_passed(stage) + rights.retest_declined(stage)
    filed = penalties.every_desk(stage)  # before what is left: penalties are choosy about their cases
    made["retests"] += rights.retest_running(stage)
    made["objections"] += rights.standard_doubted(stage) + rights.method_doubted(stage)
    made |= {"penalties": len(filed), "listings": penalties.listing(stage, filed), "transfers": penalties.letters(stage)}
    made["urgings"] = _urge(stage)
    _to_leader(stage)
    made["delegations"] = _delegate(stage)
    made["dossiers"] = _dossier(stage, filed)
    made["publications"] += publications.correct(stage)
    made["downloads"] = downloads.take_out(stage)
    made |= people_of.settle(stage)
    made["evaluations"] = evaluations.evaluate(stage)
    made["monthly_returns"] = returns.report(stage)  # last: nothing is written into the past after it
    made["messages"] = inboxes_told()
    return made


def _urge(stage: Stage) -> int:
    """One that the handler has answered, one that he has not."""
    reviewer, leader = stage.person(Role.REVIEWER), stage.person(Role.LEADER)
    waiting = _going_on(stage, stage.back(6))
    for place, case_id in enumerate(waiting):
        who = (reviewer, leader)[place]
        with stage.on(stage.back(5), who) as at:
            why = ("请尽快补齐整改复查材料。", "办理期限将到，请说明进展并明确办结日期。")[place]
            row = urging.urge(stage.case(case_id), who, UrgingLevel.REMIND, stage.today + timedelta(days=3), why, at)
            urging_id = row.id
        if place == 0:
            handler = stage.handler_of(stage.case(case_id))
            with stage.on(stage.back(3), handler) as at:
                urging.answer(stage.case(case_id), handler, urging_id, "整改复查已完成，材料正在汇总，本周内补齐。", at)
    return len(waiting)


def _going_on(stage: Stage, since: date) -> list[int]:
    """Two cases that somebody has in hand, rather of those that nothing else has happened to."""
    quiet = stage.quiet(since)
    rows = [row for one in (*quiet, *(each for each in stage.found if each not in quiet)) for row in one.cases if row.received_on <= since]
    found: list[int] = []
    for row in rows:
        if len(found) < 2 and row.state is not CaseState.CLOSED and stage.case(row.id).state in IN_HAND:
            found.append(row.id)
    return found


def _to_leader(stage: Stage) -> None:
    """A case awaits the leader of the bureau, whatever the year has left on his desk."""
    states = {row.id: stage.case(row.id).state for one in stage.found for row in one.cases if row.state is not CaseState.CLOSED}
    awaiting = [case_id for case_id, state in states.items() if state is CaseState.AWAITING]
    if CaseState.LEADING in states.values() or not awaiting:
        return
    who = stage.person(Role.REVIEWER)
    with stage.on(stage.today, who) as at:
        disposal.forward(stage.case(awaiting[0]), who, at, "材料齐全，拟同意结案，请局领导审批。")


def _delegate(stage: Stage) -> int:
    """The head of the section is away next week."""
    giver, taker = stage.person(Role.REVIEWER), stage.person(Role.REVIEWER, 1)
    monday = stage.today + timedelta(days=7 - stage.today.weekday())
    with stage.on(stage.today, giver) as at:
        assert taker.user_id is not None
        wish = delegations.Wish(taker.user_id, monday, monday + timedelta(days=4), "参加培训，期间审批委托代为办理。")
        delegations.grant(wish, giver, at)
    return 1


def _dossier(stage: Stage, penalty_ids: list[int]) -> int:
    """案卷 of the case whose penalty was published, set outside the transaction as the page does; none on a machine without fonts."""
    if not penalty_ids:
        return 0
    found = penalties.case_of(stage, penalty_ids[0])
    who = stage.handler_of(found)
    with clock.rehearsing(stage.today):
        act_as(who)
        prepared = dossiers.prepare(stage.case(found.id), who)
        try:
            made = dossiers.compose(prepared)
        except NotAllowedNow:
            return 0
        finally:
            session().rollback()
    with stage.on(stage.today, who) as at:
        dossiers.keep(stage.case(found.id), made, who, at)
    return 1
