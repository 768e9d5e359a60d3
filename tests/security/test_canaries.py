"""Marks in whatever must not be told, searched for in everything that is: pages, files, answers to programs, logs, history, errors."""

from __future__ import annotations

import io
import json
import logging
import zipfile
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from app import backup, backup_archive, clock, history
from app.accounts.models import RecoveryCode, SecondFactor, User, UserSession
from app.api.models import ApiKey
from app.authorize import permission_of
from app.chain import HistoryEntry
from app.db import Base, session, transaction
from app.domain.api_keys import ApiScope
from app.domain.permissions import Permission, may_ever, permits
from app.downloads.lists import every, source_of
from app.enterprises.models import Enterprise
from app.exports import keeping
from app.factory import SECURITY_HEADERS
from app.sampling.models import PersonalDatum
from app.syslog import operations as syslog
from tests.downloads.taking import taken_out
from tests.security.county import county  # noqa: F401  a fixture
from tests.security.hostile import send
from tests.security.people import County, Way
from tests.security.test_formulas import made_return

HASH, TOTP, RECOVERY, KEY = "canary-password-hash", "canary-totp-secret", "canary-recovery-hash", "c0ffee" * 10 + "beef"
SECRET, TYPED = "canary-secret-key-of-the-installation-1", "Canary-typed-pass-9"
PHONE, PERSON = "13971234567", "欧阳暗记"
SECRETS = (HASH, TOTP, RECOVERY, KEY, SECRET, TYPED)
# Where the people of a firm stand in full on purpose: on paper, for whoever holds 查看完整个人信息, which the history then says.
ON_PAPER = {
    "inspections.document": "监督检查结果记录表 has the person in charge and the telephone number of the firm on it, as its form says",
    "grading.sheet": "风险等级确定表 has the person in charge of the firm on it, as its form says",
}
# Pictures of a page that is looked at again and again: for one browser, an hour.
KEPT_AN_HOUR = ("attachments.small", "custody.small_photo", "custody.small_signature", "pages.help_picture")
CSP = "Content-Security-Policy"
ARCHIVE = b"PK\x03\x04"


@pytest.fixture
def marked(county: County) -> County:  # noqa: F811
    county.app.config["SECRET_KEY"] = SECRET
    someone = next(iter(county.users.values())).id
    with transaction():
        session().execute(sa.update(User).values(password_hash=HASH))
        session().add(SecondFactor(user_id=someone, secret=TOTP, created_at=clock.now()))
        session().add(RecoveryCode(user_id=someone, code_hash=RECOVERY, created_at=clock.now()))
        session().add(
            ApiKey(
                org_id=county.users[next(iter(county.users))].org_id, user_id=someone, name="LIMS", prefix="k" * 10, secret_sha256=KEY,
                scopes=[scope.value for scope in ApiScope], per_minute=60, created_at=clock.now(),
            )
        )  # fmt: skip
        session().execute(sa.update(PersonalDatum).where(PersonalDatum.field.contains("phone")).values(value=PHONE))
        session().execute(sa.update(Enterprise).values(phone=PHONE, principal=PERSON))
    return county


def said(answer: Any) -> str:
    """Everything that an answer says: headers, text, the parts of a workbook or document."""
    content: bytes = answer.get_data()
    return opened(content) if content.startswith(ARCHIVE) else f"{answer.headers}{content.decode('utf-8', 'replace')}"


def opened(content: bytes) -> str:
    """What stands in a file; of a workbook, document or archive in all its parts, and in theirs."""
    if not content.startswith(ARCHIVE):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return "".join(f"{name} {opened(parts.read(name))}" for name in parts.namelist())


def fenced(endpoint: str, headers: Any) -> bool:
    """Every answer: what a browser may make of it, that nothing of it stays behind, and a cookie that no script and no other site has."""
    public = endpoint.startswith("public.")
    cached, policy = headers.get("Cache-Control", ""), headers.get("Content-Security-Policy", "")
    cookies = headers.getlist("Set-Cookie")
    return (
        all(headers.get(name) == value for name, value in SECURITY_HEADERS.items() if name != CSP)
        and (policy == SECURITY_HEADERS[CSP] or policy.startswith("default-src 'none'"))  # what was uploaded is allowed still less
        and ("no-store" in cached or public or (endpoint in KEPT_AN_HOUR and "private" in cached))
        and all("HttpOnly" in cookie and "SameSite=Lax" in cookie for cookie in cookies) and not (public and cookies)
    )  # fmt: skip


def without_the_right(county: County, way: Way) -> list[str]:  # noqa: F811
    """Who may open this, too, and has no business with the people in it."""
    permission = permission_of(way.rule.endpoint)
    assert permission is not None
    return [
        name for name, actor in county.actors.items()
        if permits(actor, permission, way.subject) and not permits(actor, Permission.PERSONAL_UNMASK, way.subject)
    ]  # fmt: skip


def broken_over_two_lines() -> None:
    """Titles and names of files as an import from elsewhere may bring them; they are what files are called by that pages hand out."""
    with transaction():
        for table in Base.metadata.sorted_tables:
            for name in {"title", "filename"} & set(table.c.keys()):
                if type(table.c[name].type) is sa.String:
                    session().execute(sa.update(table).values({name: "甲\r\n\u202e乙/丙.xlsx"}))


def test_no_page_tells_a_secret_or_a_whole_telephone_number(marked: County, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    tokens = [found for found in session().scalars(sa.select(UserSession.token_hash))]
    broken_over_two_lines()
    told: dict[str, list[str]] = {}
    whole: dict[str, Way] = {}
    bare: list[str] = []
    failed: list[str] = []
    shown = 0
    for rule in marked.rules("GET"):
        for way in marked.ways(rule)[:1]:
            answer = send(marked, way, "GET", {})
            shown += answer.status_code == 200
            failed += [rule.rule] if answer.status_code >= 500 else []
            text = said(answer)
            if not fenced(rule.endpoint, answer.headers):
                bare.append(rule.rule)
            found = [mark for mark in (*SECRETS, *tokens, "$argon2id$") if mark in text]
            if found:
                told[rule.rule] = found
            if PHONE in text or PERSON in text:
                whole.setdefault(rule.endpoint, way)
    assert told == {} and bare == [] and failed == [] and shown > 370
    assert whole.keys() == ON_PAPER.keys()
    for endpoint, way in whole.items():
        others = without_the_right(marked, way)
        assert permits(marked.actors[way.username], Permission.PERSONAL_UNMASK, way.subject) and others, endpoint
        for name in others:
            text = said(send(marked, replace(way, username=name), "GET", {}))
            assert PERSON not in text and PHONE not in text and PERSON[0] + "*" in text, (endpoint, name)
    logged = "\n".join(record.getMessage() for record in caplog.records)
    assert [mark for mark in (*SECRETS, PHONE, PERSON) if mark in logged] == []


def test_no_list_taken_out_tells_one(marked: County) -> None:
    """The lists in which people's data could stand, with every column there is, each by the first who may."""
    told: dict[str, list[str]] = {}
    codes = [code for code in every() if any(word in one.title for one in source_of(code).fields for word in ("电话", "联系",
        "账号", "用户"))]
    codes += ["samples", "enterprises"]
    for code in dict.fromkeys(codes):
        who = next(name for name, actor in marked.actors.items() if may_ever(actor, source_of(code).permission))
        columns = [str(place) for place in range(len(source_of(code).fields))]
        with zipfile.ZipFile(io.BytesIO(taken_out(marked.client(who), code, "state=all", column=columns))) as parts:
            text = "".join(parts.read(name).decode("utf-8") for name in parts.namelist())
        if found := [mark for mark in (*SECRETS, PHONE, PERSON) if mark in text]:
            told[code] = found
    assert told == {} and len(codes) >= 4


def test_no_filled_return_and_no_list_behind_it_tells_one(marked: County) -> None:
    form, sources = (opened(content) for content in made_return(marked))
    assert "蓟州" in form and "xl/worksheets/sheet1.xml" in form and keeping.PRINTED in sources
    assert [mark for mark in (*SECRETS, PHONE, PERSON) if mark in form + sources] == []


def test_what_is_typed_at_the_door_stays_out_of_history_and_logs(marked: County, caplog: pytest.LogCaptureFixture, tmp_path: Any) -> None:
    caplog.set_level(logging.DEBUG)
    app, log = marked.app, logging.getLogger("shian.access")
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    level = log.level
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    app.config["ACCESS_LOG"] = "-"
    try:
        client = app.test_client()
        client.post("/sign-in", data={"username": TYPED, "password": TYPED})  # the password in the wrong field, as it happens
        client.post("/sign-in?password=" + TYPED, data={"username": "x", "password": TYPED})
        name = next(iter(marked.users))
        marked.client(name).post("/password", data={"current": TYPED, "new": TYPED + "a", "repeat": TYPED + "b"})
        client.get("/api/v1/samples", headers={"Authorization": f"Bearer shian_kkkkkkkkkk_{TYPED}"})
        client.get("/sampling/?q=" + PHONE)
        client.post("/sign-in", data={"username": PHONE, "password": TYPED})
        with transaction():  # as anybody may write it into a reason
            told = f"已与本人（{PHONE}）核实"
            history.record("user_account", marked.users[name].id, "edit", marked.actors[name], name=name, comment=told)
    finally:
        log.removeHandler(handler)
        log.setLevel(level)
        app.config["ACCESS_LOG"] = None
    assert lines.getvalue().count("\n") >= 5
    written = "\n".join(repr(tuple(row)) for row in session().execute(sa.select(*HistoryEntry.__table__.c)))
    logged = lines.getvalue() + "\n".join(record.getMessage() for record in caplog.records)
    assert TYPED not in written and TYPED not in logged and PHONE not in logged
    sent = "".join(sent_away())
    assert "已与本人（139****4567）核实" in sent
    assert [mark for mark in (*SECRETS, PHONE, PERSON) if mark in sent] == []


def sent_away() -> list[str]:
    """What the log server is sent of the last day (日志外送)."""
    with transaction():
        batch = syslog.claim(clock.now())
    return [message.decode("utf-8") for message in batch.messages] if batch is not None else []


def test_an_error_of_ours_tells_a_number_and_nothing_else(marked: County, monkeypatch: pytest.MonkeyPatch) -> None:
    name = next(iter(marked.users))

    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError(f"{SECRET} {PHONE} /home/shian/instance/config.py")

    monkeypatch.setitem(marked.app.view_functions, "search.index", broken)
    answer = marked.client(name).get("/search?q=x")
    assert answer.status_code == 500 and "错误编号" in answer.text
    assert not [mark for mark in (SECRET, PHONE, "RuntimeError", "Traceback", "config.py", "site-packages") if mark in answer.text]


def test_the_metrics_count_and_name_nobody(marked: County) -> None:
    marked.app.config["METRICS_NETS"] = ["127.0.0.1"]
    answer = marked.app.test_client().get("/metrics")
    assert answer.status_code == 200
    names = [user.name for user in marked.users.values()] + [*marked.users]
    assert not [mark for mark in (*SECRETS, PHONE, *names) if mark in answer.text]


def test_a_backup_tells_of_itself_and_the_doctor_of_the_installation(
    marked: County, tmp_path: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """What is known without opening the database in it, here and in the second place.

    The key of the installation is nowhere in it (tests/test_backup.py).
    """
    caplog.set_level(logging.DEBUG)
    share = tmp_path / "share"
    share.mkdir()
    marked.app.config["BACKUP_COPY_TO"] = str(share)
    here, told = backup.default_folder(), {}
    for command in ("backup place", "backup create", "backup list --json", "doctor", "doctor --json"):
        told[command] = marked.app.test_cli_runner().invoke(args=command.split()).output
    copy = share / backup.kept()[0].path.name
    told["manifest"] = json.dumps(backup_archive.manifest_of(copy), ensure_ascii=False)
    told["beside it"] = "".join(  # of the archives their names; of whatever else is left, here and there, what stands in it
        f"{one.name} {one.read_text('utf-8', 'replace') if one.suffix != copy.suffix else ''}"
        for folder in (here, share) for one in folder.rglob("*") if one.is_file()
    )  # fmt: skip
    told["log"] = "\n".join(record.getMessage() for record in caplog.records)
    told["history"] = "\n".join(
        repr(tuple(row)) for row in session().execute(sa.select(*HistoryEntry.__table__.c).where(HistoryEntry.subject_kind == "backup"))
    )
    told["sent away"] = "".join(sent_away())
    assert copy.stat().st_size > 10_000 and all(len(text) > 60 for name, text in told.items() if name != "log"), told
    marks = (*SECRETS, PHONE, PERSON)
    assert [(name, mark) for name, text in told.items() for mark in marks if mark in text] == []
