"""Every file that a page hands out, under a name that any header and any folder can bear: the only caller of Flask's own.

Names are made of titles that people type and of names that files had where they came from. A line break in one is an error in a
header, a slash a folder on the reader's disk, and a character that turns the direction of writing hides the true ending.
"""

from __future__ import annotations

import os
import re
import unicodedata
from typing import IO, Any

import flask
from flask import Response

LONGEST, ENDING = 80, 8  # characters: three bytes each of a Chinese name, where a file system takes 255
NOT_IN_A_NAME = re.compile(r'[/\\:*?"<>|]')  # of Windows
UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"})  # control, format, line and paragraph separators, and what is no character


def file_name(written: str) -> str:
    """The same name on one line, without what no file system takes; too long a one keeps its ending."""
    plain = "".join(" " if unicodedata.category(one) in UNSEEN else one for one in written)
    safe = " ".join(NOT_IN_A_NAME.sub("_", plain).split()).lstrip(".") or "文件"
    if len(safe) <= LONGEST:
        return safe
    stem, ending = os.path.splitext(safe)
    return f"{stem[: LONGEST - len(ending)].rstrip()}{ending}" if len(ending) <= ENDING else safe[:LONGEST]


def send_file(
    content: str | os.PathLike[str] | IO[bytes], mimetype: str | None = None, as_attachment: bool = False, *,
    download_name: str | None = None, **others: Any,
) -> Response:  # fmt: skip
    """Flask's ``send_file``, whatever the name was made of."""
    return flask.send_file(content, mimetype, as_attachment, file_name(download_name) if download_name else None, **others)
