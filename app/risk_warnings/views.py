"""Pages of 消费提示、风险预警: what was found, drafting from it, one of them, its approval, publication and withdrawal."""

from __future__ import annotations

import io
import secrets
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, taken_out
from app.authorize import authorize, can, current_actor
from app.db import transaction
from app.domain import risk_warnings as rules
from app.domain import workflow
from app.domain.permissions import Permission
from app.domain.reporting_kinds import WarningKind
from app.domain.reporting_states import WarningState, WarningStep
from app.domain.samples import ItemClass, Link
from app.errors import NotLikeThis
from app.forms import VersionForm
from app.indicators.batch_rows import category_names
from app.penalties.forms import number
from app.reference.warning_texts import warning_texts
from app.reference_data.books import calendar, region_book
from app.risk_warnings import exports, findings, forms, operations, paper, queries
from app.risk_warnings.models import PublicWarning
from app.sampling.showing import region_names
from app.sending import send_file
from app.spreadsheet_stream import TableSheet
from app.step_views import StepPages
from app.trail import trail

bp = Blueprint("risk_warnings", __name__, url_prefix="/warnings")
KIND = PublicWarning.__tablename__
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TONES = {
    WarningState.DRAFT: "neutral", WarningState.SUBMITTED: "yellow", WarningState.APPROVED: "blue", WarningState.PUBLISHED: "green",
    WarningState.WITHDRAWN: "red", WarningState.VOIDED: "neutral",
}  # fmt: skip
PHRASES = ("数据与依据一致，同意。", "说明文字已核对，同意发布。", "请补充依据后重新送审。")


@bp.get("/")
@authorize(Permission.WARNING_LIST)
def index() -> ResponseReturnValue:
    actor, filters = current_actor(), forms.filters_asked(request.args)
    found = queries.warnings(actor, filters, before=number(request.args.get("before")), after=number(request.args.get("after")))
    return render_template(
        "risk_warnings/index.html", page=found, filters=filters, kept=forms.kept(filters), counts=queries.counts(actor), tones=TONES,
        states=list(WarningState), kinds=list(WarningKind), expired=queries.expired, today=clock.today(),
    )  # fmt: skip


def _workbook(sheets: Sequence[TableSheet], name: str, subject: PublicWarning, said: str) -> ResponseReturnValue:
    content, rows = taken_out.made(sheets)
    with transaction():
        taken_out.note(KIND, subject.id, subject.number, said, current_actor(), content, rows, unit="批", org_id=subject.org_id)
    response = send_file(io.BytesIO(content), XLSX, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response


# ---------------------------------------------------------------- drafting

@bp.route("/new", methods=["GET", "POST"])
@authorize(Permission.WARNING_EDIT)
def new() -> ResponseReturnValue:
    """The question stands in the address; what it finds is shown, and drafted from by one click."""
    form: Any = forms.DraftForm(data={"key": secrets.token_hex(16)})
    if form.validate_on_submit():
        if form.key.data and (earlier := queries.submitted(form.key.data)) is not None:
            return redirect(url_for(".show", warning_id=earlier), 303)
        with form.keeping():
            question, kind, key = forms.question_asked(request.args, clock.today()), WarningKind(form.kind.data), form.key.data or None
            with transaction():
                made = operations.draft(question, kind, current_actor(), clock.now(), seen=form.seen.data or None, key=key)
            flash(f"已起草：{made.number}，请核对并修改文字后提交审批", "success")
            return redirect(url_for(".show", warning_id=made.id), 303)
    return _finding_page(form), form.status if form.is_submitted() else 200


def _finding_page(form: Any) -> str:
    actor, today = current_actor(), clock.today()
    question = found = fault = None
    try:
        question = forms.question_asked(request.args, today)
        found = findings.find(actor, question, today)
    except NotLikeThis as refusal:
        fault = refusal.sentence
    if found is not None:
        form.seen.data, form.seen.raw_data = found.sha256, None
    texts = warning_texts(today)
    return render_template(
        "risk_warnings/new.html", form=form, question=question, found=found, fault=fault, places=region_names(), asked=request.args,
        again=forms.asked_again(question) if question else {}, categories=sorted(category_names().items()), links=list(Link),
        items=findings.failing_items([one.sample_id for one in found.batches]) if found else {},
        place=region_book().full_name(question.region_id) if question and question.region_id else "",
        disputed=queries.disputed([one.sample_id for one in found.batches]) if found else 0,
        unchecked=rules.unchecked(found.finding, texts) if found else [], today=today,
    )  # fmt: skip


# ---------------------------------------------------------------- one of them

@bp.get("/<int:warning_id>")
@authorize(Permission.WARNING_READ, queries.warning)
def show(warning: PublicWarning) -> ResponseReturnValue:
    return _page(warning)


def _steps(warning: PublicWarning) -> set[str]:
    found = {
        step.value
        for step in WarningStep
        if (arrow := workflow.arrow(KIND, warning.state, step)) is not None and can(arrow.permission, warning)
    }
    return found - {"approve"} if current_actor().user_id in operations.hands(warning) else found


def _page(warning: PublicWarning, refusal: Any = None) -> str:
    rows = queries.sources(warning.id)
    changed = [row for row in rows if queries.why_changed(row)]
    remark = forms.CommentForm(formdata=None, data=_suggested(warning, changed))
    issue = forms.IssueForm(formdata=None, data={"version": warning.version, "published_on": clock.today(), "channel": "本局门户网站"})
    return render_template(
        "risk_warnings/show.html", warning=warning, steps=_steps(warning), tones=TONES, refusal=refusal, phrases=PHRASES, rows=rows,
        changed=changed, why=queries.why_changed, items=findings.failing_items([row.sample_id for row in rows]),
        disputed=queries.disputed([row.sample_id for row in rows]), expired=queries.expired(warning, clock.today()),
        issuing=refusal if isinstance(refusal, forms.IssueForm) else issue,
        commenting=refusal if isinstance(refusal, forms.CommentForm) else remark,
        recounting=forms.RecountForm(formdata=None, data={"version": warning.version}), office=queries.office_name(warning.org_id),
        unchecked=_unchecked(warning), timeline=trail(KIND, warning.id, calendar()), waiting=_waiting(warning),
        people=queries.person_names(warning.created_by_id, warning.approved_by_id, warning.published_by_id),
    )  # fmt: skip


def _suggested(warning: PublicWarning, changed: Sequence[Any]) -> dict[str, Any]:
    """A published one whose basis has changed is proposed to be withdrawn; people decide."""
    said = ""
    if warning.state is WarningState.PUBLISHED and changed:
        said = f"依据的 {len(changed)} 批次已有变化（{'、'.join(row.number for row in changed[:5])}），撤回重新核对。"
    return {"version": warning.version, "comment": said}


def _unchecked(warning: PublicWarning) -> list[str]:
    """Explanations of the draft that nobody has verified; shown until it is approved."""
    if warning.state not in (WarningState.DRAFT, WarningState.SUBMITTED):
        return []
    named = [(one["item"], ItemClass(one["class"]) if one.get("class") else None) for one in warning.findings.get("items", ())]
    return rules.unchecked_items(named, warning_texts(clock.today()))


def _waiting(warning: PublicWarning) -> str | None:
    return {
        WarningState.SUBMITTED: "等待审批（起草、修改、送审的人不得审批）", WarningState.APPROVED: "等待发布并登记发布渠道",
    }.get(warning.state)  # fmt: skip


@bp.get("/<int:warning_id>/print")
@authorize(Permission.WARNING_READ, queries.warning)
def print_page(warning: PublicWarning) -> ResponseReturnValue:
    return render_template(
        "risk_warnings/print.html", warning=warning, office=queries.office_name(warning.org_id), published=WarningState.PUBLISHED
    )


@bp.get("/<int:warning_id>/letter.docx")
@authorize(Permission.WARNING_READ, queries.warning)
def letter(warning: PublicWarning) -> ResponseReturnValue:
    actor = current_actor()
    made = paper.letter(warning, actor)
    with transaction():
        paper.record(made, warning, actor, clock.now())
    response = send_file(io.BytesIO(made.content), paper.DOCX, as_attachment=True, download_name=f"{warning.number}.docx")
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.get("/<int:warning_id>/sources.xlsx")
@authorize(Permission.WARNING_READ, queries.warning)
def sources(warning: PublicWarning) -> ResponseReturnValue:
    """依据批次, exactly those listed on the page."""
    rows = queries.sources(warning.id)
    items = findings.failing_items([row.sample_id for row in rows])
    sheets = exports.source_sheets(warning, rows, items, current_actor(), clock.now())
    return _workbook(sheets, f"{warning.number}依据批次.xlsx", warning, "依据批次")


@bp.route("/<int:warning_id>/edit", methods=["GET", "POST"])
@authorize(Permission.WARNING_EDIT, queries.warning)
def edit(warning: PublicWarning) -> ResponseReturnValue:
    warning_id, number_, kind = warning.id, warning.number, warning.kind
    values = {name: getattr(warning, name) for name in (*operations.TITLES, "version")}
    form: Any = forms.EditForm(data=values)
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operations.edit(warning, form.written, current_actor(), clock.now(), seen=form.version.data)
            flash("已保存", "success")
            return redirect(url_for(".show", warning_id=warning_id), 303)
    if form.status == 409 and (found := queries.warning(current_actor(), warning_id)) is not None:
        form.version.data, form.version.raw_data = found.version, None
    page = render_template(
        "risk_warnings/edit.html", form=form, warning_id=warning_id, number=number_, alert=kind is WarningKind.ALERT,
        audiences=rules.AUDIENCES,
    )  # fmt: skip
    return page, form.status if form.is_submitted() else 200


# ---------------------------------------------------------------- steps

STEPS = StepPages("warning_id", queries.warning, _page)


@bp.post("/<int:warning_id>/recount")
@authorize(Permission.WARNING_EDIT, queries.warning)
def recount(warning: PublicWarning) -> ResponseReturnValue:
    def taken(form: Any) -> None:
        operations.recount(warning, current_actor(), clock.now(), rewrite=form.rewrite.data, seen=form.version.data)

    return STEPS.take(warning, forms.RecountForm(), "已重新取数，请核对正文中的数字", taken)


@bp.post("/<int:warning_id>/submit")
@authorize(Permission.WARNING_EDIT, queries.warning)
def submit(warning: PublicWarning) -> ResponseReturnValue:
    def taken(form: Any) -> None:
        operations.submit(warning, current_actor(), clock.now(), form.comment.data or None, seen=form.version.data)

    return STEPS.take(warning, forms.CommentForm(), "已提交，请他人审批", taken)


@bp.post("/<int:warning_id>/recall")
@authorize(Permission.WARNING_EDIT, queries.warning)
def recall(warning: PublicWarning) -> ResponseReturnValue:
    return STEPS.take(warning, VersionForm(), "已撤回送审", lambda form: operations.recall(
        warning, current_actor(), seen=form.version.data,
    ))  # fmt: skip


@bp.post("/<int:warning_id>/return")
@authorize(Permission.WARNING_DECIDE, queries.warning)
def send_back(warning: PublicWarning) -> ResponseReturnValue:
    def taken(form: Any) -> None:
        operations.send_back(warning, current_actor(), form.comment.data, seen=form.version.data)

    return STEPS.take(warning, forms.CommentForm(), "已退回起草人", taken)


@bp.post("/<int:warning_id>/approve")
@authorize(Permission.WARNING_DECIDE, queries.warning)
def approve(warning: PublicWarning) -> ResponseReturnValue:
    def taken(form: Any) -> None:
        operations.approve(warning, current_actor(), clock.now(), form.comment.data or None, seen=form.version.data)

    return STEPS.take(warning, forms.CommentForm(), "已批准，请按批准的文字发布并登记", taken)


@bp.post("/<int:warning_id>/publish")
@authorize(Permission.WARNING_ISSUE, queries.warning)
def publish(warning: PublicWarning) -> ResponseReturnValue:
    def taken(form: Any) -> None:
        operations.publish(warning, form.issue, current_actor(), clock.now(), seen=form.version.data)

    return STEPS.take(warning, forms.IssueForm(), "已登记发布", taken)


@bp.post("/<int:warning_id>/withdraw")
@authorize(Permission.WARNING_DECIDE, queries.warning)
def withdraw(warning: PublicWarning) -> ResponseReturnValue:
    def taken(form: Any) -> None:
        operations.withdraw(warning, current_actor(), form.comment.data, clock.now(), seen=form.version.data)

    return STEPS.take(warning, forms.CommentForm(), "已撤回，请同时在发布渠道撤下或更正", taken)


@bp.post("/<int:warning_id>/void")
@authorize(Permission.WARNING_EDIT, queries.warning)
def void(warning: PublicWarning) -> ResponseReturnValue:
    def taken(form: Any) -> None:
        operations.void(warning, current_actor(), form.comment.data, seen=form.version.data)

    return STEPS.take(warning, forms.CommentForm(), "已作废", taken)
