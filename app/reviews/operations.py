"""Submissions of results, changed: submitted, checked, approved, sent back, withdrawn. Never commits, never sees a request.

Nothing of a submission is in force before its approval; approving writes it by the same path as everything else, with the powers of
whoever submitted it and in the name of whoever approves.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.attributes import flag_modified

from app import history
from app.accounts import sessions
from app.accounts.models import User
from app.authorize import local_operator
from app.db import session
from app.domain.actors import Actor
from app.domain.notices import NoticeKind
from app.domain.permissions import Permission, permits, standing_in
from app.domain.result_import import Action
from app.domain.reviews import DIRECT, awaits_approval, awaits_check, lowest_common, sent_back_under
from app.domain.workflow import BatchState, BatchStep, ReviewStep
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.notices import operations as notices
from app.organisations.models import Organisation
from app.results import entry
from app.results import operations as results
from app.results.entry import Entered
from app.results.models import ImportBatch
from app.results.outcomes import Outcome
from app.results.staging import Prepared, prepare_again, reports_for_itself
from app.reviews import content, holding, queries
from app.reviews.models import ResultReturn, ResultReview
from app.sampling.models import Sample

STOPPED = (Action.REFUSED, Action.CONFLICT)
GONE = "送审后样品情况有变，现在不能生效：{}。请退回填报人核对后重新提交"


# ---------------------------------------------------------------- submitting


@dataclass(frozen=True, slots=True)
class _Submission:
    """What is put into a review, the first time and again."""

    title: str
    report_no: str | None
    content: dict[str, Any]
    sha256: str
    summary: str
    org_id: int
    laboratory_org_id: int | None
    sample_id: int | None = None
    batch_id: int | None = None
    reason: str | None = None


def submit_entry(
    sample: Sample,
    entered: Entered,
    outcome: Outcome,
    actor: Actor,
    at: datetime,
    *,
    reason: str | None = None,
    seen: int | None = None,
    again: ResultReview | None = None,
) -> ResultReview:
    """A typed report waits for the others. ``again`` is the submission that came back and is handed in anew."""
    if seen is not None and seen != sample.version:
        raise NotAllowedNow("该样品已被他人更新，请核对后再提交；您填写的内容仍保留在表单中")
    if again is not None and again.sample_id != sample.id:
        raise NotLikeThis("退回的送审件属于另一个样品，请从该送审件进入修改")
    pairs = content.pairs_of([outcome])
    holding.lock([sample.id])
    holding.refuse_second([sample.id], pairs, besides=again.id if again else None)
    packed, report_no = content.of_entry(entered), min(report for _, report in pairs)
    laboratory = reports_for_itself(actor) or entered.laboratory_org_id or sample.laboratory_org_id
    return _submit(
        _Submission(
            f"{sample.number} 检验报告 {report_no}"[:300], report_no, packed, content.digest(packed), content.summary_of_entry(entered),
            sample.org_id, laboratory, sample_id=sample.id, reason=reason,
        ),
        actor, at, again,
    )  # fmt: skip


def submit_import(
    batch: ImportBatch,
    prepared: Prepared,
    actor: Actor,
    at: datetime,
    *,
    skip_refused: bool = False,
    seen: int | None = None,
    again: ResultReview | None = None,
) -> ResultReview:
    """A file waits for the others; it has just been read and planned again. Raises what confirming it would raise."""
    if seen is not None and seen != batch.version:
        raise NotAllowedNow("该导入批次已被他人处理，请刷新页面核对后再提交")
    if batch.state not in (BatchState.STAGED, BatchState.UNDONE):
        raise NotAllowedNow("该导入批次不在待确认状态，不能提交送审，请刷新页面")
    results.refuse_unready(prepared, skip_refused)
    if not prepared.writable:
        raise NotAllowedNow("各处冲突均已裁定保留本系统的值，文件中没有需要生效的内容，不必送审；可以放弃本次导入")
    ids = [outcome.sample.id for outcome in prepared.writable if outcome.sample]
    holding.lock(ids)
    if again is None or again.import_batch_id != batch.id:
        holding.refuse_held(batch.id, "再次提交")
    holding.refuse_second(ids, content.pairs_of(prepared.writable), besides=again.id if again else None)
    _replace_batch(again, batch, actor)
    results.plan_again(batch, prepared, at)
    flag_modified(batch, "preview")  # of two who submit the same file at once, the second is told
    packed = content.of_file(prepared, skip_refused=skip_refused)
    return _submit(
        _Submission(
            f"{batch.filename}（{len(prepared.writable)} 批）", None, packed, content.digest(packed, batch.sha256),
            content.summary_of_file(batch.filename, prepared), _org_of(prepared.writable), _laboratory_of(prepared, actor),
            batch_id=batch.id,
        ),
        actor, at, again,
    )  # fmt: skip


def _replace_batch(again: ResultReview | None, batch: ImportBatch, actor: Actor) -> None:
    """A corrected file comes in place of the one that was sent back, which is closed."""
    if again is None or again.import_batch_id == batch.id:
        return
    if again.import_batch_id is None:
        raise NotLikeThis("退回的送审件是录入的报告，请从该送审件进入修改")
    old = session().get_one(ImportBatch, again.import_batch_id)
    if old.state is BatchState.STAGED:
        history.advance(old, BatchStep.DISCARD, actor, comment=f"已由第 {batch.id} 次导入的文件代替", asked=True)


def _org_of(outcomes: list[Outcome]) -> int:
    """The bureau of the samples; where they are of several, the lowest organisation that has them all in its reach."""
    ids = {one.org_id for outcome in outcomes if (one := outcome.sample or outcome.draft) is not None}
    return lowest_common(session().scalars(sa.select(Organisation.path).where(Organisation.id.in_(ids))))


def _laboratory_of(prepared: Prepared, actor: Actor) -> int | None:
    """The laboratory that reports, or that the user named, or that all the reports are of."""
    said = reports_for_itself(actor) or prepared.options.laboratory_org_id
    if said is not None:
        return said
    found = {draft.header.laboratory_org_id for outcome in prepared.writable for draft in outcome.drafts}
    return found.pop() if len(found) == 1 else None


def _submit(what: _Submission, actor: Actor, at: datetime, again: ResultReview | None) -> ResultReview:
    levels = holding.levels()
    if levels == DIRECT and again is None:
        raise NotAllowedNow("本单位没有设置结果审核，检验结果直接保存即可生效")
    review = again or ResultReview()
    before = (again.content_sha256, queries.summary_of(again.id)) if again else (None, None)
    review.title, review.report_no, review.content, review.content_sha256 = what.title, what.report_no, what.content, what.sha256
    review.org_id, review.laboratory_org_id = what.org_id, what.laboratory_org_id
    review.sample_id, review.import_batch_id, review.reason = what.sample_id, what.batch_id, what.reason
    review.submitted_by_id, review.submitted_at, review.levels = actor.user_id, at, levels or (again.levels if again else levels)
    review.checked_by_id = review.checked_at = None
    changes = {"content_sha256": (before[0], what.sha256), "summary": (before[1], what.summary)}
    history.advance(review, ReviewStep.SUBMIT, actor, comment=what.reason, changes=changes)
    _came_back(review, at)
    session().flush()
    return review


def _came_back(review: ResultReview, at: datetime) -> None:
    statement = sa.select(ResultReturn).where(ResultReturn.review_id == review.id, ResultReturn.resolved_at.is_(None))
    for row in session().scalars(statement):
        row.resolved_at = at


# ---------------------------------------------------------------- checking and approving


def check(review: ResultReview, actor: Actor, at: datetime, *, comment: str | None = None, seen: int | None = None) -> None:
    """校核通过."""
    if not awaits_check(review):
        raise NotAllowedNow("该送审件现在不需要校核：已校核、已办结，或按设置只须批准；请刷新页面")
    _refuse_own(review, actor)
    history.advance(review, ReviewStep.CHECK, actor, comment=comment, seen=seen)
    review.checked_by_id, review.checked_at = actor.user_id, at
    session().flush()


def prepare(review: ResultReview) -> Prepared:
    """Read and judge it again, against what is in force now. Runs before the transaction that approves it."""
    powers = _powers(review)
    if review.import_batch_id is None:
        sample = session().get_one(Sample, review.sample_id)
        return entry.prepare_entry(powers, sample, content.entered_of(review.content or {}))
    batch, choices = session().get_one(ImportBatch, review.import_batch_id), content.choices_of(review.content or {})
    prepared = prepare_again(powers, batch, choices.options)
    # what could not be taken in when it was submitted has been seen by nobody: it stays out
    prepared.outcomes = [one for one in prepared.outcomes if one.planned.number in choices.numbers or one.action in STOPPED]
    return prepared


def approve(
    review: ResultReview,
    prepared: Prepared,
    actor: Actor,
    at: datetime,
    *,
    comment: str | None = None,
    seen: int | None = None,
) -> results.Written:
    """批准: it is in force from now on. Raises NotAllowedNow when it cannot be any more; it can then be sent back."""
    if not awaits_approval(review):
        why = "尚未校核，校核通过后才能批准" if awaits_check(review) else "该送审件已由他人办理，请刷新页面"
        raise NotAllowedNow(why)
    _refuse_own(review, actor)
    history.advance(review, ReviewStep.APPROVE, actor, comment=comment, seen=seen)
    review.approved_by_id, review.approved_at = actor.user_id, at
    session().flush()  # of two who decide at the same moment, the second is told now, not after the work
    powers = _powers(review)
    by_approver = replace(powers, user_id=actor.user_id, name=actor.name, account=actor.account)
    return _write(review, prepared, by_approver, at)


def _write(review: ResultReview, prepared: Prepared, actor: Actor, at: datetime) -> results.Written:
    if review.import_batch_id is not None:
        choices = content.choices_of(review.content or {})
        _refuse_gone(prepared, choices)
        batch = session().get_one(ImportBatch, review.import_batch_id)
        return results.confirm(batch, prepared, actor, at, skip_refused=choices.skip_refused, approved=True)
    if prepared.plan.errors:
        raise NotAllowedNow(GONE.format("；".join(fault.message for fault in prepared.plan.errors[:5])))
    outcome = entry.to_write(prepared, review.reason)
    if outcome is None:
        raise NotAllowedNow("送审的内容与现行报告完全相同，不必再生效；请退回填报人撤回送审")
    return results.enter(outcome, actor, at, reason=review.reason, approved=True)


def _refuse_gone(prepared: Prepared, choices: content.Choices) -> None:
    """Every report that was acceptable when it was submitted still is."""
    now = {outcome.planned.number: outcome for outcome in prepared.outcomes}
    gone = [number for number in sorted(choices.numbers) if number not in now or now[number].action in STOPPED]
    if gone:
        faults = [fault.message for number in gone[:3] if number in now for fault in now[number].planned.faults[:1]]
        why = "；".join(faults) or "与本系统此后的更正冲突，或已不在文件中"
        raise NotAllowedNow(GONE.format(f"{'、'.join(gone[:3])} 等 {len(gone)} 批（{why}）"))


def _powers(review: ResultReview) -> Actor:
    """Whoever submitted it, as he stands today; the operator of the command line where nobody signed in."""
    if review.submitted_by_id is None:
        return local_operator()
    user = sessions.load_user(User.id == review.submitted_by_id)
    assert user is not None  # users are never deleted
    return sessions.actor_of(user)


def _refuse_own(review: ResultReview, actor: Actor) -> None:
    """Whoever handed it in, now or in an earlier round, neither checks nor approves it."""
    principal = standing_in(actor, Permission.RESULT_APPROVE, review)
    people = {person.user_id for person in (actor, principal) if person is not None and person.user_id is not None}
    if people & queries.submitters(review.id):
        raise NotAllowed("您填报过该送审件，填报、校核、批准不得为同一人，请由他人办理")


# ---------------------------------------------------------------- back, and away


def send_back(
    review: ResultReview, actor: Actor, reason: str, at: datetime, *, code: str | None = None, seen: int | None = None
) -> ResultReturn:
    """退回: by whoever has the turn. The reason stays with the submission for good."""
    if not permits(actor, sent_back_under(review), review):
        raise NotAllowed("您没有退回该送审件的权限：待校核的由校核人退回，待批准的由批准人退回")
    _refuse_own(review, actor)
    history.advance(review, ReviewStep.RETURN, actor, comment=reason, seen=seen, asked=True, decided=True)
    review.comment = reason[:500]
    session().flush()  # the row of the review is locked before another row refers to it, as when it is approved
    row = ResultReturn(
        org_id=review.org_id, laboratory_org_id=review.laboratory_org_id, sample_id=review.sample_id, review_id=review.id,
        reason_code=code, reason=reason[:500], returned_at=at, returned_by_id=actor.user_id,
    )  # fmt: skip
    session().add(row)
    session().flush()
    title = f"送审退回：{review.title}"
    notices.notify(review.laboratory_org_id, actor, NoticeKind.REVIEW_RETURN.value, title, f"退回原因：{reason}", review.sample_id)
    return row


def withdraw(review: ResultReview, actor: Actor, at: datetime, *, comment: str | None = None, seen: int | None = None) -> None:
    """撤回送审, by whoever submitted it, before anybody has checked it; the file may then be submitted or discarded again."""
    history.advance(review, ReviewStep.WITHDRAW, actor, comment=comment, seen=seen)
    _came_back(review, at)
    session().flush()




def said(written: results.Written) -> str:
    """What approving did, in one sentence."""
    told = f"已批准生效：{written.samples} 批样品、{written.rows} 项结果"
    for count, words in ((len(written.opened), "启动核查处置"), (len(written.cancelled), "撤销案件"), (written.resolved, "办结退修")):
        told += f"，{words} {count} 件" if count else ""
    return told
