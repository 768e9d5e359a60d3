"""Which summary answers a question (选用汇总表): the smallest that knows the period, the groups and every condition of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.indicators import Field, Selection
from app.indicators.frames import Frame
from app.indicators.groups import SUMMARY_GROUPS, By, splits_townships
from app.indicators.models import AreaSummary, BatchSummary, WideSummary, YearSummary
from app.indicators.selections import SUMMARISED

FINE = frozenset({By.CATEGORY, By.AREA, By.LEVEL, By.PURPOSE, By.MONTH})


@dataclass(frozen=True, slots=True)
class Summary:
    """A table of sums: by what it groups, what it can be asked, whether only the topmost reader may, whether it holds whole years."""

    lines: type[Any]
    groups: frozenset[By]
    fields: frozenset[Field] = SUMMARISED
    wide: bool = False
    yearly: bool = False

    def answers(self, frame: Frame, by: By | None, fields: Iterable[Field]) -> bool:
        if (self.wide and not frame.wide) or (self.yearly and len(frame.period.months) < 12):
            return False
        return (by is None or by in self.groups) and self.fields.issuperset(fields)


BY_SIZE = (
    Summary(YearSummary, FINE - {By.MONTH, By.AREA}, wide=True, yearly=True),
    Summary(WideSummary, FINE - {By.AREA}, wide=True),
    Summary(AreaSummary, frozenset({By.AREA, By.PURPOSE}), frozenset({Field.DOMAIN, Field.PURPOSE, Field.ITEM_GROUP}), yearly=True),
    Summary(BatchSummary, FINE),
)


def summarised(frame: Frame, one: Selection, by: By | None) -> bool:
    """The summaries hold what is true now, of counties and above, and do not know the link."""
    if frame.as_of is not None or frame.area.fine or not SUMMARISED.issuperset(_fields([one])):
        return False
    return by is None or (by in SUMMARY_GROUPS and not (by is By.AREA and splits_townships(frame)))


def smallest(frame: Frame, selections: Sequence[Selection], by: By | None) -> Any:
    """The table to ask for all of these at once; each of them is summarised."""
    fields = _fields(selections)
    return next(one.lines for one in BY_SIZE if one.answers(frame, by, fields))


def _fields(selections: Iterable[Selection]) -> set[Field]:
    return {condition.field for one in selections for condition in one.conditions}
