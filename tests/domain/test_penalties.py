"""What is recorded of a penalty: sums, what cannot be true, what is made public and for how long."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.domain.case_kinds import LicenceKind, PenaltyExcuse, PenaltyOutcome
from app.domain.case_record import PenaltyKind
from app.domain.penalties import (
    SHOWN_LONG,
    SHOWN_SHORT,
    PenaltyRecord,
    date_faults,
    differences,
    faults,
    fine_hint,
    kind_for_case,
    lacking,
    measures_in_words,
    needs_execution,
    paid_fault,
    publishable,
    shown_by,
)

PUNISHED, EXEMPT, DISMISSED, JUSTICE = PenaltyOutcome
D = Decimal
FINED = PenaltyRecord("事实", "依据", PUNISHED, fine=D("50000"))
SPARED = PenaltyRecord("事实", "依据", EXEMPT, PenaltyExcuse.GOOD_FAITH)


def test_the_total_is_money_and_goods_are_not_in_it() -> None:
    record = replace(FINED, income=D("120.5"), goods="豇豆", goods_value=D("8000"))
    assert record.total == D("50120.50")
    assert str(record.total) == "50120.50"
    assert replace(record, income=D("0.1"), fine=D("0.2")).total == D("0.30")  # exact, where floating point is not


@pytest.mark.parametrize(
    ("record", "total", "fields"),
    [
        (FINED, None, set()),
        (FINED, D("50000.00"), set()),
        (FINED, D("50000.01"), {"total"}),
        (replace(FINED, goods="豇豆", goods_value=D("80")), D("50080"), {"total"}),  # goods counted in
        (replace(FINED, fine=D("-1")), None, {"fine"}),
        (replace(FINED, fine=D("0.001")), None, {"fine"}),
        (replace(FINED, income=D("NaN")), None, {"income"}),
        (replace(FINED, goods_value=D("1e15")), None, {"goods_value"}),
        (replace(FINED, goods_kilograms=D("3")), None, {"goods"}),
        (replace(FINED, goods="豇豆", goods_kilograms=D("-3")), None, {"goods_kilograms"}),
        (replace(FINED, fine=D(0)), None, {"outcome"}),  # punished with nothing
        (replace(FINED, fine=D(0), warning=True), None, set()),
        (replace(FINED, fine=D(0), criticism=True), None, set()),
        (replace(FINED, fine=D(0), income=D(1)), None, set()),
        (replace(FINED, fine=D(0), goods="豇豆"), None, set()),
        (replace(FINED, fine=D(0), stop_business=True), None, set()),
        (replace(FINED, fine=D(0), licence=LicenceKind.TRADE), None, set()),
        (replace(FINED, excuse=PenaltyExcuse.MINOR), None, {"excuse"}),
        (SPARED, None, set()),
        (replace(SPARED, excuse=None), None, {"excuse"}),
        (replace(SPARED, excuse=PenaltyExcuse.OTHER), None, {"excuse_note"}),
        (replace(SPARED, excuse=PenaltyExcuse.OTHER, excuse_note="省条例第 3 条"), None, set()),
        (replace(SPARED, fine=D(1)), None, {"fine"}),
        (replace(SPARED, goods="豇豆"), None, set()),  # 食品安全法 136: confiscated all the same
        (replace(SPARED, excuse=PenaltyExcuse.MINOR, goods="豇豆"), None, {"goods"}),
        (replace(SPARED, warning=True, licence=LicenceKind.TRADE), None, {"warning", "licence"}),
        (PenaltyRecord(outcome=DISMISSED), None, {"excuse_note"}),
        (PenaltyRecord(outcome=DISMISSED, excuse_note="违法事实不成立"), None, set()),
        (PenaltyRecord(outcome=JUSTICE), None, {"excuse_note"}),
        (PenaltyRecord(outcome=JUSTICE, excuse_note="蓟州公安分局", fine=D(1)), None, {"fine"}),
        (PenaltyRecord(fine=D(1)), None, set()),  # nothing proposed yet
    ],
)
def test_what_cannot_be_true(record: PenaltyRecord, total: Decimal | None, fields: set[str]) -> None:
    assert set(faults(record, total)) == fields


def test_what_is_lacking_and_what_differs() -> None:
    assert lacking(PenaltyRecord()) == ["违法事实", "违反条款和处罚依据", "拟作决定"]
    assert lacking(FINED) == []
    assert differences(FINED, replace(FINED, warning=True)) == {"warning": (False, True)}


DAY = date(2026, 11, 10)


@pytest.mark.parametrize(
    ("dates", "fields"),
    [
        ({"found_on": DAY, "filed_on": DAY, "decided_on": DAY, "served_on": DAY, "executed_on": DAY, "closed_on": DAY}, set()),
        ({"found_on": date(2026, 11, 11), "filed_on": DAY}, {"filed_on"}),
        ({"filed_on": DAY, "decided_on": date(2026, 11, 9)}, {"decided_on"}),
        ({"decided_on": DAY, "served_on": None, "executed_on": date(2026, 11, 9)}, {"executed_on"}),  # across what is blank
        ({"decided_on": date(2026, 11, 21)}, {"decided_on"}),
        ({"filed_on": date(1926, 11, 21)}, {"filed_on"}),
    ],
)
def test_order_of_days(dates: dict[str, date | None], fields: set[str]) -> None:
    assert set(date_faults(dates, date(2026, 11, 20))) == fields


@pytest.mark.parametrize(
    ("paid", "words", "fields"),
    [
        ("100", None, set()), ("100.00", None, set()), ("99.99", None, {"execution"}), ("100.01", " ", {"execution"}),
        ("50", "延期分期", set()), ("150", "加处罚款", set()), ("-1", "延期", {"paid"}), ("1.001", "延期", {"paid"}),
    ],
)  # fmt: skip
def test_another_sum_than_the_total_is_said_in_words(paid: str, words: str | None, fields: set[str]) -> None:
    assert set(paid_fault(D(paid), D(100), words)) == fields


@pytest.mark.parametrize(
    ("given", "public", "shown"),
    [
        ({"warning": True}, False, SHOWN_SHORT),
        ({"criticism": True}, True, SHOWN_SHORT),
        ({"warning": True, "criticism": True}, True, SHOWN_SHORT),
        ({"fine": D(3000)}, True, SHOWN_SHORT),
        ({"fine": D("3000.01")}, True, SHOWN_LONG),
        ({"fine": D(100), "income": D(1)}, True, SHOWN_LONG),
        ({"fine": D(100), "goods": "豇豆"}, True, SHOWN_LONG),
        ({"fine": D(100), "stop_business": True}, True, SHOWN_LONG),
        ({"licence": LicenceKind.PRODUCTION}, True, SHOWN_LONG),
    ],
)
def test_what_is_published_and_for_how_long(given: dict[str, Any], public: bool, shown: str) -> None:
    record = replace(FINED, **{"fine": D(0), **given})
    assert publishable(record) is public
    assert shown_by(record, D(3000)) == shown
    assert not publishable(replace(record, outcome=EXEMPT))


def test_no_small_fine_until_the_office_has_said_how_small() -> None:
    assert shown_by(replace(FINED, fine=D(1)), D(0)) == SHOWN_LONG


def test_what_is_carried_out_and_what_only_told() -> None:
    assert not needs_execution(replace(FINED, fine=D(0), warning=True, criticism=True))
    assert needs_execution(FINED)
    assert needs_execution(replace(SPARED, goods="豇豆"))


def test_in_words() -> None:
    record = replace(
        FINED, warning=True, income=D("120.5"), goods="豇豆 5 公斤", goods_value=D(80), stop_business=True, licence=LicenceKind.TRADE
    )
    assert measures_in_words(record) == (
        "警告；没收违法所得 120.50 元；没收豇豆 5 公斤（货值 80.00 元）；罚款 50000.00 元；责令停产停业；吊销食品经营许可。"
        "罚没款合计人民币伍万零壹佰贰拾元伍角整"
    )
    assert measures_in_words(replace(FINED, fine=D(0), warning=True)) == "警告"
    assert measures_in_words(replace(SPARED, goods="豇豆")).endswith("（食品安全法第136条）；没收豇豆")
    assert measures_in_words(PenaltyRecord(outcome=JUSTICE, excuse_note="蓟州公安分局")) == "移送司法机关：蓟州公安分局"


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        (PUNISHED, PenaltyKind.PUNISHED), (EXEMPT, PenaltyKind.EXEMPT), (DISMISSED, PenaltyKind.NOT_FILED), (JUSTICE, PenaltyKind.EXEMPT),
    ],
)  # fmt: skip
def test_what_the_case_says(outcome: PenaltyOutcome, kind: PenaltyKind) -> None:
    assert kind_for_case(outcome) is kind


@pytest.mark.parametrize(
    ("basis", "goods_value", "fine", "said"),
    [
        ("《食品安全法》第124条第1款", D(80), D(50000), None),
        ("《食品安全法》第一百二十四条", D(80), D(49999), "低于"),
        ("《食品安全法》第124条", D(80), D("100000.01"), "高于"),
        ("《食品安全法》第124条", D(10000), D(100000), None),  # from 10,000 元 of goods on: 10 to 20 times
        ("《食品安全法》第124条", D(10000), D("200000.01"), "高于"),
        ("《食品安全法》第125条", D(10000), D(49999), "低于"),
        ("《食品安全法》第123条", D(9999), D(150000), None),
        ("《天津市食品安全条例》", D(80), D(1), None),  # not ours to say
        ("《食品安全法》第124条", None, D(1), None),
    ],
)
def test_a_fine_outside_its_range_is_hinted_at(basis: str, goods_value: Decimal | None, fine: Decimal, said: str | None) -> None:
    hint = fine_hint(replace(FINED, basis=basis, fine=fine), goods_value)
    assert (hint is None) if said is None else (hint is not None and said in hint and "待核" in hint)
