"""Routes that take files (上传上限): a larger body for them alone.

    @bp.route("/upload", methods=["GET", "POST"])
    @authorize(Permission.IMPORT_STAGE)
    @takes_files
    def upload() -> ResponseReturnValue: ...

The limit must be raised before the token of the form is read, hence the hook in front of all others.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request

View = TypeVar("View", bound=Callable[..., Any])
FORM_FIELDS = 64 * 1024  # what comes beside the file


def takes_files(view: View) -> View:
    """Mark a view whose body may be as large as MAX_UPLOAD."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


def takes(size: int) -> Callable[[View], View]:
    """Mark a view whose body may be as large as ``size`` bytes: several files at once, or one small one."""

    def marked(view: View) -> View:
        view.takes_bytes = size  # type: ignore[attr-defined]
        return view

    return marked


def init_app(app: Flask) -> None:
    """Put the hook in front; asking twice does nothing."""
    hooks = app.before_request_funcs.setdefault(None, [])
    if _raise_limit not in hooks:
        hooks.insert(0, _raise_limit)


def _raise_limit() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    if size := getattr(view, "takes_bytes", None) or (
        current_app.config["MAX_UPLOAD"] if getattr(view, "takes_files", False) else None
    ):
        request.max_content_length = size + FORM_FIELDS
