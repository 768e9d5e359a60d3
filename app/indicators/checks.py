"""`flask indicators check`: everything recounted batch by batch in plain Python, compared with what the pages show.

Batches are counted from their versions, other records from the lists that the figures open, and every figure a second time as of this
very moment, which reads no summary and replays every history.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from app import clock
from app.db import session
from app.domain.actors import Actor
from app.domain.indicators import (
    CasePart,
    Figure,
    Formula,
    Kind,
    Part,
    Period,
    TallyPart,
    category_coverage,
    compute,
    in_part,
    recount,
    recount_disposal,
    recount_tally,
)
from app.domain.samples import Verdict
from app.indicators import cases, coverage, tallies
from app.indicators.batch_rows import BatchRow, batch_rows
from app.indicators.figures import KIND_LEVEL, Answer, Asked, answers, counts_batches, coverage_paths
from app.indicators.frames import NATION, Frame, area, area_by_code
from app.indicators.models import (
    AreaSummary,
    BatchSummary,
    ItemSummary,
    Plan,
    WideSummary,
    YearItemSummary,
    YearSummary,
)
from app.indicators.queries import indicators
from app.indicators.summaries import NO_LEVEL, WIDE_KEY
from app.reference_data.books import category_book, region_book
from app.reference_data.models import RegionLevel
from app.results.models import ResultReport, ResultRow
from app.sampling.models import BatchFact

Key = tuple[Any, ...]
BATCH_COLUMNS = (
    "org_id", "month", "county_id", "category_root_id", "purpose", "domain", "organiser_level", "supervision",
    "monitoring", "has_residue",
)  # fmt: skip
AREA_COLUMNS = ("org_id", "year", "county_id", "purpose", "domain", "supervision", "monitoring", "has_residue")
WIDE_COLUMNS = ("region_id", *WIDE_KEY)
YEAR_COLUMNS = ("region_id", "year", *WIDE_KEY[1:])
ITEM_COLUMNS = ("org_id", "month", "category_root_id", "item")
IN_FORCE = (BatchFact.superseded_at.is_(None), BatchFact.voided.is_(False))


class Report:
    """What was compared, and what differs."""

    def __init__(self) -> None:
        self.groups: Counter[str] = Counter()
        self.different: list[dict[str, Any]] = []

    @property
    def compared(self) -> int:
        return self.groups.total()

    def expect(self, group: str, what: str, shown: Any, recounted: Any) -> None:
        self.groups[group] += 1
        if shown != recounted:
            self.different.append({"what": what, "shown": shown, "recounted": recounted})

    def tables(self, name: str, shown: Mapping[Key, Any], recounted: Mapping[Key, Any]) -> None:
        for key in sorted(shown.keys() | recounted.keys(), key=repr):
            self.expect(name, f"{name} {'/'.join(map(str, key))}", shown.get(key), recounted.get(key))


def check(actor: Actor) -> Report:
    """Compare the summaries line by line and every computed indicator of every plan, year by year."""
    report = Report()
    rows = list(batch_rows(IN_FORCE))
    report.tables("批次汇总", _summed(BatchSummary, BATCH_COLUMNS), Counter(_batch_key(row) for row in rows))
    report.tables("地区年度汇总", _summed(AreaSummary, AREA_COLUMNS), Counter(_area_key(row) for row in rows))
    wide = _wide_recount(rows)
    report.tables("省级和全国汇总", _summed(WideSummary, WIDE_COLUMNS), wide)
    report.tables("省级和全国年度汇总", _summed(YearSummary, YEAR_COLUMNS), _of_years(wide))
    items = _item_recount(rows)
    report.tables("项目汇总", _item_summary(), items)
    report.tables("项目年度汇总", _year_items(), _items_of_years(items))
    _check_figures(report, actor, rows)
    return report


def _summed(lines: Any, names: Sequence[str]) -> dict[Key, int]:
    """What a summary says, line by line."""
    columns = [getattr(lines, name) for name in names]
    return {tuple(key): number for *key, number in session().execute(sa.select(*columns, lines.batches))}


def _batch_key(row: BatchRow) -> Key:
    level = row.organiser_level.value if row.organiser_level else NO_LEVEL
    place = row.county_id or row.region_id or 0
    return (
        row.org_id, row.month, place, row.category_root_id or 0, row.purpose.value, row.domain.value, level,
        row.supervision.value, row.monitoring.value, row.has_residue,
    )  # fmt: skip


def _wide_recount(rows: Iterable[BatchRow]) -> dict[Key, int]:
    """The nation holds every batch, a province those whose place lies in it."""
    book = region_book()
    nation = book.id(NATION)
    counts: Counter[Key] = Counter()
    for row in rows:
        place, key = row.county_id or row.region_id, _wide_key(row)
        counts[nation, *key] += 1
        for region_id in book.up(place) if place else ():
            if book.level(region_id) is RegionLevel.PROVINCE:
                counts[region_id, *key] += 1
    return counts


def _wide_key(row: BatchRow) -> Key:
    """The key of ``batch_summary`` without the organisation and the county."""
    _, month, _, *others = _batch_key(row)
    return (month, *others)


def _area_key(row: BatchRow) -> Key:
    place = row.county_id or row.region_id or 0
    conclusions = row.supervision.value, row.monitoring.value
    return (row.org_id, row.month // 100, place, row.purpose.value, row.domain.value, *conclusions, row.has_residue)


def _of_years(months: Mapping[Key, int]) -> dict[Key, int]:
    counts: Counter[Key] = Counter()
    for (region_id, month, *others), number in months.items():
        counts[region_id, month // 100, *others] += number
    return counts


def _item_summary() -> dict[Key, tuple[int, int]]:
    columns = [getattr(ItemSummary, name) for name in ITEM_COLUMNS]
    found = session().execute(sa.select(*columns, ItemSummary.tested, ItemSummary.failed))
    return {tuple(key): (tested, failed) for *key, tested, failed in found}


def _year_items() -> dict[Key, tuple[int, int, int]]:
    one = YearItemSummary
    found = session().execute(sa.select(one.year, one.category_root_id, one.item, one.tested, one.failed, one.lines))
    return {(year, root, item): (tested, failed, lines) for year, root, item, tested, failed, lines in found}


def _items_of_years(months: Mapping[Key, tuple[int, int]]) -> dict[Key, tuple[int, int, int]]:
    counts: dict[Key, tuple[int, int, int]] = defaultdict(lambda: (0, 0, 0))
    for (_, month, root, item), (tested, failed) in months.items():
        before = counts[month // 100, root, item]
        counts[month // 100, root, item] = before[0] + tested, before[1] + failed, before[2] + 1
    return dict(counts)


def _item_recount(rows: Iterable[BatchRow]) -> dict[Key, tuple[int, int]]:
    batches = {row.sample_id: row for row in rows}
    counts: dict[Key, list[int]] = defaultdict(lambda: [0, 0])
    statement = (
        sa.select(ResultRow.sample_id, ResultRow.item, ResultRow.verdict, ResultRow.pending)
        .join(ResultReport, ResultReport.id == ResultRow.report_id)
        .where(ResultReport.superseded_at.is_(None))
    )
    for sample_id, item, verdict, pending in session().execute(statement.execution_options(yield_per=2000)):
        batch = batches.get(sample_id)
        if batch is not None:
            count = counts[batch.org_id, batch.month, batch.category_root_id or 0, item]
            count[0] += verdict is not Verdict.UNTESTED
            count[1] += verdict is Verdict.FAIL and not pending
    return {key: (tested, failed) for key, (tested, failed) in counts.items()}


# ---------------------------------------------------------------- figures


def _check_figures(report: Report, actor: Actor, rows: Iterable[BatchRow]) -> None:
    own = [row for row in rows if row.org_id in actor.reach]
    by_year: dict[int, list[BatchRow]] = defaultdict(list)
    for row in own:
        by_year[row.month // 100].append(row)
    for year, batches in sorted(by_year.items()):
        for frame, inside in _frames(actor, year, batches):
            _check_frame(report, frame, inside)


def _frames(actor: Actor, year: int, batches: list[BatchRow]) -> Iterator[tuple[Frame, list[BatchRow]]]:
    """Each plan's own area, and the nation with the batches whose place nobody could read."""
    book = region_book()
    regions = dict.fromkeys(session().scalars(sa.select(Plan.region_id).order_by(Plan.id)))
    areas = [area(book, one) for one in regions] + [area_by_code(book, NATION)]
    for one in areas:
        inside = [row for row in batches if one.whole or (row.region_id or row.county_id) in one.inside]
        yield Frame(actor, one, Period(year)), inside


def _check_frame(report: Report, frame: Frame, batches: list[BatchRow]) -> None:
    questions = _questions()
    now = answers(replace(frame, as_of=clock.now()), questions)
    for asked, answer in answers(frame, questions).items():
        group, counted = _recounted(frame, asked, batches, answer)
        name = f"{asked.formula.name} {frame.area.name} {frame.period.label}"
        report.expect(group, name, _plain(answer.figure), counted)
        report.expect("截至此刻的指标数值", f"{name} 截至此刻", _plain(answer.figure), _plain(now[asked].figure))


def _recounted(frame: Frame, asked: Asked, batches: list[BatchRow], answer: Answer) -> tuple[str, list[Any]]:
    """By what the figure was counted again, and what came out."""
    formula, people = asked.formula, answer.population
    if counts_batches(formula):
        figure = recount(formula, batches, frame.period, asked.conditions, people.residents if people else None)
        return "指标：逐批重算", _plain(figure)
    if isinstance(formula.numerator, TallyPart):
        return "指标：逐件重算", _plain(_recount_tally(frame, asked))
    if isinstance(formula.numerator, CasePart):
        return "指标：逐案重算", _plain(_recount_disposal(frame, asked))
    if formula.kind is Kind.BALANCE:  # the share of every month cannot be divided here: the batches that it rests on are counted
        done = sum(frame.period.contains(row.reported_on) for row in batches if in_part(row, Part.COMPLETED, asked.conditions))
        return "指标：逐批重算", [done, *_plain(answer.figure)[1:]]
    return "指标：逐家、逐品种重算", _recount_covered(frame, asked, batches, answer)


def _recount_covered(frame: Frame, asked: Asked, batches: list[BatchRow], answer: Answer) -> list[Any]:
    """Of enterprises the list that the figure opens; of 品种 those of the batches, by their paths."""
    if asked.of_enterprises:
        if not coverage.countable(asked.formula.code, asked.conditions):
            return _plain(answer.figure)
        listed = coverage.enterprises(frame, asked.formula.code, asked.conditions)
        return _plain(compute(asked.formula, sum(bool(row.covered) for row in listed), len(listed)))
    planned, _ = coverage_paths(frame, asked)
    inside = [row for row in batches if frame.period.contains(row.reported_on) and in_part(row, Part.COMPLETED, asked.conditions)]
    paths = {category_book().by_id(row.category_id).path for row in inside if row.category_id is not None}
    reached = {"/".join(path.split("/")[:KIND_LEVEL]) for path in paths}
    return _plain(category_coverage(planned, reached).figure)


def _recount_disposal(frame: Frame, asked: Asked) -> Figure:
    due = cases.matching(cases.due_batches(frame), asked.conditions)
    fallen = [one.disposal for one in due if one.disposal.due_on <= frame.today]
    return recount_disposal(asked.formula, fallen, frame.period)


def _recount_tally(frame: Frame, asked: Asked) -> Figure:
    records = tallies.matching(tallies.rows(frame, asked.formula), asked.conditions)
    return recount_tally(asked.formula, [one for one in records if one.day <= frame.today], frame.period)


def _questions() -> list[Asked]:
    found: list[Asked] = []
    for plan in session().scalars(sa.select(Plan).order_by(Plan.id)):
        found += [Asked(one.formula, one.conditions) for one in indicators(plan) if _countable(one.formula)]
    return list(dict.fromkeys(found))


def _countable(formula: Formula) -> bool:
    return formula.kind is not Kind.REPORTED


def _plain(figure: Figure) -> list[Any]:
    return [figure.numerator, figure.denominator, figure.display, figure.undecided]
