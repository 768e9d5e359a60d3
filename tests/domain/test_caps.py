"""频次上限: what counts, at the boundary, over windows and years."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest

from app.domain.caps import Party, Taken, exceeded, quarter, same, subject_keys
from app.domain.samples import Level, Link
from app.domain.sampling_kinds import CapSubject, CapWindow
from app.domain.workflow import SampleState

DAY = date(2026, 11, 19)


@dataclass(frozen=True)
class Rule:
    """A cap as the table has it."""

    code: str = "C"
    subject: CapSubject = CapSubject.UNIT
    cap_window: CapWindow = CapWindow.QUARTER
    days: int | None = None
    maximum: int = 5
    link: Link | None = Link.CIRCULATION
    level: Level | None = None
    online_exempt: bool = True


UNIT = Rule()
PRODUCER = Rule(subject=CapSubject.PRODUCER, cap_window=CapWindow.DAYS, days=90, maximum=3, link=None)
BATCH = Rule(subject=CapSubject.BATCH, cap_window=CapWindow.EVER, maximum=1, link=None)
SHOP = Party.of(None, "长春堂（蓟州）超市", "文昌街1号")
MAKER = Party.of(None, "某某食品有限公司", None)
SHEET = Taken(
    SampleState.REGISTERED, False, Link.CIRCULATION, Level.COUNTY, DAY, SHOP, MAKER, "饼干", "20261101", "饼干", 0, ""
)


def before(count: int, **other: object) -> list[Taken]:
    return [replace(SHEET, id=number, number=f"N{number}", **other) for number in range(1, count + 1)]


@pytest.mark.parametrize(("rule", "earlier", "full"), [
    (UNIT, 4, False), (UNIT, 5, True), (UNIT, 6, True),  # the fifth passes, the sixth does not
    (PRODUCER, 2, False), (PRODUCER, 3, True),
    (BATCH, 0, False), (BATCH, 1, True),
])  # fmt: skip
def test_the_boundary(rule: Rule, earlier: int, full: bool) -> None:
    found = exceeded(rule, SHEET, before(earlier))
    assert (found is not None) is full
    assert found is None or len(found) == earlier


@pytest.mark.parametrize("other", [
    {"state": SampleState.VOIDED}, {"state": SampleState.REFUSED}, {"state": SampleState.NOT_FOUND},
    {"state": SampleState.REJECTED},  # no batch came of it
    {"special": True}, {"link": Link.ONLINE}, {"link": Link.CATERING}, {"unit": None},
    {"unit": Party.of(None, "另一超市", None)},
    {"unit": Party.of(None, "长春堂（蓟州）超市", "人民路2号")},  # another branch
    {"sampled_on": date(2026, 9, 30)},  # the quarter before
    {"sampled_on": date(2027, 1, 1)},
    {"sampled_on": None},
])  # fmt: skip
def test_what_does_not_fill_a_cap(other: dict[str, object]) -> None:
    assert exceeded(UNIT, SHEET, before(5, **other)) is None


@pytest.mark.parametrize("other", [
    {"state": SampleState.REPORTED}, {"state": SampleState.RETURNED},
    {"unit": Party.of(None, "长春堂(蓟州) 超市", None)},  # brackets and blanks; no address said
    {"unit": Party.of(None, "长春堂（蓟州）超市", "蓟州区文昌街1号")},
    {"sampled_on": date(2026, 10, 1)}, {"sampled_on": date(2026, 12, 31)},  # a sheet entered late counts what came after
])  # fmt: skip
def test_what_fills_a_cap(other: dict[str, object]) -> None:
    assert exceeded(UNIT, SHEET, before(5, **other)) is not None


@pytest.mark.parametrize(("gap", "full"), [(89, True), (90, False), (-89, True), (-90, False)])
def test_ninety_days_count_both_ends(gap: int, full: bool) -> None:
    assert (exceeded(PRODUCER, SHEET, before(3, sampled_on=DAY - timedelta(days=gap))) is not None) is full


def test_days_run_over_the_turn_of_the_year() -> None:
    sheet = replace(SHEET, sampled_on=date(2027, 2, 1))
    assert exceeded(PRODUCER, sheet, before(3, sampled_on=date(2026, 11, 4))) is not None  # 90 days, the last of them 1 February
    assert exceeded(PRODUCER, sheet, before(3, sampled_on=date(2026, 11, 3))) is None


def test_only_a_span_of_ninety_days_is_counted_not_ninety_before_and_after() -> None:
    """Two 60 days before and two 60 days after: no span of 90 days holds more than two of them with this sheet."""
    around = before(2, sampled_on=DAY - timedelta(days=60)) + before(2, sampled_on=DAY + timedelta(days=60))
    assert exceeded(PRODUCER, SHEET, around) is None


@pytest.mark.parametrize(("day", "first", "last"), [
    (date(2026, 1, 1), date(2026, 1, 1), date(2026, 3, 31)), (date(2026, 12, 31), date(2026, 10, 1), date(2026, 12, 31)),
    (date(2024, 3, 31), date(2024, 1, 1), date(2024, 3, 31)), (date(2026, 4, 1), date(2026, 4, 1), date(2026, 6, 30)),
])  # fmt: skip
def test_quarters(day: date, first: date, last: date) -> None:
    assert quarter(day) == (first, last)


@pytest.mark.parametrize("other", [
    {"special": True}, {"link": Link.ONLINE}, {"state": SampleState.REFUSED}, {"sampled_on": None}, {"unit": None},
])  # fmt: skip
def test_sheets_that_are_not_held_to_the_cap(other: dict[str, object]) -> None:
    assert exceeded(UNIT, replace(SHEET, **other), before(9)) is None


def test_without_a_batch_nothing_is_said_about_batches() -> None:
    assert exceeded(BATCH, replace(SHEET, batch=""), before(3, batch="")) is None
    assert exceeded(BATCH, SHEET, before(3, batch="20261102")) is None


def test_another_level_is_not_counted() -> None:
    assert exceeded(replace(UNIT, level=Level.COUNTY), SHEET, before(5, level=Level.CITY)) is None


@pytest.mark.parametrize(("one", "other", "is_same"), [
    (Party(1, "甲"), Party(1, "乙"), True),  # one entry of the register, renamed
    (Party(1, "甲"), Party(2, "甲"), False),
    (Party(1, "甲"), Party(None, "甲"), True),
    (Party(None, ""), Party(None, ""), False),
])  # fmt: skip
def test_identity(one: Party, other: Party, is_same: bool) -> None:
    assert same(one, other) is is_same


def test_an_exemption_is_good_under_the_entry_and_under_the_name() -> None:
    sheet = replace(SHEET, producer=Party(7, "某厂"))
    assert subject_keys(BATCH, sheet) == ("#7|饼干|20261101", "某厂|饼干|20261101")
    assert subject_keys(UNIT, SHEET) == ("长春堂(蓟州)超市",)
