"""限时报告情况表 on paper: one A4 page from the template in force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app import clock, documents
from app.blinding import shown
from app.documents import Value
from app.domain import urgent as rules
from app.domain.actors import Actor
from app.domain.documents import DocumentKind
from app.domain.rounding import plain
from app.filters import format_datetime
from app.printing import queries as printing
from app.printing.contexts import NOTHING, Printing, said
from app.printing.operations import Document
from app.printing.templates import in_force
from app.results.models import ResultRow
from app.urgent import queries
from app.urgent.form_fields import authorities, visible
from app.urgent.models import UrgentReport


def document(report: UrgentReport, actor: Actor) -> Document:
    """The form as it is now; what nobody has filled in is left to be written by hand."""
    template = in_force(actor, DocumentKind.URGENT)
    head = Printing(printing.organisation_name(actor.org_id), actor.name, clock.today())
    rows = queries.adverse_rows(report.sample_id)
    sample = _of_sample(shown(report.sample, actor), rows[0] if rows else None)
    values: dict[str, Value] = {**head.fields, **sample, **_of_report(report, actor)}
    values |= {"各项目": [_item(row) for row in rows] or [dict.fromkeys(ITEM, NOTHING)], "各报送": _told(report, actor)}
    return Document(DocumentKind.URGENT, documents.render(template.content, [values]), template, 1, frozenset())


def _of_sample(sample: Any, first: ResultRow | None) -> dict[str, str]:
    found = {
        "抽样单编号": sample.number, "样品名称": sample.product_name, "规格型号": sample.spec, "样品批号": sample.batch_no,
        "生产日期": sample.made_on, "抽样日期": sample.sampled_on, "抽样环节": sample.link, "被抽样单位": sample.sampled_name,
        "被抽样单位地址": sample.sampled_address, "标称生产企业": sample.producer_name, "标称生产企业地址": sample.producer_address,
        "检验机构": sample.laboratory, "报告书编号": first.report.report_no if first else None,
    }  # fmt: skip
    return {name: said(value) for name, value in found.items()}


def _of_report(report: UrgentReport, actor: Actor) -> dict[str, str]:
    form = visible(report, actor)
    people = queries.person_names(report.reported_by_id, report.acknowledged_by_id)
    found = {
        "限时报告编号": report.number, "确认时间": format_datetime(report.confirmed_at), "报告时限": format_datetime(report.due_at),
        "触发原因": report.trigger, "已采取措施": form.measures if form else None, "联系人": form.contact if form else None,
        "联系电话": form.phone if form else None, "填报人": people.get(report.reported_by_id),
        "报告时间": format_datetime(report.reported_at) if report.reported_at else None,
        "签收人": people.get(report.acknowledged_by_id),
        "签收时间": format_datetime(report.acknowledged_at) if report.acknowledged_at else None,
    }  # fmt: skip
    return {name: value or "" for name, value in found.items()}


ITEM = ("检验项目", "检验结果", "标准限量", "判定", "倍数")


def _item(row: ResultRow) -> dict[str, str]:
    times = rules.multiple(row)
    values = (
        row.item, f"{row.result_written or NOTHING} {row.unit or ''}".strip(), row.limit_text or NOTHING, row.verdict.value,
        plain(times) if times is not None else NOTHING,
    )  # fmt: skip
    return dict(zip(ITEM, values, strict=True))


def _told(report: UrgentReport, actor: Actor) -> list[Mapping[str, str]]:
    form = visible(report, actor)
    told = {one.recipient: one for one in form.told} if form else {}
    rows: list[Mapping[str, str]] = []
    for recipient, authority in authorities(report, actor).items():
        one = told.get(recipient)
        rows.append({
            "报告对象": recipient.value, "单位名称": one.authority if one else authority,
            "报告时间": format_datetime(one.at) if one and one.at else "", "报告方式": one.way if one else "",
            "接报人": one.person if one else "",
        })  # fmt: skip
    return rows
