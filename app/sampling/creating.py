"""New samples (登记样品): one by the form, or thousands by an import, with everything that hangs on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app import history
from app.db import insert_many, reserve_ids, session
from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.domain.workflow import SampleState, SampleStep
from app.enterprises.models import Enterprise
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.plans.linking import link_plans
from app.reference_data.operations import note_unknown_many
from app.sampling import numbers, personal
from app.sampling.models import Sample, SampleSampler
from app.sampling.search import search_text_of
from app.sampling.sheet_draft import SheetDraft, columns_of

TABLE: Any = Sample.__table__
PART = 500
TAKEN = "抽样编号“{}”不能登记：编号已被使用或填写有误，请核对抽样单上的编号"
STEPS = {
    SampleState.REGISTERED: SampleStep.REGISTER,
    SampleState.REFUSED: SampleStep.REFUSE,
    SampleState.NOT_FOUND: SampleStep.MISS,
}


@dataclass(frozen=True, slots=True)
class Created:
    """A sample just created, in the columns that permissions and results ask for."""

    id: int
    number: str
    org_id: int
    organiser_org_id: int | None
    laboratory_org_id: int | None
    state: SampleState
    version: int = 1


def create_samples(
    drafts: Sequence[SheetDraft], actor: Actor, at: datetime, import_batch_id: int | None
) -> dict[str, Created]:
    """Register many sheets at once; every draft has a number and no blocking fault.

    Raises NotAllowed, or NotAllowedNow when a number is in use; nothing is then written.
    """
    if not drafts:
        return {}
    if not permits(actor, Permission.SAMPLE_CREATE):
        raise NotAllowed("您没有登记样品的权限，如确需办理请联系科室负责人")
    _refuse_taken([number_of(draft) for draft in drafts])
    link_enterprises(drafts)
    link_plans(drafts)
    ids = reserve_ids(TABLE, len(drafts))
    rows = [_values(draft, sample_id, actor, at, import_batch_id) for draft, sample_id in zip(drafts, ids, strict=True)]
    _insert(rows)
    for state, step in STEPS.items():
        made = ((row["id"], row["org_id"], row["number"], state.value) for row in rows if row["state"] is state)
        history.record_many(Sample.__tablename__, step.value, actor, made)
    personal.keep_many((row["id"], row["org_id"], draft.personal) for row, draft in zip(rows, drafts, strict=True))
    note_words(drafts)
    return {row["number"]: Created(**{name: row[name] for name in Created.__slots__}) for row in rows}


def number_of(draft: SheetDraft) -> str:
    assert draft.number is not None
    return draft.number


def _refuse_taken(numbers: Sequence[str]) -> None:
    for number, count in Counter(numbers).items():
        if count > 1:
            raise NotLikeThis(f"抽样编号“{number}”在本次登记中出现 {count} 次，请只保留一个", field="number")
    for start in range(0, len(numbers), PART):
        taken = session().scalar(sa.select(Sample.number).where(Sample.number.in_(numbers[start : start + PART])).limit(1))
        if taken is not None:
            raise NotAllowedNow(TAKEN.format(taken), field="number")


def _insert(rows: Sequence[Mapping[str, Any]]) -> None:
    """Somebody may register the same number at the same moment: the database decides who was first."""
    try:
        insert_many(TABLE, rows)
    except Exception as error:
        if type(error).__name__ not in ("IntegrityError", "UniqueViolation"):
            raise
        raise NotAllowedNow("其中有抽样编号刚被他人登记，本次登记未生效，请重新上传核对", field="number") from error


def _values(draft: SheetDraft, sample_id: int, actor: Actor, at: datetime, batch_id: int | None) -> dict[str, Any]:
    return {
        **columns_of(draft),
        "id": sample_id,
        "pending_items": 0,
        "search_text": search_text_of(columns_of(draft)),
        "import_batch_id": batch_id,
        "created_at": at,
        "created_by_id": actor.user_id,
        "version": 1,
    }


def note_words(drafts: Iterable[SheetDraft]) -> None:
    """Words that nobody has explained yet go to the mapping page."""
    counts: dict[str, Counter[str]] = {}
    nearest: dict[str, dict[str, str | None]] = {}
    for draft in drafts:
        for kind, written, near in draft.unknown:
            counts.setdefault(kind, Counter())[written] += 1
            nearest.setdefault(kind, {})[written] = near
    for kind, found in counts.items():
        note_unknown_many(kind, found, nearest[kind])


def link_enterprises(drafts: Sequence[SheetDraft]) -> None:
    """A sheet is linked to the entry that was picked for it, else to the one with its credit code; else it stays a snapshot."""
    codes = {code for draft in drafts for code in (draft.sampled_credit_code, draft.producer_credit_code) if code}
    known = enterprises_by_code(codes)
    for draft in drafts:
        draft.sampled_enterprise_id = known.get(draft.sampled_credit_code or "") or draft.sampled_enterprise_id
        draft.producer_id = known.get(draft.producer_credit_code or "") or draft.producer_id
        if draft.producer_id is None and draft.producer_name and draft.producer_name == draft.sampled_name:
            draft.producer_id = draft.sampled_enterprise_id  # sampled at the producer's own place


def enterprises_by_code(codes: Iterable[str]) -> dict[str, int]:
    every = sorted(codes)
    found: dict[str, int] = {}
    for start in range(0, len(every), PART):
        statement = sa.select(Enterprise.credit_code, Enterprise.id).where(
            Enterprise.credit_code.in_(every[start : start + PART])
        )
        found |= {code: number for code, number in session().execute(statement) if code}
    return found


# ---------------------------------------------------------------- one at a time

def register(draft: SheetDraft, actor: Actor, at: datetime, key: str | None = None) -> Sample:
    """Register one sheet from the form; without a number it gets one of ours. ``key`` is the form's: sent twice, it is one sample.

    Raises NotAllowedNow when the number is in use, also when somebody was quicker by a moment.
    """
    draft.number = draft.number or numbers.next_number(draft, actor)
    _refuse_taken([draft.number])
    link_enterprises([draft])
    sample = Sample(**{name: value for name, value in columns_of(draft).items() if name != "state"})
    sample.search_text = search_text_of(columns_of(draft))
    sample.created_at, sample.created_by_id, sample.pending_items = at, actor.user_id, 0
    sample.submission_key = key
    try:
        history.advance(sample, STEPS[draft.state], actor, comment=draft.outcome_reason)
    except IntegrityError as error:
        raise NotAllowedNow(TAKEN.format(draft.number), field="number") from error
    personal.keep_many([(sample.id, sample.org_id, draft.personal)])
    set_samplers(sample, draft.sampler_ids)
    note_words([draft])
    return sample


def set_samplers(sample: Sample, user_ids: Iterable[int]) -> None:
    """抽样人员 who have an account here, as the sheet names them now."""
    wanted = set(user_ids)
    for row in session().scalars(sa.select(SampleSampler).where(SampleSampler.sample_id == sample.id)).all():
        if row.user_id in wanted:
            wanted.discard(row.user_id)
        else:
            session().delete(row)
    session().add_all(SampleSampler(org_id=sample.org_id, sample_id=sample.id, user_id=number) for number in sorted(wanted))


def submitted(actor: Actor, key: str | None) -> Sample | None:
    """What this person's form of this key has been registered as."""
    if not key or actor.user_id is None:
        return None
    return session().scalars(
        sa.select(Sample)
        .where(Sample.submission_key == key, Sample.created_by_id == actor.user_id)
        .execution_options(populate_existing=True)
    ).first()
