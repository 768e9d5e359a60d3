"""What the pages of results do where an office reviews its results: submit instead of save (提交送审)."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.authorize import current_actor
from app.db import transaction
from app.forms import whole
from app.results.entry import Entered
from app.results.models import ImportBatch
from app.results.outcomes import Outcome
from app.results.staging import Prepared
from app.reviews import content, holding, operations, queries
from app.sampling.models import Sample


def submit_file(batch: ImportBatch, prepared: Prepared, *, skip_refused: bool, seen: int | None) -> Response:
    """The file waits for others to approve it."""
    with transaction():
        made = operations.submit_import(batch, prepared, current_actor(), clock.now(), skip_refused=skip_refused, seen=seen)
    flash("已提交送审，批准后生效", "success")
    return redirect(url_for("reviews.show", review_id=made.id), 303)  # type: ignore[return-value]


def submit_report(sample: Sample, entered: Entered, outcome: Outcome, *, reason: str | None, seen: int | None) -> bool:
    """Hand a typed report in, inside the caller's transaction; False where it is simply to be saved."""
    actor = current_actor()
    back = queries.again(actor, sample.id, outcome.drafts[0].report_no, request.args.get("review", type=whole))
    if not holding.levels() and back is None:
        return False
    operations.submit_entry(sample, entered, outcome, actor, clock.now(), reason=reason, seen=seen, again=back)
    return True


def report_to_correct(sample: Sample) -> dict[str, Any] | None:
    """The form of the submission that came back, if the address names one."""
    back = queries.again(current_actor(), sample.id, "", request.args.get("review", type=whole))
    return content.form_of(back, sample.version) if back is not None else None
