"""A sheet typed by hand (手工登记): read like an imported one, and held to the form's own rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from app.domain.actors import Actor
from app.domain.findings import Finding
from app.domain.sheet_fields import RawSheet, sheet_fields
from app.domain.sheet_required import Missing, missing_fields
from app.domain.sheet_rules import OUTCOME_FIELDS
from app.domain.workflow import SampleState
from app.domain.written import Fault, number_complaint
from app.sampling import checking
from app.sampling.columns import title
from app.sampling.drafts import Drafter
from app.sampling.sheet_draft import SheetDraft

NOT_SAMPLED = "（未抽到样品）"  # the record of a refusal has no product
FOREIGN = "抽样地不在本单位管辖范围内，且不是本单位组织的抽检，不能由本单位登记：请核对所在地和任务来源"
REQUIRED, UNREADABLE, NUMBER, OWNER = "L-REQ-01", "L-READ-01", "L-NUM-01", "L-ORG-01"
RENAMED = {"category": "categories"}
FIELD_OF_FORM = {
    **dict.fromkeys(("categories", "level1", "level2", "level3", "level4", "category_written"), "category"),
    "sampled_region_written": "sampled_region",
    "producer_region_written": "producer_region",
}


def typed_draft(
    written: Mapping[str, str], actor: Actor, today: date, state: SampleState, reported_on: date | None = None,
    *, sample_id: int | None = None,
) -> tuple[SheetDraft, list[Finding]]:  # fmt: skip
    """The draft of what was typed, and every finding about it by field of the form, what blocks first."""
    cells = {RENAMED.get(name, name): text for name, text in written.items()}
    read = sheet_fields(RawSheet(0, cells, {}, {}))
    drafter = Drafter(actor)
    draft, doubts = drafter.draft(read.texts, read.extra)
    draft = replace(draft, state=state)
    found = [Finding(UNREADABLE, fault.field, fault.message) for fault in _by_field((*read.faults, *doubts), written)]
    found += [Finding(REQUIRED, fault.field, fault.message) for fault in _state_faults(written, draft, state)]
    if draft.number and (complaint := number_complaint(draft.number)):
        found.append(Finding(NUMBER, "number", complaint))
    if drafter.is_foreign(draft):
        found.append(Finding(OWNER, "sampled_region", FOREIGN))
    said = {finding.message for finding in found}
    checked = checking.findings(draft, read.samplers, actor, today, sample_id=sample_id, reported_on=reported_on)
    return draft, [*dict.fromkeys(found), *(finding for finding in checked if finding.message not in said)]


def _by_field(faults: Iterable[Fault], written: Mapping[str, str]) -> Iterable[Missing]:
    """Faults name a field, or the title of one; what does not block an import does not block here either."""
    titles = {title(name): name for name in (*written, *FIELD_OF_FORM)}
    for fault in faults:
        if fault.blocking:
            name = titles.get(fault.column, fault.column)
            yield Missing(FIELD_OF_FORM.get(name, name), fault.message)


def _state_faults(written: Mapping[str, str], draft: SheetDraft, state: SampleState) -> list[Missing]:
    if state is SampleState.REGISTERED:
        titles = {name: title(name) for name in written}
        return missing_fields(written, titles)
    draft.product_name = draft.product_name or NOT_SAMPLED
    return [
        Missing(name, f"请填写{title(name)}，拒检和未抽到样品也要写明单位")
        for name in OUTCOME_FIELDS
        if not getattr(draft, name)
    ]
