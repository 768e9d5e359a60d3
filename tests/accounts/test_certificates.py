"""数字证书 as a second factor: asked by one, approved by another, believed only from our own proxy, refused in words that help."""

from __future__ import annotations

from datetime import UTC, date, datetime
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app import clock
from app.accounts import checks, factor_queries
from app.accounts.models import User, UserCertificate, UserSession
from app.accounts.presented import read
from app.chain import HistoryEntry
from app.config import RefusedToStart, load
from app.config_checks import SHORTEST_PROXY_KEY as KEY_LENGTH
from app.db import session, transaction
from app.messages.models import Message

PASSWORD = "Correct-horse-7-battery"
KEY = "k" * KEY_LENGTH


def certificate(name: str, begins: datetime | None = None, ends: datetime | None = None) -> bytes:
    """A certificate of a person, as an authority would give it, in PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = x509.CertificateBuilder().subject_name(who).issuer_name(who).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number())
    made = made.not_valid_before(begins or datetime(2026, 1, 1, tzinfo=UTC)).not_valid_after(ends or datetime(2028, 1, 1, tzinfo=UTC))
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def shown(pem: bytes, *, key: str | None = KEY, verdict: str = "SUCCESS") -> dict[str, str]:
    """The headers as nginx sends them."""
    headers = {"X-Client-Cert-Verify": verdict, "X-Client-Cert": quote(pem.decode("ascii"), safe=""), "X-Forwarded-For": "10.1.2.3"}
    return headers if key is None else {**headers, "X-Client-Cert-Key": key}


@pytest.fixture
def strict(app):
    """An installation of level 3 behind nginx, where certificates count."""
    app.config.update(SECURITY_LEVEL=3, CLIENT_CERTIFICATES=True, CERTIFICATE_PROXY_KEY=KEY)
    return app


@pytest.fixture
def certified(strict):
    """The same of level 2: nobody has to have a second factor, so that the administrators of the tests get in with none."""
    strict.config["SECURITY_LEVEL"] = 2
    return strict


@pytest.fixture
def reviewer(office, with_password):
    return with_password(office.people["county:审核人"])


def bound(user: User, pem: bytes, **values: object) -> UserCertificate:
    found = read(pem)
    now = clock.now()
    row = {
        "org_id": user.org_id, "user_id": user.id, "fingerprint": found.fingerprint, "serial": found.serial, "subject": found.subject,
        "issuer": found.issuer, "from_on": date(2026, 1, 1), "until_on": date(2027, 12, 31), "reason": "当面核实", "proposed_at": now,
        "decided_at": now,
    }  # fmt: skip
    with transaction():
        made = UserCertificate(**{**row, **values})
        session().add(made)
        session().flush()
    return made


def enter(client, user, headers=None):
    return client.post("/sign-in", data={"username": user.username, "password": PASSWORD}, headers=headers or {})


def usable(client) -> bool:
    return client.get("/").status_code == 200


def entries(user: User) -> list[tuple[str, str | None]]:
    table = HistoryEntry.__table__.c
    wanted = sa.select(table.step, table.comment).where(table.subject_kind == "user_account", table.subject_id == user.id)
    return [(row.step, row.comment) for row in session().execute(wanted.order_by(table.seq))]


def test_a_bound_certificate_of_that_person_opens_and_says_so(strict, reviewer):
    pem = certificate("李审核")
    made = bound(reviewer, pem)
    client = strict.test_client()
    assert enter(client, reviewer, shown(pem)).location == "/" and usable(client)
    assert entries(reviewer)[-2:] == [("sign_in", None), ("give_certificate", f"序列号 {made.serial}")]
    kept = session().scalars(sa.select(UserSession).where(UserSession.user_id == reviewer.id)).one()
    assert (kept.factor_by, kept.confirmed_by) == ("数字证书", "密码")
    assert "数字证书" in client.get("/my-sessions").text


def test_shown_on_the_second_page_it_opens_too(strict, reviewer):
    pem = certificate("李审核")
    bound(reviewer, pem)
    client = strict.test_client()
    enter(client, reviewer)
    page = client.get("/factor/code")
    assert not usable(client) and "用数字证书继续" in page.text and "手机上动态口令" not in page.text
    without = client.post("/factor/certificate")
    assert without.status_code == 422 and "没有读到数字证书" in without.text and not usable(client)
    answer = client.post("/factor/certificate", data={"next": "/disposal/"}, headers=shown(pem))
    assert answer.location == "/disposal/" and usable(client)


@pytest.mark.parametrize(
    ("headers", "sentence"),
    [
        ({"key": None}, "不是经本系统的 nginx 转来的"),  # sent straight to the program
        ({"key": "x" * KEY_LENGTH}, "不是经本系统的 nginx 转来的"),
        ({"key": ""}, "不是经本系统的 nginx 转来的"),
        ({"verdict": "FAILED:certificate has expired"}, "没有通过核验"),
        ({"verdict": "NONE"}, "没有读到数字证书"),
        ({"verdict": "success"}, "没有通过核验"),
    ],
)
def test_forged_or_unverified_headers_open_nothing(strict, reviewer, headers, sentence):
    pem = certificate("李审核")
    bound(reviewer, pem)
    client = strict.test_client()
    enter(client, reviewer, shown(pem, **headers))
    assert not usable(client)
    answer = client.post("/factor/certificate", headers=shown(pem, **headers))
    assert answer.status_code in (403, 422) and sentence in answer.text and not usable(client)
    assert entries(reviewer)[-1][0] == "certificate_refused" and sentence in entries(reviewer)[-1][1]


def test_only_the_address_of_the_proxy_counts_whatever_it_is_said_to_be(strict, reviewer):
    pem = certificate("李审核")
    bound(reviewer, pem)
    client = strict.test_client()
    enter(client, reviewer)
    for peer in ("10.9.9.9", "127.0.0.2", ""):
        headers = {**shown(pem), "X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1"}
        answer = client.post("/factor/certificate", headers=headers, environ_overrides={"REMOTE_ADDR": peer})
        assert answer.status_code == 403 and not usable(client), peer
    proxied = {"REMOTE_ADDR": "10.1.2.3", "werkzeug.proxy_fix.orig": {"REMOTE_ADDR": "127.0.0.1"}}
    assert client.post("/factor/certificate", headers=shown(pem), environ_overrides=proxied).location == "/"


def test_where_the_setting_is_off_the_headers_say_nothing(strict, reviewer):
    strict.config["CLIENT_CERTIFICATES"] = False
    pem = certificate("李审核")
    bound(reviewer, pem)
    client = strict.test_client()
    enter(client, reviewer, shown(pem))
    assert client.get("/").location.startswith("/factor?next=")  # a code is to be bound, as ever at level 3
    assert entries(reviewer)[-1][0] == "sign_in"


def test_a_certificate_of_another_person_or_of_nobody_is_refused(strict, office, reviewer):
    mine, other = certificate("李审核"), certificate("王办案")
    bound(reviewer, mine)
    bound(office.people["county:办案人"], other)
    for pem in (other, certificate("路人")):
        client = strict.test_client()
        enter(client, reviewer, shown(pem))
        assert not usable(client)
        answer = client.post("/factor/certificate", headers=shown(pem))
        assert answer.status_code == 422 and "没有绑定到您的账号" in answer.text and not usable(client)
    assert session().get_one(User, reviewer.id).locked_until is None  # a certificate cannot be guessed


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"until_on": date(2026, 11, 19)}, "不在有效期内"),
        ({"from_on": date(2026, 11, 21)}, "不在有效期内"),
        ({"decided_at": None}, "还没有批准"),
        ({"ended_at": datetime(2026, 11, 1), "end_reason": "丢失"}, "撤销"),
    ],
)
def test_a_binding_that_does_not_stand_opens_nothing(strict, reviewer, values, sentence):
    pem = certificate("李审核")
    bound(reviewer, certificate("备用"))
    bound(reviewer, pem, **values)
    client = strict.test_client()
    enter(client, reviewer, shown(pem))
    answer = client.post("/factor/certificate", headers=shown(pem))
    assert answer.status_code == 422 and sentence in answer.text and not usable(client)


def test_one_that_has_run_out_does_not_let_the_password_bind_a_telephone(strict, reviewer):
    bound(reviewer, certificate("李审核"), until_on=date(2026, 11, 1))
    client = strict.test_client()
    enter(client, reviewer)
    assert client.get("/").location.startswith("/factor/code")
    assert client.post("/factor/begin").location == "/factor/code"


def test_asked_by_one_and_approved_by_another(certified, office, reviewer, sign_in):
    system, security = (sign_in(office.people[f"county:{role}"]) for role in ("系统管理员", "安全管理员"))
    pem = certificate("李审核")
    address = f"/users/{reviewer.id}/certificates/new"
    asked = {"certificate": pem.decode(), "from_on": "2026-11-20", "until_on": "", "reason": "当面核对 UKey"}
    assert security.post(address, data=asked).status_code == 403
    assert "绑定数字证书" in system.get(f"/users/{reviewer.id}").text
    for field, wrong, sentence in (
        ("certificate", "不是证书", "不是一张数字证书"),
        ("certificate", certificate("旧", ends=datetime(2026, 11, 1, tzinfo=UTC)).decode(), "过期"),
        ("until_on", "2029-01-01", "不能超出证书本身的有效期"),
        ("until_on", "2026-11-19", "不能早于"),
        ("reason", "", "请填写申请理由"),
    ):
        answer = system.post(address, data={**asked, field: wrong})
        assert answer.status_code == 422 and sentence in answer.text, field
    assert system.post(address, data=asked).location == "/certificates"
    made = session().scalars(sa.select(UserCertificate)).one()
    assert (made.until_on, made.decided_at) == (date(2028, 1, 1), None)
    again = system.post(address, data=asked)
    assert again.status_code == 409 and "一张证书只能属于一个人" in again.text
    decide, version = f"/certificates/{made.id}/approve", {"version": made.version}
    assert system.post(decide, data=version).status_code == 403
    assert security.post(decide, data={"version": made.version + 1}).status_code == 409
    assert security.post(decide, data=version).location == "/certificates"
    assert [step for step, _ in entries(reviewer)] == ["ask_certificate", "bind_certificate"]
    client = certified.test_client()
    enter(client, reviewer, shown(pem))
    assert usable(client)
    session().expire_all()
    ended = {"version": session().get_one(UserCertificate, made.id).version}
    assert security.post(f"/certificates/{made.id}/revoke", data=ended).status_code == 422
    long = security.post(f"/certificates/{made.id}/revoke", data={**ended, "reason": "丢" * 401})
    assert long.status_code == 422 and "不得超过 400 个字" in long.text  # refused, not cut
    assert security.post(f"/certificates/{made.id}/revoke", data={**ended, "reason": "UKey 丢失"}).location == "/certificates"
    assert not usable(client)
    assert "数字证书绑定已被撤销" in session().scalars(sa.select(Message.title).where(Message.user_id == reviewer.id)).one()
    assert "已撤销" in security.get("/certificates").text


def test_nobody_approves_his_own_nor_what_he_asked(certified, office, sign_in):
    guard = office.people["county:安全管理员"]
    made = bound(guard, certificate("安全"), decided_at=None)
    answer = sign_in(guard).post(f"/certificates/{made.id}/approve", data={"version": made.version})
    assert answer.status_code == 403 and session().get_one(UserCertificate, made.id).decided_at is None
    with pytest.raises(sa.exc.IntegrityError), transaction():
        session().execute(sa.update(UserCertificate).values(decided_by_id=guard.id))


def test_people_of_another_office_are_not_found(certified, office, sign_in):
    made = bound(office.people["other:办案人"], certificate("外单位"), decided_at=None)
    security = sign_in(office.people["county:安全管理员"])
    assert security.post(f"/certificates/{made.id}/approve", data={"version": 1}).status_code == 404
    assert made.serial not in security.get("/certificates").text


def test_the_commands_do_the_same(strict, office, reviewer, tmp_path):
    runner = strict.test_cli_runner()
    file = tmp_path / "li.cer"
    file.write_bytes(certificate("李审核"))
    system, security = (office.people[f"county:{role}"].username for role in ("系统管理员", "安全管理员"))
    words = ["certificates", "ask", reviewer.username, str(file), "--reason", "当面核实"]
    assert runner.invoke(args=[*words, "--as", security]).exit_code == 1
    assert runner.invoke(args=[*words, "--as", system]).exit_code == 0
    made = session().scalars(sa.select(UserCertificate)).one()
    number = str(made.id)
    assert runner.invoke(args=["certificates", "approve", number, "--as", system]).exit_code == 1
    assert runner.invoke(args=["certificates", "approve", number, "--as", security]).exit_code == 0
    assert f"序列号 {made.serial}" in runner.invoke(args=["certificates", "list", "--as", security]).output
    assert runner.invoke(args=["certificates", "revoke", number, "--reason", "丢失"]).exit_code == 0
    assert runner.invoke(args=["certificates", "revoke", number, "--reason", "丢失"]).exit_code == 1
    assert [step for step, _ in entries(reviewer)] == ["ask_certificate", "bind_certificate", "revoke_certificate"]


def test_who_has_one_is_not_counted_as_without_a_second_factor(strict, reviewer):
    before = factor_queries.without_factor()
    bound(reviewer, certificate("李审核"))
    assert factor_queries.without_factor() == before - 1
    assert "数字证书" in checks.second_factor().message


@pytest.mark.parametrize(
    "settings",
    [
        {"CERTIFICATE_PROXY_KEY": None}, {"CERTIFICATE_PROXY_KEY": "short"}, {"TRUSTED_PROXIES": 0}, {"CERTIFICATE_PROXIES": ""},
        {"CERTIFICATE_PROXIES": "nginx"},
    ],
)  # fmt: skip
def test_it_is_not_switched_on_without_a_proxy_and_a_key(tmp_path, settings):
    sound = {"INSTANCE_FOLDER": tmp_path, "CLIENT_CERTIFICATES": True, "CERTIFICATE_PROXY_KEY": KEY, "TRUSTED_PROXIES": 1}
    assert load(sound)["CLIENT_CERTIFICATES"] is True
    with pytest.raises(RefusedToStart):
        load({**sound, **settings})


def test_off_by_default(tmp_path):
    assert load({"INSTANCE_FOLDER": tmp_path})["CLIENT_CERTIFICATES"] is False
