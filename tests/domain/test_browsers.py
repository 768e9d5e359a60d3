"""What 我的登录 calls a browser."""

from __future__ import annotations

import pytest

from app.domain.browsers import LONGEST, browser_words

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
WINDOWS = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT}"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (f"{WINDOWS} Chrome/141.0.0.0 Safari/537.36", "Chrome 141 / Windows"),
        # every descendant of Chrome names Chrome too
        (f"{WINDOWS} Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0", "Edge 141 / Windows"),
        (f"{WINDOWS} Chrome/86.0.4240.198 Safari/537.36 QIHU 360SE", "360 浏览器 / Windows"),
        (f"{WINDOWS} Chrome/94.0.4606.71 Safari/537.36 QQBrowser/11.9.5", "QQ 浏览器 11 / Windows"),
        (f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} HeadlessChrome/140.0.0.0 Safari/537.36", "Chrome 140 / Linux"),
        ("Mozilla/5.0 (Windows NT 6.1; rv:115.0) Gecko/20100101 Firefox/115.0", "Firefox 115 / Windows 7"),
        ("Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko", "Internet Explorer 11 / Windows 7"),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15",
            "Safari 17 / macOS",
        ),
        # a telephone says both its own system and the one that comes before it
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 Version/17.4 Mobile/15E148 Safari/604.1",
            "Safari 17 / iOS",
        ),
        (f"Mozilla/5.0 (Linux; Android 14) {WEBKIT} Chrome/140.0.0.0 Mobile Safari/537.36", "Chrome 140 / Android"),
        (f"Mozilla/5.0 (Linux; Android 12; HarmonyOS) {WEBKIT} Chrome/99.0.4844.88 MicroMessenger/8.0", "微信 8 / 鸿蒙"),
        ("curl/8.5.0", "curl/8.5.0"),  # unknown: as it came
        ("x" * 200, "x" * LONGEST + "…"),
        ("", None),
        (None, None),
    ],
)
def test_browser_and_system_in_words(agent: str | None, words: str | None) -> None:
    assert browser_words(agent) == words
