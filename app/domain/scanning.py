"""扫码: what a scanner types, as the number it means. A scanner is a keyboard, so an input method may have widened the marks."""

from __future__ import annotations

import re
import unicodedata

from app.domain.numbering import normalise_number

ADDRESS = re.compile(r"(?:https?://[^/\s]+)?/(?:[\w-]+/)*sampling/([0-9]{1,15})(?:[/?#].*)?", re.IGNORECASE)
LABELLED = re.compile(r"^(?:抽样单?编号|样品编号|编号|NO\.?|№)[:：]?", re.IGNORECASE)
LONGEST = 300


def sample_id(scanned: str) -> int | None:
    """The sample that a scanned address of this system means."""
    found = ADDRESS.fullmatch(unicodedata.normalize("NFKC", scanned).strip())
    return int(found[1]) if found else None


def number(scanned: str) -> str:
    """The number in what was scanned or typed: one width, capitals, without blanks, control marks and a word before it."""
    folded = unicodedata.normalize("NFKC", scanned[:LONGEST])
    bare = "".join(mark for mark in folded if unicodedata.category(mark) not in ("Cc", "Cf"))
    return normalise_number(LABELLED.sub("", bare.strip()))
