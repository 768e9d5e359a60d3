"""导入格式对照, changed: made, replaced, taken out of use. Never commits, never sees a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app import history
from app.db import session
from app.domain.actors import Actor
from app.domain.layout_guess import lacking
from app.domain.result_columns import RESULT_COLUMNS
from app.domain.result_headers import Candidate, Mapped, distinct, fingerprint
from app.errors import NotAllowedNow, NotLikeThis
from app.layouts import queries
from app.layouts.models import LayoutMapping

KIND = LayoutMapping.__tablename__
REPLACED = "已由新的对照替代"


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody says of a header: which columns are which, and whose files look so (None: whoever sends them)."""

    name: str
    header: Candidate
    columns: Mapping[str, int]
    laboratory_org_id: int | None = None

    def checked(self) -> Mapped:
        """The header as it will be read.

        Raises NotLikeThis when a column that every result needs is not named, or one place is named twice.
        """
        if missing := lacking(self.columns):
            raise NotLikeThis(f"还没有指明{'、'.join(f'“{name}”' for name in missing)}是哪一列，请在对应的列上选择")
        if len(set(self.columns.values())) < len(self.columns):
            raise NotLikeThis("同一列对应了两个栏目，请只选一个")
        if max(self.columns.values()) >= len(self.header.titles):
            raise NotLikeThis("所选的列超出了表头，请重新选择")
        return Mapped(0, fingerprint(self.header), len(self.header.rows), dict(self.columns))


def save(asked: Asked, actor: Actor, at: datetime) -> LayoutMapping:
    """对照导入格式: remembered for the next file with the same header. One of the same header and laboratory is replaced."""
    read = asked.checked()
    for earlier in _same(asked, read, actor):
        _void(earlier, actor, REPLACED, at)
    made = LayoutMapping(
        org_id=actor.org_id, laboratory_org_id=asked.laboratory_org_id, name=asked.name.strip()[:100] or "未命名",
        header_sha256=read.fingerprint, headers=list(distinct(asked.header.titles)), header_rows=read.header_rows,
        columns=dict(read.columns), created_at=at, created_by_id=actor.user_id, used=0,
    )  # fmt: skip
    session().add(made)
    session().flush()
    said = {RESULT_COLUMNS[field][0]: (None, made.headers[place]) for field, place in read.columns.items()}
    history.record(KIND, made.id, "map_layout", actor, org_id=made.org_id, name=made.name, changes=said)
    return made


def _same(asked: Asked, read: Mapped, actor: Actor) -> list[LayoutMapping]:
    found = queries.same_header(actor, read.fingerprint)
    return [row for row in found if row.org_id == actor.org_id and row.laboratory_org_id == asked.laboratory_org_id]


def void(mapping: LayoutMapping, actor: Actor, reason: str, at: datetime) -> None:
    """作废: files with this header are asked about again; imports already made stay.

    Raises NotAllowedNow when it is out of use already.
    """
    if mapping.voided_at is not None:
        raise NotAllowedNow("该对照已作废，无需再次作废；请刷新后查看")
    if not reason.strip():
        raise NotLikeThis("请填写作废原因", field="comment")
    _void(mapping, actor, reason, at)


def _void(mapping: LayoutMapping, actor: Actor, reason: str, at: datetime) -> None:
    mapping.voided_at, mapping.void_reason = at, reason.strip()[:300]
    history.record(KIND, mapping.id, "void_layout", actor, org_id=mapping.org_id, name=mapping.name, comment=mapping.void_reason)


def count_use(mapping_id: int | None) -> None:
    """One more file was read with it."""
    row = session().get(LayoutMapping, mapping_id) if mapping_id is not None else None
    if row is not None:
        row.used = LayoutMapping.used + 1  # counted by the database, whoever else counts at this moment
