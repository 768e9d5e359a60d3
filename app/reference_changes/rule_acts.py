"""规则表: a new edition of a whole dated file, in force from its day."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from app import clock, history
from app.db import session
from app.domain.actors import Actor
from app.domain.reference_acts import ChangeAct
from app.errors import NotFound, NotLikeThis
from app.reference_changes import rule_effects, rule_tables
from app.reference_changes.handling import Handler, Line, Told, Values, day, handles, word
from app.reference_changes.models import RuleEdition
from app.reference_changes.rule_tables import TABLES, RuleTable

SHOWN_ROWS = 200


def table_of(name: str) -> RuleTable:
    if name not in TABLES:
        raise NotFound(f"没有“{name[:40]}”这张规则表，请从规则表列表进入")
    return TABLES[name]


@handles(ChangeAct.RULES)
class RuleTableChange(Handler):
    """规则表新版本. ``subject`` is the table, ``content`` the whole of it."""

    def _difference(self, values: Values) -> list[tuple[list[str] | None, list[str] | None]]:
        table = table_of(values["subject"])
        before = rule_tables.content_on(table, day(values, "valid_from"))
        return rule_tables.differences(before, rule_tables.checked(table, values.get("content") or ""))

    def told(self, values: Values) -> Told:
        table, begins = table_of(values["subject"]), day(values, "valid_from")
        if begins is None:
            raise NotLikeThis("请填写自哪一天起施行", field="valid_from")
        found = self._difference(values)
        if not found:
            raise NotLikeThis("与现行的规则表完全相同，没有变化", field="content")
        lines = [Line("删去" if new is None else "新增", _joined(old), _joined(new)) for old, new in found[:SHOWN_ROWS]]
        gone = sum(new is None for _, new in found)
        title = f"{table.title}：自 {begins} 起，新增 {len(found) - gone} 行、删去 {gone} 行"
        return Told(title[:200], table.code, begins, lines)

    def base(self, values: Values) -> Any:
        table = table_of(values["subject"])
        return [session().scalar(sa.select(sa.func.max(RuleEdition.id)).where(RuleEdition.name == table.file))]

    def apply(self, values: Values, actor: Actor, change_id: int | None) -> None:
        table, begins = table_of(values["subject"]), day(values, "valid_from")
        content = rule_tables.checked(table, values.get("content") or "")
        sha256 = hashlib.sha256(content.encode()).hexdigest()
        made = RuleEdition(
            name=table.file, valid_from=begins, content=content, sha256=sha256, source=word(values, "source"), change_id=change_id,
            recorded_at=clock.now(), recorded_by_id=actor.user_id,
        )
        session().add(made)
        session().flush()
        changes = {"施行日期": (None, begins), "内容校验": (None, sha256)}
        history.record("rule_edition", made.id, "add_version", actor, org_id=actor.org_id, name=table.title, changes=changes)

    def compared(self, values: Values) -> Mapping[str, Any]:
        table, begins = table_of(values["subject"]), day(values, "valid_from")
        return rule_effects.compared(table, rule_tables.checked(table, values.get("content") or ""), begins or clock.today())

    def uses(self, values: Values) -> Mapping[str, int]:
        found = self._difference(values)
        gone = sum(new is None for _, new in found)
        return {"规则表删去行": gone, "规则表新增行": len(found) - gone}


def _joined(row: list[str] | None) -> str | None:
    return None if row is None else "，".join(cell for cell in row if cell)[:400]
