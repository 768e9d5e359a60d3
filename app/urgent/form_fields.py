"""The one-page form of an urgent report (限时报告情况表): what was filled in, and what is known beforehand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.blinding import is_blind, shown, without, words_of
from app.domain.actors import Actor
from app.domain.urgent import Recipient, Told
from app.filters import format_datetime
from app.reference_data.books import region_book
from app.sampling.models import Sample
from app.urgent import queries
from app.urgent.models import UrgentReport

NO_PRODUCER = ("", "/", "-", "—", "无", "不详")


@dataclass(frozen=True, slots=True)
class Filled:
    """What somebody filled in. Moments are stored ones."""

    confirmed_at: datetime
    told: Sequence[Told]
    measures: str
    contact: str
    phone: str

    @property
    def reported_at(self) -> datetime:
        """The report is made when the last of the authorities has been told."""
        return max(one.at for one in self.told if one.at is not None)

    @property
    def stored(self) -> dict[str, Any]:
        """For the column ``fields``."""
        told = [
            {"recipient": one.recipient.name, "authority": one.authority, "at": one.at.isoformat() if one.at else None,
             "way": one.way, "person": one.person}
            for one in self.told
        ]  # fmt: skip
        return {"told": told, "measures": self.measures, "contact": self.contact, "phone": self.phone}


def filled(report: UrgentReport) -> Filled | None:
    """What the form says now; None before it was filled in."""
    if not report.fields:
        return None
    kept: Mapping[str, Any] = report.fields
    return Filled(report.confirmed_at, [_told(one) for one in kept["told"]], kept["measures"], kept["contact"], kept["phone"])


def _told(kept: Mapping[str, Any]) -> Told:
    at = datetime.fromisoformat(kept["at"]) if kept["at"] else None
    return Told(Recipient[kept["recipient"]], kept["authority"], at, kept["way"], kept["person"])


def visible(report: UrgentReport, actor: Actor) -> Filled | None:
    """What this reader may know of the form: a blind laboratory neither the producer's place nor the firms in the measures."""
    form = filled(report)
    if form is None or not is_blind(actor):
        return form
    told = [one for one in form.told if one.recipient is not Recipient.PRODUCER]
    return replace(form, told=told, measures=without(form.measures, words_of([report.sample_id])))


def completed(report: UrgentReport, form: Filled, actor: Actor) -> Filled:
    """What a blind laboratory could not see stays as it was; so do the seconds of 确认时间, which no form shows."""
    if form.confirmed_at == report.confirmed_at.replace(second=0, microsecond=0):
        form = replace(form, confirmed_at=report.confirmed_at)
    before, seen = filled(report), visible(report, actor)
    if not is_blind(actor):
        return form
    kept = [one for one in (before.told if before else ()) if one.recipient is Recipient.PRODUCER]
    told = [one for one in form.told if one.recipient is not Recipient.PRODUCER]
    same = before is not None and seen is not None and form.measures == seen.measures
    return replace(form, told=[*told, *kept], measures=before.measures if same and before else form.measures)


def recipients(actor: Actor) -> list[Recipient]:
    """Whom this person tells: who may not know the producer cannot tell the producer's authority; the bureau does."""
    return [one for one in Recipient if one is not Recipient.PRODUCER or not is_blind(actor)]


def has_producer(sample: Sample) -> bool:
    return (sample.producer_name or "").strip() not in NO_PRODUCER


def authorities(report: UrgentReport, actor: Actor) -> Mapping[Recipient, str]:
    """Whom to tell, as far as it is known: the organiser, the bureau of the place, the bureau of the producer's county."""
    sample = shown(report.sample, actor)
    names, book = queries.names(sample.organiser_org_id, report.org_id), region_book()
    region_id = sample.producer_region_id
    producer = ""
    if region_id is not None and region_id in book:
        county = book.county_of(region_id) or region_id
        producer = queries.bureau_of_region(county) or f"{book.full_name(county)}市场监督管理局"
    return {
        Recipient.ORGANISER: names.get(sample.organiser_org_id) or names.get(report.org_id, ""),
        Recipient.PLACE: names.get(report.org_id, ""),
        Recipient.PRODUCER: producer if has_producer(sample) else "",
    }


def in_words(form: Filled | None) -> dict[str, str | None]:
    """The form for the history, by the words of its parts: what is said of the producer's authority is then known for that."""
    told = {one.recipient: one for one in form.told if not one.empty} if form else {}
    said: dict[str, str | None] = {
        one.value: f"{told[one].authority}，{format_datetime(told[one].at)}，{told[one].way}，{told[one].person}" if one in told else None
        for one in Recipient
    }
    return said | {name: getattr(form, name) if form else None for name in ("measures", "contact", "phone")}
