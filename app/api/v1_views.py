"""数据接口 v1: samples and figures read, results read and written, by programs that carry a key.

No route here looks at a cookie and none can be called from a form, so none asks for a form's token.
"""

from __future__ import annotations

from contextlib import suppress

from flask import Blueprint, Response, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from app import clock, history
from app.api import bearer, bodies, figures, filing, operations, queries, showing
from app.api.bodies import Submission
from app.api.models import ApiKey
from app.api.refusals import KeyUsedOtherwise, TooFast
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.api_keys import ApiScope
from app.domain.permissions import Permission
from app.errors import NotAllowedNow
from app.indicators import queries as indicators
from app.indicators.models import Plan
from app.indicators.queries import Planned
from app.sampling.models import Sample

bp = Blueprint("v1", __name__, url_prefix="/api/v1")
bp.record(lambda state: state.app.extensions["csrf"].exempt(bp))
FORBIDDEN = 403


@bp.before_request
def admit() -> None:
    key = bearer.admit()
    _count(key)
    bearer.refuse_beyond_scope(key)


def _count(key: ApiKey) -> None:
    now = clock.now()
    if not operations.spent(key, now):
        with transaction():
            counted = operations.count(key, now)
        if counted:
            return
    raise TooFast(key.per_minute, operations.seconds_left(now))


@bp.after_request
def close(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    if response.status_code == FORBIDDEN and "shian_key" in g:
        actor = current_actor()
        place = "".join(character if character.isprintable() else "?" for character in request.path)
        with transaction():
            history.record("page", None, "denied", actor, org_id=actor.org_id, name=f"{request.method} {place}")
    return response


# ---------------------------------------------------------------- reading

@bp.get("/samples")
@authorize(Permission.SAMPLE_LIST)
@bearer.scoped(ApiScope.SAMPLES_READ)
def samples() -> ResponseReturnValue:
    actor = current_actor()
    rows, after = queries.samples_after(actor, bodies.asked_of(request.args))
    cursor = str(after) if after is not None else None
    return showing.answer({"samples": [showing.sample(row, actor) for row in rows], "next_cursor": cursor})


@bp.get("/samples/<number>")
@authorize(Permission.SAMPLE_READ, queries.sample)
@bearer.scoped(ApiScope.SAMPLES_READ)
def sample(found: Sample) -> ResponseReturnValue:
    bodies.refuse_any(request.args)
    return showing.answer(showing.sample(found, current_actor()))


@bp.get("/samples/<number>/results")
@authorize(Permission.SAMPLE_READ, queries.sample)
@bearer.scoped(ApiScope.RESULTS_READ)
def results(found: Sample) -> ResponseReturnValue:
    bodies.refuse_any(request.args)
    reports = queries.reports_in_force(current_actor(), found)
    return showing.answer({"number": found.number, "reports": [showing.report(one) for one in reports]})


# ---------------------------------------------------------------- figures

@bp.get("/indicators/<code>")
@authorize(Permission.INDICATOR_READ, indicators.plan)
@bearer.scoped(ApiScope.FIGURES_READ)
def show_plan(found: Plan) -> ResponseReturnValue:
    return showing.answer(figures.plan_of(found, figures.query_of(found, figures.OF_FRAME).frame))


@bp.get("/indicators/<code>/<no>/records")
@authorize(Permission.INDICATOR_READ, indicators.indicator)
@bearer.scoped(ApiScope.FIGURES_READ)
def list_counted(found: Planned) -> ResponseReturnValue:
    return showing.answer(figures.records_of(found, figures.query_of(found.plan, figures.OF_LIST)))


# ---------------------------------------------------------------- writing

@bp.post("/results")
@authorize(Permission.RESULT_ENTER)
@bearer.scoped(ApiScope.RESULTS_WRITE)
def file_results() -> ResponseReturnValue:
    submission = bodies.submission_of(request)
    if not submission.trial and (earlier := _earlier(submission)) is not None:
        return earlier
    checked = filing.check(current_actor(), submission.reports)
    if submission.trial:
        return showing.answer(filing.told(checked, trial=True))
    filing.refuse_faulty(checked)
    return _once(submission, checked)


def _earlier(submission: Submission) -> Response | None:
    """The answer that this very request was given before.

    Raises KeyUsedOtherwise when the idempotency key stands for another one.
    """
    call = queries.call(g.shian_key.id, submission.idempotency_key)
    if call is None or call.answer is None:
        return None
    if call.request_sha256 != submission.sha256:
        raise KeyUsedOtherwise
    answer = Response(call.answer, call.status, mimetype="application/json")
    answer.headers["Idempotency-Replayed"] = "true"
    return answer


def _once(submission: Submission, checked: list[filing.Checked]) -> Response:
    """Write and remember the answer in one transaction: whoever sent the same at the same moment gets this answer too."""
    content, now = filing.told(checked, trial=False), clock.now()  # what was found before it was written
    with suppress(IntegrityError):
        with transaction():
            call = operations.begin_call(g.shian_key, submission, request.method, request.path, now)
            filing.write(checked, current_actor(), now)
            filing.name_reviews(content, checked)
            call.status, call.answer = 200, showing.written(content)
        return showing.answer(content)
    if (earlier := _earlier(submission)) is None:
        raise NotAllowedNow("与同时提交的其他内容冲突，未写入任何数据，请稍后原样重发")
    return earlier
