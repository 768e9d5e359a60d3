"""Which fields a sheet must fill: the whole form of the national system, by link and product type."""

from __future__ import annotations

import pytest

from app.domain.samples import Link, Purpose
from app.domain.sampling_kinds import SpecialSampling
from app.domain.sheet_required import (
    ALL,
    FIELDS,
    GROUPS,
    SPECIAL_OFF,
    Need,
    Sheet,
    missing_fields,
    need,
    sheet_of,
    with_slashes,
    without_absent,
)

STARRED = {
    "head": "task_source purpose report_class_a report_class_b",
    "food": "category",
    "unit sampled": "sampled_name sampled_region sampled_address area_type link place sampled_licence_no "
    "sampled_legal_person sampled_contact sampled_phone",
    "online": "shop_url platform_name platform_url platform_region platform_licence_no platform_icp platform_order_no",
    "sample": "product_name brand sample_type source_kind packaging sample_form made_on shelf_life batch_no spec "
    "quality_grade standard producer_licence_no unit_price base_quantity quantity quantity_unit backup_quantity "
    "sampling_method storage sample_container",
    "producer": "producer_name producer_region producer_address producer_contact producer_phone",
    "sampling unit": "sampling_unit sampling_unit_level sampling_unit_province samplers sampled_on sampler_phone "
    "sampling_unit_contact sampling_unit_phone sampling_unit_email",
}
FREE = (
    "number local_number printed_no sampling_type deployed_by sampled_credit_code sampled_licence_kind sampled_fax sampled_postcode "
    "annual_sales stall stall_holder_id enterprise_scale business_type administrative_area supervised_by shop_name platform_contact "
    "platform_phone buyer pay_account register_account delivery_address barcode attribute date_kind imported origin exported "
    "purchased_quantity stock_quantity sampling_tool storage_temperature storage_humidity conformity_certificate registration_no "
    "deliver_until deliver_to remark third_party_exists third_party_region third_party_address third_party_name "
    "third_party_licence_no third_party_contact third_party_phone third_party_kind sampling_unit_address sampling_unit_fax "
    "sampling_unit_postcode"
)  # № , 传真 and the like: on the form, without a star


def test_every_field_of_the_national_form_is_there() -> None:
    starred = {name for names in STARRED.values() for name in names.split()}
    assert {name for name, field in FIELDS.items() if field.starred} == starred
    assert set(FREE.split()) <= set(FIELDS) - starred
    assert sum(len(fields) for fields in GROUPS.values()) == len(FIELDS)  # no field twice


@pytest.mark.parametrize("link", list(Link))
def test_a_starred_field_is_asked_for_on_every_form_that_has_it(link: Link) -> None:
    sheet = Sheet(link)
    for name, field in FIELDS.items():
        if field.starred:
            expected = {Need.MUST, Need.SLASH} if field.only == ALL or link in field.only else {Need.OFF}
            assert need(name, sheet) in expected, name


@pytest.mark.parametrize(
    ("name", "sheet", "wanted"),
    [
        ("product_name", Sheet(Link.CATERING), Need.MUST),  # a record without a name says nothing
        ("sampled_on", Sheet(None), Need.MUST),
        ("producer_name", Sheet(Link.PRODUCTION), Need.MUST),
        ("producer_name", Sheet(Link.CIRCULATION), Need.SLASH),
        ("producer_name", Sheet(Link.CIRCULATION, sample_type="食用农产品"), Need.FREE),  # no label: blank is "/"
        ("sampled_name", Sheet(Link.CIRCULATION), Need.MUST),
        ("sampled_name", Sheet(Link.PRODUCTION), Need.SLASH),
        ("annual_sales", Sheet(Link.PRODUCTION), Need.FREE),  # 年销售额: only 生产
        ("annual_sales", Sheet(Link.CATERING), Need.OFF),
        ("stall", Sheet(Link.CIRCULATION), Need.FREE),
        ("stall", Sheet(Link.PRODUCTION), Need.OFF),
        ("platform_name", Sheet(Link.ONLINE), Need.SLASH),  # 网络抽样单
        ("platform_name", Sheet(Link.CIRCULATION), Need.OFF),
        ("platform_name", Sheet(Link.CIRCULATION, place="网购"), Need.SLASH),  # booked under 流通, bought online
        ("brand", Sheet(Link.CIRCULATION, sample_type="工业加工食品"), Need.SLASH),
        ("brand", Sheet(Link.CATERING, sample_type="餐饮加工食品"), Need.FREE),
        ("conformity_certificate", Sheet(Link.CIRCULATION, sample_type="食用农产品"), Need.SLASH),
        ("conformity_certificate", Sheet(Link.CIRCULATION, sample_type="工业加工食品"), Need.FREE),
        ("registration_no", Sheet(Link.CIRCULATION, attribute="特殊膳食食品"), Need.SLASH),
        ("registration_no", Sheet(Link.CIRCULATION), Need.FREE),
        ("backup_quantity", Sheet(Link.CIRCULATION), Need.SLASH),
        ("backup_quantity", Sheet(Link.CIRCULATION, purpose=Purpose.MONITORING), Need.FREE),  # no retest
        ("quantity", Sheet(Link.CIRCULATION, special=SpecialSampling.CASE), Need.FREE),  # 办法第十六条
        ("place", Sheet(Link.CIRCULATION, special=SpecialSampling.INCIDENT), Need.FREE),
        ("sampled_licence_no", Sheet(Link.CIRCULATION, special=SpecialSampling.EMERGENCY), Need.FREE),
        ("sampled_name", Sheet(Link.CIRCULATION, special=SpecialSampling.CASE), Need.MUST),  # still who it was
    ],
)
def test_what_a_sheet_asks_of_a_field(name: str, sheet: Sheet, wanted: Need) -> None:
    assert need(name, sheet) is wanted


def test_special_sampling_lets_go_of_quantity_place_and_licence_alone() -> None:
    assert set(SPECIAL_OFF) == {"base_quantity", "quantity", "backup_quantity", "place", "sampled_licence_no"}


def _written(**other: str) -> dict[str, str]:
    sheet = {name: "/" for name in FIELDS} | {"link": "流通", "product_name": "油麦菜", "sampled_on": "2026-11-19", "sampled_name": "某店"}
    return without_absent({**sheet, "special_sampling": "", "purpose": "监督抽检", **other})


def test_a_stroke_is_an_answer_and_a_blank_is_none() -> None:
    assert missing_fields(_written(), {}) == []
    assert [one.field for one in missing_fields(_written(spec="", brand=" "), {})] == ["spec", "brand"]


@pytest.mark.parametrize("name", ["product_name", "sampled_on", "sampled_name"])
@pytest.mark.parametrize("stroke", ["/", "／", "-", "—"])
def test_where_a_stroke_says_nothing_it_is_refused(name: str, stroke: str) -> None:
    (one,) = missing_fields(_written(**{name: stroke}), {})
    assert one.field == name and "不能填“/”" in one.message


def test_the_rest_can_be_declared_absent_at_once() -> None:
    named = {"link": "流通", "product_name": "油麦菜", "sampled_on": "2026-11-19", "sampled_name": "某店"}
    blank = dict.fromkeys(_written(), "") | named
    assert missing_fields(with_slashes(blank), {}) == []
    assert with_slashes(blank)["remark"] == ""  # nobody asked for it
    left = missing_fields(with_slashes(blank | {"product_name": ""}), {})
    assert [one.field for one in left] == ["product_name"]  # the tick answers for no field that needs its own answer


def test_what_another_form_would_ask_is_not_part_of_the_sheet() -> None:
    written = {"link": "餐饮", "annual_sales": "300", "platform_name": "某平台", "place": "小吃店"}
    assert without_absent(written) == {"link": "餐饮", "place": "小吃店"}


def test_unknown_words_choose_no_form() -> None:
    assert sheet_of({"link": "火星", "purpose": "随便", "special_sampling": "x"}) == Sheet()
