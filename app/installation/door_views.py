"""The door that every uploaded file passes, once for all routes, so that none can go round it: 病毒检查 (``brought_files``: of commands).

While the scanner is away no file is taken; everything that needs no file goes on.
"""

from __future__ import annotations

from typing import IO

from flask import Flask, g, request
from flask_login import current_user

from app import history, virus_scan
from app.db import transaction
from app.domain.actors import Actor
from app.errors import NotLikeThis

STEP = "virus_found"


def init_app(app: Flask) -> None:
    """After who sends it is known, before the view."""
    app.before_request(_look)


def _look() -> None:
    if request.method != "POST" or virus_scan.address() is None or "shian_key" in g or not current_user.is_authenticated:
        return  # a stranger's file is thrown away unread, and the interface takes none
    for name in request.files:
        for file in request.files.getlist(name):
            if file.filename:
                refuse_infected(file.stream, file.filename, current_user.actor, "上传")


def refuse_infected(stream: IO[bytes], filename: str, actor: Actor, way: str) -> None:
    """On record, and refused with its name; ``way`` is how it was to come in. Raises NotLikeThis, or NotAllowedNow without an answer."""
    found = virus_scan.scan(stream)
    stream.seek(0)
    if found.clean:
        return
    shown = "".join(character if character.isprintable() else "?" for character in filename)[:120]
    with transaction():
        history.record("page", None, STEP, actor, org_id=actor.org_id, name=shown, comment=f"发现 {found.name}，没有接收")
    raise NotLikeThis(f"文件“{shown}”中发现病毒（{found.name}），没有接收。请用杀毒软件检查本机和该文件的来源，处理后再{way}", field="file")
