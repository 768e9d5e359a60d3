"""What a running 复检 or 异议 locks in a case: the block 行政处罚, and never 产品控制 (办法 40: the firm's duties do not wait).

A retest locks until its conclusion has been told (办法 35): a penalty may rest only on a conclusion that the party has been told,
and telling is the officer's own next step. A decided objection has changed or kept the conclusion already, so it locks no more.
"""

from __future__ import annotations

import sqlalchemy as sa

from app.db import session
from app.domain.case_record import BLOCKS
from app.domain.workflow import ObjectionState, RetestState
from app.objections.models import Objection
from app.retests.models import Retest

LOCKED = frozenset(BLOCKS["行政处罚"])
RETEST_RUNS = (
    RetestState.APPLIED, RetestState.ACCEPTED, RetestState.DESIGNATED, RetestState.HANDED, RetestState.CONCLUDED,
)  # fmt: skip
OBJECTION_RUNS = (ObjectionState.APPLIED, ObjectionState.CORRECTING, ObjectionState.ACCEPTED)


def penalty_lock(sample_id: int) -> str | None:
    """Why nothing of a penalty may be changed now, as a sentence; None when nothing of the sample runs."""
    retest = session().scalar(
        sa.select(Retest.number).where(Retest.sample_id == sample_id, Retest.state.in_(RETEST_RUNS)).order_by(Retest.id).limit(1)
    )
    if retest is not None:
        return f"复检（{retest}）正在办理，通知复检结论前不能登记或修改行政处罚；产品控制等其他内容照常办理"
    objection = session().scalar(
        sa.select(Objection.number)
        .where(Objection.sample_id == sample_id, Objection.state.in_(OBJECTION_RUNS))
        .order_by(Objection.id).limit(1)
    )  # fmt: skip
    if objection is not None:
        return f"异议（{objection}）正在办理，作出审核结论前不能登记或修改行政处罚；产品控制等其他内容照常办理"
    return None
