"""What the pages of a case and of a sample need for their block of 执法文书."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for

from app.disposal.clocks import LIVE
from app.disposal.models import DisposalCase
from app.domain.actors import Actor
from app.domain.official_documents import ABOUT, KINDS
from app.domain.permissions import Permission, may_ever
from app.domain.samples import Monitoring, Supervision
from app.domain.workflow import CaseState
from app.official_documents import queries
from app.official_documents.models import OfficialDocument
from app.sampling.models import Sample

PAGES = {
    "retest": ("retests.show", "retest_id"), "objection": ("objections.show", "objection_id"),
    "case_transfer": ("transfers.show", "transfer_id"), "penalty": ("penalties.show", "penalty_id"),
}  # fmt: skip
OF_CASE = [(one.kind.code, one.kind.value) for one in KINDS.values() if one.of_case]


def of_case(actor: Actor, case: DisposalCase) -> dict[str, Any]:
    return {
        "papers": queries.of_case(actor, case), "papers_case": case, "papers_sample": case.sample,
        "papers_kinds": [] if case.state is CaseState.CANCELLED else OF_CASE,  # as operations.refuse_unfit answers
        "papers_failing": _failing(case.sample) and case.state in LIVE,  # a closed case has its notices
    }  # fmt: skip


def of_sample(actor: Actor, sample: Sample) -> dict[str, Any]:
    """Nothing for whoever may not list documents: a laboratory sees its samples without them."""
    shown = may_ever(actor, Permission.DOCUMENT_LIST)
    papers = queries.of_sample(actor, sample.id) if shown else []
    return {
        "papers": papers, "papers_case": None, "papers_sample": sample, "papers_kinds": [], "papers_failing": _failing(sample),
        "papers_shown": shown and (bool(papers) or _failing(sample)),
    }  # fmt: skip


def told_of(document: OfficialDocument) -> tuple[str, str] | None:
    """The record that the document tells of: its word and the address of its page."""
    if document.about_kind is None or document.about_id is None:
        return None
    endpoint, argument = PAGES[document.about_kind]
    values: dict[str, Any] = {argument: document.about_id}
    return (ABOUT[document.about_kind], url_for(endpoint, **values)) if endpoint in current_app.view_functions else None


def _failing(sample: Sample) -> bool:
    return sample.supervision is Supervision.FAIL or sample.monitoring is Monitoring.PROBLEM
