"""Sign-in: who is let in, the lock of an account, the slow-down of an address. The clock is handed in."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from statistics import median

import pytest
import sqlalchemy as sa

from app.accounts import sign_ins
from app.accounts.models import SignInAttempt, User, UserSession
from app.chain import HistoryEntry, verify_chain
from app.db import session, transaction

PASSWORD = "Correct-horse-7-battery"
NOON = datetime(2026, 11, 20, 4, 0)
HERE = "10.1.2.3"


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def attempt(username: str, password: str, now: datetime, ip: str = HERE) -> sign_ins.Admission:
    evidence = sign_ins.examine(username, password)
    with transaction():
        return sign_ins.admit(evidence, now, ip=ip)


@pytest.fixture
def zhang(office, with_password: Callable[[User], User]) -> User:
    return with_password(office.people["county:抽样员"])


def test_the_right_password_opens_a_session_and_is_recorded(zhang, steps_of):
    admission = attempt(zhang.username, PASSWORD, NOON)
    assert admission.refusal is None
    assert session().scalar(sa.select(sa.func.count()).select_from(UserSession)) == 1
    entry = session().scalars(sa.select(HistoryEntry).where(HistoryEntry.subject_kind == "user_account")).one()
    assert (entry.step, entry.actor_id, entry.subject_id, entry.org_id) == ("sign_in", zhang.id, zhang.id, zhang.org_id)
    assert verify_chain().broken == []


@pytest.mark.parametrize("written", [
    "COUNTY-SAMPLER",  # capital letters
    "  county-sampler ",  # spaces
    "ｃｏｕｎｔｙ－ｓａｍｐｌｅｒ",  # a Chinese keyboard's full width
])
def test_a_user_name_is_recognised_however_it_is_typed(zhang, written):
    assert attempt(written, PASSWORD, NOON).refusal is None


@pytest.mark.parametrize(("change", "password"), [
    ({"active": True}, "Wrong-horse-7-battery"),  # wrong password
    ({"active": False}, PASSWORD),  # disabled
    ({"locked_until": at(1)}, PASSWORD),  # locked
    ({"active": True}, ""),  # empty
    ({"active": True}, PASSWORD + "\x00"),  # never cut off at a NUL
])
def test_everybody_refused_reads_what_an_unknown_user_reads(zhang, steps_of, change, password):
    unknown = attempt("nobody-of-this-name", PASSWORD, NOON)
    with transaction():
        session().execute(sa.update(User).where(User.id == zhang.id).values(**change))
    refused = attempt(zhang.username, password, NOON)
    assert refused == unknown
    assert refused.token is None
    assert steps_of(zhang) == ["sign_in_failed"]


def test_what_an_unknown_user_typed_is_not_kept_because_it_may_be_a_password(office):
    attempt("MyS3cret-password!", "x", NOON)
    entry = session().scalars(sa.select(HistoryEntry).where(HistoryEntry.subject_kind == "user_account")).one()
    assert (entry.step, entry.actor_name, entry.subject_name) == ("sign_in_failed", "未登录用户", None)
    assert "mys3cret" not in f"{entry.comment}{entry.changes}".casefold()


def test_an_unknown_user_takes_as_long_as_a_known_one(zhang):
    def spent(username: str) -> float:
        times = []
        for _ in range(9):
            start = time.process_time()
            sign_ins.examine(username, "Wrong-horse-7-battery")
            times.append(time.process_time() - start)
        return median(times)

    known, unknown = spent(zhang.username), spent("nobody-of-this-name")
    assert 0.6 < unknown / known < 1.6  # without the decoy the quotient is below 0.05


# ---------------------------------------------------------------- lock

@pytest.mark.parametrize(("failures", "locked"), [
    ([0, 1, 2, 3], False),  # four
    ([0, 1, 2, 3, 4], True),  # five within 15 minutes
    ([0, 4, 8, 12, 14.9], True),  # five, just within
    ([0, 4, 8, 12, 15.1], False),  # the first is too old by then
    ([0, 14, 14.2, 14.4, 15.1, 15.2], True),  # five within 15 minutes across any boundary
])
def test_five_failures_within_fifteen_minutes_lock_for_thirty(zhang, steps_of, read_again, failures, locked):
    for minute in failures:
        attempt(zhang.username, "Wrong-horse-7-battery", at(minute))
    last = failures[-1]
    assert ("locked" in steps_of(zhang)) is locked
    assert (attempt(zhang.username, PASSWORD, at(last + 1)).token is None) is locked
    if locked:
        assert read_again(zhang).locked_until == at(last + 30)
        assert attempt(zhang.username, PASSWORD, at(last + 29.9)).token is None
        assert attempt(zhang.username, PASSWORD, at(last + 30.1)).token is not None


def test_the_lock_is_an_alert_in_the_history(zhang):
    for minute in range(5):
        attempt(zhang.username, "Wrong-horse-7-battery", at(minute))
    entry = session().scalars(sa.select(HistoryEntry).where(HistoryEntry.step == "locked")).one()
    assert entry.comment == "15 分钟内连续 5 次密码错误，账号锁定至 2026-11-20 12:34，请安全管理员核实是否有人猜测密码"


def test_a_success_starts_the_count_again(zhang):
    for minute, password in enumerate(["x", "x", "x", "x", PASSWORD, "x", "x", "x", "x", PASSWORD]):
        admission = attempt(zhang.username, password, at(minute))
    assert admission.token is not None


def test_attempts_during_the_lock_do_not_lengthen_it(zhang):
    for minute in range(5):
        attempt(zhang.username, "x", at(minute))
    for minute in range(20, 34):
        attempt(zhang.username, "x", at(minute))
    attempt(zhang.username, "x", at(34.1))  # the lock is over: one failure
    assert attempt(zhang.username, PASSWORD, at(34.2)).token is not None


def test_guessing_a_hundred_times_never_finds_the_password_of_a_locked_account(zhang):
    guesses = ["x"] * 5 + [PASSWORD, "x"] * 20
    assert all(attempt(zhang.username, guess, at(index / 10)).token is None for index, guess in enumerate(guesses))


def test_the_next_sign_in_tells_of_the_last_one_and_of_failures_since(zhang):
    assert attempt(zhang.username, PASSWORD, NOON).last == "首次登录"
    attempt(zhang.username, "x", at(5), "10.9.9.9")
    attempt(zhang.username, "x", at(6), "10.9.9.9")
    assert attempt(zhang.username, PASSWORD, at(7)).last == "2026-11-20 12:00　地址：10.1.2.3　此后有 2 次登录失败"


# ---------------------------------------------------------------- initial password

@pytest.mark.parametrize(("hours", "refusal"), [
    (71.9, None),
    (72.1, sign_ins.EXPIRED),  # whoever knows the password may know that it is too old
])
def test_a_one_time_password_is_worthless_after_its_hours(zhang, hours, refusal):
    with transaction():
        session().execute(sa.update(User).where(User.id == zhang.id).values(initial_until=at(72 * 60)))
    assert attempt(zhang.username, PASSWORD, NOON + timedelta(hours=hours)).refusal == refusal


def test_a_password_changed_between_check_and_decision_is_not_accepted(zhang):
    evidence = sign_ins.examine(zhang.username, PASSWORD)
    with transaction():
        session().execute(sa.update(User).where(User.id == zhang.id).values(password_hash="changed"))
    with transaction():
        assert sign_ins.admit(evidence, NOON, ip=HERE).token is None


# ---------------------------------------------------------------- addresses

def test_an_address_that_failed_twenty_times_has_to_wait(zhang):
    with transaction():
        session().add_all(SignInAttempt(ip=HERE, at=at(0.1), succeeded=False) for _ in range(19))
    sign_ins.refuse_if_slowed(HERE, at(1))
    attempt("nobody-of-this-name", "x", at(1))
    with pytest.raises(sign_ins.TooMany) as refusal:
        sign_ins.refuse_if_slowed(HERE, at(2))
    assert "15 分钟后再试" in refusal.value.sentence
    sign_ins.refuse_if_slowed("10.1.2.4", at(2))
    sign_ins.refuse_if_slowed(HERE, at(17))


def test_the_page_slows_an_address_down_and_believes_no_forwarded_header(app, zhang):
    client = app.test_client()
    codes = [
        client.post(
            "/sign-in", data={"username": f"u{n}", "password": "x"}, headers={"X-Forwarded-For": f"10.0.0.{n}"}
        ).status_code
        for n in range(21)
    ]
    assert codes == [422] * 20 + [429]
    assert client.post("/sign-in", data={"username": zhang.username, "password": PASSWORD}).status_code == 429


def test_old_attempts_of_an_address_are_forgotten(zhang):
    attempt("nobody-of-this-name", "x", NOON - timedelta(days=3))
    attempt(zhang.username, PASSWORD, NOON)
    assert session().scalars(sa.select(SignInAttempt.succeeded)).all() == [True]
