"""People with passwords, and their accounts read back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import joinedload, selectinload

from app import clock
from app.accounts import passwords
from app.accounts.models import User
from app.chain import HistoryEntry
from app.db import session, transaction

PASSWORD = "Correct-horse-7-battery"


@pytest.fixture
def with_password(app: Flask) -> Callable[[User], User]:
    """Give a person the password above."""

    def give(user: User) -> User:
        with transaction():
            user.password_hash = passwords.hash_password(PASSWORD)
            user.password_changed_at = clock.now()
            session().add(user)
        return user

    return give


@pytest.fixture
def read_again() -> Callable[[User], User]:
    """The account as the database has it now."""

    def read(user: User) -> User:
        return session().scalars(
            sa.select(User)
            .where(User.id == user.id)
            .options(joinedload(User.organisation), selectinload(User.grants))
            .execution_options(populate_existing=True)
        ).one()

    return read


@pytest.fixture
def steps_of() -> Callable[[User], list[str]]:
    """The steps in the history of an account, oldest first."""

    def steps(user: User) -> list[str]:
        return list(
            session().scalars(
                sa.select(HistoryEntry.step)
                .where(HistoryEntry.subject_kind == "user_account", HistoryEntry.subject_id == user.id)
                .order_by(HistoryEntry.seq)
            )
        )

    return steps
