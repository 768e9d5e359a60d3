"""The moments of sealed returns, to which a figure may be compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.domain.workflow import ReturnState
from app.exports.models import MonthlyReturn
from app.indicators.frames import Frame
from app.scope import scope

SHOWN = 12


def sealed_returns(frame: Frame) -> Sequence[Any]:
    """The sealed returns of the frame's area that the reader may see, newest first, made before the moment of the frame."""
    columns = (MonthlyReturn.id, MonthlyReturn.number, MonthlyReturn.month, MonthlyReturn.as_of)
    statement = sa.select(*columns).where(
        MonthlyReturn.region_id == frame.area.id, MonthlyReturn.state != ReturnState.DRAFT, MonthlyReturn.number.is_not(None)
    )
    if frame.as_of is not None:
        statement = statement.where(MonthlyReturn.as_of < frame.as_of)
    newest = scope(statement, MonthlyReturn, frame.actor).order_by(MonthlyReturn.as_of.desc(), MonthlyReturn.id.desc())
    return session().execute(newest.limit(SHOWN)).all()
