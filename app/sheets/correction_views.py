"""Correcting a registered sheet (更正); the second of two savers chooses field by field, and loses nothing typed."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.actors import Actor
from app.domain.findings import Finding
from app.domain.permissions import Permission
from app.domain.workflow import SampleState
from app.errors import NotAllowedNow
from app.sampling import creating, forms, operations, personal, queries
from app.sampling.blueprint import bp as sampling
from app.sampling.models import Sample
from app.sampling.sheet_form import CorrectionForm, fingerprint
from app.sampling.sheet_layout import SAMPLER_PICKS
from app.sampling.typing_in import typed_draft
from app.sheets import filling, merging
from app.sheets import queries as offers

CONFLICT = "该样品已被他人修改：请在下面逐项选择保留哪一份，再保存；您填写的内容没有丢失"
CHOICE = "choose-"


@sampling.route("/<int:sample_id>/correct", methods=["GET", "POST"])
@authorize(Permission.SAMPLE_CORRECT, queries.sample)
def correct(sample: Sample) -> ResponseReturnValue:
    actor, shown, sample_id = current_actor(), _shown(sample), sample.id
    form = CorrectionForm(data=shown | {"version": sample.version, "base": merging.packed(shown)})
    filling.offer(form, actor)
    found: list[Finding] = []
    if form.validate_on_submit():
        _take_theirs(form, shown)
        if form.version.data != sample.version:
            form.refuse(NotAllowedNow(CONFLICT))
            return _page(actor, sample, form, shown)
        draft, found = typed_draft(
            form.written(), actor, clock.today(), SampleState.REGISTERED, sample.reported_on, sample_id=sample_id
        )
        draft.sampler_ids = tuple(form.sampler_ids)
        if form.take(found):
            with form.keeping():
                with transaction():
                    operations.correct(sample, draft, actor, form.reason.data or "", clock.now(), seen=form.version.data)
                    creating.set_samplers(sample, draft.sampler_ids)
                flash(f"已更正：{sample.number}", "success")
                return redirect(url_for("sampling.show", sample_id=sample_id), 303)
            sample = _again(actor, sample_id)  # a refusal has rolled everything back
            shown = _shown(sample)
    return _page(actor, sample, form, shown, found)


def _again(actor: Actor, sample_id: int) -> Sample:
    found = queries.sample(actor, sample_id)
    assert found is not None
    return found


def _shown(sample: Sample) -> dict[str, Any]:
    """The sheet as the form shows it: samplers with an account as choices, the other names as written."""
    values = forms.sheet_of(sample)
    people = offers.samplers_of([sample.id]).get(sample.id, [])
    names = offers.names_of(people)
    written = [part for part in (values.get("samplers") or "").split("、") if part and part.partition("（")[0] not in names.values()]
    values["samplers"] = "、".join(written)
    return values | {name: str(number) for name, number in zip(SAMPLER_PICKS, people, strict=False)}


def _take_theirs(form: CorrectionForm, shown: dict[str, Any]) -> None:
    """Fields for which the second saver lets the first one's words stand."""
    for name, field in form._fields.items():
        if name in shown and request.form.get(CHOICE + name) == merging.THEIRS:
            field.data = str(shown[name] or "")


def _page(
    actor: Actor, sample: Sample, form: CorrectionForm, shown: dict[str, Any], found: list[Finding] | None = None
) -> ResponseReturnValue:
    conflicts: list[merging.Conflict] = []
    if form.status == 409:
        mine = {name: str(form._fields[name].data or "") for name in shown if name in form._fields}
        conflicts = merging.conflicts(merging.unpacked(form.base.data), shown, mine)
        form.version.data, form.version.raw_data = sample.version, None
        form.base.data = merging.packed(shown)
    return render_template(
        "sampling/correct.html", form=form, number=sample.number, sample_id=sample.id, conflicts=conflicts, choice=CHOICE,
        kept={item.field: item.text for item in personal.shown(sample.id, actor)}, found=found or [],
        accept=fingerprint(found or []), **filling.page(actor, form),
    ), form.status if form.is_submitted() else 200  # fmt: skip
