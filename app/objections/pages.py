"""What the pages of one objection share: the page itself, with the refusal and everything that was typed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.attachments.queries import attachments_of
from app.attachments.types import ACCEPT
from app.authorize import can, current_actor
from app.domain import objections as rules
from app.domain.actors import Actor
from app.domain.masking import mask
from app.domain.permissions import Permission
from app.domain.workflow import ObjectionStep, arrow
from app.errors import NotFound
from app.objections import effects, forms, operations, papers, queries, showing, timing
from app.objections.models import Objection
from app.official_documents.queries import of_record
from app.trail import trail

bp = Blueprint("objections", __name__, url_prefix="/objections")
KIND = Objection.__tablename__
OPINIONS = (
    "经核查，抽样过程符合规定，异议不成立。", "经核查，所用检验方法不适用于该样品，异议成立。",
    "经核查，产品非标称生产企业生产，异议成立。",
)  # fmt: skip
CONTINUED = "；"


def done(objection_id: int, sentence: str, category: str = "success") -> ResponseReturnValue:
    flash(sentence, category)
    return redirect(url_for("objections.show", objection_id=objection_id), 303)


def refused(objection_id: int, form: Any) -> ResponseReturnValue:
    """The objection as it is now, with the refusal and everything that was typed; sending it again is then meant."""
    found = queries.objection(current_actor(), objection_id)
    if found is None:
        raise NotFound("没有找到该异议，或不在您的管辖范围内")
    form.version.data, form.version.raw_data = found.version, None
    return page(found, form)


def steps_of(objection: Objection, actor: Actor) -> set[str]:
    """What this person may do now: the arrows and the permissions, and never to conclude what he looked into himself."""
    found = ((step, arrow(KIND, objection.state, step)) for step in ObjectionStep)
    steps = {step.value for step, taken in found if taken is not None and can(taken.permission, objection)}
    if objection.correction_asked_on is not None:
        steps -= {ObjectionStep.ASK_CORRECTION.value}
    if ObjectionStep.DECIDE.value in steps and operations.looked_into_by(objection, actor):
        steps -= {ObjectionStep.DECIDE.value}
    return steps


def page(objection: Objection, typed: Any = None) -> ResponseReturnValue:
    actor = current_actor()
    window, steps, made = timing.window_of(objection), steps_of(objection, actor), of_record(actor, objection)
    obstacles = rules.obstacles(objection.side, window)
    defects = rules.defects(objection.kind, objection.side, objection.evidence)
    return render_template(
        "objections/show.html", objection=objection, steps=steps, window=window, obstacles=obstacles, defects=defects, refusal=typed,
        forms=_forms(objection, actor, steps, typed), lamps=showing.lamps(objection), state_tones=showing.STATE_TONES,
        people=queries.people(objection.asked_by_id, objection.accepted_by_id, objection.decided_by_id),
        opinions=OPINIONS, papers=made, offered=papers.lacking(objection, made),
        case=papers.writing_case(objection, actor), claimed=objection.kind is rules.K.AUTHENTICITY,
        files=attachments_of(actor, KIND, objection.id), accept=ACCEPT,
        making=can(Permission.DOCUMENT_MAKE, objection), filing=can(Permission.OBJECTION_HANDLE, objection), today=clock.today(),
        office=queries.office(objection), ripples=queries.ripples_of(actor, objection),
        contact=mask(objection.contact or "") or None, waiting=showing.waiting(objection),
        entries=trail(KIND, objection.id)[::-1],
    ), typed.status if typed is not None else 200  # fmt: skip


def _forms(objection: Objection, actor: Actor, steps: set[str], typed: Any) -> dict[str, Any]:
    """The form of every step that may be taken; the one that was refused as it was typed."""
    wanted = rules.wanted(objection.kind, objection.side, objection.evidence)
    told, today = papers.told_by(objection, actor) if "tell" in steps else None, clock.today()
    blank: dict[str, tuple[Any, dict[str, Any]]] = {
        "ask_correction": (forms.CorrectionForm, {"asked_on": today, "wanting": CONTINUED.join(wanted)}),
        "supplement": (forms.SupplementForm, {"supplemented_on": today, "evidence": objection.evidence}),
        "accept": (forms.AcceptForm, {"accepted_on": today}),
        "decline": (forms.DeclineForm, {"refusal": CONTINUED.join(operations.grounds(objection))}),
        "record": (forms.InvestigationForm, {"investigation": objection.investigation}),
        "decide": (forms.DecisionForm, {}),
        "tell": (forms.TellForm, {"told_on": told[0] if told else today, "told_how": f"审核结论通知书 {told[1]} 送达" if told else None}),
    }  # fmt: skip
    found: dict[str, Any] = {}
    for step, (kind, values) in blank.items():
        if step in steps:
            fresh = kind(formdata=None, data={**values, "version": objection.version})
            found[step] = typed if isinstance(typed, kind) else fresh
    if "decide" in found:
        found["decide"].offer(rules.EFFECTS[objection.kind], effects.failing(objection))
    return found
