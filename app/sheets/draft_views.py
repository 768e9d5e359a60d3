"""Drafts, templates, the pickers and the report on numbers: everything round the sheet's page."""

from __future__ import annotations

from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.numbering_gaps import in_ranges
from app.domain.permissions import Permission
from app.errors import Refused
from app.listings.queries import standing
from app.sampling import numbers
from app.sampling.asked import number
from app.sampling.models import FormDraft, SheetTemplate
from app.sampling.sheet_form import SheetForm
from app.sheets import operations, queries
from app.sheets.blueprint import bp
from app.sheets.forms import StepForm, TemplateForm

NO_KEY = "草稿没有编号，请刷新页面后继续填写"


@bp.post("/drafts/save")
@authorize(Permission.SAMPLE_CREATE)
def save() -> ResponseReturnValue:
    """The script's half-minutely save. Answers with the revision, or with the sentence that the page shows."""
    actor, form = current_actor(), SheetForm()
    if form.key is None:
        return jsonify(message=NO_KEY), 422
    try:
        with transaction():
            revision = operations.keep(
                actor, form.key, form.tab.data or "", form.revision.data or 0, request.form, clock.now()
            )
    except Refused as refusal:
        return jsonify(message=refusal.sentence), refusal.status
    return jsonify(revision=revision, saved=f"{clock.office_time(clock.now()):%H:%M:%S}")


@bp.get("/drafts")
@authorize(Permission.SAMPLE_CREATE)
def drafts() -> ResponseReturnValue:
    return render_template("sheets/drafts.html", drafts=queries.drafts(current_actor()))


@bp.post("/drafts/<int:draft_id>/void")
@authorize(Permission.SAMPLE_CREATE, queries.draft)
def void_draft(draft: FormDraft) -> ResponseReturnValue:
    if StepForm().validate_on_submit():
        with transaction():
            operations.close(current_actor(), draft.draft_key, clock.now())
        flash("草稿已放弃", "success")
    return redirect(url_for(".drafts"), 303)


# ---------------------------------------------------------------- templates

@bp.route("/templates", methods=["GET", "POST"])
@authorize(Permission.SAMPLE_CREATE)
def templates() -> ResponseReturnValue:
    """The list; with a draft in the address also the form that makes a template of it."""
    actor = current_actor()
    form = TemplateForm(data={"draft": request.args.get("draft", "")})
    draft = queries.draft_keyed(actor, form.draft.data)
    draft = draft if draft is not None and draft.closed_at is None else None
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                fields = draft.fields if draft is not None else {}
                made = operations.save_template(actor, form.name.data or "", fields, bool(form.shared.data), clock.now())
            flash(f"已存为模板：{made.name}", "success")
            return redirect(url_for("sampling.new", draft=draft.draft_key) if draft else url_for(".templates"), 303)
    return render_template(
        "sheets/templates.html", templates=queries.templates(actor), form=form, draft=draft, own_id=actor.user_id
    ), form.status if form.is_submitted() else 200


@bp.post("/templates/<int:template_id>/void")
@authorize(Permission.SAMPLE_CREATE, queries.own_template)
def void_template(template: SheetTemplate) -> ResponseReturnValue:
    form, actor = StepForm(), current_actor()
    if form.validate_on_submit():
        with transaction():
            operations.void_template(template, actor, clock.now())
        flash(f"已作废模板：{template.name}", "success")
    return redirect(url_for(".templates"), 303)


# ---------------------------------------------------------------- pickers

def _part() -> str:
    return "producer" if request.args.get("part") == "producer" else "sampled"


@bp.get("/pick")
@authorize(Permission.SAMPLE_CREATE)
def pick() -> ResponseReturnValue:
    """Looking for an enterprise without a script."""
    q = request.args.get("q", "")[:60]
    rows = queries.found_enterprises(current_actor(), q)
    return render_template(
        "sheets/pick.html", q=q, rows=rows, part=_part(), draft=request.args.get("draft", "")[:40],
        places={row.id: queries.as_fields(row, "sampled")["sampled_region"] for row in rows},
    )  # fmt: skip


@bp.get("/pick/enterprises")
@authorize(Permission.SAMPLE_CREATE)
def pick_enterprises() -> ResponseReturnValue:
    rows = queries.found_enterprises(current_actor(), request.args.get("q", "")[:60])
    listed = standing(row.id for row in rows)
    return _json([_offer(row, _part(), row.id in listed) for row in rows])


def _offer(row: Any, part: str, listed: bool) -> dict[str, Any]:
    fields = queries.as_fields(row, part)
    warning = "在严重违法失信名单中" if listed else None
    note = " ".join(part for part in (row.credit_code, fields[f"{part}_region"], row.status.value, warning) if part)
    return {"text": row.name, "note": note, "fields": fields}


@bp.get("/pick/products")
@authorize(Permission.SAMPLE_CREATE)
def pick_products() -> ResponseReturnValue:
    """What was lately sampled at this place."""
    found = queries.recent_products(current_actor(), request.args.get("enterprise"), request.args.get("name", ""))
    return _json([{"text": one["product_name"], "note": one["category"], "fields": one} for one in found])


def _json(rows: list[dict[str, Any]]) -> ResponseReturnValue:
    response = jsonify(rows)
    response.headers["Cache-Control"] = "private, no-store"
    return response


# ---------------------------------------------------------------- 不跳号

@bp.get("/numbers")
@authorize(Permission.SAMPLE_LIST)
def number_report() -> ResponseReturnValue:
    year = number(request.args.get("year")) or clock.today().year
    return render_template(
        "sheets/numbers.html", runs=numbers.number_runs(current_actor(), min(year, 9999)), year=year, in_ranges=in_ranges
    )
