"""What the pages of 基础数据变更 and of 系统设置 share: proposing with a preview, one change, deciding it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import current_actor
from app.domain.actors import Actor
from app.domain.reference_acts import ACTS, ChangeAct
from app.domain.trust_states import ChangeState
from app.forms import OfficeForm
from app.reference_changes import effects, moved, operations, queries
from app.reference_changes.fields import ChangeForm
from app.reference_changes.forms import OpinionForm
from app.reference_changes.models import ReferenceChange
from app.reference_data import unknown_words as unknown
from app.step_views import StepPages
from app.trail import trail

bp = Blueprint("reference_changes", __name__)
KIND = ReferenceChange.__tablename__
TONES = {ChangeState.PROPOSED: "yellow", ChangeState.ADOPTED: "green", ChangeState.REFUSED: "red", ChangeState.WITHDRAWN: "neutral"}


def form_page(
    act: ChangeAct, form: ChangeForm, shown: operations.Shown | None, action: str, back: str, **more: Any
) -> ResponseReturnValue:
    offered = {kind: unknown.offered(kind) for kind in set(form.OFFERED.values())}
    return render_template(
        "reference_changes/new.html", form=form, rule=ACTS[act], act=act, shown=shown, action=action, back=back, offered=offered,
        sentences=effects.sentences(shown.effect) if shown else [], second_person=operations.second_person(),
        needs_two=operations.needs_second_person(act, operations.second_person()), readable=hasattr(form, "read_text"), **more,
    ), form.status if form.errors else 200  # fmt: skip


def change_page(change: ReferenceChange, here: str, form: OfficeForm | None = None) -> str:
    """One change as this reader may see it; ``here`` begins the endpoints of its buttons."""
    actor, effect = current_actor(), change.effect.get("done", change.effect)
    standing = change.state is ChangeState.PROPOSED
    return render_template(
        "reference_changes/show.html", change=change, act=ACTS[queries.act_of(change)], lines=change.payload["lines"], form=form,
        tones=TONES, here=here, sentences=effects.sentences(change.effect),
        done=effects.sentences(change.effect["done"]) if "done" in change.effect else [],
        clocks=queries.clock_rows(actor, effect), results=queries.result_rows(actor, effect), shown=queries.SHOWN,
        figures=queries.figure_rows(actor, change, effect), scores=queries.figure_rows(actor, change, effect, "scores"),
        moves=moved.rows(actor, change, effect), naming=moved.rows(actor, change, effect, "naming"),
        decides=standing and operations.decides(actor, change), own=standing and change.proposed_by_id == actor.user_id,
        people=queries.names(change.proposed_by_id, change.decided_by_id), second_person=operations.second_person(),
        entries=trail(KIND, change.id)[::-1],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Steps:
    """The three steps of a change by its page; changes of settings are shown under addresses of their own."""

    here: str
    fetch: Callable[[Actor, int], ReferenceChange | None]

    def _take(self, change: ReferenceChange, said: str, operation: Callable[..., object]) -> ResponseReturnValue:
        pages = StepPages("change_id", self.fetch, lambda found, form: change_page(found, self.here, form), f"{self.here}show")
        return pages.take(
            change, OpinionForm(), said,
            lambda form: operation(change, current_actor(), form.comment.data, clock.now(), seen=form.version.data),
        )  # fmt: skip

    def adopt(self, change: ReferenceChange) -> ResponseReturnValue:
        return self._take(change, f"已采用并生效：{change.title}", operations.adopt)

    def refuse(self, change: ReferenceChange) -> ResponseReturnValue:
        return self._take(change, f"已不予采用：{change.title}", operations.refuse)

    def withdraw(self, change: ReferenceChange) -> ResponseReturnValue:
        return self._take(change, f"已撤回：{change.title}", operations.withdraw)
