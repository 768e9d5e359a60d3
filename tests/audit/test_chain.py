"""P6: a tampered audit row is found by ``audit verify``."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from app.authorize import local_operator
from app.chain import HistoryEntry
from app.db import engine, session, transaction
from app.history import record

TABLE = HistoryEntry.__table__
Tampering = Callable[[sa.Connection, int], None]


@pytest.fixture
def newest(app: Flask) -> int:
    """Six entries about samples on top of what the reference data wrote; the number of the newest."""
    actor = local_operator()
    session().rollback()
    for number in range(6):
        with transaction():
            record("sample", number, "export", actor, comment=f"第 {number} 次", changes={"place": (None, number)})
    found = session().scalar(sa.select(sa.func.max(HistoryEntry.seq)))
    session().rollback()
    return found or 0


def verify(app: Flask) -> tuple[int, dict]:
    answer = app.test_cli_runner().invoke(args=["audit", "verify", "--json"])
    return answer.exit_code, json.loads(answer.stdout)


def test_an_untouched_chain(app: Flask, newest: int):
    code, found = verify(app)
    assert (code, found["entries"], found["broken"]) == (0, newest, [])


def change(**values: object) -> Tampering:
    return lambda connection, seq: connection.execute(sa.update(TABLE).where(TABLE.c.seq == seq).values(**values)) and None


def delete(connection: sa.Connection, seq: int) -> None:
    connection.execute(sa.delete(TABLE).where(TABLE.c.seq == seq))


def delete_and_renumber(connection: sa.Connection, seq: int) -> None:
    delete(connection, seq)
    for later in (seq + 1, seq + 2):
        connection.execute(sa.update(TABLE).where(TABLE.c.seq == later).values(seq=later - 1))


def swap(connection: sa.Connection, seq: int) -> None:
    for before, after in ((seq, -1), (seq - 1, seq), (-1, seq - 1)):
        connection.execute(sa.update(TABLE).where(TABLE.c.seq == before).values(seq=after))


def insert(connection: sa.Connection, seq: int) -> None:
    copied = dict(connection.execute(sa.select(TABLE).where(TABLE.c.seq == seq)).mappings().one())
    connection.execute(sa.update(TABLE).where(TABLE.c.seq > seq).values(seq=-TABLE.c.seq))
    connection.execute(sa.update(TABLE).where(TABLE.c.seq < 0).values(seq=1 - TABLE.c.seq))
    connection.execute(sa.insert(TABLE).values({**copied, "id": None, "seq": seq + 1}))


def change_and_hash_again(connection: sa.Connection, seq: int) -> None:
    """Somebody who knows the recipe: the entry agrees with itself, but the next one links to what it was."""
    from app.chain import link_hash

    entry = dict(connection.execute(sa.select(TABLE).where(TABLE.c.seq == seq)).mappings().one()) | {"comment": "假的"}
    values = {"comment": "假的", "hash": link_hash(entry)}
    connection.execute(sa.update(TABLE).where(TABLE.c.seq == seq).values(**values))


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        (change(comment="改过的理由"), "可能被改动"),
        (change(actor_name="别人"), "可能被改动"),
        (change(changes='{"place":[null,99]}'), "可能被改动"),
        (change(to_state="closed"), "可能被改动"),
        (change(comment=None), "可能被改动"),
        (change(prev_hash="0" * 64), "不衔接"),
        (delete, "缺失"),
        (delete_and_renumber, "不衔接"),
        (swap, "不衔接"),
        (insert, "不衔接"),
        (change_and_hash_again, "不衔接"),
    ],
)
def test_tampering_is_found(app: Flask, newest: int, tamper: Tampering, said: str):
    with engine().begin() as connection:
        tamper(connection, newest - 2)
    code, found = verify(app)
    assert code == 1
    assert said in "".join(found["broken"])
    assert any(str(seq) in "".join(found["broken"]) for seq in (newest - 3, newest - 2, newest - 1))  # and it says where
