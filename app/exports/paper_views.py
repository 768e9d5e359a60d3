"""What stands behind a return and beside it: figures with their records, 核验, the cover that is printed and signed."""

from __future__ import annotations

import io
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.attachments.models import Attachment
from app.authorize import authorize, current_actor
from app.db import session, transaction
from app.domain.permissions import Permission
from app.domain.workflow import ReturnStep
from app.errors import NotFound
from app.exports import differing, operations, previous, queries, showing, storing, verifying
from app.exports.blueprint import bp
from app.exports.models import MonthlyReturn, ReturnFigure
from app.history import entries_of
from app.penalties.forms import number
from app.sending import send_file

LISTED = 500
RECORDS_LISTED = 200  # on the page of differences; the workbook has all of them


@bp.get("/<int:return_id>/figures")
@authorize(Permission.RETURN_READ, queries.monthly_return)
def figures(found: MonthlyReturn) -> ResponseReturnValue:
    every = queries.figures(found)
    sheets = list(dict.fromkeys(one.sheet for one in every))
    chosen = request.args.get("sheet")
    rows = [one for one in every if chosen not in sheets or one.sheet == chosen]
    return render_template(
        "exports/figures.html", rows=rows, sheets=sheets, chosen=chosen if chosen in sheets else None, **showing.page(found)
    )


@bp.get("/<int:return_id>/figures/<int:ordinal>")
@authorize(Permission.RETURN_READ, queries.figure)
def figure(row: ReturnFigure) -> ResponseReturnValue:
    """Exactly the records that the figure counted, as they were kept."""
    found = queries.monthly_return(current_actor(), row.return_id)
    if found is None:
        raise NotFound("没有找到该报表")
    numbers = storing.archive(found).numbers(row.sha256) or []
    start = max(number(request.args.get("from")) or 0, 0)
    listed = numbers[start : start + LISTED]
    return render_template(
        "exports/figure.html", row=row, numbers=listed, count=len(numbers), start=start, size=LISTED,
        samples=queries.samples_named(current_actor(), listed), **showing.page(found),
    )  # fmt: skip


@bp.post("/<int:return_id>/verify")
@authorize(Permission.RETURN_READ, queries.monthly_return)
def verify(found: MonthlyReturn) -> ResponseReturnValue:
    """Nothing is changed; a POST because it counts everything again."""
    verdict = verifying.verify(found)
    for fault in verdict.faults:
        flash(f"核验不符：{fault}", "danger")
    if verdict.same:
        flash(f"核验通过：{'；'.join(verdict.said)}", "success")
    for note in verdict.notes:
        flash(note, "info")
    return redirect(url_for(".show", return_id=found.id), 303)


@bp.get("/<int:return_id>/differences")
@authorize(Permission.RETURN_READ, queries.monthly_return)
def differences(found: MonthlyReturn) -> ResponseReturnValue:
    """The return against the records as they are now."""
    at = clock.now()
    rows = differing.against(found, at)
    moved = differing.by_record(rows)
    return render_template(
        "exports/differences.html", rows=rows, at=at, moved=moved[:RECORDS_LISTED], moved_count=len(moved),
        samples=queries.samples_named(current_actor(), [one.number for one in moved[:RECORDS_LISTED]]),
        correctable=showing.correctable(found), **showing.page(found),
    )  # fmt: skip


@bp.get("/<int:return_id>/differences.xlsx")
@authorize(Permission.RETURN_READ, queries.monthly_return)
def differences_workbook(found: MonthlyReturn) -> ResponseReturnValue:
    actor, at = current_actor(), clock.now()
    content = operations.differences_workbook(found, actor, at, showing.heading(found))
    with transaction():
        operations.took_differences(found, actor, content)
    name = f"差异说明_{found.number or showing.heading(found)}.xlsx"
    response = send_file(io.BytesIO(content), operations.XLSX, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.get("/<int:return_id>/previous")
@authorize(Permission.RETURN_READ, queries.monthly_return)
def compare_former(found: MonthlyReturn) -> ResponseReturnValue:
    """The return beside the sealed one of the period before."""
    before = previous.former(found, current_actor())
    rows = previous.pairs(found, before) if before is not None else ()
    return render_template(
        "exports/previous.html", before=before, rows=rows, period=previous.period_before(found), **showing.page(found)
    )


@bp.get("/<int:return_id>/cover")
@authorize(Permission.RETURN_READ, queries.monthly_return)
def cover(found: MonthlyReturn) -> ResponseReturnValue:
    """报送封面、封存单: what is printed, signed and filed with the workbook."""
    entries = entries_of(operations.KIND, found.id)
    attached: dict[str, Any] = {
        "workbook": session().get(Attachment, found.attachment_id) if found.attachment_id else None,
        "sources": session().get(Attachment, found.sources_attachment_id) if found.sources_attachment_id else None,
    }
    return render_template(
        "exports/cover.html", checks=storing.rows(found.id), rows=queries.figures(found), at=clock.now(),
        direct=any(one.step == ReturnStep.SEAL_DIRECT.value for one in entries), changes=showing.changes(found), **attached,
        confirmed=showing.confirmed(found, entries), **showing.page(found),
    )  # fmt: skip
