"""The blueprint of custody, and the page of one sample that all its forms come back to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app import clock, history
from app.authorize import can, current_actor
from app.custody import backup_queries, forms, operations, photos, queries, signatures
from app.custody.clocks import DOC_KEEP, SHIP, clocks
from app.domain.custody import Stage
from app.domain.deadlines import DeadlineLight
from app.domain.permissions import Permission
from app.domain.retention import BackupStage
from app.domain.sampling_kinds import CustodyKind, Opinion
from app.domain.workflow import SampleStep
from app.errors import NotFound
from app.lights import DEADLINES
from app.sampling import queries as sampling
from app.sampling.models import Sample
from app.trail import told

# Of the history of a sample, what is done on this page.
STEPS_HERE = frozenset({"custody", "void_custody", "photo", "void_photo", "sign", "void_signature", SampleStep.REJECT.value})
bp = Blueprint("custody", __name__, url_prefix="/custody")
TONES = {DeadlineLight.GREEN: "green", DeadlineLight.AMBER: "yellow", DeadlineLight.RED: "red", None: "grey"}
STAGE_TONES = {
    Stage.TO_SEAL: "yellow", Stage.TO_HAND_OVER: "yellow", Stage.TO_RECEIVE: "blue", Stage.RECEIVED: "green", Stage.REFUSED: "red",
    BackupStage.KEPT: "green", BackupStage.SOON: "yellow", BackupStage.DUE: "red", BackupStage.DISCARDED: "neutral",
}  # fmt: skip
LEGEND = DEADLINES


@bp.app_template_filter("minute")
def minute(moment: datetime | None) -> str:
    """A moment as a datetime-local input wants it, on the office's clock."""
    return f"{operations.office(moment):%Y-%m-%dT%H:%M}" if moment is not None else ""


def sample_page(sample: Sample, refused: Any = None, status: int = 200) -> ResponseReturnValue:
    """流转页 of one sample: chain, photographs, signatures, backup sample; ``refused`` is the form that came back."""
    actor, today, now = current_actor(), clock.today(), clock.now()
    chain, book = queries.chain(sample.id), clocks()
    backup, shown, signed = backup_queries.backup_of(actor, sample.id), photos.album(sample, actor), signatures.shown(sample, actor)
    may_record = can(Permission.CUSTODY_RECORD, sample) and sample.state in operations.MOVABLE
    return render_template(
        "custody/show.html", sample=sample, chain=chain, refused=refused, kinds=CustodyKind, tones=TONES, stage_tones=STAGE_TONES,
        ship=queries.ship_clock(sample, chain, today), papers=book.due_from(DOC_KEEP, sample.sampled_on), legend=LEGEND,
        album=shown, signed=signed, objection=Opinion.OBJECTION, at_once=photos.AT_ONCE,
        backup=backup_queries.row(backup, today, book) if backup else None, keeping=book.keeping(sample),
        step=_form(refused, forms.StepForm) or (_step(sample, chain, now) if may_record else None),
        picture=_form(refused, forms.PhotosForm) or (forms.PhotosForm(formdata=None) if may_record else None),
        signing=_form(refused, forms.SigningForm) or (_signing(sample, now) if may_sign(sample) else None),
        storing=(_form(refused, forms.StoreForm) or _storing(sample, chain)) if may_store(sample, chain, backup) else None,
        may_receive=may_receive(sample, chain), ship_code=SHIP,
        entries=told([one for one in history.entries_of("sample", sample.id) if one.step in STEPS_HERE])[::-1],
        withdrawable=_withdrawable([*chain.live, *(one.photo for one in shown.rows), *(one.signature for one in signed)]),
    ), status  # fmt: skip


def _form(refused: Any, kind: type[Any]) -> Any:
    return refused if isinstance(refused, kind) else None


def _step(sample: Sample, chain: queries.Chain, now: datetime) -> forms.StepForm | None:
    """The form of the step whose turn it is."""
    turn = {Stage.TO_SEAL: CustodyKind.SEALED, Stage.TO_HAND_OVER: CustodyKind.HANDED_OVER}.get(chain.stage)
    if turn is None and chain.of(CustodyKind.SEALED) is not None:
        return None
    first = (sample.samplers or "").split("、")[0]
    moment = operations.office(now)
    return forms.StepForm(formdata=None, kind=(turn or CustodyKind.SEALED).value, happened_at=moment, person=first)


def _signing(sample: Sample, now: datetime) -> forms.SigningForm:
    return forms.SigningForm(formdata=None, signed_at=operations.office(now))


def _storing(sample: Sample, chain: queries.Chain) -> forms.StoreForm:
    sealed = chain.of(CustodyKind.SEALED)
    return forms.StoreForm(
        formdata=None, quantity=sample.backup_quantity, storage=sample.storage, stored_on=clock.today(),
        seal_no=sealed.backup_seal_no if sealed else None,
    )  # fmt: skip


def may_receive(sample: Sample, chain: queries.Chain) -> bool:
    """Does this sample wait for this reader?"""
    waits = chain.stage is Stage.TO_RECEIVE and sample.state in operations.MOVABLE
    return waits and can(Permission.SAMPLE_RECEIVE, sample)


def may_sign(sample: Sample) -> bool:
    return can(Permission.CUSTODY_RECORD, sample) and sample.state in signatures.SIGNABLE


def may_store(sample: Sample, chain: queries.Chain, backup: Any) -> bool:
    there = chain.of(CustodyKind.RECEIVED) is not None or sample.arrived_on is not None or sample.reported_on is not None
    return backup is None and there and sample.state in operations.MOVABLE and can(Permission.BACKUP_HANDLE, sample)


def _withdrawable(records: Sequence[Any]) -> Callable[[Any], bool]:
    """Which of these records this reader may void: those of his bureau's samples, and what his own people recorded."""
    actor = current_actor()
    ours = queries.colleagues(actor, (one.recorded_by_id for one in records))
    return lambda record: record.org_id in actor.reach or record.recorded_by_id in ours


def again(sample_id: int) -> Sample:
    """The sample read anew: a refusal has rolled everything back."""
    found = sampling.sample(current_actor(), sample_id)
    if found is None:
        raise NotFound("没有找到该样品，可能已不在您的管辖范围内")
    return found


def done(sample_id: int, sentence: str, part: str = "chain") -> ResponseReturnValue:
    flash(sentence, "success")
    return redirect(url_for("custody.show", sample_id=sample_id, _anchor=part), 303)
