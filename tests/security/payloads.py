"""What an attacker types, and how a page tells that it came through."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

QUOTED = "'\"><img src=x onerror=hit()>{{7919*7907}}"  # short enough for most fields, so that it is stored
COMPUTED = "62615533"  # what a template would make of it
TEXTS = (
    "<script>hit()</script>${7919*7907}",
    "x' UNION SELECT 1,password_hash FROM user_account--",
    "=cmd|'/C calc'!A0",
    "../../../../etc/passwd",
    "\" onfocus=hit() autofocus x=\"",
    "x\r\nX-Injected: 1\r\n\r\n<script>hit()</script>",
    "\u202e\u200b油麦菜\u2066\ufeff\U0001f600",
    "长" * 33_000,  # about 100 kB
    "1' OR '1'='1' --",
    "javascript:hit()",
)  # fmt: skip
UNKEEPABLE = ("a\x00b", b"a\xed\xa0\x80b", "\x0b\x07\x1b[31m", b"\xff\xfe\xfa")  # NUL, half a pair, a terminal's colours, no UTF-8
NUMBERS = ("１２３４", "-1", "9" * 30, "1e999", "NaN", "0x10", "9223372036854775808", "2147483648", "1.5", "''")
DAYS = ("2026-02-30", "0001-01-01", "9999-12-31", "２０２６-１１-２０", "99999-01-01", "'--", "2026-11-20T25:61", "-1")


class _Page(HTMLParser):
    """Elements and attributes that no template of ours writes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        scripted = tag == "script" and not names.get("src")
        led_on = any((names.get(name) or "").strip().lower().startswith("javascript:") for name in ("href", "action", "formaction", "src"))
        if scripted or led_on or any(name.startswith("on") for name in names):
            self.found.append(str((tag, attrs)))


def arisen(answer: Any) -> list[str]:
    """What came out of the text of a payload: elements, attributes, results of templates, headers."""
    found = [f"header {name}" for name, value in answer.headers if name.lower() == "x-injected" or "\n" in value]
    if answer.mimetype != "text/html":
        return found
    text = answer.text
    if COMPUTED in text:
        found.append("a template computed it")
    if "root:x:0:0" in text:
        found.append("a file of the machine")
    if "hit()" in text:
        page = _Page()
        page.feed(text)
        found += page.found
    return found
