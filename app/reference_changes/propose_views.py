"""预览影响, then 提出: what every page that proposes a change does, whatever its form and its address."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import current_actor
from app.db import transaction
from app.reference_changes import operations
from app.reference_changes.fields import ChangeForm
from app.reference_changes.operations import Shown, Wish


def sent() -> bool:
    """Was 提出 pressed, rather than 预览影响?"""
    return request.form.get("do") == "send"


def proposing(
    form: ChangeForm, wish: Callable[[], Wish], show: str, page: Callable[[Shown | None], ResponseReturnValue]
) -> ResponseReturnValue:
    """The effect is shown before just these values may be sent; ``show`` is where the proposal is then shown."""
    shown = None
    if form.validate_on_submit():
        with form.keeping():
            asked = wish()
            if sent() and form.shown_before:
                with transaction():
                    change = operations.propose(asked, current_actor(), clock.now())
                flash(operations.said(change), "success")
                return redirect(url_for(show, change_id=change.id), 303)
            with transaction():
                shown = operations.shown(asked, current_actor())
            form.note_preview()
    return page(shown)
