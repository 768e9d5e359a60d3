"""抽样单检查: what is found in a sheet about to be registered or corrected, each finding under the id of its rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from app.domain.actors import Actor
from app.domain.findings import Finding
from app.domain.sheet_rules import date_faults, sampler_fault
from app.domain.workflow import SampleState
from app.sampling.sheet_draft import SheetDraft


def findings(
    draft: SheetDraft, samplers: Sequence[str], actor: Actor, today: date, *, sample_id: int | None = None,
    reported_on: date | None = None,
) -> list[Finding]:  # fmt: skip
    """Everything the rules say of this sheet, what blocks first. ``sample_id`` is the sample being corrected."""
    found = [*_dates(draft, reported_on, today), *_samplers(draft, samplers)]
    return sorted(dict.fromkeys(found), key=lambda finding: not finding.blocking)


def _dates(draft: SheetDraft, reported_on: date | None, today: date) -> Iterator[Finding]:
    for fault in date_faults(draft.made_on, draft.sampled_on, reported_on, today):
        yield Finding("L-DATE-01", fault.field, fault.message)


def _samplers(draft: SheetDraft, samplers: Sequence[str]) -> Iterator[Finding]:
    if draft.state is SampleState.REGISTERED and (fault := sampler_fault(samplers, draft.purpose)):
        yield Finding("L-SMP-01", "samplers", fault)
