"""缩略图 of attachments that are pictures: made by the child process that opens every picture, once, and kept beside the store.

They are made from the original by its SHA-256 and can be made again at any time; no backup needs them.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path

from flask import current_app

from app import files
from app.pictures import JPEG, PNG, PictureLimits, UnreadablePicture, examine

PICTURES = frozenset({JPEG, PNG})
FOLDER = "small_pictures"
LIMITS = PictureLimits(side=240)


def of(sha256: str) -> Path | None:
    """Where the small picture lies; None of what cannot be read as a picture, which is not tried twice."""
    kept = Path(current_app.config["INSTANCE_FOLDER"]) / FOLDER / sha256[:2] / f"{sha256}.jpg"
    if not kept.exists():
        try:
            content = examine(files.path_of(sha256), LIMITS).thumbnail
        except UnreadablePicture:
            content = b""
        kept.parent.mkdir(parents=True, exist_ok=True)
        written = kept.with_suffix(f".{os.getpid()}.{threading.get_ident()}")
        written.write_bytes(content)
        written.replace(kept)
    return kept if kept.stat().st_size else None
