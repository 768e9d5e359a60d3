"""帮助: a section for every page, every section there is, each with an address, found by words, printed as a whole."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from app.config import ROOT
from app.config_checks import RefusedToStart, check
from app.pages import help_sections, help_views, manual

# Nobody is signed in, a program asks, or nothing is shown but a file.
WITHOUT = ("static", "bootstrap.static", "public.", "api.v1.", "monitoring.", "attachments.", "pages.health", "pages.ready", "pages.help")
TEXT = """# 手册

前言。

# 甲章

## 抽样：怎样办

打开<b>菜单</b>。

### 细则

第七条 期限 为三日。

# 乙章

## 复检

|期限|说明|
|---|---|
|七日|自收到之日起|

## 附录
"""


@pytest.fixture
def small(tmp_path, monkeypatch):
    path = tmp_path / "manual.md"
    path.write_text(TEXT, encoding="utf-8")
    monkeypatch.setattr(manual, "MANUAL", path)


@pytest.fixture
def page(office, sign_in):
    client = sign_in(office.people["county:抽样员"])
    return lambda address: client.get(address)


def headings(section):
    """A section of the table as the manual writes it: the page's title and, where named, the part's."""
    title, _, part = section.partition("/")
    found = next((page for page in manual.pages() if page.title == title), None)
    return found is not None and (not part or part in [held.title for held in found.parts])


def test_every_page_has_a_section(app):
    shown = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert [name for name in sorted(shown) if help_sections.section_of(name) is None and not name.startswith(WITHOUT)] == []


def test_every_named_section_stands_in_the_manual_and_every_beginning_is_an_endpoint(app):
    assert [section for section in help_sections.SECTIONS.values() if not headings(section)] == []
    known = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert [start for start in help_sections.SECTIONS if not any(name.startswith(start) for name in known)] == []


def test_each_section_and_each_of_its_parts_has_an_address_of_its_own():
    pages = manual.pages()
    assert len({page.slug for page in pages}) == len(pages) > 100
    for page in pages:
        assert page.slug and page.chapter, page.title
        assert len({part.anchor for part in page.parts}) == len(page.parts), page.title


def test_the_header_leads_to_the_section_of_the_page(page):
    link = re.search(r'class="header-help" href="([^"]+)"', page("/disposal/").text)
    assert link and unquote(link[1]) == "/help/核查处置" and "领取任务" in page(link[1]).text
    part = re.search(r'class="header-help" href="([^"]+)"', page("/retests/laboratories").text)
    assert part and unquote(part[1]).endswith("/help/复检#复检机构名录") and 'id="复检机构名录"' in page(part[1]).text
    assert 'class="header-help" href="/help"' in page("/no-such-page").text


def test_the_contents_list_chapters_and_sections(small, page):
    text = page("/help").text
    assert "前言。" in text and text.index("甲章") < text.index("抽样：怎样办") < text.index("乙章") < text.index("附录")
    assert "第七条" not in text  # sections are on pages of their own


def test_a_section_is_a_page_with_the_one_before_and_after(small, page):
    text = page("/help/复检").text
    assert "自收到之日起" in text and "第七条" not in text
    assert re.findall(r'rel="(prev|next)">([^<]+)<', text) == [("prev", "上一节：抽样：怎样办"), ("next", "下一节：附录")]
    first = page("/help/抽样-怎样办").text
    assert 'id="细则"' in first and 'rel="prev"' not in first and "&lt;b&gt;菜单" in first and "<b>菜单" not in first
    lost = page("/help/没有")
    assert lost.status_code == 404 and "手册中没有这一节" in lost.text


def test_the_whole_manual_can_be_printed(small, page):
    text = page("/help/all").text
    assert [word in text for word in ("前言。", "第七条", "自收到之日起", "附录", "data-print")] == [True] * 5


@pytest.mark.parametrize(("asked", "titles"), [
    ("期限", ["抽样：怎样办", "复检"]),
    ("期限 第七条", ["抽样：怎样办"]),  # every word
    ("复检", ["复检"]),
    ("７", []), ("驼鸟", []),
])
def test_words_find_the_sections_that_hold_them_all(small, page, asked, titles):
    text = re.sub(r"</?mark>", "", page(f"/help?q={asked}").text)
    found = re.findall(r'<a href="/help/[^"]+">([^<]+)</a> <span>', text)
    assert [title.partition(" — ")[0] for title in found] == titles
    assert titles or "手册中没有同时包含" in text


def test_a_hit_opens_the_part_that_holds_it(small, page):
    text = page("/help?q=第七条").text
    link = re.search(r'<ul class="search-hits">\s*<li><a href="([^"]+)">', text)
    assert "<mark>第七条</mark>" in text and link and unquote(link[1]) == "/help/抽样-怎样办#细则"


def test_without_a_manual_the_page_says_so(page, tmp_path, monkeypatch):
    monkeypatch.setattr(manual, "MANUAL", tmp_path / "none.md")
    assert "没有随附使用手册" in page("/help").text and page("/help/复检").status_code == 404


def test_a_picture_is_kept_by_the_browser_and_nothing_else_is_given(page, tmp_path, monkeypatch, app):
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.png").write_bytes(b"\x89PNG")
    (tmp_path / "secret").write_text("no", encoding="utf-8")
    monkeypatch.setattr(manual, "PICTURES", tmp_path / "pictures")
    answer = page("/help/pictures/a.png")
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert f"max-age={help_views.KEPT_SECONDS}" in answer.headers["Cache-Control"] and "private" in answer.headers["Cache-Control"]
    assert page("/help/pictures/..%2Fsecret").status_code == page("/help/pictures/none.png").status_code == 404
    assert app.test_client().get("/help/pictures/a.png").status_code == 303


# Words of the screen that the programme puts together, or that stand for several.
COMPOSED = (
    "确认采用", "确认下达计划", "其余空白栏目均不适用，按‘/’登记", "确认导入 n 批", "保存……", "保存信息公开",
    "起草合格公示（所选批次）", "还缺 n 项要件",
)


@pytest.mark.parametrize("title", ["从安装到第一份月报", "常见问题"])
def test_what_these_sections_quote_is_said_by_the_product(title):
    """Menus, pages, buttons and cards between “ and ”, the steps of a way divided by —."""
    said = "".join(path.read_text(encoding="utf-8") for path in Path(ROOT, "templates").rglob("*.html"))
    said += "".join(path.read_text(encoding="utf-8") for path in Path(ROOT, "app").rglob("*.py"))
    page = next(page for page in manual.pages() if page.title == title)
    quoted = {word for part in page.sections for line in part.lines for way in re.findall("“([^”]+)”", line) for word in way.split("—")}
    assert len(quoted) > 30
    assert sorted(word for word in quoted if word not in said and word not in COMPOSED) == []


def test_the_faq_answers_each_post(app):
    page = next(page for page in manual.pages() if page.title == "常见问题")
    asked = [line for part in page.parts for line in part.lines if "？" in line]
    assert len(asked) >= 25
    assert [part.title for part in page.parts][:5] == ["抽样员常问", "承检机构常问", "办案人常问", "审核人、局领导常问", "统计员常问"]


def test_whom_to_ask_is_told_with_the_manual_at_the_sign_in_and_with_an_error(app, page):
    assert "请联系：" not in page("/help").text
    app.config["HELP_CONTACT"] = "食品抽检科 022-12345678"
    assert "请联系：食品抽检科 022-12345678" in page("/help").text
    assert "请联系：食品抽检科 022-12345678" in page("/no-such-page").text
    assert "系统管理员（食品抽检科 022-12345678）" in app.test_client().get("/sign-in").text
    with pytest.raises(RefusedToStart, match="HELP_CONTACT"):
        check({**app.config, "HELP_CONTACT": "长" * 101})
