"""Pages of 抽检结果公示: what waits, the lists, a new one, what differs from the record."""

from __future__ import annotations

import io
import secrets
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, taken_out
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.deadlines import remaining_working_days
from app.domain.permissions import Permission, may_ever
from app.domain.reporting_kinds import PublicList, PublicNature
from app.domain.reporting_states import PublicationState
from app.domain.samples import Supervision
from app.errors import NotLikeThis
from app.keyset import Page
from app.publications import candidates, exports, forms, guard, operations, queries, statistics, step_views
from app.publications.blueprint import TONES, bp
from app.reference_data.books import calendar, category_book
from app.sending import send_file

__all__ = ["bp", "step_views"]
P = Permission


@bp.get("/")
@authorize(P.PUBLICATION_LIST)
def index() -> ResponseReturnValue:
    actor, filters, today = current_actor(), forms.filters_asked(request.args), clock.today()
    found = queries.publications(
        actor, filters, before=forms.number(request.args.get("before")), after=forms.number(request.args.get("after"))
    )
    return render_template(
        "publications/index.html", page=found, filters=filters, kept=forms.kept(filters), counts=queries.counts(actor), tones=TONES,
        states=list(PublicationState), kinds=list(PublicList), natures=list(PublicNature), today=today,
        tally=statistics.tally(actor, today.year, today), rate=statistics.RATE, may_draft=may_ever(actor, P.PUBLICATION_EDIT),
        differing=len(guard.deviations(actor)),
    )  # fmt: skip


@bp.get("/candidates")
@authorize(P.PUBLICATION_EDIT)
def waiting() -> ResponseReturnValue:
    """待公布的批次, and those that have to wait with the reason."""
    actor, filters, today = current_actor(), forms.candidates_asked(request.args), clock.today()
    found = _rows(filters, today)
    kept = forms.candidates_kept(filters, request.args.get("category"))
    return render_template(
        "publications/candidates.html", page=found, filters=filters, kept=kept, tabs_=candidates.TABS, today=today,
        counts=candidates.counts(actor, filters, today), category=request.args.get("category", ""), Supervision=Supervision,
        categories=[one.path for one in category_book().roots()], left=_left(found, today), book=category_book(),
    )  # fmt: skip


def _rows(filters: candidates.Filters, today: Any) -> Page:
    actor = current_actor()
    if filters.tab == candidates.PASSED:
        before, after = (forms.number(request.args.get(name)) for name in ("before", "after"))
        return candidates.passed(actor, filters, today, before=before, after=after)
    if filters.tab == candidates.OVERDUE:
        rows, passes = candidates.overdue(actor, filters, today)
        failing = sum(one.row.supervision is Supervision.FAIL for one in rows)
        return Page(rows, str(passes + failing), None, None)
    rows = (candidates.failed if filters.tab == candidates.FAILED else candidates.held)(actor, filters, today)
    return Page(rows, str(len(rows)), None, None)


def _left(found: Page, today: Any) -> dict[int, int]:
    """Working days until each is to be published."""
    days = calendar()
    return {one.row.id: remaining_working_days(today, one.ready.due_on, days) for one in found.rows if one.ready.due_on is not None}


@bp.route("/new", methods=["GET", "POST"])
@authorize(P.PUBLICATION_EDIT)
def new() -> ResponseReturnValue:
    """起草公示: of the ticked batches, or of all that meet the conditions."""
    actor, today = current_actor(), clock.today()
    kind = PublicList.FAILED if request.values.get("kind") == PublicList.FAILED.value else PublicList.PASSED
    ticked = [one for one in map(forms.number, request.values.getlist("sample")) if one is not None]
    asked = {name: request.args.get(name, "") for name in ("category", "task")}
    days = {name: getattr(forms.candidates_asked(request.args), name) for name in ("from_on", "to_on")}
    values = {
        "key": secrets.token_hex(16), "kind": kind.value, **forms.suggested(kind, queries.organisation_name(actor.org_id), today.year),
        **asked, "from_on": days["from_on"] or today.replace(day=1), "to_on": days["to_on"] or today,
    }  # fmt: skip
    form: Any = forms.DraftForm(data=values)
    if form.validate_on_submit():
        if form.key.data and (earlier := queries.submitted(form.key.data)) is not None:
            return redirect(url_for(".show", publication_id=earlier), 303)
        with form.keeping():
            with transaction():
                made = operations.draft(
                    PublicList(form.kind.data), form.wording(), form.filters(), actor, clock.now(), ids=ticked or None,
                    key=form.key.data or None,
                )  # fmt: skip
            flash(f"已起草 {made.number}，请核对内容后提交审批", "success")
            return redirect(url_for(".show", publication_id=made.id), 303)
    made_page = render_template("publications/new.html", form=form, ticked=ticked, categories=[one.path for one in category_book().roots()])
    return made_page, form.status if form.is_submitted() else 200


@bp.get("/statistics")
@authorize(P.PUBLICATION_LIST)
def counted() -> ResponseReturnValue:
    """The batches behind 按期公示率 and what stands beside it, or all of them as a workbook."""
    actor, today = current_actor(), clock.today()
    side, year = request.args.get("side", "due"), forms.number(request.args.get("year")) or today.year
    if side not in statistics.LISTS:
        raise NotLikeThis("没有这种清单，请从抽检结果公示页面重新进入", field="side")
    if not 1990 <= year <= 2199:
        raise NotLikeThis("年份应在 1990 至 2199 之间", field="year")
    which = statistics.LISTS[side]
    found, start = statistics.lines(actor, year, today, which), forms.number(request.args.get("after")) or 0
    if request.args.get("format") == "xlsx":
        return _counted_workbook(found, f"{year}年{which.value}")
    return render_template(
        "publications/counted.html", rows=statistics.shown(found[start : start + candidates.PAGE]), total=len(found), start=start,
        size=candidates.PAGE, side=side, which=which, year=year, lists=statistics.LISTS, tally=statistics.tally(actor, year, today),
        rate=statistics.RATE, tones=TONES,
    )  # fmt: skip


def _counted_workbook(found: list[statistics.Line], said: str) -> ResponseReturnValue:
    actor = current_actor()
    content, rows = taken_out.made(exports.counted_sheets(statistics.shown(found), said, actor, clock.now()))
    with transaction():
        taken_out.note(queries.KIND, None, exports.COUNTED, said, actor, content, rows, unit="批")
    response = send_file(io.BytesIO(content), taken_out.XLSX, as_attachment=True, download_name=f"{exports.COUNTED}{said}.xlsx")
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.get("/guard")
@authorize(P.PUBLICATION_LIST)
def check() -> ResponseReturnValue:
    """公示核对: published batches that are not what the record says now."""
    actor, today = current_actor(), clock.today()
    found = guard.deviations(actor, whole=request.args.get("all") == "1")
    late, only_late = [one for one in found if one.late(today)], request.args.get("late") == "1"
    return render_template(
        "publications/guard.html", rows=late if only_late else found, today=today, whole=request.args.get("all") == "1", late=len(late),
        total=len(found), only_late=only_late,
    )  # fmt: skip
