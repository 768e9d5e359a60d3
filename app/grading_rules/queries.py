"""风险分级规则, read: which set holds for a kind of enterprise on a day, and those of the offices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.accounts.models import User
from app.db import session
from app.domain import risk_rules
from app.domain.actors import Actor
from app.domain.risk_rule_data import read, sha256
from app.domain.risk_rules import RuleSet
from app.domain.supervision_states import RuleSetState
from app.grading_rules.models import RiskRuleSet
from app.keyset import Page, page
from app.organisations.models import Organisation
from app.reference.risk_rule_files import by_sha256, read_rule_sets
from app.scope import scope

PAGE, COUNTED, LARGEST_ID = 50, 10_000, 2**63 - 1
CURRENT = (RuleSetState.ADOPTED, RuleSetState.RETIRED)  # a retired one still holds for the days until it was


@dataclass(frozen=True, slots=True)
class InForce:
    """适用的规则. ``set_id`` is None for a shipped one; ``rule_code`` is what a grade keeps beside the digest."""

    rules: RuleSet
    set_id: int | None
    sha256: str
    rule_code: str
    owner: str  # whose it is, in words


def rules_in_force(org_path: str, kind: str, on: date, subkinds: Sequence[str] = ()) -> InForce | None:
    """The set for a kind of enterprise on a day: of this organisation or of the nearest one above, else the shipped one.

    ``org_path`` is that of the bureau, "/1/4/". None where there is none for such enterprises (药品生产企业 …).
    """
    ids = [int(part) for part in org_path.split("/") if part]
    rows = session().execute(
        sa.select(RiskRuleSet, Organisation.name)
        .join(Organisation, Organisation.id == RiskRuleSet.org_id)
        .where(RiskRuleSet.org_id.in_(ids), RiskRuleSet.state.in_(CURRENT), RiskRuleSet.valid_from <= on)
        .where(sa.or_(RiskRuleSet.valid_to.is_(None), RiskRuleSet.valid_to >= on))
        .order_by(RiskRuleSet.valid_from.desc(), RiskRuleSet.id.desc())
    ).all()
    for word in (*(f"{kind}（{subkind}）" for subkind in subkinds), kind):
        for org_id in reversed(ids):
            for row, owner in rows:
                if row.org_id == org_id and word in row.kinds.split("、") and not _never_began(row):
                    return InForce(content_of(row), row.id, row.content_sha256, _rule_code(row.code, row.edition), owner)
    found = risk_rules.in_force(read_rule_sets(), kind, on, subkinds)
    return shipped(found) if found is not None else None


def _never_began(row: RiskRuleSet) -> bool:
    """停用 before or on its first day."""
    return row.state is RuleSetState.RETIRED and row.valid_to is not None and row.valid_to <= row.valid_from


def shipped(rules: RuleSet) -> InForce:
    """A shipped edition as it is referred to."""
    return InForce(rules, None, sha256(rules), f"{rules.code}@{rules.valid_from}", "随程序发布")


def rules_of(set_id: int | None, digest: str) -> RuleSet | None:
    """The very edition a grade was counted with; None where it is there no more (or was changed since)."""
    if set_id is None:
        return by_sha256(digest)
    row = session().get(RiskRuleSet, set_id)
    return content_of(row) if row is not None and row.content_sha256 == digest else None


def content_of(row: RiskRuleSet) -> RuleSet:
    """The rule set of a row; what is kept has been checked."""
    return read(row.content)


# ---------------------------------------------------------------- the offices' own

COLUMNS = (
    RiskRuleSet.id, RiskRuleSet.code, RiskRuleSet.edition, RiskRuleSet.title, RiskRuleSet.kinds, RiskRuleSet.source,
    RiskRuleSet.valid_from, RiskRuleSet.valid_to, RiskRuleSet.state, Organisation.name.label("org_name"),
    Organisation.code.label("org_code"),
)  # fmt: skip


def rule_set(actor: Actor, set_id: int) -> RiskRuleSet | None:
    """One set of the actor's reach or of an organisation above, as the database has it now."""
    if set_id > LARGEST_ID:
        return None
    statement = sa.select(RiskRuleSet).where(RiskRuleSet.id == set_id).execution_options(populate_existing=True)
    return session().scalars(scope(statement, RiskRuleSet, actor)).first()


def named(actor: Actor, code: str, edition: int, org_code: str | None = None) -> Sequence[RiskRuleSet]:
    """By code and edition; each organisation counts its own editions."""
    statement = sa.select(RiskRuleSet).where(RiskRuleSet.code == code, RiskRuleSet.edition == edition)
    if org_code:
        statement = statement.where(RiskRuleSet.org_id.in_(sa.select(Organisation.id).where(Organisation.code == org_code)))
    return session().scalars(scope(statement, RiskRuleSet, actor).order_by(RiskRuleSet.org_id)).all()


def listed(actor: Actor, state: RuleSetState | None, *columns: Any) -> sa.Select[Any]:
    statement = sa.select(*columns).select_from(RiskRuleSet).join(Organisation, Organisation.id == RiskRuleSet.org_id)
    return scope(statement if state is None else statement.where(RiskRuleSet.state == state), RiskRuleSet, actor)


def rule_sets(
    actor: Actor, state: RuleSetState | None = None, *, before: int | None = None, after: int | None = None, size: int = PAGE
) -> Page:
    """Own sets and those of the organisations above and below, newest first."""
    statement, ids = (listed(actor, state, *wanted) for wanted in (COLUMNS, (RiskRuleSet.id,)))
    return page(statement, ids, RiskRuleSet.id, before=before, after=after, size=size, most=COUNTED)


def every_rule_set(actor: Actor, state: RuleSetState | None = None) -> Sequence[Any]:
    return session().execute(listed(actor, state, *COLUMNS).order_by(RiskRuleSet.id.desc()).limit(COUNTED)).all()


def counts(actor: Actor) -> Mapping[str, int]:
    grouped = scope(sa.select(RiskRuleSet.state, sa.func.count()), RiskRuleSet, actor).group_by(RiskRuleSet.state)
    return {state.value: number for state, number in session().execute(grouped)}


def submitted(key: str) -> int | None:
    """The draft that an earlier sending of the same page made."""
    return session().scalar(sa.select(RiskRuleSet.id).where(RiskRuleSet.submission_key == key))


def last_edition(org_id: int, code: str) -> int:
    found = sa.select(sa.func.max(RiskRuleSet.edition)).where(RiskRuleSet.org_id == org_id, RiskRuleSet.code == code)
    return session().scalar(found) or 0


def former(row: RiskRuleSet) -> RiskRuleSet | None:
    """The edition before this one that was put in force."""
    earlier = sa.select(RiskRuleSet).where(
        RiskRuleSet.org_id == row.org_id, RiskRuleSet.code == row.code, RiskRuleSet.edition < row.edition, RiskRuleSet.state.in_(CURRENT)
    )
    return session().scalars(earlier.order_by(RiskRuleSet.edition.desc()).limit(1)).first()


def standing_on_or_after(org_id: int, on: date) -> Sequence[RiskRuleSet]:
    """The adopted sets of an organisation that hold on the day or later."""
    holding = sa.or_(RiskRuleSet.valid_to.is_(None), RiskRuleSet.valid_to >= on)
    adopted = sa.select(RiskRuleSet).where(RiskRuleSet.org_id == org_id, RiskRuleSet.state == RuleSetState.ADOPTED, holding)
    return session().scalars(adopted.order_by(RiskRuleSet.id).with_for_update()).all()


def ended_on(org_id: int, on: date) -> Sequence[RiskRuleSet]:
    """The adopted sets of an organisation whose last day this is."""
    ended = sa.select(RiskRuleSet).where(
        RiskRuleSet.org_id == org_id, RiskRuleSet.state == RuleSetState.ADOPTED, RiskRuleSet.valid_to == on
    )
    return session().scalars(ended.order_by(RiskRuleSet.id)).all()


def shipped_edition(code: str, valid_from: str) -> RuleSet | None:
    return next((one for one in read_rule_sets() if one.code == code and str(one.valid_from) == valid_from), None)


def person_names(*ids: int | None) -> Mapping[int | None, str]:
    wanted = [one for one in ids if one is not None]
    return {number: name for number, name in session().execute(sa.select(User.id, User.name).where(User.id.in_(wanted)))}


def _rule_code(code: str, edition: int) -> str:
    return f"{code}#{edition}"
