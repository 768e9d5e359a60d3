"""Which delegations stand on a day: granted, not revoked, within their dates. One condition for pages, powers and lists."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from app.delegations.models import Delegation
from app.domain.workflow import DelegationState


def stands(day: date) -> sa.ColumnElement[bool]:
    return sa.and_(Delegation.state == DelegationState.GRANTED, Delegation.from_on <= day, Delegation.to_on >= day)
