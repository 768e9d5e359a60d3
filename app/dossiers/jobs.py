"""Making a large dossier outside the request (后台生成案卷)."""

from __future__ import annotations

from app import clock
from app.authorize import current_actor
from app.db import transaction
from app.disposal import queries as cases
from app.dossiers import operations, queries
from app.errors import NotFound
from app.jobs import Run, handles


@handles(queries.MAKE_JOB)
def make(run: Run) -> str:
    """As the person who asked for it; asked twice it makes one edition."""
    actor = current_actor()
    case = cases.case(actor, run.payload["case_id"])
    if case is None:
        raise NotFound("没有找到该案件，可能已不在您的管辖范围内")
    prepared = operations.prepare(case, actor)
    if prepared.same is not None:
        return f"内容没有变化，仍是第 {prepared.same.edition} 版"
    made = operations.compose(prepared, run.progress)
    with transaction():
        run.hold()
        edition, new = operations.keep(case, made, actor, clock.now())
    return f"已生成第 {edition.edition} 版，共 {edition.pages} 页" if new else f"内容没有变化，仍是第 {edition.edition} 版"
