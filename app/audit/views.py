"""审计日志: read only, for 审计管理员. Nothing here can be changed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.audit import forms, queries
from app.audit.words import subject_word
from app.authorize import authorize, current_actor
from app.domain.permissions import Permission
from app.forms import whole

bp = Blueprint("audit", __name__, url_prefix="/audit")


@bp.get("/")
@authorize(Permission.AUDIT_READ)
def index() -> ResponseReturnValue:
    form = forms.asked()
    before, after = (request.args.get(name, type=whole) for name in ("before", "after"))
    page = queries.page(current_actor(), form.filters, before=before, after=after)
    return render_template(
        "audit/index.html",
        form=form,
        page=page,
        subject_word=subject_word,
        newer=_link(form, "after", page.newer_than),
        older=_link(form, "before", page.older_than),
        first=url_for(".index", **_asked(form)) if before or after else None,
    )


def _asked(form: forms.AuditFilterForm) -> dict[str, Any]:
    """The query as address parts: our own fields only, never whatever else the address carries."""
    return {field.name: request.args[field.name] for field in form if request.args.get(field.name)}


def _link(form: forms.AuditFilterForm, side: str, seq: int | None) -> str | None:
    """The same query at another place; None where there is none."""
    return None if seq is None else url_for(".index", **{**_asked(form), side: seq})
