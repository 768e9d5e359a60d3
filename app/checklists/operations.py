"""检查要点表 of the office: a further dated edition, never a change of one that is there. Never commits, never sees a request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy.exc import IntegrityError

from app import clock, history
from app.checklists import queries
from app.checklists.models import Checklist, ChecklistItem
from app.db import session
from app.domain import checklists as rules
from app.domain.actors import Actor
from app.domain.checklists import Item, Read
from app.domain.enterprises import KINDS
from app.domain.samples import Confidence
from app.errors import NotLikeThis
from app.spreadsheets import UnreadableFile, read_workbook

KIND = Checklist.__tablename__


@dataclass(frozen=True, slots=True)
class Edition:
    """What an edition says of itself."""

    code: str
    edition: str
    title: str
    kinds: tuple[str, ...]
    valid_from: date
    valid_to: date | None
    source: str
    confidence: Confidence


def read(path: Path, filename: str) -> Read:
    """The items of the first sheet that has content. Raises NotLikeThis for a file that is no table."""
    try:
        book = read_workbook(path, filename)
    except UnreadableFile as fault:
        raise NotLikeThis(str(fault), field="file") from fault
    return rules.read(next(sheet.rows for sheet in book.sheets if sheet.rows))


def check(written: Edition) -> None:
    """Can this edition be added? Raises NotLikeThis with what to do."""
    if not rules.CODE.fullmatch(written.code):
        raise NotLikeThis("代码请用小写字母和数字，如 catering；与现有要点表是同一种的，填写同一代码", field="code")
    unknown = [kind for kind in written.kinds if kind not in KINDS]
    if unknown or not written.kinds:
        raise NotLikeThis(f"没有“{'、'.join(unknown)[:60]}”这种企业类型，请从列表中选择", field="kinds")
    if written.valid_to is not None and written.valid_to < written.valid_from:
        raise NotLikeThis("有效期止早于施行日期，请核对", field="valid_to")
    if queries.edition(written.code, written.edition) is not None:
        raise NotLikeThis(
            f"{written.code} 已有 {written.edition} 版：已有版本不能改动，请换一个版本名称，如 {written.valid_from.year} 修订",
            field="edition",
        )


def add(written: Edition, items: Sequence[Item], actor: Actor) -> Checklist:
    """A new edition with its items; it holds from its first day on, for inspections of that day and later."""
    check(written)
    made = Checklist(
        code=written.code, edition=written.edition, title=written.title, kinds="、".join(written.kinds), valid_from=written.valid_from,
        valid_to=written.valid_to, source=written.source, confidence=written.confidence, shipped=False, recorded_at=clock.now(),
        items=[
            ChecklistItem(ordinal=place, number=item.number, group=item.group, text=item.text, key=item.key, basis=item.basis)
            for place, item in enumerate(items, 1)
        ],
    )  # fmt: skip
    session().add(made)
    try:
        session().flush()
    except IntegrityError as error:
        raise NotLikeThis("该版本刚刚已由他人导入，没有重复导入", field="edition") from error
    changes = {"检查项目": (None, len(items)), "施行日期": (None, written.valid_from), "来源": (None, written.source)}
    name = f"{written.title} {written.edition} 版"
    history.record(KIND, made.id, "add_version", actor, org_id=actor.org_id, name=name, changes=changes)
    return made
