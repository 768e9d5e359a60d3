"""A real browser on a real server: Chromium, the office's people with passwords, and everything the browser complains of."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from werkzeug.serving import make_server

from app.accounts.models import User
from app.accounts.passwords import hash_password
from app.db import session, transaction

# A case is brought as far as the browser's part by the same steps as in the tests of the cases.
from tests.conftest import PASSWORD, Furnished, make_app
from tests.disposal.conftest import act, awaiting_case, batch, case, open_cases  # noqa: F401

CHROMIUM = Path(os.environ.get("SHIAN_TEST_CHROMIUM", "/usr/bin/chromium"))
REQUIRED = os.environ.get("CI", "").lower() in ("1", "true")
SCREEN = {"width": 1366, "height": 768}  # the office's screens
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", function (event) {
  console.error("CSP " + event.violatedDirective + " " + event.blockedURI + " " + event.sourceFile);
});
"""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Skips without a browser; in CI its absence is a failure."""
    if not CHROMIUM.exists():
        if REQUIRED:
            pytest.fail(f"Chromium is required in CI: {CHROMIUM}")
        pytest.skip("no Chromium at SHIAN_TEST_CHROMIUM")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def on_show(tmp_path_factory: pytest.TempPathFactory) -> Furnished:
    """The application of the servers: one for all of them, put on each test's database."""
    return Furnished.of(make_app(tmp_path_factory.mktemp("furnished-browser"), WTF_CSRF_ENABLED=True))


@pytest.fixture
def address(app: Flask, office: Any, furnished: Furnished, on_show: Furnished) -> Iterator[str]:
    """A server of its own on the test's database, with the protection against forged forms switched on."""
    hashed = hash_password(PASSWORD)
    with transaction():
        for user in session().query(User):
            user.password_hash = hashed
    on_show.books |= furnished.books
    served = on_show.anew(Path(app.config["INSTANCE_FOLDER"]), app.config["DATABASE_URL"])
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, served, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    with served.app_context():
        served.extensions["shian_engine"].dispose()


@dataclass
class Person:
    """Somebody at a screen; every page opened is looked at, every complaint of the browser kept."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)
    visited: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(f"{self.page.url}: {error}"))
        self.page.on("dialog", lambda dialog: dialog.accept())

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{self.page.url}: {message.text}")

    def sign_in(self, username: str) -> None:
        self.page.goto(f"{self.address}/sign-in")
        self.looked()
        self.page.get_by_label("用户名").fill(username)
        self.page.get_by_label("密码").fill(PASSWORD)
        self.press("登录")
        assert self.page.url == f"{self.address}/"

    def press(self, name: str) -> None:
        """A button that leads to a page."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name).click()
        self.looked()

    def follow(self, name: str, within: str = "body") -> None:
        """A link, by its words."""
        with self.page.expect_navigation():
            self.page.locator(within).get_by_role("link", name=name, exact=True).first.click()
        self.looked()

    def type_in(self, within: str, **written: str) -> None:
        """Fields by their names, within one form."""
        for name, value in written.items():
            control = self.page.locator(f"{within} [name='{name}']").first
            if control.evaluate("node => node.tagName") == "SELECT":
                control.select_option(value)
            else:
                control.fill(value)

    def looked(self) -> None:
        """No page may need sideways scrolling on the office's screens."""
        width = self.page.evaluate("document.documentElement.scrollWidth")
        self.visited.append(self.page.url)
        assert width <= SCREEN["width"], f"{self.page.url} is {width} px wide"

    def content(self) -> str:
        return self.page.locator("#content").inner_text()


@pytest.fixture
def at_screen(chromium: Browser, address: str) -> Iterator[Callable[..., Person]]:
    """``at_screen("county-handler")`` -> that person, signed in; nothing may have been complained of in the end."""
    people: list[Person] = []

    def enter(username: str, *, scripts: bool = True) -> Person:
        context = chromium.new_context(
            viewport=SCREEN, java_script_enabled=scripts, locale="zh-CN",
            reduced_motion="reduce",  # a page that scrolls smoothly takes a second to hold still before each click
        )  # fmt: skip
        context.set_default_timeout(20_000)
        context.add_init_script(TELL_VIOLATIONS)
        person = Person(context.new_page(), address)
        people.append(person)
        person.sign_in(username)
        return person

    yield enter
    for person in people:
        person.page.context.close()
    assert [said for person in people for said in person.complaints] == []
