"""Every handler, by its act: importing this module registers them all."""

from __future__ import annotations

from app.domain.reference_acts import ChangeAct
from app.reference_changes import (
    attribute_acts,
    cap_acts,
    checklist_acts,
    clock_acts,
    definition_acts,
    limit_acts,
    place_acts,
    retire_acts,
    rule_acts,
    setting_acts,
    word_acts,
)
from app.reference_changes.handling import HANDLERS, Handler

__all__ = [
    "attribute_acts", "cap_acts", "checklist_acts", "clock_acts", "definition_acts", "handler", "limit_acts", "place_acts",
    "retire_acts", "rule_acts", "setting_acts", "word_acts",
]  # fmt: skip


def handler(act: ChangeAct) -> Handler:
    return HANDLERS[act]
