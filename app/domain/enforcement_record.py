"""行政执法全过程记录: what the record of a case must show from its start to its execution, and what of it is not there.

Four parts, as the plans ask (启动、调查取证、审核决定、送达执行). Files are those that the official form names for its blocks;
what the reviewer has exempted is not asked for again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from app.domain.case_record import PenaltyKind
from app.domain.disposal import CaseMode, Element, exemptions
from app.domain.documents import DocumentKind


class RecordPart(StrEnum):
    """全过程记录的环节."""

    START = "启动"
    EVIDENCE = "调查取证"
    DECISION = "审核决定"
    EXECUTION = "送达执行"


class Case(Protocol):
    """What the record itself says."""

    @property
    def mode(self) -> CaseMode: ...
    @property
    def exempted(self) -> str | None: ...
    @property
    def handler_id(self) -> int | None: ...
    @property
    def started_on(self) -> date | None: ...
    @property
    def served_on(self) -> date | None: ...
    @property
    def control_on(self) -> date | None: ...
    @property
    def control(self) -> str | None: ...
    @property
    def cause_on(self) -> date | None: ...
    @property
    def cause(self) -> str | None: ...
    @property
    def penalty_kind(self) -> PenaltyKind | None: ...
    @property
    def penalty_no(self) -> str | None: ...
    @property
    def penalty_on(self) -> date | None: ...
    @property
    def penalty(self) -> str | None: ...
    @property
    def rectify_ordered(self) -> bool | None: ...
    @property
    def rectified_on(self) -> date | None: ...
    @property
    def recheck_passed(self) -> bool | None: ...
    @property
    def published_on(self) -> date | None: ...
    @property
    def notified_org(self) -> str | None: ...
    @property
    def notified_on(self) -> date | None: ...
    @property
    def notified_no(self) -> str | None: ...
    @property
    def submitted_by_id(self) -> int | None: ...
    @property
    def approved_by_id(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Decision:
    """One 行政处罚 of the case."""

    number: str
    decided: bool
    punished: bool
    major: bool = False
    legal: bool = False  # 法制审核
    served: bool = False
    executed: bool = False


@dataclass(frozen=True, slots=True)
class Papers:
    """What lies beside the record: blocks with a file, documents issued and delivered, penalties, what was sent to others."""

    blocks: frozenset[str] = frozenset()
    issued: frozenset[str] = frozenset()
    delivered: frozenset[str] = frozenset()
    decisions: Sequence[Decision] = ()
    sent: bool = False


def missing(case: Case, papers: Papers) -> dict[RecordPart, tuple[str, ...]]:
    """Every part with what it lacks, in sentences; a part with none is complete."""
    exempted = frozenset(exemptions(case.exempted))
    found = {
        RecordPart.START: _start(case, papers),
        RecordPart.EVIDENCE: _evidence(case, papers, exempted),
        RecordPart.DECISION: _decision(case, papers, exempted),
        RecordPart.EXECUTION: _execution(case, papers, exempted),
    }
    return {part: tuple(sentences) for part, sentences in found.items()}


def complete(lacking: Mapping[RecordPart, Sequence[str]]) -> bool:
    return not any(lacking.values())


def _start(case: Case, papers: Papers) -> Iterator[str]:
    if case.started_on is None:
        yield "没有启动核查处置日期"
    if case.handler_id is None:
        yield "没有经办人"
    if "启动情况" not in papers.blocks and not papers.issued:
        yield "没有启动文书：请上传到“启动情况”，或制发执法文书"


def _evidence(case: Case, papers: Papers, exempted: frozenset[Element]) -> Iterator[str]:
    if case.mode is CaseMode.NOTIFY:
        return
    if Element.CONTROL not in exempted:
        if case.control_on is None or case.control is None:
            yield "没有产品控制的日期和措施"
        if not papers.blocks & {"产品控制", "处置数量"}:
            yield "没有现场检查记录：请上传到“产品控制”"
    if Element.CAUSE not in exempted:
        if case.cause_on is None or case.cause is None:
            yield "没有原因排查的日期和结论"
        if not papers.blocks & {"原因排查", "整改复查"}:
            yield "没有排查整改报告：请上传到“原因排查”或“整改复查”"


def _decision(case: Case, papers: Papers, exempted: frozenset[Element]) -> Iterator[str]:
    if case.submitted_by_id is None:
        yield "没有提交审核的记录"
    if case.approved_by_id is None:
        yield "没有审核人的审批记录"
    if case.mode is CaseMode.DISPOSE and Element.PENALTY not in exempted:
        yield from _penalty(case, papers.decisions)


def _penalty(case: Case, decisions: Sequence[Decision]) -> Iterator[str]:
    for one in decisions:
        if not one.decided:
            yield f"行政处罚案件 {one.number} 没有作出决定的记录"
        elif one.major and not one.legal:
            yield f"重大行政处罚案件 {one.number} 没有法制审核的记录"
    if decisions:
        return
    if case.penalty_kind is None:
        yield "没有是否行政处罚的结论"
    elif case.penalty_kind is PenaltyKind.PUNISHED and (case.penalty_no is None or case.penalty_on is None):
        yield "没有处罚决定书的编号和日期"
    elif case.penalty_kind is not PenaltyKind.PUNISHED and case.penalty is None:
        yield "没有不予处罚或不予立案的理由"


def _execution(case: Case, papers: Papers, exempted: frozenset[Element]) -> Iterator[str]:
    yield from _told(case, papers, exempted) if case.mode is CaseMode.NOTIFY else _served(case, papers, exempted)


def _told(case: Case, papers: Papers, exempted: frozenset[Element]) -> Iterator[str]:
    written = {Element.NOTIFIED_ORG: case.notified_org, Element.NOTIFIED_ON: case.notified_on, Element.NOTIFIED_NO: case.notified_no}
    absent = [element.value for element, value in written.items() if value is None and element not in exempted]
    if absent:
        yield f"没有{'、'.join(absent)}"
    if not papers.sent and not papers.issued and "通报移送" not in papers.blocks:
        yield "没有通报的凭证：请登记移送协查、制发文书，或将通报函上传到“通报移送”"


def _served(case: Case, papers: Papers, exempted: frozenset[Element]) -> Iterator[str]:
    if Element.SERVED not in exempted:
        if case.served_on is None:
            yield "没有检验结果的送达日期"
        if DocumentKind.RESULT_NOTICE.value not in papers.delivered and "启动情况" not in papers.blocks:
            yield "没有检验结果通知书的送达回证：请登记文书送达，或上传到“启动情况”"
    yield from _executed(case, papers)
    if case.rectify_ordered and Element.RECTIFICATION not in exempted and not (case.rectified_on and case.recheck_passed):
        yield "责令整改后没有复查验收合格的记录"
    if case.published_on is None and Element.PUBLICATION not in exempted:
        yield "没有信息公开的记录"


def _executed(case: Case, papers: Papers) -> Iterator[str]:
    for one in papers.decisions:
        if one.decided and not one.served:
            yield f"行政处罚案件 {one.number} 的决定书没有送达日期"
        if one.punished and not one.executed:
            yield f"行政处罚案件 {one.number} 没有执行记录"
    if case.penalty_kind is PenaltyKind.PUNISHED and not papers.decisions and "行政处罚" not in papers.blocks:
        yield "没有处罚决定书和执行凭证：请上传到“行政处罚”"
