"""样品流转: order, moments and seals, as tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from app.domain.custody import (
    Check,
    Stage,
    Step,
    check_words,
    degrees,
    faults,
    latest_start,
    moment_fault,
    order_fault,
    seal_faults,
    seal_number,
    slot,
    stage,
)
from app.domain.sampling_kinds import CustodyKind as Kind

SAMPLED = date(2026, 11, 18)
NOW = datetime(2026, 11, 20, 12, 0)


@dataclass
class Done:
    kind: Kind
    happened_at: datetime = datetime(2026, 11, 18, 10, 0)
    seal_no: str | None = None
    backup_seal_no: str | None = None


@pytest.mark.parametrize(("kinds", "expected"), [
    ([], Stage.TO_SEAL),
    ([Kind.TAKEN], Stage.TO_SEAL),
    ([Kind.TAKEN, Kind.SEALED], Stage.TO_HAND_OVER),
    ([Kind.SEALED, Kind.HANDED_OVER], Stage.TO_RECEIVE),
    ([Kind.HANDED_OVER], Stage.TO_RECEIVE),  # the sealing was voided and is to be recorded anew
    ([Kind.SEALED, Kind.HANDED_OVER, Kind.RECEIVED], Stage.RECEIVED),
    ([Kind.SEALED, Kind.HANDED_OVER, Kind.REFUSED], Stage.REFUSED),
])
def test_stage(kinds, expected):
    assert stage(kinds) is expected


def test_received_and_refused_fill_one_place():
    assert slot(Kind.RECEIVED) == slot(Kind.REFUSED)
    assert len({slot(kind) for kind in Kind}) == len(Kind) - 1


@pytest.mark.parametrize(("kind", "done", "sentence"), [
    (Kind.TAKEN, [], None),
    (Kind.SEALED, [], None),  # the sheet itself says when it was taken
    (Kind.HANDED_OVER, [], "还没有登记封样"),
    (Kind.RECEIVED, [Kind.SEALED], "还没有登记移交"),
    (Kind.REFUSED, [Kind.SEALED], "还没有登记移交"),
    (Kind.RECEIVED, [Kind.SEALED, Kind.HANDED_OVER], None),
    (Kind.SEALED, [Kind.SEALED], "已登记封样，不能重复登记"),
    (Kind.REFUSED, [Kind.SEALED, Kind.HANDED_OVER, Kind.RECEIVED], "已由检验机构接收"),
    (Kind.RECEIVED, [Kind.SEALED, Kind.HANDED_OVER, Kind.REFUSED], "已由检验机构拒收"),
    (Kind.SEALED, [Kind.HANDED_OVER], None),  # put back into a chain whose sealing was voided
])
def test_order(kind, done, sentence):
    fault = order_fault(kind, [Done(one) for one in done])
    assert (fault is None) if sentence is None else (fault is not None and fault.late and sentence in fault.message)


@pytest.mark.parametrize(("kind", "at", "done", "sentence"), [
    (Kind.SEALED, "2026-11-18T00:00", [], None),
    (Kind.SEALED, "2026-11-17T23:59", [], "早于抽样日期"),
    (Kind.SEALED, "2026-11-20T12:00", [], None),  # this very minute
    (Kind.SEALED, "2026-11-20T12:01", [], "晚于现在"),
    (Kind.HANDED_OVER, "2026-11-18T10:00", [(Kind.SEALED, "2026-11-18T10:00")], None),  # in the same minute
    (Kind.HANDED_OVER, "2026-11-18T09:59", [(Kind.SEALED, "2026-11-18T10:00")], "早于封样时间 2026-11-18 10:00"),
    (Kind.SEALED, "2026-11-18T15:01", [(Kind.HANDED_OVER, "2026-11-18T15:00")], "晚于移交时间 2026-11-18 15:00"),
    (Kind.SEALED, "2026-11-18T15:00", [(Kind.HANDED_OVER, "2026-11-18T15:00")], None),
])
def test_moments(kind, at, done, sentence):
    recorded = [Done(one, datetime.fromisoformat(moment)) for one, moment in done]
    fault = moment_fault(Step(kind, datetime.fromisoformat(at)), recorded, SAMPLED, NOW)
    assert (fault is None) if sentence is None else (fault is not None and sentence in fault.message)


@pytest.mark.parametrize(("kind", "seals", "sealed", "needed", "fields"), [
    (Kind.SEALED, ("A01", "A02"), None, True, []),
    (Kind.SEALED, ("A01", None), None, True, ["backup_seal_no"]),
    (Kind.SEALED, ("A01", None), None, False, []),  # 风险监测 and special sampling do without
    (Kind.SEALED, (None, None), None, True, ["seal_no", "backup_seal_no"]),
    (Kind.SEALED, ("A01", "A01"), None, True, ["backup_seal_no"]),
    (Kind.SEALED, ("A 1", "A02"), None, True, ["seal_no"]),
    (Kind.RECEIVED, ("A01", "A02"), ("A01", "A02"), True, []),
    (Kind.RECEIVED, ("A02", "A01"), ("A01", "A02"), True, ["seal_no", "backup_seal_no"]),  # changed about
    (Kind.RECEIVED, (None, "A02"), ("A01", "A02"), True, ["seal_no"]),
    (Kind.RECEIVED, ("A01", "A09"), ("A01", None), False, ["backup_seal_no"]),
    (Kind.RECEIVED, ("A01", "A02"), None, True, []),  # the sealing was voided: nothing to compare with
    (Kind.REFUSED, ("A09", None), ("A01", "A02"), True, []),  # a refusal says what was found
    (Kind.HANDED_OVER, (None, None), ("A01", "A02"), True, []),
])
def test_seals(kind, seals, sealed, needed, fields):
    done = [Done(Kind.SEALED, seal_no=sealed[0], backup_seal_no=sealed[1])] if sealed else []
    assert [fault.field for fault in seal_faults(Step(kind, NOW, *seals), done, needed)] == fields


def test_a_difference_of_seals_names_both():
    found = seal_faults(Step(Kind.RECEIVED, NOW, "A09", "A02"), [Done(Kind.SEALED, seal_no="A01", backup_seal_no="A02")], True)
    assert "“A09”" in found[0].message and "“A01”" in found[0].message


def test_an_order_fault_hides_the_others():
    found = faults(Step(Kind.RECEIVED, datetime(2030, 1, 1)), [], SAMPLED, NOW, backup_needed=True)
    assert [fault.field for fault in found] == ["kind"]


@pytest.mark.parametrize(("written", "number"), [
    ("ｆｔ－００１", "FT-001"), (" ft 0 01 ", "FT001"), ("", None), (None, None), ("　", None),
])
def test_seal_numbers_are_compared_folded(written, number):
    assert seal_number(written) == number


@pytest.mark.parametrize(("written", "expected"), [
    ("4", Decimal(4)), ("−18", Decimal(-18)), ("-18.5 ℃", Decimal("-18.5")), ("+2摄氏度", Decimal(2)), ("", None), (None, None),
    ("100", Decimal(100)), ("-100", Decimal(-100)),
])
def test_degrees(written, expected):
    assert degrees(written) == expected


@pytest.mark.parametrize("written", ["100.1", "4.55", "1e2", "Infinity", "四度", "4 5", "9" * 1000])
def test_what_is_no_temperature(written):
    with pytest.raises(ValueError, match="不是有效数字"):
        degrees(written)


def test_checks_in_words():
    assert check_words([Check.SEAL]) == "样品外观完好：否；样品状态符合要求：否；封条完好：是；与抽样单记录一致：否"


@pytest.mark.parametrize("before", [date(2026, 11, 20), date(2026, 1, 1), date(2026, 10, 9)])
def test_the_latest_start_that_is_late_is_found_by_halving(before):
    """Against looking at every day: a term of 5 days that leaves out weekends."""

    def due_of(day):
        left = 5
        while left:
            day += timedelta(days=1)
            left -= day.weekday() < 5
        return day

    every = [before - timedelta(days=back) for back in range(60)]
    assert latest_start(before, due_of) == max(day for day in every if due_of(day) < before)


def test_no_start_is_late_where_no_rule_was_in_force():
    assert latest_start(date(2026, 11, 20), lambda day: None) is None
    young = date(2026, 11, 19)
    assert latest_start(date(2026, 11, 20), lambda day: None if day < young else day + timedelta(days=9)) is None
