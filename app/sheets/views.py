"""Typing a sampling sheet: the page, its steps without a script, registering once however often it is sent."""

from __future__ import annotations

import secrets
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.actors import Actor
from app.domain.findings import Finding
from app.domain.numbering import number_warnings
from app.domain.permissions import Permission
from app.rapid_tests import prefill
from app.sampling import creating
from app.sampling import operations as sampling_operations
from app.sampling.blueprint import bp as sampling
from app.sampling.models import Sample
from app.sampling.sheet_draft import SheetDraft
from app.sampling.sheet_form import SheetForm, fingerprint
from app.sampling.sheet_layout import COPIED_IN_WORDS
from app.sampling.typing_in import typed_draft
from app.sheets import correction_views, draft_views, filling, operations, queries
from app.sheets.blueprint import bp

__all__ = ["bp", "correction_views", "draft_views"]

PICK = {"pick_sampled": "sampled", "pick_producer": "producer"}
RESENT = "这张抽样单已经登记过，没有重复登记：{}"


@sampling.route("/new", methods=["GET", "POST"])
@authorize(Permission.SAMPLE_CREATE)
def new() -> ResponseReturnValue:
    actor = current_actor()
    if request.method == "GET":
        form, draft = filling.new_form(actor, request.args)
        return _page(actor, form, resumed=draft)
    form = SheetForm()
    filling.offer(form, actor)
    if (made := creating.submitted(actor, form.key)) is not None:
        return _resent(made)
    step = request.form.get("step", "")
    return _step(actor, form, step) if step in (*PICK, "switch", "draft", "template") else _submit(actor, form, step)


def _page(actor: Actor, form: SheetForm, found: list[Finding] | None = None, **others: Any) -> ResponseReturnValue:
    waiting = [one for one in queries.drafts(actor) if one.draft_key != form.draft_key.data] if request.method == "GET" else []
    return render_template(
        "sampling/new.html", form=form, found=found or [], accept=fingerprint(found or []),
        waiting=waiting, templates=queries.templates(actor), **{"resumed": None, **others}, **filling.page(actor, form),
    ), form.status if form.is_submitted() and (form.errors or found) else 200  # fmt: skip


def _submit(actor: Actor, form: SheetForm, step: str) -> ResponseReturnValue:
    found: list[Finding] = []
    if form.validate_on_submit():
        draft, found = _read(actor, form)
        if form.take(found):
            made = _register(actor, form, draft)
            if made is not None:
                return _done(actor, form, made, step)
    return _page(actor, form, found)


def _read(actor: Actor, form: SheetForm) -> tuple[SheetDraft, list[Finding]]:
    draft, found = typed_draft(form.written(bool(form.rest_absent.data)), actor, clock.today(), form.state)
    draft.outcome_reason = form.outcome_reason
    draft.sampler_ids = tuple(form.sampler_ids)
    return draft, found


def _register(actor: Actor, form: SheetForm, draft: SheetDraft) -> Sample | None:
    """The sample of this form: made now, or made a moment ago by the same form sent twice; None where it was refused."""
    with form.keeping():
        with transaction():
            operations.not_overtaken(actor, form.key, form.tab.data or "", form.revision.data or 0)
            sample = sampling_operations.register(draft, actor, clock.now(), form.key)
            prefill.link(actor, form.rapid.data, sample, clock.now())
            operations.close(actor, form.key, clock.now())
        return sample
    return creating.submitted(actor, form.key)


def _done(actor: Actor, form: SheetForm, sample: Sample, step: str) -> ResponseReturnValue:
    flash(f"已登记：{sample.number}", "success")
    for doubt in number_warnings(sample.number):
        flash(doubt, "warning")
    if step != "copy":
        return redirect(url_for("sampling.show", sample_id=sample.id), 303)
    key = secrets.token_hex(16)
    with transaction():
        operations.keep(actor, key, "", 0, filling.copied(form), clock.now())
    flash(f"下一张已带入：{COPIED_IN_WORDS}。请填写样品信息。", "info")
    return redirect(url_for("sampling.new", draft=key, copied=1), 303)


def _resent(sample: Sample) -> ResponseReturnValue:
    flash(RESENT.format(sample.number), "info")
    return redirect(url_for("sampling.show", sample_id=sample.id), 303)


def _step(actor: Actor, form: SheetForm, step: str) -> ResponseReturnValue:
    """What a script does at once, by a button: other form, keep the draft, look for an enterprise, keep a template."""
    if step == "switch":
        return _page(actor, form)
    key = form.key or secrets.token_hex(16)
    with form.keeping():
        with transaction():
            operations.keep(actor, key, form.tab.data or "", form.revision.data or 0, request.form, clock.now())
        return redirect(_after(step, key), 303)
    return _page(actor, form)


def _after(step: str, key: str) -> str:
    if step == "template":
        return url_for("sheets.templates", draft=key)
    if step in PICK:
        part = PICK[step]
        return url_for("sheets.pick", draft=key, part=part, q=request.form.get(f"{part}_name", "")[:60])
    flash("草稿已保存，可以稍后继续填写", "success")
    return url_for("sampling.new", draft=key)
