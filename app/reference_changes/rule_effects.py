"""What another edition of a rule table would change: figures, deadlines, lights, completeness, weights, 考核得分.

The proposed table is read beside the one in force, or put in force for this context alone; other requests never find it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app import clock, rule_editions
from app.authorize import local_operator
from app.comparisons.score import scored
from app.db import session
from app.domain.indicators import Period
from app.indicators import frames
from app.indicators.models import Plan
from app.reference import score_weights
from app.reference.score_weights import Weight
from app.reference_changes import gauges
from app.reference_changes.rule_gauges import GAUGES, MOVES_FIGURES, NOTHING, Stands
from app.reference_changes.rule_tables import RuleTable
from app.reference_data import books

KEPT_ROWS = 2000


def compared(table: RuleTable, content: str, begins: date) -> Mapping[str, Any]:
    """By the name of the comparison, as an effect keeps it."""
    if table.file == score_weights.FILE:
        rows = _scores(_read(table, content), max(begins, clock.today()))
        return {"scores": {"count": len(rows), "rows": rows}}
    gauge = GAUGES.get(table.file)
    if gauge is None:
        return {"texts": {"what": table.title}}
    year = clock.today().year
    with clock.rehearsing(max(begins, clock.today())):  # before and after on one day: what differs, differs by the rules
        before, told = gauge.read(begins, year), _figures(table, year)
        with rule_editions.trial(table.file, content, begins):
            after, tells = gauge.read(begins, year), _figures(table, year)
    rows = _moved(before, after)
    found: dict[str, Any] = {"moves": {"what": gauge.what, "after": gauge.after, "count": len(rows), "rows": rows[:KEPT_ROWS]}}
    if table.file in MOVES_FIGURES:
        changed = gauges.changed(told, tells)
        found["figures"] = {"count": len(changed), "rows": changed[:KEPT_ROWS]}
    return found


def _figures(table: RuleTable, year: int) -> gauges.Figures:
    return gauges.figures(None, [year]) if table.file in MOVES_FIGURES else {}


def _moved(before: Stands, after: Stands) -> list[dict[str, Any]]:
    """What the two editions make differently, in the order of the records."""
    rows = []
    for kind, key in dict.fromkeys((*before, *after)):
        old, new = before.get((kind, key), ("", NOTHING)), after.get((kind, key), ("", NOTHING))
        if old[1] != new[1]:
            rows.append({"kind": kind, "key": key, "name": new[0] or old[0], "before": old[1], "after": new[1]})
    return rows


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
