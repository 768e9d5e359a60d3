"""签字: an image bound to the edition of the sheet that was signed.

What the sheet said is written as canonical JSON and its SHA-256 kept with the signature. When the sheet is corrected later the
page says so and lists what was changed since, from the history.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app import blinding, history
from app.audit.words import Change, changes_of
from app.chain import HistoryEntry, plain
from app.custody import operations
from app.custody.models import SampleSignature
from app.custody.uploading import Incoming, save
from app.db import session
from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.domain.sampling_kinds import Opinion, SignatureForm, Signer
from app.domain.workflow import SampleState, SampleStep
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.sampling.models import Sample
from app.scope import scope

SIGNABLE = (SampleState.REGISTERED, SampleState.RETURNED, SampleState.REPORTED, SampleState.REFUSED)
# What the paper says. Fields without content are left out, so that a column added later changes no digest.
SAID = (
    "number", "purpose", "special_sampling", "sampling_type", "task_source", "domain", "category_written", "sampled_name",
    "sampled_address", "sampled_region_written", "area_type", "link", "place", "sampled_credit_code", "sampled_licence_kind",
    "sampled_licence_no", "producer_name", "producer_address", "producer_region_written", "producer_licence_no",
    "third_party_name", "third_party_kind", "product_name", "brand", "barcode", "sample_type", "source_kind", "attribute",
    "packaging", "date_kind", "made_on", "shelf_life", "expires_on", "batch_no", "spec", "quality_grade", "standard", "unit_price",
    "imported", "origin", "base_quantity", "quantity", "backup_quantity", "quantity_unit", "sampling_method", "storage",
    "sampled_on", "sampling_unit", "sampling_unit_address", "samplers", "remark", "outcome_reason",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """A signature as somebody gave it; ``signed_at`` is stored time."""

    signer: Signer
    form: SignatureForm
    name: str
    signed_at: datetime
    opinion: Opinion | None = None
    opinion_text: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """One signature, and what has become of the sheet since."""

    signature: SampleSignature
    edition: int  # of the sheet as it is now
    same: bool
    changes: Sequence[Change]


def signature(actor: Actor, signature_id: int) -> SampleSignature | None:
    """One signature in the actor's scope, with its sample and its image."""
    found = session().scalars(
        scope(sa.select(SampleSignature), SampleSignature, actor)
        .where(SampleSignature.id == signature_id)
        .options(joinedload(SampleSignature.sample).selectinload(Sample.cases), joinedload(SampleSignature.attachment))
        .execution_options(populate_existing=True)
    ).first()
    if found is not None and found.signer is not Signer.SAMPLER and blinding.is_blind(actor):
        blinding.picture_refused()
    return found


def said(sample: Sample) -> str:
    """What the sheet says, as canonical JSON, with every field that has no column of its own."""
    found = {name: _plain(getattr(sample, name)) for name in SAID if getattr(sample, name) is not None}
    found["extra"] = {name: str(text) for name, text in (sample.extra or {}).items() if text not in (None, "")}
    return json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _plain(value: Any) -> Any:
    """A quantity reads the same however many zeros the database gives back."""
    return f"{value.normalize():f}" if hasattr(value, "normalize") else plain(value)


def digest(sample: Sample) -> str:
    return hashlib.sha256(said(sample).encode()).hexdigest()


def edition(corrections: Sequence[HistoryEntry]) -> int:
    """第 n 版: 1 as registered, one more for every correction."""
    return 1 + len(corrections)


def corrections(sample_id: int) -> Sequence[HistoryEntry]:
    """Every correction of the sheet, oldest first."""
    return [entry for entry in history.entries_of("sample", sample_id) if entry.step == SampleStep.CORRECT.value]


def shown(sample: Sample, reader: Actor) -> list[Shown]:
    """The signatures that the reader may see of a sample that the caller has fetched in scope."""
    found = session().scalars(
        sa.select(SampleSignature)
        .where(SampleSignature.sample_id == sample.id)
        .options(joinedload(SampleSignature.attachment))
        .order_by(SampleSignature.voided_at.is_not(None), SampleSignature.id)
    ).all()
    if blinding.is_blind(reader):
        found = [one for one in found if one.signer is Signer.SAMPLER]
    if not found:
        return []
    made, now = corrections(sample.id), digest(sample)
    return [Shown(one, edition(made), one.sheet_sha256 == now, blinding.open_changes(_since(one, made), reader)) for one in found]


def _since(signed: SampleSignature, made: Sequence[HistoryEntry]) -> list[Change]:
    """What was changed after this signature: the first value before, the last value after, field by field."""
    found: dict[str, Change] = {}
    for entry in made[signed.sheet_version - 1 :]:
        for change in changes_of("sample", entry.changes):
            first = found[change.field].before if change.field in found else change.before
            found[change.field] = Change(change.field, first, change.after)
    return [change for change in found.values() if change.before != change.after]


def sign(sample: Sample, incoming: Incoming, written: Written, actor: Actor, at: datetime) -> SampleSignature:
    """Keep a signature under the sheet as it is now. Raises NotLikeThis, NotAllowed, NotAllowedNow."""
    if not permits(actor, Permission.CUSTODY_RECORD, sample):
        raise NotAllowed("您没有为该样品登记签字的权限，如确需办理请联系科室负责人")
    if sample.state not in SIGNABLE:
        raise NotAllowedNow("样品当前状态不能登记签字，请刷新页面核对")
    _refuse_faults(sample, written, at)
    attachment, small = save(incoming, "sample", sample.id, sample.org_id, actor, at)
    made = SampleSignature(
        org_id=sample.org_id, sample_id=sample.id, attachment_id=attachment.id, thumbnail_sha256=small,
        sheet_version=edition(corrections(sample.id)), sheet_sha256=digest(sample), recorded_at=at, recorded_by_id=actor.user_id,
        **{name: getattr(written, name) for name in Written.__slots__},
    )  # fmt: skip
    session().add(made)
    session().flush()
    opinion = f"　{written.opinion}{'：' + written.opinion_text if written.opinion_text else ''}" if written.opinion else ""
    history.record(
        "sample", sample.id, "sign", actor, org_id=sample.org_id, name=sample.number,
        comment=f"{written.signer}（{written.form}）{opinion}　抽样单第 {made.sheet_version} 版 SHA-256 {made.sheet_sha256}",
    )  # fmt: skip
    return made


def _refuse_faults(sample: Sample, written: Written, at: datetime) -> None:
    when, now = operations.office(written.signed_at), operations.office(at)
    if when > now:
        raise NotLikeThis(f"签字时间 {when:%Y-%m-%d %H:%M} 晚于现在（{now:%Y-%m-%d %H:%M}），请核对", field="signed_at")
    if sample.sampled_on is not None and when.date() < sample.sampled_on:
        raise NotLikeThis(f"签字时间 {when:%Y-%m-%d %H:%M} 早于抽样日期 {sample.sampled_on}，请核对", field="signed_at")
    if written.signer is Signer.SAMPLED and written.opinion is None:
        raise NotLikeThis("请选择被抽样单位对抽样过程有无异议", field="opinion")
    if written.opinion is Opinion.OBJECTION and not (written.opinion_text or "").strip():
        raise NotLikeThis("有异议的，请填写异议内容", field="opinion_text")


def void(found: SampleSignature, actor: Actor, reason: str, at: datetime) -> None:
    """作废签字: the image and its history stay."""
    if found.voided_at is not None:
        raise NotAllowedNow("该签字已被作废，请刷新页面核对")
    if not reason.strip():
        raise NotLikeThis("请填写作废原因", field="reason")
    if not operations.may_withdraw(actor, found):
        raise NotAllowed("该签字由其他单位登记，只有登记单位或抽样单位可以作废")
    found.voided_at, found.void_reason = at, reason.strip()[:300]
    history.record(
        "sample", found.sample_id, "void_signature", actor, org_id=found.org_id, name=found.sample.number,
        comment=f"{found.signer} {found.form}；作废原因：{reason.strip()}",
    )  # fmt: skip
