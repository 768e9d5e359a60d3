"""Home, and what monitoring asks."""

from __future__ import annotations

from functools import cache

import sqlalchemy as sa
from flask import current_app, g, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError

from app import clock, lights
from app.accounts.queries import days_to_password_change
from app.audit.words import Change, changes_of, subject_word
from app.authorize import authorize, can, current_actor
from app.db import engine, session
from app.desk.queries import tour_seen
from app.domain.actors import BUREAU_STAFF
from app.domain.deadlines import DeadlineLight
from app.domain.permissions import Permission
from app.labels import step_label
from app.pages import begun, briefing_views, first_steps, help_views, morning, queries, release_views
from app.pages.addresses import address_of
from app.pages.blueprint import bp
from app.pages.context import unread
from app.reference_data.books import calendar

__all__ = ["bp", "briefing_views", "help_views", "release_views"]

TONES = {DeadlineLight.GREEN: "green", DeadlineLight.AMBER: "yellow", DeadlineLight.RED: "red"}
WARN_DAYS = 7  # before the password expires


@bp.app_template_filter("changes")
def changes(canonical: str, kind: str) -> list[Change]:
    """The before and after of a history entry, for its table."""
    return changes_of(kind, canonical)


@bp.app_template_global("work_here")
def work_here() -> list[queries.Card]:
    """待办 that the list of this page answers, above its conditions: the cards of the home page, counted in the same way."""
    return g.get("work_here", [])  # type: ignore[no-any-return]


@bp.get("/")
@authorize(Permission.HOME)
def home() -> ResponseReturnValue:
    actor, today = current_actor(), clock.today()
    days_off = calendar()
    listed = queries.waiting_cases(actor, today, days_off) if actor.has(*BUREAU_STAFF) else []
    days = days_to_password_change(current_user.user.password_changed_at, current_app.config["PASSWORD_DAYS"])
    return render_template(
        "pages/home.html", urgent=queries.urgent_reports(actor, clock.now()),
        cards=_cards(), waiting=listed, done=queries.done_lately(actor), address_of=address_of,
        step_label=step_label, subject_word=subject_word, tones=TONES, lights=lights.DEADLINES, staff=actor.has(*BUREAU_STAFF),
        soon=morning.coming_due(actor, today, days_off) if morning.supervises(actor) else None,
        changes=morning.changes_asked(actor) if can(Permission.CLOCK_DECIDE) else [], standing=morning.standing(actor, today),
        begun=begun.begun(actor), begun_listed=begun.LISTED, tour_wanted=not tour_seen(actor), first_steps=first_steps.first_steps(actor),
        password_days=days if days is not None and days <= WARN_DAYS else None,
    )


def _cards() -> list[queries.Card]:
    found = queries.cards(current_actor(), clock.today(), clock.now())
    return [card for card in found if card.endpoint in current_app.view_functions]


@bp.get("/counts")
@authorize(Permission.HOME)
def counts() -> ResponseReturnValue:
    """For an open 首页: its cards as they are now, and how many messages are unread. Asking does not prolong the session."""
    return {"cards": render_template("pages/_cards.html", cards=_cards()), "unread": unread() or ""}


@bp.get("/healthz")
@authorize(Permission.PUBLIC)
def health() -> ResponseReturnValue:
    """The process answers."""
    return {"alive": True}


@bp.get("/readyz")
@authorize(Permission.PUBLIC)
def ready() -> ResponseReturnValue:
    """The database answers and has the schema this version was made for; nothing else is told to strangers."""
    checks = {"database": _database_answers(), "schema": False}
    if checks["database"]:
        from app import migrate

        checks["schema"] = migrate.current(engine()) in _heads()
    good = all(checks.values())
    return {"ready": good, **checks}, 200 if good else 503


def _database_answers() -> bool:
    try:
        session().execute(sa.text("SELECT 1"))
    except SQLAlchemyError:
        current_app.logger.exception("the database does not answer")
        return False
    return True


@cache
def _heads() -> frozenset[str]:
    from app import migrate

    return frozenset(migrate.heads())
