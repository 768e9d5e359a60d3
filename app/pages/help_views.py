"""帮助: the manual's contents, search within it, each section on its own page, all of it on one for paper, and its pictures."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from flask import render_template, request, send_from_directory
from flask.typing import ResponseReturnValue

from app.authorize import authorize
from app.domain.permissions import Permission
from app.domain.search_grams import words
from app.errors import NotFound
from app.pages import manual
from app.pages.blueprint import bp
from app.pages.manual import Page, Section
from app.search.marking import Pieces, pieces
from app.search_text import folded

LONGEST = 60  # of what is looked for
KEPT_SECONDS = 86_400  # a picture changes with the programme, not within a day's work
AROUND = 60  # characters before and after what was found


@bp.get("/help")
@authorize(Permission.SIGNED_IN)
def help() -> ResponseReturnValue:
    asked = request.args.get("q", "").strip()[:LONGEST]
    wanted = words(" ".join(folded(word) for word in asked.split()))
    found = manual.pages()
    chapters = [(chapter, list(held)) for chapter, held in groupby(found, key=lambda page: page.chapter)]
    return render_template(
        "pages/help.html", asked=asked, wanted=wanted, hits=[_hit(page, wanted) for page in _matching(found, wanted)] if wanted else [],
        chapters=chapters, introduction=manual.introduction(),
    )


def _matching(found: Sequence[Page], wanted: Sequence[str]) -> list[Page]:
    """The pages that hold every word; those that name most of them in their title first, then those that do in a heading."""
    texts = {page.number: folded("".join(part for section in page.sections for part in (section.title, *section.lines))) for page in found}
    headings = {page.number: folded("".join(section.title for section in page.sections)) for page in found}
    held = [page for page in found if all(word in texts[page.number] for word in wanted)]
    return sorted(held, key=lambda page: (-_named(folded(page.title), wanted), -_named(headings[page.number], wanted)))


def _named(text: str, wanted: Sequence[str]) -> int:
    return sum(word in text for word in wanted)


def _hit(page: Page, wanted: Sequence[str]) -> tuple[Page, Section, Pieces, Pieces]:
    """The page, the part of it to open, and its title and a line of it cut where a word begins or ends."""
    count, part, line = max(
        ((_named(folded(section.title + line), wanted), section, line) for section in page.sections
         for line in section.lines or [""]),
        key=lambda found: found[0],
    )
    return page, part, pieces(page.title, wanted), pieces(_around(line, wanted) if count else "", wanted)


def _around(line: str, wanted: Sequence[str]) -> str:
    places = [at for word in wanted if (at := line.casefold().find(word)) >= 0]
    start = max(0, min(places, default=0) - AROUND)
    cut = line[start : start + 3 * AROUND]
    return ("…" if start else "") + cut + ("…" if start + len(cut) < len(line) else "")


@bp.get("/help/all")
@authorize(Permission.SIGNED_IN)
def help_all() -> ResponseReturnValue:
    """The whole manual, to be printed."""
    return render_template("pages/help_all.html", pages=manual.pages(), introduction=manual.introduction())


@bp.get("/help/<slug>")
@authorize(Permission.SIGNED_IN)
def help_page(slug: str) -> ResponseReturnValue:
    found = manual.pages()
    at = next((place for place, page in enumerate(found) if page.slug == slug), None)
    if at is None:
        raise NotFound("使用手册中没有这一节，可能已经改名，请点“帮助”从目录或用关键词查找")
    before, after = (found[at - 1] if at else None), (found[at + 1] if at + 1 < len(found) else None)
    return render_template("pages/help_page.html", page=found[at], before=before, after=after)


@bp.get("/help/pictures/<name>")
@authorize(Permission.SIGNED_IN)
def help_picture(name: str) -> ResponseReturnValue:
    answer = send_from_directory(manual.PICTURES, name, max_age=KEPT_SECONDS)
    answer.cache_control.private = True
    return answer
