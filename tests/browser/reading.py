"""What can be told of a page without a browser: its words, its heading, its labels. Cheap enough for every page of the program."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from tests.browser.fitness import judged

UNSEEN = frozenset({"script", "style", "template", "noscript", "textarea"})
WRITTEN = frozenset({"code", "pre", "kbd"})  # keys that are shown on purpose
VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
WORDS = ("placeholder", "title", "aria-label", "alt")
SPOILT = frozenset({"None", "True", "False", "nan"})
FIELDS = frozenset({"input", "select", "textarea"})


class Reading(HTMLParser):
    """One pass over a page; ``faults()`` afterwards."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[str] = []
        self.parts: dict[str, list[str]] = {"h1": [], "title": []}
        self.lang: str | None = None
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.fields: list[dict[str, Any]] = []
        self.elements: set[str] = set()
        self.around: list[str] = ["", ""]
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.lang = given.get("lang")
        if tag in self.parts:
            self.parts[tag].append("")
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "label" and "for" in given:
            self.labelled.add(given["for"])
        self._field(tag, given)
        self.texts += [given[name] for name in WORDS if name in given]
        self.elements.add(f"{self.around[-1]} > {tag}.{given.get('class', '')}")
        if tag not in VOID:
            self.open.append(tag)
            self.around.append(given.get("class", "").partition(" ")[0] or tag)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if tag not in FIELDS or kind in ("hidden", "submit", "button"):
            return
        self.fields.append({**given, "within": "label" in self.open})
        if kind not in ("checkbox", "radio") and given.get("value") in SPOILT:
            self.texts.append(given["value"])

    def handle_endtag(self, tag: str) -> None:
        while tag in self.open:
            self.around.pop()
            if self.open.pop() == tag:
                break

    def handle_data(self, data: str) -> None:
        for tag in self.open:
            if tag in self.parts:
                self.parts[tag][-1] += data
        if "body" in self.open and not UNSEEN & set(self.open) and not WRITTEN & set(self.open) and data.strip():
            self.texts.append(data)

    def faults(self, people: frozenset[str]) -> Iterator[str]:
        headings = [" ".join(one.split()) for one in self.parts["h1"]]
        read = {"lang": self.lang, "title": "".join(self.parts["title"]), "headings": headings, "texts": self.texts, "small": []}
        yield from judged(read, people)
        yield from (f"no label: {field.get('name')}" for field in self.fields if not self._has_label(field))
        yield from (f"twice the same id: {one}" for one in sorted(self.labelled) if self.ids.count(one) > 1)

    def _has_label(self, field: dict[str, Any]) -> bool:
        named = field.get("aria-label") or field.get("aria-labelledby") or field.get("title")
        return bool(named) or field["within"] or field.get("id") in self.labelled
