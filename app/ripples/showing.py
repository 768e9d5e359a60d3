"""What pages show of 波及清单: where the record of a task is opened, how it stands now, and the blocks of a case and a sample."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from flask import current_app, url_for

from app.chain import HistoryEntry
from app.db import session
from app.disposal.models import CasePublication, DisposalCase
from app.domain.actors import Actor
from app.domain.permissions import Permission, may_ever
from app.exports.models import MonthlyReturn
from app.labels import label
from app.listings.models import CreditListing
from app.objections.models import Objection
from app.official_documents.models import OfficialDocument
from app.penalties.models import Penalty
from app.publications.models import PublicationItem
from app.publications.queries import corrected_items
from app.retests.models import Retest
from app.ripples import queries
from app.ripples.models import RippleTask
from app.trail import TrailEntry, told
from app.transfers.models import CaseTransfer

NEWEST = 100  # steps of all tasks of a list together
# Where the record is opened: endpoint and the name of its argument.
PAGES: Mapping[str, tuple[str, str]] = {
    "sample": ("sampling.show", "sample_id"), "disposal_case": ("disposal.show", "case_id"), "penalty": ("penalties.show", "penalty_id"),
    "official_document": ("official_documents.show", "document_id"), "case_transfer": ("transfers.show", "transfer_id"),
    "credit_listing": ("listings.show", "listing_id"), "enterprise": ("enterprises.show", "enterprise_id"),
    "monthly_return": ("exports.show", "return_id"), "retest": ("retests.show", "retest_id"),
    "objection": ("objections.show", "objection_id"), "verdict_decision": ("decisions.show", "decision_id"),
    "import_batch": ("results.show", "batch_id"), "publication": ("publications.show", "publication_id"),
}  # fmt: skip
STATED: Mapping[str, Any] = {
    "disposal_case": DisposalCase, "penalty": Penalty, "official_document": OfficialDocument, "case_transfer": CaseTransfer,
    "credit_listing": CreditListing, "monthly_return": MonthlyReturn,
}  # fmt: skip
SOURCES: Mapping[str, tuple[str, Any]] = {"retest": ("复检", Retest.number), "objection": ("异议", Objection.number)}


def address(kind: str | None, subject_id: int | None, anchor: str | None = None) -> str | None:
    """The page of a record, where there is one."""
    endpoint, argument = PAGES.get(kind or "", ("", ""))
    if subject_id is None or endpoint not in current_app.view_functions:
        return None
    values: dict[str, Any] = {argument: subject_id, "_anchor": anchor}
    return url_for(endpoint, **values)


def addresses(tasks: Iterable[Any]) -> dict[int, str | None]:
    """By task: the page that opens what it is about. A publication is opened where it is taken down: penalty, case or list."""
    rows = list(tasks)
    published = _ids(rows, "case_publication")
    cases = _values(CasePublication, CasePublication.case_id, published)
    penalties = _values(CasePublication, CasePublication.penalty_id, published)
    lists = _values(PublicationItem, PublicationItem.publication_id, _ids(rows, "publication_item"))
    found = {}
    for one in rows:
        kind, number, anchor = one.subject_kind, one.subject_id, None
        if kind == "case_publication":
            penalty, anchor = penalties.get(number), "publications"
            kind, number = ("penalty", penalty) if penalty is not None else ("disposal_case", cases.get(number))
        if kind == "publication_item":
            kind, number, anchor = "publication", lists.get(number), f"item-{number}"
        found[one.id] = address(kind, number, anchor)
    return found


def standings(tasks: Iterable[Any]) -> dict[int, str]:
    """By task: how its record stands now, so that whoever finishes it sees whether it is done."""
    rows = list(tasks)
    by_kind: dict[str, Mapping[int, str]] = {
        kind: {subject_id: label(state) for subject_id, state in _values(model, model.state, _ids(rows, kind)).items()}
        for kind, model in STATED.items()
        if _ids(rows, kind)
    }
    for kind, words in (("case_publication", _publications), ("publication_item", _listed), ("retest", _retests)):
        by_kind[kind] = words(_ids(rows, kind))
    return {one.id: by_kind[one.subject_kind][one.subject_id] for one in rows if one.subject_id in by_kind.get(one.subject_kind, {})}


def _ids(rows: Sequence[Any], kind: str) -> list[int]:
    return [one.subject_id for one in rows if one.subject_kind == kind and one.subject_id is not None]


def _values(model: Any, column: Any, ids: Sequence[int]) -> Mapping[int, Any]:
    if not ids:
        return {}
    return {found_id: value for found_id, value in session().execute(sa.select(model.id, column).where(model.id.in_(ids)))}


def _publications(ids: Sequence[int]) -> Mapping[int, str]:
    found = _values(CasePublication, CasePublication.removed_on, ids)
    return {one: f"已于 {day:%Y-%m-%d} 撤下" if day else "仍在公布" for one, day in found.items()}


def _listed(ids: Sequence[int]) -> Mapping[int, str]:
    found = _values(PublicationItem, PublicationItem.withdrawn_at, ids)
    corrected = set(session().scalars(corrected_items(ids)))
    return {one: "已撤回" if moment else "已更正" if one in corrected else "仍在公布" for one, moment in found.items()}


def _retests(ids: Sequence[int]) -> Mapping[int, str]:
    found = _values(Retest, Retest.refunded_on, ids)
    return {one: f"已于 {day:%Y-%m-%d} 退费" if day else "未登记退费" for one, day in found.items()}


def source(ripple: Any) -> tuple[str, str | None] | None:
    """Whence the change came: its name and the page that opens it."""
    if ripple.source_id is None or ripple.source_kind is None:
        return None
    return source_name(ripple.source_kind, ripple.source_id), address(ripple.source_kind, ripple.source_id)


def source_name(kind: str, source_id: int) -> str:
    if kind in SOURCES:
        word, number = SOURCES[kind]
        told = str(session().scalar(sa.select(number).where(number.class_.id == source_id)) or source_id)
        return told if told.startswith(word) else f"{word} {told}"
    named = {"import_batch": f"第 {source_id} 次导入", "verdict_decision": "判定复核", "result_report": "更正后的检验报告"}
    return named.get(kind, "来源记录")


def told_of(tasks: Iterable[Any]) -> list[TrailEntry]:
    """办理记录 of a list: the newest steps of its tasks, each with the task it is about. Time between two tasks tells nothing."""
    names = {one.id: f"{one.kind.value} {one.subject_name}" for one in tasks}
    entries = session().scalars(
        sa.select(HistoryEntry)
        .where(HistoryEntry.subject_kind == RippleTask.__tablename__, HistoryEntry.subject_id.in_(names))
        .options(sa.orm.joinedload(HistoryEntry.signature))
        .order_by(HistoryEntry.seq.desc())
        .limit(NEWEST)
    ).all()
    return [
        replace(one, step=f"{one.step}：{names[entry.subject_id]}", working_days=None)
        for entry, one in zip(entries, told(entries), strict=True)
    ]


# ---------------------------------------------------------------- blocks of other pages

Panel = Mapping[str, Any]


def of_sample(actor: Actor, sample_id: int) -> Panel:
    """波及清单 of a sample, for whoever may list them."""
    rows = queries.of_sample(actor, sample_id) if may_ever(actor, Permission.RIPPLE_LIST) else []
    return {"rows": rows, "progress": queries.progress([row.id for row in rows]), "sources": {row.id: source(row) for row in rows}}


def panel(actor: Actor, case: DisposalCase) -> Panel:
    """The same for a case, with the tasks about the case itself."""
    found = of_sample(actor, case.sample_id)
    return {**found, "tasks": queries.about(actor, "disposal_case", case.id) if may_ever(actor, Permission.RIPPLE_LIST) else []}


def of_enterprise(actor: Actor, enterprise_id: int) -> Sequence[Any]:
    """Tasks about an enterprise: its grade is to be looked at again."""
    return queries.about(actor, "enterprise", enterprise_id) if may_ever(actor, Permission.RIPPLE_LIST) else []


