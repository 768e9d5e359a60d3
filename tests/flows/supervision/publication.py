"""公示 of an inspection's result and its withdrawal."""

from __future__ import annotations

from app.domain.supervision_states import InspectionStep

OF_PUBLICATION = "公示和撤回公示"
INSIDE = {("inspection", InspectionStep.PUBLISH): OF_PUBLICATION, ("inspection", InspectionStep.WITHDRAW): OF_PUBLICATION}
