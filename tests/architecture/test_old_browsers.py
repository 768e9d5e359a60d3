"""The floor is Chrome 109 (the last one for Windows 7): no style sheet and no script of ours uses what came later.

A list of what is newer, read in our own text, and no parser: what is written here was looked up in MDN's compatibility
tables; Bootstrap's files are not ours and hold to an older floor themselves.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.sources import ROOT

STATIC = ROOT / "app" / "static"
# What it is in the text, the version of Chrome that brought it.
NEWER_CSS = {
    r"&\s*[.:#>\[{]": "nesting, 112", r"\bcolor-mix\(": "111", r"\b(?:ok)?(?:lch|lab)\(": "111", r"@starting-style": "117",
    r"@scope": "118",
    r"\btext-wrap\s*:": "114", r"\bsubgrid\b": "117", r"\blight-dark\(": "123",
    r"\bfield-sizing\s*:": "123", r"\banchor\(|\bposition-anchor\s*:": "125", r"\banimation-timeline\s*:": "115",
    r"\bview-transition": "111",
    r":user-(?:in)?valid": "119", r"\binterpolate-size\s*:|\bcalc-size\(": "129", r"::details-content": "131",
    r"\b(?:sin|cos|tan|round|mod|rem)\(": "111 and later",
    r":nth-child\([^)]*\bof\b": "111", r"\btransition-behavior\s*:": "117", r"\bpopover\b": "114",
}  # fmt: skip
NEWER_JS = {
    r"\.toSorted\(|\.toReversed\(|\.toSpliced\(|\.with\(\d": "110", r"\bObject\.groupBy\(|\bMap\.groupBy\(": "117",
    r"\bArray\.fromAsync\(": "121",
    r"\bPromise\.withResolvers\(|\bPromise\.try\(": "119 and 128", r"\bIterator\.from\(|\.drop\(|\.take\(": "122",
    r"\.isSubsetOf\(|\.union\(|\.intersection\(": "122",
    r"\bURL\.canParse\(|\bURL\.parse\(": "120 and 126", r"\bRegExp\.escape\(": "136",
    r"/[gimsuy]*v[gimsuy]*[,;)\s]": "the flag v of expressions, 112",
    r"\bshowPopover\(|\.togglePopover\(": "114", r"\bstartViewTransition\(": "111",
    r"\bimport\s*\(|^\s*import\s|^\s*export\s": "modules: the scripts are plain ones",
    r"\bawait\b(?=[^}]*$)": "at the top of a file only in modules",
}  # fmt: skip
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def newer(path: Path, known: dict[str, str]) -> list[str]:
    text = COMMENT.sub("", path.read_text("utf-8"))
    if path.suffix == ".js":
        text = re.sub(r"(?m)//.*$|\"[^\"\n]*\"|'[^'\n]*'", "", text)
    return [f"{pattern} ({version})" for pattern, version in known.items() if re.search(pattern, text, re.MULTILINE)]


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.css")), ids=lambda path: path.name)
def test_style_sheets(path: Path) -> None:
    assert newer(path, NEWER_CSS) == []


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.js")), ids=lambda path: path.name)
def test_scripts(path: Path) -> None:
    assert newer(path, NEWER_JS) == []


@pytest.mark.parametrize(("ending", "text"), [
    ("css", ".a { color: color-mix(in srgb, red, blue); }"), ("css", ".a { & .b { color: red; } }"), ("css", ".a { text-wrap: balance; }"),
    ("js", "var b = a.toSorted();"), ("js", "Object.groupBy(a, b);"), ("js", "import x from 'y';"),
])
def test_what_is_newer_is_found(ending: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / f"x.{ending}"
    path.write_text(text, "utf-8")
    assert len(newer(path, NEWER_CSS if ending == "css" else NEWER_JS)) == 1
