"""Pages of checks (检查规则、数据检查) and of sheets sent back (退修)."""

from __future__ import annotations

import io
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, taken_out
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain import returns
from app.domain.lint import RULES
from app.domain.permissions import Permission
from app.sampling import operations
from app.sampling import queries as samples
from app.sampling.models import Sample
from app.sampling.showing import STATE_TONES
from app.sending import send_file
from app.sheet_checks import exports, queries
from app.sheet_checks.forms import ReturnForm

bp = Blueprint("sheet_checks", __name__, url_prefix="/sampling")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KIND = Sample.__tablename__


def _day(name: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return otherwise


def _period(*, whole_year: bool = False) -> tuple[date, date]:
    """From the first of the month (or year) to today, unless asked otherwise."""
    today = clock.today()
    return _day("from", today.replace(month=1, day=1) if whole_year else today.replace(day=1)), _day("to", today)


def _asked(name: str) -> str:
    return request.args.get(name, "").strip()[:200]


@bp.get("/rules")
@authorize(Permission.SAMPLE_LIST)
def rules() -> ResponseReturnValue:
    return render_template("sheet_checks/rules.html", rules=list(RULES.values()))


@bp.get("/checks")
@authorize(Permission.SAMPLE_LIST)
def checks() -> ResponseReturnValue:
    first, last = _period()
    asked = {name: _asked(name) for name in ("rule", "sampler", "laboratory")}
    found = queries.checks(current_actor(), first, last, clock.today(), **asked)
    return render_template(
        "sheet_checks/checks.html", found=found, first=first, last=last, asked=asked, rules=RULES, shown=queries.SHOWN,
        most=queries.MOST, kept={"from": first.isoformat(), "to": last.isoformat()},
    )  # fmt: skip


@bp.post("/<int:sample_id>/return")
@authorize(Permission.SAMPLE_RETURN, samples.sample)
def send_back(sample: Sample) -> ResponseReturnValue:
    form, sample_id, number, version = ReturnForm(), sample.id, sample.number, sample.version
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operations.return_sheet(
                    sample, current_actor(), form.rule.data, form.reason.data or "", clock.now(), seen=form.version.data
                )
            flash(f"已退回修改：{number}，更正后才能录入检验结果", "success")
            return redirect(url_for("sampling.show", sample_id=sample_id), 303)
    return render_template(
        "sheet_checks/send_back.html", form=form, number=number, sample_id=sample_id, version=version
    ), form.status  # fmt: skip


# ---------------------------------------------------------------- 退修率

@bp.get("/returns")
@authorize(Permission.SAMPLE_LIST)
def returned() -> ResponseReturnValue:
    first, last = _period(whole_year=True)
    found = queries.sheets(current_actor(), first, last)
    return render_template(
        "sheet_checks/returns.html", first=first, last=last, whole=returns.overall(found), samplers=returns.per_sampler(found),
        laboratories=returns.per_laboratory(found), rules=returns.per_rule(found), definition=returns.DEFINITION,
        rule_title=exports.rule_title, kept={"from": first.isoformat(), "to": last.isoformat()},
    )  # fmt: skip


@bp.get("/returns/records")
@authorize(Permission.SAMPLE_LIST)
def return_records() -> ResponseReturnValue:
    """Exactly the sheets that one number of the page counts."""
    actor, (first, last) = current_actor(), _period(whole_year=True)
    rule = request.args.get("rule")
    ids = queries.chosen(
        queries.sheets(actor, first, last), sampler=_asked("sampler"), laboratory=_asked("laboratory"), rule=rule,
        returned=request.args.get("only") == "returned",
    )  # fmt: skip
    said = [f"{first} 至 {last}", _asked("sampler"), _asked("laboratory"), exports.rule_title(rule) if rule is not None else ""]
    said.append("被退回修改的" if request.args.get("only") == "returned" else "")
    return render_template(
        "sheet_checks/records.html", rows=queries.records(actor, ids), words="，".join(part for part in said if part),
        kept={"from": first.isoformat(), "to": last.isoformat()}, state_tones=STATE_TONES,
    )  # fmt: skip


@bp.get("/returns/export")
@authorize(Permission.SAMPLE_EXPORT)
def export_returns() -> ResponseReturnValue:
    actor, (first, last) = current_actor(), _period(whole_year=True)
    at = f"{clock.office_time(clock.now()):%Y-%m-%d %H:%M}"
    sheets = exports.return_sheets(queries.sheets(actor, first, last), first, last, actor.name, at)
    content, rows = taken_out.made(sheets)
    with transaction():
        taken_out.note(KIND, None, "抽样单退修率", f"{first} 至 {last}", actor, content, rows)
    response = send_file(io.BytesIO(content), XLSX, as_attachment=True, download_name=f"抽样单退修率{first}至{last}.xlsx")
    response.headers["Cache-Control"] = "private, no-store"
    return response
