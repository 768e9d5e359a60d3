"""Every number of the home page is the length of the list that it opens, for every role of the demonstration county."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import selectinload

from app import clock
from app.accounts import sessions
from app.accounts.models import User
from app.db import session, transaction
from app.domain.actors import Role
from app.pages import queries
from app.pages.cards import MOST
from tests.conftest import enter_as
from tests.county import County


@pytest.fixture
def people(app: Any, county: County) -> list[int]:
    """One person for each set of roles."""
    session().rollback()
    app.extensions["shian_engine"].dispose()
    county.settle(Path(app.config["INSTANCE_FOLDER"]))
    with transaction():
        session().execute(sa.update(User).values(must_change=False))
    found: dict[frozenset[Role], int] = {}
    active = sa.select(User).where(User.active.is_(True)).options(selectinload(User.grants))
    for user in session().scalars(active.order_by(User.id)):
        found.setdefault(frozenset(user.roles), user.id)
    return list(found.values())


def listed(page: str) -> str:
    """How many the list says it has, or the rows that it shows where it says nothing."""
    total = re.search(r'pager-total">共 <b>([\d,]+)', page)
    if total is not None:
        return total[1].replace(",", "")
    return str(sum(part.partition("</tbody>")[0].count("<tr") for part in page.split("<tbody")[1:2]))


def test_every_card_counts_what_its_list_shows(app: Any, people: list[int]) -> None:
    asked, wrong = 0, []
    for user_id in people:
        user = sessions.load_user(User.id == user_id)
        assert user is not None
        actor, name, client = sessions.actor_of(user), user.username, enter_as(app, user)
        for card in queries.cards(actor, clock.today(), clock.now()):
            with app.test_request_context():
                address = url_for(card.endpoint, **card.query)
            answer = client.get(address)
            shown, asked = listed(answer.text), asked + 1
            said = f"{MOST}+" if int(shown) > MOST else shown
            if answer.status_code != 200 or card.count not in (said, shown):
                wrong.append((name, card.title, card.count, address, answer.status_code, shown))
    assert len(people) >= 10 and asked >= 60 and wrong == []
