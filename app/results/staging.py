"""A result file, read and judged but not yet written (导入预览): what each of its samples would become.

Runs before any write transaction; confirming reads the stored file again and comes through here a second time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain
from typing import Any

from app import clock, files
from app.collecting import put_off
from app.db import session
from app.domain.actors import Actor, Role
from app.domain.permissions import Permission, permits
from app.domain.result_headers import Mapped
from app.domain.result_import import Action, Change, ImportPlan, plan_import
from app.domain.result_rows import WrittenTable, parse_results
from app.domain.samples import Monitoring, Supervision, Verdict
from app.domain.workflow import SampleState
from app.domain.written import Fault
from app.errors import NotAllowedNow, NotLikeThis
from app.layouts import queries as layouts
from app.organisations.models import Organisation
from app.reference_data.books import laboratory_id
from app.results import checks, creation
from app.results.known import KnownReport, KnownSample, reports_in_force, samples_by_number
from app.results.models import ImportBatch
from app.results.outcomes import Outcome, Settlement
from app.results.reconciling import Reconciler
from app.results.settling import Settler
from app.sampling.sheet_draft import SheetDraft
from app.spreadsheets import UnreadableFile, sheets_coming

LAYOUTS = {"auto": "自动识别", "lab": "检验机构结果表", "national": "国家抽检系统导出表"}
LARGE_ROWS = 20_000  # more than that is worked on in the background


@dataclass(frozen=True, slots=True)
class Options:
    """What the user says about a file that the file itself does not say."""

    layout: str = "auto"
    reported_on: date | None = None
    laboratory_org_id: int | None = None
    received_on: date | None = None
    layout_mapping_id: int | None = None  # 导入格式对照 to read it with; None: whichever fits


@dataclass(slots=True)
class Prepared:
    """The whole preview of one file."""

    table: WrittenTable
    plan: ImportPlan
    options: Options
    outcomes: list[Outcome] = field(default_factory=list)
    reconciler: Reconciler | None = None
    preview: dict[str, Any] | None = None  # for the page, once somebody has made it
    layout_mapping_id: int | None = None  # 导入格式对照 that it was read with
    pages: str | None = None  # digest of the kept pages of the preview

    @property
    def layout(self) -> str:
        return self.table.layout or self.options.layout

    @property
    def writable(self) -> list[Outcome]:
        """What confirming writes."""
        return [outcome for outcome in self.outcomes if outcome.action in (Action.NEW, Action.CHANGED)]

    @property
    def counts(self) -> Counter[Action]:
        return Counter(outcome.action for outcome in self.outcomes)

    @property
    def file_errors(self) -> list[Fault]:
        """Faults of the file as a whole: part of it could not even be read, so nothing of it may be confirmed."""
        of_samples = {id(fault) for outcome in self.outcomes for fault in outcome.planned.faults}
        return [fault for fault in self.plan.errors if id(fault) not in of_samples]

    @property
    def lacks_date(self) -> bool:
        """Is there a report without a date, neither in the file nor given?"""
        return any(draft.header.reported_on is None for outcome in self.writable for draft in outcome.drafts)

    @property
    def item_verdicts(self) -> dict[Verdict, int]:
        """Items of the acceptable samples of the file, by the verdict in force."""
        found = Counter(chain.from_iterable(outcome.verdicts for outcome in self.outcomes))
        return {verdict: found[verdict] for verdict in Verdict}

    @property
    def conclusions(self) -> dict[str, int]:
        """Acceptable samples by conclusion; a half that a sample does not have is not counted."""
        pairs = [outcome.conclusion for outcome in self.outcomes if outcome.conclusion]
        supervised = Counter(pair.supervision for pair in pairs)
        monitored = Counter(pair.monitoring for pair in pairs)
        always = (Supervision.PASS, Supervision.FAIL, Supervision.OPEN)
        words = (Monitoring.CLEAR, Monitoring.PROBLEM, Monitoring.UNDECIDED)
        return {word.value: supervised[word] for word in always} | {
            word.value: monitored[word] for word in words if monitored[word]
        }

    @property
    def newly_nonconforming(self) -> list[Outcome]:
        """Batches that this file makes 不合格: each of them will be taken into 核查处置."""
        return [outcome for outcome in self.writable if outcome.newly_nonconforming]


@put_off()
def read_table(sha256: str, filename: str, mapped: Mapping[str, Mapped] | None = None) -> WrittenTable:
    """The stored file, made out while a child process parses it; ``mapped`` are headers that somebody has mapped.

    Raises NotLikeThis when it cannot be read at all.
    """
    try:
        with sheets_coming(files.path_of(sha256), filename) as sheets:
            return parse_results(sheets, mapped)
    except UnreadableFile as fault:
        raise NotLikeThis(str(fault), field="file") from fault


def headers_for(actor: Actor, options: Options) -> dict[str, Mapped]:
    """The headers that somebody has mapped: the one that was named, else those for this laboratory's files."""
    if options.layout_mapping_id is not None:
        return layouts.header_of(options.layout_mapping_id)
    return layouts.headers_known(actor, reports_for_itself(actor) or options.laboratory_org_id)


def prepare_file(actor: Actor, sha256: str, filename: str, options: Options) -> Prepared:
    """Read a stored file and plan it."""
    return prepare(actor, read_table(sha256, filename, headers_for(actor, options)), options)


def read_again(batch: ImportBatch) -> WrittenTable:
    """The file of an import, read as it was when it was staged: a mapping made since does not change it."""
    return read_table(batch.sha256, batch.filename, layouts.header_of(batch.layout_mapping_id))


def prepare_again(actor: Actor, batch: ImportBatch, options: Options) -> Prepared:
    """Plan a staged import anew, before it is confirmed.

    Raises NotAllowedNow when the mapping it was read with has been taken out of use.
    """
    if layouts.is_voided(batch.layout_mapping_id):
        raise NotAllowedNow("读取本文件所用的列对照已作废，不能导入：请在本次导入的“列对照”中重新指定各列，或重新上传文件")
    prepared = prepare(actor, read_again(batch), options)
    shown = (batch.new_count, batch.changed_count, batch.unchanged_count, batch.refused_count)
    if shown == tuple(prepared.counts[action] for action in (Action.NEW, Action.CHANGED, Action.UNCHANGED, Action.REFUSED)):
        prepared.pages = (batch.preview or {}).get("pages")
    return prepared


@put_off()
def prepare(actor: Actor, table: WrittenTable, options: Options, *, typed: bool = False) -> Prepared:
    """Plan and judge a parsed file for this actor; what is ``typed`` in is meant as it is, whatever an import said."""
    if options.layout != "auto" and table.layout not in (None, options.layout):
        found, wanted = LAYOUTS[str(table.layout)], LAYOUTS[options.layout]
        raise NotLikeThis(f"文件的表头是“{found}”，与所选的“{wanted}”不符，请重新选择格式或文件", field="layout")
    own = reports_for_itself(actor)
    options = replace(options, laboratory_org_id=own) if own else options
    known, others = _known(actor, table)
    reports = reports_in_force(sample.id for sample in known.values())
    reconciler = None if typed else Reconciler(table.layout, known, reports)
    table = reconciler.merged(table) if reconciler else table
    national = table.layout == "national"
    # a number that is somebody else's is drafted as if it were new, so that what is said of it is what is said of any other
    drafts, of_drafts = creation.drafts_of(actor, table, known, ()) if national else ({}, [])
    if national:
        of_drafts += checks.taken(table, drafts, others, of_drafts)
        drafts = {number: draft for number, draft in drafts.items() if number not in others}
    faults = [*table.faults, *checks.faults_of(table, known, options.reported_on)]
    if reconciler and national:
        reconciler.sheets(known, creation.redrafted(actor, table, known))
    plan = plan_import(
        table.rows,
        known,
        {
            (number, report.report_no): report.rows
            for number, sample in known.items()
            for report in reports.get(sample.id, ())
        },
        sheets=table.sheets if national else None,
        faults=[*faults, *of_drafts],
    )
    prepared = Prepared(table, plan, options, reconciler=reconciler, layout_mapping_id=table.mapping)
    prepared.outcomes = list(_outcomes(prepared, known, reports, drafts))
    return prepared


def _known(actor: Actor, table: WrittenTable) -> tuple[dict[str, KnownSample], set[str]]:
    """Samples of the file that this actor may enter results for, and numbers that exist but are not for this actor."""
    every = samples_by_number({row.number for row in table.rows if row.number})
    known = {number: sample for number, sample in every.items() if permits(actor, Permission.RESULT_ENTER, sample)}
    for sample in known.values():
        revivable = table.layout == "national" and creation.undone_with_its_batch(sample)
        sample.voided = sample.state is SampleState.VOIDED and not revivable
    return known, every.keys() - known.keys()


def _outcomes(
    prepared: Prepared,
    known: Mapping[str, KnownSample],
    reports: Mapping[int, Sequence[KnownReport]],
    drafts: Mapping[str, SheetDraft],
) -> Iterator[Outcome]:
    options = prepared.options
    settlement = Settlement(Settler(), options.reported_on, options.received_on, _laboratory(options), clock.today(), prepared.reconciler)
    for planned in prepared.plan.samples:
        sample, draft = known.get(planned.number), drafts.get(planned.number)
        if planned.action is Action.REFUSED:
            yield Outcome(planned, Action.REFUSED, sample)
        else:
            yield settlement.outcome(planned, sample, draft, reports.get(sample.id, ()) if sample else ())


def _laboratory(options: Options) -> tuple[str | None, int | None]:
    if options.laboratory_org_id is None:
        return None, None
    found = session().get(Organisation, options.laboratory_org_id)
    return (found.name, found.id) if found else (None, None)


def reports_for_itself(actor: Actor) -> int | None:
    """A laboratory enters its own reports and nobody else's: its organisation's id; None for everybody else."""
    return actor.org_id if actor.has(Role.LABORATORY) else None


def laboratory_named(name: str | None) -> int | None:
    """The laboratory the user named.

    Raises NotLikeThis when the name is not known.
    """
    if not name:
        return None
    found = laboratory_id(name)
    if found is None:
        raise NotLikeThis(f"没有名为“{name[:60]}”的检验机构，请核对名称或先在机构管理中登记", field="laboratory")
    return found


def changes_of(prepared: Prepared) -> list[tuple[str, Change]]:
    """Every difference of the changed samples, with the number it belongs to."""
    changed = (outcome for outcome in prepared.outcomes if outcome.action is Action.CHANGED)
    return [(outcome.planned.number, change) for outcome in changed for change in outcome.diff]
