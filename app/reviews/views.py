"""Pages of 结果审核: the queues, one submission with everything its approver needs, and the steps people take on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm.exc import StaleDataError

from app import clock, files, history, jobs
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.permissions import Permission
from app.domain.reviews import LEVEL_WORDS, OPEN, standing
from app.domain.workflow import ReviewState
from app.errors import SENTENCES, NotFound, Refused
from app.forms import CONFLICT, OfficeForm, VersionForm
from app.reference_data.forms import number
from app.results import queries as results
from app.results.previews import verdict_tone
from app.results.staging import LARGE_ROWS, prepare_again
from app.reviews import content, forms, holding, operations, queries, return_views
from app.reviews.blueprint import bp
from app.reviews.models import ResultReview
from app.sending import send_file
from app.trail import trail

__all__ = ["bp", "return_views"]
TONES = {
    ReviewState.SUBMITTED: "yellow", ReviewState.CHECKED: "blue", ReviewState.APPROVED: "green", ReviewState.RETURNED: "red",
    ReviewState.WITHDRAWN: "neutral",
}  # fmt: skip
PHRASES = ("同意。", "数据核对无误，同意。", "与原始记录一致。")
BACK = ("限值与判定依据不符，请核对。", "检验项目不全，请补充。", "单位有误，请更正。", "与抽样单信息不符，请核对。")


# ---------------------------------------------------------------- the list

@bp.get("/")
@authorize(Permission.RESULT_REVIEW_READ)
def index() -> ResponseReturnValue:
    return _index()


def _index(outcomes: list[tuple[str, bool, str]] | None = None) -> ResponseReturnValue:
    actor = current_actor()
    queue = asked if (asked := request.values.get("queue", "")) in queries.QUEUES else "all"
    word = request.args.get("q", "").strip()[:100]
    page = queries.reviews(actor, queue, number(request.args.get("before")), word)
    return render_template(
        "reviews/index.html", page=page, queue=queue, queues=queries.QUEUES, counts=queries.counts(actor), word=word, tones=TONES,
        standing=standing, steps={row.id: queries.steps(row, actor) for row in page.rows} if queue in ("check", "approve") else {},
        outcomes=outcomes, levels=holding.levels(), level_words=LEVEL_WORDS,
    )  # fmt: skip


@bp.post("/check")
@authorize(Permission.RESULT_CHECK)
def check_many() -> ResponseReturnValue:
    """批量校核: each on its own; what is refused is told beside what is done."""
    return _many(_check_one)


@bp.post("/approve")
@authorize(Permission.RESULT_APPROVE)
def approve_many() -> ResponseReturnValue:
    """批量批准."""
    return _many(_approve_one)


def _many(decide: Callable[[ResultReview, int], str]) -> ResponseReturnValue:
    chosen = list(dict.fromkeys(request.form.getlist("review")))[: forms.MOST]
    if not OfficeForm().validate_on_submit() or not chosen:
        flash("请先勾选要办理的送审件", "warning")
        return redirect(url_for(".index", queue=request.form.get("queue") or None), 303)
    return _index([_outcome(*one.partition("-")[::2], decide) for one in chosen])


def _outcome(written: str, seen: str, decide: Callable[[ResultReview, int], str]) -> tuple[str, bool, str]:
    """One row of a bulk decision: its own transaction, its own sentence."""
    try:
        review = queries.review_or_refuse(current_actor(), number(written) or 0)
        written = review.title
        return written, True, decide(review, number(seen) or -1)
    except Refused as refusal:
        return written, False, refusal.sentence
    except StaleDataError:
        return written, False, SENTENCES[CONFLICT]


def _check_one(review: ResultReview, seen: int) -> str:
    with transaction():
        operations.check(review, current_actor(), clock.now(), seen=seen)
    return "校核通过"


def _approve_one(review: ResultReview, seen: int) -> str:
    if _large(review):
        with transaction():
            _enqueue(review, seen, None)
        return "文件较大，已转后台批准"
    prepared = operations.prepare(review)
    with transaction():
        written = operations.approve(review, prepared, current_actor(), clock.now(), seen=seen)
    return operations.said(written)


# ---------------------------------------------------------------- one submission

@bp.get("/<int:review_id>")
@authorize(Permission.RESULT_REVIEW_READ, queries.review)
def show(review: ResultReview) -> ResponseReturnValue:
    return _show(review)


def _show(review: ResultReview, form: OfficeForm | None = None) -> ResponseReturnValue:
    actor = current_actor()
    batch = queries.batch_of(review)
    prepared = operations.prepare(review) if batch is None and review.state in OPEN else None
    outcome = next(iter(prepared.outcomes), None) if prepared else None
    told = {outcome.sample.org_id} if outcome and outcome.sample else set()
    return render_template(
        "reviews/show.html", review=review, form=form, batch=batch, preview=(batch.preview or {}) if batch else {}, tones=TONES,
        entered=content.entered_of(review.content) if batch is None and review.content else None, outcome=outcome,
        faults=[fault.message for fault in prepared.plan.errors] if prepared else [], sample=queries.sample_of(review),
        steps=queries.steps(review, actor), names=queries.names(review), returns=queries.returns_of(review.id),
        told=queries.bureaus_told(review, told), standing=standing(review), level_words=LEVEL_WORDS, verdict_tone=verdict_tone,
        phrases=PHRASES, back=BACK, entries=trail(queries.KIND, review.id)[::-1],
        choices=content.choices_of(review.content) if batch and review.content else None,
    ), form.status if form is not None else 200  # fmt: skip


def _again(review_id: int, form: OfficeForm) -> ResponseReturnValue:
    """A refusal has rolled everything back: the page shows what is true now, and what was typed."""
    return _show(queries.review_or_refuse(current_actor(), review_id), form)


@bp.post("/<int:review_id>/check")
@authorize(Permission.RESULT_CHECK, queries.review)
def check(review: ResultReview) -> ResponseReturnValue:
    form, review_id, title = forms.OpinionForm(), review.id, review.title
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operations.check(review, current_actor(), clock.now(), comment=form.comment.data, seen=form.version.data)
            flash(f"校核通过：{title}，待批准后生效", "success")
            return redirect(url_for(".show", review_id=review_id), 303)
    return _again(review_id, form)


@bp.post("/<int:review_id>/approve")
@authorize(Permission.RESULT_APPROVE, queries.review)
def approve(review: ResultReview) -> ResponseReturnValue:
    form, review_id = forms.OpinionForm(), review.id
    if form.validate_on_submit():
        with form.keeping():
            if _large(review):
                return _approve_later(review, form)
            prepared = operations.prepare(review)
            with transaction():
                written = operations.approve(
                    review, prepared, current_actor(), clock.now(), comment=form.comment.data, seen=form.version.data
                )
            flash(operations.said(written), "success")
            return redirect(url_for(".show", review_id=review_id), 303)
    return _again(review_id, form)


def _large(review: ResultReview) -> bool:
    batch = queries.batch_of(review)
    return batch is not None and batch.rows > LARGE_ROWS


def _enqueue(review: ResultReview, seen: int | None, comment: str | None) -> jobs.Job:
    return jobs.enqueue(queries.APPROVE_JOB, {"review_id": review.id, "seen": seen, "comment": comment}, current_actor())


def _approve_later(review: ResultReview, form: forms.OpinionForm) -> ResponseReturnValue:
    with transaction():
        job = _enqueue(review, form.version.data, form.comment.data)
    return redirect(url_for(".progress", job_id=job.id), 303)


@bp.get("/jobs/<int:job_id>")
@authorize(Permission.JOB_READ, queries.job)
def progress(job: jobs.Job) -> ResponseReturnValue:
    """A page that asks again by itself, with or without a script."""
    response = current_app.make_response(render_template("reviews/progress.html", job=job, review_id=job.payload["review_id"]))
    if job.ended_at is None:
        response.headers["Refresh"] = "3"
    return response


def _sent_back(review: ResultReview) -> ResponseReturnValue:
    form, review_id, title = forms.ReasonForm(), review.id, review.title
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operations.send_back(review, current_actor(), form.comment.data or "", clock.now(), seen=form.version.data)
            flash(f"已退回：{title}，由填报人修改后重新提交", "success")
            return redirect(url_for(".show", review_id=review_id), 303)
    return _again(review_id, form)


@bp.post("/<int:review_id>/return")
@authorize(Permission.RESULT_CHECK, queries.review)
def return_unchecked(review: ResultReview) -> ResponseReturnValue:
    """退回 by who checks."""
    return _sent_back(review)


@bp.post("/<int:review_id>/decline")
@authorize(Permission.RESULT_APPROVE, queries.review)
def return_unapproved(review: ResultReview) -> ResponseReturnValue:
    """退回 by who approves."""
    return _sent_back(review)


@bp.post("/<int:review_id>/withdraw")
@authorize(Permission.RESULT_WITHDRAW, queries.review)
def withdraw(review: ResultReview) -> ResponseReturnValue:
    form, review_id, title = VersionForm(), review.id, review.title
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operations.withdraw(review, current_actor(), clock.now(), seen=form.version.data)
            flash(f"已撤回送审：{title}", "success")
            return redirect(url_for(".show", review_id=review_id), 303)
    return _again(review_id, form)


@bp.route("/<int:review_id>/resubmit", methods=["GET", "POST"])
@authorize(Permission.RESULT_ENTER, queries.review)
def resubmit(review: ResultReview) -> ResponseReturnValue:
    """A typed report is corrected in its form; of a file, the same or a corrected one is chosen."""
    if review.import_batch_id is None:
        return redirect(url_for("results.enter", sample_id=review.sample_id, review=review.id), 303)
    form, files_offered = _resubmit_form(review)
    if form.validate_on_submit():
        with form.keeping():
            batch = results.batch(current_actor(), form.batch.data)
            if batch is None:
                raise NotFound("没有该导入批次，或不在您的管辖范围内")
            prepared = prepare_again(current_actor(), batch, form.options)
            with transaction():
                operations.submit_import(
                    batch, prepared, current_actor(), clock.now(), skip_refused=form.skip_refused.data, again=review
                )
            flash("已重新提交送审", "success")
            return redirect(url_for(".show", review_id=review.id), 303)
    page = render_template("reviews/resubmit.html", review=review, form=form, files=files_offered)
    return page, form.status if form.is_submitted() else 200


def _resubmit_form(review: ResultReview) -> tuple[forms.ResubmitForm, Any]:
    choices = content.choices_of(review.content or {})
    offered = queries.returned_batches(current_actor())
    form = forms.ResubmitForm(
        data={
            "version": review.version, "batch": review.import_batch_id, "skip_refused": choices.skip_refused,
            "laboratory": choices.options.laboratory_org_id, "reported_on": choices.options.reported_on,
        }
    )
    batch = queries.batch_of(review)
    assert batch is not None
    form.batch.choices = [
        (batch.id, f"原文件：{batch.filename}"), *((row.id, f"{row.filename}（第 {row.id} 次导入，{row.samples} 批）") for row in offered)
    ]
    form.laboratory.choices = [("", "按抽样单上的承检机构"), *results.laboratory_choices()]
    return form, offered


@bp.get("/<int:review_id>/file")
@authorize(Permission.RESULT_REVIEW_READ, queries.review)
def download(review: ResultReview) -> ResponseReturnValue:
    """The file that was submitted, as it was uploaded."""
    batch = queries.batch_of(review)
    if batch is None:
        raise NotFound("该送审件是录入的报告，没有文件")
    with transaction():
        history.record(queries.KIND, review.id, "download", current_actor(), org_id=review.org_id, name=review.title)
    response = send_file(files.path_of(batch.sha256), as_attachment=True, download_name=batch.filename)
    response.headers["Cache-Control"] = "private, no-store"
    return response
