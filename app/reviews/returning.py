"""退修 of a report in force: sent back to its laboratory under a coded reason, until a corrected version comes in its place.

A return that is taken back has ``resolved_at`` and no ``resolved_report_id``; the reason is in the history of the sample.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app import history
from app.db import session
from app.domain.actors import Actor
from app.domain.notices import NoticeKind
from app.domain.permissions import Permission, permits
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.notices import operations as notices
from app.reference_data.books import code_list
from app.results.models import ResultReport
from app.reviews.holding import lock
from app.reviews.models import ResultReturn
from app.sampling.models import Sample

REASONS = "检验报告退修原因"
IN_FORCE = sa.and_(ResultReturn.report_id.is_not(None), ResultReturn.review_id.is_(None))


def reasons() -> list[str]:
    """退修原因代码表."""
    return code_list(REASONS)


def return_report(sample: Sample, report_id: int, code: str, reason: str, actor: Actor, at: datetime) -> ResultReturn:
    """退修. Raises NotAllowedNow when the report is not in force any more, or was returned and has not come back yet."""
    if not permits(actor, Permission.RESULT_RETURN, sample):
        raise NotAllowed("您没有退修检验报告的权限，如确需办理请联系科室负责人")
    if code not in reasons():
        raise NotLikeThis("请从列表中选择退修原因；列表中没有的选“其他”", field="code")
    if not reason.strip():
        raise NotLikeThis("请写明需要检验机构改正什么", field="reason")
    lock([sample.id])
    report = session().scalars(
        sa.select(ResultReport)
        .where(ResultReport.id == report_id, ResultReport.sample_id == sample.id)
        .execution_options(populate_existing=True)
    ).first()
    if report is None or report.superseded_at is not None:
        raise NotAllowedNow("该检验报告已被更正或撤销，请刷新页面，在现行报告上操作")
    if _open_of([sample.id], {report.report_no}):
        raise NotAllowedNow(f"检验报告 {report.report_no} 已退修，检验机构尚未更正；如需改变要求，请先撤回退修")
    row = ResultReturn(
        org_id=sample.org_id, laboratory_org_id=report.laboratory_org_id or sample.laboratory_org_id, sample_id=sample.id,
        report_id=report.id, reason_code=code, reason=reason.strip()[:500], returned_at=at, returned_by_id=actor.user_id,
    )  # fmt: skip
    session().add(row)
    session().flush()
    _record("return_report", sample.id, actor, sample.org_id, sample.number, f"{report.report_no} {code}：{reason}")
    title = f"检验报告退修：{sample.number} 的报告 {report.report_no}"
    notices.notify(row.laboratory_org_id, actor, NoticeKind.REPORT_RETURN.value, title, f"退修原因：{code}\n{reason}", sample.id)
    return row


def _record(step: str, sample_id: int | None, actor: Actor, org_id: int, number: str | None, comment: str) -> None:
    """On the sample, where whoever looks for it looks first."""
    history.record(Sample.__tablename__, sample_id, step, actor, org_id=org_id, name=number, comment=comment)


def withdraw(row: ResultReturn, reason: str, actor: Actor, at: datetime) -> None:
    """撤回退修. Raises NotAllowedNow when it has been taken back already, or the laboratory has corrected the report."""
    if not permits(actor, Permission.RESULT_RETURN, row):
        raise NotAllowed("您没有撤回退修的权限，如确需办理请联系科室负责人")
    if row.report_id is None or row.review_id is not None:
        raise NotAllowedNow("送审件的退回随送审件办理，不能单独撤回")
    if not reason.strip():
        raise NotLikeThis("请填写撤回原因", field="reason")
    if not _close([row.id], at, None):
        raise NotAllowedNow("该退修已办结或已撤回，请刷新页面")
    found = session().execute(
        sa.select(Sample.number, ResultReport.report_no)
        .join(ResultReport, ResultReport.sample_id == Sample.id)
        .where(ResultReport.id == row.report_id)
    ).one()
    session().expire(row)
    _record("withdraw_return", row.sample_id, actor, row.org_id, found.number, f"{found.report_no}：{reason}")
    title = f"已撤回退修：{found.number} 的报告 {found.report_no}"
    notices.notify(row.laboratory_org_id, actor, NoticeKind.REPORT_RETURN.value, title, f"撤回原因：{reason}", row.sample_id)


def _close(ids: Sequence[int], at: datetime, report_id: int | None) -> int:
    statement = (
        sa.update(ResultReturn)
        .where(ResultReturn.id.in_(ids), ResultReturn.resolved_at.is_(None))
        .values(resolved_at=at, resolved_report_id=report_id)
        .execution_options(synchronize_session=False)
    )
    return int(session().connection().execute(statement).rowcount)


def _open_of(sample_ids: Sequence[int], numbers: set[str]) -> list[Any]:
    """Open returns of reports with these numbers, whatever version it was that was returned."""
    chosen = (
        sa.select(ResultReturn.id, ResultReturn.sample_id, ResultReport.report_no)
        .join(ResultReport, ResultReport.id == ResultReturn.report_id)
        .where(IN_FORCE, ResultReturn.resolved_at.is_(None))
    )
    if len(sample_ids) <= 500:
        chosen = chosen.where(ResultReturn.sample_id.in_(sample_ids))
    known = set(sample_ids)
    return [row for row in session().execute(chosen) if row.sample_id in known and row.report_no in numbers]


def resolve(written: Iterable[tuple[int, str, str, int, int]], actor: Actor, at: datetime) -> int:
    """Reports that have just been written close the returns of their earlier versions; returns how many.

    Each is (sample id, 抽样编号, report number, id of the new report, org id).
    """
    by_report = {(sample_id, report_no): (number, report_id, org_id) for sample_id, number, report_no, report_id, org_id in written}
    found = _open_of(sorted({key[0] for key in by_report}), {key[1] for key in by_report})
    closed = 0
    for row in found:
        number, report_id, org_id = by_report.get((row.sample_id, row.report_no), (None, None, 0))
        if report_id is not None and _close([row.id], at, report_id):
            closed += 1
            _record("resolve_return", row.sample_id, actor, org_id, number, f"{row.report_no} 已出具更正后的报告")
    return closed


def reopen(report_ids: Sequence[int], actor: Actor) -> int:
    """An import is undone: what its reports had resolved is open again."""
    found: list[Any] = []
    for start in range(0, len(report_ids), 500):
        statement = sa.select(ResultReturn.id, ResultReturn.sample_id, ResultReturn.org_id, Sample.number).join(
            Sample, Sample.id == ResultReturn.sample_id
        )
        found += session().execute(statement.where(ResultReturn.resolved_report_id.in_(report_ids[start : start + 500]))).all()
    for row in found:
        session().connection().execute(
            sa.update(ResultReturn).where(ResultReturn.id == row.id).values(resolved_at=None, resolved_report_id=None)
        )
        _record("reopen_return", row.sample_id, actor, row.org_id, row.number, "更正后的报告已撤销，退修恢复为未办结")
    return len(found)
