"""Pages of 检查结果公示: the list with its days, several at once, one made public, withdrawn or kept from the public."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import authorize, can, current_actor
from app.db import transaction
from app.domain.deadlines import DeadlineLight, remaining_working_days
from app.domain.inspection_publication import PLACES, lamp, standing
from app.domain.permissions import Permission, may_ever
from app.inspections import publication, queries
from app.inspections import publication_forms as forms
from app.inspections import publication_queries as listed
from app.inspections.blueprint import bp
from app.inspections.forms import number
from app.inspections.models import Inspection
from app.inspections.pages import done, refused
from app.inspections.showing import RESULT_TONES
from app.reference_data.books import calendar

MOST_AT_ONCE = 200
COLOURS = {DeadlineLight.RED: "red", DeadlineLight.AMBER: "yellow", DeadlineLight.GREEN: "green"}
TONES = {
    "待公示": "blue", "超期未公示": "red", "已公示": "green", "超期公示": "yellow", "公示后有更正": "yellow", "不予公示": "neutral",
}  # fmt: skip


@bp.app_context_processor
def publication_blocks() -> dict[str, Any]:
    """``publication_of_inspection(inspection, refusal)`` for its page."""
    return {"publication_of_inspection": _panel}


def _panel(inspection: Inspection, refusal: Any = None) -> dict[str, Any]:
    version, today = inspection.version, clock.today()
    made: dict[str, Any] = {
        "publishing": forms.PublishForm(formdata=None, data={"version": version, "published_on": today}),
        "withdrawing": forms.WithdrawForm(formdata=None, data={"version": version}),
        "hiding": forms.PrivateForm(formdata=None, data={"version": version}),
    }  # fmt: skip
    made = {name: refusal if isinstance(refusal, type(form)) else form for name, form in made.items()}
    assert inspection.publish_due_on is not None
    corrected = inspection.published_on is not None and listed.corrected_since(inspection)
    word = standing(inspection.publish_due_on, inspection.published_on, inspection.not_public, today, corrected=corrected)
    may = can(Permission.INSPECTION_PUBLISH, inspection)
    return {**made, "word": word.value, "tone": TONES[word.value], "may": may, "places": PLACES, "corrected": corrected}


def lights(rows: Any) -> dict[int, tuple[str, str]]:
    """By inspection that is still to be made public: the colour and the working days that are left."""
    today, days = clock.today(), calendar()
    found = {}
    for row in rows:
        if row.published_on is None and row.not_public is None:
            left = remaining_working_days(today, row.publish_due_on, days)
            colour = COLOURS[lamp(row.finished_on, row.publish_due_on, today, days)]
            found[row.id] = colour, f"还有 {left} 个工作日" if left >= 0 else f"超期 {-left} 个工作日"
    return found


# ---------------------------------------------------------------- the list

@bp.get("/publication")
@authorize(Permission.INSPECTION_LIST)
def publications() -> ResponseReturnValue:
    actor, today, filters = current_actor(), clock.today(), forms.filters_asked(request.args)
    found = listed.results(actor, filters, today, before=number(request.args.get("before")), after=number(request.args.get("after")))
    words = {
        row.id: standing(row.publish_due_on, row.published_on, row.not_public, today, corrected=row.corrected).value for row in found.rows
    }
    return render_template(
        "inspections/publications.html", page=found, filters=filters, kept=forms.kept(filters), counts=listed.counts(actor, today),
        states=listed.STATES, words=words, tones=TONES, result_tones=RESULT_TONES, lights=lights(found.rows), today=today,
        may_publish=may_ever(actor, Permission.INSPECTION_PUBLISH), places=PLACES,
    )  # fmt: skip


@bp.post("/publication")
@authorize(Permission.INSPECTION_PUBLISH)
def publish_several() -> ResponseReturnValue:
    """批量公示, with what became of each."""
    form: Any = forms.PublishManyForm()
    back = redirect(url_for(".publications", **forms.kept(forms.filters_asked(request.args))), 303)
    ids = [one for one in map(number, request.form.getlist("inspection")) if one is not None][:MOST_AT_ONCE]
    if not form.validate_on_submit():
        for sentences in form.errors.values():
            flash(str(sentences[0]), "warning")
        return back
    if not ids:
        flash("请先勾选要公示的检查", "warning")
        return back
    actor = current_actor()
    with transaction():
        answered = publication.publish_many(listed.chosen(actor, ids), form.published_on.data, form.where.data, actor, clock.now())
    refusals = [one for one in answered if one.refusal]
    flash(f"已登记公示 {len(answered) - len(refusals)} 项", "success" if len(answered) > len(refusals) else "warning")
    for one in refusals[:20]:
        flash(f"{one.inspection.number} 没有公示：{one.refusal}", "warning")
    return back


# ---------------------------------------------------------------- one inspection

def _step(inspection: Inspection, form: Any, sentence: str, taken: Callable[[], None]) -> ResponseReturnValue:
    inspection_id = inspection.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                taken()
            return done(inspection_id, sentence, "publication")
    return refused(inspection_id, form)


@bp.post("/<int:inspection_id>/publish")
@authorize(Permission.INSPECTION_PUBLISH, queries.inspection)
def publish(inspection: Inspection) -> ResponseReturnValue:
    form: Any = forms.PublishForm()
    return _step(inspection, form, "已登记公示", lambda: publication.publish(
        inspection, form.published_on.data, form.where.data, current_actor(), clock.now(), seen=form.version.data
    ))  # fmt: skip


@bp.post("/<int:inspection_id>/withdraw")
@authorize(Permission.INSPECTION_PUBLISH, queries.inspection)
def withdraw(inspection: Inspection) -> ResponseReturnValue:
    form: Any = forms.WithdrawForm()
    return _step(inspection, form, "已撤回公示，请在公开期限内重新公示", lambda: publication.withdraw(
        inspection, form.reason.data, current_actor(), seen=form.version.data
    ))  # fmt: skip


@bp.post("/<int:inspection_id>/private")
@authorize(Permission.INSPECTION_PUBLISH, queries.inspection)
def keep_private(inspection: Inspection) -> ResponseReturnValue:
    form: Any = forms.PrivateForm()
    return _step(inspection, form, "已登记不予公示", lambda: publication.keep_private(
        inspection, form.reason.data, current_actor(), clock.now(), seen=form.version.data
    ))  # fmt: skip


@bp.post("/<int:inspection_id>/public")
@authorize(Permission.INSPECTION_PUBLISH, queries.inspection)
def allow_public(inspection: Inspection) -> ResponseReturnValue:
    form: Any = forms.PrivateForm()
    return _step(inspection, form, "已取消不予公示，请在公开期限内公示", lambda: publication.allow_public(
        inspection, form.reason.data, current_actor(), seen=form.version.data
    ))  # fmt: skip
