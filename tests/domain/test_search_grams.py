"""What the index keeps of a text, and what it is asked: it may propose too much, never too little."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.search_grams import asked, asks_enough, marked, terms_of, words
from app.search.marking import pieces
from app.search_text import initials, words_of


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("天津食品", {"天津", "津食", "食品"}),  # any two neighbours
        ("天津(蓟州)", {"天津", "津蓟", "蓟州"}),  # brackets are not among them
        ("蛋", set()),  # nothing to find by pairs
        ("国窖1573", {"国窖", "窖1", "15", "57", "73"}),  # a word with digits in it
        ("7-11", {"71", "11"}),
        ("xbj26120001", {"xbj2", "bj26", "j261", "2612", "6120", "1200", "2000", "0001", "xb", "bj", "j2"}),  # a number by fours
        ("gc-00012", {"gc", "c0", "00", "01", "12"}),  # too short to be kept as a number
        ("豆腐 df", {"豆腐", "df"}),  # parts stand apart: no pair across the blank
    ],
)
def test_terms(text: str, terms: set[str]) -> None:
    assert terms_of(text) == terms


@pytest.mark.parametrize(
    ("word", "question"),
    [
        ("重庆", (("重庆",),)),
        ("cq", (("cq",),)),
        ("0012", (("00", "01", "12"), ("0012",))),  # in a word by pairs, in a number by fours
        ("123", ()),  # three digits stand in too many numbers
        ("q7z", (("q7", "7z"),)),
        ("蛋", ()),
    ],
)
def test_what_is_asked(word: str, question: object) -> None:
    assert asked(word) == question


@pytest.mark.parametrize(
    ("typed", "found", "enough"),
    [
        ("  重庆　ＣＱ ", ("cq", "重庆"), True),  # width and case do not matter; every word is looked for
        ("蛋", ("蛋",), False),
        ("蛋 糕", ("糕", "蛋"), False),
        ("蛋 豆腐", ("豆腐", "蛋"), True),
        ("---", (), False),
        ("", (), False),
    ],
)
def test_words(typed: str, found: tuple[str, ...], enough: bool) -> None:
    assert (words_of(typed), asks_enough(words_of(typed))) == (found, enough)
    assert words(" ".join(found)) == found


@pytest.mark.parametrize(
    ("name", "spellings"),
    [
        ("重庆火锅", {"cqhg", "zqhg"}),
        ("长春堂", {"cct", "zct"}),
        ("7天酒店", {"7tjd"}),
        ("", set()),
    ],
)
def test_initials(name: str, spellings: set[str]) -> None:
    assert set(initials(name).split()) == spellings


def test_spellings_are_few() -> None:
    assert len(initials("重庆长乐行会朝曾单解盛调传参").split()) <= 8


@pytest.mark.parametrize(
    ("text", "word", "marks"),
    [
        ("蓟州区恒源超市", "超市", ["超市"]),
        ("天津（蓟州）食品", "(蓟州)", ["（蓟州）"]),  # whatever the width
        ("重庆火锅", "zqh", ["重庆火"]),  # by initials, whichever way a character is read
        ("XBJ26120001", "0001", ["0001"]),
        ("超市超市", "超市", ["超市超市"]),
        ("豆腐", "白酒", []),
    ],
)
def test_marks(text: str, word: str, marks: list[str]) -> None:
    found = pieces(text, [word])
    assert [piece for piece, hit in found if hit] == marks and "".join(piece for piece, _ in found) == text


def test_places_that_overlap_are_marked_once() -> None:
    assert list(marked("天津食品", [(0, 2), (1, 3)])) == [("天津食", True), ("品", False)]


PARTS = st.lists(st.text("ab12天津食3z-()〔q9重", min_size=1, max_size=14), min_size=1, max_size=3)


@given(PARTS, st.data())
@settings(max_examples=150, deadline=None)
def test_the_index_never_misses(parts: list[str], data: st.DataObject) -> None:
    part = data.draw(st.sampled_from(parts))
    start = data.draw(st.integers(0, len(part) - 1))
    word = part[start : data.draw(st.integers(start + 1, len(part)))]
    question, kept = asked(word), terms_of(" ".join(parts))
    assert not question or any(set(grams) <= kept for grams in question)
