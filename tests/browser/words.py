"""Which words with Latin letters may stand on a Chinese page: names of things that are written so in every office, never a key.

What a page shows as a key on purpose (an address of the interface, the code of a list in an upload) stands in ``<code>``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

WORD = re.compile(r"(?<![A-Za-z0-9_])[A-Za-z][A-Za-z0-9_]*")
NUMBERED = re.compile(r"[A-Z0-9]+(?:_[0-9]+)?|[A-Z][A-Za-z]*\d+")  # numbers, standards and abbreviations: GB, SC10112, XBJ2612…, SHA, NaNO2
ADDRESS = re.compile(r"https?://\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b[0-9a-f]{8,}(?:…|\b)|(?<!\w)/[\w./-]+|\b[a-z]+:(?:read|write)\b")
# … of a page, of mail, a digest, a file's place on the server, what a key of the interface may do
FILE = re.compile(r"[\w（）()〔〕.-]*\.(?:xlsx?|csv|docx?|pdf|zip|ofd|txt|png|jpe?g|ttf|ya?ml|json|tar|gz)\b", re.IGNORECASE)


def _listed(names: str) -> frozenset[str]:
    return frozenset(names.split())


ALLOWED = (
    # programs and systems
    _listed("Excel Word Chrome Chromium Edge Firefox Safari Internet Explorer HeadlessChrome Werkzeug Windows Linux macOS Android")
    | _listed("PostgreSQL Cookie ActiveX UKey")
    # units
    | _listed("kg g mg ug ng pg L l mL ml uL m cm mm km h d min s MPN CFU cfu kJ mol mmol Bq kBq GB MB KB kB IU dB px ppm mgKOH vol meq")
    # elements and indices
    | _listed("pH Pb Hg Cd Cr As Sn Ni Se")
    # files
    | _listed("xlsx xls csv docx pdf zip png jpg jpeg txt json")
    # signs of a sampling plan by attributes, of statistics, of a formula
    | _listed("n c m M z p x y k a b R S N v i r T")
    # names of methods and nets
    | _listed("Wilson Benjamini Hochberg Unicode Wi Fi")
    # what stands on the keyboard
    | _listed("Enter Ctrl Shift Alt Esc Tab Delete Backspace Home End PageUp PageDown Space")
)


def foreign(texts: Iterable[str], people: frozenset[str] = frozenset()) -> list[str]:
    """Every word of the texts that is neither Chinese nor allowed, once each; ``people`` are names under which people sign in."""
    found: dict[str, None] = {}
    for text in texts:
        for word in WORD.findall(FILE.sub(" ", ADDRESS.sub(" ", text))):
            if word not in ALLOWED and word not in people and not NUMBERED.fullmatch(word):
                found[word] = None
    return list(found)
