"""Pages of 工作移交: who leaves with work in his name, and handing it over."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app import clock
from app.accounts.models import User
from app.authorize import authorize, current_actor
from app.domain.hand_overs import HANDED_OVER
from app.domain.permissions import Permission
from app.hand_overs import forms, jobs, queries
from app.hand_overs.jobs import Outcome

bp = Blueprint("hand_overs", __name__)
SHOWN = 20  # matters of one kind listed on the page


@bp.get("/hand-overs")
@authorize(Permission.WORK_HAND_OVER)
def index() -> ResponseReturnValue:
    actor = current_actor()
    word = (request.args.get("q") or "").strip()[:60]
    found = [row for row in queries.successors(actor, 0) if word and word in (row.name, row.username)]
    return render_template("hand_overs/index.html", people=queries.people(actor), in_words=queries.in_words, word=word, found=found)


@bp.route("/users/<int:user_id>/hand-over", methods=["GET", "POST"])
@authorize(Permission.WORK_HAND_OVER, queries.person)
def hand_over(user: User) -> ResponseReturnValue:
    form = forms.HandOverForm()
    user_id, leaving = user.id, queries.leaving(user.id)
    people = queries.successors(current_actor(), user.id)
    form.offer(people, leaving.successor_id if leaving else None)
    if form.validate_on_submit():
        with form.keeping():
            choices = forms.choices(form, request.form, HANDED_OVER)
            outcomes = jobs.hand_over(current_actor(), user_id, choices, form.reason.data or "", clock.now())
            return _page(user_id, forms.HandOverForm(formdata=None), people, outcomes)
    return _page(user_id, form, people)


def _page(user_id: int, form: forms.HandOverForm, people: object, outcomes: list[Outcome] | None = None) -> ResponseReturnValue:
    actor = current_actor()
    user = queries.person(actor, user_id)
    assert user is not None
    form.offer(people, None)  # type: ignore[arg-type]
    return render_template(
        "hand_overs/show.html", user=user, form=form, people=people, words_of=forms.words_of, outcomes=outcomes, shown=SHOWN,
        pieces=queries.all_pieces(actor, user_id), shared=queries.in_words(queries.shared(queries.counts(user_id))),
        leaving=queries.leaving(user_id), given=request.form,
    ), form.status if form.errors else 200  # fmt: skip
