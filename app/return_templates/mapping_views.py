"""Pages of a template's mapping: one cell, one rule, files in, and the preview with real figures."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import upload_limits
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.cell_addresses import BadAddress, cell
from app.domain.permissions import Permission
from app.domain.return_lists import LISTS
from app.domain.return_mapping import read_spec
from app.domain.return_specs import KINDS, TEXTS, BadSpec
from app.errors import NotLikeThis
from app.forms import seen
from app.return_templates import forms, mapping_files, operations, previews, queries, showing
from app.return_templates.filling import MappedCell, mapping
from app.return_templates.mapping_files import RuleText
from app.return_templates.models import ReturnTemplate
from app.return_templates.operations import XLSX
from app.return_templates.page_views import bp, sent
from app.return_templates.uploads import MOST_BYTES

P = Permission


@bp.route("/<int:template_id>/cell", methods=["GET", "POST"])
@authorize(P.RETURN_TEMPLATE_EDIT, queries.template)
def edit_cell(row: ReturnTemplate) -> ResponseReturnValue:
    """What goes into one cell; which cell and which way stand in the address."""
    template_id, asked = row.id, request.values
    there = _mapped(row, asked.get("sheet", ""), asked.get("cell", ""))
    kind = forms.kind_asked(asked.get("kind") or (there.spec.kind if there else None))
    form: Any = forms.CELL_FORMS[kind](data=_shown(row, asked, there, kind))
    if form.is_submitted() and form.validate():
        with form.keeping():
            one = _written(form)
            with transaction():
                operations.map_cell(row, one, current_actor(), seen=form.version.data)
            flash(f"已对应：{one.sheet}!{one.cell} {one.name}", "success")
            return redirect(url_for(".show", template_id=template_id, sheet=one.sheet, _anchor=one.cell), 303)
    found = queries.template(current_actor(), template_id)
    assert found is not None
    page = render_template(
        "return_templates/cell.html", row=found, form=form, kind=kind, kinds=KINDS, there=there, texts=TEXTS, lists=LISTS,
        sheets=queries.package(found).sheets,
    )  # fmt: skip
    return page, form.status if form.is_submitted() else 200


def _shown(row: ReturnTemplate, asked: Any, there: MappedCell | None, kind: str) -> dict[str, Any]:
    package, at = queries.package(row), asked.get("cell", "")
    sheet = showing.sheet_named(package, asked.get("sheet"))
    own = forms.filled_in(there.spec) if there is not None and there.spec.kind == kind else showing.usual_form(package, sheet, at)
    name = there.name if there is not None else ""
    return {**own, "version": row.version, "sheet": sheet, "cell": at, "kind": kind, "name": name}


def _mapped(row: ReturnTemplate, sheet: str, at: str) -> MappedCell | None:
    return next((one for one in mapping(row) if (one.sheet, one.cell) == (sheet, at.strip().upper())), None)


def _written(form: Any) -> MappedCell:
    """The mapping as typed. Raises NotLikeThis with one sentence."""
    try:
        return MappedCell(form.sheet.data, str(cell(form.cell.data)), form.name.data, read_spec(form.spec()))
    except BadAddress as fault:
        raise NotLikeThis(str(fault), field="cell") from None
    except BadSpec as fault:
        raise NotLikeThis(str(fault)) from None


@bp.post("/<int:template_id>/cell/remove")
@authorize(P.RETURN_TEMPLATE_EDIT, queries.template)
def remove_cell(row: ReturnTemplate) -> ResponseReturnValue:
    template_id, sheet, at = row.id, request.form.get("sheet", ""), request.form.get("cell", "")
    with transaction():
        operations.unmap_cell(row, sheet, at, current_actor(), seen=seen())
    flash(f"已取消对应：{sheet}!{at}", "success")
    return redirect(url_for(".show", template_id=template_id, sheet=sheet), 303)


# ---------------------------------------------------------------- 审核公式

@bp.route("/<int:template_id>/rule", methods=["GET", "POST"])
@authorize(P.RETURN_TEMPLATE_EDIT, queries.template)
def edit_rule(row: ReturnTemplate) -> ResponseReturnValue:
    template_id = row.id
    kept = next((one for one in queries.rules(row.id) if one.code == request.args.get("code")), None)
    own = {} if kept is None else {
        "code": kept.code, "expression": kept.expression, "message": kept.message, "blocking": "1" if kept.blocking else "0",
    }  # fmt: skip
    form: Any = forms.RuleForm(data={**own, "version": row.version})
    if form.validate_on_submit():
        with form.keeping():
            rule = RuleText(form.code.data, form.expression.data, form.message.data, form.blocking.data == "1")
            with transaction():
                operations.set_rule(row, rule, current_actor(), seen=form.version.data)
            flash(f"已保存审核公式 {rule.code}", "success")
            return redirect(url_for(".show", template_id=template_id, _anchor="rules"), 303)
    found = queries.template(current_actor(), template_id)
    return render_template("return_templates/rule.html", row=found, form=form), form.status if form.is_submitted() else 200


@bp.post("/<int:template_id>/rule/remove")
@authorize(P.RETURN_TEMPLATE_EDIT, queries.template)
def remove_rule(row: ReturnTemplate) -> ResponseReturnValue:
    template_id, code = row.id, request.form.get("code", "")
    with transaction():
        operations.drop_rule(row, code, current_actor(), seen=seen())
    flash(f"已删除审核公式 {code}", "success")
    return redirect(url_for(".show", template_id=template_id, _anchor="rules"), 303)


# ---------------------------------------------------------------- files in

@bp.route("/<int:template_id>/import", methods=["GET", "POST"])
@authorize(P.RETURN_TEMPLATE_EDIT, queries.template)
@upload_limits.takes(MOST_BYTES)
def import_mapping(row: ReturnTemplate) -> ResponseReturnValue:
    """The mapping of another office, in place of what the draft has."""
    template_id = row.id
    form: Any = forms.FileForm(data={"version": row.version})
    if form.validate_on_submit():
        with form.keeping():
            given = mapping_files.read_file(form.file.data.filename or "", form.file.data.read(MOST_BYTES + 1))
            with transaction():
                lost = operations.replace_mapping(row, given, current_actor(), seen=form.version.data)
            left = f"，{len(lost)} 个不适合本模板：{'；'.join(lost[:5])}" if lost else ""
            flash(f"已导入 {len(given.cells) - len(lost)} 个单元格、{len(given.rules)} 条审核公式{left}", "warning" if lost else "success")
            return redirect(url_for(".show", template_id=template_id), 303)
    found = queries.template(current_actor(), template_id)
    return render_template("return_templates/import.html", row=found, form=form), form.status if form.is_submitted() else 200


# ---------------------------------------------------------------- preview

@bp.get("/<int:template_id>/preview")
@authorize(P.RETURN_TEMPLATE_READ, queries.template)
def preview(row: ReturnTemplate) -> ResponseReturnValue:
    """The form with real figures, before anybody adopts it."""
    actor = current_actor()
    form, refusal, found = previews.form(row, actor, request.args), None, None
    try:
        found = previews.filled(row, actor, form) if "area" in request.args else None
    except NotLikeThis as fault:
        refusal = fault.sentence
    shown = previews.page(row, found, request.args.get("sheet"))
    page = render_template(
        "return_templates/preview.html", row=row, form=form, refusal=refusal, found=found, asked=previews.asked(form), **shown
    )
    return page, 422 if refusal else 200


@bp.get("/<int:template_id>/preview.xlsx")
@authorize(P.RETURN_TEMPLATE_READ, queries.template)
def preview_file(row: ReturnTemplate) -> ResponseReturnValue:
    """The preview as the workbook it would be."""
    actor = current_actor()
    form = previews.form(row, actor, request.args)
    content = previews.workbook(row, actor, form)
    return sent(content, XLSX, f"{row.title}_{previews.words(form)}_预览.xlsx")
