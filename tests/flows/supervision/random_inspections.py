"""双随机抽查: its arrows by their pages, a programme in any state."""

from __future__ import annotations

from typing import Any

from app.domain.supervision_states import ProgrammeState, ProgrammeStep
from app.random_inspections import queries
from tests.flows.door import Door, said
from tests.random_inspections.conftest import standing

S = ProgrammeStep
AT = "/random-inspections/{id}"
DRAFT = {
    "title": "餐饮服务双随机抽查", "matter": "进货查验", "from_on": "2026-11-20", "to_on": "2026-12-20", "by": "number", "amount": "2",
    "team_size": "2", "recent_days": "0",
    **{f"points_{code}": "1" for code in ("A", "B", "C", "D", "UNGRADED", "LISTED", "NEVER")},
}  # fmt: skip


def result(record: Any, office: Any) -> dict[str, Any]:
    """Of the first enterprise drawn; where nothing was drawn, of none."""
    drawn = queries.every_target(record.id)
    said = {"outcome": "发现问题已责令改正", "inspected_on": "2026-11-20", "note": "标签不规范，已当场改正"}
    return {"target": drawn[0].id if drawn else 1, **said}


DOORS = {
    "random_programme": {
        S.EDIT: Door(f"{AT}/edit", said(**DRAFT)),
        S.FREEZE: Door(f"{AT}/freeze"),
        S.DRAW: Door(f"{AT}/draw", said(public_word="3 1 7", witness="公证处王某")),
        # the second click says what is on record already, and writes nothing
        S.RECORD: Door(f"{AT}/record", result, again=303),
        S.FINISH: Door(f"{AT}/finish"),
        S.PUBLISH: Door(f"{AT}/publish", said(published_on="2026-11-20", published_where="国家企业信用信息公示系统")),
        S.VOID: Door(
            f"{AT}/void", said(comment="情况属实"),
            at={state: f"{AT}/withdraw" for state in ProgrammeState if state is not ProgrammeState.DRAFT},
        ),
    }
}  # fmt: skip
MADE_BY = {("random_programme", S.DRAFT): ("random_inspections.new",)}
MAKE = {"random_programme": standing}
