"""What the delivery of a 检验结果通知书 sets going: 检验报告送达日期 of the party's case, and the party's own time limits.

自收到检验结论之日起 (办法第三十、三十七条): the seven working days of 复检申请 and 异议 run from the day on the 送达回证.
"""

from __future__ import annotations

from datetime import date

from app.disposal import serving as disposal
from app.disposal.models import DisposalCase
from app.domain.actors import Actor
from app.domain.case_kinds import Side
from app.domain.documents import DocumentKind
from app.legal_clocks import operations as clocks
from app.official_documents import queries
from app.official_documents.models import OfficialDocument

APPLY = ("RETEST_APPLY", "OBJ_OTHER_APPLY")


def delivered(document: OfficialDocument, before: date | None, on: date, actor: Actor) -> None:
    """The party has received the result on this day (before a correction: on another)."""
    if not _starts_clocks(document):
        return
    for code in APPLY:
        clocks.start(
            document, code, on, actor, sample_id=document.sample_id, case_id=document.case_id,
            event=f"{document.recipient}收到检验结果通知书",
        )  # fmt: skip
    said = f"检验结果通知书 {document.number} 已送达{document.recipient}"
    for case in _cases(document, actor):
        disposal.served(case, before, on, actor, said)


def withdrawn(document: OfficialDocument, before: date, actor: Actor, reason: str) -> None:
    """The document was voided: nobody has received it."""
    if not _starts_clocks(document):
        return
    clocks.cancel(document, actor, reason=f"检验结果通知书已作废：{reason}"[:480])
    for case in _cases(document, actor):
        disposal.served(case, before, None, actor, f"检验结果通知书 {document.number} 已作废：{reason}"[:480])


def _starts_clocks(document: OfficialDocument) -> bool:
    return document.kind == DocumentKind.RESULT_NOTICE.value and document.side in (Side.SAMPLED, Side.PRODUCER)


def _cases(document: OfficialDocument, actor: Actor) -> list[DisposalCase]:
    assert document.sample_id is not None
    return list(queries.cases_of_party(document.sample_id, document.side, actor.reach))
