"""What the worker does for the inbox between its jobs: tell the history as it grows, and the digest once a working morning."""

from __future__ import annotations

from datetime import datetime, timedelta

from app import clock
from app.db import transaction
from app.jobs import routine
from app.messages import daily, operations


@routine("messages", timedelta(seconds=10))
def tell() -> None:
    with transaction():
        operations.collect(clock.now())


@routine("digests", timedelta(minutes=5))
def digests() -> None:
    at = clock.now()
    if daily.due_now(at):
        make_digests(at)


def make_digests(at: datetime) -> int:
    """Everybody's morning, each in a transaction of his own: nobody waits for the whole office. Returns how many got a digest."""
    made = 0
    for actor in daily.untold(at):
        with transaction():
            made += daily.tell(actor, at)
    return made
