"""What the worker does: every signature is verified once a night, and when the auditor asks."""

from __future__ import annotations

from datetime import timedelta

from app import clock
from app.accounts.models import SignatureVerification
from app.alerts.operations import locked_cursor
from app.approval_signatures import verifying
from app.db import session, transaction
from app.jobs import Run, handles, routine

JOB = "verify_signatures"


@routine("signatures", timedelta(minutes=5))
def nightly() -> None:
    due = verifying.due(clock.now())
    session().rollback()
    if due:
        verify(only_if_due=True)


def verify(*, only_if_due: bool = False) -> tuple[verifying.Walk, SignatureVerification] | None:
    """Read outside the writing transaction: it takes long, and nobody shall wait for it. None: another worker was faster."""
    walked = verifying.walk()
    session().rollback()
    with transaction():
        locked_cursor(clock.now())
        if only_if_due and not verifying.due(clock.now()):
            return None
        return walked, verifying.keep(walked, clock.now())


@handles(JOB)
def on_demand(run: Run) -> str:
    run.progress(10, "正在逐条核对")
    walked = verifying.walk()
    session().rollback()
    with transaction():
        run.hold()
        made = verifying.keep(walked, clock.now())
        said = f"发现异常：{made.fault}" if made.broken else "没有不一致的签名"
    return f"共 {made.signatures} 条审批签名，{said}"
