"""What is recorded of a penalty, between its row and the domain; amounts exact to the cent on every database."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from app.disposal.thresholds import thresholds
from app.domain.approval_levels import Need, of_penalty
from app.domain.penalties import CENT, MONEY, RECORDED, PenaltyRecord
from app.errors import NotLikeThis
from app.penalties.models import Penalty


class FaultyPenalty(NotLikeThis):
    """What was typed cannot be true; ``faults`` names every field with its sentence."""

    def __init__(self, found: Mapping[str, str]) -> None:
        super().__init__("；".join(found.values()))
        self.faults = found


def refuse(found: Mapping[str, str]) -> None:
    if found:
        raise FaultyPenalty(found)


def cents(amount: Decimal | None) -> Decimal | None:
    """As it was written: SQLite keeps numbers as floating point and gives ten decimals back."""
    return amount.quantize(CENT) if amount is not None else None


def record_of(penalty: Penalty) -> PenaltyRecord:
    """What has been recorded so far."""
    values: dict[str, Any] = {name: getattr(penalty, name) for name in RECORDED}
    for name in (*MONEY, "goods_kilograms"):
        values[name] = _exact(values[name], name)
    return PenaltyRecord(**values)


def _exact(amount: Decimal | None, name: str) -> Decimal | None:
    if amount is None or name in MONEY:
        return cents(amount)
    return amount.quantize(Decimal("0.000001"))


def needs_of(penalty: Penalty) -> tuple[Need, ...]:
    """Which levels must agree to what is proposed, by the settings of today."""
    return of_penalty(record_of(penalty), thresholds())


def touch(penalty: Penalty) -> None:
    """What belongs to the penalty has changed: its version moves, so that a second saver is told."""
    flag_modified(penalty, "number")
