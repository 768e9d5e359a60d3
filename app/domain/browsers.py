"""Browser and system in words, from what a browser says of itself (User-Agent)."""

from __future__ import annotations

import re

# the first that fits: most browsers also name the ones they descend from
BROWSERS = (
    ("微信", r"MicroMessenger/(\d+)"),
    ("360 浏览器", r"(?:QIHU|360SE|360EE)\b[^/]*(?:/(\d+))?"),
    ("QQ 浏览器", r"M?QQBrowser/(\d+)"),
    ("Edge", r"Edg(?:e|A|iOS)?/(\d+)"),
    ("Opera", r"OPR/(\d+)"),
    ("Firefox", r"(?:Firefox|FxiOS)/(\d+)"),
    ("Chrome", r"(?:HeadlessChrome|Chrome|CriOS|Chromium)/(\d+)"),
    ("Safari", r"Version/(\d+)\S* (?:Mobile/\S+ )?Safari"),
    ("Internet Explorer", r"(?:MSIE |Trident/.*rv:)(\d+)"),
)
SYSTEMS = (
    ("鸿蒙", r"HarmonyOS|OpenHarmony"),
    ("Android", r"Android"),
    ("iOS", r"iPhone|iPad|iPod"),
    ("Windows 7", r"Windows NT 6\.1"),
    ("Windows", r"Windows"),
    ("macOS", r"Mac OS X|Macintosh"),
    ("Linux", r"Linux|X11"),
)
LONGEST = 60


def browser_words(agent: str | None) -> str | None:
    """Chrome 141 / Windows; what nobody knows is given as it came, cut short. None when nothing was said."""
    if not agent or not agent.strip():
        return None
    system = next((name for name, pattern in SYSTEMS if re.search(pattern, agent)), None)
    for name, pattern in BROWSERS:
        found = re.search(pattern, agent)
        if found:
            browser = f"{name} {found[1]}" if found[1] else name
            return f"{browser} / {system}" if system else browser
    return system or (agent if len(agent) <= LONGEST else f"{agent[:LONGEST]}…")
