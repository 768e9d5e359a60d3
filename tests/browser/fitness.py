"""What a page must be to be fit for its users, asked of the page in a real browser: one loading, three widths, axe-core once.

Every answer is a list of sentences, one for each fault; an empty list is a fit page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import flask_bootstrap
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, ConsoleMessage, Page, Route

from tests.browser.words import foreign
from tests.sources import ROOT

ORIGIN = "http://localhost"  # trustworthy to the browser without a certificate
OFFICE, ZOOMED, PHONE = (1366, 768), (1093, 614), (360, 740)  # ZOOMED is the office's screen at 125 %
FOLDERS = {
    "/bootstrap/static/": Path(flask_bootstrap.__file__).parent / "static" / "bootstrap5",
    "/static/": ROOT / "app" / "static",
}
NO_ICONS = '<svg xmlns="http://www.w3.org/2000/svg"/>'  # a megabyte of outlines, which say nothing that is looked for here
NO_PICTURE = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Rules of axe-core that are not asked, each with its reason.
SWITCHED_OFF: dict[str, str] = {}  # none so far
# What is as it is on purpose: the page, the beginning of the fault, the reason.
WHY_DRAWN = "how a draw is worked out again by any program: the names within its record"
MANUAL = "the manual names commands, settings and columns of files as they are written"
EXCUSED = (
    ("api.docs", "not Chinese", "written for the programmers of laboratories: names of fields and headers"),
    ("pages.help", "not Chinese", MANUAL),
    ("pages.help_all", "not Chinese", MANUAL),
    ("pages.help_page", "not Chinese", MANUAL),
    ("pages.changelog", "not Chinese", MANUAL),
    ("drawings.show", "not Chinese", WHY_DRAWN), ("drawings.replay", "not Chinese", WHY_DRAWN),
    ("random_inspections.show", "not Chinese", WHY_DRAWN), ("random_inspections.replay", "not Chinese", WHY_DRAWN),
    ("reference_changes.settings_index", "not Chinese", "values as they stand in the file of settings"),
    ("reference_data.rules", "not Chinese: 'PENALTY_SMALL_FINE'", "a remark of a dated rule, told as it was recorded"),
    ("screens.show", "meta-refresh", "a wall display that nobody operates: without a script only this brings new figures"),
    ("screens.show", "scrolls sideways at 360", "made for 1920 × 1080, never opened on a telephone"),
)  # fmt: skip
# What lies in these is the same on every page, and looked at on the first page of every role.
FRAME = [[".site-menu"], [".site-header"], [".site-footer"]]
SMALLEST, SMALLEST_IN_CHART = 14, 12  # px; ui.md: text of 14 px, none below 12
FINGER = 40  # px, on a telephone
LONGEST_PICTURE = 2400  # px
TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error("CSP " + event.violatedDirective + " " + event.blockedURI + " " + event.sourceFile));
"""
ASKING = AXE_SCRIPT + Path(__file__).with_name("fitness.js").read_text("utf-8")


@dataclass(frozen=True, slots=True)
class Shown:
    """A page as it was answered: who asked for which address, what the answer said."""

    endpoint: str
    address: str
    who: str
    role: str
    body: bytes
    headers: Mapping[str, str]


@dataclass
class Fitting:
    """A window in which pages are tried on. The pages are those already answered, the files those of the program."""

    browser: Browser
    people: frozenset[str] = frozenset()  # names under which people sign in
    complaints: list[str] = field(default_factory=list)
    frames_seen: set[str] = field(default_factory=set)
    tried: int = 0
    with_icons: bool = False  # a megabyte for each page, and nothing measured depends on them

    def __post_init__(self) -> None:
        context = self.browser.new_context(viewport=dict(zip(("width", "height"), OFFICE, strict=True)), locale="zh-CN")
        context.set_default_timeout(60_000)
        context.add_init_script(TELL_VIOLATIONS)
        self.page: Page = context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        self.page.route("**/*", self._answer)
        self.shown: Shown | None = None

    def close(self) -> None:
        self.page.context.close()

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"console: {message.text}")

    def _answer(self, route: Route) -> None:
        path, shown = urlsplit(route.request.url).path, self.shown
        if path.endswith("bootstrap-icons.svg") and not self.with_icons:
            return route.fulfill(content_type="image/svg+xml", body=NO_ICONS)
        for begin, folder in FOLDERS.items():
            if path.startswith(begin):
                return route.fulfill(path=folder / path.removeprefix(begin))
        if shown is not None and route.request.is_navigation_request() and path == urlsplit(ORIGIN + shown.address).path:
            return route.fulfill(headers=dict(shown.headers), body=shown.body)
        if route.request.resource_type == "image":
            return route.fulfill(content_type="image/gif", body=NO_PICTURE)
        return route.fulfill(status=204)

    def faults(self, shown: Shown, *, on_phone: bool) -> list[str]:
        """Everything that is wrong with the page."""
        self.shown, self.tried = shown, self.tried + 1
        self.complaints.clear()
        self._at(OFFICE)
        self.page.goto(ORIGIN + shown.address)
        excused = [begin for endpoint, begin, _ in EXCUSED if endpoint == shown.endpoint]
        return [fault for fault in self._all(shown, on_phone) if not fault.startswith(tuple(excused))]

    def picture(self, shown: Shown, folder: Path) -> None:
        """The page at the three sizes, as long as it is up to a few screens, as endpoint.width.png."""
        self.shown = shown
        for size in (OFFICE, ZOOMED, PHONE):
            self._at(size)
            self.page.goto(ORIGIN + shown.address)
            tall = self.page.evaluate("document.documentElement.scrollHeight")
            self._at((size[0], max(size[1], min(tall, LONGEST_PICTURE))))  # photographing whole what is very long takes minutes
            self.page.screenshot(path=folder / f"{shown.endpoint}.{size[0]}.png")

    def _all(self, shown: Shown, on_phone: bool) -> Iterator[str]:
        self.page.evaluate(ASKING)
        yield from self._widths(on_phone)
        yield from judged(self.page.evaluate("fit.read()"), self.people)
        frame = [] if shown.role not in self.frames_seen else FRAME
        self.frames_seen.add(shown.role)
        self.page.evaluate("fit.thin()")
        yield from self.page.evaluate("([frame, tags, off]) => fit.axe(frame, tags, off)", [frame, TAGS, list(SWITCHED_OFF)])
        yield from self.complaints

    def _widths(self, on_phone: bool) -> Iterator[str]:
        sizes = (OFFICE, ZOOMED, PHONE) if on_phone else (OFFICE, ZOOMED)
        for size in sizes:
            self._at(size)
            if wide := self.page.evaluate("fit.tooWide()"):
                yield f"scrolls sideways at {size[0]}×{size[1]}: {wide}"
        if on_phone:
            yield from (f"too low for a finger: {one}" for one in self.page.evaluate("(finger) => fit.lowOnPhone(finger)", FINGER))
        self._at(OFFICE)

    def _at(self, size: tuple[int, int]) -> None:
        self.page.set_viewport_size({"width": size[0], "height": size[1]})


def judged(read: Mapping[str, Any], people: frozenset[str]) -> Iterator[str]:
    """Language, heading, title, words and sizes of what was read on a page."""
    if read["lang"] != "zh-CN":
        yield f"lang is {read['lang']!r}"
    if len(read["headings"]) != 1:
        yield f"headings of the first order: {read['headings']}"
    elif not same_name(read["title"], read["headings"][0]):
        yield f"the title {read['title']!r} does not name the page {read['headings'][0]!r}"
    yield from (f"not Chinese: {word!r}" for word in foreign(read["texts"], people))
    for where, size, in_chart, text in read["small"]:
        if size < (SMALLEST_IN_CHART if in_chart else SMALLEST - 1):
            yield f"{size} px: {where} {text!r}"


def same_name(title: str, heading: str) -> bool:
    """Does the title carry the page's name? What a heading adds of marks and states need not stand in the title."""
    return re.sub(r"\s", "", heading)[:2] in re.sub(r"\s", "", title)
