"""Handing attachments out: always as a download, never shown by the browser, always in the history."""

from __future__ import annotations

from flask import Blueprint, send_file
from flask.typing import ResponseReturnValue

from app import files
from app.attachments import operations, queries
from app.attachments.models import Attachment
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.permissions import Permission

bp = Blueprint("attachments", __name__, url_prefix="/attachments")


@bp.get("/<int:attachment_id>")
@authorize(Permission.ATTACHMENT_READ, queries.attachment)
def download(attachment: Attachment) -> ResponseReturnValue:
    """``send_file`` writes RFC 6266 ``filename*`` for Chinese names."""
    path = files.path_of(attachment.sha256)
    with transaction():
        operations.note_download(current_actor(), attachment)
    response = send_file(path, mimetype=attachment.mime, as_attachment=True, download_name=attachment.filename, etag=False)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
