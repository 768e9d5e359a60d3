"""Whether a reading keeps a limit: True, False, or None where what was written leaves both open."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from app.domain.limit_texts import Op
from app.domain.limits import PROHIBITIONS, Limit
from app.domain.readings import Reading, ReadingKind

_ZERO = Decimal(0)


def satisfies(reading: Reading, limit: Limit, floor: Decimal | None = None) -> bool | None:
    """Whether the reading, in the limit's unit, keeps the limit. `floor` is what 检出 begins at, where that is known."""
    if limit.op is Op.PLAN:
        return _keeps_plan(reading.series or (reading,), limit)
    if reading.kind is ReadingKind.SERIES:  # several results of one batch: the limit holds for each of them
        each = [satisfies(part, limit, floor) for part in reading.series]
        return False if False in each else None if None in each else True
    if limit.op in PROHIBITIONS:
        return _not_found(reading, floor if floor is not None else _ZERO)
    low, high = limit.minimum, limit.maximum
    tests = []
    if low is not None:
        tests.append(_exceeds(reading, low) if limit.op is Op.ABOVE else _reaches(reading, low))
    if high is not None:
        strict = limit.op is Op.BELOW and reading.kind is not ReadingKind.NOT_DETECTED
        over = _reaches(reading, high) if strict else _exceeds(reading, high)
        tests.append(None if over is None else not over)
    if not tests or (None in tests and False not in tests):
        return None
    return False not in tests


def _not_found(reading: Reading, floor: Decimal) -> bool | None:
    """不得检出, 不得使用: any detection fails. <x is a way to say 未检出, unless x is above what can be detected.

    A number below the detection limit is neither: such a method cannot tell.
    """
    value = reading.value
    if reading.kind is ReadingKind.BELOW:
        return True if value is not None and not reading.inclusive and (floor == 0 or value <= floor) else None
    found = _exceeds(reading, _ZERO)
    if found and value is not None and value < floor:
        return None
    return None if found is None or (value is not None and value < 0) else not found


def _exceeds(reading: Reading, bound: Decimal) -> bool | None:
    """Whether the reading is certainly above the bound, certainly not above it, or neither (None)."""
    value = reading.value
    if reading.kind is ReadingKind.NOT_DETECTED:  # as good as 0 for a maximum, and no proof against a minimum
        return False if bound >= 0 else None
    if reading.kind is ReadingKind.DETECTED:
        return True if bound <= 0 else None
    if value is None:
        return None
    if reading.kind is ReadingKind.NUMBER:
        return value > bound
    if reading.kind is ReadingKind.BELOW:
        return False if value <= bound else None
    if reading.kind is ReadingKind.ABOVE:
        return True if value > bound or (value == bound and not reading.inclusive) else None
    return None


def _reaches(reading: Reading, bound: Decimal) -> bool | None:
    """Whether the reading is certainly at or above the bound, certainly below it, or neither (None)."""
    value = reading.value
    if reading.kind in (ReadingKind.NOT_DETECTED, ReadingKind.DETECTED):
        return True if bound <= 0 else None
    if value is None:
        return None
    if reading.kind is ReadingKind.NUMBER:
        return value >= bound
    if reading.kind is ReadingKind.BELOW:
        if value < bound or (value == bound and not reading.inclusive):
            return False
        return True if bound == 0 else None
    if reading.kind is ReadingKind.ABOVE:
        return True if value >= bound else None
    return None


def _keeps_plan(readings: Sequence[Reading], plan: Limit) -> bool | None:
    """采样方案: none above M, at most c above m; without M (two-class) at most c above m. Needs all n results.

    Fewer than n results cannot pass but may already fail; more than n are no sample of this plan.
    """
    n, c, m = plan.n or 1, plan.c or 0, plan.m if plan.m is not None else _ZERO
    above_m = [_exceeds(reading, m) for reading in readings]
    above_big = [] if plan.big_m is None else [_exceeds(reading, plan.big_m) for reading in readings]
    if True in above_big or (above_m.count(True) > c and len(readings) <= n):
        return False
    possible = above_m.count(True) + above_m.count(None)
    complete = len(readings) == n and possible <= c and None not in above_big
    return True if complete else (False if above_m.count(True) > c and c == 0 else None)
