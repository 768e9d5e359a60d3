"""In whose eyes a dossier is made (案卷的读取范围): the office of the case, whoever presses the button.

So the same records make the same file for the handler, the reviewer and the city above, and nothing that the office of the
case may not see gets into its file.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import sqlalchemy as sa

from app.accounts.models import User
from app.authorize import reach
from app.db import session
from app.disposal.models import DisposalCase
from app.domain.actors import Actor, Role
from app.organisations.models import Organisation

ROLES = frozenset({Role.SAMPLER, Role.HANDLER, Role.REVIEWER, Role.LEADER, Role.LEGAL, Role.STATISTICIAN})


def office_reader(case: DisposalCase) -> Actor:
    """The staff of the office that holds the case."""
    office = session().get_one(Organisation, case.org_id)
    return Actor(None, office.name, ROLES, office.id, office.path, reach(office.path))


@dataclass(slots=True)
class People:
    """Names by account, asked once each."""

    known: dict[int, str] = field(default_factory=dict)

    def load(self, ids: set[int | None]) -> None:
        wanted = sorted({each for each in ids if each is not None} - set(self.known))
        if wanted:
            self.known |= dict(session().execute(sa.select(User.id, User.name).where(User.id.in_(wanted))).tuples().all())

    def __call__(self, user_id: int | None) -> str | None:
        self.load({user_id})
        return self.known.get(user_id) if user_id is not None else None
