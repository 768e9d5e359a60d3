"""Reading 基础数据变更: the list, one change, and as much of its effect as its reader may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app import keyset
from app.accounts.models import User, UserRole
from app.db import session
from app.domain.actors import Actor, Role
from app.domain.permissions import Permission, permits
from app.domain.reference_acts import ACTS, ChangeAct
from app.domain.setting_rules import Keeper, kept_by
from app.domain.trust_kinds import ChangeKind
from app.domain.trust_states import ChangeState
from app.legal_clocks.models import LegalClock
from app.organisations.models import Organisation, OrganisationKind
from app.reference_changes.models import ReferenceChange, RuleEdition
from app.sampling.models import Sample
from app.scope import below, scope

PAGE, MOST, SHOWN, PART = 50, 10_000, 200, 500
PROPOSER, DECIDER = aliased(User), aliased(User)


@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件."""

    kind: ChangeKind | None = None
    state: ChangeState | None = None
    word: str | None = None
    waiting: bool = False  # 待我复核


def change(actor: Actor, change_id: int) -> ReferenceChange | None:
    return session().scalars(
        scope(sa.select(ReferenceChange), ReferenceChange, actor)
        .where(ReferenceChange.id == change_id)
        .execution_options(populate_existing=True)
    ).first()


def setting_change(actor: Actor, change_id: int) -> ReferenceChange | None:
    """A change of the settings: the security administrator decides some of them, and all three administrators read them."""
    return session().scalars(
        sa.select(ReferenceChange)
        .where(ReferenceChange.id == change_id, ReferenceChange.kind == ChangeKind.SETTING)
        .execution_options(populate_existing=True)
    ).first()


def change_numbered(actor: Actor, number: str) -> ReferenceChange | None:
    found = session().scalar(sa.select(ReferenceChange.id).where(ReferenceChange.number == number.strip()[:40]))
    return None if found is None else change(actor, found) or _of_settings(actor, found)


def _of_settings(actor: Actor, change_id: int) -> ReferenceChange | None:
    found = setting_change(actor, change_id)
    return found if found is not None and permits(actor, Permission.SETTING_READ, found) else None


def of_form(key: str | None) -> ReferenceChange | None:
    """What was proposed by this form before: sent twice, it is one proposal."""
    if not key:
        return None
    return session().scalars(sa.select(ReferenceChange).where(ReferenceChange.submission_key == key)).first()


def waiting(kind: ChangeKind, subject_key: str) -> ReferenceChange | None:
    """A proposal about the same subject that nobody has decided."""
    return session().scalars(
        sa.select(ReferenceChange).where(
            ReferenceChange.kind == kind, ReferenceChange.subject_key == subject_key, ReferenceChange.state == ChangeState.PROPOSED
        )
    ).first()


def chosen(actor: Actor, filters: Filters) -> sa.Select[Any]:
    columns = [column for column in ReferenceChange.__table__.c if column.name not in ("payload", "effect")]
    statement = scope(
        sa.select(*columns, PROPOSER.name.label("proposer"), DECIDER.name.label("decider"))
        .join(PROPOSER, PROPOSER.id == ReferenceChange.proposed_by_id, isouter=True)
        .join(DECIDER, DECIDER.id == ReferenceChange.decided_by_id, isouter=True),
        ReferenceChange,
        actor,
    )
    if filters.kind:
        statement = statement.where(ReferenceChange.kind == filters.kind)
    if filters.state:
        statement = statement.where(ReferenceChange.state == filters.state)
    if filters.waiting:
        statement = statement.where(*to_decide(actor))
    if filters.word:
        statement = statement.where(
            ReferenceChange.title.contains(filters.word, autoescape=True) | (ReferenceChange.number == filters.word)
        )
    return statement


OF_SECURITY = sa.and_(ReferenceChange.kind == ChangeKind.SETTING, ReferenceChange.subject_key.in_(sorted(kept_by(Keeper.SECURITY))))


def to_decide(actor: Actor, *, security: bool = False) -> tuple[sa.ColumnElement[bool], ...]:
    """What waits for this person: not his own, of the office that he decides for; settings of security are another's than all else."""
    mine = sa.or_(ReferenceChange.proposed_by_id.is_(None), ReferenceChange.proposed_by_id != actor.user_id)
    waits = ReferenceChange.state == ChangeState.PROPOSED
    return waits, mine, below(actor, ReferenceChange.org_id), OF_SECURITY if security else sa.not_(OF_SECURITY)


def changes(actor: Actor, filters: Filters, *, before: int | None, after: int | None) -> keyset.Page:
    statement = chosen(actor, filters)
    ids = statement.with_only_columns(ReferenceChange.id)
    return keyset.page(statement, ids, ReferenceChange.id, before=before, after=after, size=PAGE, most=MOST)


def of_subject(kind: ChangeKind, subject_key: str) -> Sequence[ReferenceChange]:
    """Every proposal about one subject, the newest first."""
    return session().scalars(
        sa.select(ReferenceChange)
        .where(ReferenceChange.kind == kind, ReferenceChange.subject_key == subject_key)
        .order_by(ReferenceChange.id.desc())
        .limit(PAGE)
    ).all()


def waiting_settings() -> Sequence[ReferenceChange]:
    """Changes of the settings that nobody has decided, the oldest first."""
    return session().scalars(
        sa.select(ReferenceChange)
        .where(ReferenceChange.kind == ChangeKind.SETTING, ReferenceChange.state == ChangeState.PROPOSED)
        .order_by(ReferenceChange.id)
    ).all()


def rule_editions(file: str) -> Sequence[Any]:
    """Every edition of one rule file, with who recorded it, the newest first."""
    return session().execute(
        sa.select(
            RuleEdition.id, RuleEdition.valid_from, RuleEdition.source, RuleEdition.recorded_at, RuleEdition.change_id, RuleEdition.sha256,
            DECIDER.name.label("recorder"),
        )
        .join(DECIDER, DECIDER.id == RuleEdition.recorded_by_id, isouter=True)
        .where(RuleEdition.name == file)
        .order_by(RuleEdition.valid_from.desc(), RuleEdition.id.desc())
    ).all()  # fmt: skip


def latest_editions() -> Mapping[str, Any]:
    """The day from which the newest edition of each file is in force."""
    rows = session().execute(sa.select(RuleEdition.name, sa.func.max(RuleEdition.valid_from)).group_by(RuleEdition.name))
    return {name: begins for name, begins in rows}


def names(*ids: int | None) -> Mapping[int | None, str]:
    known = [number for number in ids if number is not None]
    return {number: name for number, name in session().execute(sa.select(User.id, User.name).where(User.id.in_(known)))}


def in_charge() -> int:
    """The office that runs the installation: the topmost bureau that has somebody to adopt a change, else the root."""
    reviewers = sa.select(User.org_id).join(UserRole, UserRole.user_id == User.id).where(
        User.active, UserRole.role.in_([Role.REVIEWER, Role.LEADER])
    )
    parent = Organisation.parent_id
    found = session().execute(
        sa.select(Organisation.id, Organisation.path)
        .where(Organisation.active, Organisation.kind == OrganisationKind.BUREAU, Organisation.id.in_(reviewers))
    ).all()  # fmt: skip
    if found:
        return min(found, key=lambda row: (row.path.count("/"), row.id)).id  # type: ignore[no-any-return]
    return session().scalars(sa.select(Organisation.id).where(parent.is_(None)).order_by(Organisation.id)).first() or 0


def act_of(found: ReferenceChange) -> ChangeAct:
    return ChangeAct(found.payload["act"])


def sees_business(actor: Actor, found: ReferenceChange) -> bool:
    """Figures are the whole installation's: for whoever may decide such a change, or would but for having proposed it."""
    return permits(actor, Permission.INDICATOR_READ, found) and found.org_id in actor.reach


def figure_rows(actor: Actor, found: ReferenceChange, effect: Mapping[str, Any], name: str = "figures") -> list[dict[str, Any]]:
    """The figures (or scores) that would differ, for who may see them; ``code`` of the area, where it was kept, leads to the records."""
    rows = effect.get(name, {}).get("rows", []) if sees_business(actor, found) else []
    return [{"code": None, **row} for row in rows]


def clock_rows(actor: Actor, effect: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The moved deadlines that this reader may see, with their names."""
    if not permits(actor, Permission.CLOCK_LIST, None):
        return []
    rows = effect.get("clocks", {}).get("rows", [])
    known = _visible(LegalClock, actor, [row["clock"] for row in rows])
    return [{**row, "row": known[row["clock"]]} for row in rows if row["clock"] in known]


def result_rows(actor: Actor, effect: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The results judged anew that this reader may see, with the numbers of their samples."""
    if not permits(actor, Permission.SAMPLE_LIST, None):
        return []
    rows = effect.get("results", {}).get("rows", [])
    known = _visible(Sample, actor, [row["sample"] for row in rows])
    return [{**row, "row": known[row["sample"]]} for row in rows if row["sample"] in known]


COLUMNS: Mapping[type[Any], Sequence[Any]] = {
    LegalClock: (LegalClock.id, LegalClock.name, LegalClock.subject_name, LegalClock.duty_of),
    Sample: (Sample.id, Sample.number, Sample.product_name),
}


def _visible(model: type[Any], actor: Actor, ids: Sequence[int]) -> dict[int, Any]:
    found: dict[int, Any] = {}
    listed = sorted(set(ids))[: SHOWN * 10]
    for start in range(0, len(listed), PART):
        statement = scope(sa.select(*COLUMNS[model]), model, actor).where(model.id.in_(listed[start : start + PART]))
        found |= {row.id: row for row in session().execute(statement)}
    return found


def titles() -> list[tuple[str, str]]:
    return [(act.value, rule.title) for act, rule in ACTS.items()]
