"""From signing in to the approval of a case without a mouse; focus is seen on every kind of control, and is never caught."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from app.db import session
from app.disposal.models import DisposalCase
from app.domain.workflow import CaseState
from tests.browser.conftest import Person
from tests.conftest import PASSWORD
from tests.disposal.conftest import again

pytestmark = pytest.mark.browser
CASE = "核处〔2026〕1号"
HERE = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect(), style = getComputedStyle(at);
  return { tag: at.tagName, id: at.id, name: at.name || "", words: (at.innerText || at.getAttribute("aria-label") || "").trim(),
    width: box.width, height: box.height, left: box.left, top: box.top, below: innerHeight,
    open: at.parentElement && at.parentElement.open === true };
}"""
# How what has the focus looks, and how the same looks without it; borders and shadows count as well as outlines.
SHOWS = """() => {
  const at = document.activeElement;
  const look = () => { const s = getComputedStyle(at);
    return [s.outlineStyle === "none" ? "" : s.outlineWidth + s.outlineColor, s.boxShadow, s.borderColor, s.backgroundColor].join("|"); };
  const focused = look();
  at.blur();
  const plain = look();
  at.focus({ focusVisible: true, preventScroll: true });
  return focused !== plain;
}"""
KIND = "[document.activeElement.tagName, document.activeElement.className, document.activeElement.type || ''].join('.')"
# A date is three stops within one field, so to stand where one stood is no return.
STOP = """() => {
  const at = document.activeElement, before = window.stoodAt;
  window.stoodAt = at;
  if (at === document.body) return "end";
  if (at === before) return "same";
  const known = at.dataset.visited === "yes";
  at.dataset.visited = "yes";
  return known ? "again" : "new";
}"""
LEFT_OUT = """() => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")].filter((one) =>
  one.checkVisibility() && !one.disabled && one.tabIndex >= 0 && one.type !== "radio" && one.dataset.visited !== "yes")
  .map((one) => one.outerHTML.slice(0, 90))"""


class Keys:
    """A person's keyboard, and what it has come to."""

    def __init__(self, page: Page) -> None:
        self.page, self.press, self.type = page, page.keyboard.press, page.keyboard.type

    @property
    def here(self) -> dict[str, Any]:
        found: dict[str, Any] = self.page.evaluate(HERE)
        return found

    def tab_to(self, *, words: str = "", name: str = "", within: int = 250) -> dict[str, Any]:
        """Tab until the focus stands on it; whatever is passed on the way is seen and lies on the screen."""
        for _ in range(within):
            self.press("Tab")
            at = self.here
            if (words and at["words"].startswith(words)) or (name and at["name"] == name):
                assert at["width"] > 0 and at["height"] > 0 and at["left"] >= 0 and 0 <= at["top"] < at["below"], at
                return at
        raise AssertionError(f"Tab never comes to {words or name}")

    def leads_on(self, key: str) -> None:
        with self.page.expect_navigation():
            self.press(key)


@pytest.fixture
def at_the_door(chromium: Any, address: str) -> Any:
    """A browser on the page of signing in."""
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN", reduced_motion="reduce")
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{address}/sign-in")
    yield page
    context.close()


def test_from_signing_in_to_the_approval(at_the_door: Page, awaiting_case: DisposalCase) -> None:
    keys = Keys(at_the_door)
    enter(keys)
    over_the_menu(keys)
    in_and_out_of_the_panel(keys)
    from_the_list_to_the_case(keys)
    keys.tab_to(name="comment")
    keys.type("同意。")
    keys.tab_to(words="审核通过")
    keys.leads_on("Space")
    assert "审核通过，案件已办结" in at_the_door.locator("#content").inner_text()
    session().rollback()  # what this test read before is history: the server has written since
    assert again(awaiting_case).state is CaseState.CLOSED


def enter(keys: Keys) -> None:
    if keys.here["name"] != "username":
        keys.tab_to(name="username")
    keys.type("county-reviewer")
    keys.tab_to(name="password", within=2)
    keys.type(PASSWORD)
    keys.leads_on("Enter")
    assert keys.page.url.endswith("/")


def over_the_menu(keys: Keys) -> None:
    """The first Tab offers to leave the menu out; a section of it folds and unfolds."""
    keys.press("Tab")
    skip = keys.here
    assert skip["words"] == "跳到正文" and skip["left"] >= 0 and skip["width"] > 40
    keys.press("Enter")
    assert keys.here["id"] == "content"
    keys.page.reload()
    assert keys.tab_to(words="核查处置")["tag"] == "SUMMARY"
    before = keys.here["open"]
    keys.press("Enter")
    assert keys.here["open"] is not before
    keys.press("Space")
    assert keys.here["open"] is before
    if not before:
        keys.press("Enter")


def in_and_out_of_the_panel(keys: Keys) -> None:
    """Esc closes what was opened, and the focus is where it was."""
    keys.page.reload()
    keys.tab_to(words="蓟州审核人")  # the panel of the user
    keys.press("Enter")
    assert keys.here["open"] is True
    keys.press("Tab")
    assert keys.here["words"] == "修改密码"
    keys.press("Escape")
    at = keys.here
    assert at["tag"] == "SUMMARY" and at["open"] is False


def from_the_list_to_the_case(keys: Keys) -> None:
    keys.tab_to(words="处置案件")
    keys.leads_on("Enter")
    keys.tab_to(name="q")
    keys.tab_to(name="q")  # the first is the search over everything
    keys.type(CASE)
    keys.leads_on("Enter")
    assert "q=" in keys.page.url
    keys.tab_to(words=CASE)
    keys.leads_on("Enter")
    assert keys.page.locator("h1").inner_text().endswith(CASE)


@pytest.mark.parametrize("path", ["/", "/sampling/", "/rapid-tests/new", "/enterprises/new", "/indicators/"])
def test_focus_is_seen_and_never_caught(at_screen: Callable[..., Person], path: str) -> None:
    """Tab visits everything once, in the order of the page, and each kind of control shows that it has the focus."""
    page = at_screen("county-sampler").page
    page.goto(page.url.rstrip("/") + path)
    assert page.evaluate("[...document.querySelectorAll('[tabindex]')].filter((one) => one.tabIndex > 0).length") == 0
    page.emulate_media(reduced_motion="reduce")  # a look that comes slowly would be measured before it is there
    page.locator(".skip-link").focus()
    seen: dict[str, bool] = {}
    visited = 0
    while (stop := page.evaluate(STOP)) in ("new", "same") and visited < 400:
        if stop == "new" and (kind := page.evaluate(KIND)) not in seen:
            seen[kind] = page.evaluate(SHOWS)
        visited += 1
        page.keyboard.press("Tab")
    unseen = [kind for kind, shows in seen.items() if not shows]
    left = page.evaluate(LEFT_OUT)
    assert (unseen, left) == ([], []), f"{visited} stops"
