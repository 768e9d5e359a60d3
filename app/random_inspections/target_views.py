"""检查对象 drawn: the task list by team, results one by one, inspections arranged, members who step back."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.assignments.forms import read_id
from app.authorize import authorize, can, current_actor
from app.db import transaction
from app.domain.permissions import Permission
from app.domain.random_inspections import proposed_outcome
from app.domain.supervision_kinds import RandomOutcome
from app.domain.supervision_states import ProgrammeState
from app.forms import VersionForm
from app.random_inspections import exports, forms, queries, recording
from app.random_inspections.models import RandomProgramme, RandomTarget
from app.random_inspections.page_views import TONES, bp, page, step, workbook


@bp.get("/<int:programme_id>/targets")
@authorize(Permission.RANDOM_READ, queries.programme)
def targets(programme: RandomProgramme) -> ResponseReturnValue:
    """任务清单 in the order drawn, in pages by rank."""
    start, open_only = read_id(request.args.get("from")) or 1, bool(request.args.get("open"))
    rows = queries.targets(programme.id, start=start, size=queries.PAGE + 1, open_only=open_only)
    shown = rows[: queries.PAGE]
    return render_template(
        "random_inspections/targets.html", programme=programme, targets=shown, progress=queries.progress(programme.id), tones=TONES,
        open_only=open_only, following=rows[queries.PAGE].drawn_rank if len(rows) > queries.PAGE else None, start=start, exports=exports,
        numbers=queries.inspection_numbers(programme.id), findings=queries.findings([row.id for row in shown]), size=queries.PAGE,
        records=programme.state is ProgrammeState.DRAWN and can(Permission.RANDOM_RECORD, programme),
    )  # fmt: skip


@bp.get("/<int:programme_id>/targets.xlsx")
@authorize(Permission.RANDOM_READ, queries.programme)
def export_targets(programme: RandomProgramme) -> ResponseReturnValue:
    rows = exports.target_rows(programme)
    content = exports.written("抽查任务清单", exports.TARGETS, rows, current_actor(), clock.now(), programme.number)
    return workbook(content, f"{programme.number}任务清单.xlsx", f"抽查任务清单，共 {len(rows)} 户", programme)


@bp.get("/<int:programme_id>/targets/<int:target_id>")
@authorize(Permission.RANDOM_READ, queries.target_in_reach)
def target(target: RandomTarget) -> ResponseReturnValue:
    return _page(_reread(target.programme_id), target)


def _page(programme: RandomProgramme, found: RandomTarget, refusal: Any = None) -> str:
    finished = queries.finished_inspections(programme.id).get(found.id)
    proposed = proposed_outcome(finished.result, finished.measure) if finished is not None else None
    values: dict[str, Any] = {
        "target": found.id, "known": recording.shown(found), "outcome": (found.outcome or proposed or RandomOutcome.CLEAR).value,
        "inspected_on": found.inspected_on or (finished.inspected_on if finished else clock.today()), "note": found.outcome_note,
    }  # fmt: skip
    if found.outcome is None and proposed is None:
        values["outcome"] = ""
    stepping = refusal if isinstance(refusal, forms.StepBackForm) else forms.StepBackForm(formdata=None, data={"target": found.id})
    sitting = [one for one in found.team if one.replaced_why is None]
    stepping.inspector.choices = [(one.inspector_id, f"{one.inspector.name}（{one.inspector.certificate_no}）") for one in sitting]
    return render_template(
        "random_inspections/target.html", programme=programme, target=found, finished=finished, proposed=proposed, refusal=refusal,
        form=refusal if isinstance(refusal, forms.ResultForm) else forms.ResultForm(formdata=None, data=values), stepping=stepping,
        findings={one.department: one for one in queries.findings([found.id]).get(found.id, [])}, outcomes=list(RandomOutcome),
        inspection=queries.inspection_numbers(programme.id).get(found.id), tones=TONES, typed=request.form,
        records=programme.state is ProgrammeState.DRAWN and can(Permission.RANDOM_RECORD, programme),
    )  # fmt: skip


@bp.post("/<int:programme_id>/record")
@authorize(Permission.RANDOM_RECORD, queries.programme)
def record(programme: RandomProgramme) -> ResponseReturnValue:
    """登记抽查结果 of one enterprise. Sent twice, it is recorded once."""
    form, programme_id = forms.ResultForm(), programme.id
    departments = [partner.department for partner in programme.partners]
    if form.validate_on_submit():
        with form.keeping():
            assert form.inspected_on.data is not None
            result = recording.Result(
                RandomOutcome(form.outcome.data), form.inspected_on.data, form.note.data or None, forms.findings(request.form, departments)
            )
            with transaction():
                written = recording.record(
                    programme, form.target.data or 0, result, current_actor(), clock.now(), known=form.known.data or None
                )
            flash("已登记抽查结果" if written else "与已登记的结果相同，没有重复登记", "success")
            return redirect(url_for(".target", programme_id=programme_id, target_id=form.target.data), 303)
    return _again(programme_id, form), form.status


def _again(programme_id: int, form: Any) -> str:
    """The page the form came from, with the refusal."""
    found = queries.programme(current_actor(), programme_id)
    assert found is not None
    number = form.target.data
    there = queries.target(programme_id, number) if isinstance(number, int) and number > 0 else None
    if there is None:
        return page(found, form)
    if isinstance(form, forms.ResultForm) and form.status == 409:
        form.known.data = recording.shown(there)
    return _page(found, there, form)


@bp.post("/<int:programme_id>/step-back")
@authorize(Permission.RANDOM_RECORD, queries.programme)
def step_back(programme: RandomProgramme) -> ResponseReturnValue:
    form, programme_id = forms.StepBackForm(), programme.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                name = recording.step_back(
                    programme, form.target.data or 0, form.inspector.data or 0, form.reason.data or "", current_actor(), clock.now()
                )
            flash(f"已登记回避，由{name}递补", "success")
            return redirect(url_for(".target", programme_id=programme_id, target_id=form.target.data), 303)
    return _again(programme_id, form), form.status


@bp.post("/<int:programme_id>/arrange")
@authorize(Permission.RANDOM_RECORD, queries.programme)
def arrange(programme: RandomProgramme) -> ResponseReturnValue:
    """安排检查 for every enterprise drawn that has none."""
    form, programme_id = VersionForm(), programme.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                found = recording.arrange(programme, current_actor(), clock.now())
            _tell(found)
            return redirect(url_for(".targets", programme_id=programme_id), 303)
    return page(_reread(programme_id), form), form.status


def _tell(found: recording.Arranged) -> None:
    flash(f"已安排检查 {found.made} 户" + (f"，还有 {found.more} 户，请再次安排" if found.more else ""), "success")
    if found.left:
        told = "；".join(f"{name}：{why}" for name, why in found.left[:5])
        flash(f"有 {len(found.left)} 户没有安排：{told}" + ("…" if len(found.left) > 5 else ""), "warning")


def _reread(programme_id: int) -> RandomProgramme:
    found = queries.programme(current_actor(), programme_id)
    assert found is not None
    return found


@bp.post("/<int:programme_id>/take-results")
@authorize(Permission.RANDOM_RECORD, queries.programme)
def take_results(programme: RandomProgramme) -> ResponseReturnValue:
    """按已完成的检查登记结果."""
    def taken(form: Any) -> None:
        recording.take_results(programme, current_actor(), clock.now())

    return step(programme, VersionForm(), "已按完成的检查登记抽查结果", taken)
