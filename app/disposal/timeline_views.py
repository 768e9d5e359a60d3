"""The page of 全程时间轴."""

from __future__ import annotations

from typing import Any

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.authorize import authorize, current_actor
from app.disposal import queries
from app.disposal.models import DisposalCase
from app.disposal.pages import STATE_TONES, bp
from app.disposal.timeline import NAMES, Event, timeline
from app.domain.permissions import Permission

# Where the record of an event has a page: endpoint and the name of its argument.
PAGES = {
    "sample": ("sampling.show", "sample_id"), "official_document": ("official_documents.show", "document_id"),
    "legal_clock": ("legal_clocks.show", "clock_id"), "urgent_report": ("urgent.show", "report_id"),
    "verdict_decision": ("decisions.show", "decision_id"), "retest": ("retests.show", "retest_id"),
    "objection": ("objections.show", "objection_id"), "penalty": ("penalties.show", "penalty_id"),
    "case_transfer": ("transfers.show", "transfer_id"), "credit_listing": ("listings.show", "listing_id"),
    "ripple": ("ripples.show", "ripple_id"), "ripple_task": ("ripples.task", "task_id"),
}  # fmt: skip


@bp.get("/<int:case_id>/timeline")
@authorize(Permission.CASE_READ, queries.case)
def show_timeline(case: DisposalCase) -> ResponseReturnValue:
    wanted = [name for name in request.args.getlist("kind") if name in NAMES]
    found = timeline(current_actor(), case, wanted)
    return render_template(
        "disposal/timeline.html", case=case, found=found, wanted=wanted, links=[_link(event) for event in found.events],
        state_tones=STATE_TONES,
    )  # fmt: skip


def _link(event: Event) -> str | None:
    endpoint, name = PAGES.get(event.kind, ("", ""))
    if event.subject_id is None or endpoint not in current_app.view_functions:
        return None
    values: dict[str, Any] = {name: event.subject_id}
    return url_for(endpoint, **values)
