"""Pages of 基础数据变更: the list, proposing with a preview, one change, adopting, refusing and withdrawing it."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.forms import local_address
from app.authorize import authorize, current_actor
from app.domain.permissions import Permission
from app.domain.reference_acts import ACTS, ChangeAct
from app.domain.trust_kinds import ChangeKind
from app.domain.trust_states import ChangeState
from app.errors import NotFound
from app.labels import label
from app.reference_changes import operations, queries, rule_views, setting_views
from app.reference_changes.forms import FORMS, about, starting
from app.reference_changes.models import ReferenceChange
from app.reference_changes.pages import TONES, Steps, bp, change_page, form_page
from app.reference_changes.propose_views import proposing
from app.reference_data.forms import number

__all__ = ["bp", "rule_views", "setting_views"]
HERE = "reference_changes."
STEPS = Steps(HERE, queries.change)
Word = TypeVar("Word", bound=StrEnum)


def _word(name: str, vocabulary: type[Word]) -> Word | None:
    written = request.args.get(name)
    return vocabulary(written) if written in list(vocabulary) else None


def filters() -> queries.Filters:
    word = (request.args.get("q") or "").strip()[:100] or None
    return queries.Filters(_word("kind", ChangeKind), _word("state", ChangeState), word, request.args.get("waiting") == "1")


@bp.get("/changes/")
@authorize(Permission.CHANGE_LIST)
def index() -> ResponseReturnValue:
    asked = filters()
    page = queries.changes(
        current_actor(), asked, before=number(request.args.get("before")), after=number(request.args.get("after"))
    )
    kept = {name: value for name, value in request.args.items() if name not in ("after", "before") and value}
    return render_template(
        "reference_changes/index.html", page=page, filters=asked, kept=kept, tones=TONES,
        kinds=[(kind.value, kind.value) for kind in ChangeKind], states=[(state.value, label(state)) for state in ChangeState],
        acts=[(act.value, rule) for act, rule in ACTS.items() if act in STANDING], second_person=operations.second_person(),
    )  # fmt: skip


# Begun from the list of changes; the others are begun from the row that they change.
STANDING = (ChangeAct.LIMIT_NEW, ChangeAct.CALENDAR)


ELSEWHERE = (ChangeAct.SETTING, ChangeAct.RULES)  # these have pages of their own


def _act(written: str) -> ChangeAct:
    if written not in list(ChangeAct) or ChangeAct(written) not in FORMS or written in ELSEWHERE:
        raise NotFound("没有这种变更，请从基础数据各页面的按钮进入")
    return ChangeAct(written)


@bp.route("/changes/new/<act>", methods=["GET", "POST"])
@authorize(Permission.CHANGE_PROPOSE)
def new(act: str) -> ResponseReturnValue:
    known, subject = _act(act), request.values.get("subject") or None
    form = FORMS[known](data=starting(known, subject))
    action, back = url_for(".new", act=act), local_address(request.args.get("back_to")) or url_for("reference_data.index")

    def page(shown: operations.Shown | None) -> ResponseReturnValue:
        return form_page(known, form, shown, action, back, about=about(known, subject))

    if request.method == "POST" and request.form.get("do") == "read" and hasattr(form, "read_text"):
        form.read_text()
        return page(None)
    return proposing(form, lambda: form.wish(known), f"{HERE}show", page)


@bp.get("/changes/<int:change_id>")
@authorize(Permission.CHANGE_READ, queries.change)
def show(change: ReferenceChange) -> ResponseReturnValue:
    return change_page(change, HERE)


@bp.post("/changes/<int:change_id>/adopt")
@authorize(Permission.CHANGE_ADOPT, queries.change)
def adopt(change: ReferenceChange) -> ResponseReturnValue:
    return STEPS.adopt(change)


@bp.post("/changes/<int:change_id>/refuse")
@authorize(Permission.CHANGE_ADOPT, queries.change)
def refuse(change: ReferenceChange) -> ResponseReturnValue:
    return STEPS.refuse(change)


@bp.post("/changes/<int:change_id>/withdraw")
@authorize(Permission.CHANGE_PROPOSE, queries.change)
def withdraw(change: ReferenceChange) -> ResponseReturnValue:
    return STEPS.withdraw(change)
