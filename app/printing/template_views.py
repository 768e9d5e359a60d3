"""Pages of the templates (文书模板): which hold, taking one out, putting another in its place, going back."""

from __future__ import annotations

import io

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, document_checks, documents, files, upload_limits
from app.attachments.operations import safe_name
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain import documents as rules
from app.domain.documents import DocumentKind
from app.domain.permissions import Permission
from app.errors import NotFound
from app.printing import forms, queries, templates
from app.printing.blueprint import bp
from app.sending import send_file


def _kind(code: str) -> DocumentKind:
    kind = rules.by_code(code)
    if kind is None:
        raise NotFound("没有这种文书，请从“文书模板”页面进入")
    return kind


@bp.get("/templates", endpoint="templates")
@authorize(Permission.TEMPLATE_READ)
def template_list() -> ResponseReturnValue:
    rows = queries.templates_in_force(current_actor().org_path)
    return render_template("printing/templates.html", kinds=list(DocumentKind), rows=rows, own=current_actor().org_id)


@bp.get("/templates/<code>")
@authorize(Permission.TEMPLATE_READ)
def template(code: str) -> ResponseReturnValue:
    return _template(_kind(code))


def _template(
    kind: DocumentKind, replacing: forms.ReplaceForm | None = None, restoring: forms.RestoreForm | None = None
) -> ResponseReturnValue:
    actor = current_actor()
    row = queries.template_in_force(actor.org_path, kind)
    seen = row.id if row else 0
    form = next((one for one in (replacing, restoring) if one is not None), None)
    replacing = replacing or forms.ReplaceForm(formdata=None)
    replacing.seen.data = seen
    return render_template(
        "printing/template.html", kind=kind, row=row, seen=seen, form=replacing, restoring=restoring, own=actor.org_id,
        fields=rules.fields(kind), lists=rules.lists(kind), versions=queries.template_versions(actor, kind),
    ), form.status if form is not None else 200  # fmt: skip


@bp.get("/templates/<code>/download")
@authorize(Permission.TEMPLATE_READ)
def download_template(code: str) -> ResponseReturnValue:
    """The template in force, the shipped one, or one that the office had in force before."""
    kind, actor, which = _kind(code), current_actor(), request.args.get("which", "")
    if which == "shipped":
        content = templates.shipped(kind)
    elif which:
        kept = next((one for one in queries.template_versions(actor, kind) if str(one.id) == which), None)
        if kept is None:
            raise NotFound("没有这个版本的模板，请从模板页面进入")
        content = files.read(kept.sha256)
    else:
        content = templates.in_force(actor, kind).content
    return send_file(io.BytesIO(content), documents.DOCX, as_attachment=True, download_name=f"{kind.value}模板.docx")


@bp.post("/templates/<code>/replace")
@authorize(Permission.TEMPLATE_EDIT)
@upload_limits.takes_files
def replace_template(code: str) -> ResponseReturnValue:
    form, kind = forms.ReplaceForm(), _kind(code)
    if form.validate_on_submit():
        with form.keeping():
            content = form.file.data.stream.read(document_checks.LARGEST + 1)
            name = safe_name(form.file.data.filename or "") or f"{kind.code}.docx"
            with transaction():
                templates.replace(kind, content, name, form.reason.data or "", current_actor(), clock.now(), seen=form.seen.data)
            flash(f"已更换{kind.value}的模板，以后的打印使用新模板", "success")
            return redirect(url_for(".template", code=kind.code), 303)
    return _template(kind, replacing=form)


@bp.post("/templates/<code>/restore")
@authorize(Permission.TEMPLATE_EDIT)
def restore_template(code: str) -> ResponseReturnValue:
    form, kind = forms.RestoreForm(), _kind(code)
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                templates.restore(kind, form.reason.data or "", current_actor(), clock.now(), seen=form.seen.data)
            flash(f"{kind.value}已恢复使用原模板，更换过的模板仍可下载", "success")
            return redirect(url_for(".template", code=kind.code), 303)
    return _template(kind, restoring=form)
