"""Reading submissions of results: queues, one submission with what its reader may do, what happened to it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.accounts.models import User
from app.chain import HistoryEntry
from app.db import session
from app.domain.actors import Actor
from app.domain.permissions import Permission, may_ever, permits
from app.domain.reviews import ONE_LEVEL, OPEN, TWO_LEVELS, awaits_approval, awaits_check, sent_back_under, standing
from app.domain.workflow import BatchState, ReviewState, ReviewStep, arrow
from app.errors import NotFound
from app.jobs import Job
from app.organisations.models import Organisation
from app.paging import page_size
from app.results.models import ImportBatch
from app.reviews.models import ResultReturn, ResultReview
from app.sampling.models import Sample
from app.scope import scope

PAGE = 50
KIND = ResultReview.__tablename__
APPROVE_JOB = "review_approve"
QUEUES: Mapping[str, str] = {
    "check": "待校核", "approve": "待批准", "returned": "已退回", "mine": "我提交的", "approved": "已批准", "all": "全部",
}  # fmt: skip
Clause = sa.ColumnElement[bool]

TO_CHECK = sa.and_(ResultReview.state == ReviewState.SUBMITTED, ResultReview.levels == TWO_LEVELS)
TO_APPROVE = sa.or_(
    ResultReview.state == ReviewState.CHECKED,
    sa.and_(ResultReview.state == ReviewState.SUBMITTED, ResultReview.levels == ONE_LEVEL),
)


def _condition(queue: str, actor: Actor) -> Clause:
    conditions: Mapping[str, Clause] = {
        "check": TO_CHECK,
        "approve": TO_APPROVE,
        "returned": ResultReview.state == ReviewState.RETURNED,
        "mine": ResultReview.submitted_by_id == actor.user_id if actor.user_id is not None else sa.false(),
        "approved": ResultReview.state == ReviewState.APPROVED,
    }
    return conditions.get(queue, sa.true())


# ---------------------------------------------------------------- lists

LISTED = (
    "id", "org_id", "laboratory_org_id", "title", "report_no", "levels", "state", "sample_id", "import_batch_id", "submitted_by_id",
    "submitted_at", "checked_by_id", "checked_at", "approved_by_id", "approved_at", "comment", "version",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    """One page, newest first."""

    rows: Sequence[Any]
    older: int | None
    newer: bool
    total: int


def reviews(actor: Actor, queue: str, before: int | None = None, word: str = "", size: int = PAGE) -> Page:
    """Submissions of one queue; ``word`` is part of the title (抽样编号, report number or file name)."""
    size = page_size(size)
    statement = listed(actor, queue, word)
    if before is not None:
        statement = statement.where(ResultReview.id < before)
    rows = session().execute(statement.order_by(ResultReview.id.desc()).limit(size + 1)).all()
    counted = sa.select(sa.func.count()).select_from(_listed(actor, queue, word, ResultReview.id).subquery())
    return Page(rows[:size], rows[size - 1].id if len(rows) > size else None, before is not None, session().scalar(counted) or 0)


def listed(actor: Actor, queue: str, word: str) -> sa.Select[Any]:
    """The same with the names of its people, all of it."""
    submitter, checker, approver = aliased(User), aliased(User), aliased(User)
    columns = [getattr(ResultReview, name) for name in LISTED]
    names = (submitter.name.label("submitter"), checker.name.label("checker"), approver.name.label("approver"))
    return (
        _listed(actor, queue, word, *columns, *names, Organisation.name.label("org_name"))
        .join(Organisation, Organisation.id == ResultReview.org_id)
        .join(submitter, submitter.id == ResultReview.submitted_by_id, isouter=True)
        .join(checker, checker.id == ResultReview.checked_by_id, isouter=True)
        .join(approver, approver.id == ResultReview.approved_by_id, isouter=True)
    )


def _listed(actor: Actor, queue: str, word: str, *columns: Any) -> sa.Select[Any]:
    chosen = scope(sa.select(*columns), ResultReview, actor).where(_condition(queue, actor))
    return chosen.where(ResultReview.title.contains(word, autoescape=True)) if word else chosen


def counts(actor: Actor) -> dict[str, int]:
    """How many are in each queue, in one pass."""
    sums = [sa.func.count(sa.case((_condition(queue, actor), 1))).label(queue) for queue in QUEUES]
    return dict(session().execute(scope(sa.select(*sums), ResultReview, actor)).one()._mapping)


def waiting(actor: Actor) -> list[tuple[str, str, sa.Select[Any]]]:
    """Work of this person for the home page: (title, queue, ids). One's own submissions wait for somebody else."""
    found = []
    own = sa.or_(ResultReview.submitted_by_id == actor.user_id, ResultReview.checked_by_id == actor.user_id)
    others = sa.func.coalesce(own, sa.false()).is_(sa.false())
    for permission, title, queue in (
        (Permission.RESULT_CHECK, "待校核的检验结果", "check"),
        (Permission.RESULT_APPROVE, "待批准的检验结果", "approve"),
    ):
        if may_ever(actor, permission):
            found.append((title, queue, _listed(actor, queue, "", ResultReview.id).where(others)))
    if may_ever(actor, Permission.RESULT_WITHDRAW):
        mine = _listed(actor, "returned", "", ResultReview.id).where(ResultReview.submitted_by_id == actor.user_id)
        found.append(("被退回的检验结果", "returned", mine))
    return found


# ---------------------------------------------------------------- one submission

def review(actor: Actor, review_id: int) -> ResultReview | None:
    return session().scalars(
        scope(sa.select(ResultReview), ResultReview, actor)
        .where(ResultReview.id == review_id)
        .execution_options(populate_existing=True)
    ).first()


def review_or_refuse(actor: Actor, review_id: int) -> ResultReview:
    found = review(actor, review_id)
    if found is None:
        raise NotFound(f"没有第 {review_id} 号送审，或不在您的管辖范围内")
    return found


def steps(found: Any, actor: Actor) -> set[str]:
    """What this person may do with it now: the arrow, the permission, the turn, and that it is not his own."""
    may: dict[str, bool] = {
        "check": awaits_check(found) and permits(actor, Permission.RESULT_CHECK, found),
        "approve": awaits_approval(found) and permits(actor, Permission.RESULT_APPROVE, found),
        "return": arrow(KIND, found.state, ReviewStep.RETURN) is not None and permits(actor, sent_back_under(found), found),
    }
    allowed = {step for step, so in may.items() if so}
    if allowed and actor.user_id in submitters(found.id):
        allowed = set()  # of an earlier round
    for step, permission in ((ReviewStep.WITHDRAW, Permission.RESULT_WITHDRAW), (ReviewStep.SUBMIT, Permission.RESULT_ENTER)):
        if arrow(KIND, found.state, step) is not None and permits(actor, permission, found):
            allowed.add(step.value)
    return allowed


def submitters(review_id: int) -> set[int | None]:
    """Everybody who ever handed it in."""
    return set(session().scalars(_submissions(review_id, HistoryEntry.actor_id)))


def _submissions(review_id: int, column: Any) -> sa.Select[Any]:
    return sa.select(column).where(
        HistoryEntry.subject_kind == KIND, HistoryEntry.subject_id == review_id, HistoryEntry.step == ReviewStep.SUBMIT.value
    )


def summary_of(review_id: int) -> str | None:
    """The summary of what was handed in last, as the history has it."""
    told = session().scalars(_submissions(review_id, HistoryEntry.changes).order_by(HistoryEntry.seq.desc())).first()
    changed = json.loads(told).get("summary") if told else None
    return changed[1] if changed else None


def open_of_sample(actor: Actor, sample_id: int) -> Sequence[Any]:
    """Typed reports of this sample that wait or came back."""
    columns = [getattr(ResultReview, name) for name in LISTED]
    statement = scope(sa.select(*columns), ResultReview, actor).where(
        ResultReview.sample_id == sample_id, ResultReview.state.in_(sorted(OPEN))
    )
    return session().execute(statement.order_by(ResultReview.id)).all()


def open_of_batch(actor: Actor, batch_id: int) -> Any:
    """The open submission of this file, or None."""
    columns = [getattr(ResultReview, name) for name in LISTED]
    statement = scope(sa.select(*columns), ResultReview, actor).where(
        ResultReview.import_batch_id == batch_id, ResultReview.state.in_(sorted(OPEN))
    )
    return session().execute(statement).first()


def again(actor: Actor, sample_id: int, report_no: str, review_id: int | None) -> ResultReview | None:
    """The submission that came back and that saving the form hands in anew: the one asked for, else the one of this report."""
    statement = scope(sa.select(ResultReview), ResultReview, actor).where(
        ResultReview.sample_id == sample_id, ResultReview.state == ReviewState.RETURNED
    )
    asked = ResultReview.id == review_id if review_id else ResultReview.report_no == report_no
    return session().scalars(statement.where(asked)).first()


def returned_batches(actor: Actor) -> Sequence[Any]:
    """Files of the actor's organisation that are staged and in nobody's submission: one may take the place of what came back."""
    taken = sa.select(ResultReview.import_batch_id).where(
        ResultReview.import_batch_id.is_not(None), ResultReview.state.in_(sorted(OPEN))
    )
    columns = (ImportBatch.id, ImportBatch.filename, ImportBatch.created_at, ImportBatch.samples, ImportBatch.refused_count)
    statement = scope(sa.select(*columns), ImportBatch, actor).where(
        ImportBatch.kind == "results", ImportBatch.state == BatchState.STAGED, ImportBatch.id.not_in(taken)
    )
    return session().execute(statement.order_by(ImportBatch.id.desc()).limit(PAGE)).all()


def batch_of(found: ResultReview) -> ImportBatch | None:
    """The file of a submission; who may read the submission may read what it would write."""
    return session().get(ImportBatch, found.import_batch_id) if found.import_batch_id is not None else None


def sample_of(found: ResultReview) -> Sample | None:
    return session().get(Sample, found.sample_id) if found.sample_id is not None else None


def returns_of(review_id: int) -> Sequence[Any]:
    """历次退回 of one submission, newest first."""
    statement = sa.select(*ResultReturn.__table__.c, User.name.label("returner")).join(
        User, User.id == ResultReturn.returned_by_id, isouter=True
    )
    return session().execute(statement.where(ResultReturn.review_id == review_id).order_by(ResultReturn.id.desc())).all()


def names(found: ResultReview) -> dict[str, str]:
    """People and organisations of a submission by the column that names them."""
    people = {"submitted_by_id": found.submitted_by_id, "checked_by_id": found.checked_by_id, "approved_by_id": found.approved_by_id}
    by_id = _names(User, people.values())
    told = {column: by_id[number] for column, number in people.items() if number is not None}
    offices = {"org_id": found.org_id, "laboratory_org_id": found.laboratory_org_id}
    by_org = _names(Organisation, offices.values())
    return told | {column: by_org[number] for column, number in offices.items() if number is not None}


def _names(model: Any, ids: Iterable[int | None]) -> dict[int, str]:
    wanted = {number for number in ids if number is not None}
    return {number: name for number, name in session().execute(sa.select(model.id, model.name).where(model.id.in_(wanted)))}


def bureaus_told(found: ResultReview, org_ids: Iterable[int]) -> list[str]:
    """Who hears of the approval: the bureaus of the samples, and the laboratory."""
    return sorted(_names(Organisation, {*org_ids, found.org_id, found.laboratory_org_id}).values())


def job(actor: Actor, job_id: int) -> Job | None:
    """One of the actor's own approvals in the background."""
    return session().scalars(scope(sa.select(Job), Job, actor).where(Job.id == job_id, Job.kind == APPROVE_JOB)).first()


def told(row: Any) -> dict[str, Any]:
    """JSON of a submission."""
    return {
        "id": row.id, "title": row.title, "report_no": row.report_no, "state": standing(row).value, "levels": row.levels,
        "sample_id": row.sample_id, "batch": row.import_batch_id, "submitted_at": row.submitted_at, "checked_at": row.checked_at,
        "approved_at": row.approved_at, "comment": row.comment, "version": row.version,
    }  # fmt: skip
