"""责任监管所: the organisations that may be responsible for an enterprise, at or below the one that has it."""

from __future__ import annotations

import sqlalchemy as sa

from app.db import session
from app.domain.actors import Actor
from app.organisations.models import Organisation, OrganisationKind
from app.reference.food_files import folded

MISFIT = "责任监管所“{}”不属于该企业的管辖单位：请选择管辖单位本身或其下属的监管所"


class Stations:
    """Bureaus and stations by name and place in the tree; read once for a whole import."""

    def __init__(self) -> None:
        columns = (Organisation.id, Organisation.name, Organisation.path)
        rows = session().execute(sa.select(*columns).where(Organisation.active, Organisation.kind != OrganisationKind.LABORATORY)).all()
        self._paths = {row.id: row.path for row in rows}
        self._names = {row.id: row.name for row in rows}
        self._by_name: dict[str, int] = {}
        for row in rows:
            self._by_name.setdefault(folded(row.name), row.id)

    def named(self, written: str) -> int | None:
        return self._by_name.get(folded(written))

    def name(self, station_id: int | None) -> str | None:
        return self._names.get(station_id) if station_id is not None else None

    def fits(self, station_id: int, org_id: int) -> bool:
        """Is the station the organisation itself or below it?"""
        path, above = self._paths.get(station_id), self._paths.get(org_id)
        return path is not None and above is not None and path.startswith(above)


def choices(actor: Actor) -> list[tuple[int, str]]:
    """The bureaus and stations of the actor's reach, in the order of their codes."""
    offices = sa.select(Organisation.id, Organisation.name).where(
        Organisation.active, Organisation.kind != OrganisationKind.LABORATORY, Organisation.id.in_(sorted(actor.reach))
    )
    return [(number, name) for number, name in session().execute(offices.order_by(Organisation.code))]


def name_of(station_id: int | None) -> str | None:
    if station_id is None:
        return None
    return session().scalar(sa.select(Organisation.name).where(Organisation.id == station_id))
