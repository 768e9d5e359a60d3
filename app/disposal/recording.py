"""登记办理情况: what the handler records of a case, block by block, with what cannot be true refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from app import clock, history
from app.db import session
from app.disposal import clock_keeping, locks, penalty_source
from app.disposal.models import CaseQuantity, DisposalCase
from app.domain.actors import Actor
from app.domain.case_record import RECORDED, TITLES, CaseRecord, differences, faults
from app.domain.disposal import ElementState, elements
from app.domain.quantity_balance import Quantities, Quantity, quantities
from app.domain.workflow import CaseStep
from app.errors import NotLikeThis
from app.sampling.models import Sample

CENT = Decimal("0.01")
MONEY = ("penalty_amount", "goods_value")


class FaultyRecord(NotLikeThis):
    """What was typed cannot be true; ``faults`` names every field with its sentence."""

    def __init__(self, found: Mapping[str, str]) -> None:
        super().__init__("；".join(dict.fromkeys(found.values())))
        self.faults = found


def record_of(case: DisposalCase) -> CaseRecord:
    """What has been recorded so far."""
    values: dict[str, Any] = {name: getattr(case, name) for name in RECORDED if name != "quantities"}
    for name in MONEY:
        if values[name] is not None:
            values[name] = values[name].quantize(CENT)
    lines = (Quantity(row.kind, row.amount, row.unit, row.kilograms) for row in case.quantities)
    return CaseRecord(**values, quantities=quantities(lines))


def elements_of(case: DisposalCase) -> tuple[ElementState, ...]:
    """办结要件 of the case as it is recorded, alike for handler, reviewer and command."""
    return elements(case.mode, record_of(case), spec_of(case))


def spec_of(case: DisposalCase) -> str | None:
    """规格 of the sample: how much one 盒 or 袋 weighs."""
    return session().get_one(Sample, case.sample_id).spec


def record(
    case: DisposalCase, actor: Actor, written: CaseRecord, at: datetime, *, reason: str | None = None, seen: int | None = None
) -> bool:
    """登记办理情况, any part of it in any order. Returns False when nothing differs from what is already there.

    Raises FaultyRecord when something cannot be true, NotAllowedNow when somebody else saved first.
    """
    changes = differences(record_of(case), written)
    if not changes and (seen is None or seen == case.version):
        return False
    history.advance(case, CaseStep.RECORD, actor, seen=seen, comment=_told(changes, reason), changes=_in_words(changes))
    _refuse_faults(case, written, at, bool((reason or "").strip()), changes)
    for name in changes:
        if name != "quantities":
            setattr(case, name, getattr(written, name))
    if "quantities" in changes:
        _keep_quantities(case, written.quantities)
        touch(case)
    clock_keeping.keep([case], actor, reason)
    return True


def _told(changes: Mapping[str, Any], reason: str | None) -> str:
    told = f"登记：{'、'.join(TITLES[name] for name in changes)}"
    return f"{told}；收到日期更正理由：{reason.strip()}" if "received_on" in changes and reason else told


def _in_words(changes: Mapping[str, tuple[Any, Any]]) -> dict[str, tuple[Any, Any]]:
    """As the history keeps them: the quantities as one line, so that what they were before stays readable."""
    return {
        name: tuple(str(value) or None if isinstance(value, Quantities) else value for value in pair)  # type: ignore[misc]
        for name, pair in changes.items()
    }


def _refuse_faults(case: DisposalCase, written: CaseRecord, at: datetime, reasoned: bool, changes: Mapping[str, Any]) -> None:
    sample = case.sample
    today = clock.office_time(at).date()
    found = faults(written, today, sampled_on=sample.sampled_on, reported_on=sample.reported_on)
    if "received_on" in changes and not reasoned:
        found["reason"] = "更正收到不合格结论日期会改变办理期限，请填写更正理由"
    held = sorted(locks.LOCKED & set(changes))
    lock = (penalty_source.not_typed(case.id) or locks.penalty_lock(case.sample_id)) if held else None
    if lock is not None:
        found |= dict.fromkeys(held, lock)
    if found:
        raise FaultyRecord(found)


def touch(case: DisposalCase) -> None:
    """What belongs to the case has changed, not a column of its own: its version moves, so that a second saver is told."""
    flag_modified(case, "number")  # which every case has, however it came into the session


def _keep_quantities(case: DisposalCase, wanted: Quantities) -> None:
    rows = {row.kind: row for row in case.quantities}
    for line in wanted.lines:
        row = rows.pop(line.kind, None)
        if row is None:
            row = CaseQuantity(org_id=case.org_id, kind=line.kind)
            case.quantities.append(row)
        row.amount, row.unit, row.kilograms = line.amount, line.unit, line.kilograms
    for row in rows.values():
        case.quantities.remove(row)
