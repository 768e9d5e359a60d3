"""公示公告 as a Word file, by the template of the office: the announcement and its list."""

from __future__ import annotations

from typing import Any

from app import clock, documents
from app.documents import Value
from app.domain import publications as rules
from app.domain.actors import Actor
from app.domain.documents import DocumentKind
from app.domain.reporting_kinds import PublicList, PublicNature
from app.domain.reporting_states import PublicationState
from app.errors import NotLikeThis
from app.filters import format_date, format_date_cn
from app.labels import label
from app.printing import queries as printed
from app.printing.contexts import Printing
from app.printing.operations import Document
from app.printing.templates import in_force
from app.publications import queries
from app.publications.models import Publication

MOST = 2000  # batches that Word lays out in a few seconds
FIELDS = {
    "抽样编号": "number", "食品名称": "product", "规格型号": "spec", "商标": "brand", "生产日期或批号": "made", "生产企业": "producer",
    "生产企业地址": "producer_address", "被抽样单位": "sampled", "被抽样单位地址": "sampled_address", "不合格项目": "items",
    "分类": "category", "检验机构": "laboratory", "备注": "remark",
}  # fmt: skip


def opening(found: Publication, count: int, office: str) -> str:
    """The sentence with which the announcement begins; a correction or withdrawal says why."""
    if found.nature is not PublicNature.FIRST:
        return found.reason or ""
    days = f"（报告日期 {format_date(found.from_on)} 至 {format_date(found.to_on)}）" if found.from_on else ""
    what = f"现将{office}组织的食品安全监督抽检{found.kind.value}情况予以公布，共 {count} 批次{days}"
    return f"根据《食品安全抽样检验管理办法》第四十六条，{what}。"


def announcement(found: Publication, actor: Actor) -> Document:
    """As it is now; what has not been published says so in its head."""
    count = queries.number_of_items(found)
    if count > MOST:
        raise NotLikeThis(f"清单有 {count} 批，超过 Word 公告的 {MOST} 批上限，请以公布的清单工作簿作为附件")
    template, office = in_force(actor, DocumentKind.PUBLICATION), queries.organisation_name(found.org_id)
    head = Printing(printed.organisation_name(actor.org_id), actor.name, clock.today())
    published = found.state is PublicationState.PUBLISHED
    values: dict[str, Value] = {
        **head.fields, "编号": found.number, "标题": found.title, "公告号": found.announcement_no or "（公告号待定）",
        "状态": "" if published else f"（{label(found.state)}）", "正文": opening(found, count, office),
        "声明": found.foreword or rules.FOREWORD, "公布单位": office,
        "公布日期": format_date_cn(found.published_on) if found.published_on else "　　年　　月　　日",
        "清单种类": found.kind.value, "批次数": str(count), "不合格清单": "是" if found.kind is PublicList.FAILED else "",
        "合格清单": "" if found.kind is PublicList.FAILED else "是", "各批": [_row(found, one) for one in queries.every_item(found)],
    }  # fmt: skip
    return Document(DocumentKind.PUBLICATION, documents.render(template.content, [values]), template, 1, frozenset())


def _row(found: Publication, item: Any) -> dict[str, str]:
    """One batch word for word as in the list; the shorter list of 合格 has no brand, address or laboratory."""
    stated = rules.Stated(found.announcement_no or "", found.published_on)
    columns = rules.columns_of(item.content, found.kind)
    cells = dict(zip(columns, rules.row_of(item.content, found.kind, item.ordinal, stated), strict=True))
    return {"序号": str(item.ordinal), **{name: cells.get(column, rules.EMPTY) for name, column in FIELDS.items()}}
