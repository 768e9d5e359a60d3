"""The one-page form of an urgent report (限时报告情况表): what was filled in, and what is known beforehand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

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


def has_producer(sample: Sample) -> bool:
    return (sample.producer_name or "").strip() not in NO_PRODUCER


def authorities(report: UrgentReport) -> Mapping[Recipient, str]:
    """Whom to tell, as far as it is known: the organiser, the bureau of the place, the bureau of the producer's county."""
    sample = report.sample
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
    """The form for the history: one line per part."""
    if form is None:
        return dict.fromkeys(("told", "measures", "contact", "phone"))
    told = "；".join(
        f"{one.recipient.value}：{one.authority}，{format_datetime(one.at)}，{one.way}，{one.person}"
        for one in form.told
        if not one.empty
    )
    return {"told": told, "measures": form.measures, "contact": form.contact, "phone": form.phone}
