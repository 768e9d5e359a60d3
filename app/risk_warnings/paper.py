"""消费提示、风险预警 as a Word file, by the template of the office."""

from __future__ import annotations

from datetime import datetime

from app import clock, documents
from app.documents import DOCX, Value
from app.domain.actors import Actor
from app.domain.documents import DocumentKind
from app.domain.reporting_states import WarningState
from app.filters import format_date_cn
from app.labels import label
from app.printing import operations as printing
from app.printing import queries as printed
from app.printing.contexts import Printing
from app.printing.operations import Document
from app.printing.templates import in_force
from app.risk_warnings import queries
from app.risk_warnings.models import PublicWarning

__all__ = ["DOCX", "letter", "record"]


def letter(warning: PublicWarning, actor: Actor) -> Document:
    """As it is now; what is not published says so in its head."""
    template = in_force(actor, DocumentKind.WARNING)
    head = Printing(printed.organisation_name(actor.org_id), actor.name, clock.today())
    published = warning.state is WarningState.PUBLISHED
    values: dict[str, Value] = {
        **head.fields, "编号": warning.number, "种类": warning.kind.value, "标题": warning.title,
        "发送对象": warning.audience or "社会公众",
        "发布单位": queries.office_name(warning.org_id), "状态": "" if published else f"（{label(warning.state)}）",
        "发布日期": format_date_cn(warning.published_on) if warning.published_on else "　　年　　月　　日", "依据": warning.basis or "",
        "有效期": f"有效期至 {format_date_cn(warning.expires_on)}" if warning.expires_on else "",
        "各段": [{"文字": one.strip()} for one in warning.body.split("\n") if one.strip()],
    }  # fmt: skip
    return Document(DocumentKind.WARNING, documents.render(template.content, [values]), template, 1, frozenset())


def record(made: Document, warning: PublicWarning, actor: Actor, at: datetime) -> None:
    """打印记录 and history."""
    printing.record(made, [warning], actor, at)
