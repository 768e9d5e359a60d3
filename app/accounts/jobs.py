"""What the worker does for accounts between its jobs: requests whose day has come, posts of the day, accounts nobody uses."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from app import clock, history
from app.accounts import applying, grant_queries, idle, positions
from app.db import transaction
from app.domain.trust_states import GrantStep
from app.errors import Refused
from app.jobs import routine

log = logging.getLogger(__name__)


@routine("account_grants", timedelta(minutes=5))
def due_grants() -> None:
    apply_due(clock.now())


@routine("idle_accounts", timedelta(hours=1))
def idle_accounts() -> None:
    disable_idle(clock.now())


def apply_due(at: datetime) -> tuple[list[str], list[str]]:
    """Every request whose day has come, each in a transaction of its own; the numbers of those applied and of those given up.

    One that the account no longer suits is withdrawn with the reason: it would be tried for ever.
    """
    done: list[str] = []
    given_up: list[str] = []
    for grant_id in grant_queries.due(clock.office_time(at).date()):
        try:
            with transaction():
                grant = grant_queries.due_grant(grant_id)
                if grant is not None:
                    applying.apply(grant, applying.by_itself(), at)
                    done.append(grant.number)
        except Refused as refusal:
            given_up += _give_up(grant_id, refusal.sentence)
    with transaction():
        positions.show_all(clock.office_time(at).date())
    return done, given_up


def _give_up(grant_id: int, sentence: str) -> list[str]:
    with transaction():
        grant = grant_queries.due_grant(grant_id)
        if grant is None:
            return []
        history.advance(grant, GrantStep.WITHDRAW, applying.by_itself(), comment=f"到期未能生效：{sentence}", asked=True)
        log.warning("account grant %s was not applied", grant.number)
        return [grant.number]


def disable_idle(at: datetime) -> list[str]:
    """长期未用账号, each in a transaction of its own; their user names."""
    done: list[str] = []
    for user_id in idle.idle(at):
        with transaction():
            done += idle.disable(user_id, at)
    return done
