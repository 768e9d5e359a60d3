"""From the fields of a sheet to a draft (抽样单字段对照): one way in for the form, for sheets and for result exports.

    drafter = Drafter(actor)              # reads the books and the organisations once
    draft, faults = drafter.draft(fields, extra)

Words that are not known are kept as written and mapped to the nearest known (``draft.unknown`` tells which).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from app.domain.actors import Actor
from app.domain.numbering import read_number
from app.domain.samples import AreaType, Domain, Level, Link, Purpose
from app.domain.sampling_kinds import SpecialSampling
from app.domain.sheet_fields import organiser_level, product_domain
from app.domain.shelf_life import expires_on
from app.domain.written import Fault, NotADate, present, sample_number, word, written_date
from app.reference.food_files import folded
from app.reference_data import standing
from app.reference_data.books import category_book, laboratories, region_book
from app.reference_data.naming import Category
from app.sampling.bureaus import Bureaus
from app.sampling.columns import (
    AS_WRITTEN,
    LENGTHS,
    LONGEST_FIELD,
    LONGEST_PERSONAL,
    PERSONAL,
    READ,
    is_personal,
    title,
)
from app.sampling.sheet_draft import SheetDraft

__all__ = ["Drafter", "SheetDraft", "draft_from_fields"]

Word = TypeVar("Word", bound=StrEnum)
QUANTITY = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,6})?")
CREDIT_CODE = re.compile(r"[0-9A-Z]{18}")
LINK_WORDS = {"网购": Link.ONLINE, "网络抽样": Link.ONLINE, "生产环节": Link.PRODUCTION, "销售": Link.CIRCULATION}
LEVELS = ("level1", "level2", "level3", "level4")
CODE_FIELD = "producer_credit_code"
WORDS = frozenset(AS_WRITTEN)
DATED = ("made_on", "sampled_on", "arrived_on")
IDS = ("plan_id", "assignment_id", "sampled_enterprise_id", "producer_id")  # chosen on the form, never in a file
HANDLED = {*READ, *AS_WRITTEN, *PERSONAL, *IDS, CODE_FIELD, "special_sampling"}


def draft_from_fields(
    fields: Mapping[str, str], actor: Actor, extra: Mapping[str, str] | None = None
) -> tuple[SheetDraft, Sequence[Fault]]:
    """One sheet. For many, make one ``Drafter`` and ask it for each."""
    return Drafter(actor).draft(fields, extra)


class Drafter:
    """Resolves sheets for one person within one transaction."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self._regions, self._categories = region_book(), category_book()
        self._laboratories, self._bureaus = laboratories(), Bureaus(actor)

    def draft(
        self, fields: Mapping[str, str], extra: Mapping[str, str] | None = None, line: int = 0
    ) -> tuple[SheetDraft, Sequence[Fault]]:
        """The draft of one sheet and every fault in it; a fault that does not block is for the reader to see."""
        return _Reading(self, {name: present(text) for name, text in fields.items()}, dict(extra or {}), line).result()

    def region(self, written: str) -> tuple[int | None, tuple[tuple[str, str, str | None], ...]]:
        """The region meant, and the unknown word if it was not all understood."""
        if not written:
            return None, ()
        found, exact = self._regions.resolve(written)
        if exact:
            return found, ()
        return found, (("region", written, self._regions.full_name(found) if found else None),)

    def category(self, levels: Sequence[str]) -> tuple[Category | None, tuple[tuple[str, str, str | None], ...]]:
        if not levels:
            return None, ()
        found = self._categories.resolve(levels)
        if found is not None and found.exact:
            return found, ()
        return found, (("category", "/".join(levels), found.path if found else None),)

    def laboratory(self, written: str) -> tuple[int | None, tuple[tuple[str, str, str | None], ...]]:
        if not written:
            return None, ()
        found = self._laboratories.get(folded(written))
        return found, () if found is not None else (("laboratory", written, None),)

    def owner(self, region_id: int | None) -> int:
        """管辖单位: the bureau of the sampling place, else the importer's."""
        return self._bureaus.of_place(self._regions.up(region_id) if region_id else ())

    def organiser(self, *written: str) -> int | None:
        """组织单位 by name; one outside this installation stays words."""
        return self._bureaus.named(*written)

    def retired(self, draft: SheetDraft) -> list[tuple[str, str]]:
        """What the sheet names though it is retired on its day: kept as written, and said."""
        return standing.sheet_faults(draft.category_id, draft.region_id, draft.laboratory_org_id, draft.sampled_on)

    def is_foreign(self, draft: SheetDraft) -> bool:
        """Would the sheet land in another bureau's figures? Nobody may write there but who organised the sampling."""
        reach = self.actor.reach
        return draft.org_id not in reach and draft.organiser_org_id not in reach


class _Reading:
    """One sheet while it is read."""

    def __init__(self, drafter: Drafter, fields: dict[str, str], extra: dict[str, str], line: int) -> None:
        self.drafter, self.fields, self.line = drafter, fields, line
        self.faults: list[Fault] = []
        self.personal = {name: fields[name] for name in PERSONAL if fields.get(name)}
        self.extra: dict[str, str] = {}
        for name, text in extra.items():
            if text.strip() and text.strip() != "/":
                (self.personal if is_personal(name) else self.extra)[name] = text.strip()
        for name, text in fields.items():
            if text and name not in HANDLED:
                self.extra[title(name)] = text

    def result(self) -> tuple[SheetDraft, Sequence[Fault]]:
        number = sample_number(self.fields.get("number", "")) or None
        if number and len(number) > LENGTHS["number"]:
            self.fault("number", f"超过 {LENGTHS['number']} 个字符：请核对")
            number = None
        draft = SheetDraft(
            org_id=self.drafter.actor.org_id,
            number=number,
            product_name=self.fields.get("product_name", ""),
            purpose=self.purpose(number),
            domain=Domain.FOOD,
        )
        self.take_dates(draft)
        self.take_words(draft)
        self.take_names(draft)
        self.take_people(draft)
        self.take_code(draft)
        draft.quantity = self.quantity()
        draft.expires_on = expires_on(draft.made_on, draft.shelf_life)
        draft.organiser_level = self.level(number)
        self.lengths(draft)
        draft.extra = self.extra or None
        draft.personal = self.personal
        return draft, self.faults

    def fault(self, field: str, message: str, blocking: bool = True) -> None:
        self.faults.append(Fault(self.line, title(field), self.fields.get(field, ""), message, blocking=blocking))

    def purpose(self, number: str | None) -> Purpose:
        """检验目的 as written, else what the number's prefix says, else 监督抽检."""
        written = self.fields.get("purpose", "")
        if written in set(Purpose):
            return Purpose(written)
        if written:
            self.fault("purpose", f"检验目的“{written}”不认识：请填写{'、'.join(Purpose)}之一")
        parts = read_number(number or "")
        return (parts.purpose if parts else None) or Purpose.SUPERVISION

    def level(self, number: str | None) -> Level | None:
        """组织级别 from 报送分类A or 省抽国抽, else from the number's prefix."""
        parts = read_number(number or "")
        said = organiser_level(self.fields.get("report_class_a", ""), self.fields.get("organiser", ""))
        return said or (parts.level if parts else None)

    def take_dates(self, draft: SheetDraft) -> None:
        for name in DATED:
            try:
                setattr(draft, name, written_date(self.fields.get(name, "")))
            except NotADate as problem:
                self.fault(name, str(problem))

    def take_words(self, draft: SheetDraft) -> None:
        for name, text in self.fields.items():
            if text and name in WORDS:
                setattr(draft, name, text)
        draft.link = self.chosen("link", Link, LINK_WORDS)
        draft.area_type = self.chosen("area_type", AreaType, {})
        written = word(self.fields.get("imported", ""))
        draft.special_sampling = self.chosen("special_sampling", SpecialSampling, {})
        for name in IDS:
            setattr(draft, name, int(self.fields[name]) if self.fields.get(name, "").isdecimal() else None)
        draft.imported = {"是": True, "否": False, "True": True, "False": False}.get(written)

    def chosen(self, name: str, kind: type[Word], others: Mapping[str, Word]) -> Word | None:
        """A word of a short official list, its sub-kinds (城市-学校周边) included; another is kept beside."""
        written = word(self.fields.get(name, ""))
        found = others.get(written) or next((member for member in kind if written.startswith(member.value)), None)
        if written and found is None:
            self.extra[title(name)] = written
            self.fault(name, f"“{written}”不在{title(name)}的可选值（{'、'.join(kind)}）内，已按原文保存", blocking=False)
        return found

    def take_names(self, draft: SheetDraft) -> None:
        """Region, category, laboratory, bureau: what is written beside what it means."""
        levels = [self.fields[name] for name in LEVELS if self.fields.get(name)]
        category, unknown = self.drafter.category(levels)
        draft.category_written = "/".join(levels) or None
        draft.category_id = category.id if category else None
        draft.domain = category.domain if category else product_domain(self.fields.get("level1", ""))
        draft.sampled_region_written = self.fields.get("sampled_region") or None
        draft.region_id, where = self.drafter.region(draft.sampled_region_written or "")
        draft.producer_region_written = self.fields.get("producer_region") or None
        draft.producer_region_id, origin = self.drafter.region(draft.producer_region_written or "")
        draft.laboratory_org_id, tested = self.drafter.laboratory(draft.laboratory or "")
        draft.org_id = self.drafter.owner(draft.region_id)
        draft.organiser_org_id = self.drafter.organiser(draft.task_source or "", self.fields.get("deployed_by", ""))
        draft.unknown = tuple(dict.fromkeys((*unknown, *where, *origin, *tested)))
        for field, sentence in self.drafter.retired(draft):
            self.fault(field, sentence, blocking=False)

    def take_people(self, draft: SheetDraft) -> None:
        for name, text in list(self.personal.items()):
            if len(text) > LONGEST_PERSONAL or len(name) > LONGEST_FIELD:
                self.fault(name, f"超过 {LONGEST_PERSONAL} 个字：请核对是否粘贴错了内容")
                del self.personal[name]

    def take_code(self, draft: SheetDraft) -> None:
        """统一社会信用代码 in one spelling; anything else (an old 15-digit licence) as written."""
        for name in ("sampled_credit_code", CODE_FIELD):
            written = self.fields.get(name, "")
            bare = unicodedata.normalize("NFKC", "".join(written.split())).upper()
            setattr(draft, name, (bare if CREDIT_CODE.fullmatch(bare) else written) or None)
        if draft.producer_credit_code:
            self.extra[title(CODE_FIELD)] = draft.producer_credit_code

    def quantity(self) -> Decimal | None:
        written = self.fields.get("quantity", "")
        bare = unicodedata.normalize("NFKC", written).strip()
        if QUANTITY.fullmatch(bare):
            return Decimal(bare)
        if bare:
            self.extra[title("quantity")] = written
            self.fault("quantity", "抽样数量不是数字，已按原文保存：请写成 3.042 这样的数字，单位另填", blocking=False)
        return None

    def lengths(self, draft: SheetDraft) -> None:
        """What is longer than the column would be refused by some databases and cut by none."""
        for name in self.fields:
            for column in (name, f"{name}_written") if name != "level1" else ("category_written",):
                value: Any = getattr(draft, column, None) if column in LENGTHS else None
                if isinstance(value, str) and len(value) > LENGTHS[column]:
                    self.fault(name, f"超过 {LENGTHS[column]} 个字：请核对是否粘贴错了内容")
                    setattr(draft, column, value[: LENGTHS[column]])
