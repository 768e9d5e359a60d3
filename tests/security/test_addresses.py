"""Addresses, methods, headers and sizes of a request that nobody's browser sends by itself."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from werkzeug.routing import IntegerConverter

from app.accounts import passwords
from app.accounts.forms import local_address
from app.db import session, transaction
from tests.accounts.test_access_matrix import address, by_key, fingerprint, rules
from tests.conftest import PASSWORD
from tests.security.hostile import without_rendering

# ---------------------------------------------------------------- open redirects

ELSEWHERE = (
    "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "\\/evil.example", "https:evil.example",
    "https:///evil.example",
    "HTTPS://evil.example", "//evil.example@localhost", "//localhost@evil.example", "http://localhost.evil.example", "/\t/evil.example",
    "\t//evil.example", " //evil.example", "/\n/evil.example", "/\r\nLocation: //evil.example", "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x", "//[", "//[::1", "http://[", "//evil。example", "／／evil.example", "/\u2028/evil.example",
    "//%65vil.example", ".//evil.example",
    "..//evil.example", "evil.example", "?next=//evil.example",
)  # fmt: skip
STAYS = ("/%2f..", "/%09//evil.example", "/%5cevil.example", "/%2f%2fevil.example", "/..%2f", "/@evil.example",
    "/;//evil.example")  # escaped: paths


@pytest.mark.parametrize("written", ELSEWHERE)
def test_another_site_is_no_address_to_go_to(written: str) -> None:
    assert local_address(written) is None


@pytest.fixture
def person(office: Any) -> Any:
    found = office.people["county:抽样员"]
    with transaction():
        found.password_hash = passwords.hash_password(PASSWORD)
        session().add(found)
    return found


def test_signing_in_leads_nowhere_else(app: Flask, person: Any) -> None:
    for written in (*ELSEWHERE[:4], "//[", "/\r\nLocation: //evil.example"):
        client = app.test_client()
        page = client.get("/sign-in?next=" + quote(written))
        assert page.status_code == 200, written
        answer = client.post("/sign-in", data={"username": person.username, "password": PASSWORD, "next": written})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/"), written


def test_what_is_only_escaped_stays_on_this_site(app: Flask) -> None:
    for written in STAYS:
        assert local_address(written) == written
        answer = app.test_client().get(written)
        assert answer.status_code in (303, 308, 404), written
        target = answer.headers.get("Location", "/")
        inside = target.startswith("/") and not target.startswith(("//", "/\\"))
        assert inside or target.startswith("http://localhost/"), (written, target)


def test_no_page_links_to_what_its_address_says(office: Any, sign_in: Any) -> None:
    """Whatever stands in the query is no address of a link or a form."""
    client = sign_in(office.people["county:系统管理员"])
    for written in ("//evil.example", "/\\evil.example", "https://evil.example"):
        page = client.get("/changes/new/calendar.notice", query_string={"back_to": written, "next": written, "back": written}).text
        assert "evil.example" not in page.replace(quote(written, safe=""), ""), written


# ---------------------------------------------------------------- the name of the host

@pytest.mark.parametrize("host", [
    "evil.example", "evil.example:80", "localhost.evil.example", "localhost@evil.example", "localhost:evil.example",
    "localhost, evil.example",
    "[::1]",
    "127.0.0.1", "LOCALHOST.", "localhost/evil.example", "localhost\\evil",
])  # fmt: skip
def test_a_strange_host_gets_a_sentence_and_no_address(app: Flask, monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setitem(app.config, "TRUSTED_HOSTS", ["localhost"])
    for path in ("/", "/sign-in", "/no-such-page", "/api/v1/samples", "/readyz"):
        answer = app.test_client().get(path, headers={"Host": host})
        assert answer.status_code == 400, (path, host)
        assert "evil" not in answer.text and "Location" not in answer.headers, (path, host)


@pytest.mark.parametrize("header", ["X-Forwarded-Host", "X-Host", "Forwarded", "X-Original-URL", "X-Rewrite-URL",
    "X-Forwarded-Prefix", "X-Forwarded-Server"])
def test_no_header_moves_the_site(app: Flask, header: str) -> None:
    value = "for=x;host=evil.example" if header == "Forwarded" else "evil.example"
    answer = app.test_client().get("/", headers={header: value})
    assert answer.status_code == 303 and answer.headers["Location"].startswith("/sign-in")
    page = app.test_client().get("/sign-in", headers={header: value})
    assert page.status_code == 200 and "evil.example" not in page.text


# ---------------------------------------------------------------- path traversal

UPWARDS = (
    "../../../../etc/passwd", "..%2f..%2f..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd", "..%5c..%5cetc%5cpasswd",
    "....//....//etc/passwd",
    "%2fetc%2fpasswd", "%252e%252e%252fetc%252fpasswd", "..%00/etc/passwd", "x%00.xlsx", "%c0%ae%c0%ae/etc/passwd",
    "file:%2f%2f%2fetc%2fpasswd",
    "..;/config.py", "%ef%bc%8e%ef%bc%8e/etc/passwd", "secret_key", "..%2fsecret_key", "..%2fconfig.py", "'", "%27%20OR%201=1--",
    "{{7919*7907}}", "%0d%0aX-Injected:%201",
)  # fmt: skip
WHO = ("county:系统管理员", "county:统计员", "county:抽样员")


def test_no_word_in_an_address_leads_out_of_its_place(app: Flask, office: Any, sign_in: Any, tmp_path: Any) -> None:
    """Every route with a word in its address, the static files included."""
    (tmp_path / "instance" / "secret_key").write_text("暗记-of-the-key")
    clients = [sign_in(office.people[name]) for name in WHO]
    tried = 0
    worded = [rule for rule in app.url_map.iter_rules() if any(not isinstance(one,
        IntegerConverter) for one in rule._converters.values())]
    for number, rule in enumerate(worded):
        names = [name for name, one in rule._converters.items() if not isinstance(one, IntegerConverter)]
        for place, upward in enumerate(UPWARDS[number % 3 :: 3]):  # each of them at a third of the routes
            path = rule.rule
            for name, one in rule._converters.items():
                kind = next(part for part in (f"<{name}>", f"<int:{name}>", f"<path:{name}>") if part in path)
                path = path.replace(kind, "1" if isinstance(one, IntegerConverter) else upward if name in names else "x")
            client = clients[place % len(clients)]
            answer = client.get(path) if "GET" in rule.methods else client.post(path)
            tried += 1
            assert answer.status_code < 500, (path, answer.status_code)
            assert answer.status_code != 200 or upward in ("'",), path
            assert "root:x:0" not in answer.text and "暗记" not in answer.text and "62615533" not in answer.text, path
            assert "X-Injected" not in answer.headers, path
    assert len(worded) >= 38 and tried > 250


@pytest.mark.parametrize("path", [
    "/.git/config", "/.env", "/instance/config.py", "/config.py", "/wsgi.py", "/app/config.py", "/static/", "/static/../config.py",
    "/static", "/console",
    "/admin", "/server-status", "/debug", "/backups/", "/files/", "/openapi.yaml", "/templates/base.html",
    "/static/%2e%2e/%2e%2e/wsgi.py",
])  # fmt: skip
def test_nothing_beside_the_pages_is_served(app: Flask, path: str) -> None:
    assert app.test_client().get(path).status_code in (303, 308, 404)


# ---------------------------------------------------------------- methods

METHODS = ("TRACE", "PUT", "PATCH", "DELETE", "CONNECT", "PROPFIND")


def test_no_address_answers_to_a_method_that_it_does_not_name(app: Flask, office: Any, sign_in: Any) -> None:
    """Each route with two of them, in turn."""
    client = sign_in(office.people["county:系统管理员"])
    before = fingerprint()
    by_path = {rule.rule: rule for rule in rules(app, "GET") + rules(app, "POST")}
    with without_rendering():
        for number, rule in enumerate(by_path.values()):
            _methods(client, app, rule, number)
    assert fingerprint() == before


def _methods(client: Any, app: Flask, rule: Any, number: int) -> None:
    for method in (METHODS[number % len(METHODS)], METHODS[(number + 2) % len(METHODS)]):
        status = client.open(address(app, rule), method=method).status_code
        assert status in ((401, 405) if by_key(rule) else (405,)), (method, rule.rule, status)
    if number % 5 == 0:
        options = client.options(address(app, rule))
        assert options.status_code in (200, 401, 404) and "Access-Control-Allow-Origin" not in options.headers, rule.rule


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"])
def test_no_header_makes_a_change_of_a_look(app: Flask, office: Any, sign_in: Any, header: str) -> None:
    client = sign_in(office.people["county:抽样员"])
    assert client.get("/sign-out", headers={header: "POST"}).status_code == 405
    assert client.post("/sign-out?_method=GET", headers={header: "GET"}, data={"_method": "GET"}).status_code == 303
    assert client.get("/my-sessions").status_code == 303


def test_a_head_tells_what_a_get_tells_but_the_page(app: Flask, office: Any, sign_in: Any) -> None:
    client = sign_in(office.people["county:抽样员"])
    head, look = client.head("/my-sessions"), client.get("/my-sessions")
    assert (head.status_code, head.data) == (200, b"") and look.data
    assert client.head("/users").status_code == client.get("/users").status_code == 403


# ---------------------------------------------------------------- sizes

def test_bodies_that_are_too_large(app: Flask, office: Any, sign_in: Any) -> None:
    client = sign_in(office.people["county:抽样员"])
    large = client.post("/my-sessions/1/end", data={"comment": "x" * (10 << 20)})
    assert large.status_code == 413 and "请拆分" in large.text
    many = client.post("/sampling/new", data={f"f{number}": "x" for number in range(2_500)}, content_type="multipart/form-data")
    assert many.status_code == 413
    urlencoded = client.post("/sampling/new", data="&".join(f"f{number}=x" for number in range(60_000)),
        content_type="application/x-www-form-urlencoded")
    assert urlencoded.status_code in (413, 422)
    assert client.post("/sampling/new", data=b"x" * 100, content_type="multipart/form-data; boundary=" + "b" * 5_000).status_code < 500
    assert client.post("/sampling/new", data=b"--b\r\nContent-Disposition: form-data; name=\"a\"",
        content_type="multipart/form-data; boundary=b").status_code < 500


@pytest.mark.parametrize("query", ["x=" + "y" * 60_000, "&".join(f"a{number}=1" for number in range(5_000)), "page=" + "9" * 5_000,
    "%ff%fe=%zz", "q=%00"])
def test_queries_that_are_too_long_or_none(app: Flask, office: Any, sign_in: Any, query: str) -> None:
    assert sign_in(office.people["county:抽样员"]).get("/sampling/?" + query).status_code in (200, 400, 414, 422)


@pytest.mark.parametrize(("name", "value"), [
    ("Cookie", "shian_session=" + "x" * 60_000), ("Cookie", "shian_session=.eJx;" * 200), ("Cookie", "shian_session=\u00ff\u00fe"),
    ("User-Agent", "<script>hit()</script>" * 2_000), ("Accept-Language", "x" * 20_000), ("Content-Length", "-1"), ("Referer",
    "javascript:hit()"),
    ("Authorization", "Basic " + "x" * 20_000), ("Range", "bytes=0-" + ",0-" * 500), ("If-Modified-Since", "99999-99-99"),
    ("If-None-Match", "\"" * 999),
    ("Content-Type", "multipart/form-data"), ("Accept", "*/*;q=" + "9" * 400), ("X-Request-Id", "x\u0085y"),
])  # fmt: skip
def test_headers_of_any_kind_are_no_error(app: Flask, name: str, value: str) -> None:
    for path in ("/sign-in", "/static/shian.css", "/"):
        answer = app.test_client(use_cookies=False).get(path, headers={name: value})
        assert answer.status_code in (200, 206, 303, 304, 400, 416), (path, answer.status_code)
        assert "hit()" not in answer.text
