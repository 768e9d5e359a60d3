"""When a key counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import pytest

from app.domain.api_keys import IDEMPOTENCY_KEY, KEY, holder_complaint, key_complaint

TODAY, NOW = date(2026, 11, 20), datetime(2026, 11, 20, 4)


@dataclass
class Key:
    expires_on: date | None = None
    revoked_at: datetime | None = None


@dataclass
class Holder:
    active: bool = True
    locked_until: datetime | None = None


@pytest.mark.parametrize(
    ("key", "complaint"),
    [
        (Key(), ""),
        (Key(expires_on=date(2026, 11, 20)), ""),  # the last day is a whole day
        (Key(expires_on=date(2026, 11, 19)), "已过期"),
        (Key(revoked_at=NOW), "已吊销"),
        (Key(date(2026, 11, 19), NOW), "已吊销"),
    ],
)
def test_key(key, complaint):
    assert key_complaint(key, TODAY) == complaint


@pytest.mark.parametrize(
    ("holder", "complaint"),
    [
        (Holder(), ""),
        (Holder(locked_until=datetime(2026, 11, 20, 3, 59)), ""),  # the lock has run out
        (Holder(locked_until=datetime(2026, 11, 20, 4, 1)), "账号锁定"),
        (Holder(active=False), "账号停用"),
    ],
)
def test_holder(holder, complaint):
    assert holder_complaint(holder, NOW) == complaint


@pytest.mark.parametrize(
    ("written", "good"),
    [
        ("shian_" + "a1" * 5 + "_" + "Zz09" * 10, True),
        ("shian_" + "A1" * 5 + "_" + "Zz09" * 10, False),
        ("shian_" + "a1" * 5 + "_" + "Zz09" * 9, False),
        ("shian_" + "a1" * 5 + "_" + "Zz09" * 10 + "\n", False),
        ("", False),
    ],
)
def test_shape_of_a_key(written, good):
    assert bool(KEY.fullmatch(written)) is good


def test_shape_of_an_idempotency_key():
    assert IDEMPOTENCY_KEY.fullmatch("6f1c2a7e-0b1d:LIMS_1.2")
    assert not any(IDEMPOTENCY_KEY.fullmatch(bad) for bad in ("", "a b", "a\n", "键", "x" * 81))
