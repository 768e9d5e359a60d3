"""What becomes of each sample of a file: its reports to write, every row settled, and the conclusion that follows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter

from app.domain import facts
from app.domain.facts import Conclusion
from app.domain.national_export import WrittenReport, WrittenSheet
from app.domain.result_import import COMPARED, Action, Change, PlannedSample
from app.domain.result_rows import WrittenRow, by_report
from app.domain.samples import Purpose, Supervision, Verdict
from app.domain.written import NotADate, written_date
from app.reference.food_files import folded
from app.reference_data.books import laboratories
from app.results.known import KnownReport, KnownSample, Standing, drafted_sample
from app.results.reconciling import Reconciler
from app.results.report_headers import REPORT, TITLES, Header
from app.results.settling import Food, SettledRow, Settler
from app.results.sheet_reconciling import SHEET, Amendment
from app.sampling.columns import title
from app.sampling.sheet_draft import SheetDraft

_texts = attrgetter("item", *COMPARED)
_pending = attrgetter("pending")
_supervision_note, _monitoring_note = attrgetter("supervision_note"), attrgetter("monitoring_note")


@dataclass(slots=True)
class ReportDraft:
    """A report to write: a new one, or a new version of the one it replaces."""

    report_no: str
    header: Header
    rows: list[SettledRow]
    replaces: KnownReport | None


@dataclass(slots=True)
class Outcome:
    """One sample of the file."""

    planned: PlannedSample
    action: Action
    sample: KnownSample | None
    diff: tuple[Change, ...] = ()
    drafts: list[ReportDraft] = field(default_factory=list)
    unchanged: list[KnownReport] = field(default_factory=list)  # of the file
    standings: list[Standing] = field(default_factory=list)  # every row in force afterwards
    conclusion: Conclusion | None = None
    reported_on: date | None = None  # newest report date in force afterwards
    draft: SheetDraft | None = None  # of a sheet that is registered with its results
    amendment: Amendment | None = None  # of a registered sheet of which the file says otherwise
    pending_items: int = 0
    has_residue: bool = False

    @property
    def verdicts(self) -> list[Verdict]:
        """Verdicts in force of the file's own rows."""
        found = [row.judgement.settled.verdict for draft in self.drafts for row in draft.rows]
        return found + [row.standing.verdict for report in self.unchanged for row in report.rows]

    @property
    def newly_nonconforming(self) -> bool:
        failed = self.conclusion is not None and self.conclusion.supervision is Supervision.FAIL
        return failed and (self.sample is None or self.sample.supervision is not Supervision.FAIL)


class Settlement:
    """Works out the outcomes of one file."""

    def __init__(
        self,
        settler: Settler,
        reported_on: date | None,
        received_on: date | None,
        laboratory: tuple[str | None, int | None],
        today: date,
        reconciler: Reconciler | None = None,
    ) -> None:
        self._reconciler = reconciler
        self._settler, self._today, self._laboratories = settler, today, laboratories()
        self._reported_on, self._received_on, self._laboratory = reported_on, received_on, laboratory

    def outcome(
        self,
        planned: PlannedSample,
        sample: KnownSample | None,
        draft: SheetDraft | None,
        reports: Sequence[KnownReport],
    ) -> Outcome:
        """The outcome of an acceptable sample; reports that the file does not mention stay in force beside it."""
        drafted = drafted_sample(draft) if draft else None
        made = Outcome(planned, planned.action, sample or drafted, planned.diff, draft=draft)
        self._amend(made)
        judged = drafted or sample
        assert judged is not None
        in_force = {report.report_no: report for report in reports}
        food: Food | None = None
        for report_no, rows in by_report(planned.rows).items():
            known = in_force.pop(report_no, None)
            header = self._header(planned, report_no, rows)
            if self._reconciler is not None:
                header = self._reconciler.header(known, header)
            differs = _header_changes(known, header)
            if known is not None and not differs and _same_rows(known, rows):
                made.unchanged.append(known)
                continue
            if food is None:
                food = self._settler.food_of(judged, header.reported_on, self._today)
            made.diff += differs
            header = header.over(known).tested_by(sample)
            made.drafts.append(ReportDraft(report_no, header, self._settler.settle(rows, food), known))
        self._conclude(made, judged.purpose, [*made.unchanged, *in_force.values()])
        return made

    def _amend(self, made: Outcome) -> None:
        """What the sheet takes over from the file."""
        if self._reconciler is None or made.planned.number not in self._reconciler.amendments:
            return
        made.amendment = self._reconciler.amendments[made.planned.number]
        made.diff += tuple(Change(SHEET, title(one.field), one.ours, one.theirs) for one in made.amendment.told)
        if made.action is Action.UNCHANGED:
            made.action = Action.CHANGED

    def _conclude(self, made: Outcome, purpose: Purpose, staying: Sequence[KnownReport]) -> None:
        if made.drafts and made.action is Action.UNCHANGED:
            made.action = Action.CHANGED
        if self._reconciler is not None and self._reconciler.waits(made.planned.number):
            made.action = Action.CONFLICT
        made.standings = [row.judgement.standing for draft in made.drafts for row in draft.rows]
        made.standings += [row.standing for report in staying for row in report.rows]
        made.pending_items = sum(map(_pending, made.standings))
        different = dict(zip(map(id, made.standings), made.standings, strict=True)).values()  # of many rows only few
        made.has_residue = facts.has_residue([standing.item_class for standing in different])
        dates = [draft.header.reported_on for draft in made.drafts] + [report.reported_on for report in staying]
        made.reported_on = max((day for day in dates if day is not None), default=None)
        made.conclusion = facts.conclude(different, purpose)

    def _header(self, planned: PlannedSample, report_no: str, rows: Sequence[WrittenRow]) -> Header:
        written = _written_report(planned.sheet, report_no)
        fields_of = written.fields if written else {}
        laboratory, laboratory_org_id = self._laboratory
        if laboratory is None and planned.sheet is not None:
            laboratory = planned.sheet.fields.get("laboratory")
            laboratory_org_id = self._laboratories.get(folded(laboratory or ""))
        return Header(
            reported_on=(written.reported_on if written else None) or self._reported_on,
            received_on=_date(fields_of.get("received_on")) or self._received_on,
            report_kind=_cut(fields_of.get("report_kind"), 40),
            conclusion_written=_cut(fields_of.get("conclusion_text"), 400),
            remark_supervision=_cut(_first(map(_supervision_note, rows)), 1000)
            or _cut(fields_of.get("laboratory_remark"), 1000),
            remark_monitoring=_cut(_first(map(_monitoring_note, rows)), 1000),
            laboratory=_cut(laboratory, 200),
            laboratory_org_id=laboratory_org_id,
        )


def _same_rows(known: KnownReport, rows: Sequence[WrittenRow]) -> bool:
    """The same items with the same texts, in whatever order."""
    return sorted(map(_texts, known.rows)) == sorted(map(_texts, rows))


def _header_changes(known: KnownReport | None, header: Header) -> tuple[Change, ...]:
    """What the file says of the report itself and the report in force says otherwise."""
    if known is None:
        return ()
    found = []
    for name, words in TITLES.items():
        before, after = getattr(known, name), getattr(header, name)
        same_laboratory = name == "laboratory" and header.laboratory_org_id == known.laboratory_org_id is not None
        if after is not None and after != before and not same_laboratory:
            found.append(Change(REPORT, words, str(before or ""), str(after)))
    return tuple(found)


def _written_report(sheet: WrittenSheet | None, report_no: str) -> WrittenReport | None:
    reports = sheet.reports if sheet else ()
    return next((report for report in reports if report.report_no == report_no), None)


def _first(texts: Iterator[str]) -> str | None:
    return next(filter(None, texts), None)


def _cut(text: str | None, length: int) -> str | None:
    return text.strip()[:length] or None if text else None


def _date(text: str | None) -> date | None:
    """收检日期 of a report; a text that is no date has been complained of with the sheet."""
    try:
        return written_date(text) if text else None
    except NotADate:
        return None
