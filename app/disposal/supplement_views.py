"""Pages of what belongs to a case besides its record: answers, publications, follow-up samples, files."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue

from app import clock
from app.attachments import queries as attachments
from app.authorize import authorize, current_actor
from app.db import transaction
from app.disposal import queries, supplements
from app.disposal.models import DisposalCase
from app.disposal.pages import bp, done, refused
from app.disposal.supplement_forms import (
    AnswerForm,
    FileForm,
    FollowUpForm,
    PublicationForm,
    RemovalForm,
    WithdrawalForm,
)
from app.domain.case_kinds import PublicationKind
from app.domain.permissions import Permission
from app.sampling import queries as sampling
from app.upload_limits import takes

ROOM = supplements.LARGEST_FILE + (1 << 20)  # a little more, so that the sentence about 10 MB can be said


@bp.post("/<int:case_id>/answer")
@authorize(Permission.CASE_ANSWER, queries.case)
def answer(case: DisposalCase) -> ResponseReturnValue:
    form = AnswerForm()
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                changed = supplements.answer(case, current_actor(), form.given(case), clock.now(), seen=form.version.data)
            return done(case, "审核意见表已保存" if changed else "内容没有变化", "answers")
    return refused(case, form)


@bp.post("/<int:case_id>/publish")
@authorize(Permission.CASE_HANDLE, queries.case)
def publish(case: DisposalCase) -> ResponseReturnValue:
    form: Any = PublicationForm()
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                supplements.publish(
                    case, current_actor(), PublicationKind(form.kind.data), form.published_on.data, clock.now(),
                    document_no=form.document_no.data, url=form.url.data, seen=form.version.data,
                )  # fmt: skip
            return done(case, "信息公开已登记", "publications")
    return refused(case, form)


@bp.post("/<int:case_id>/unpublish")
@authorize(Permission.CASE_HANDLE, queries.case)
def unpublish(case: DisposalCase) -> ResponseReturnValue:
    form: Any = RemovalForm()
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                supplements.remove_publication(
                    case, current_actor(), form.publication.data, form.removed_on.data, form.reason.data, clock.now(),
                    seen=form.version.data,
                )  # fmt: skip
            return done(case, "已登记撤下", "publications")
    return refused(case, form)


@bp.post("/<int:case_id>/follow-up")
@authorize(Permission.CASE_HANDLE, queries.case)
def follow_up(case: DisposalCase) -> ResponseReturnValue:
    form: Any = FollowUpForm()
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                sample = sampling.sample_numbered(current_actor(), form.number.data)
                supplements.link_follow_up(
                    case, current_actor(), sample, clock.now(), note=form.note.data, seen=form.version.data
                )
            return done(case, "跟踪抽检已关联", "follow-ups")
    return refused(case, form)


@bp.post("/<int:case_id>/files")
@authorize(Permission.CASE_HANDLE, queries.case)
@takes(ROOM)
def attach(case: DisposalCase) -> ResponseReturnValue:
    form = FileForm()
    if form.validate_on_submit():
        upload: Any = form.file.data
        content = upload.stream.read(supplements.LARGEST_FILE + 1)
        with form.keeping():
            with transaction():
                kept = supplements.attach(
                    case, current_actor(), form.block.data, upload.filename or "", content, clock.now(), seen=form.version.data
                )
            return done(case, f"已保存附件：{kept.filename}", "files")
    return refused(case, form)


@bp.post("/<int:case_id>/withdraw")
@authorize(Permission.CASE_HANDLE, queries.case)
def withdraw(case: DisposalCase) -> ResponseReturnValue:
    form: Any = WithdrawalForm()
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                found = attachments.attachment(current_actor(), form.attachment.data)
                supplements.withdraw(case, current_actor(), found, form.reason.data, clock.now(), seen=form.version.data)
            return done(case, "附件已作废", "files")
    return refused(case, form)
