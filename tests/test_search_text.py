"""What the search box looks in."""

from __future__ import annotations

import pytest

from app.search_text import LONGEST, folded, initials, like, search_text


@pytest.mark.parametrize(
    ("name", "spellings"),
    [
        ("长春堂", {"cct", "zct"}),  # read in two ways, stored both ways
        ("银行", {"yh", "yx"}),
        ("衡水中硕商贸有限公司", {"hszssmyxgs"}),
        ("ＡＢ１号店（东）", {"ab1hdd"}),  # full width; marks say nothing
        ("😀=cmd|' /C calc", {"cmdccalc"}),
        ("", set()),
    ],
)
def test_initials(name: str, spellings: set[str]) -> None:
    assert set(initials(name).split()) == spellings


def test_text_is_folded_and_never_longer_than_its_column() -> None:
    assert folded(" Ｇｃ２０ １３") == "gc2013"
    text = search_text(["GC20 13", None], ["长春堂", "长春堂"])
    assert text.split()[:2] == ["gc2013", "长春堂"] and text.count("长春堂") == 1
    assert len(search_text(["字" * 5000], [])) == LONGEST


@pytest.mark.parametrize(("query", "pattern"), [("50%", "%50\\%%"), ("a_b", "%a\\_b%"), ("\\", "%\\\\%"), (" 菜 ", "%菜%")])
def test_marks_of_like_are_looked_for_as_they_are(query: str, pattern: str) -> None:
    assert like(query) == pattern
