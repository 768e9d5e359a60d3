"""The table of arrows: nothing else moves a record, every state can be reached, every other step is refused."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import product
from typing import Any

import pytest

from app import history
from app.domain.actors import Actor
from app.domain.workflow import TABLES, Arrow, arrow, steps_from
from app.errors import NotAllowed, NotAllowedNow
from app.tables import metadata

NOBODY = Actor(1, "无权者", frozenset(), 1, "/1/", frozenset({1}))


@dataclass
class Record:
    """A record of some kind in some state."""

    __tablename__: str
    state: Any
    id: int = 1
    org_id: int = 1
    version: int = 1
    organiser_org_id: int | None = None
    laboratory_org_id: int | None = None
    handler_id: int | None = None
    submitted_by_id: int | None = None
    case_org_ids: tuple[int, ...] = ()
    member_ids: tuple[int, ...] = ()
    asked_by_id: int | None = None
    issued_at: Any = None
    checked_by_id: int | None = None
    proposed_by_id: int | None = None
    reviewed_by_id: int | None = None
    legal_by_id: int | None = None
    forwarded_by_id: int | None = None
    forwarded_for_id: int | None = None
    reviewed_for_id: int | None = None
    legal_for_id: int | None = None
    hands: str | None = None
    to_org_id: int | None = None
    from_user_id: int | None = None
    lead_id: int | None = None
    second_id: int | None = None
    created_by_id: int | None = None
    user_id: int | None = None


def vocabulary(kind: str) -> tuple[type[Enum], type[Enum]]:
    """The states and the steps of a kind of record."""
    (_, step), found = next(iter(TABLES[kind].items()))
    return type(found.to), type(step)


EVERY_PAIR = [
    (kind, state, step)
    for kind in TABLES
    for state, step in product((None, *vocabulary(kind)[0]), vocabulary(kind)[1])
]


@pytest.mark.parametrize(("kind", "state", "step"), EVERY_PAIR, ids=lambda value: getattr(value, "value", str(value)))
def test_a_pair_is_an_arrow_or_a_refusal(kind: str, state: Any, step: Any):
    """An arrow asks its permission first; anything else is refused as "not now", in a sentence with its own words."""
    record = Record(kind, state)
    found = arrow(kind, state, step)
    with pytest.raises(NotAllowedNow if found is None else NotAllowed) as refusal:
        history.advance(record, step, NOBODY, comment="理由")
    assert record.state is state
    assert not found or isinstance(found, Arrow)
    assert found or "不能执行" in refusal.value.sentence


@pytest.mark.parametrize("kind", TABLES)
def test_every_state_is_reached_from_nothing(kind: str):
    reached: set[Any] = {None}
    while True:
        further = {found.to for (source, _), found in TABLES[kind].items() if source in reached}
        if further <= reached:
            break
        reached |= further
    assert reached - {None} == set(vocabulary(kind)[0])


@pytest.mark.parametrize("kind", TABLES)
def test_every_step_is_used(kind: str):
    assert {step for _, step in TABLES[kind]} == set(vocabulary(kind)[1])


@pytest.mark.parametrize("kind", TABLES)
def test_every_record_can_be_made_in_one_way_at_least(kind: str):
    assert steps_from(kind, None)


@pytest.mark.parametrize("kind", TABLES)
def test_a_kind_is_a_table_with_state_and_version(kind: str):
    columns = metadata.tables[kind].columns
    assert {"state", "version", "org_id"} <= set(columns.keys())
    assert not columns["state"].nullable


def test_every_table_with_a_state_has_its_arrows():
    assert {name for name, table in metadata.tables.items() if "state" in table.columns} == set(TABLES)
