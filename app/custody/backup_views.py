"""Pages of backup samples (备份样品): the list with its lights, storing, moving, disposing of one or several, the workbook."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import authorize, can, current_actor
from app.custody import asked, backup_queries, backups, forms
from app.custody.backup_queries import Filters
from app.custody.clocks import clocks
from app.custody.models import BackupSample
from app.custody.pages import STAGE_TONES, again, bp, done, sample_page
from app.db import transaction
from app.domain import workflow
from app.domain.permissions import Permission
from app.domain.retention import BackupStage
from app.domain.workflow import BackupStep
from app.sampling import queries as sampling
from app.sampling.asked import number
from app.sampling.models import Sample
from app.trail import trail

KIND = BackupSample.__tablename__
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LEGEND = (
    (BackupStage.KEPT.value, "green", "未到保存期限，或结论未出"),
    (BackupStage.SOON.value, "yellow", "30 天内到期"),
    (BackupStage.DUE.value, "red", "保存期限已过，案件办结后可以处置"),
)


# ---------------------------------------------------------------- the list

@bp.get("/backups", endpoint="backups")
@authorize(Permission.BACKUP_LIST)
def backup_list() -> ResponseReturnValue:
    return _list()


def _list(form: Any = None, outcomes: Any = None, status: int = 200) -> ResponseReturnValue:
    actor, today, filters = current_actor(), clock.today(), asked.backup_filters_asked(request.args)
    page = backup_queries.backups(
        actor, filters, today, before=number(request.args.get("before")), after=number(request.args.get("after"))
    )
    handling = filters.stage == BackupStage.DUE.value and can(Permission.BACKUP_HANDLE)
    return render_template(
        "custody/backups.html", page=page, filters=filters, kept=_kept(filters), counts=backup_queries.counts(actor, today),
        stages=list(BackupStage), stage_tones=STAGE_TONES, legend=LEGEND, outcomes=outcomes,
        form=form or (forms.DiscardForm(formdata=None, discarded_on=today) if handling else None),
    ), status  # fmt: skip


def _kept(filters: Filters) -> dict[str, Any]:
    return forms.kept({name: getattr(filters, name) for name in Filters.__slots__})


@bp.post("/backups/discard")
@authorize(Permission.BACKUP_HANDLE)
def discard_backups() -> ResponseReturnValue:
    """处置 the ticked ones; each row says what became of it."""
    form, actor = forms.DiscardForm(), current_actor()
    if form.validate_on_submit():
        with form.keeping():
            chosen = backup_queries.backups_chosen(actor, forms.ids_asked(request.form.getlist("ids")))
            with transaction():
                outcomes = backups.discard_many(chosen, form.written, actor, clock.now())
            count = sum(one.done for one in outcomes)
            flash(f"已处置 {count} 件，未处置 {len(outcomes) - count} 件", "success" if count else "warning")
            return _list(outcomes=outcomes, status=200 if count else 422)
    return _list(form=form, status=form.status)


# ---------------------------------------------------------------- one backup sample

@bp.post("/samples/<int:sample_id>/backup")
@authorize(Permission.BACKUP_HANDLE, sampling.sample)
def store(sample: Sample) -> ResponseReturnValue:
    form, sample_id = forms.StoreForm(), sample.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                made = backups.store(sample, form.written, current_actor(), clock.now())
            return done(sample_id, f"备份样品已入库：{made.place}。{made.keep_why}", "backup")
    return sample_page(again(sample_id), form, form.status)


@bp.get("/backups/<int:backup_id>")
@authorize(Permission.BACKUP_READ, backup_queries.backup)
def show_backup(backup: BackupSample) -> ResponseReturnValue:
    return _one(backup)


def _one(backup: BackupSample, moving: Any = None, discarding: Any = None, status: int = 200) -> ResponseReturnValue:
    today, book = clock.today(), clocks()
    steps = {
        step for step in (BackupStep.MOVE, BackupStep.DISCARD)
        if (arrow := workflow.arrow(KIND, backup.state, step)) is not None and can(arrow.permission, backup)
    }  # fmt: skip
    move = moving or forms.MoveForm(formdata=None, version=backup.version, place=backup.place, storage=backup.storage)
    discard = discarding or forms.DiscardForm(formdata=None, version=backup.version, discarded_on=today)
    return render_template(
        "custody/backup.html", backup=backup, row=backup_queries.row(backup, today, book), stage_tones=STAGE_TONES,
        laboratory=backup_queries.laboratory_name(backup.laboratory_org_id), entries=trail(KIND, backup.id, book.days)[::-1],
        moving=move if BackupStep.MOVE in steps else None, discarding=discard if BackupStep.DISCARD in steps else None,
        obstacle=backups.discard_obstacle(backup, today, today) if BackupStep.DISCARD in steps else None,
    ), status  # fmt: skip


@bp.post("/backups/<int:backup_id>/move")
@authorize(Permission.BACKUP_HANDLE, backup_queries.backup)
def move(backup: BackupSample) -> ResponseReturnValue:
    form, backup_id = forms.MoveForm(), backup.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                backups.move(
                    backup, form.place.data, form.storage.data or None, current_actor(), form.reason.data, seen=form.version.data
                )
            return _moved(backup_id, f"已移库至 {backup.place}")
    return _one_again(backup_id, form, moving=form)


@bp.post("/backups/<int:backup_id>/discard")
@authorize(Permission.BACKUP_HANDLE, backup_queries.backup)
def discard(backup: BackupSample) -> ResponseReturnValue:
    form, backup_id = forms.DiscardForm(), backup.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                backups.discard(backup, form.written, current_actor(), clock.now(), seen=form.version.data)
            return _moved(backup_id, f"已处置：{backup.title}")
    return _one_again(backup_id, form, discarding=form)


def _moved(backup_id: int, sentence: str) -> ResponseReturnValue:
    flash(sentence, "success")
    return redirect(url_for(".show_backup", backup_id=backup_id), 303)


def _one_again(backup_id: int, form: Any, **kept: Any) -> ResponseReturnValue:
    """Read anew: a refusal has rolled everything back; sending the form again is then meant."""
    found = backup_queries.backup(current_actor(), backup_id)
    assert found is not None
    form.version.data, form.version.raw_data = found.version, None
    return _one(found, status=form.status, **kept)
