"""What every page of the public has in common: rendered without the office's menu, and asked by key."""

from __future__ import annotations

from typing import Any

from flask import current_app, request

from app.public import forms

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"


def page(template: str, **values: Any) -> str:
    """Rendered without what the office's pages are given: no menu, nobody signed in, no cookie looked at."""
    common = {"title": current_app.config["PUBLIC_TITLE"], "banner": current_app.config["BANNER"], "here": request.endpoint}
    return current_app.jinja_env.get_template(template).render(**common, **values)


def keys() -> dict[str, Any]:
    """From which row a list goes on."""
    return {name: forms.whole(request.args.get(name)) for name in ("before", "after")}
