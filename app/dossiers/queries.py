"""Which dossiers an actor may know of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app import keyset
from app.accounts.models import User
from app.db import session
from app.disposal.models import DisposalCase
from app.domain.actors import Actor
from app.dossiers.models import Dossier
from app.jobs import Job
from app.organisations.models import Organisation
from app.scope import scope

MAKE_JOB = "make_dossier"
PAGE, COUNTED = 50, 10_000


def dossier(actor: Actor, dossier_id: int) -> Dossier | None:
    """One edition of the actor's reach, with its case."""
    whole = joinedload(Dossier.case).options(joinedload(DisposalCase.sample), selectinload(DisposalCase.quantities))
    return session().scalars(scope(sa.select(Dossier), Dossier, actor).where(Dossier.id == dossier_id).options(whole)).first()


def of_case(actor: Actor, case_id: int) -> Sequence[Any]:
    """The editions of a case, newest first, with who made them."""
    statement = sa.select(Dossier, User.name.label("who")).outerjoin(User, User.id == Dossier.made_by_id)
    return session().execute(scope(statement, Dossier, actor).where(Dossier.case_id == case_id).order_by(Dossier.edition.desc())).all()


def edition_of(actor: Actor, case_id: int, edition: int | None) -> Dossier | None:
    """This edition of a case, or the newest."""
    statement = scope(sa.select(Dossier), Dossier, actor).where(Dossier.case_id == case_id)
    if edition is not None:
        statement = statement.where(Dossier.edition == edition)
    return session().scalars(statement.options(joinedload(Dossier.case)).order_by(Dossier.edition.desc()).limit(1)).first()


def latest(case_id: int) -> Dossier | None:
    """The newest edition, whoever made it."""
    statement = sa.select(Dossier).where(Dossier.case_id == case_id).order_by(Dossier.edition.desc()).limit(1)
    return session().scalars(statement.execution_options(populate_existing=True)).first()


def dossiers(actor: Actor, before: int | None = None, size: int = PAGE) -> Sequence[Any]:
    """Every edition, newest first; one more than asked for where there are more."""
    statement = listed(actor)
    if before is not None:
        statement = statement.where(Dossier.id < before)
    return session().execute(statement.order_by(Dossier.id.desc()).limit(size + 1)).all()


def total(actor: Actor) -> str:
    """How many there are, counted no further than a list tells."""
    return keyset.total(scope(sa.select(Dossier.id), Dossier, actor), COUNTED)


def listed(actor: Actor) -> sa.Select[Any]:
    return scope(
        sa.select(
            Dossier, DisposalCase.number, DisposalCase.party_name, User.name.label("who"), Organisation.name.label("org_name")
        )
        .join(DisposalCase, DisposalCase.id == Dossier.case_id)
        .join(Organisation, Organisation.id == Dossier.org_id)
        .outerjoin(User, User.id == Dossier.made_by_id),
        Dossier,
        actor,
    )


def archived(actor: Actor, zip_sha256: str, manifest_sha256: str) -> Sequence[Dossier]:
    """The editions that this archive, or at least its manifest, is of."""
    known = sa.or_(Dossier.zip_sha256 == zip_sha256, Dossier.manifest_sha256 == manifest_sha256)
    statement = scope(sa.select(Dossier), Dossier, actor).where(known).options(joinedload(Dossier.case))
    return session().scalars(statement.order_by(Dossier.id)).all()


def job(actor: Actor, job_id: int) -> Job | None:
    return session().scalars(scope(sa.select(Job), Job, actor).where(Job.id == job_id, Job.kind == MAKE_JOB)).first()
