"""Pages of 审批签名: the list, and one signature with what was signed and what has changed since."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import jobs
from app.accounts.models import ApprovalSignature
from app.alerts.queries import verifying as is_verifying
from app.approval_signatures import forms, queries, showing, verifying
from app.approval_signatures.jobs import JOB
from app.audit.words import subject_word
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.permissions import Permission
from app.domain.trust_kinds import SignatureCheck
from app.pages.addresses import address_of
from app.penalties.forms import number
from app.trail import SIGNED_BY

bp = Blueprint("approval_signatures", __name__, url_prefix="/signatures")
TONES = {
    SignatureCheck.SOUND: "green", SignatureCheck.MOVED_ON: "blue", SignatureCheck.ALTERED: "red", SignatureCheck.GONE: "red",
    None: "neutral",
}  # fmt: skip


@bp.get("/")
@authorize(Permission.SIGNATURE_LIST)
def index() -> ResponseReturnValue:
    filters = forms.filters_asked(request.args)
    found = queries.signatures(
        current_actor(), filters, before=number(request.args.get("before")), after=number(request.args.get("after"))
    )
    return render_template(
        "approval_signatures/index.html", page=found, filters=filters, kept=forms.kept(filters), tones=TONES,
        names=queries.names_of(found.rows), address=_address, subject_word=subject_word, last=verifying.last(),
        kinds=[(kind, subject_word(kind)) for kind in forms.KINDS], states=[(one.value, one.value) for one in SignatureCheck],
    )  # fmt: skip


def _address(kind: str, subject_id: int) -> str | None:
    return address_of(*queries.stands_on(kind, subject_id))


@bp.get("/<int:signature_id>")
@authorize(Permission.SIGNATURE_READ, queries.signature)
def show(signature: ApprovalSignature) -> ResponseReturnValue:
    named = (signature.subject_kind, signature.subject_id)
    return render_template(
        "approval_signatures/show.html", one=signature, found=showing.examined(signature), tones=TONES, how=SIGNED_BY[signature.method],
        record=queries.names_of([signature]).get(named), address=_address(*named), word=subject_word(signature.subject_kind),
        entry_words=showing.entry_words,
    )  # fmt: skip


@bp.post("/verify")
@authorize(Permission.AUDIT_VERIFY)
def verify() -> ResponseReturnValue:
    with transaction():
        if is_verifying(JOB):
            said, tone = "核对正在进行，请稍后刷新本页查看结果", "info"
        else:
            jobs.enqueue(JOB, {}, current_actor())
            said, tone = "已开始逐条核对，完成后结果列在本页", "success"
    flash(said, tone)
    return redirect(url_for(".index"), 303)
