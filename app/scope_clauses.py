"""The clauses that rules of row scope are made of (行级范围): of the actor's roles, and of the organisation a row belongs to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from app.domain.actors import BUREAU_STAFF, Actor, Role
from app.organisations.models import Organisation

Clause = sa.ColumnElement[bool]
NOBODY: Clause = sa.false()


def below(actor: Actor, column: Any) -> Clause:
    """The column names the actor's organisation or one below it."""
    return column.in_(sa.select(Organisation.id).where(Organisation.path.startswith(actor.org_path, autoescape=True)))


def staff(actor: Actor) -> bool:
    return actor.has(*BUREAU_STAFF)


def for_staff(model: Any) -> Callable[[Actor], Clause]:
    return lambda actor: below(actor, model.org_id) if staff(actor) else NOBODY


def of_importers(model: Any) -> Callable[[Actor], Clause]:
    """What belongs to imports: for those who may import."""
    return lambda actor: (
        below(actor, model.org_id) if actor.has(Role.SAMPLER, Role.STATISTICIAN, Role.LABORATORY) else NOBODY
    )


def for_staff_or_laboratory(model: Any) -> Callable[[Actor], Clause]:
    return lambda actor: below(actor, model.org_id) if staff(actor) or actor.has(Role.LABORATORY) else NOBODY


def ours_or_tested(model: Any) -> Callable[[Actor], Clause]:
    """The bureau's own, and the laboratory's where it is named."""

    def visible_to(actor: Actor) -> Clause:
        clauses = [below(actor, model.org_id)] if staff(actor) else []
        if actor.has(Role.LABORATORY):
            clauses.append(below(actor, model.laboratory_org_id))
        return sa.or_(NOBODY, *clauses)

    return visible_to


def handed_down(model: Any) -> Callable[[Actor], Clause]:
    """Our own, those below, and those of the organisations above, whose rules and templates we work by."""

    def rule(actor: Actor) -> Clause:
        if not staff(actor):
            return NOBODY
        above = [int(part) for part in actor.org_path.split("/") if part]
        return sa.or_(below(actor, model.org_id), model.org_id.in_(above))

    return rule


def own(column: Any) -> Callable[[Actor], Clause]:
    """What belongs to one person and to nobody else."""
    return lambda actor: column == actor.user_id if actor.user_id is not None else NOBODY


def for_roles(model: Any, *roles: Role) -> Callable[[Actor], Clause]:
    """What belongs to the actor's organisation or one below it, for people in one of these roles."""
    return lambda actor: below(actor, model.org_id) if actor.has(*roles) else NOBODY
