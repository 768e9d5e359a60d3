"""Pages of 检验时限 and of the plausibility screen."""

from __future__ import annotations

import io
from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, taken_out
from app.authorize import authorize, can, current_actor
from app.db import transaction
from app.domain.permissions import Permission
from app.domain.plausibility import LEVEL, HintKind
from app.domain.turnaround import BINS, OpenStage, Timing, bin_name
from app.errors import NotFound
from app.reference_data import standing
from app.sending import send_file
from app.spreadsheet_stream import TableSheet
from app.turnaround import addresses, drawings, exports, forms, operations, queries, reading, screen_queries, screening
from app.turnaround.addresses import asked, laboratory_asked, laboratory_word, page_asked
from app.turnaround.models import ReportAgreement
from app.turnaround.queries import Laboratory
from app.turnaround.reading import Undated, Waiting

bp = Blueprint("turnaround", __name__, url_prefix="/turnaround")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SIZE = 50
TONES = {OpenStage.OVERDUE: "red", OpenStage.SOON: "yellow", OpenStage.RUNNING: "green"}
TIMING_TONES = {
    Timing.ON_TIME: "green", Timing.LATE: "red", Timing.UNKNOWN: "grey", Timing.WRONG: "yellow", Timing.UNRULED: "grey",
}  # fmt: skip
STAGES = {"overdue": OpenStage.OVERDUE, "soon": OpenStage.SOON, "running": OpenStage.RUNNING}
UNDATED = "undated"
LEGEND = (
    (OpenStage.OVERDUE.value, "red", "应出报告日期已过"),
    (OpenStage.SOON.value, "yellow", "剩余 3 个工作日以内（含今天到期）"),
    (OpenStage.RUNNING.value, "green", "剩余 3 个工作日以上"),
)


def _choices() -> list[tuple[int, str]]:
    return [(one.id, one.name) for one in standing.laboratories(offered=False)]


@bp.get("/")
@authorize(Permission.TURNAROUND_READ)
def index() -> ResponseReturnValue:
    actor, query = current_actor(), asked()
    figures = reading.figures(actor, query.filters)
    owed = reading.outstanding(actor, query.filters.laboratory, clock.today())
    names = queries.organisation_names()
    known = sorted({*figures.by_laboratory, *owed.laboratories}, key=lambda at: reading.named(at, names))
    return render_template(
        "turnaround/index.html", query=query, found=figures, owed=owed, owing=owed.laboratories, known=known, names=names,
        named=reading.named, chart=drawings.histogram(figures.whole, query), choices=_choices(), word=laboratory_word,
        timing=Timing, stage=OpenStage,
    )  # fmt: skip


@bp.get("/reports")
@authorize(Permission.TURNAROUND_READ)
def reports() -> ResponseReturnValue:
    actor, query, number = current_actor(), asked(), page_asked()
    rows = reading.page(reading.reports(actor, query.filters, query.narrowed), number, SIZE)
    total = reading.counted(actor, query.filters, query.narrowed)
    return render_template(
        "turnaround/reports.html", query=query, rows=rows, total=total, number=number, more=number * SIZE < total, choices=_choices(),
        names=queries.organisation_names(), named=reading.named, word=laboratory_word, tones=TIMING_TONES,
        stands=[(word, addresses.stand_name(word)) for word in addresses.STANDS], bars=[(at, bin_name(at)) for at in range(len(BINS))],
    )  # fmt: skip


@bp.get("/export")
@authorize(Permission.TURNAROUND_READ)
def export() -> ResponseReturnValue:
    """The reports as asked for, as a workbook; who took it out is in the history."""
    actor, query, names = current_actor(), asked(), queries.organisation_names()
    said = exports.conditions(query, names)
    tallies = reading.figures(actor, query.filters).by_laboratory
    found = reading.reports(actor, query.filters, query.narrowed)
    return _workbook(exports.report_sheets(found, tallies, names, exports.about(actor, clock.now(), said)), "检验时限", said)


def _workbook(sheets: Sequence[TableSheet], name: str, said: str) -> ResponseReturnValue:
    actor = current_actor()
    content, rows = taken_out.made(sheets)
    with transaction():
        taken_out.note(operations.KIND, None, name, said, actor, content, rows)
    response = send_file(io.BytesIO(content), XLSX, as_attachment=True, download_name=f"{name}{clock.today()}.xlsx")
    response.headers["Cache-Control"] = "private, no-store"
    return response


# ---------------------------------------------------------------- samples without a report

def _owed() -> tuple[reading.Outstanding, str, Sequence[Waiting | Undated], Laboratory]:
    laboratory = laboratory_asked(request.args.get("laboratory"))
    found = reading.outstanding(current_actor(), laboratory, clock.today())
    stage = request.args.get("stage", "overdue")
    if stage == UNDATED:
        return found, stage, found.undated, laboratory
    if stage in STAGES:
        return found, stage, [one for one in found.rows if one.stage is STAGES[stage]], laboratory
    return found, "all", [*found.rows, *found.undated], laboratory


@bp.get("/overdue")
@authorize(Permission.TURNAROUND_READ)
def overdue() -> ResponseReturnValue:
    found, stage, rows, laboratory = _owed()
    number = page_asked()
    return render_template(
        "turnaround/overdue.html", found=found, stage=stage, stages=STAGES, rows=rows[(number - 1) * SIZE : number * SIZE],
        total=len(rows), number=number, more=number * SIZE < len(rows), laboratory=laboratory_word(laboratory), choices=_choices(),
        names=queries.organisation_names(), named=reading.named, tones=TONES, legend=LEGEND,
    )  # fmt: skip


@bp.get("/overdue/export")
@authorize(Permission.TURNAROUND_READ)
def export_overdue() -> ResponseReturnValue:
    _, stage, rows, laboratory = _owed()
    names = queries.organisation_names()
    where = "全部检验机构" if laboratory is None else reading.named(laboratory, names)
    state = STAGES[stage].value if stage in STAGES else "不能计时" if stage == UNDATED else "全部"
    said = f"未出报告样品，{where}，状态：{state}，截至 {clock.today()}"
    return _workbook(exports.open_sheets(rows, names, exports.about(current_actor(), clock.now(), said)), "未出报告样品", said)


# ---------------------------------------------------------------- agreements

@bp.get("/agreements")
@authorize(Permission.TURNAROUND_READ)
def agreements() -> ResponseReturnValue:
    return _agreements()


def _agreements(form: forms.VoidForm | None = None) -> ResponseReturnValue:
    rows = queries.agreements(current_actor())
    voidable = {row.id for row in rows if row.voided_at is None and can(Permission.TURNAROUND_VOID, row)}
    return render_template(
        "turnaround/agreements.html", rows=rows, voidable=voidable, names=queries.organisation_names(), foods=operations.FOODS,
        today=clock.today(), form=form,
    ), form.status if form else 200  # fmt: skip


@bp.route("/agreements/new", methods=["GET", "POST"])
@authorize(Permission.TURNAROUND_AGREE)
def agree() -> ResponseReturnValue:
    form = forms.AgreeForm(valid_from=clock.today())
    form.laboratory.choices = [(one.id, one.name) for one in standing.laboratories()]
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                made = operations.agree(form.terms, current_actor(), clock.now())
            flash(f"已登记检验时限约定：{made.document_no}", "success")
            return redirect(url_for(".agreements"), 303)
    return render_template("turnaround/agree.html", form=form), form.status if form.is_submitted() else 200


@bp.post("/agreements/<int:agreement_id>/void")
@authorize(Permission.TURNAROUND_VOID, queries.agreement)
def void(agreement: ReportAgreement) -> ResponseReturnValue:
    form = forms.VoidForm()
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operations.void(agreement, form.reason.data or "", current_actor(), clock.now())
            flash(f"已作废检验时限约定：{agreement.document_no}", "success")
            return redirect(url_for(".agreements"), 303)
    return _agreements(form)


# ---------------------------------------------------------------- the plausibility screen

@bp.get("/screen")
@authorize(Permission.SCREEN_READ)
def screen() -> ResponseReturnValue:
    first, last = addresses.period(addresses.past_year())
    return render_template(
        "turnaround/screen.html", found=screening.screen(current_actor(), first, last), first=first, last=last, kinds=list(HintKind),
        level=f"{LEVEL:.0%}", word=laboratory_word, drift=HintKind.DRIFT, methods=screening.METHODS,
    )  # fmt: skip


@bp.get("/screen/samples")
@authorize(Permission.SCREEN_READ)
def screen_samples() -> ResponseReturnValue:
    """The samples behind one hint."""
    actor, number = current_actor(), page_asked()
    first, last = addresses.period(addresses.past_year())
    key = request.args.get("hint", "")[:40]
    if not key:
        return redirect(url_for(".screen"), 303)
    hint = screening.hint(actor, first, last, key)
    if hint is None:
        raise NotFound("没有找到该提示：数据可能已更正，请返回合理性提示页面重新查看")
    ids = hint.check.samples
    rows = screen_queries.samples(actor, ids[(number - 1) * SIZE : number * SIZE])
    return render_template(
        "turnaround/screen_samples.html", hint=hint, rows=rows, number=number, total=len(ids), more=number * SIZE < len(ids),
        first=first, last=last, key=key,
    )  # fmt: skip
