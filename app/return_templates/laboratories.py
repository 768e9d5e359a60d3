"""Batches by 承检机构 in a form: of the laboratory that the sheet is tied to, else of the name written on it."""

from __future__ import annotations

import sqlalchemy as sa

from app.db import session
from app.domain.indicators import UNCLASSIFIED, Figure, Part, compute
from app.errors import NotLikeThis
from app.indicators.figures import Asked
from app.indicators.frames import Clause, Frame
from app.indicators.records import Side, part_of, where
from app.organisations.models import Organisation
from app.sampling.models import BatchFact, Sample


def check(name: str) -> None:
    """Refuse a laboratory that nobody knows; one without a batch in the period is only nought."""
    named = sa.select(Organisation.id).where(Organisation.name == name).exists()
    written = sa.select(Sample.id).where(Sample.laboratory == name).exists()
    if name != UNCLASSIFIED and not session().scalar(sa.select(sa.or_(named, written))):
        raise NotLikeThis(f"没有名为“{name[:30]}”的承检机构，请填写抽样单或机构管理中的全称")


def numbers(frame: Frame, asked: Asked, side: Side, name: str) -> list[str]:
    """The sorted 抽样编号 that a count of the figure holds of this laboratory."""
    part = part_of(asked.formula, side)
    if not isinstance(part, Part):
        return []
    statement = sa.select(BatchFact.sample_number).where(*where(frame, asked, part))
    return sorted(session().scalars(statement.where(BatchFact.sample_id.in_(sa.select(Sample.id).where(_of(name))))))


def _of(name: str) -> Clause:
    untied = Sample.laboratory_org_id.is_(None)
    if name == UNCLASSIFIED:
        return sa.and_(untied, Sample.laboratory.is_(None))
    named = sa.select(Organisation.id).where(Organisation.name == name)
    return sa.or_(Sample.laboratory_org_id.in_(named), sa.and_(untied, Sample.laboratory == name))


def figure(frame: Frame, asked: Asked, name: str) -> Figure:
    """The figure of this laboratory's batches."""
    top, under, beside = (len(numbers(frame, asked, side, name)) for side in (Side.NUMERATOR, Side.DENOMINATOR, Side.BESIDE))
    return compute(asked.formula, top, under if asked.formula.denominator is not None else None, beside)
