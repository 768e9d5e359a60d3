"""Many guesses at the same moment are counted one by one, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from app import clock
from app.accounts import passwords, queries, sign_ins
from app.accounts.models import SignInAttempt, User
from app.chain import HistoryEntry, verify_chain
from app.db import session, transaction
from app.domain.actors import Role
from app.pages import queries as home
from tests.conftest import make_office

PASSWORD = "Correct-horse-7-battery"
NOON = datetime(2026, 11, 20, 4, 0)
DATABASES = ["app", pytest.param("pg_app", marks=pytest.mark.postgres)]


@pytest.fixture
def anywhere(request):
    made = request.getfixturevalue(request.param)
    with transaction():
        office = make_office()
        office.people["county:抽样员"].password_hash = passwords.hash_password(PASSWORD)
        session().add(office.people["county:抽样员"])
    return made, office


@pytest.mark.parametrize("anywhere", DATABASES, indirect=True)
def test_guesses_in_parallel_lock_once_and_none_is_lost(anywhere):
    app, office = anywhere
    username = office.people["county:抽样员"].username  # a plain word: the threads share no session
    session().rollback()

    def guess(number: int) -> str | None:
        with app.app_context():
            evidence = sign_ins.examine(username, "Wrong-horse-7-battery" if number < 9 else PASSWORD)
            with transaction():
                return sign_ins.admit(evidence, NOON + timedelta(seconds=1), ip="10.1.2.3").token

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(guess, range(9)))
    assert guess(9) is None  # the right password, one moment after the lock
    session().rollback()
    steps = session().scalars(
        sa.select(HistoryEntry.step).where(HistoryEntry.subject_kind == "user_account")
    ).all()
    assert (steps.count("locked"), steps.count("sign_in_failed")) == (1, 10)
    counted = sa.select(sa.func.count()).select_from(SignInAttempt).where(SignInAttempt.user_id.is_not(None))
    assert session().scalar(counted) == 5  # whatever came after the lock was not even compared
    assert session().scalar(sa.select(User.locked_until).where(User.username == username)) is not None
    assert verify_chain().broken == []


@pytest.mark.parametrize("anywhere", DATABASES, indirect=True)
def test_lists_and_home_page_ask_what_both_databases_understand(anywhere):
    _, office = anywhere
    for role in Role:
        actor = office.actor("lab:承检机构" if role is Role.LABORATORY else f"county:{role.value}")
        assert home.cards(actor, clock.today(), clock.now())
        assert list(home.done_lately(actor)) == []
    page = queries.users(office.actor("city:系统管理员"), queries.Filters(word="SAMPLER", state="active"), clock.now())
    assert [row.username for row in page.rows] == ["city-sampler", "county-sampler", "other-sampler", "station-sampler"]
