"""Which attachments an actor may see."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from app.attachments.models import Attachment
from app.db import session
from app.domain.actors import Actor
from app.scope import scope


def _in_force(actor: Actor) -> sa.Select[tuple[Attachment]]:
    """Files of exported lists are fetched in 下载中心, by whoever exported them and by nobody else."""
    kept = sa.and_(Attachment.voided_at.is_(None), Attachment.subject_kind != "list_export")
    return scope(sa.select(Attachment).where(kept), Attachment, actor)


def attachment(actor: Actor, attachment_id: int) -> Attachment | None:
    """One attachment in the actor's scope that has not been voided."""
    return session().scalars(_in_force(actor).where(Attachment.id == attachment_id)).first()


def attachments_of(actor: Actor, subject_kind: str, subject_id: int) -> Sequence[Attachment]:
    """The attachments of one record, oldest first."""
    of_subject = (Attachment.subject_kind == subject_kind, Attachment.subject_id == subject_id)
    return session().scalars(_in_force(actor).where(*of_subject).order_by(Attachment.id)).all()
