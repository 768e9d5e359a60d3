"""A rapid test about to be recorded (快检登记内容): what was written, with place, category and enterprise found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from typing import Any

from app import clock
from app.domain.actors import Actor
from app.domain.rapid_tests import TITLES, Reading
from app.domain.samples import Link
from app.domain.sampling_kinds import RapidResult
from app.enterprises import queries as enterprises
from app.enterprises.operations import Owners
from app.rapid_tests.models import RapidTest
from app.reference_data.books import category_book, region_book

FOREIGN = "该地区由其他单位管辖，不能登记在本单位名下：请核对所在地"
UNKNOWN_REGION = "没有识别出该地区：请从列表中选择，或写成 省/市/县/乡镇、6 位区划代码"
UNKNOWN_CATEGORY = "没有识别出该食品分类：请从列表中选择，写成 大类/亚类/次亚类/细类，或留空"
UNKNOWN_CODE = "企业档案中没有这个统一社会信用代码的企业：请核对代码，或先登记企业，或留空"
TEXTS = (
    "sampled_name", "stall", "product_name", "origin", "item", "device", "device_no", "reagent", "reagent_batch", "reading",
    "testers", "objection", "measures", "remark",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Details:
    """The columns of a rapid test that its record decides."""

    org_id: int
    tested_on: date
    region_id: int | None
    link: Link | None
    enterprise_id: int | None
    category_id: int | None
    reagent_until: date | None
    result: RapidResult
    told_at: datetime | None
    sampled_name: str
    product_name: str
    item: str
    device: str
    reagent: str
    reagent_batch: str
    testers: str
    stall: str | None = None
    origin: str | None = None
    device_no: str | None = None
    reading: str | None = None
    objection: str | None = None
    measures: str | None = None
    remark: str | None = None


COLUMNS = tuple(one.name for one in fields(Details))
WRITTEN = {"region_id": "region", "category_id": "category", "enterprise_id": "credit_code"}


class Reader:
    """Finds what the words of a record mean; its lists are read once for a whole import."""

    def __init__(self, actor: Actor, codes: set[str] | frozenset[str] = frozenset()) -> None:
        self._actor, self._owners = actor, Owners(actor)
        self._holders = enterprises.holders(sorted(codes))

    def details(self, reading: Reading) -> tuple[Details | None, list[tuple[str, str]]]:
        """The details, or None with every fault of the reading and of what could not be found."""
        faults = list(reading.faults)
        region_id = self._region(reading.texts.get("region"), faults)
        category_id = self._category(reading.texts.get("category"), faults)
        enterprise_id = self._enterprise(reading.texts.get("credit_code"), faults)
        org_id = self._owners.of(region_id)
        if org_id is None:
            faults.append(("region", FOREIGN))
        if faults or org_id is None or reading.tested_on is None or reading.result is None:
            return None, faults
        texts: dict[str, Any] = {name: reading.texts.get(name) for name in TEXTS}
        told = reading.told_at
        return Details(
            org_id=org_id, tested_on=reading.tested_on, region_id=region_id, link=reading.link, enterprise_id=enterprise_id,
            category_id=category_id, reagent_until=reading.reagent_until, result=reading.result,
            told_at=told.replace(tzinfo=clock.OFFICE).astimezone(UTC).replace(tzinfo=None) if told else None, **texts,
        ), []  # fmt: skip

    def _region(self, written: str | None, faults: list[tuple[str, str]]) -> int | None:
        if not written:
            return None
        found, exact = region_book().resolve(written)
        if not exact:
            faults.append(("region", UNKNOWN_REGION))
        return found if exact else None

    def _category(self, written: str | None, faults: list[tuple[str, str]]) -> int | None:
        found = category_book().resolve(written) if written else None
        if written and found is None:
            faults.append(("category", UNKNOWN_CATEGORY))
        return found.id if found else None

    def _enterprise(self, code: str | None, faults: list[tuple[str, str]]) -> int | None:
        if not code:
            return None
        known = self._holders.get(code.upper())
        if known is None or known.org_id not in self._actor.reach:
            faults.append(("credit_code", UNKNOWN_CODE))
            return None
        return known.id


def details_of(test: RapidTest) -> Details:
    return Details(**{name: getattr(test, name) for name in COLUMNS})


def title_of(name: str) -> str:
    return {"org_id": "管辖单位"}.get(name) or TITLES[WRITTEN.get(name, name)]


def in_words(name: str, value: Any) -> Any:
    """A value of a column for history and forms."""
    if value is None:
        return None
    if name == "region_id":
        return region_book().full_name(value)
    if name == "category_id":
        return category_book().by_id(value).path
    if name == "told_at":
        return f"{clock.office_time(value):%Y-%m-%d %H:%M}"
    return getattr(value, "value", value)


def differences(before: Details | None, after: Details) -> dict[str, tuple[Any, Any]]:
    """What is said otherwise, by the title of the field."""
    pairs = {name: (getattr(before, name) if before else None, getattr(after, name)) for name in COLUMNS if name != "org_id"}
    return {title_of(name): (in_words(name, old), in_words(name, new)) for name, (old, new) in pairs.items() if old != new}


def identity(values: Mapping[str, Any] | Details) -> tuple[str, ...]:
    """What makes two records the same one: everything written."""
    names = [name for name in COLUMNS if name != "org_id"]
    found = values if isinstance(values, Mapping) else {name: getattr(values, name) for name in names}
    return tuple(str(in_words(name, found[name]) or "") for name in names)
