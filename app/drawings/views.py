"""Pages of random draws (双随机抽取): the list frozen, the draw, the check by anybody, tasks of the result."""

from __future__ import annotations

import io
import json
import secrets
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.assignments import queries as tasks
from app.assignments.forms import read_id
from app.assignments.writing import regions_offered
from app.authorize import authorize, can, current_actor
from app.db import transaction
from app.domain import drawing as rules
from app.domain.enterprises import KINDS
from app.domain.permissions import Permission
from app.domain.samples import Link
from app.domain.sampling_kinds import DrawKind
from app.domain.workflow import DrawingState
from app.drawings import forms, operations, pools, queries, replaying
from app.drawings.models import Drawing
from app.errors import NotAllowedNow, NotLikeThis
from app.reference.draw_weights import in_force
from app.reference_data import standing
from app.reference_data.books import category_book
from app.sampling.showing import category_paths, regions_to_choose
from app.sending import send_file
from app.trail import trail

bp = Blueprint("drawings", __name__, url_prefix="/drawings")
KIND = Drawing.__tablename__
STATE_TONES = {DrawingState.COMMITTED: "yellow", DrawingState.DRAWN: "green", DrawingState.VOIDED: "neutral"}


@bp.get("/")
@authorize(Permission.DRAWING_READ)
def index() -> ResponseReturnValue:
    filters = forms.filters_asked(request.args)
    page = queries.drawings(
        current_actor(), filters, before=read_id(request.args.get("before")), after=read_id(request.args.get("after"))
    )
    kept = {name: value.value for name, value in (("kind", filters.kind), ("state", filters.state)) if value}
    return render_template(
        "drawings/index.html", page=page, filters=filters, kept=kept, kinds=list(DrawKind), states=list(DrawingState),
        state_tones=STATE_TONES,
    )  # fmt: skip


# ---------------------------------------------------------------- freezing a list

@bp.route("/new", methods=["GET", "POST"])
@authorize(Permission.DRAWING_MAKE)
def new() -> ResponseReturnValue:
    """The proposed list with weights and exclusions to be looked through; frozen by the POST."""
    actor, wanted = current_actor(), forms.wanted_asked(request.args)
    form = forms.CommitForm(data={"take": 1})
    form.fresh()
    try:
        proposed = pools.proposed(actor, wanted, clock.today())
    except NotLikeThis as refusal:
        form.refuse(refusal)
        proposed = []
    shown = _digest(proposed)
    if form.validate_on_submit() and not form.form_errors:
        with form.keeping():
            return _frozen(form, wanted, proposed, shown)
    form.shown.data = shown
    return render_template(
        "drawings/new.html", form=form, wanted=wanted, kept=forms.kept(wanted), proposed=proposed, typed=request.form,
        kinds=forms.BY_HAND, enterprise_kinds=KINDS, links=list(Link), places=regions_to_choose(),
        rules=in_force(clock.today()).values(),
    ), form.status if form.is_submitted() or form.form_errors else 200  # fmt: skip


def _digest(proposed: list[pools.Candidate]) -> str:
    return rules.Pool("", "", 1, tuple(each.entry for each in proposed)).sha256


def _frozen(form: forms.CommitForm, wanted: pools.Wanted, proposed: list[pools.Candidate], shown: str) -> ResponseReturnValue:
    earlier = queries.of_form(form.key.data) if form.key.data else None
    if earlier is not None:
        return redirect(url_for(".show", drawing_id=earlier.id), 303)
    if form.shown.data and form.shown.data != shown:
        raise NotAllowedNow("企业档案或抽样记录在您填写期间有变化，名单已按最新情况重新列出，请核对后再冻结")
    typed = forms.changes_typed(request.form, [each.entry.code for each in proposed])
    promise = operations.Promise(
        wanted.kind, form.subject.data or "", form.take.data, pools.changed(proposed, typed),
        secrets.token_bytes(rules.SECRET_BYTES), submission_key=form.key.data or None,
    )  # fmt: skip
    with transaction():
        made = operations.freeze(promise, current_actor(), clock.now())
    flash(f"名单已冻结：{made.number}。请公布名单校验值和承诺，再由见证人给出公开词后抽取", "success")
    return redirect(url_for(".show", drawing_id=made.id), 303)


# ---------------------------------------------------------------- one draw

@bp.get("/<int:drawing_id>")
@authorize(Permission.DRAWING_READ, queries.drawing_alone)
def show(drawing: Drawing) -> ResponseReturnValue:
    return _page(drawing)


def _refuse_another_door(drawing: Drawing) -> None:
    """The two draws of a 双随机 programme are made together, by its own page."""
    if drawing.kind in (DrawKind.INSPECTED, DrawKind.INSPECTOR):
        raise NotAllowedNow("这是双随机抽查任务的名单，请在“双随机抽查”中打开该任务办理抽取或作废")


@bp.post("/<int:drawing_id>/draw")
@authorize(Permission.DRAWING_REVEAL, queries.drawing)
def draw(drawing: Drawing) -> ResponseReturnValue:
    form, number = forms.DrawForm(), drawing.number
    if form.validate_on_submit():
        with form.keeping():
            _refuse_another_door(drawing)
            with transaction():
                operations.draw(
                    drawing, current_actor(), form.public_word.data or "", clock.now(), witness=form.witness.data or None,
                    seen=form.version.data,
                )  # fmt: skip
            flash(f"抽取完成：{number}，密钥和种子已公布，任何人都可以复核", "success")
            return redirect(url_for(".show", drawing_id=drawing.id), 303)
    return _again(drawing.id, form, draw_form=form)


@bp.post("/<int:drawing_id>/void")
@authorize(Permission.DRAWING_REVEAL, queries.drawing)
def void(drawing: Drawing) -> ResponseReturnValue:
    form, number = forms.VoidForm(), drawing.number
    if form.validate_on_submit():
        with form.keeping():
            _refuse_another_door(drawing)
            with transaction():
                operations.void(drawing, current_actor(), form.comment.data, seen=form.version.data)
            flash(f"已作废：{number}", "success")
            return redirect(url_for(".show", drawing_id=drawing.id), 303)
    return _again(drawing.id, form, void_form=form)


def _again(drawing_id: int, form: Any, **kept: Any) -> ResponseReturnValue:
    """The draw as it is now, with the refusal; a draw that somebody else has made meanwhile is shown made."""
    found = queries.drawing(current_actor(), drawing_id)
    assert found is not None
    form.version.data, form.version.raw_data = found.version, None
    return _page(found, refusal=form, status=form.status, **kept)


@bp.get("/<int:drawing_id>/replay")
@authorize(Permission.DRAWING_READ, queries.drawing)
def replay(drawing: Drawing) -> ResponseReturnValue:
    """复核: recomputed before the reader's eyes, entry by entry."""
    return _page(drawing, differences=replaying.replay(drawing))


@bp.get("/<int:drawing_id>/record.json")
@authorize(Permission.DRAWING_READ, queries.drawing)
def record(drawing: Drawing) -> ResponseReturnValue:
    """Everything that is public about the draw, to be checked with a program of one's own."""
    content = json.dumps(replaying.published(drawing), ensure_ascii=False, indent=1).encode()
    return send_file(io.BytesIO(content), "application/json", as_attachment=True, download_name=f"{drawing.number}.json")


def _page(
    drawing: Drawing,
    *,
    draw_form: Any = None,
    void_form: Any = None,
    refusal: Any = None,
    differences: list[str] | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    by_hand = drawing.kind in forms.BY_HAND or drawing.kind is DrawKind.RETEST_LABORATORY
    reveals = by_hand and drawing.state is DrawingState.COMMITTED and can(Permission.DRAWING_REVEAL, drawing)
    return render_template(
        "drawings/show.html", drawing=drawing, drawn=queries.drawn_of(drawing.id), state_tones=STATE_TONES,
        revealed=drawing.state is DrawingState.DRAWN, reveals=reveals, refusal=refusal, differences=differences,
        draw_form=draw_form or forms.DrawForm.of(drawing.version), void_form=void_form or forms.VoidForm.of(drawing.version),
        committed_by=queries.name_of(drawing.committed_by_id), drawn_by=queries.name_of(drawing.drawn_by_id),
        org_name=queries.organisation_name(drawing.org_id), procedure=rules.PROCEDURE, timeline=trail(KIND, drawing.id),
        assigns=drawing.state is DrawingState.DRAWN and drawing.kind is DrawKind.ENTERPRISE and can(Permission.ASSIGNMENT_MAKE),
        listed=queries.listed(drawing.id, read_id(request.args.get("from")) or 1), by_hand=by_hand,
    ), status  # fmt: skip


# ---------------------------------------------------------------- tasks of the result

@bp.route("/<int:drawing_id>/assign", methods=["GET", "POST"])
@authorize(Permission.DRAWING_REVEAL, queries.drawing)
def assign(drawing: Drawing) -> ResponseReturnValue:
    """One task for each enterprise drawn, with samplers who were drawn too."""
    actor, today, drawing_id = current_actor(), clock.today(), drawing.id
    end = min(today + timedelta(days=13), date(today.year, 12, 31))
    form = forms.TasksForm(data={"batches": 1, "from_on": today, "to_on": end})
    form.offer(queries.finished(actor, DrawKind.SAMPLER), tasks.plans(actor), standing.laboratories())
    if form.validate_on_submit():
        with form.keeping():
            if form.key.data and tasks.of_form(form.key.data):
                return redirect(url_for("assignments.index", drawing=drawing_id, state="all"), 303)
            wanted = _tasks_wanted(form)
            with transaction():
                made = operations.assign_drawn(drawing, wanted, actor, clock.now())
            flash(f"已下达 {len(made)} 个任务：{made[0].number} 至 {made[-1].number}", "success")
            return redirect(url_for("assignments.index", drawing=drawing_id, state="all"), 303)
    found = queries.drawing(actor, drawing_id)
    assert found is not None
    return render_template(
        "drawings/assign.html", form=form, drawing=found, drawn=queries.drawn_entries(found), paths=category_paths()
    ), form.status if form.is_submitted() else 200


def _tasks_wanted(form: forms.TasksForm) -> operations.TasksWanted:
    actor = current_actor()
    team = queries.drawing(actor, form.team_drawing_id.data or 0)
    if team is None or team.kind is not DrawKind.SAMPLER:
        raise NotLikeThis("没有该次抽样人员抽取，请从列表中选择", field="team_drawing_id")
    category = category_book().by_path(form.category.data) if form.category.data else None
    if form.category.data and category is None:
        raise NotLikeThis("没有识别出该食品分类，请从列表中选择", field="category")
    ids = [entry.subject_id for entry in queries.drawn_entries(team) if entry.subject_id is not None]
    usual = operations.TasksWanted(
        ids, form.laboratory_id.data or 0, form.from_on.data, form.to_on.data, form.batches.data,
        region_id=regions_offered(actor)[0][0], category_id=category.id if category else None,
        link=Link(form.link.data) if form.link.data else None, note=form.note.data or None,
        exceed_why=form.exceed_why.data or None, submission_key=form.key.data or None,
    )  # fmt: skip
    plan = tasks.plan(actor, form.plan_id.data) if form.plan_id.data else None
    return replace(usual, plan=plan)
