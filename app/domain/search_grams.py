"""二元索引: the pairs of characters (bigrams) by which a folded text is found, and what a search asks of them.

The index only proposes: whatever it finds is compared with the text itself. It must therefore never miss, and may now and then
propose too much. Chinese has no blanks between its words, so any two neighbouring characters are a term. The digits of
numbers are another matter: any two of them stand in nearly every number, so numbers and codes are kept by fours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

SHORTEST = 2  # characters of a search
FOUR = 4
A_NUMBER = 8  # characters: what is shorter is a word with digits in it
MOST_WORDS = 6  # of one search; what is typed beyond them narrows nothing
END = 5  # marks at the end of a number that differ from sheet to sheet; the terms of what stands before are remembered
BESIDE_A_LETTER = re.compile(r"(?=([a-z].|[0-9][a-z]))")
OTHER_MARKS = re.compile(r"[\W_]+")

Grams = tuple[str, ...]
Asked = tuple[Grams, ...]  # any of these, each with all of its grams; nothing: the index cannot help


def bare(text: str) -> str:
    """Letters, digits and characters only: brackets and dashes are compared with the text itself."""
    return OTHER_MARKS.sub("", text)


def is_number(part: str) -> bool:
    """Is this part of a text kept by fours?"""
    return len(part) >= A_NUMBER and part.isascii() and not part.isalpha()


def grams(text: str) -> str:
    """The terms of a folded text, whose parts stand apart by blanks, as one text; some may stand in it twice."""
    return " ".join([terms for part in text.split(" ") if (terms := _terms(part))])


def _terms(part: str) -> str:
    """Of one part. Numbers of a year share all but their end: thousands are read at once, and only the ends are new."""
    if is_number(part) and part.isalnum():
        return f"{_of_head(part[:-END])} {_of_number(part[-END - FOUR + 1 :])}"
    return _of_part(part)


@lru_cache(maxsize=65_536)
def _of_part(part: str) -> str:
    part = bare(part)
    return _of_number(part) if is_number(part) else " ".join(_by(part, SHORTEST))


@lru_cache(maxsize=65_536)
def _of_head(part: str) -> str:
    return _of_number(part)


def _of_number(part: str) -> str:
    return " ".join([*_by(part, FOUR), *BESIDE_A_LETTER.findall(part)])


def _by(part: str, length: int) -> list[str]:
    return [part[start : start + length] for start in range(len(part) - length + 1)]


def terms_of(text: str) -> frozenset[str]:
    """The terms of a folded text, each once."""
    return frozenset(grams(text).split())


def words(typed: str) -> tuple[str, ...]:
    """The words of a search that was folded word by word: those that say something, the longest first."""
    found = dict.fromkeys(word for word in typed.split() if bare(word))
    return tuple(sorted(found, key=lambda word: (-len(bare(word)), word))[:MOST_WORDS])


def asks_enough(found: Sequence[str]) -> bool:
    """Has one of the words the two characters that a search needs?"""
    return any(len(bare(word)) >= SHORTEST for word in found)


def asked(word: str) -> Asked:
    """What the index is asked for a word: pairs, or fours where it may be the part of a number."""
    plain = bare(word)
    pairs = tuple(dict.fromkeys(_by(plain, SHORTEST)))
    if not plain.isascii():
        return (pairs,) if pairs else ()
    if len(plain) >= FOUR:
        return (pairs, tuple(dict.fromkeys(_by(plain, FOUR))))
    beside = tuple(dict.fromkeys(BESIDE_A_LETTER.findall(plain)))
    return (beside,) if beside else ()


# ---------------------------------------------------------------- marking what matched


def marked(text: str, places: Sequence[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    """The text in pieces, each with whether it matched; places are [from, to) and may overlap."""
    end = 0
    for start, stop in _joined(places):
        if end < start:
            yield text[end:start], False
        yield text[start:stop], True
        end = stop
    if end < len(text):
        yield text[end:], False


def _joined(places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, stop in sorted(places):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(stop, found[-1][1]))
        else:
            found.append((start, stop))
    return found
