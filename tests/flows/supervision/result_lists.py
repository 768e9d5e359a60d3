"""抽检结果公示: its arrows by their pages, a list in any state."""

from __future__ import annotations

from app.domain.reporting_states import PublicationStep
from tests.flows.door import WHY, Door, said
from tests.publications.conftest import standing

S = PublicationStep
AT = "/publications/{id}"
ISSUED = {"announcement_no": "2026年第99号", "published_on": "2026-11-20", "channel": "本局门户网站"}
DOORS = {
    "publication": {
        S.EDIT: Door(f"{AT}/edit", said(title="关于抽检合格情况的公告")),
        S.SUBMIT: Door(f"{AT}/submit"),
        S.RECALL: Door(f"{AT}/recall"),
        S.RETURN: Door(f"{AT}/return", WHY),
        S.APPROVE: Door(f"{AT}/approve"),
        S.PUBLISH: Door(f"{AT}/publish", said(**ISSUED)),
        S.WITHDRAW: Door(f"{AT}/withdraw", said(comment="清单有误", withdrawn_on="2026-11-20")),
        S.VOID: Door(f"{AT}/void", WHY),
    }
}
MADE_BY = {("publication", S.DRAFT): ("publications.new", "publications.correct")}
INSIDE = {("publication", S.CORRECT): "an announcement about it is published (publications.publish)"}
MAKE = {"publication": standing}
