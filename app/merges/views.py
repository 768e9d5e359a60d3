"""Pages of 企业档案合并: near-duplicates in the register, merged and put back."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.duplicate_names import Certainty
from app.domain.permissions import Permission
from app.domain.supervision_states import MergeState
from app.enterprises.forms import number
from app.errors import NotAllowedNow, NotLikeThis
from app.forms import OfficeForm
from app.merges import forms, operations, queries, showing
from app.merges.models import EnterpriseMerge
from app.merges.queries import Couple
from app.paging import page_size
from app.reference_data.books import region_book
from app.sampling.showing import regions_to_choose
from app.trail import trail

bp = Blueprint("merges", __name__, url_prefix="/merges")
KIND = EnterpriseMerge.__tablename__
TONES = {Certainty.SURE: "red", Certainty.LIKELY: "yellow", Certainty.POSSIBLE: "neutral"}
STATE_TONES = {MergeState.MERGED: "blue", MergeState.UNDONE: "neutral"}


@bp.app_context_processor
def blocks() -> dict[str, Any]:
    """``merges_of_enterprise(enterprise)`` for the page of an enterprise."""
    return {"merges_of_enterprise": showing.of_enterprise}


@bp.get("/")
@authorize(Permission.ENTERPRISE_MERGE)
def index() -> ResponseReturnValue:
    """Pairs that look alike; a register that takes longer than a reader waits is compared area by area."""
    size = page_size()
    actor, filters = current_actor(), forms.filters_asked(request.args)
    count = queries.in_question(actor, filters)
    found = queries.pairs(actor, filters) if count <= queries.MOST else []
    page = max(number(request.args.get("page")) or 1, 1)
    shown = found[(page - 1) * size : page * size]
    return render_template(
        "merges/index.html", filters=filters, kept=forms.kept(filters), count=count, most=queries.MOST, pairs=shown, total=len(found),
        page=page, more=len(found) > page * size, rows=queries.shown([one for pair in shown for one in (pair.first, pair.second)]),
        certainties=list(Certainty), tones=TONES, regions=region_book(), places=regions_to_choose(), merges=queries.latest(actor),
        state_tones=STATE_TONES,
    )  # fmt: skip


@bp.route("/<int:kept_id>/<int:merged_id>", methods=["GET", "POST"])
@authorize(Permission.ENTERPRISE_MERGE, queries.couple)
def preview(couple: Couple) -> ResponseReturnValue:
    """Both records side by side and what would move; then the merge itself."""
    kept_id, merged_id = couple.kept.id, couple.merged.id
    versions = {"kept_version": couple.kept.version, "merged_version": couple.merged.version}
    form: Any = forms.MergeForm(data={**versions, "key": secrets.token_hex(16)})
    if form.validate_on_submit():
        if form.key.data and (earlier := queries.submitted(form.key.data)) is not None:
            return redirect(url_for(".show", merge_id=earlier), 303)
        with form.keeping():
            with transaction():
                made = operations.merge(
                    couple.kept, couple.merged, form.comment.data, current_actor(), clock.now(),
                    seen=(form.kept_version.data, form.merged_version.data), key=form.key.data or None,
                )  # fmt: skip
            flash(f"已合并：{made.number}，“{made.merged_name}”并入保留的档案", "success")
            return redirect(url_for(".show", merge_id=made.id), 303)
    return _preview(kept_id, merged_id, form)


def _preview(kept_id: int, merged_id: int, form: Any) -> ResponseReturnValue:
    """Read anew: a refusal has rolled everything back, and what the page shows is what a second sending answers for."""
    couple = queries.couple(current_actor(), kept_id, merged_id)
    assert couple is not None
    if form.is_submitted():
        for field, one in ((form.kept_version, couple.kept), (form.merged_version, couple.merged)):
            field.data, field.raw_data = one.version, None
    try:
        operations.refuse_pair(couple.kept, couple.merged)
        refusal = None
    except (NotLikeThis, NotAllowedNow) as problem:
        refusal = problem.sentence
    page = render_template(
        "merges/preview.html", kept=couple.kept, merged=couple.merged, form=form, refusal=refusal, regions=region_book(),
        moves=showing.previewed(kept_id, merged_id), people=[showing.people(one) for one in (couple.kept, couple.merged)],
    )  # fmt: skip
    return page, form.status if form.is_submitted() else 200


@bp.post("/<int:kept_id>/<int:merged_id>/apart")
@authorize(Permission.ENTERPRISE_MERGE, queries.couple)
def apart(couple: Couple) -> ResponseReturnValue:
    form = OfficeForm()
    if form.validate_on_submit():
        with transaction():
            operations.tell_apart(couple.kept, couple.merged, current_actor())
        flash(f"已记下“{couple.kept.name}”与“{couple.merged.name}”不是重复，以后不再提示", "success")
    return redirect(url_for(".index"), 303)


# ---------------------------------------------------------------- one merge

@bp.get("/<int:merge_id>")
@authorize(Permission.ENTERPRISE_MERGE, queries.merge)
def show(merge: EnterpriseMerge) -> ResponseReturnValue:
    return _page(merge)


def _page(merge: EnterpriseMerge, refusal: Any = None) -> str:
    return render_template(
        "merges/show.html", merge=merge, refusal=refusal, form=refusal or forms.UndoForm(formdata=None, data={"version": merge.version}),
        rows=queries.shown([merge.kept_id, merge.merged_id]), moved=showing.done(merge.moved), standing=operations.is_standing(merge),
        state_tones=STATE_TONES, timeline=trail(KIND, merge.id),
    )  # fmt: skip


@bp.post("/<int:merge_id>/undo")
@authorize(Permission.ENTERPRISE_MERGE, queries.merge)
def undo(merge: EnterpriseMerge) -> ResponseReturnValue:
    form: Any = forms.UndoForm()
    merge_id, name = merge.id, merge.merged_name
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                missing = operations.undo(merge, form.comment.data, current_actor(), clock.now(), seen=form.version.data)
            flash(f"已撤销合并，“{name}”恢复为独立档案", "success")
            if missing:
                flash("合并后被改到其他企业的记录没有退回，见下表，请逐条核对", "warning")
            return redirect(url_for(".show", merge_id=merge_id), 303)
    found = queries.merge(current_actor(), merge_id)
    assert found is not None
    form.version.data, form.version.raw_data = found.version, None
    return _page(found, form), form.status
