"""What the pages of 报表模板 share: their blueprint, and a file sent to the reader."""

from __future__ import annotations

import io

from flask import Blueprint
from flask.typing import ResponseReturnValue

from app.sending import send_file

bp = Blueprint("return_templates", __name__, url_prefix="/return-templates")


def sent(content: bytes, kind: str, name: str) -> ResponseReturnValue:
    """A file that no cache keeps."""
    response = send_file(io.BytesIO(content), kind, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response
