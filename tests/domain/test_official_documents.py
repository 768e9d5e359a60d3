"""执法文书: numbers, and what each way of delivery must show."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.domain import official_documents as rules
from app.domain.case_kinds import DeliveryWay
from app.domain.documents import DocumentKind

ISSUED, TODAY = date(2026, 10, 8), date(2026, 11, 20)
W = DeliveryWay


@pytest.mark.parametrize(
    ("name", "region", "prefix"),
    [
        ("蓟州区市场监督管理局", "120119", "津蓟市监"),
        ("天津市市场监督管理委员会", "120000", "津市监"),
        ("石家庄市市场监督管理局", "130100", "冀石市监"),
        ("某某市场监督管理局", None, "某市监"),  # no place known: the name alone
    ],
)
def test_letters_of_an_office(name: str, region: str | None, prefix: str):
    assert rules.default_prefix(name, region) == prefix


def test_number_is_written_with_six_cornered_brackets():
    assert rules.number("津蓟市监", rules.KINDS[DocumentKind.RESULT_NOTICE], 2026, 12) == "津蓟市监检告〔2026〕12号"


def given(way: DeliveryWay, **values: Any) -> rules.Delivery:
    return rules.Delivery(way, **({"sent_on": date(2026, 10, 9), "servers": "张三、李四"} | values))


DAY = date(2026, 10, 9)
WHOLE: dict[DeliveryWay, dict[str, Any]] = {
    W.DIRECT: {"delivered_on": DAY, "place": "文昌街 1 号", "receiver": "赵六", "relation": "法定代表人"},
    W.LEFT: {"delivered_on": DAY, "place": "文昌街 1 号", "refusal": "拒绝签收", "witnesses": "王五"},
    W.MAIL: {"delivered_on": date(2026, 10, 12), "place": "文昌街 1 号", "mail_no": "EMS1", "receiver": "赵六", "servers": "张三"},
    W.ENTRUSTED: {"delivered_on": DAY, "place": "文昌街 1 号", "receiver": "赵六", "remark": "委托甲局，函〔2026〕1号", "servers": "乙"},
    W.ELECTRONIC: {"delivered_on": DAY, "place": "a@b.cn", "remark": "已签确认书", "servers": "张三"},
    W.NOTICE: {"delivered_on": date(2026, 11, 8), "notice_place": "局网站", "remark": "下落不明", "servers": "张三"},
}


@pytest.mark.parametrize("way", W)
def test_a_whole_delivery_is_accepted(way: DeliveryWay):
    assert rules.delivery_faults(given(way, **WHOLE[way]), ISSUED, TODAY, 30) == {}


@pytest.mark.parametrize(
    ("way", "changed", "field"),
    [
        (W.DIRECT, {"receiver": None}, "receiver"),
        (W.DIRECT, {"relation": " "}, "relation"),
        (W.DIRECT, {"servers": "张三"}, "servers"),  # two officers
        (W.DIRECT, {"servers": "张三、张三"}, "servers"),
        (W.DIRECT, {"delivered_on": None}, "remark"),  # why it failed
        (W.DIRECT, {"delivered_on": date(2026, 10, 10)}, "delivered_on"),
        (W.LEFT, {"witnesses": None}, "witnesses"),
        (W.LEFT, {"refusal": None}, "refusal"),
        (W.LEFT, {"delivered_on": None}, "delivered_on"),
        (W.LEFT, {"servers": "张三"}, "servers"),
        (W.MAIL, {"mail_no": None}, "mail_no"),
        (W.MAIL, {"receiver": None}, "receiver"),
        (W.MAIL, {"delivered_on": date(2026, 10, 8)}, "delivered_on"),  # before it was sent
        (W.MAIL, {"delivered_on": date(2026, 11, 21)}, "delivered_on"),  # tomorrow
        (W.MAIL, {"sent_on": date(2026, 10, 7)}, "sent_on"),  # before it was issued
        (W.ENTRUSTED, {"remark": None}, "remark"),
        (W.ELECTRONIC, {"place": None}, "place"),
        (W.ELECTRONIC, {"remark": None}, "remark"),
        (W.NOTICE, {"notice_place": None}, "notice_place"),
        (W.NOTICE, {"remark": None}, "remark"),
        (W.NOTICE, {"delivered_on": date(2026, 11, 7)}, "delivered_on"),  # the 29th day
    ],
)  # fmt: skip
def test_what_is_missing_is_named_at_its_field(way: DeliveryWay, changed: dict[str, Any], field: str):
    assert list(rules.delivery_faults(given(way, **(WHOLE[way] | changed)), ISSUED, TODAY, 30)) == [field]


def test_a_letter_on_its_way_needs_no_receiver():
    assert rules.delivery_faults(given(W.MAIL, place="文昌街 1 号", mail_no="EMS1"), ISSUED, TODAY, 30) == {}
