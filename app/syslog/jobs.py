"""What the worker does: send what has been recorded since the last turn."""

from __future__ import annotations

import logging
from datetime import timedelta

from flask import current_app

from app import clock
from app.db import session, transaction
from app.domain.syslog import Address, address
from app.jobs import routine
from app.syslog import operations, queries, sending

log = logging.getLogger(__name__)
AT_MOST = 20  # parts in one turn: jobs wait meanwhile


@routine("syslog", timedelta(seconds=10))
def send() -> None:
    to = address(current_app.config["SYSLOG_ADDRESS"])
    if to is not None:
        send_waiting(to)


def send_waiting(to: Address, at_most: int = AT_MOST) -> tuple[int, str | None]:
    """Send what waits, part by part; returns how many messages went and, where it ended early, why."""
    count = 0
    for _ in range(at_most):
        known = queries.lag()
        session().rollback()
        if known is not None and not known.entries and not known.anchors:
            break
        with transaction():
            batch = operations.claim(clock.now())
        if batch is None:
            break
        try:
            sending.send(to, batch.messages)
        except OSError as fault:
            log.warning("syslog %s://%s: %s", to.kind, to.host, fault)
            with transaction():
                operations.failed(fault, clock.now())
            return count, fault.strerror or str(fault)
        with transaction():
            operations.done(batch, clock.now())
        count += len(batch.messages)
    return count, None
