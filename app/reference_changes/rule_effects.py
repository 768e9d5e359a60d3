"""What another edition of a rule table would change in the figures: 考核得分 under other 指标分值.

The proposed table is read beside the one in force and never put where other requests would find it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app import clock
from app.authorize import local_operator
from app.comparisons.score import scored
from app.db import session
from app.domain.indicators import Period
from app.indicators import frames
from app.indicators.models import Plan
from app.reference import score_weights
from app.reference.score_weights import Weight
from app.reference_changes.rule_tables import RuleTable
from app.reference_data import books


def compared(table: RuleTable, content: str, begins: date) -> Mapping[str, Any]:
    """By the name of the comparison, as an effect keeps it; nothing for tables that no figure rests on."""
    if table.file != score_weights.FILE:
        return {}
    rows = _scores(_read(table, content), max(begins, clock.today()))
    return {"scores": {"count": len(rows), "rows": rows}}


def _read(table: RuleTable, content: str) -> Sequence[Weight]:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / table.file).write_text(content, encoding="utf-8")
        found: Sequence[Weight] = table.read(Path(folder))
        return found


def _scores(proposed: Sequence[Weight], day: date) -> list[dict[str, Any]]:
    """Each plan's own area this year, by the weights in force on the day and by the proposed ones."""
    actor, book, year = local_operator(), books.region_book(), clock.today().year
    rows: list[dict[str, Any]] = []
    for plan in session().scalars(sa.select(Plan).order_by(Plan.id)):
        where = frames.area(book, plan.region_id)
        frame = frames.Frame(actor, where, Period(year))
        old = scored(plan, frame, score_weights.weights_in_force(plan.code, day))
        new = scored(plan, frame, score_weights.weights_of(proposed, plan.code, day))
        for (line, _, before), (_, _, after) in zip(old.lines, new.lines, strict=True):
            pair = [before.shown, before.outcome.value], [after.shown, after.outcome.value]
            if pair[0] != pair[1]:
                rows.append({
                    "plan": plan.code, "no": line.planned.row.no, "area": where.name, "year": year, "code": book.code(plan.region_id),
                    "name": line.planned.row.name, "before": pair[0], "after": pair[1],
                })  # fmt: skip
    return rows
