"""责令改正通知书 as a Word file, by the template of the office, numbered with every other 责令改正通知书 of the bureau."""

from __future__ import annotations

from app import documents
from app.documents import Value
from app.domain.actors import Actor
from app.domain.documents import HEAD, OFFICIAL, DocumentKind
from app.enterprises import queries as enterprises
from app.filters import format_date_cn
from app.official_documents import queries as papers
from app.printing.operations import Document
from app.printing.templates import in_force
from app.rectifications import queries
from app.rectifications.models import RectificationOrder
from app.rectifications.operations import term_of

KIND = DocumentKind.RECTIFY_ORDER
NOTHING = "/"


def notice(order: RectificationOrder, actor: Actor) -> Document:
    """Filled from the order and its inspection; what nobody has entered (复议机关、起诉法院) is a stroke to be written by hand."""
    template = in_force(actor, KIND)
    made = documents.render(template.content, [context(order, actor)])
    return Document(KIND, made, template, 1, frozenset())


def context(order: RectificationOrder, actor: Actor) -> dict[str, Value]:
    office, enterprise = papers.office_of(order.org_id), enterprises.enterprise(actor, order.enterprise_id)
    failing, inspection = queries.failing_of(order.inspection_id), queries.inspection_of(actor, order.inspection_id)
    found = "；".join(f"{one.number} {one.text}" + (f"（{one.note}）" if one.note else "") for one in failing)
    inspected = format_date_cn(inspection.inspected_on) if inspection is not None and inspection.inspected_on else ""
    again = f"（第 {order.rounds} 次责令改正）" if order.rounds > 1 else ""
    known = {
        "文号": order.number, "制发单位": office.name, "制发年月日": format_date_cn(order.ordered_on), "受送达人": order.enterprise_name,
        "受送达人身份": "被检查单位", "受送达人地址": enterprise.address or "" if enterprise is not None else "",
        "社会信用代码": enterprise.credit_code or "" if enterprise is not None else "",
        "违法事实": f"{inspected}监督检查发现你单位存在以下问题：{found or '见监督检查记录'}{again}",
        "违反条款": "；".join(dict.fromkeys(one.basis for one in failing if one.basis)), "责令依据": order.basis or "",
        "改正要求": order.requirement, "改正期限": f"{'立即改正，即' if order.at_once else ''}{format_date_cn(term_of(order))}",
        "联系人": queries.person_names(order.handler_id).get(order.handler_id, ""), "联系电话": office.phone or "",
    }  # fmt: skip
    return {name: known.get(name) or NOTHING for name in (*HEAD, *OFFICIAL[KIND])}
