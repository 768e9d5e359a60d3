"""What is found by the search box: the kinds of records, and which of their columns are looked in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.announcements.models import ExternalFinding
from app.assignments.models import SamplingAssignment
from app.disposal.models import DisposalCase
from app.domain.permissions import Permission
from app.enterprises.models import Enterprise, EnterpriseFormerName, EnterpriseStatus
from app.incidents.models import Incident
from app.inspections.models import Inspection
from app.listings.models import CreditListing
from app.objections.models import Objection
from app.official_documents.models import OfficialDocument
from app.penalties.models import Penalty
from app.plans.models import SamplingPlan
from app.rectifications.models import RectificationOrder
from app.retests.models import Retest
from app.sampling.models import Sample
from app.search.models import LONGEST
from app.search_text import search_text
from app.transfers.models import CaseTransfer

P = Permission
FORMER = EnterpriseFormerName.__tablename__
MARK = "ⴀ"  # a letter nobody here types: with another one it is the term of a kind


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record. ``numbers`` are found by their parts, ``names`` by their initials too."""

    model: type[Any]
    title: str
    lists: Permission
    place: int  # of its mark
    numbers: tuple[str, ...]
    names: tuple[str, ...]
    list_endpoint: str | None = None  # the list that can be narrowed by the same words
    list_query: Mapping[str, str] | None = None  # with everything in it
    day: str | None = None
    text: str | None = None  # the column that holds all it is found by, where it is made with the record; the others are only shown

    @property
    def table(self) -> str:
        return str(self.model.__tablename__)

    @property
    def mark(self) -> str:
        return MARK + chr(ord(MARK) + 1 + self.place)

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.numbers, *self.names)

    @property
    def looked_in(self) -> tuple[str, ...]:
        return self.columns if self.text is None else (self.text,)


SAMPLE = Kind(
    Sample, "样品", P.SAMPLE_LIST, 0, ("number", "local_number", "sampled_credit_code"), ("product_name", "sampled_name", "producer_name"),
    "sampling.index", day="sampled_on",
)  # fmt: skip
ENTERPRISE = Kind(Enterprise, "企业", P.ENTERPRISE_LIST, 1, ("credit_code", "licence_no"), ("name",), "enterprises.index")
OTHERS = (
    ENTERPRISE,
    Kind(
        DisposalCase, "处置案件", P.CASE_LIST, 2, ("number",), ("party_name",), "disposal.index", {"state": "all"}, "received_on",
    ),
    Kind(OfficialDocument, "执法文书", P.DOCUMENT_LIST, 3, ("number",), ("recipient",), "official_documents.index", day="issued_on"),
    Kind(
        Penalty, "行政处罚", P.PENALTY_LIST, 4, ("number", "decision_no", "party_code"), ("party_name",), "penalties.index",
        day="filed_on",
    ),
    Kind(Retest, "复检", P.RETEST_LIST, 5, ("number",), ("applicant",), "retests.index", {"state": "all"}, "applied_on"),
    Kind(Objection, "异议", P.OBJECTION_LIST, 6, ("number",), ("applicant",), "objections.index", day="applied_on"),
    Kind(Inspection, "监督检查", P.INSPECTION_LIST, 7, ("number",), ("enterprise_name",), "inspections.index", day="inspected_on"),
    Kind(SamplingPlan, "抽检计划", P.PLAN_READ, 8, (), ("name",)),
    Kind(SamplingAssignment, "抽样任务单", P.ASSIGNMENT_LIST, 9, ("number",), (), "assignments.index", {"state": "all"}, "to_on"),
    Kind(CaseTransfer, "移送协查", P.TRANSFER_LIST, 10, ("number", "document_no"), ("to_name",), day="sent_on"),
    Kind(CreditListing, "失信名单", P.LISTING_LIST, 11, ("number", "document_no"), ("enterprise_name",), "listings.index", day="listed_on"),
    Kind(
        RectificationOrder, "责令改正", P.RECTIFY_LIST, 12, ("number", "filing_no"), ("enterprise_name",), "rectifications.index",
        day="ordered_on",
    ),
    Kind(Incident, "安全事故", P.INCIDENT_LIST, 13, ("number",), ("title", "place"), "incidents.index", day="occurred_on"),
    Kind(
        ExternalFinding, "外部公示", P.FINDING_LIST, 14, ("number",), ("product_name", "producer_name", "sampled_name"),
        "announcements.index", day="noticed_on", text="search_text",
    ),
)  # fmt: skip
EVERY = (SAMPLE, *OTHERS)
BY_TABLE: Mapping[str, Kind] = {kind.table: kind for kind in OTHERS}
# The columns whose change the index follows; a record that comes back from a merger has its former names back.
WATCHED: Mapping[str, frozenset[str]] = {
    **{kind.table: frozenset({*kind.looked_in, "org_id"}) for kind in OTHERS},
    ENTERPRISE.table: frozenset({*ENTERPRISE.columns, "org_id", "status"}),
}


def text_of(kind: Kind, row: Any, also: Iterable[str] = ()) -> str:
    """What the record is found by, its kind's mark first; ``also`` are names it bears no more."""
    if kind.text is not None:
        return f"{kind.mark} {getattr(row, kind.text)}"[:LONGEST]
    said = search_text((getattr(row, name) for name in kind.numbers), [*(getattr(row, name) for name in kind.names), *also])
    return f"{kind.mark} {said}"[:LONGEST]


def in_use(kind: Kind) -> Sequence[Any]:
    """Which records are shown: a merged enterprise is found as the one it was merged into, what was undone with its import is not."""
    if kind.model is ExternalFinding:
        return [ExternalFinding.voided_at.is_(None)]
    return [Enterprise.status != EnterpriseStatus.MERGED] if kind is ENTERPRISE else []
