"""Pages of 晨间一页 and of the steps behind its counts."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import clock
from app.authorize import authorize, current_actor
from app.domain.deadlines import DeadlineLight
from app.domain.permissions import Permission
from app.forms import whole
from app.indicators.tables import TONES, written
from app.pages import briefing
from app.pages.addresses import address_of
from app.pages.blueprint import bp
from app.reference_data.books import calendar

LIGHTS = {DeadlineLight.GREEN: "green", DeadlineLight.AMBER: "yellow", DeadlineLight.RED: "red"}


@bp.get("/morning")
@authorize(Permission.CASE_URGE)
def morning_page() -> ResponseReturnValue:
    made = briefing.briefing(current_actor(), clock.today(), clock.now(), calendar())
    cards = [card for card in made.cards if card.endpoint in current_app.view_functions]
    return render_template(
        "pages/morning.html", page=made, cards=cards, address_of=address_of, lights=LIGHTS, tones=TONES, written=written,
        now=clock.now(), person=current_user.user, most=briefing.DUE, yesterday=made.day - timedelta(days=1),
    )  # fmt: skip


@bp.get("/morning/changes")
@authorize(Permission.CASE_URGE)
def morning_changes() -> ResponseReturnValue:
    """The steps behind one count of the page."""
    kind, step = request.args.get("kind", "")[:30], request.args.get("step", "")[:30]
    since = briefing.last_morning(clock.today(), calendar())
    found = briefing.steps(current_actor(), since, kind, step, max(0, request.args.get("after", 0, type=whole)))
    rows = found[: briefing.PAGE]
    older = rows[-1].id if len(found) > briefing.PAGE else None
    words = briefing.Changed(kind, step, 0).words if rows else "变动"
    return render_template(
        "pages/changes.html", rows=rows, next=older, words=words, since=since, kind=kind, step=step, address_of=address_of,
        total=briefing.how_many(current_actor(), since, kind, step),
    )
