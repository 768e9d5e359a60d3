"""The dialog of an export (导出设置): which columns in which order, remembered or not, people masked or not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from wtforms import BooleanField, StringField
from wtforms.validators import Length

from app.downloads.lists import Field, ListSource
from app.errors import NotLikeThis
from app.forms import OfficeForm, trimmed

LAST = 10_000


class ChoiceForm(OfficeForm):
    """Columns are plain boxes with a number beside them, because their names differ from list to list."""

    keep = BooleanField("记住我的选择，下次按这些列和顺序导出")
    whole = BooleanField("不遮蔽个人信息（联系人、电话等）")
    reason = StringField("理由（写明用途，记入办理记录）", [Length(max=200, message="理由最多 200 字")], filters=[trimmed])


@dataclass(frozen=True, slots=True)
class Box:
    """One column in the dialog."""

    place: int
    title: str
    checked: bool
    order: int
    personal: bool


def boxes(source: ListSource, filters: Any, titles: Sequence[str] | None) -> list[Box]:
    """The chosen columns first, in their order, then the others as the list has them."""
    every, chosen = source.columns(filters), [one.title for one in source.chosen(filters, titles)]
    places = {one.title: place for place, one in enumerate(every)}
    rest = [one.title for one in every if one.title not in chosen]
    people = {one.title for one in every if one.personal}
    return [
        Box(places[title], title, title in chosen, number, title in people)
        for number, title in enumerate([*chosen, *rest], 1)
    ]


def titles_chosen(columns: Sequence[Field], sent: Any) -> list[str]:
    """The boxes that were ticked, by the numbers beside them; equal numbers keep the order of the list.

    Raises NotLikeThis when none is ticked.
    """
    ticked = {int(one) for one in sent.getlist("column") if one.isascii() and one.isdigit() and int(one) < len(columns)}
    if not ticked:
        raise NotLikeThis("请至少勾选一列再导出", field="columns")
    return [columns[place].title for place in sorted(ticked, key=lambda place: (_number(sent.get(f"order-{place}")), place))]


TICK = re.compile(r"([0-9]{1,18})(?:[.-][0-9]{1,18})?")  # the id of a row, and perhaps the version that the list showed


def ticked_ids(sent: Iterable[str]) -> str:
    """The boxes of a list as an address keeps them: 12.15.18."""
    found = (TICK.fullmatch(one) for one in sent)
    return ".".join(dict.fromkeys(one[1] for one in found if one is not None))


def _number(written: str | None) -> int:
    text = (written or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(LAST)) else LAST
