"""Requests that another site makes a signed-in browser send: refused at every address that changes anything, and nothing is written."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.domain.actors import Role
from tests.accounts.test_access_matrix import PLACE, address, by_key, fingerprint, rules
from tests.conftest import enter_as, found_office, make_app
from tests.security.county import county  # noqa: F401  a fixture
from tests.security.hostile import without_rendering


@pytest.fixture
def guarded(peopled: Path, tmp_path: Path) -> Iterator[Flask]:
    """The application as in the office: with tokens."""
    shutil.copy(peopled, tmp_path / "shian.sqlite3")
    made = make_app(tmp_path, WTF_CSRF_ENABLED=True)
    with made.app_context():
        yield made
        made.extensions["shian_engine"].dispose()


def token_of(client: Any, path: str) -> str:
    page = client.get(path).text
    found: str = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    return found


def test_a_signed_in_persons_browser_sends_nothing_that_is_not_its_own(guarded: Flask) -> None:
    """Without a token, with the token of a stranger's page and with that of another signed-in person; each in turn."""
    office = found_office()
    clients = {role: enter_as(guarded, office.people[f"{PLACE.get(role, 'county')}:{role.value}"]) for role in Role}
    foreign = [None, token_of(guarded.test_client(), "/sign-in"), token_of(enter_as(guarded, office.people["other:抽样员"]),
        "/my-sessions")]
    before, asked = fingerprint(), 0
    with without_rendering():
        for number, rule in enumerate(rules(guarded, "POST")):
            client = list(clients.values())[number % len(clients)]
            for token in foreign:
                data = {"version": "1", "comment": "x"} if token is None else {"version": "1", "comment": "x", "csrf_token": token}
                answer = client.post(address(guarded, rule), data=data, headers={"Origin": "https://evil.example"})
                asked += 1
                assert answer.status_code == (401 if by_key(rule) else 400), (rule.rule, token, answer.status_code)
    assert fingerprint() == before and asked > 1_200


def test_a_form_sent_as_another_kind_is_refused_too(guarded: Flask) -> None:
    client = enter_as(guarded, found_office().people["county:抽样员"])
    for kind, sent in (("text/plain", "csrf_token=x&version=1"), ("application/json", "{}"), ("multipart/form-data; boundary=b",
        "--b--")):
        assert client.post("/my-sessions/1/end", data=sent, content_type=kind).status_code == 400
