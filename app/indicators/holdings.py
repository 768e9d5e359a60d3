"""What an office holds of a place: an organisation there or around it, or a record of it."""

from __future__ import annotations

import sqlalchemy as sa

from app.db import session
from app.indicators.frames import Frame, reach, topmost
from app.organisations.models import Organisation
from app.reference_data.models import Region
from app.sampling.models import BatchFact, Sample
from app.scope import below

NONE_HERE = "本单位没有该区域的记录"


def any_in(frame: Frame) -> bool:
    """Whether figures of the area say anything to this reader; the topmost organisation is responsible for every place."""
    if topmost(frame.actor):
        return True
    inside = sa.select(Region.id).where(Region.path.contains(f"/{frame.area.id}/", autoescape=True))
    around = frame.area.book.up(frame.area.id)
    ours = sa.exists().where(
        below(frame.actor, Organisation.id),
        sa.or_(Organisation.region_id.in_(around), Organisation.region_id.in_(inside)),
    )
    counted = sa.exists().where(BatchFact.id.is_not(None), *frame.place())
    registered = sa.exists().where(reach(frame.actor, Sample.org_id), Sample.region_id.in_(inside))
    return bool(session().scalar(sa.select(sa.or_(ours, counted, registered))))
