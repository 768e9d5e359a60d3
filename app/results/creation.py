"""Sampling sheets that a result export brings along: drafted before, registered with, and voided after its results."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from app.domain.actors import Actor
from app.domain.national_export import WrittenSheet
from app.domain.permissions import Permission, may_ever, permits
from app.domain.result_rows import WrittenTable
from app.domain.workflow import SampleState, SampleStep
from app.domain.written import Fault
from app.results.known import KnownSample
from app.results.moving import Origin, move_samples
from app.results.outcomes import Outcome
from app.sampling.creating import create_samples, link_enterprises
from app.sampling.drafts import Drafter
from app.sampling.search import search_text_of
from app.sampling.sheet_draft import SheetDraft, columns_of

OF_THE_REPORT = frozenset({"report_no", "reported_on", "received_on", "report_kind"})
GIVEN_ONCE = ("number", "state")


def undo_reason(batch_id: int) -> str:
    """Why a sheet was voided when the import that made it was undone; the same import, made again, knows it by this."""
    return f"撤销第 {batch_id} 次导入"


def undone_with_its_batch(sample: KnownSample) -> bool:
    """Was the sheet voided because its import was undone, and by nobody for a reason of its own?"""
    return sample.import_batch_id is not None and sample.void_reason == undo_reason(sample.import_batch_id)


def drafts_of(
    actor: Actor, table: WrittenTable, known: Mapping[str, KnownSample], others: Collection[str]
) -> tuple[dict[str, SheetDraft], list[Fault]]:
    """A draft for every sheet that the system does not have (any more), and what refuses it."""
    drafter = Drafter(actor)
    allowed = may_ever(actor, Permission.SAMPLE_CREATE)
    drafts: dict[str, SheetDraft] = {}
    faults: list[Fault] = []
    for number, sheet in table.sheets.items():
        sample = known.get(number)
        if not number or number in others or (sample is not None and sample.state is not SampleState.VOIDED):
            continue
        fields = {name: text for name, text in sheet.fields.items() if name not in OF_THE_REPORT}
        draft, found = drafter.draft(fields, sheet.extra, sheet.line)
        drafts[number] = draft
        faults += _faults(actor, sheet, draft, found, allowed)
    return drafts, faults


def redrafted(actor: Actor, table: WrittenTable, known: Mapping[str, KnownSample]) -> dict[str, SheetDraft]:
    """Drafts of the sheets that are registered already, as the file has them now; of those the actor may correct."""
    drafter = Drafter(actor)
    drafts: dict[str, SheetDraft] = {}
    for number, sheet in table.sheets.items():
        sample = known.get(number)
        if sample is None or sample.state is SampleState.VOIDED or not permits(actor, Permission.SAMPLE_CORRECT, sample):
            continue
        fields = {name: text for name, text in sheet.fields.items() if name not in OF_THE_REPORT}
        draft, faults = drafter.draft(fields, sheet.extra, sheet.line)
        if not any(fault.blocking for fault in faults):
            drafts[number] = draft
    link_enterprises(list(drafts.values()))
    return drafts


def _faults(
    actor: Actor, sheet: WrittenSheet, draft: SheetDraft, found: Sequence[Fault], allowed: bool
) -> Iterator[Fault]:
    told = {fault.message for fault in sheet.faults}
    for fault in found:
        if fault.message not in told:
            yield replace(fault, sheet=sheet.sheet)
    if not allowed:
        message = f"系统中没有抽样单 {sheet.number}：请核对编号，或先登记（导入）抽样单，再导入结果"
        yield Fault(sheet.line, "抽样编号", sheet.number, message, sheet.sheet)
    elif draft.org_id not in actor.reach:
        place = draft.sampled_region_written or ""
        message = f"抽样地“{place}”不属于本单位管辖：请核对所在地，或由当地监管部门导入"
        yield Fault(sheet.line, "被抽样单位所在地", place, message, sheet.sheet)


def register(outcomes: Sequence[Outcome], origin: Origin) -> None:
    """Register the new sheets of these outcomes and revive those voided with their import."""
    drafted = [(outcome.sample, outcome.draft) for outcome in outcomes if outcome.sample and outcome.draft]
    fresh = [(sample, draft) for sample, draft in drafted if not sample.id]
    made = create_samples([draft for _, draft in fresh], origin.actor, origin.at, origin.batch_id)
    for sample, _ in fresh:
        known = made[sample.number]
        sample.id, sample.version, sample.import_batch_id = known.id, known.version, origin.batch_id
    _revive([(sample, draft) for sample, draft in drafted if sample.state is SampleState.VOIDED], origin)


def _revive(drafted: Sequence[tuple[KnownSample, SheetDraft]], origin: Origin) -> None:
    """The sheet comes back as the file has it now: a corrected file is the usual reason for undoing the first."""
    link_enterprises([draft for _, draft in drafted])
    moved = []
    for sample, draft in drafted:
        columns = {name: value for name, value in columns_of(draft).items() if name not in GIVEN_ONCE}
        columns |= {
            "void_reason": None,
            "import_batch_id": origin.batch_id,
            "search_text": search_text_of(columns_of(draft)),
        }
        moved.append((sample, columns))
    move_samples(moved, SampleStep.REVIVE, origin)
