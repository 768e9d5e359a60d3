"""Pages of 退修 of reports in force, of how often it happens, and of what corrections changed."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain import report_returns
from app.domain.permissions import Permission
from app.forms import OfficeForm
from app.reference_data.forms import number
from app.results import queries as results
from app.reviews import forms, return_queries, returning, version_queries
from app.reviews.blueprint import bp
from app.reviews.models import ResultReturn
from app.sampling import queries as samples
from app.sampling.models import Sample
from app.sampling.showing import VERDICT_TONES

TONES = {"open": "red", "resolved": "green", "withdrawn": "neutral"}


def _list(form: OfficeForm | None = None) -> ResponseReturnValue:
    actor, state = current_actor(), request.args.get("state", "")
    page = return_queries.returns(actor, state, number(request.args.get("before")))
    return render_template(
        "reviews/returns.html", page=page, state=state, states=return_queries.STATES, state_of=return_queries.state_of, tones=TONES,
        form=form, kept={"state": state} if state else {},
    ), form.status if form is not None else 200  # fmt: skip


@bp.get("/returns")
@authorize(Permission.RESULT_REVIEW_READ)
def returned() -> ResponseReturnValue:
    return _list()


@bp.route("/samples/<int:sample_id>/return", methods=["GET", "POST"])
@authorize(Permission.RESULT_RETURN, samples.sample)
def return_report(sample: Sample) -> ResponseReturnValue:
    form, sample_id, told = forms.ReportReturnForm(returning.reasons()), sample.id, sample.number
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                returning.return_report(
                    sample, form.report.data or 0, form.code.data, form.reason.data or "", current_actor(), clock.now()
                )
            flash(f"已退修 {told} 的检验报告，检验机构出具更正后的报告即自动办结", "success")
            return redirect(url_for("sampling.show", sample_id=sample_id), 303)
    reports = [report for report in samples.reports(sample_id) if report.superseded_at is None]
    page = render_template("reviews/return_report.html", form=form, number=told, sample_id=sample_id, reports=reports)
    return page, form.status if form.is_submitted() else 200


@bp.post("/returns/<int:return_id>/withdraw")
@authorize(Permission.RESULT_RETURN, return_queries.result_return)
def withdraw_return(row: ResultReturn) -> ResponseReturnValue:
    form = forms.WithdrawReturnForm()
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                returning.withdraw(row, form.reason.data or "", current_actor(), clock.now())
            flash("已撤回退修", "success")
            return redirect(url_for(".returned"), 303)
    return _list(form)


# ---------------------------------------------------------------- 退修率

def _day(name: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return otherwise


def _period() -> tuple[date, date]:
    """From the first of the year to today, unless asked otherwise."""
    today = clock.today()
    return _day("from", today.replace(month=1, day=1)), _day("to", today)


@bp.get("/rates")
@authorize(Permission.RESULT_REVIEW_READ)
def rates() -> ResponseReturnValue:
    first, last = _period()
    found = return_queries.reports(current_actor(), first, last)
    return render_template(
        "reviews/rates.html", first=first, last=last, whole=report_returns.rate_of("合计", found), name=report_returns.NAME,
        laboratories=report_returns.per_laboratory(found), months=report_returns.per_month(found),
        reasons=report_returns.per_reason(found), definition=report_returns.DEFINITION,
        kept={"from": first.isoformat(), "to": last.isoformat()},
    )  # fmt: skip


@bp.get("/rates/records")
@authorize(Permission.RESULT_REVIEW_READ)
def rate_records() -> ResponseReturnValue:
    """Exactly the reports that one number of the page counts."""
    actor, (first, last) = current_actor(), _period()
    asked = {name: request.args.get(name, "").strip()[:200] for name in ("laboratory", "month", "reason")}
    only = request.args.get("only") == "returned"
    ids = report_returns.chosen(return_queries.reports(actor, first, last), **asked, returned=only)
    said = [f"{first} 至 {last}", *asked.values(), "被退修过的" if only else ""]
    return render_template(
        "reviews/records.html", rows=return_queries.report_records(actor, ids), words="，".join(part for part in said if part),
        kept={"from": first.isoformat(), "to": last.isoformat()},
    )  # fmt: skip


# ---------------------------------------------------------------- 更正

@bp.get("/samples/<int:sample_id>/versions")
@authorize(Permission.SAMPLE_READ, results.sample)
def versions(sample: Sample) -> ResponseReturnValue:
    return render_template(
        "reviews/versions.html", sample=sample, reports=version_queries.versions(current_actor(), sample),
        returned={row.report_no: row for row in return_queries.open_of_sample(sample, current_actor())}, verdict_tones=VERDICT_TONES,
    )  # fmt: skip
