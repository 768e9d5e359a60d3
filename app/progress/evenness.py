"""均衡性 of a plan: over months, townships and categories, with what is over or under and this month's number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from app import clock
from app.domain.actors import Actor
from app.domain.balance import Contribution, Meter, meter, suggested
from app.domain.fact_filters import UNCLASSIFIED
from app.domain.progress import Axis, Tally, monthly_plan
from app.domain.quota_axes import along
from app.progress import queries
from app.progress.groups import groups
from app.progress.tables import Laid


@dataclass(frozen=True)
class Section:
    """The balance along one axis. ``lacking`` says why there is none."""

    axis: Axis
    meter: Meter
    labels: Mapping[str, str]
    lacking: str = ""

    @property
    def unplaced(self) -> int:
        """Batches that fall in no part: they pull the figure down without saying where they belong."""
        return next((one.done for one in self.meter.contributions if one.key == UNCLASSIFIED), 0)

    def label(self, one: Contribution) -> str:
        return self.labels.get(one.key, UNCLASSIFIED)


@dataclass(frozen=True)
class Evenness:
    """Every section, and what is advised for the month: number in all, and how many more."""

    sections: tuple[Section, ...]
    month: int | None
    advised: int | None
    sampled: int

    @property
    def more(self) -> int | None:
        return None if self.advised is None else self.advised - self.sampled


def evenness(actor: Actor, laid: Laid, months: Mapping[str, Tally] | None = None) -> Evenness:
    """The balance of a plan today. ``months`` are its counts by month where the caller has them."""
    tallies = queries.counts(actor, laid.plan, Axis.MONTH) if months is None else months
    done = {int(key): one.sampled for key, one in tallies.items() if key != UNCLASSIFIED}
    planned = monthly_plan(laid.total, laid.months, laid.elapsed)
    today = clock.today()
    month = today.month if today.year == laid.plan.year else None
    advised = suggested(done, planned, month) if month else None
    return Evenness(
        (_months(laid, done, planned), *(_parts(actor, laid, axis) for axis in (Axis.AREA, Axis.CATEGORY))),
        month, advised, done.get(month or 0, 0),
    )  # fmt: skip


def _months(laid: Laid, done: Mapping[int, int], planned: Mapping[int, Fraction]) -> Section:
    begun = [month for month in planned if date(laid.plan.year, month, 1) <= clock.today()]
    due = {str(month): planned[month] * laid.elapsed.month(month) for month in begun}
    found = meter({str(month): done.get(month, 0) for month in begun}, due)
    return Section(Axis.MONTH, found, {str(month): f"{month}月" for month in begun})


def _parts(actor: Actor, laid: Laid, axis: Axis) -> Section:
    parts = groups(laid.plan, axis)
    quotas = along(axis, laid.cells, parts.group_of, laid.trees)
    lacking = "" if quotas else "计划没有按这一维度分解批次，不能比较。"
    tallies = queries.by_group(actor, laid.plan, parts) if quotas else {}
    found = meter({key: one.sampled for key, one in tallies.items() if one.sampled}, quotas)
    return Section(axis, found, {**parts.labels, UNCLASSIFIED: parts.rest}, lacking)
