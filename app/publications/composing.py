"""The row of a public list, made from the record as it stands: for drafting, and for the guard that compares again later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app

from app.db import session
from app.domain import public_masking as masking
from app.domain import publications as rules
from app.domain.announcement_columns import province_name
from app.domain.masking import mask
from app.domain.public_masking import Policy
from app.domain.publications import Finding
from app.domain.reporting_kinds import PublicList
from app.domain.samples import ItemKind, Link, Verdict
from app.organisations.models import Organisation
from app.reference_data.books import category_book, region_book
from app.results.models import ResultReport, ResultRow
from app.sampling.models import BatchFact, Sample

PART = 500
# 检验机构 as the sheet names it, else as its report does, else the laboratory of our register
LABORATORY = sa.func.coalesce(
    Sample.laboratory,
    sa.select(sa.func.max(ResultReport.laboratory))
    .where(ResultReport.sample_id == Sample.id, ResultReport.superseded_at.is_(None))
    .correlate(Sample)
    .scalar_subquery(),
    sa.select(Organisation.name).where(Organisation.id == Sample.laboratory_org_id).correlate(Sample).scalar_subquery(),
)
COLUMNS = (
    Sample.id, Sample.org_id, Sample.number, Sample.state, Sample.supervision, Sample.pending_items, Sample.purpose, Sample.reported_on,
    Sample.producer_name, Sample.producer_address, Sample.producer_licence_no, Sample.sampled_name, Sample.sampled_address,
    Sample.sampled_credit_code, Sample.sampled_licence_no, Sample.region_id, Sample.sampled_region_written, Sample.product_name,
    Sample.spec, Sample.brand, Sample.made_on, Sample.batch_no, Sample.date_kind, Sample.category_id, Sample.category_written,
    Sample.task_source, Sample.report_class_b, LABORATORY.label("laboratory"), Sample.third_party_name, Sample.third_party_kind,
    Sample.link, Sample.extra,
)  # fmt: skip
FAKED = "标称生产企业否认生产，经核实该批次产品非其生产"
NO_CODE = ("/", "-", "—")


@dataclass(frozen=True, slots=True)
class Composed:
    """One batch as it would be published now."""

    row: Any
    content: dict[str, Any]
    counted: bool  # for its producer (假冒认定: not)
    changed_at: datetime | None  # since when the fact in force stands
    voided: bool


def compose(sample_ids: Sequence[int], kind: PublicList, width: int) -> dict[int, Composed]:
    """By sample: a fixed number of questions per five hundred."""
    found: dict[int, Composed] = {}
    rules_ = masking.policy(current_app.config["PUBLICATION_MASKING"])
    for start in range(0, len(sample_ids), PART):
        part = list(sample_ids[start : start + PART])
        rows = session().execute(sa.select(*COLUMNS).where(Sample.id.in_(part))).all()
        findings = _findings(part) if kind is PublicList.FAILED else {}
        facts = _facts(part)
        for row in rows:
            fact = facts.get(row.id)
            counted = fact is None or fact.counts_for_producer
            content = _content(row, findings.get(row.id, ()), counted, kind, width, rules_)
            found[row.id] = Composed(row, content, counted, fact.recorded_at if fact else None, fact is None or fact.voided)
    return found


def _findings(sample_ids: Sequence[int]) -> Mapping[int, list[Finding]]:
    """不合格项 of the supervision report in force; monitoring items are never published."""
    rows = session().execute(
        sa.select(ResultRow.sample_id, ResultRow.item, ResultRow.result_written, ResultRow.unit, ResultRow.limit_text)
        .join(ResultReport, ResultReport.id == ResultRow.report_id)
        .where(
            ResultRow.sample_id.in_(sample_ids), ResultReport.superseded_at.is_(None), ResultRow.verdict == Verdict.FAIL,
            sa.or_(ResultRow.kind.is_(None), ResultRow.kind != ItemKind.MONITORING),
        )
        .order_by(ResultRow.sample_id, ResultRow.report_id, ResultRow.ordinal)
    ).all()  # fmt: skip
    found: dict[int, list[Finding]] = {}
    for row in rows:
        one = Finding(row.item, _one_line(row.result_written), _one_line(row.unit), _one_line(row.limit_text))
        found.setdefault(row.sample_id, []).append(one)
    return found


def _facts(sample_ids: Sequence[int]) -> Mapping[int, Any]:
    columns = (BatchFact.sample_id, BatchFact.counts_for_producer, BatchFact.recorded_at, BatchFact.voided)
    rows = session().execute(sa.select(*columns).where(BatchFact.sample_id.in_(sample_ids), BatchFact.superseded_at.is_(None)))
    return {row.sample_id: row for row in rows}


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())


def _content(row: Any, findings: Sequence[Finding], counted: bool, kind: PublicList, width: int, policy: Policy) -> dict[str, Any]:
    sampled = _party(row.sampled_name, row.sampled_address, row.sampled_credit_code, row.sampled_licence_no, policy)
    producer = _party(row.producer_name, row.producer_address, None, row.producer_licence_no, policy)
    fields = {
        "number": row.number, "product": row.product_name, "spec": row.spec, "brand": row.brand,
        "made": rules.made_text(row.made_on, _one_line(row.batch_no), _one_line(row.date_kind)), "category": _category(row),
        "task_source": row.task_source or row.report_class_b, "laboratory": row.laboratory, "remark": _remark(row, counted),
    }  # fmt: skip
    hidden = {mask(_one_line(text)) != _one_line(text) for name, text in fields.items() if name != "number"}
    told = {name: mask(_one_line(text)) for name, text in fields.items()}
    told |= {
        "producer": producer.name, "producer_address": producer.address, "sampled": sampled.name, "sampled_address": sampled.address,
        "province": _province(row), "items": rules.items_text(findings), "number": row.number,
    }  # fmt: skip
    masked = [name for name, one in (("producer", producer), ("sampled", sampled)) if one.masked] + (["other"] if True in hidden else [])
    return rules.content_of(told, kind, width, masked)


def _party(name: str | None, address: str | None, code: str | None, licence: str | None, policy: Policy) -> masking.Named:
    said, place = _one_line(name), _one_line(address)
    licensed = bool(_one_line(licence)) and _one_line(licence) not in NO_CODE
    return masking.shown(said, place, masking.party_kind(said, code, licensed), policy)


def _category(row: Any) -> str:
    """食品大类, as public lists print it."""
    book = category_book()
    path = book.by_id(row.category_id).path if row.category_id in book else (row.category_written or "")
    return _one_line(path.partition("/")[0])


def _province(row: Any) -> str:
    """贵州 for a place in it."""
    book = region_book()
    if row.region_id in book:
        return province_name(book.name(book.up(row.region_id)[-2])) if len(book.up(row.region_id)) > 1 else ""
    written = (row.sampled_region_written or "").partition("/")[0]
    return province_name(written) if written else ""


def _remark(row: Any, counted: bool) -> str:
    """委托方, 网店 and what a 假冒 finding says; the sheet's own remark is internal."""
    extra = row.extra or {}
    told = []
    if row.third_party_name and row.third_party_name.strip() not in NO_CODE:
        told.append(f"{row.third_party_kind or '第三方'}单位：{row.third_party_name}")
    if row.link is Link.ONLINE:
        named = (("网店商铺名称", "网店商铺名称"), ("网络平台名称", "网抽平台名称"))
        told += [f"{title}：{extra[name]}" for name, title in named if isinstance(extra.get(name), str) and extra[name].strip(" /")]
    if not counted:
        told.append(FAKED)
    return "；".join(told)
