"""公示 of an inspection's result and its withdrawal."""

from __future__ import annotations

from app.domain.supervision_states import InspectionState, InspectionStep
from tests.flows.door import DAY, REASON, Door, said

DOORS = {
    "inspection": {
        InspectionStep.PUBLISH: Door("/inspections/{id}/publish", said(published_on=DAY, where="本局门户网站")),
        InspectionStep.WITHDRAW: Door("/inspections/{id}/withdraw", REASON, "reason"),
    }
}
NOT_YET = {
    ("inspection", InspectionState.FINISHED, InspectionStep.WITHDRAW): (
        "撤回的是已经公示的结果", "tests/inspections/test_publication.py", "test_published_withdrawn_and_published_again",
    ),
}  # fmt: skip
