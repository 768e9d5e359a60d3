"""The one way in (暂存): the preview is kept page by page, the file staged, the use of a mapping counted."""

from __future__ import annotations

from datetime import datetime

from app.domain.actors import Actor
from app.layouts import operations as layouts
from app.results import operations, preview_pages
from app.results.operations import Staged
from app.results.staging import Prepared


def keep_pages(prepared: Prepared) -> None:
    """Before the transaction: a kept file that nobody refers to harms nobody."""
    if prepared.pages is None and prepared.outcomes:
        prepared.pages = preview_pages.keep(prepared)


def stage(actor: Actor, filename: str, sha256: str, prepared: Prepared, at: datetime) -> Staged:
    """Keep the preview of an upload, inside the caller's transaction."""
    staged = operations.stage(actor, filename, sha256, prepared, at)
    layouts.count_use(prepared.layout_mapping_id)
    return staged
