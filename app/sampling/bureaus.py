"""Whose sample it is (管辖单位): the bureau of the sampling place, else the importer's own."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from app.db import session
from app.domain.actors import Actor
from app.organisations.models import Organisation, OrganisationKind
from app.reference.food_files import folded


class Bureaus:
    """The active bureaus and stations, read once."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._by_region: dict[int, tuple[int, str]] = {}
        self._by_name: dict[str, int] = {}
        columns = (Organisation.id, Organisation.name, Organisation.kind, Organisation.path, Organisation.region_id)
        rows = session().execute(
            sa.select(*columns).where(Organisation.active, Organisation.kind != OrganisationKind.LABORATORY)
        ).all()
        # A station shares its county's region: the bureau above it comes first.
        rows = sorted(rows, key=lambda row: (row.kind is OrganisationKind.STATION, row.path.count("/"), row.id))
        for row in rows:
            self._by_name.setdefault(folded(row.name), row.id)
            if row.region_id is not None:
                self._by_region.setdefault(row.region_id, (row.id, row.path))

    def of_place(self, regions: Sequence[int]) -> int:
        """The organisation of the first of these regions (from the place upwards) that has one, else the actor's.

        Where the nearest bureau is one above the actor's own, the place is too coarse to tell: the actor's own keeps it.
        """
        for region_id in regions:
            if region_id in self._by_region:
                found, path = self._by_region[region_id]
                return self._actor.org_id if self._actor.org_path.startswith(path) else found
        return self._actor.org_id

    def named(self, *written: str) -> int | None:
        """The bureau or station of this name."""
        return next((self._by_name[folded(name)] for name in written if folded(name) in self._by_name), None)
