"""What the pages of one inspection share: the page itself with the refusal, and the grid of items."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.attachments.queries import attachments_of
from app.attachments.types import ACCEPT
from app.authorize import can, current_actor
from app.checklists.queries import grouped
from app.domain import inspections as rules
from app.domain import workflow
from app.domain.supervision_kinds import FindingAnswer, InspectionMeasure
from app.domain.supervision_states import InspectionState, InspectionStep
from app.inspections import forms, queries
from app.inspections.models import Inspection
from app.inspections.recording import lacking, most_ordinary, signature_of
from app.inspections.showing import RESULT_TONES, STATE_TONES
from app.penalties import queries as penalties
from app.reference_data.books import calendar
from app.trail import trail

KIND = Inspection.__tablename__
ANSWER_TONES = {
    FindingAnswer.MEETS: "green", FindingAnswer.FAILS: "red", FindingAnswer.NOT_APPLICABLE: "neutral", FindingAnswer.NOT_CHECKED: "neutral",
}  # fmt: skip
PHRASES = (
    "检查未发现问题。", "对上述不符合项目责令当场改正。", "对上述不符合项目责令限期改正，逾期未改正的依法处理。",
    "存在食品安全风险，立即停止生产经营，依法立案调查。",
)
WAITING = {
    InspectionState.PLANNED: "等待检查人员到场检查", InspectionState.RECORDING: "等待检查人员记录、签字并完成检查",
}  # fmt: skip


def done(inspection_id: int, sentence: str, anchor: str | None = None) -> ResponseReturnValue:
    flash(sentence, "success")
    return redirect(url_for("inspections.show", inspection_id=inspection_id, _anchor=anchor), 303)


def refused(inspection_id: int, form: Any) -> ResponseReturnValue:
    """The page again, as the record is now, with what was typed and why it was refused."""
    found = queries.inspection(current_actor(), inspection_id)
    assert found is not None
    if "version" in form:
        form.version.data, form.version.raw_data = found.version, None
    return page(found, form), form.status


def steps_of(inspection: Inspection) -> set[str]:
    """The steps this reader may take now."""
    found = ((step, workflow.arrow(KIND, inspection.state, step)) for step in InspectionStep)
    return {step.value for step, arrow in found if arrow is not None and can(arrow.permission, inspection)}


def page(inspection: Inspection, refusal: Any = None) -> str:
    """One inspection."""
    actor, answers = current_actor(), queries.answered(inspection)
    counted = rules.tally(finding for _, finding in answers)
    most = most_ordinary(inspection)
    recording = inspection.state is InspectionState.RECORDING
    return render_template(
        "inspections/show.html", inspection=inspection, steps=steps_of(inspection), tones=STATE_TONES, result_tones=RESULT_TONES,
        answer_tones=ANSWER_TONES, refusal=refusal, counted=counted, suggestion=rules.suggested(counted, most),
        why=rules.why(counted, most), groups=_groups(answers), missing=lacking(inspection) if recording else {}, today=clock.today(),
        people=queries.person_names(inspection.lead_id, inspection.second_id, inspection.created_by_id),
        files=attachments_of(actor, KIND, inspection.id), accept=ACCEPT, signature=signature_of(inspection, actor),
        penalty=penalties.penalty(actor, inspection.penalty_id) if inspection.penalty_id is not None else None,
        timeline=trail(KIND, inspection.id, calendar()), waiting=WAITING.get(inspection.state), enforced=InspectionMeasure.PENALTY,
        recheck_of=queries.inspection(actor, inspection.recheck_of_id) if inspection.recheck_of_id is not None else None,
        corrected_since=_corrected_since_publication(inspection), **_forms(inspection, refusal),
    )  # fmt: skip


def _forms(inspection: Inspection, refusal: Any) -> dict[str, Any]:
    """The small forms of the page; the refused one as it was typed."""
    version = inspection.version
    made: dict[str, Any] = {
        "starting": forms.StartForm(formdata=None, data={"version": version, "inspected_on": clock.today()}),
        "finishing": forms.FinishForm(formdata=None, data={"version": version, "finished_on": clock.today()}),
        "linking": forms.LinkForm(formdata=None, data={
            "version": version, "filing_no": inspection.filing_no, "penalty": str(inspection.penalty_id or "")
        }),
    }  # fmt: skip
    for name, form in made.items():
        if isinstance(refusal, type(form)):
            made[name] = refusal
    made["linking"].offer(queries.penalties_of(current_actor(), inspection.enterprise_id))
    return made


def _groups(answers: Any) -> list[tuple[str, list[Any]]]:
    by_item = {item.id: finding for item, finding in answers}
    return [(group, [(item, by_item[item.id]) for item in items]) for group, items in grouped(item for item, _ in answers)]


def _corrected_since_publication(inspection: Inspection) -> bool:
    """Corrected after it was made public: what the public reads is to be compared."""
    if inspection.published_at is None:
        return False
    entries = trail(KIND, inspection.id, calendar())
    return any(entry.at > inspection.published_at for entry in entries if entry.step == "更正检查记录")


def grid(template: str, inspection: Inspection, form: Any, typed: dict[int, Any] | None = None) -> str:
    """The page on which items and record are filled in; ``typed`` are answers that were not saved."""
    answers = queries.answered(inspection)
    given = {item.id: (finding.answer, finding.note) for item, finding in answers} | (typed or {})
    counted = rules.tally(finding for _, finding in answers)
    most = most_ordinary(inspection)
    return render_template(
        template, inspection=inspection, form=form, groups=grouped(item for item, _ in answers), given=given, choices=list(FindingAnswer),
        fails=FindingAnswer.FAILS, counted=counted, suggestion=rules.suggested(counted, most), why=rules.why(counted, most),
        phrases=PHRASES, previous=queries.previous_of(inspection),
    )  # fmt: skip
