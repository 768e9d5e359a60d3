"""Which part of a name or number matched (命中标记), by the characters or by the initials of the names."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from app.domain.search_grams import marked
from app.search_text import POLYPHONES, first_letter, folded

Pieces = list[tuple[str, bool]]


def pieces(text: str | None, words: Sequence[str]) -> Pieces:
    """The text cut where a word begins or ends."""
    shown = text or ""
    return list(marked(shown, [place for word in words for place in _places(shown, word)]))


def _places(text: str, word: str) -> Iterator[tuple[int, int]]:
    marks = [(letter, place) for place, mark in enumerate(text) for letter in folded(unicodedata.normalize("NFKC", mark))]
    found = "".join(letter for letter, _ in marks)
    start = found.find(word)
    if start < 0:
        yield from _by_initials(text, word)
    while start >= 0:
        yield marks[start][1], marks[start + len(word) - 1][1] + 1
        start = found.find(word, start + len(word))


def _by_initials(text: str, word: str) -> Iterator[tuple[int, int]]:
    """Where the characters' first letters spell the word, whichever way each of them is read."""
    spelt = [(place, {letter, *POLYPHONES.get(mark, "")}) for place, mark in enumerate(text) if (letter := first_letter(mark))]
    for start in range(len(spelt) - len(word) + 1):
        if all(letter in letters for letter, (_, letters) in zip(word, spelt[start:], strict=False)):
            yield spelt[start][0], spelt[start + len(word) - 1][0] + 1
            return
