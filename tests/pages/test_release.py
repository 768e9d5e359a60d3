"""浏览器检测, 版本与更新日志, and the counts that an open home page asks for."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from app.config import ROOT
from app.db import transaction
from app.pages import release
from tests.pages.test_home import batch

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "


@pytest.mark.parametrize(("agent", "good", "words"), [
    (WINDOWS + "Chrome/109.0.0.0 Safari/537.36", True, "内核版本 109，符合要求"),
    (WINDOWS + "Chrome/86.0.4240.198 Safari/537.36 QIHU 360SE", False, "内核版本 86，低于 109"),
    (WINDOWS + "Chrome/132.0.0.0 Safari/537.36 Edg/132.0.0.0", True, "内核版本 132"),
    ("Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko", False, "兼容模式"),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:102.0) Gecko/20100101 Firefox/102.0", False, "Firefox 102，版本较低"),
    ("Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15", True, "Safari 17"),
    ("", None, "未能识别"),
])
def test_the_browser_is_judged_by_what_it_says_of_itself(app: Any, agent: str, good: bool | None, words: str) -> None:
    told = release.judged(agent)
    assert told[0] is good and words in told[1]
    page = app.test_client().get("/browser", headers={"User-Agent": agent})
    assert page.status_code == 200 and words in page.text  # before signing in


def test_the_browser_page_reads_without_a_script(app: Any) -> None:
    page = app.test_client().get("/browser").text
    assert "未启用，或被浏览器阻止" in page and page.count(">未检测<") >= len(release.NEEDS)
    for need in release.NEEDS:
        assert need.title in page and need.without in page
    script = Path(ROOT, "app/static/browser.js").read_text(encoding="utf-8")
    assert all(f"    {need.code}:" in script for need in release.NEEDS)  # each is looked for


def test_the_changelog_is_a_page_and_the_version_stands_below_every_page(office: Any, sign_in: Any) -> None:
    made = tomllib.loads(Path(ROOT, "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert release.version() == made
    client = sign_in(office.people["county:抽样员"])
    page = client.get("/changelog").text
    assert f"当前版本：<strong>{made}</strong>" in page and "新增" in page and "0.6.0" in page
    assert f'<a href="/changelog">版本 {made}</a>' in client.get("/").text and 'href="/changelog"' in client.get("/help").text


def test_without_a_changelog_the_page_says_so(office: Any, sign_in: Any, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(release, "changelog", lambda: [])
    page = sign_in(office.people["county:抽样员"]).get("/changelog").text
    assert "没有随附更新日志" in page and "版本 </a>" not in page


def test_the_counts_of_the_home_page_are_asked_anew(office: Any, sign_in: Any) -> None:
    client = sign_in(office.people["county:统计员"])
    assert 'data-counts="/counts"' in client.get("/").text

    def waiting() -> str:
        cards = client.get("/counts").json["cards"]
        return cards[cards.index("待确认的导入") :].partition("</a>")[0]

    assert '<span class="todo-count">0</span>' in waiting() and client.get("/counts").json["unread"] == ""
    with transaction():
        batch(office.orgs["county"])
    assert '<span class="todo-count">1</span>' in waiting()


def test_a_stranger_is_told_no_counts(app: Any, office: Any) -> None:
    assert app.test_client().get("/counts").status_code == 303
