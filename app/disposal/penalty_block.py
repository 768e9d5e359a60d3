"""The block 行政处罚 of a case, written from its 行政处罚案件."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app import history
from app.disposal import clock_keeping
from app.disposal.models import DisposalCase
from app.disposal.recording import record_of, touch
from app.domain.actors import Actor
from app.domain.case_record import differences
from app.domain.workflow import CaseState, CaseStep


def fill(case: DisposalCase, actor: Actor, values: Mapping[str, Any], reason: str) -> bool:
    """Write the block as the penalty says, with history. A cancelled case stays as it was left. False: nothing differs.

    The permission was asked for the step of the penalty. Only 办理中 has a step of the case for it; in other states the version
    moves, so that whoever reviews the case learns of it.
    """
    if case.state is CaseState.CANCELLED:
        return False
    before = record_of(case)
    changes = differences(before, replace(before, **values))
    if not changes:
        return False
    if case.state is CaseState.HANDLING:
        history.advance(case, CaseStep.RECORD, actor, comment=reason, changes=changes, asked=True)
    else:
        history.record(
            DisposalCase.__tablename__, case.id, CaseStep.RECORD.value, actor, org_id=case.org_id, name=case.number,
            comment=reason, changes=changes,
        )  # fmt: skip
        touch(case)
    for name, (_, value) in changes.items():
        setattr(case, name, value)
    clock_keeping.keep([case], actor)
    return True
