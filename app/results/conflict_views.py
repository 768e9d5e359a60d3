"""裁定导入冲突: three values of a field beside each other, and whose stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from app import clock
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.permissions import Permission
from app.domain.result_kinds import Choice
from app.forms import VersionForm, trimmed
from app.jobs import enqueue
from app.results import conflict_queries, conflicts, intake, jobs, operations, queries, staging
from app.results.blueprint import bp
from app.results.models import ImportBatch

PREFIX = "choice-"
EVERYTHING = (("", "逐项选择"), *((one.value, f"未裁定的全部{one.value}") for one in Choice))


class ConflictForm(VersionForm):
    """Choices by conflict, or one for the whole file, and why."""

    everything = SelectField("本文件其余冲突", choices=list(EVERYTHING), default="")
    reason = StringField("裁定理由", filters=[trimmed], validators=[
        InputRequired("请填写裁定理由"), Length(max=300, message="不超过 300 字"),
    ])  # fmt: skip

    @property
    def choices(self) -> Mapping[int, Choice]:
        """What was chosen line by line; a line without a choice asks nothing."""
        words = {one.value: one for one in Choice}
        pairs = ((name.removeprefix(PREFIX), text) for name, text in request.form.items() if name.startswith(PREFIX))
        return {int(number): words[text] for number, text in pairs if number.isdecimal() and text in words}

    @property
    def decision(self) -> conflicts.Decision:
        everything = Choice(self.everything.data) if self.everything.data else None
        return conflicts.Decision(self.choices, everything, self.reason.data or "")


def shown(batch: ImportBatch, form: ConflictForm | None = None) -> dict[str, Any]:
    """What the panel of conflicts on the page of an import needs."""
    return {
        "conflicts": conflict_queries.of_batch(current_actor(), batch),
        "conflict_form": form or ConflictForm(formdata=None, data={"version": batch.version}),
        "conflict_choices": list(Choice),
        "conflict_title": conflicts.title_of,
        "chosen": form.choices if form else {},
    }


@bp.route("/imports/<int:batch_id>/conflicts", methods=["GET", "POST"])
@authorize(Permission.CONFLICT_DECIDE, queries.batch)
def decide_conflicts(batch: ImportBatch) -> ResponseReturnValue:
    form = ConflictForm(data={"version": batch.version})
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                told = conflicts.decide(batch, form.decision, current_actor(), clock.now(), seen=form.version.data)
            flash(f"已裁定 {len(told)} 处冲突", "success")
            return _plan_again(batch)
    status = form.status if form.is_submitted() else 200
    return render_template("results/conflicts.html", batch=batch, **shown(batch, form)), status


def _plan_again(batch: ImportBatch) -> ResponseReturnValue:
    """The preview follows the decision; of a large file in the background, as when it was uploaded."""
    options = operations.options_of(batch)
    if batch.rows > jobs.LARGE_ROWS:
        given = {"sha256": batch.sha256, "filename": batch.filename, **jobs.as_payload(options)}
        with transaction():
            job = enqueue(jobs.STAGE, given, current_actor())
        return redirect(url_for("results.progress", job_id=job.id), 303)
    prepared = staging.prepare(current_actor(), staging.read_again(batch), options)
    intake.keep_pages(prepared)
    with transaction():
        operations.plan_again(batch, prepared, clock.now())
    return redirect(url_for("results.show", batch_id=batch.id), 303)
