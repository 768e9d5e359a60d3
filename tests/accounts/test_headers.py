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


@pytest.mark.parametrize("secure", [False, True])
def test_the_cookie_over_https_is_of_this_host_alone(app, office, with_password, secure):
    """As a production server has it (tests/test_config.py): no Domain, the whole site, over HTTPS only."""
    person = with_password(office.people["county:抽样员"])
    form = {"username": person.username, "password": "Correct-horse-7-battery"}
    if secure:
        app.config.update(SESSION_COOKIE_SECURE=True, SESSION_COOKIE_NAME="__Host-shian_session")
    try:
        told = app.test_client().post("/sign-in", data=form).headers["Set-Cookie"]
    finally:
        app.config.update(SESSION_COOKIE_SECURE=False, SESSION_COOKIE_NAME="shian_session")
    assert told.startswith("__Host-shian_session=" if secure else "shian_session=")
    assert ("Secure" in told) is secure and "Path=/" in told and "Domain" not in told


def test_leaving_clears_what_the_browser_keeps(office, sign_in):
    told = sign_in(office.people["county:抽样员"]).post("/sign-out").headers["Clear-Site-Data"]
    assert all(what in told for what in ("cache", "cookies", "storage"))


def test_a_page_may_use_no_camera_and_no_place(app):
    assert app.test_client().get("/sign-in").headers["Permissions-Policy"] == "camera=(), microphone=(), geolocation=()"


@pytest.mark.parametrize(("path", "told"), [
    ("/readyz", "private, no-store"), ("/permissions/workbook", "private, no-store"), ("/static/shian.css", "no-cache"),
])  # fmt: skip
def test_no_file_of_ours_stays_in_the_browser(office, sign_in, path, told):
    answer = sign_in(office.people["county:系统管理员"]).get(path)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, told)
