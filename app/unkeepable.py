"""What no database of ours can keep is refused at the door, once for every page: a NUL, or half of a pair of surrogates.

PostgreSQL refuses both in a text, so that a search for them would be an error of ours (500) and not of whoever sends them. No keyboard
writes them and no program pastes them; other control characters are the business of each form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from flask import Flask, request

from app.errors import PROGRAMS, NotFound, NotLikeThis

CHARACTERS = re.compile("[\x00\ud800-\udfff]")
SENTENCE = "提交的内容中含有无法保存的字符（空字符），多是由其他程序带入的：请返回上一页，删去后重新填写"


def init_app(app: Flask) -> None:
    """Before any view, and after the hooks that say how large a request may be."""
    app.before_request(_refuse)


def _refuse() -> None:
    if CHARACTERS.search(request.path):
        raise NotFound("没有找到该页面或记录，请从菜单进入")
    if not request.path.startswith(PROGRAMS) and any(map(CHARACTERS.search, _texts())):  # a program is told each faulty place
        raise NotLikeThis(SENTENCE)


def _texts() -> Iterable[str]:
    for values in (request.args, request.form) if request.method == "POST" else (request.args,):
        for name, written in values.items(multi=True):
            yield from (name, written)
