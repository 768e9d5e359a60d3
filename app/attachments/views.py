"""Handing attachments out: as a download, or to look at where it is a picture or a PDF; always in the history."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from app import files
from app.attachments import operations, queries, thumbnails
from app.attachments.models import Attachment
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.permissions import Permission
from app.errors import NotFound
from app.sending import send_file

bp = Blueprint("attachments", __name__, url_prefix="/attachments")

# What the browser may show, and under which policy: nothing in it may run or fetch anything. Uploads were compared with their first
# bytes, and the type is sent with nosniff. Chromium's own PDF reader does not start in a sandbox, so a PDF has the policy without one.
SHOWN = {
    "image/png": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "image/jpeg": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "application/pdf": "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'",
}


@bp.get("/<int:attachment_id>")
@authorize(Permission.ATTACHMENT_READ, queries.attachment)
def download(attachment: Attachment) -> ResponseReturnValue:
    """``send_file`` writes RFC 6266 ``filename*`` for Chinese names."""
    return _sent(attachment, "default-src 'none'; sandbox", as_attachment=True)


@bp.get("/<int:attachment_id>/view")
@authorize(Permission.ATTACHMENT_READ, queries.attachment)
def view(attachment: Attachment) -> ResponseReturnValue:
    """查看: in the browser. What it cannot show is downloaded."""
    policy = SHOWN.get(attachment.mime)
    if policy is None:
        return redirect(url_for(".download", attachment_id=attachment.id), 303)
    return _sent(attachment, policy, as_attachment=False)


@bp.get("/<int:attachment_id>/small")
@authorize(Permission.ATTACHMENT_READ, queries.attachment)
def small(attachment: Attachment) -> ResponseReturnValue:
    """缩略图 for whoever may take the file out: our own picture, made anew from the pixels, too small to read a document by.

    Looking at a list is no taking out: only 下载 and 查看 are in the history.
    """
    path = thumbnails.of(attachment.sha256) if attachment.mime in thumbnails.PICTURES else None
    if path is None:
        raise NotFound("该文件没有缩略图，请下载原件查看")
    response = send_file(path, mimetype="image/jpeg", etag=False, max_age=3600)
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


def _sent(attachment: Attachment, policy: str, *, as_attachment: bool) -> Response:
    path = files.path_of(attachment.sha256)
    with transaction():
        operations.note_download(current_actor(), attachment)
    response = send_file(
        path, mimetype=attachment.mime, as_attachment=as_attachment, download_name=attachment.filename, etag=False
    )
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Security-Policy"] = policy
    return response
