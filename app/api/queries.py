"""Reading for the interface: keys in an administrator's reach, the key of a request, samples in the order they came."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import User
from app.api.models import ApiCall, ApiKey
from app.chain import HistoryEntry
from app.db import session
from app.domain.actors import Actor
from app.domain.workflow import SampleState
from app.domain.written import sample_number
from app.organisations.models import Organisation
from app.paging import page_size
from app.results.models import ResultReport
from app.sampling import queries as samples
from app.sampling.models import Sample
from app.scope import scope
from app.search_text import like

PAGE = 50
SHOWN_CALLS = 20


# ---------------------------------------------------------------- keys

@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件 of the list of keys."""

    q: str | None = None
    state: str | None = None  # usable, expired, revoked


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list ordered by id, newest first."""

    rows: Sequence[Any]
    older: int | None


def keys(actor: Actor, filters: Filters, today: date, *, before: int | None = None, size: int = PAGE) -> Page:
    """接口密钥列表."""
    size = page_size(size)
    statement = listed(actor, filters, today)
    if before is not None:
        statement = statement.where(ApiKey.id < before)
    found = session().execute(statement.order_by(ApiKey.id.desc()).limit(size + 1)).all()
    return Page(found[:size], found[size - 1].id if len(found) > size else None)


def listed(actor: Actor, filters: Filters, today: date) -> sa.Select[Any]:
    """What may be known of keys: never the key."""
    return (
        scope(
            sa.select(
                ApiKey.id, ApiKey.name, ApiKey.prefix, ApiKey.scopes, ApiKey.per_minute, ApiKey.expires_on, ApiKey.revoked_at,
                ApiKey.last_used_at, ApiKey.created_at, User.username, User.name.label("user_name"), User.active,
                User.locked_until, Organisation.name.label("org_name"),
            ), ApiKey, actor,
        )
        .join(User, User.id == ApiKey.user_id)
        .join(Organisation, Organisation.id == ApiKey.org_id)
        .where(*_conditions(filters, today))
    )  # fmt: skip


def _conditions(filters: Filters, today: date) -> Iterator[Any]:
    if filters.q:
        pattern = like(filters.q)
        folded = (sa.func.lower(column).like(pattern, escape="\\") for column in (ApiKey.name, ApiKey.prefix, User.username, User.name))
        yield sa.or_(*folded)
    expired = ApiKey.expires_on < today
    if filters.state == "revoked":
        yield ApiKey.revoked_at.is_not(None)
    elif filters.state == "expired":
        yield sa.and_(ApiKey.revoked_at.is_(None), expired)
    elif filters.state == "usable":
        yield sa.and_(ApiKey.revoked_at.is_(None), sa.or_(ApiKey.expires_on.is_(None), ~expired))


def key(actor: Actor, key_id: int) -> ApiKey | None:
    """One key of the actor's reach with its user."""
    statement = scope(sa.select(ApiKey).where(ApiKey.id == key_id), ApiKey, actor).options(_with_user())
    return session().scalars(statement.execution_options(populate_existing=True)).first()


def key_with_prefix(actor: Actor, prefix: str) -> ApiKey | None:
    """The key that begins like this, in the actor's reach."""
    found = session().scalar(scope(sa.select(ApiKey.id).where(ApiKey.prefix == prefix), ApiKey, actor))
    return key(actor, found) if found is not None else None


def key_presented(prefix: str) -> ApiKey | None:
    """The key whose bearer asks, in nobody's scope yet: the caller compares the secret and then acts as its user."""
    return session().scalars(sa.select(ApiKey).where(ApiKey.prefix == prefix).options(_with_user())).first()


def _with_user() -> Any:
    return joinedload(ApiKey.user).options(joinedload(User.organisation), selectinload(User.grants))


def names_in_use(user_id: int, today: date) -> set[str]:
    """Names of the user's keys that still count."""
    return set(
        session().scalars(
            sa.select(ApiKey.name).where(
                ApiKey.user_id == user_id, ApiKey.revoked_at.is_(None),
                sa.or_(ApiKey.expires_on.is_(None), ApiKey.expires_on >= today),
            )
        )
    )


def holder(actor: Actor, username: str) -> User | None:
    """The account a key is to be issued to, in the administrator's reach."""
    statement = scope(sa.select(User).where(User.username == username.strip().casefold()), User, actor)
    return session().scalars(statement.options(joinedload(User.organisation), selectinload(User.grants))).first()


def calls_of(key: ApiKey) -> Sequence[ApiCall]:
    """The last submissions made with the key. The caller has fetched the key in scope."""
    return session().scalars(
        sa.select(ApiCall).where(ApiCall.key_id == key.id).order_by(ApiCall.id.desc()).limit(SHOWN_CALLS)
    ).all()


def call(key_id: int, idempotency_key: str) -> ApiCall | None:
    """What this key was answered under this idempotency key, as the database has it now."""
    return session().scalars(
        sa.select(ApiCall)
        .where(ApiCall.key_id == key_id, ApiCall.idempotency_key == idempotency_key)
        .execution_options(populate_existing=True)
    ).first()


# ---------------------------------------------------------------- samples

@dataclass(frozen=True, slots=True)
class Asked:
    """查询条件 of the list of samples; None is no condition."""

    state: SampleState | None = None
    number: str | None = None
    sampled_since: date | None = None
    received_since: date | None = None
    updated_since: datetime | None = None
    after: int = 0
    size: int = PAGE


def samples_after(actor: Actor, asked: Asked) -> tuple[Sequence[Sample], int | None]:
    """The next samples in the order they were registered, and where to go on from."""
    statement = scope(sa.select(Sample), Sample, actor).where(Sample.id > asked.after, *_wanted(asked))
    found = session().scalars(statement.order_by(Sample.id).limit(asked.size + 1)).all()
    return found[: asked.size], found[asked.size - 1].id if len(found) > asked.size else None


def _wanted(asked: Asked) -> Iterator[Any]:
    if asked.state is not None:
        yield Sample.state == asked.state
    if asked.number is not None:
        yield Sample.number == sample_number(asked.number)
    if asked.sampled_since is not None:
        yield Sample.sampled_on >= asked.sampled_since
    if asked.received_since is not None:
        yield Sample.arrived_on >= asked.received_since
    if asked.updated_since is not None:  # every change of a sample is an entry of its history
        touched = sa.select(HistoryEntry.subject_id).where(
            HistoryEntry.subject_kind == Sample.__tablename__, HistoryEntry.at >= asked.updated_since
        )
        yield Sample.id.in_(touched)


def sample(actor: Actor, number: str) -> Sample | None:
    """The sample with this number in the actor's scope."""
    return samples.sample_numbered(actor, number)


def reports_in_force(actor: Actor, sample: Sample) -> Sequence[ResultReport]:
    """The reports of a sample that nothing has superseded, with their rows."""
    statement = sa.select(ResultReport).where(ResultReport.sample_id == sample.id, ResultReport.superseded_at.is_(None))
    return session().scalars(
        scope(statement, ResultReport, actor).options(selectinload(ResultReport.rows)).order_by(ResultReport.id)
    ).all()
