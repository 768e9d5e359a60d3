"""双因素登录: bind, give, replay, lock, recovery codes, reset; who is made to bind one and who is not."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from app import clock, field_encryption
from app.accounts import factors, proof
from app.accounts.models import RecoveryCode, SecondFactor, User, UserSession
from app.chain import HistoryEntry
from app.db import session, transaction
from app.domain import one_time_codes as codes
from app.errors import NotAllowedNow
from app.messages.models import Message

PASSWORD = "Correct-horse-7-battery"
SECRET = b"12345678901234567890"


@pytest.fixture
def strict(app):
    """An installation of level 3."""
    app.config["SECURITY_LEVEL"] = 3
    return app


@pytest.fixture
def reviewer(office, with_password):
    return with_password(office.people["county:审核人"])


def bound(user: User) -> User:
    with transaction():
        sealed = field_encryption.seal(codes.as_text(SECRET), factors.PURPOSE)
        session().add(SecondFactor(user_id=user.id, secret=sealed, confirmed_at=clock.now(), last_step=0, created_at=clock.now()))
    return user


def code(secret: bytes = SECRET) -> str:
    return codes.code_of(secret, codes.period_at(clock.now()))


def forget_last_code() -> None:
    with transaction():
        session().execute(sa.update(SecondFactor).values(last_step=0))


def enter(client, user, password=PASSWORD, **fields):
    return client.post("/sign-in", data={"username": user.username, "password": password, **fields})


def usable(client) -> bool:
    return client.get("/").status_code == 200


def test_whoever_decides_is_made_to_bind_one_at_level_3(strict, reviewer):
    client = strict.test_client()
    assert enter(client, reviewer).status_code == 303
    for address in ("/", "/my-sessions", "/password", "/disposal/"):
        assert client.get(address).location.startswith("/factor?next="), address
    assert client.post("/factor/begin", data={"next": "/disposal/"}).status_code == 303
    page = client.get("/factor?next=/disposal/").text
    secret = re.search(r'user-select-all">([A-Z2-7 ]+)</code>', page)[1].replace(" ", "")
    assert "data:image/svg+xml" in page and secret not in session().scalars(sa.select(SecondFactor.secret)).one()
    assert client.post("/factor/bind", data={"code": "12345x"}).status_code == 422 and not usable(client)
    done = client.post("/factor/bind", data={"code": code(codes.from_text(secret)), "next": "/disposal/"})
    assert done.status_code == 200 and len(re.findall(r">([2-9a-z]{4}-[2-9a-z]{4}-[2-9a-z]{4})<", done.text)) == codes.RECOVERY_CODES
    assert usable(client) and 'href="/disposal/"' in done.text
    assert secret not in client.get("/factor").text  # shown until a code was given, and no more
    told = " ".join(str(list(row)) for row in session().execute(sa.select(HistoryEntry.__table__)))
    assert secret not in told and "enrol_factor" in told


def test_others_are_not_asked_and_may_bind_one(strict, office, with_password):
    sampler = with_password(office.people["county:抽样员"])
    client = strict.test_client()
    enter(client, sampler)
    assert usable(client) and "开始绑定" in client.get("/factor").text


def test_the_password_alone_opens_nothing(app, reviewer, steps_of):
    client = app.test_client()
    enter(client, bound(reviewer), next="/disposal/")
    for address in ("/", "/my-sessions", "/password", "/factor"):
        assert client.get(address).location.startswith("/factor/code"), address
    assert client.post("/password", data={"current": PASSWORD}).location == "/factor/code"
    assert client.post("/factor/remove", data={"code": code()}).location == "/factor/code"
    page = client.get("/factor/code?next=/disposal/").text
    assert "处置案件" not in page  # no menu either
    used = code()
    answer = client.post("/factor/code", data={"code": used, "next": "/disposal/"})
    assert answer.location == "/disposal/" and usable(client)
    assert steps_of(reviewer)[-2:] == ["sign_in", "give_factor"]
    again = app.test_client()
    enter(again, reviewer)
    replayed = again.post("/factor/code", data={"code": used})
    assert replayed.status_code == 422 and "已用过" in replayed.text and not usable(again)
    assert again.post("/factor/code", data={"code": "//evil", "next": "//evil.example"}).status_code == 422
    forget_last_code()
    assert again.post("/factor/code", data={"code": code(), "next": "//evil.example"}).location == "/"


def test_wrong_codes_lock_like_wrong_passwords_and_a_known_password_buys_no_more_of_them(app, reviewer, read_again):
    bound(reviewer)
    client = app.test_client()
    for _ in range(2):
        enter(client, reviewer)
        for _ in range(2):
            assert client.post("/factor/code", data={"code": "000000"}).status_code == 422
    assert read_again(reviewer).locked_until is None
    last = client.post("/factor/code", data={"code": "000000"})
    assert last.location == "/sign-in" and read_again(reviewer).locked_until is not None
    assert session().scalar(sa.select(sa.func.count(UserSession.id)).where(UserSession.ended_at.is_(None))) == 0
    assert "锁定" in client.get("/sign-in").text
    assert enter(client, reviewer).status_code == 422


def test_a_recovery_code_opens_once(app, reviewer, sign_in, steps_of):
    bound(reviewer)
    client = app.test_client()
    enter(client, reviewer)
    client.post("/factor/code", data={"code": code()})
    forget_last_code()
    renewed = client.post("/factor/recovery-codes", data={"code": code()}).text
    first = re.findall(r">([2-9a-z]{4}-[2-9a-z]{4}-[2-9a-z]{4})<", renewed)[0]
    assert all(first.replace("-", "") not in one for one in session().scalars(sa.select(RecoveryCode.code_hash)))
    for status, location in ((303, "/factor"), (422, None)):
        other = app.test_client()
        enter(other, reviewer)
        answer = other.post("/factor/code", data={"code": first.upper()})
        assert (answer.status_code, answer.location) == (status, location)
    assert "use_recovery" in steps_of(reviewer)


def test_the_security_administrator_resets_it_and_the_person_is_told(app, office, reviewer, sign_in, steps_of):
    bound(reviewer)
    security, system = (sign_in(office.people[f"county:{role}"]) for role in ("安全管理员", "系统管理员"))
    address = f"/users/{reviewer.id}/reset-factor"
    assert system.post(address, data={"reason": "手机丢失"}).status_code == 403
    assert security.post(address, data={"reason": ""}).status_code == 422
    assert "重置动态口令" in security.get(f"/users/{reviewer.id}").text
    assert security.post(address, data={"reason": "手机丢失，已当面核实"}).status_code == 303
    assert security.post(address, data={"reason": "再来一次"}).status_code == 409
    assert steps_of(reviewer) == ["reset_factor"] and session().scalar(sa.select(sa.func.count(SecondFactor.id))) == 0
    assert "动态口令已被重置" in session().scalars(sa.select(Message.title).where(Message.user_id == reviewer.id)).one()


def test_by_command(app, reviewer):
    run = app.test_cli_runner().invoke
    bound(reviewer)
    listed = run(args=["factor", "list"])
    assert listed.exit_code == 0 and reviewer.username in listed.output
    assert run(args=["factor", "reset", reviewer.username]).exit_code != 0  # the reason
    assert run(args=["factor", "reset", reviewer.username, "--reason", "手机丢失", "--as", "county-system_admin"]).exit_code == 1
    assert run(args=["factor", "reset", reviewer.username, "--reason", "手机丢失"]).exit_code == 0
    assert run(args=["factor", "reset", reviewer.username, "--reason", "手机丢失"]).exit_code == 1


def test_keys_are_changed_and_what_was_sealed_before_still_opens(app, reviewer):
    """A secret moved elsewhere or touched does not open; the key is a file of its owner's only and is in no dump."""
    bound(reviewer)
    path = field_encryption.file()
    assert path.stat().st_mode & 0o777 == 0o600
    before = session().scalars(sa.select(SecondFactor.secret)).one()
    rotated = app.test_cli_runner().invoke(args=["keys", "rotate"])
    session().expire_all()
    after = session().scalars(sa.select(SecondFactor.secret)).one()
    assert rotated.exit_code == 0 and [(field_encryption.key_of(one) or "")[:2] for one in (before, after)] == ["k1", "k2"]
    assert field_encryption.unseal(before, factors.PURPOSE) == field_encryption.unseal(after, factors.PURPOSE) == codes.as_text(SECRET)
    assert len(path.read_text().split()) == 4 and path.stat().st_mode & 0o777 == 0o600
    touched = after[:-6] + ("AAAA==" if not after.endswith("AAAA==") else "BBBB==")
    for sealed, purpose in ((touched, factors.PURPOSE), (after, "personal_datum.value"), ("enc:k9:AAAA", factors.PURPOSE)):
        with pytest.raises(NotAllowedNow):
            field_encryption.unseal(sealed, purpose)
    assert path.read_text().split()[1] not in app.test_cli_runner().invoke(args=["keys", "show"]).output


def test_roles_can_be_named(app):
    app.config["TOTP_ROLES"] = "统计员,抽样员"
    assert {role.value for role in proof.factor_roles()} == {"统计员", "抽样员"}
