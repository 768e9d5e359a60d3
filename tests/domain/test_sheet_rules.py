"""What a typed sampling sheet must say."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.samples import Link
from app.domain.sheet_rules import date_faults, missing_fields

WHOLE = {
    "product_name": "油麦菜", "sampled_on": "2026-11-19", "category": "食用农产品", "sampled_name": "某店",
    "sampled_address": "/", "place": "超市", "producer_name": "某厂", "producer_address": "/", "producer_licence_no": "/",
}  # fmt: skip
TODAY = date(2026, 11, 20)


@pytest.mark.parametrize("link", list(Link))
def test_a_whole_sheet_lacks_nothing(link: Link) -> None:
    assert missing_fields(WHOLE, link, {}) == []


@pytest.mark.parametrize(
    ("other", "link", "fields"),
    [
        ({"product_name": ""}, Link.CIRCULATION, ["product_name"]),
        ({"product_name": "／"}, Link.CIRCULATION, ["product_name"]),  # full-width stroke
        ({"sampled_on": "/"}, Link.CIRCULATION, ["sampled_on"]),
        ({"category": " "}, Link.CIRCULATION, ["category"]),
        ({"category": "/"}, Link.CIRCULATION, []),  # not applicable may be said
        ({"sampled_name": "/"}, Link.CATERING, ["sampled_name"]),
        ({"sampled_name": "/"}, Link.PRODUCTION, []),  # sampled at the producer's
        ({"producer_name": "", "producer_licence_no": ""}, Link.PRODUCTION, ["producer_name", "producer_licence_no"]),
        ({"producer_name": ""}, Link.CIRCULATION, []),
        ({"place": ""}, Link.ONLINE, ["place"]),
        ({}, None, ["link"]),
    ],
)
def test_required_by_link(other: dict[str, str], link: Link | None, fields: list[str]) -> None:
    assert [fault.field for fault in missing_fields(WHOLE | other, link, {})] == fields


@pytest.mark.parametrize(
    ("made", "sampled", "reported", "fields"),
    [
        (18, 19, 20, []),
        (19, 19, 19, []),  # all on one day
        (20, 19, None, ["made_on"]),
        (None, 19, 18, ["sampled_on"]),
        (None, 21, None, ["sampled_on"]),  # today is the 20th
        (21, None, None, ["made_on"]),
        (None, None, None, []),
    ],
)
def test_dates_follow_each_other(made: int | None, sampled: int | None, reported: int | None, fields: list[str]) -> None:
    days = [date(2026, 11, day) if day else None for day in (made, sampled, reported)]
    assert [fault.field for fault in date_faults(*days, TODAY)] == fields
