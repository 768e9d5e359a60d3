"""检查要点表: a further dated edition with its items. Inspections that have begun keep the edition they were begun with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from app.checklists import operations
from app.checklists import queries as checklists
from app.checklists.models import Checklist
from app.checklists.operations import Edition
from app.db import session
from app.domain.actors import Actor
from app.domain.checklists import Item
from app.domain.reference_acts import ChangeAct
from app.domain.samples import Confidence
from app.domain.supervision_states import InspectionState
from app.errors import NotLikeThis
from app.inspections.models import Inspection
from app.reference_changes.handling import Handler, Line, Told, Values, day, handles, word

SHOWN_ITEMS = 200
OPEN = (InspectionState.PLANNED, InspectionState.RECORDING)


def values_of(written: Edition, items: Sequence[Item]) -> dict[str, Any]:
    """The edition as the payload of a change keeps it."""
    return {
        "code": written.code, "edition": written.edition, "title": written.title, "kinds": list(written.kinds),
        "valid_from": written.valid_from.isoformat(), "valid_to": written.valid_to.isoformat() if written.valid_to else None,
        "source": written.source, "confidence": written.confidence.value,
        "items": [[one.line, one.number, one.group, one.text, one.key, one.basis] for one in items],
    }  # fmt: skip


def edition_of(values: Values) -> Edition:
    begins = day(values, "valid_from")
    if begins is None:
        raise NotLikeThis("请填写施行日期", field="valid_from")
    return Edition(
        values["code"], values["edition"], values["title"], tuple(values["kinds"]), begins, day(values, "valid_to"),
        word(values, "source") or "", Confidence(values["confidence"]),
    )  # fmt: skip


def items_of(values: Values) -> list[Item]:
    return [Item(*cells) for cells in values["items"]]


@handles(ChangeAct.CHECKLIST)
class ChecklistChange(Handler):
    """检查要点表新版本."""

    def told(self, values: Values) -> Told:
        written, items = edition_of(values), items_of(values)
        operations.check(written)
        before = checklists.edition(written.code)
        old = {one.number: _said(one) for one in before.items} if before is not None else {}
        new = {one.number: _said(one) for one in items}
        differing = [number for number in dict.fromkeys((*old, *new)) if old.get(number) != new.get(number)]
        lines = [
            Line("版本", before.edition if before else None, written.edition),
            Line("适用企业类型", before.kinds if before else None, "、".join(written.kinds)),
            Line("检查项目", f"{len(old)} 项" if before else None, f"{len(new)} 项"),
            *(Line(f"项目 {number}", old.get(number), new.get(number)) for number in differing[:SHOWN_ITEMS]),
        ]
        title = f"{written.title} {written.edition} 版：{len(items)} 项，自 {written.valid_from} 起"
        return Told(title[:200], f"要点表 {written.code} {written.edition}"[:200], written.valid_from, lines)

    def base(self, values: Values) -> Any:
        """Every edition of the list: the comparison is with the latest."""
        return list(session().scalars(sa.select(Checklist.id).where(Checklist.code == values["code"]).order_by(Checklist.id)))

    def apply(self, values: Values, actor: Actor, change_id: int | None) -> None:
        operations.add(edition_of(values), items_of(values), actor)

    def uses(self, values: Values) -> Mapping[str, int]:
        editions = sa.select(Checklist.id).where(Checklist.code == values["code"])
        counted = sa.select(sa.func.count()).where(Inspection.checklist_id.in_(editions))
        return {
            "按现行版本未完成的监督检查（仍按原版本）": session().scalar(counted.where(Inspection.state.in_(OPEN))) or 0,
            "按以往版本已完成的监督检查（不改变）": session().scalar(counted.where(Inspection.state == InspectionState.FINISHED)) or 0,
        }

    def fates(self, values: Values) -> Sequence[str]:
        return (f"自 {values['valid_from']} 起新安排的检查按新版本；采用后该版本不能再改动，只能再提出新版本",)


def _said(item: Any) -> str:
    """An item in one line: 重点项 marked."""
    return f"{'★' if item.key else ''}{item.text}{f'（{item.basis}）' if item.basis else ''}"[:400]
