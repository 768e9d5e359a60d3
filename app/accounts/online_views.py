"""Pages of 在线会话 for the security administrator."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import clock
from app.accounts import online, queries
from app.accounts.blueprint import bp
from app.accounts.models import User
from app.accounts.online import Open
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.browsers import browser_words
from app.domain.permissions import Permission


@bp.get("/sessions")
@authorize(Permission.SESSION_LIST)
def online_sessions() -> ResponseReturnValue:
    word = (request.args.get("q") or "").strip()[:60] or None
    rows = online.rows(current_actor(), word, clock.now())
    return render_template(
        "accounts/sessions.html", rows=rows, word=word, most=online.MOST, this=current_user.session_id,
        browsers={row.id: browser_words(row.agent) for row in rows},
    )


@bp.post("/sessions/<int:session_id>/end")
@authorize(Permission.SESSION_END, online.one)
def end_others_session(record: Open) -> ResponseReturnValue:
    with transaction():
        online.end(current_actor(), record, clock.now())
    flash(f"已结束{record.name}在 {record.ip or '—'} 的会话", "success")
    return redirect(url_for(".online_sessions"), 303)


@bp.post("/users/<int:user_id>/end-sessions")
@authorize(Permission.SESSION_END, queries.user)
def end_sessions_of(user: User) -> ResponseReturnValue:
    with transaction():
        number = online.end_all(current_actor(), user, clock.now())
    flash(f"已结束{user.name}的 {number} 个会话", "success")
    return redirect(url_for(".show_user", user_id=user.id), 303)
