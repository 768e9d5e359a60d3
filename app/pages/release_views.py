"""浏览器检测 and 版本与更新日志."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.authorize import authorize
from app.domain.browsers import browser_words
from app.domain.permissions import Permission
from app.pages import release
from app.pages.blueprint import bp


@bp.get("/browser")
@authorize(Permission.PUBLIC)
def browser() -> ResponseReturnValue:
    """Open before signing in: whoever cannot sign in has to learn why. Nothing is told that the browser did not say itself."""
    agent = request.user_agent.string
    good, sentence = release.judged(agent)
    return render_template(
        "pages/browser.html", words=browser_words(agent), good=good, sentence=sentence, needs=release.NEEDS, floor=release.FLOOR
    )


@bp.get("/changelog")
@authorize(Permission.SIGNED_IN)
def changelog() -> ResponseReturnValue:
    found = [section for section in release.changelog() if section.level > 1 or section.blocks]  # its title is the page's
    return render_template("pages/changelog.html", sections=found, version=release.version())
