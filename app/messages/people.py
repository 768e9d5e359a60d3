"""The people who are told: of the record's own office, or of the nearest one above that has somebody for it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import with_expression

from app import clock
from app.accounts import sessions
from app.accounts.models import User
from app.db import session
from app.delegations.models import Delegation
from app.delegations.standing import stands
from app.domain.actors import Actor, Role
from app.domain.permissions import Permission, permits
from app.organisations.models import Organisation


class People:
    """Active accounts by office, each office read once."""

    def __init__(self) -> None:
        self._of: dict[int, list[Actor]] = {}
        self._up: dict[int, list[int]] = {}

    def of(self, org_id: int) -> list[Actor]:
        if org_id not in self._of:
            self._of[org_id] = [sessions.actor_of(user) for user in active(User.org_id == org_id)]
        return self._of[org_id]

    def deciders(self, record: Any, permission: Permission) -> list[Actor]:
        """Whoever may decide this record, nearest office first: the county's section head, not every one of the province.

        The leader of a bureau, who may decide what the section may, is told only of what is left to him.
        """
        for org_id in self._upwards(record.org_id):
            found = [one for one in self.of(org_id) if permits(one, permission, record)]
            if found:
                return [one for one in found if not one.has(Role.LEADER) or one.has(Role.REVIEWER)] or found
        return []

    def _upwards(self, org_id: int) -> list[int]:
        if org_id not in self._up:
            path = session().scalar(sa.select(Organisation.path).where(Organisation.id == org_id)) or ""
            self._up[org_id] = [int(part) for part in reversed(path.split("/")) if part]
        return self._up[org_id]


def active(*where: Any) -> list[User]:
    """Accounts in use with their grants, and whether somebody has left them approvals today."""
    stood = sa.exists().where(Delegation.to_user_id == User.id, stands(clock.today()))
    statement = sa.select(User).where(User.active.is_(True), *where).order_by(User.id)
    return list(session().scalars(statement.options(*sessions.WITH_GRANTS, with_expression(User.stands_in, stood))).unique())
