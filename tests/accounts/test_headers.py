"""Headers of every answer, and what a browser is told to keep."""

from __future__ import annotations

import pytest

HEADERS = [
    ("Content-Security-Policy", "default-src 'self'"),
    ("Content-Security-Policy", "object-src 'none'"),
    ("Content-Security-Policy", "frame-ancestors 'none'"),
    ("Content-Security-Policy", "form-action 'self'"),
    ("Content-Security-Policy", "base-uri 'self'"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
]


@pytest.mark.parametrize("path", ["/", "/sign-in", "/users", "/no-such-page", "/readyz", "/static/shian.css"])
@pytest.mark.parametrize(("name", "value"), HEADERS)
def test_every_answer_carries_the_security_headers(office, sign_in, path, name, value):
    assert value in sign_in(office.people["county:系统管理员"]).get(path).headers[name]


@pytest.mark.parametrize("path", ["/", "/sign-in", "/password", "/users", "/no-such-page", "/sample-that-is-not"])
def test_no_page_is_kept_by_the_browser(office, sign_in, path):
    assert sign_in(office.people["county:系统管理员"]).get(path).headers["Cache-Control"] == "no-store"


def test_no_inline_script_or_style_is_allowed(office, sign_in):
    policy = sign_in(office.people["county:系统管理员"]).get("/").headers["Content-Security-Policy"]
    assert "unsafe" not in policy


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(app, office, with_password):
    person = with_password(office.people["county:抽样员"])
    form = {"username": person.username, "password": "Correct-horse-7-battery"}
    cookie = app.test_client().post("/sign-in", data=form).headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE"])
def test_methods_nobody_uses_are_refused(app, method):
    assert app.test_client().open("/sign-in", method=method).status_code == 405
