"""列对照: which row of an import is the header and which column is which, said once and remembered."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, files
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.permissions import Permission
from app.forms import whole
from app.jobs import enqueue
from app.layouts import operations as layouts
from app.layouts import queries as mappings
from app.results import choosing, intake, jobs, queries, staging
from app.results import mapping_forms as forms
from app.results.blueprint import bp
from app.results.models import ImportBatch


@bp.route("/imports/<int:batch_id>/mapping", methods=["GET", "POST"])
@authorize(Permission.LAYOUT_EDIT, queries.batch)
def columns(batch: ImportBatch) -> ResponseReturnValue:
    """Which row is the header, which column is which: said once, remembered for the next file."""
    sheet, top, line = (request.values.get(name, type=whole) for name in ("sheet", "top", "line"))
    chosen = choosing.choice(batch, sheet or 0, top, line)
    remembered = mappings.same_header(current_actor(), chosen.fingerprint)
    guess = remembered[0].columns if remembered else chosen.guess
    form = forms.columns_form(chosen.header.titles, guess, _shown(batch, chosen))
    own = staging.reports_for_itself(current_actor())
    form.laboratory.choices = [("", "按抽样单上的承检机构"), *(one for one in queries.laboratory_choices() if own in (None, one[0]))]
    if form.validate_on_submit():
        with form.keeping():
            only_for = own or form.only_for
            asked = layouts.Asked(form.name.data or "", chosen.header, form.columns, only_for)
            return _read_again(batch, asked, staging.Options("auto", form.reported_on.data, own or form.laboratory.data))
    status = form.status if form.is_submitted() else 200
    return render_template(
        "results/columns.html", batch=batch, form=form, chosen=chosen, remembered=remembered, own=own
    ), status


def _shown(batch: ImportBatch, chosen: choosing.Choice) -> dict[str, Any]:
    name = batch.filename.rsplit(".", 1)[0][:100]
    whose = forms.LABORATORY if batch.laboratory_org_id else forms.EVERYBODY
    return {
        "name": name, "whose": whose, "laboratory": batch.laboratory_org_id, "reported_on": batch.reported_on,
        "sheet": chosen.sheet, "top": chosen.header.top, "line": chosen.header.line,
    }  # fmt: skip


def _read_again(batch: ImportBatch, asked: layouts.Asked, options: staging.Options) -> ResponseReturnValue:
    """Save what was said and read the file with it; a large file in the background."""
    actor, read = current_actor(), asked.checked()
    if files.path_of(batch.sha256).stat().st_size > jobs.LARGE_BYTES:
        with transaction():
            mapping = layouts.save(asked, actor, clock.now())
            given = {**jobs.as_payload(options), "layout_mapping_id": mapping.id}
            job = enqueue(jobs.STAGE, {"sha256": batch.sha256, "filename": batch.filename, **given}, actor)
        return redirect(url_for("results.progress", job_id=job.id), 303)
    prepared = staging.prepare(actor, staging.read_table(batch.sha256, batch.filename, {read.fingerprint: read}), options)
    intake.keep_pages(prepared)
    with transaction():
        prepared.layout_mapping_id = layouts.save(asked, actor, clock.now()).id
        staged = intake.stage(actor, batch.filename, batch.sha256, prepared, clock.now())
    flash("列对照已保存，以后收到同样表头的文件会自动按它读取", "success")
    return redirect(url_for("results.show", batch_id=staged.batch.id), 303)
