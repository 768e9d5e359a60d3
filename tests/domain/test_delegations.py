"""审批委托 as pure rules: which delegation can be granted, and what it lets a person do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from app.domain.actors import Actor, Role
from app.domain.delegations import Period, complaint
from app.domain.permission_tests import has_handled, with_hand
from app.domain.permissions import DELEGABLE, RULES, Permission, may_ever, permits, standing_in

TODAY = date(2026, 11, 20)


def on(from_user: int, to_user: int, first: int, last: int) -> Period:
    return Period(from_user, to_user, date(2026, 11, first), date(2026, 11, last))


@pytest.mark.parametrize(
    ("wanted", "granted", "field"),
    [
        (on(1, 2, 20, 20), [], None),  # one day, today
        (on(1, 2, 19, 25), [], "from_on"),  # nothing is granted for the past
        (on(1, 2, 25, 24), [], "to_on"),
        (on(1, 1, 20, 25), [], "to_user"),  # not to oneself
        (on(1, 2, 20, 25), [on(1, 2, 25, 26)], "from_on"),  # the same pair, one day shared
        (on(1, 2, 20, 25), [on(1, 2, 26, 28)], None),
        (on(1, 2, 20, 25), [on(1, 3, 20, 25)], None),  # two people may stand in for one
        (on(1, 2, 20, 25), [on(2, 3, 24, 28)], "to_user"),  # who is away himself takes nothing over
        (on(1, 2, 20, 23), [on(2, 3, 24, 28)], None),
        (on(1, 2, 20, 25), [on(3, 1, 22, 22)], "from_on"),  # what was taken over is not passed on
        (on(1, 2, 20, 25), [on(3, 2, 20, 25)], None),  # one person may stand in for two
    ],
)
def test_who_may_leave_what_to_whom(wanted: Period, granted: list[Period], field: str | None):
    found = complaint(wanted, granted, TODAY)
    assert (found.field if found else None) == field


@pytest.mark.parametrize(("days", "refused"), [(31, False), (32, True)])
def test_a_delegation_has_an_end_in_sight(days: int, refused: bool):
    wanted = Period(1, 2, TODAY, date.fromordinal(TODAY.toordinal() + days - 1))
    assert (complaint(wanted, [], TODAY) is not None) is refused


# ---------------------------------------------------------------- what it gives

REACH = frozenset({1})
ZHANG = Actor(1, "张三", frozenset({Role.REVIEWER}), 1, "/1/", REACH)
LEADER = Actor(4, "局领导", frozenset({Role.LEADER}), 1, "/1/", REACH)
LI = Actor(2, "李四", frozenset({Role.HANDLER}), 1, "/1/", REACH, principals=(ZHANG,))


def case(**given: Any) -> Any:
    values = {
        "org_id": 1, "handler_id": 3, "submitted_by_id": 3, "hands": "/3/", "forwarded_by_id": None, "forwarded_for_id": None,
    }
    return SimpleNamespace(**values | given)


@pytest.mark.parametrize(
    ("given", "may"),
    [
        ({}, True),
        ({"org_id": 9}, False),  # not further than the principal reaches
        ({"submitted_by_id": 2}, False),  # his own work, approved in another's name
        ({"handler_id": 2}, False),
        ({"submitted_by_id": 1}, False),  # the principal's own work, approved by his stand-in
        ({"handler_id": 1}, False),
        ({"hands": "/3/2/"}, False),  # handled before it was re-assigned
        ({"hands": "/1/3/"}, False),
        ({"hands": "/12/21/"}, True),  # other people's numbers
    ],
)
def test_nobody_approves_his_own_work_through_a_delegation(given: dict[str, Any], may: bool):
    assert permits(LI, Permission.CASE_APPROVE, case(**given)) is may
    assert standing_in(LI, Permission.CASE_APPROVE, case(**given)) is (ZHANG if may else None)


def test_without_a_delegation_there_is_no_power():
    assert not permits(replace(LI, principals=()), Permission.CASE_APPROVE, case())


def test_what_is_ones_own_is_done_in_ones_own_name():
    both = replace(LI, roles=frozenset({Role.REVIEWER}))
    assert permits(both, Permission.CASE_APPROVE, case())
    assert standing_in(both, Permission.CASE_APPROVE, case()) is None


def test_a_principal_passes_on_nothing_that_was_left_to_him():
    chained = replace(LI, principals=(replace(ZHANG, principals=(LEADER,)),))
    assert not permits(chained, Permission.CASE_LEAD, case(forwarded_by_id=9))


@pytest.mark.parametrize(
    ("given", "may"),
    [
        ({"forwarded_by_id": 9}, True),
        ({"forwarded_by_id": 2}, False),  # passed on by the stand-in himself
        ({"forwarded_by_id": 9, "forwarded_for_id": 4}, False),  # passed on in the name of the very leader
        ({"forwarded_by_id": 4}, False),
    ],
)
def test_two_levels_are_two_people_also_under_a_delegation(given: dict[str, Any], may: bool):
    through = replace(LI, principals=(LEADER,))
    assert permits(through, Permission.CASE_LEAD, case(**given)) is may


@pytest.mark.parametrize(
    ("given", "may"),
    [
        ({}, True),
        ({"reviewed_by_id": 4}, False),  # the leader himself has reviewed it
        ({"reviewed_for_id": 4}, False),  # reviewed in his name
        ({"legal_for_id": 2}, False),
        ({"legal_by_id": 2}, False),  # the stand-in has made the legal review
        ({"hands": "/2/"}, False),  # and so has whoever investigated
        ({"proposed_by_id": 4}, False),
    ],
)
def test_a_penalty_goes_through_different_people_also_under_a_delegation(given: dict[str, Any], may: bool):
    values = dict.fromkeys(("reviewed_by_id", "reviewed_for_id", "legal_by_id", "legal_for_id", "proposed_by_id"), 9)
    penalty = SimpleNamespace(**{"org_id": 1, "handler_id": 3, "hands": "/3/"} | values | given)
    assert permits(replace(LI, principals=(LEADER,)), Permission.PENALTY_LEAD, penalty) is may


def test_only_decisions_are_left_to_others():
    away = replace(LI, roles=frozenset({Role.STATISTICIAN}), principals=(replace(ZHANG, roles=frozenset(Role)),))
    own = replace(away, principals=())
    gained = {permission for permission in RULES if may_ever(away, permission) and not may_ever(own, permission)}
    assert gained <= DELEGABLE
    assert {Permission.CASE_APPROVE, Permission.CASE_LEAD, Permission.PENALTY_LEGAL, Permission.EXEMPTION_DECIDE} <= gained
    assert not gained & {Permission.CASE_HANDLE, Permission.CASE_ASSIGN, Permission.CASE_URGE, Permission.DELEGATION_GRANT}


@pytest.mark.parametrize(
    ("hands", "more", "result"),
    [(None, 3, "/3/"), ("/3/", 17, "/3/17/"), ("/3/17/", 17, "/3/17/"), ("/3/", None, "/3/"), (None, None, None)],
)
def test_the_list_of_hands_grows_and_never_forgets(hands: str | None, more: int | None, result: str | None):
    assert with_hand(hands, more) == result
    assert more is None or has_handled(result, more)
