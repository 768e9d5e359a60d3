"""A thousand guesses: what they cost the one who guesses, and what they tell him. The clock is handed in, and hashes are counted,
not timed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts import passwords, sign_ins
from app.accounts.models import SignInAttempt, User, UserSession
from app.db import session, transaction

NOON = datetime(2026, 11, 20, 4, 0)
RIGHT = "Correct-horse-7-battery"


class Hasher:
    """Stands for the slow hash: the right password belongs to one stored word, and every computation is counted."""

    def __init__(self) -> None:
        self.computed: Counter[str] = Counter()

    def verify(self, stored: str, password: str) -> bool:
        self.computed["decoy" if stored == passwords._decoy else "stored"] += 1
        return stored == "right" and password == RIGHT


@pytest.fixture
def hasher(monkeypatch: pytest.MonkeyPatch) -> Hasher:
    found = Hasher()
    monkeypatch.setattr(passwords, "_hasher", found)
    return found


@pytest.fixture
def target(office: Any) -> Iterator[User]:
    user = office.people["county:抽样员"]
    with transaction():
        user.password_hash = "right"
        session().add(user)
    yield user


def guess(username: str, password: str, now: datetime, ip: str) -> sign_ins.Admission:
    evidence = sign_ins.examine(username, password)
    with transaction():
        return sign_ins.admit(evidence, now, ip=ip)


def counted(where: Any) -> int:
    return session().scalar(sa.select(sa.func.count()).select_from(SignInAttempt).where(where)) or 0


def test_a_thousand_guesses_from_everywhere(target: User, hasher: Hasher) -> None:
    """One every three seconds from as many addresses,
    the right password among them: five in 30 minutes are compared with anything that counts."""
    said = Counter()
    for number in range(1_000):
        now = NOON + timedelta(seconds=number * 3)  # 50 minutes
        password = RIGHT if number % 7 == 6 and number < 600 else f"Wrong-horse-{number}"  # the right one while the account is locked
        admission = guess(target.username, password, now, f"10.{number // 250}.{number % 250}.1")
        said[admission.refusal] += 1
        if admission.token is not None:
            pytest.fail(f"the guess {number} was let in")
    assert said == {sign_ins.REFUSED: 1_000}
    assert counted(SignInAttempt.user_id == target.id) == 10  # five, 30 minutes of silence, five again
    assert hasher.computed == {"stored": 1_000}  # and every refusal took as long as any other
    assert session().scalar(sa.select(sa.func.count()).select_from(UserSession)) == 0


def test_after_thirty_minutes_and_not_before(target: User, hasher: Hasher) -> None:
    for second in range(5):
        guess(target.username, "x", NOON + timedelta(seconds=second), "10.1.2.3")
    locked = NOON + timedelta(seconds=4)
    assert guess(target.username, RIGHT, locked + timedelta(minutes=30) - timedelta(seconds=1), "10.9.9.9").token is None
    assert guess(target.username, RIGHT, locked + timedelta(minutes=30, seconds=1), "10.9.9.9").token is not None


def test_nobody_learns_which_names_exist(target: User, hasher: Hasher) -> None:
    """Known, unknown, locked, disabled: one computation each, one sentence, one status."""
    names = {"known": target.username, "unknown": "nobody-of-this-name", "quoted": "x' OR '1'='1' --", "long": "x" * 60, "empty": " "}
    heard = {}
    for kind, name in names.items():
        hasher.computed.clear()
        heard[kind] = (guess(name, "Wrong-horse-7-battery", NOON, "10.1.1.1"), sum(hasher.computed.values()))
    for change in ({"active": False}, {"active": True, "locked_until": NOON + timedelta(minutes=5)}):
        with transaction():
            session().execute(sa.update(User).where(User.id == target.id).values(**change))
        hasher.computed.clear()
        heard[str(change)] = (guess(target.username, RIGHT, NOON, "10.1.1.2"), sum(hasher.computed.values()))
    assert set(heard.values()) == {(sign_ins.Admission(None, "", sign_ins.REFUSED), 1)}


def test_the_page_says_the_same_to_everybody(app: Flask, target: User, hasher: Hasher) -> None:
    def answer(name: str) -> tuple[int, str]:
        found = app.test_client().post("/sign-in", data={"username": name, "password": "Wrong-horse-7"})
        return found.status_code, found.text.replace(name, "")

    assert answer(target.username) == answer("nobody-of-this-name")
    assert answer("' OR '1'='1' --")[0] == 422


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Client-IP", "True-Client-IP",
    "CF-Connecting-IP", "Client-IP", "Via"])
def test_an_address_is_slowed_down_whatever_it_calls_itself(app: Flask, target: User, hasher: Hasher, header: str) -> None:
    client = app.test_client()
    for number in range(sign_ins.PER_ADDRESS):
        form = {"username": f"nobody{number}", "password": "x"}
        assert client.post("/sign-in", data=form, headers={header: f"10.0.0.{number}"}).status_code == 422
    hasher.computed.clear()
    right = {"username": target.username, "password": RIGHT}
    answer = client.post("/sign-in", data=right, headers={header: "10.7.7.7"})
    assert answer.status_code == 429 and "15 分钟后再试" in answer.text
    assert not hasher.computed  # guesses from there no longer cost us anything
    elsewhere = app.test_client().post("/sign-in", data=right, environ_base={"REMOTE_ADDR": "10.7.7.7"})
    assert elsewhere.status_code == 303  # nobody else is kept out
