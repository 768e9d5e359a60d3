"""What the worker does: watch the history as it grows, verify it once a night, and when the auditor asks."""

from __future__ import annotations

from datetime import timedelta

from app import clock
from app.alerts import anchors, operations
from app.alerts.models import ChainAnchor
from app.db import session, transaction
from app.domain.trust_kinds import AlertKind
from app.errors import Refused
from app.jobs import Run, handles, routine

JOB = "verify_chain"


@routine("alerts", timedelta(seconds=20))
def watch() -> None:
    with transaction():
        operations.collect(clock.now())


@routine("anchors", timedelta(minutes=5))
def nightly() -> None:
    due = anchors.due(clock.now())
    session().rollback()
    if not due:
        return
    try:
        verify(only_if_due=True)
    except Refused as refusal:  # the second place is out of reach: whoever keeps watch must know, or nothing is anchored for weeks
        at = clock.now()
        with transaction():
            operations.raise_fault(AlertKind.ANCHOR, f"place:{clock.office_time(at):%Y%m%d}", refusal.sentence, at)


def verify(*, only_if_due: bool = False) -> ChainAnchor | None:
    """Walk the chain outside the writing transaction: it takes long, and nobody shall wait for it. None: another worker was faster."""
    walked = anchors.walk()
    session().rollback()
    with transaction():
        operations.locked_cursor(clock.now())
        if only_if_due and not anchors.due(clock.now()):
            return None
        return anchors.write(walked, clock.now())


@handles(JOB)
def on_demand(run: Run) -> str:
    run.progress(10, "正在逐条核对")
    walked = anchors.walk()
    session().rollback()
    with transaction():
        run.hold()
        made = anchors.write(walked, clock.now())
        said = "校验链完好" if made.sound else f"发现异常：{made.fault}"
    return f"共 {made.entries} 条办理记录，{said}"
