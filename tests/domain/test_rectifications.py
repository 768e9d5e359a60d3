"""Days of an order to rectify, in tables; what it asks for by itself."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain import rectifications as rules
from app.domain.rectifications import Failing
from app.domain.supervision_states import RectificationState as S


def day(number: int) -> date:
    return date(2026, 11, number)


@pytest.mark.parametrize(("ordered", "due", "at_once", "field"), [
    (10, 20, False, None), (10, 10, True, None), (10, 10, False, None), (20, 25, False, None),
    (9, 20, False, "ordered_on"),  # before the inspection
    (21, 25, False, "ordered_on"),  # tomorrow
    (12, 11, False, "due_on"), (12, 13, True, "due_on"),
])  # fmt: skip
def test_the_days_of_an_order(ordered: int, due: int, at_once: bool, field: str | None) -> None:
    found = rules.order_fault(day(ordered), day(due), day(10), day(20), at_once=at_once)
    assert (found[0] if found else None) == field


@pytest.mark.parametrize(("extended", "fault"), [(21, False), (20, True), (19, True)])
def test_an_extension_is_longer_than_the_term(extended: int, fault: bool) -> None:
    assert bool(rules.extension_fault(day(extended), day(20))) is fault


@pytest.mark.parametrize(("rechecked", "reported", "word"), [
    (15, None, None), (10, None, None), (9, None, "责令日期"), (14, 15, "收到整改报告日期"), (15, 15, None), (21, 15, "今天"),
])  # fmt: skip
def test_a_recheck_comes_after_what_it_checks(rechecked: int, reported: int | None, word: str | None) -> None:
    found = rules.recheck_fault(day(rechecked), day(10), day(reported) if reported else None, day(20))
    assert (found is None) is (word is None)
    assert word is None or word in (found or "")


@pytest.mark.parametrize(("ordered", "due", "field"), [(15, 20, None), (14, 20, "ordered_on"), (16, 15, "due_on")])
def test_an_order_is_given_again_after_the_recheck(ordered: int, due: int, field: str | None) -> None:
    found = rules.again_fault(day(ordered), day(due), day(15), day(20))
    assert (found[0] if found else None) == field


@pytest.mark.parametrize(("state", "due", "late"), [
    (S.ORDERED, 19, True), (S.ORDERED, 20, False), (S.REPORTED, 19, True), (S.PASSED, 1, False), (S.FAILED, 1, False), (S.VOIDED, 1, False),
])  # fmt: skip
def test_due_today_is_not_late(state: S, due: int, late: bool) -> None:
    assert rules.overdue(state, day(due), day(20)) is late


def test_what_is_asked_for_names_every_item_and_its_provision_once() -> None:
    article = "《食品安全法》第五十三条"
    failing = [Failing("1.2", "进货查验", "没有票据", article), Failing("2.1", "离地存放", None, article)]
    assert rules.proposed(failing) == "1．1.2 进货查验：没有票据，应予改正。\n2．2.1 离地存放：不符合要求，应予改正。"
    assert rules.bases(failing) == article
    assert len(rules.proposed([Failing("1", "字" * 500)] * 9)) == rules.LONGEST
