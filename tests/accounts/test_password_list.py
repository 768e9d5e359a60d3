"""常用密码表: what the office lists may not be chosen, in whatever case, from the moment the file is there."""

from __future__ import annotations

import os
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from app import findings
from app.accounts import checks, password_list
from app.accounts.models import User
from app.accounts.passwords import hash_password
from app.db import transaction
from tests.conftest import PASSWORD, Office

CHOSEN = "Tianjin#Hai9he"


def found() -> str:
    assert checks.listed_passwords
    return findings.examine_some(["password_list"])[0][1].level


def change(client, new: str):
    return client.post("/password", data={"current": PASSWORD, "new": new, "repeat": new})


def test_a_listed_password_is_refused_on_the_page(app: Flask, office: Office, sign_in):
    user = office.people["county:抽样员"]
    with transaction() as current:
        current.execute(sa.update(User).where(User.id == user.id).values(password_hash=hash_password(PASSWORD)))
    client = sign_in(user)
    path = Path(app.config["INSTANCE_FOLDER"]) / password_list.FILE
    path.write_text("123456\n\n  tianjin#hai9HE  \n", encoding="utf-8")
    answer = change(client, CHOSEN)
    assert (answer.status_code, password_list.SENTENCE in answer.text) == (422, True)
    assert found() == "warn"  # too short a list
    path.write_text("another\n", encoding="utf-8")  # taken up without a restart
    assert change(client, CHOSEN).status_code == 303


def test_a_list_of_ten_thousand_in_any_case(app: Flask, office: Office):
    path = Path(app.config["INSTANCE_FOLDER"]) / "list"
    path.write_text("\n".join(f"Pass-{number}" for number in range(10_000)), encoding="utf-8")
    app.config["PASSWORD_LIST"] = str(path)
    assert found() == "ok"
    assert password_list.count() == 10_000
    assert password_list.holds("pASS-9999") and password_list.holds("Pass-0") and not password_list.holds("Pass-10000")
    assert not password_list.holds("\ud800")  # half a pair of surrogates is no reason to fall over


def test_a_list_that_is_gone_stops_nobody_and_is_told(app: Flask, office: Office):
    assert found() == "ok"
    app.config["PASSWORD_LIST"] = os.fspath(Path(app.config["INSTANCE_FOLDER"]) / "gone")
    assert found() == "fail"
    assert not password_list.holds("Pass-1")
