"""照片: reading them with what the camera wrote, keeping and voiding them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app import blinding, history
from app.attachments.models import Attachment
from app.custody import operations, queries
from app.custody.models import SamplePhoto
from app.custody.uploading import Incoming, save
from app.db import session
from app.domain import photos
from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.domain.sampling_kinds import PhotoKind
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.sampling.models import Sample
from app.scope import scope

AT_ONCE = 20
MOST = 200  # of one sample


@dataclass(frozen=True, slots=True)
class Shown:
    """One photograph with what there is to ask about it."""

    photo: SamplePhoto
    notes: Sequence[str]


@dataclass(frozen=True, slots=True)
class Album:
    """The photographs of one sample, and the mandatory kinds that are missing."""

    rows: Sequence[Shown]
    voided: Sequence[SamplePhoto]
    missing: Sequence[PhotoKind]


def photo(actor: Actor, photo_id: int) -> SamplePhoto | None:
    """One photograph in the actor's scope, with its sample and its original; voided ones are found too."""
    found = session().scalars(
        scope(sa.select(SamplePhoto), SamplePhoto, actor)
        .where(SamplePhoto.id == photo_id)
        .options(joinedload(SamplePhoto.sample).selectinload(Sample.cases), joinedload(SamplePhoto.attachment))
        .execution_options(populate_existing=True)
    ).first()
    if found is not None and not _open_to(actor, [found]):
        blinding.picture_refused()
    return found


def _open_to(actor: Actor, found: Sequence[SamplePhoto]) -> list[SamplePhoto]:
    """A picture may show the shop, the sheet, the package: a blind reader sees what his own people took."""
    if not blinding.is_blind(actor):
        return list(found)
    ours = queries.colleagues(actor, (one.recorded_by_id for one in found))
    return [one for one in found if one.recorded_by_id in ours]


def album(sample: Sample, reader: Actor) -> Album:
    """The photographs that the reader may see of a sample that the caller has fetched in scope."""
    found = session().scalars(
        sa.select(SamplePhoto)
        .where(SamplePhoto.sample_id == sample.id)
        .options(joinedload(SamplePhoto.attachment))
        .order_by(SamplePhoto.id)
    ).all()
    seen, live = _open_to(reader, found), [one for one in found if one.voided_at is None]
    rows = [
        Shown(one, photos.notes(one, sample.sampled_on, [other for other in live if other is not one])) for one in live if one in seen
    ]
    missing = photos.missing_kinds(sample.link, [one.kind for one in live])
    return Album(rows, [one for one in seen if one.voided_at is not None], missing)


def add(
    sample: Sample, incoming: Incoming, kind: PhotoKind, actor: Actor, at: datetime, *, note: str | None = None,
    event_id: int | None = None,
) -> SamplePhoto | None:  # fmt: skip
    """Keep one photograph; None when the sample has the very same one already."""
    if not permits(actor, Permission.CUSTODY_RECORD, sample):
        raise NotAllowed("您没有为该样品上传照片的权限，如确需办理请联系科室负责人")
    if _there_already(sample.id, hashlib.sha256(incoming.content).hexdigest()):
        return None
    attachment, small = save(incoming, "sample", sample.id, sample.org_id, actor, at)
    picture = incoming.picture
    made = SamplePhoto(
        org_id=sample.org_id, sample_id=sample.id, custody_event_id=event_id, attachment_id=attachment.id, kind=kind, note=note,
        width=picture.width, height=picture.height, taken_at=picture.taken_at, latitude=picture.latitude,
        longitude=picture.longitude, device=picture.device, thumbnail_sha256=small, recorded_at=at, recorded_by_id=actor.user_id,
    )  # fmt: skip
    session().add(made)
    session().flush()
    history.record(
        "sample", sample.id, "photo", actor, org_id=sample.org_id, name=sample.number,
        comment=f"{kind}：{incoming.filename}", changes={"sha256": (None, attachment.sha256)},
    )  # fmt: skip
    return made


def _there_already(sample_id: int, sha256: str) -> bool:
    statement = (
        sa.select(SamplePhoto.id)
        .join(SamplePhoto.attachment)
        .where(SamplePhoto.sample_id == sample_id, SamplePhoto.voided_at.is_(None), Attachment.sha256 == sha256)
    )
    return session().scalar(statement.limit(1)) is not None


def room(sample_id: int, coming: int) -> None:
    """Raises NotLikeThis when these are too many, at once or in all."""
    if coming > AT_ONCE:
        raise NotLikeThis(f"一次最多上传 {AT_ONCE} 张照片，请分几次上传", field="files")
    there = session().scalar(sa.select(sa.func.count()).where(SamplePhoto.sample_id == sample_id)) or 0
    if there + coming > MOST:
        raise NotLikeThis(f"每件样品最多保存 {MOST} 张照片，已有 {there} 张", field="files")


def void(found: SamplePhoto, actor: Actor, reason: str, at: datetime) -> None:
    """作废照片: the original and its history stay."""
    if found.voided_at is not None:
        raise NotAllowedNow("该照片已被作废，请刷新页面核对")
    if not reason.strip():
        raise NotLikeThis("请填写作废原因", field="reason")
    if not operations.may_withdraw(actor, found):
        raise NotAllowed("该照片由其他单位上传，只有上传单位或抽样单位可以作废")
    found.voided_at, found.void_reason = at, reason.strip()[:300]
    history.record(
        "sample", found.sample_id, "void_photo", actor, org_id=found.org_id, name=found.sample.number,
        comment=f"{found.kind}：{found.attachment.filename}；作废原因：{reason.strip()}",
    )  # fmt: skip
