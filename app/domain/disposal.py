"""核查处置: which parties answer for a nonconforming batch, and what a case lacks before it may be closed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from app.domain.case_kinds import QuantityKind
from app.domain.case_record import MATERIAL, TITLES, CaseRecord, PenaltyKind
from app.domain.quantity_balance import mismatches, wholly_recalled
from app.domain.samples import Link
from app.domain.written import word

NOTHING = frozenset({"无", "不详", "未标注"})  # what sheets say besides "/" where no producer is named


class Party(StrEnum):
    """处置环节: which responsible party the case is about."""

    PRODUCTION = "生产"
    CIRCULATION = "流通"
    CATERING = "餐饮"
    ONLINE = "网抽"


class CaseMode(StrEnum):
    """处置方式: dispose ourselves, or notify the bureau of the producer's place."""

    DISPOSE = "处置"
    NOTIFY = "通报"


class Element(StrEnum):
    """办结要件. The first six are the 五个到位 and the service they start from; the last three belong to 通报."""

    SERVED = "送达"
    CONTROL = "产品控制"
    CAUSE = "原因排查"
    RECTIFICATION = "整改复查"
    PENALTY = "行政处罚"
    PUBLICATION = "信息公开"
    NOTIFIED_ORG = "通报对象"
    NOTIFIED_ON = "通报日期"
    NOTIFIED_NO = "通报文号"


ELEMENTS: Mapping[CaseMode, tuple[Element, ...]] = {
    CaseMode.DISPOSE: tuple(Element)[:6],
    CaseMode.NOTIFY: tuple(Element)[6:],
}


# ---------------------------------------------------------------- responsible parties

class Batch(Protocol):
    """What of a sampling sheet names the parties."""

    @property
    def link(self) -> Link | None: ...
    @property
    def sampled_enterprise_id(self) -> int | None: ...
    @property
    def sampled_name(self) -> str | None: ...
    @property
    def producer_id(self) -> int | None: ...
    @property
    def producer_name(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Responsible:
    """责任主体 of one case; ``is_producer`` says that it is the 标称生产企业, not the sampled unit."""

    party: Party
    mode: CaseMode
    is_producer: bool


# Without a known link the sampled unit is held to be a seller: most samples are taken from sellers.
SAMPLED_SIDE: Mapping[Link | None, Party] = {
    None: Party.CIRCULATION,
    Link.PRODUCTION: Party.PRODUCTION,
    Link.CIRCULATION: Party.CIRCULATION,
    Link.CATERING: Party.CATERING,
    Link.ONLINE: Party.ONLINE,
}


def parties(batch: Batch, producer_bureau_here: bool) -> tuple[Responsible, ...]:
    """One case, or one for each side where the producer is another firm (办法 43: 生产 and 经营 are disposed in parallel).

    ``producer_bureau_here``: the bureau of the producer's place works in this installation and disposes itself;
    otherwise the sampling bureau notifies it (办法 27).
    """
    if batch.link is Link.PRODUCTION or _makes_it_itself(batch):
        return (Responsible(Party.PRODUCTION, CaseMode.DISPOSE, is_producer=False),)
    sampled = Responsible(SAMPLED_SIDE[batch.link], CaseMode.DISPOSE, is_producer=False)
    if not names_firm(batch.producer_name):
        return (sampled,)
    mode = CaseMode.DISPOSE if producer_bureau_here else CaseMode.NOTIFY
    return sampled, Responsible(Party.PRODUCTION, mode, is_producer=True)


def names_firm(written: str | None) -> bool:
    """Does the sheet name anybody, or is there only the stroke for "not applicable"?"""
    return word(written or "") not in NOTHING | {""}


def _makes_it_itself(batch: Batch) -> bool:
    if batch.producer_id is not None and batch.sampled_enterprise_id is not None:
        return batch.producer_id == batch.sampled_enterprise_id
    if not names_firm(batch.producer_name) or not batch.sampled_name:
        return False
    return word(batch.producer_name or "").casefold() == word(batch.sampled_name).casefold()


def case_number(year: int, serial: int) -> str:
    """核处〔2026〕12号, as document numbers are written (GB/T 9704): six-cornered brackets, no leading zeros."""
    return f"核处〔{year}〕{serial}号"


def folded_number(typed: str) -> str:
    """A case number as searched for: whatever brackets the keyboard offers."""
    plain = "".join(unicodedata.normalize("NFKC", typed).split())
    return plain.translate(str.maketrans("([【)]】", "〔〔〔〕〕〕"))


# ---------------------------------------------------------------- before closing

@dataclass(frozen=True, slots=True)
class ElementState:
    """One element: what it still lacks, or why it is not needed."""

    element: Element
    lacking: tuple[str, ...]
    exemption: str | None

    @property
    def done(self) -> bool:
        return not self.lacking

    @property
    def missing(self) -> bool:
        return bool(self.lacking) and self.exemption is None

    @property
    def sentence(self) -> str:
        name = self.element.value
        return name if self.lacking == (name,) else f"{name}（缺{'、'.join(self.lacking)}）"


NEEDED: Mapping[Element, tuple[str, ...]] = {
    Element.SERVED: ("served_on",),
    Element.CONTROL: ("control_on", "control"),
    Element.CAUSE: ("cause_on", "cause"),
    Element.RECTIFICATION: ("rectified_on", "rectification"),
    Element.PUBLICATION: ("published_on", "publication"),
    Element.NOTIFIED_ORG: ("notified_org",),
    Element.NOTIFIED_ON: ("notified_on",),
    Element.NOTIFIED_NO: ("notified_no",),
}


def elements(mode: CaseMode, record: CaseRecord, spec: str | None = None) -> tuple[ElementState, ...]:
    """Every element the mode requires, with its state. ``spec``: 规格 of the sample, which converts 盒 and 袋 to 公斤."""
    reasons = exemptions(record.exempted)
    return tuple(ElementState(part, _lacking(part, record, spec), reasons.get(part)) for part in ELEMENTS[mode])


def missing(mode: CaseMode, record: CaseRecord, spec: str | None = None) -> tuple[ElementState, ...]:
    """办结要件 neither done nor exempted with a reason: while there is one, the case is neither submitted nor closed."""
    return tuple(state for state in elements(mode, record, spec) if state.missing)


def in_place(states: Iterable[ElementState]) -> tuple[ElementState, ...]:
    """五个到位: 产品控制、原因排查、整改落实、行政处罚、信息公开. Empty for a case that only notifies."""
    return tuple(state for state in states if state.element in ELEMENTS[CaseMode.DISPOSE][1:])


def _lacking(element: Element, record: CaseRecord, spec: str | None) -> tuple[str, ...]:
    needed = _penalty_needs(record.penalty_kind) if element is Element.PENALTY else NEEDED[element]
    plain = tuple(TITLES[name] for name in needed if getattr(record, name) is None)
    return plain + _conditional(element, record, spec)


def _conditional(element: Element, record: CaseRecord, spec: str | None) -> tuple[str, ...]:
    """What the official form asks for because of something else that was answered."""
    if element is Element.CONTROL:
        return _control_needs(record, spec)
    if element is Element.CAUSE:
        return _cause_needs(record)
    return _rectification_needs(record) if element is Element.RECTIFICATION else ()


def _control_needs(record: CaseRecord, spec: str | None) -> tuple[str, ...]:
    found, said = record.quantities, []
    ordered = {QuantityKind.MADE: record.seal_ordered or record.recall_ordered, QuantityKind.SEALED: record.seal_ordered}
    ordered |= {QuantityKind.SOLD: record.recall_ordered, QuantityKind.RECALLED: record.recall_ordered}
    said += [f"{kind.value}数量" for kind, asked in ordered.items() if asked and found.of(kind) is None]
    if record.recall_ordered and record.recall_level is None:
        said.append(TITLES["recall_level"])
    if not said and record.recall_ordered and not wholly_recalled(found, spec) and record.not_recalled is None:
        said.append(TITLES["not_recalled"])
    if record.quantity_note is None:
        said += [f"{TITLES['quantity_note']}：{each}" for each in mismatches(found, spec)]
    return tuple(said)


def _cause_needs(record: CaseRecord) -> tuple[str, ...]:
    """原料问题: where the material came from has to be traced, and what was found or not found out."""
    if MATERIAL not in (record.cause_codes or "").split("、"):
        return ()
    if record.source_traced is None:
        return (TITLES["source_traced"],)
    name = "source_producer" if record.source_traced else "untraced"
    return () if getattr(record, name) else (TITLES[name],)


def _rectification_needs(record: CaseRecord) -> tuple[str, ...]:
    said = []
    if record.rectify_ordered:
        needed = ("rectify_from", "rectify_to", "rectify_report")
        said += [TITLES[name] for name in needed if getattr(record, name) is None]
    if record.recheck_passed is False:
        said.append("复查验收合格的结论")
    return tuple(said)


def _penalty_needs(kind: PenaltyKind | None) -> tuple[str, ...]:
    """A penalty has its decision; no penalty has its reason (食品安全法 136, 行政处罚法 33). 警告 carries no amount."""
    if kind is None:
        return ("penalty_kind",)
    return ("penalty_no", "penalty_on") if kind is PenaltyKind.PUNISHED else ("penalty",)


def exemptions(text: str | None) -> dict[Element, str]:
    """Reasons by element, from lines such as “产品控制：该批次已售完，无库存”."""
    found = {}
    for line in (text or "").splitlines():
        name, _, reason = line.partition("：")
        if name in {known.value for known in Element} and reason.strip():
            found[Element(name)] = reason.strip()
    return found


def exemption_text(reasons: Mapping[Element, str]) -> str | None:
    """The lines that ``exemptions`` reads."""
    lines = [f"{part.value}：{' '.join(reasons[part].split())}" for part in Element if reasons.get(part, "").strip()]
    return "\n".join(lines) or None
