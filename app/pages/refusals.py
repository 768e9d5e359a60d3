"""没有权限: which right is missing, which posts have it, and whom of the office to ask for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask_login import current_user

from app.accounts.models import User, UserRole
from app.authorize import current_actor
from app.db import session
from app.domain.actors import Actor, Role
from app.domain.permission_areas import CONDITIONS, condition
from app.domain.permissions import NAMES, Permission
from app.organisations.models import Organisation

MOST = 3  # names of administrators
NOT_THE_SAME = tuple(words for test, words in CONDITIONS.items() if test.startswith("not_"))


@dataclass(frozen=True, slots=True)
class Missing:
    """name: the right. mine: the condition under which the reader's own posts have it, None where they have it never."""

    name: str
    posts: Sequence[str]
    mine: str | None
    administrators: Sequence[str]

    @property
    def apart(self) -> bool:
        """Is it kept from the reader because somebody else has to do it, and no administrator may change that?"""
        return self.mine is not None and any(words in self.mine for words in NOT_THE_SAME)


def missing(needed: Permission | None) -> Missing | None:
    """For the page of a refusal; None where nobody is signed in or no single right was asked."""
    if needed is None or not current_user.is_authenticated:
        return None
    actor = current_actor()
    told = {role: condition(role, needed) for role in Role}
    own = [words for role, words in told.items() if role in actor.roles and words is not None]
    posts = [role.value for role, words in told.items() if words is not None]
    return Missing(NAMES[needed], posts, "；或".join(dict.fromkeys(own)) if own else None, _administrators(actor))


def _administrators(actor: Actor) -> list[str]:
    """System administrators of the reader's office, else of the nearest office above that has one: names, as on the user list."""
    above = [part for part in actor.org_path.split("/") if part]
    rows = session().execute(
        sa.select(User.name, Organisation.name, Organisation.path)
        .join(Organisation, Organisation.id == User.org_id)
        .join(UserRole, UserRole.user_id == User.id)
        .where(User.active.is_(True), UserRole.role == Role.SYSTEM_ADMIN, Organisation.id.in_([int(part) for part in above]))
        .order_by(User.id)
    ).all()  # fmt: skip
    nearest = max((len(row.path) for row in rows), default=0)
    return [f"{row[0]}（{row[1]}）" for row in rows if len(row.path) == nearest][:MOST]
