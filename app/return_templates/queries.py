"""报表模板, read: those of the office, of those below, and those handed down from above."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from app import files
from app.accounts.models import User
from app.db import session
from app.domain.actors import Actor
from app.domain.reporting_kinds import ReturnPeriod
from app.domain.reporting_states import TemplateState
from app.keyset import Page, page
from app.organisations.models import Organisation
from app.return_templates.mapping_files import RuleText
from app.return_templates.models import ReturnCell, ReturnRule, ReturnTemplate
from app.scope import scope
from app.spreadsheet_packages import Package

PAGE, COUNTED, LARGEST_ID = 50, 10_000, 2**63 - 1
COLUMNS = (
    ReturnTemplate.id, ReturnTemplate.code, ReturnTemplate.edition, ReturnTemplate.title, ReturnTemplate.issuer,
    ReturnTemplate.document_no, ReturnTemplate.period_kind, ReturnTemplate.state, ReturnTemplate.shipped, ReturnTemplate.valid_from,
    ReturnTemplate.org_id, Organisation.name.label("org_name"), Organisation.code.label("org_code"),
)  # fmt: skip


def template(actor: Actor, template_id: int) -> ReturnTemplate | None:
    """One edition in the reader's scope, as the database has it now."""
    if template_id > LARGEST_ID:
        return None
    statement = sa.select(ReturnTemplate).where(ReturnTemplate.id == template_id).execution_options(populate_existing=True)
    return session().scalars(scope(statement, ReturnTemplate, actor)).first()


def named(actor: Actor, code: str, edition: int, org_code: str | None = None) -> Sequence[ReturnTemplate]:
    """By code and edition; each organisation counts its own editions."""
    statement = sa.select(ReturnTemplate).where(ReturnTemplate.code == code, ReturnTemplate.edition == edition)
    if org_code:
        statement = statement.where(ReturnTemplate.org_id.in_(sa.select(Organisation.id).where(Organisation.code == org_code)))
    return session().scalars(scope(statement, ReturnTemplate, actor).order_by(ReturnTemplate.org_id)).all()


def _listed(actor: Actor, state: TemplateState | None, *columns: Any) -> sa.Select[Any]:
    statement = sa.select(*columns).select_from(ReturnTemplate).join(Organisation, Organisation.id == ReturnTemplate.org_id)
    return scope(statement if state is None else statement.where(ReturnTemplate.state == state), ReturnTemplate, actor)


def templates(
    actor: Actor, state: TemplateState | None = None, *, before: int | None = None, after: int | None = None, size: int = PAGE
) -> Page:
    """Editions in the reader's scope, newest first."""
    statement, ids = (_listed(actor, state, *wanted) for wanted in (COLUMNS, (ReturnTemplate.id,)))
    return page(statement, ids, ReturnTemplate.id, before=before, after=after, size=size, most=COUNTED)


def every_template(actor: Actor, state: TemplateState | None = None) -> Sequence[Any]:
    return session().execute(_listed(actor, state, *COLUMNS).order_by(ReturnTemplate.id.desc()).limit(COUNTED)).all()


def counts(actor: Actor) -> Mapping[str, int]:
    grouped = scope(sa.select(ReturnTemplate.state, sa.func.count()), ReturnTemplate, actor).group_by(ReturnTemplate.state)
    return {state.value: number for state, number in session().execute(grouped)}


def usable(actor: Actor, period_kind: ReturnPeriod, last_day: date) -> Sequence[ReturnTemplate]:
    """The adopted editions to fill for a period that ends on this day: of each form of each office the newest that has begun."""
    begun = sa.or_(ReturnTemplate.valid_from.is_(None), ReturnTemplate.valid_from <= last_day)
    statement = sa.select(ReturnTemplate).where(
        ReturnTemplate.state == TemplateState.ADOPTED, ReturnTemplate.period_kind == period_kind, begun
    )
    ordered = scope(statement, ReturnTemplate, actor).order_by(ReturnTemplate.org_id, ReturnTemplate.code, ReturnTemplate.edition)
    rows = session().scalars(ordered)
    return list({(row.org_id, row.code): row for row in rows}.values())


def last_edition(org_id: int, code: str) -> ReturnTemplate | None:
    """The newest edition of a form, whatever its state."""
    found = sa.select(ReturnTemplate).where(ReturnTemplate.org_id == org_id, ReturnTemplate.code == code)
    return session().scalars(found.order_by(ReturnTemplate.edition.desc()).limit(1)).first()


def cells(template_id: int) -> Sequence[ReturnCell]:
    statement = sa.select(ReturnCell).where(ReturnCell.template_id == template_id)
    return session().scalars(statement.order_by(ReturnCell.ordinal, ReturnCell.id)).all()


def rules(template_id: int) -> Sequence[ReturnRule]:
    statement = sa.select(ReturnRule).where(ReturnRule.template_id == template_id)
    return session().scalars(statement.order_by(ReturnRule.ordinal, ReturnRule.id)).all()


def rule_texts(template_id: int) -> list[RuleText]:
    return [RuleText(one.code, one.expression, one.message, one.blocking) for one in rules(template_id)]


def package(row: ReturnTemplate) -> Package:
    """The template's file, opened."""
    return Package(files.read(row.sha256))


def person_names(*ids: int | None) -> Mapping[int | None, str]:
    wanted = [one for one in ids if one is not None]
    return {number: name for number, name in session().execute(sa.select(User.id, User.name).where(User.id.in_(wanted)))}
