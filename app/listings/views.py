"""Pages of 严重违法失信名单: the list, proposing, one entry with its decision and removal."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import authorize, can, current_actor
from app.db import transaction
from app.domain import listings as rules
from app.domain import workflow
from app.domain.case_kinds import RemovalGround
from app.domain.permissions import Permission
from app.domain.workflow import ListingState, ListingStep
from app.enterprises import queries as enterprises
from app.enterprises.models import Enterprise
from app.errors import NotLikeThis
from app.listings import forms, operations, queries, showing
from app.listings.models import CreditListing
from app.penalties import queries as penalties
from app.penalties.forms import number
from app.reference_data.books import calendar
from app.trail import trail

bp = Blueprint("listings", __name__, url_prefix="/listings")
KIND = CreditListing.__tablename__
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TONES = {
    ListingState.PROPOSED: "yellow", ListingState.LISTED: "red", ListingState.DECLINED: "neutral", ListingState.REMOVED: "neutral",
}  # fmt: skip
PHRASES = ("同意列入。", "不符合较重行政处罚的情形，不予列入。", "依据不足，请补充。")


@bp.app_context_processor
def blocks() -> dict[str, Any]:
    """``listings_of_enterprise(enterprise)`` and ``credit_warnings(ids)`` for other pages."""
    return {"listings_of_enterprise": showing.panel, "credit_warnings": showing.warnings}


@bp.get("/")
@authorize(Permission.LISTING_LIST)
def index() -> ResponseReturnValue:
    actor, today, filters = current_actor(), clock.today(), forms.filters_asked(request.args)
    found = queries.listings(actor, filters, today, before=number(request.args.get("before")), after=number(request.args.get("after")))
    return render_template(
        "listings/index.html", page=found, filters=filters, kept=forms.kept(filters), counts=queries.counts(actor, today),
        states=list(ListingState), tones=TONES, today=today,
    )  # fmt: skip


@bp.route("/enterprises/<int:enterprise_id>/propose", methods=["GET", "POST"])
@authorize(Permission.LISTING_PROPOSE, enterprises.enterprise)
def propose(enterprise: Enterprise) -> ResponseReturnValue:
    actor = current_actor()
    form: Any = forms.ProposeForm(data={"key": secrets.token_hex(16), "penalty": request.args.get("penalty", "")})
    rested_on = queries.penalties_of(actor, enterprise.id)
    form.penalty.choices = [("", "不依据本系统的处罚案件"), *((str(one.id), f"{one.number}　{one.decision_no or ''}") for one in rested_on)]
    if form.validate_on_submit():
        if form.key.data and (earlier := queries.submitted(form.key.data)) is not None:
            return redirect(url_for(".show", listing_id=earlier), 303)
        with form.keeping():
            with transaction():
                penalty = penalties.penalty(actor, int(form.penalty.data)) if form.penalty.data else None
                made = operations.propose(
                    enterprise, rules.BY_CODE[form.ground.data], form.reason.data or "", actor, clock.now(), penalty=penalty,
                    key=form.key.data or None,
                )  # fmt: skip
            flash(f"已提出列入：{made.number}，请他人审批", "success")
            return redirect(url_for(".show", listing_id=made.id), 303)
    page = render_template("listings/propose.html", form=form, enterprise=enterprise, effects=rules.EFFECTS)
    return page, form.status if form.is_submitted() else 200


# ---------------------------------------------------------------- one entry

@bp.get("/<int:listing_id>")
@authorize(Permission.LISTING_READ, queries.listing)
def show(listing: CreditListing) -> ResponseReturnValue:
    return _page(listing)


def _page(listing: CreditListing, refusal: Any = None) -> str:
    steps = {
        step.value
        for step in ListingStep
        if (arrow := workflow.arrow(KIND, listing.state, step)) is not None and can(arrow.permission, listing)
    }
    entering = forms.EnterForm(formdata=None, data={"version": listing.version, "listed_on": clock.today()})
    removing = forms.RemoveForm(formdata=None, data={"version": listing.version, "removed_on": clock.today()})
    return render_template(
        "listings/show.html", listing=listing, steps=steps, tones=TONES, refusal=refusal, effects=rules.EFFECTS, phrases=PHRASES,
        entering=refusal if isinstance(refusal, forms.EnterForm) else entering,
        removing=refusal if isinstance(refusal, forms.RemoveForm) else removing, today=clock.today(),
        people=queries.person_names(listing.proposed_by_id, listing.decided_by_id, listing.removed_by_id),
        penalty=penalties.penalty(current_actor(), listing.penalty_id) if listing.penalty_id is not None else None,
        timeline=trail(KIND, listing.id, calendar()),
        waiting="等待审批（审批人不得为提出人本人）" if listing.state is ListingState.PROPOSED else None,
    )  # fmt: skip


def _step(listing: CreditListing, form: Any, said: str, taken: Callable[[Any], None]) -> ResponseReturnValue:
    listing_id = listing.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                taken(form)
            flash(said, "success")
            return redirect(url_for(".show", listing_id=listing_id), 303)
    found = queries.listing(current_actor(), listing_id)
    assert found is not None
    form.version.data, form.version.raw_data = found.version, None
    return _page(found, form), form.status


@bp.post("/<int:listing_id>/enter")
@authorize(Permission.LISTING_DECIDE, queries.listing)
def enter(listing: CreditListing) -> ResponseReturnValue:
    def taken(form: Any) -> None:
        if form.listed_on.data is None:
            raise NotLikeThis("请填写列入日期", field="listed_on")
        operations.enter(
            listing, current_actor(), form.listed_on.data, form.document_no.data or "", clock.now(), comment=form.comment.data or None,
            seen=form.version.data,
        )  # fmt: skip

    return _step(listing, forms.EnterForm(), "已列入名单", taken)


@bp.post("/<int:listing_id>/decline")
@authorize(Permission.LISTING_DECIDE, queries.listing)
def decline(listing: CreditListing) -> ResponseReturnValue:
    def taken(form: Any) -> None:
        operations.decline(listing, current_actor(), form.comment.data or "", seen=form.version.data)

    return _step(listing, forms.EnterForm(), "已作不予列入", taken)


@bp.post("/<int:listing_id>/remove")
@authorize(Permission.LISTING_DECIDE, queries.listing)
def remove(listing: CreditListing) -> ResponseReturnValue:
    def taken(form: Any) -> None:
        operations.remove(
            listing, current_actor(), form.removed_on.data, RemovalGround(form.removal.data), form.note.data or "", clock.now(),
            seen=form.version.data,
        )  # fmt: skip

    return _step(listing, forms.RemoveForm(), "已移出名单", taken)
