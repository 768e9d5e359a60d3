"""Which fields of the 抽样单 must be filled, by link and product type (抽样单必填栏目). One table, asked by form, page and check.

A starred field of the national form is never blank; "/" is its word for "not applicable". A few fields say nothing without
an answer of their own and refuse even "/". Fields of goods without a label (食用农产品, 餐饮加工食品) may stay blank: the
form's own filling rule makes them "/". Special sampling is not bound by quantity, place and licence (办法第十六条).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.domain.samples import Link, Purpose
from app.domain.sampling_kinds import SpecialSampling

ABSENT = frozenset({"/", "／", "-", "—"})
SLASH = "/"
UNLABELLED = ("食用农产品", "餐饮加工食品")
SPECIAL_DIET = "特殊膳食食品"
ONLINE_PLACES = ("网购", "网络")
ALL: tuple[Link, ...] = tuple(Link)
OFFLINE = (Link.PRODUCTION, Link.CIRCULATION, Link.CATERING)


class Need(StrEnum):
    """填写要求 of one field on one sheet."""

    MUST = "必填，不能填“/”"
    SLASH = "必填，不适用的填“/”"
    FREE = "选填"
    OFF = "本单不填"


@dataclass(frozen=True, slots=True)
class SheetField:
    """One field of the form. ``must``: where "/" is no answer; ``only``: the links that have the field at all."""

    name: str
    starred: bool = False
    must: tuple[Link, ...] = ()
    only: tuple[Link, ...] = ALL
    blank_for: tuple[str, ...] = ()  # 样品类型 for which blank means "/"
    special_off: bool = False  # not asked of special sampling


@dataclass(frozen=True, slots=True)
class Sheet:
    """What decides which form a sheet is."""

    link: Link | None = None
    place: str = ""
    sample_type: str = ""
    attribute: str = ""
    purpose: Purpose = Purpose.SUPERVISION
    special: SpecialSampling | None = None

    @property
    def online(self) -> bool:
        """网络抽样单 rather than 抽样单."""
        return self.link is Link.ONLINE or self.place in ONLINE_PLACES


def _starred(*names: str, only: tuple[Link, ...] = ALL) -> tuple[SheetField, ...]:
    return tuple(SheetField(name, starred=True, only=only) for name in names)


def _free(*names: str, only: tuple[Link, ...] = ALL) -> tuple[SheetField, ...]:
    return tuple(SheetField(name, only=only) for name in names)


def _labelled(*names: str) -> tuple[SheetField, ...]:
    return tuple(SheetField(name, starred=True, blank_for=UNLABELLED) for name in names)


ONLINE = (Link.ONLINE,)
# By the groups of the national form.
GROUPS: Mapping[str, tuple[SheetField, ...]] = {
    "抽样基础信息": (
        SheetField("number"),  # starred on paper; left blank it is given by this program
        *_free("local_number", "printed_no", "sampling_type", "deployed_by", "special_sampling", "plan_id", "assignment_id"),
        *_starred("task_source", "purpose", "report_class_a", "report_class_b"),
    ),
    "食品分类": _starred("category"),
    "被抽样单位": (
        SheetField("link", True, ALL),
        SheetField("sampled_name", True, (Link.CIRCULATION, Link.CATERING, Link.ONLINE)),
        *_starred("sampled_region", "sampled_address", "area_type"),
        SheetField("place", True, special_off=True),
        SheetField("sampled_licence_no", True, special_off=True),
        *_starred("sampled_legal_person", "sampled_contact", "sampled_phone"),
        *_free("sampled_credit_code", "sampled_licence_kind", "area_detail", "sampled_fax", "sampled_postcode"),
        *_free("annual_sales", only=(Link.PRODUCTION,)),
        *_free("stall", "stall_holder_id", only=(Link.CIRCULATION,)),
        *_free("enterprise_scale", "business_type", "administrative_area", "supervised_by"),
    ),
    "网络": (
        *_starred("shop_url", "platform_name", "platform_url", "platform_region", "platform_licence_no", only=ONLINE),
        *_starred("platform_icp", "platform_order_no", only=ONLINE),
        *_free("shop_name", "platform_contact", "platform_phone", "buyer", "pay_account", only=ONLINE),
        *_free("register_account", "delivery_address", only=ONLINE),
    ),
    "样品": (
        SheetField("product_name", True, ALL),
        *_starred("sample_type", "source_kind", "packaging", "sample_form", "made_on", "unit_price", "spec"),
        *_labelled("brand", "shelf_life", "batch_no", "quality_grade", "standard"),
        SheetField("base_quantity", True, special_off=True),
        SheetField("quantity", True, special_off=True),
        *_starred("quantity_unit"),
        SheetField("backup_quantity", True, special_off=True),
        *_starred("sampling_method", "storage", "sample_container"),
        *_free("barcode", "attribute", "date_kind", "imported", "origin", "exported", "purchased_quantity", "stock_quantity"),
        *_free("sampling_tool", "storage_temperature", "storage_humidity", "conformity_certificate", "registration_no"),
        *_free("deliver_until", "deliver_to", "remark", "laboratory", "arrived_on"),
    ),
    "标称生产企业": (
        SheetField("producer_name", True, (Link.PRODUCTION,), blank_for=UNLABELLED),
        *_labelled("producer_region", "producer_address", "producer_licence_no", "producer_contact", "producer_phone"),
        *_free("producer_credit_code", "third_party_exists", "third_party_name", "third_party_kind"),
        *_free("third_party_region", "third_party_address", "third_party_licence_no"),
        *_free("third_party_contact", "third_party_phone"),
    ),
    "抽样单位": (
        SheetField("sampled_on", True, ALL),
        *_starred("samplers", "sampling_unit", "sampling_unit_level", "sampling_unit_province", "sampler_phone"),
        *_starred("sampling_unit_contact", "sampling_unit_phone", "sampling_unit_email"),
        *_free("sampling_unit_address", "sampling_unit_fax", "sampling_unit_postcode"),
    ),
}  # fmt: skip
FIELDS: Mapping[str, SheetField] = {field.name: field for fields in GROUPS.values() for field in fields}
# Asked of some products only: 合格证 of farm produce, 注册证号 of special diets.
FOR_TYPE: Mapping[str, str] = {"conformity_certificate": "食用农产品"}
FOR_ATTRIBUTE: Mapping[str, str] = {"registration_no": SPECIAL_DIET}
# 案件稽查、事故调查、应急处置: said on the form, so that nobody wonders what is no longer asked.
SPECIAL_OFF: tuple[str, ...] = tuple(field.name for field in FIELDS.values() if field.special_off)


def need(name: str, sheet: Sheet) -> Need:
    """What this sheet asks of this field."""
    field = FIELDS[name]
    if not _has(field, sheet):
        return Need.OFF
    if sheet.special is not None and field.special_off:
        return Need.FREE
    if field.must == ALL or (sheet.link in field.must and sheet.link is not None):
        return Need.MUST
    if not _asked(field, sheet):
        return Need.FREE
    return Need.SLASH


def _has(field: SheetField, sheet: Sheet) -> bool:
    """The online form's fields belong to whatever is bought online, under whichever link it is booked."""
    if sheet.link is None or field.only == ALL:
        return sheet.online or field.only != ONLINE
    return sheet.link in field.only or (sheet.online and field.only == ONLINE)


def _asked(field: SheetField, sheet: Sheet) -> bool:
    if FOR_TYPE.get(field.name, "") == sheet.sample_type and field.name in FOR_TYPE:
        return True
    if FOR_ATTRIBUTE.get(field.name, "") == sheet.attribute and field.name in FOR_ATTRIBUTE:
        return True
    if field.name == "backup_quantity" and sheet.purpose is Purpose.MONITORING:
        return False  # 风险监测 knows no retest
    return field.starred and sheet.sample_type not in field.blank_for


@dataclass(frozen=True, slots=True)
class Missing:
    """One complaint about one field."""

    field: str
    message: str


def sheet_of(written: Mapping[str, str]) -> Sheet:
    """Which form these fields belong to."""
    purpose, special, link = (written.get(name, "").strip() for name in ("purpose", "special_sampling", "link"))
    return Sheet(
        Link(link) if link in set(Link) else None,
        written.get("place", "").strip(),
        written.get("sample_type", "").strip(),
        written.get("attribute", "").strip(),
        Purpose(purpose) if purpose in set(Purpose) else Purpose.SUPERVISION,
        SpecialSampling(special) if special in set(SpecialSampling) else None,
    )


def missing_fields(written: Mapping[str, str], titles: Mapping[str, str]) -> list[Missing]:
    """Fields that are blank, or "/" where that says nothing. Only fields that the form had are asked for."""
    sheet = sheet_of(written)
    where = f"{sheet.link}环节必须填写" if sheet.link else "请填写"
    found = []
    for name in FIELDS:
        if name not in written and name not in ("product_name", "sampled_on", "link"):
            continue
        text, wanted, title = written.get(name, "").strip(), need(name, sheet), titles.get(name, name)
        if name == "link" and sheet.link is None:
            found.append(Missing(name, f"请选择抽样环节（{'、'.join(Link)}）"))
        elif wanted is Need.MUST and (not text or text in ABSENT):
            found.append(Missing(name, _must(name, where, title, bool(text))))
        elif wanted is Need.SLASH and not text:
            found.append(Missing(name, f"{'请填写' if name == 'category' else where}{title}，不适用的填“/”"))
    return found


def _must(name: str, where: str, title: str, slashed: bool) -> str:
    if FIELDS[name].must == ALL:
        return f"{title}不能为空，也不能填“/”"
    return f"{where}{title}" + ("，不能填“/”" if slashed else "")


def with_slashes(written: Mapping[str, str]) -> dict[str, str]:
    """The fields with "/" wherever the form would accept it and nothing was typed (空白栏目均不适用)."""
    sheet = sheet_of(written)
    return {
        name: SLASH if not text.strip() and name in FIELDS and need(name, sheet) is Need.SLASH else text
        for name, text in written.items()
    }


def without_absent(written: Mapping[str, str]) -> dict[str, str]:
    """The fields of this sheet's form alone: what another form would have asked is not part of it."""
    sheet = sheet_of(written)
    return {name: text for name, text in written.items() if name not in FIELDS or need(name, sheet) is not Need.OFF}
