"""What the pages of one penalty share: the page itself, with the refusal and everything that was typed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import can, current_actor
from app.disposal.locks import penalty_lock
from app.disposal.pages import LEGEND, TONES
from app.domain import approval_levels, workflow
from app.domain.capital_amounts import in_words
from app.domain.case_kinds import ApprovalLevel
from app.domain.penalties import (
    CORRECTABLE,
    TITLES,
    fine_hint,
    lacking,
    measures_in_words,
    needs_execution,
    publishable,
)
from app.domain.permissions import Permission
from app.domain.workflow import PenaltyState, PenaltyStep
from app.legal_clocks.queries import standing_of
from app.penalties import forms, publishing, queries
from app.penalties.models import Penalty
from app.penalties.recording import needs_of, record_of
from app.reference_data.books import calendar
from app.trail import trail

bp = Blueprint("penalties", __name__, url_prefix="/penalties")
KIND = Penalty.__tablename__
STATE_TONES = {
    PenaltyState.FILED: "blue", PenaltyState.PROPOSED: "yellow", PenaltyState.LEGAL: "yellow", PenaltyState.LEADING: "yellow",
    PenaltyState.DECIDED: "green", PenaltyState.EXECUTED: "green", PenaltyState.CLOSED: "neutral", PenaltyState.REVOKED: "red",
}  # fmt: skip
PHRASES = {
    PenaltyState.PROPOSED: (
        "同意。", "事实清楚，证据充分，同意拟处理意见。", "拟同意，请法制审核。", "事实不清，请补充调查。", "依据适用有误，请核对。",
    ),
    PenaltyState.LEGAL: ("事实清楚、证据确凿、适用依据正确、程序合法，同意。", "适用依据不准确，请核对。", "程序不完备，请补正。"),
    PenaltyState.LEADING: ("同意。", "经集体讨论，同意。", "请补充说明裁量理由。"),
}  # fmt: skip
WAITING = {
    PenaltyState.PROPOSED: "等待审核人审核（不得为办案人本人）",
    PenaltyState.LEGAL: "等待法制审核员审核",
    PenaltyState.LEADING: "等待局领导审批（不得为办案人、审核人、法制审核员本人）",
}


def done(penalty_id: int, sentence: str, anchor: str | None = None) -> ResponseReturnValue:
    flash(sentence, "success")
    return redirect(url_for("penalties.show", penalty_id=penalty_id, _anchor=anchor), 303)


def refused(penalty_id: int, form: Any) -> ResponseReturnValue:
    """The penalty as it is now, with the refusal and everything that was typed; sending it again is then meant."""
    found = queries.penalty(current_actor(), penalty_id)
    assert found is not None
    form.version.data, form.version.raw_data = found.version, None
    return page(found, form), form.status


def page(penalty: Penalty, refusal: Any = None) -> str:
    saved, steps, needs = record_of(penalty), steps_of(penalty), needs_of(penalty)
    return render_template(
        "penalties/show.html", penalty=penalty, case=penalty.case, saved=saved, steps=steps, refusal=refusal, titles=TITLES,
        forms=_forms(penalty, steps, refusal), tones=STATE_TONES, phrases=PHRASES.get(penalty.state, ()), lacking=lacking(saved),
        lock=penalty_lock(penalty.sample_id) if penalty.state in queries.GOING else None, needs=needs,
        needed=approval_levels.levels(needs), may_decide=_may_decide(penalty, needs), levels=ApprovalLevel,
        words=measures_in_words(saved) if saved.outcome else None, total_words=in_words(saved.total),
        hint=fine_hint(saved, penalty.case.goods_value),
        clocks=_clocks(penalty), lights=TONES, legend=LEGEND, approvals=queries.approvals(penalty.id),
        people=queries.people(penalty), publications=queries.publications(penalty.id), public=publishable(saved),
        executable=needs_execution(saved), handles=can(Permission.PENALTY_HANDLE, penalty), today=clock.today(),
        timeline=trail(KIND, penalty.id, calendar()), waiting=WAITING.get(penalty.state), standing=publishing.STANDING,
    )  # fmt: skip


def steps_of(penalty: Penalty) -> set[str]:
    """What the reader may do now."""
    return {
        step.value
        for step in PenaltyStep
        if (arrow := workflow.arrow(KIND, penalty.state, step)) is not None and can(arrow.permission, penalty)
    }


def _may_decide(penalty: Penalty, needs: tuple[approval_levels.Need, ...]) -> bool:
    """Does the section decide by itself, or has everything above it agreed?"""
    return penalty.state is PenaltyState.LEADING or not approval_levels.missing(needs, [ApprovalLevel.SECTION])


def _forms(penalty: Penalty, steps: set[str], refusal: Any) -> dict[str, Any]:
    """Each form as it is first shown, and the refused one with what was typed."""
    version, today = penalty.version, clock.today()
    made: dict[str, Any] = {
        "record": forms.RecordForm.of(record_of(penalty), version),
        "step": forms.StepForm(formdata=None, data={"version": version, "decided_on": today}),
        "execute": forms.ExecuteForm(formdata=None, data={"version": version, "served_on": penalty.served_on}),
        "close": forms.CloseForm(formdata=None, data={"version": version, "closed_on": today, "served_on": penalty.served_on}),
        "correct": forms.CorrectForm(
            formdata=None, data={"version": version, **{name: getattr(penalty, name) for name in CORRECTABLE}}
        ),
        "revoke": forms.RevokeForm(formdata=None, data={"version": version, "revoked_on": today}),
        "publish": forms.PublicationForm(formdata=None, data={"version": version}),
        "unpublish": forms.RemovalForm(formdata=None, data={"version": version}),
    }
    return {name: refusal if type(refusal) is type(form) else form for name, form in made.items()}


def _clocks(penalty: Penalty) -> list[tuple[Any, Any]]:
    days, today = calendar(), clock.today()
    return [(one, standing_of(one, None, today, days)) for one in queries.clocks_of(penalty)]
