"""导入格式对照, read within the actor's scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.accounts.models import User
from app.db import session
from app.domain.actors import Actor
from app.domain.result_headers import Mapped
from app.layouts.models import LayoutMapping
from app.organisations.models import Organisation
from app.paging import page_size
from app.scope import scope

COMMAND = "命令行"


@dataclass(frozen=True, slots=True)
class Page:
    """One page, newest first."""

    rows: Sequence[Any]
    older: int | None


def mapping(actor: Actor, mapping_id: int) -> LayoutMapping | None:
    """One mapping, voided or not."""
    statement = sa.select(LayoutMapping).where(LayoutMapping.id == mapping_id)
    return session().scalars(scope(statement, LayoutMapping, actor).execution_options(populate_existing=True)).first()


def _listed(actor: Actor) -> sa.Select[Any]:
    laboratory, owner = aliased(Organisation), aliased(Organisation)
    statement = (
        sa.select(
            *LayoutMapping.__table__.c, User.name.label("maker"), laboratory.name.label("laboratory"), owner.name.label("owner")
        )
        .join(owner, owner.id == LayoutMapping.org_id)
        .outerjoin(laboratory, laboratory.id == LayoutMapping.laboratory_org_id)
        .outerjoin(User, User.id == LayoutMapping.created_by_id)
    )
    return scope(statement, LayoutMapping, actor)


def listed(actor: Actor, *, voided: bool) -> sa.Select[Any]:
    return _listed(actor).where(LayoutMapping.voided_at.is_not(None) if voided else LayoutMapping.voided_at.is_(None))


def mappings(actor: Actor, *, voided: bool = False, before: int | None = None) -> Page:
    """Those in use, or those taken out of use."""
    size = page_size()
    statement = listed(actor, voided=voided)
    if before is not None:
        statement = statement.where(LayoutMapping.id < before)
    rows = session().execute(statement.order_by(LayoutMapping.id.desc()).limit(size + 1)).all()
    return Page(rows[:size], rows[size - 1].id if len(rows) > size else None)


def described(actor: Actor, mapping_id: int | None) -> Any:
    """One mapping with the names of those it concerns; None where the actor may not know of it."""
    if mapping_id is None:
        return None
    return session().execute(_listed(actor).where(LayoutMapping.id == mapping_id)).first()


def headers_known(actor: Actor, laboratory_org_id: int | None) -> dict[str, Mapped]:
    """The headers that may be read for this laboratory, by fingerprint: its own before everybody's, the newest first."""
    whose: list[sa.ColumnElement[bool]] = [LayoutMapping.laboratory_org_id.is_(None)]
    if laboratory_org_id is not None:
        whose.append(LayoutMapping.laboratory_org_id == laboratory_org_id)
    statement = scope(sa.select(LayoutMapping), LayoutMapping, actor).where(LayoutMapping.voided_at.is_(None), sa.or_(*whose))
    rows = session().scalars(statement.order_by(LayoutMapping.laboratory_org_id.is_not(None), LayoutMapping.id)).all()
    return {row.header_sha256: as_mapped(row) for row in rows}


def header_of(mapping_id: int | None) -> dict[str, Mapped]:
    """The one header that an import was read with, whatever has become of it since."""
    row = session().get(LayoutMapping, mapping_id) if mapping_id is not None else None
    return {row.header_sha256: as_mapped(row)} if row is not None else {}


def is_voided(mapping_id: int | None) -> bool:
    statement = sa.select(LayoutMapping.voided_at).where(LayoutMapping.id == mapping_id)
    return mapping_id is not None and session().scalar(statement) is not None


def as_mapped(row: LayoutMapping) -> Mapped:
    return Mapped(row.id, row.header_sha256, row.header_rows, row.columns)


def same_header(actor: Actor, header_sha256: str) -> Sequence[LayoutMapping]:
    """Mappings in use of one header, whoever's files they are for, newest first."""
    statement = scope(sa.select(LayoutMapping), LayoutMapping, actor).where(
        LayoutMapping.header_sha256 == header_sha256, LayoutMapping.voided_at.is_(None)
    )
    return session().scalars(statement.order_by(LayoutMapping.id.desc())).all()
