"""Pages of 报表模板: the list, uploading, one edition with its sheets, and the steps until it is in use."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, upload_limits
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.permissions import Permission
from app.domain.reporting_kinds import ReturnPeriod
from app.domain.reporting_states import TemplateState
from app.errors import NotFound
from app.penalties.forms import number
from app.return_templates import forms, mapping_views, operations, queries, shipped, showing, taking
from app.return_templates.models import ReturnTemplate
from app.return_templates.operations import XLSX
from app.return_templates.page_views import bp, sent
from app.return_templates.uploads import MOST_BYTES
from app.step_views import StepPages

__all__ = ["bp", "mapping_views"]
P = Permission
KIND = ReturnTemplate.__tablename__


@bp.get("/")
@authorize(P.RETURN_TEMPLATE_LIST)
def index() -> ResponseReturnValue:
    actor, state = current_actor(), forms.state_asked(request.args)
    found = queries.templates(actor, state, before=number(request.args.get("before")), after=number(request.args.get("after")))
    return render_template(
        "return_templates/index.html", page=found, state=state, states=list(TemplateState), counts=queries.counts(actor),
        tones=showing.TONES, shipped=shipped.offered(actor),
    )  # fmt: skip


@bp.post("/load-shipped")
@authorize(P.RETURN_TEMPLATE_EDIT)
def load_shipped() -> ResponseReturnValue:
    """装载默认模板: those that came with the program and this office does not have yet, as drafts."""
    with transaction():
        made = shipped.load(current_actor(), clock.now())
    names = "、".join(one.template.title for one in made)
    flash(f"已装载 {len(made)} 个默认模板：{names}。请核对后提交审核" if made else "默认模板都已装载，没有变化", "success")
    return redirect(url_for(".index"), 303)


@bp.route("/new", methods=["GET", "POST"])
@authorize(P.RETURN_TEMPLATE_EDIT)
@upload_limits.takes(MOST_BYTES)
def new() -> ResponseReturnValue:
    actor = current_actor()
    form: Any = forms.UploadForm(data=showing.next_edition(actor, request.args.get("code", "")))
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                made = operations.upload(_wish(form), form.file.data.filename or "", form.file.data.read(), actor, clock.now())
            flash(f"已上传：{made.template.title} 第 {made.template.edition} 版" + showing.carried(made), "success")
            return redirect(url_for(".show", template_id=made.template.id), 303)
    page = render_template("return_templates/new.html", form=form)
    return page, form.status if form.is_submitted() else 200


def _wish(form: Any) -> operations.Wish:
    return operations.Wish(
        form.code.data, form.title.data, ReturnPeriod(form.period_kind.data), form.issuer.data or "", form.document_no.data or "",
        form.valid_from.data, form.note.data or "", bool(form.carry.data),
    )  # fmt: skip


@bp.get("/<int:template_id>")
@authorize(P.RETURN_TEMPLATE_READ, queries.template)
def show(row: ReturnTemplate) -> ResponseReturnValue:
    return _page(row)


def _page(row: ReturnTemplate, refusal: Any = None) -> str:
    form = forms.StepForm(formdata=None, data={"version": row.version}) if refusal is None else refusal
    return render_template(
        "return_templates/show.html", row=row, form=form, refusal=refusal, **showing.page(row, request.args.get("sheet"))
    )


@bp.get("/<int:template_id>/file")
@authorize(P.RETURN_TEMPLATE_READ, queries.template)
def original(row: ReturnTemplate) -> ResponseReturnValue:
    """The authority's own file, byte for byte."""
    with transaction():
        content = taking.took(row, "xlsx", current_actor(), original=True)
    return sent(content, XLSX, row.filename)


@bp.get("/<int:template_id>/export.<ending>")
@authorize(P.RETURN_TEMPLATE_READ, lambda actor, template_id, ending: queries.template(actor, template_id))
def export(row: ReturnTemplate) -> ResponseReturnValue:
    """The mapping and the rules, for another office."""
    ending = request.path.rpartition(".")[2]
    if ending not in ("json", "xlsx"):
        raise NotFound("只能导出 json 或 xlsx 文件，请从报表模板的页面导出")
    with transaction():
        content = taking.took(row, ending, current_actor())
    name = f"对应关系_{row.code}_第{row.edition}版_{clock.today()}.{ending}"
    return sent(content, "application/json" if ending == "json" else XLSX, name)


# ---------------------------------------------------------------- its steps

STEPS = StepPages("template_id", queries.template, _page)


@bp.post("/<int:template_id>/submit")
@authorize(P.RETURN_TEMPLATE_EDIT, queries.template)
def submit(row: ReturnTemplate) -> ResponseReturnValue:
    return STEPS.take(row, forms.StepForm(), "已提交，请他人审核", lambda form: operations.submit(
        row, current_actor(), form.comment.data or None, seen=form.version.data,
    ))  # fmt: skip


@bp.post("/<int:template_id>/recall")
@authorize(P.RETURN_TEMPLATE_EDIT, queries.template)
def recall(row: ReturnTemplate) -> ResponseReturnValue:
    return STEPS.take(row, forms.StepForm(), "已撤回，可以继续修改", lambda form: operations.recall(
        row, current_actor(), seen=form.version.data,
    ))  # fmt: skip


@bp.post("/<int:template_id>/return")
@authorize(P.RETURN_TEMPLATE_ADOPT, queries.template)
def give_back(row: ReturnTemplate) -> ResponseReturnValue:
    return STEPS.take(row, forms.StepForm(), "已退回编制人", lambda form: operations.give_back(
        row, current_actor(), form.comment.data or "", seen=form.version.data,
    ))  # fmt: skip


@bp.post("/<int:template_id>/adopt")
@authorize(P.RETURN_TEMPLATE_ADOPT, queries.template)
def adopt(row: ReturnTemplate) -> ResponseReturnValue:
    return STEPS.take(row, forms.StepForm(), "已启用，可以用它生成报表", lambda form: operations.adopt(
        row, current_actor(), clock.now(), comment=form.comment.data or None, seen=form.version.data,
    ))  # fmt: skip


@bp.post("/<int:template_id>/retire")
@authorize(P.RETURN_TEMPLATE_ADOPT, queries.template)
def retire(row: ReturnTemplate) -> ResponseReturnValue:
    return STEPS.take(row, forms.StepForm(), "已停用", lambda form: operations.retire(
        row, current_actor(), form.comment.data or "", seen=form.version.data,
    ))  # fmt: skip


@bp.post("/<int:template_id>/void")
@authorize(P.RETURN_TEMPLATE_EDIT, queries.template)
def void(row: ReturnTemplate) -> ResponseReturnValue:
    return STEPS.take(row, forms.StepForm(), "已作废", lambda form: operations.void(
        row, current_actor(), form.comment.data or "", seen=form.version.data,
    ))  # fmt: skip
