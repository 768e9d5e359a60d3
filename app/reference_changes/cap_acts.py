"""抽样频次上限: a new cap, and a new version of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.domain.actors import Actor
from app.domain.caps import window_words
from app.domain.reference_acts import ChangeAct
from app.domain.samples import Confidence, Level, Link
from app.domain.sampling_kinds import CapSubject, CapWindow
from app.errors import NotFound, NotLikeThis
from app.exemptions import operations as caps
from app.exemptions.models import CapRule
from app.exemptions.operations import CapVersion
from app.reference_changes.handling import Handler, Line, Told, Values, day, handles, word


def cap_row(values: Values) -> CapRule:
    found = session().get(CapRule, int(values["subject"]))
    if found is None:
        raise NotFound("没有找到这个频次上限，请从频次上限列表重新进入")
    return found


CAP_FATES = ("自有效期起登记的抽样单、名单和待抽建议按新上限核对；已登记的抽样单和已批准的豁免不变",)


def _version(values: Values) -> CapVersion:
    begins = day(values, "valid_from")
    if begins is None:
        raise NotLikeThis("请填写有效期起", field="valid_from")
    link, level = word(values, "link"), word(values, "level")
    return CapVersion(
        word(values, "name") or "", CapSubject(values["counted"]), CapWindow(values["cap_window"]), values.get("days"),
        int(values["maximum"]), Link(link) if link else None, Level(level) if level else None, bool(values.get("online_exempt")),
        bool(values.get("blocking")), word(values, "article"), begins, day(values, "valid_to"), word(values, "source") or "",
        Confidence(values["confidence"]),
    )  # fmt: skip


def _lines(old: CapRule | None, new: CapVersion) -> list[Line]:
    def said(one: Any) -> list[str | None]:
        if one is None:
            return [None] * 5
        term = f"{window_words(one)}不超过 {one.maximum} 批"
        limits = f"{one.link.value if one.link else '各环节'}，{one.level.value if one.level else '各级'}"
        strict = "须先经批准豁免" if one.blocking else "只提示"
        return [term, f"{one.subject.value}，{limits}", strict, one.article, f"{one.valid_from} 至 {one.valid_to or '今'}"]

    labels = ("上限", "对象和范围", "超过时", "依据条款", "有效期")
    return [Line(*cells) for cells in zip(labels, said(old), said(new), strict=True)]


@handles(ChangeAct.CAP)
class CapChange(Handler):
    """频次上限的新版本."""

    def told(self, values: Values) -> Told:
        row, version = cap_row(values), _version(values)
        return Told(f"{version.name}，自 {version.valid_from} 起"[:200], row.code, version.valid_from, _lines(row, version))

    def base(self, values: Values) -> Any:
        code = cap_row(values).code
        rows = sa.select(CapRule.id).where(CapRule.code == code, CapRule.superseded_at.is_(None)).order_by(CapRule.id)
        return [int(values["subject"]), list(session().scalars(rows))]

    def apply(self, values: Values, actor: Actor, change_id: int | None) -> None:
        caps.add_cap_version(cap_row(values), _version(values), actor)

    def fates(self, values: Values) -> Sequence[str]:
        return CAP_FATES


@handles(ChangeAct.CAP_NEW)
class NewCap(Handler):
    """新增频次上限."""

    def told(self, values: Values) -> Told:
        version, code = _version(values), word(values, "code") or ""
        return Told(f"新增频次上限：{version.name}，自 {version.valid_from} 起"[:200], code, version.valid_from, _lines(None, version))

    def base(self, values: Values) -> Any:
        return [session().scalar(sa.select(sa.func.count()).where(CapRule.code == values["code"]).select_from(CapRule))]

    def apply(self, values: Values, actor: Actor, change_id: int | None) -> None:
        caps.add_cap(word(values, "code") or "", _version(values), actor)

    def fates(self, values: Values) -> Sequence[str]:
        return CAP_FATES


def starting(subject: str) -> dict[str, Any]:
    """What the form shows of the version in force."""
    row = cap_row({"subject": subject})
    shown = {name: getattr(row, name) for name in caps.SAID if name not in ("source", "valid_from", "valid_to", "subject")}
    words = {name: shown[name].value if shown[name] else "" for name in ("cap_window", "link", "level", "confidence")}
    return shown | words | {"counted": row.subject.value, "subject": subject}
