"""规划评估报告: drafted with the figures of one moment, edited, approved by another person, archived with its files. Never commits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from app import clock, counters, history
from app.attachments import operations as attachments
from app.db import session
from app.documents import DOCX
from app.domain.actors import Actor
from app.domain.evaluations import CODES, LONGEST, SECTIONS, title_of, years_of
from app.domain.reporting_kinds import EvaluationKind
from app.domain.reporting_states import EvaluationStep
from app.errors import NotAllowedNow, NotLikeThis
from app.evaluations import files, queries
from app.evaluations.content import content, draft_sections
from app.evaluations.models import PlanEvaluation
from app.exports.queries import chain_head, organisation_name
from app.indicators.frames import Area
from app.indicators.models import Plan

KIND = PlanEvaluation.__tablename__
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NUMBERED = "规划评估〔{}〕{}号"
TWICE = "刚刚已经建立，没有重复建立：请在规划评估列表中查看"
UNCHANGED = "内容没有变化，未保存"
STALE = "该报告刚被他人修改，请核对后再保存；您填写的内容仍保留在表单中"
EMPTY = "“{}”还没有填写：请写明情况，没有的填写“无”，再提交审批"


def draft(
    plan: Plan, place: Area, kind: EvaluationKind, year: int, month: int | None, actor: Actor, at: datetime, *, key: str | None = None
) -> PlanEvaluation:
    """A new report with the figures known now and sentences made from them. Raises NotLikeThis for a period that cannot be."""
    _check_period(plan, kind, year, month, at)
    this_year = clock.office_time(at).year
    made = PlanEvaluation(
        org_id=actor.org_id, number=NUMBERED.format(this_year, counters.take(actor.org_id, KIND, this_year)[0]),
        plan_id=plan.id, region_id=place.id, kind=kind, year=year, month=month,
        title=title_of(kind, plan.name, place.name, year, month)[:200], as_of=at, sections={}, chain_head=chain_head(at), created_at=at,
        created_by_id=actor.user_id, submission_key=key,
    )  # fmt: skip
    made.sections = dict(draft_sections(content(made, actor)))
    try:
        history.advance(made, EvaluationStep.DRAFT, actor)
    except IntegrityError as error:
        raise NotAllowedNow(TWICE) from error
    return made


def _check_period(plan: Plan, kind: EvaluationKind, year: int, month: int | None, at: datetime) -> None:
    try:
        years_of(kind, plan.from_year, plan.to_year, year)
    except ValueError as fault:
        raise NotLikeThis(str(fault), field="year") from fault
    today = clock.office_time(at).date()
    if (year, month or 1) > (today.year, today.month):
        raise NotLikeThis("评估期间尚未开始，请选择本月或以前的期间", field="month" if month else "year")


def edit(found: PlanEvaluation, title: str, sections: Mapping[str, str], actor: Actor, *, seen: int | None = None) -> None:
    """Change the text. Raises NotLikeThis when nothing differs or a section is too long."""
    if seen is not None and seen != found.version:
        raise NotAllowedNow(STALE)
    told = {code: (sections.get(code) or "").strip() for code in CODES}
    for section in SECTIONS:
        if len(told[section.code]) > LONGEST:
            raise NotLikeThis(f"“{section.title}”不得超过 {LONGEST} 个字，请精简", field=section.code)
    title = title.strip() or found.title
    names = {section.code: section.title for section in SECTIONS}
    changes: dict[str, tuple[Any, Any]] = {
        names[code]: (found.sections.get(code) or "", words) for code, words in told.items() if (found.sections.get(code) or "") != words
    }
    if title != found.title:
        changes["标题"] = (found.title, title)
    if not changes:
        raise NotLikeThis(UNCHANGED)
    history.advance(found, EvaluationStep.EDIT, actor, seen=seen, changes=changes)
    found.title, found.sections = title[:200], told


def recount(found: PlanEvaluation, actor: Actor, at: datetime, *, seen: int | None = None) -> None:
    """重新取数: the figures as known now. Sentences that nobody has changed follow them; what people wrote stays."""
    before = draft_sections(content(found, actor))
    history.advance(found, EvaluationStep.RECOUNT, actor, seen=seen, changes={"数据截至": (found.as_of, at)})
    found.as_of, found.chain_head = at, chain_head(at)
    after = draft_sections(content(found, actor))
    untouched = {code: words for code, words in after.items() if (found.sections.get(code) or "") == before.get(code)}
    found.sections = {**found.sections, **untouched}


def submit(found: PlanEvaluation, actor: Actor, *, seen: int | None = None) -> None:
    """Complete, for somebody else to approve."""
    history.advance(found, EvaluationStep.SUBMIT, actor, seen=seen)
    for section in SECTIONS:
        if not (found.sections.get(section.code) or "").strip():
            raise NotLikeThis(EMPTY.format(section.title))
    found.proposed_by_id = actor.user_id


def recall(found: PlanEvaluation, actor: Actor, *, seen: int | None = None) -> None:
    history.advance(found, EvaluationStep.RECALL, actor, seen=seen)


def send_back(found: PlanEvaluation, actor: Actor, comment: str, *, seen: int | None = None) -> None:
    history.advance(found, EvaluationStep.RETURN, actor, comment=comment, seen=seen)
    found.approved_at = found.approved_by_id = None


def approve(found: PlanEvaluation, actor: Actor, at: datetime, comment: str | None = None, *, seen: int | None = None) -> None:
    history.advance(found, EvaluationStep.APPROVE, actor, comment=comment, seen=seen)
    found.approved_at, found.approved_by_id = at, actor.user_id


def archive(found: PlanEvaluation, actor: Actor, at: datetime, *, seen: int | None = None) -> None:
    """归档: the two files are kept for good; their hashes stand in the history."""
    history.advance(found, EvaluationStep.ARCHIVE, actor, seen=seen)
    found.archived_at, found.archived_by_id = at, actor.user_id
    whole, org_name = content(found, actor), organisation_name(found.org_id)
    word = files.document(found, whole, actor, org_name, queries.people(found))
    book = files.workbook(found, whole, org_name)
    name = f"{found.number}_{found.title}"[:150]
    first = attachments.keep(actor, KIND, found.id, found.org_id, f"{name}.docx", DOCX, word, at)
    second = attachments.keep(actor, KIND, found.id, found.org_id, f"{name}.xlsx", XLSX, book, at)
    session().flush()
    found.document_attachment_id, found.document_sha256 = first.id, first.sha256
    found.workbook_attachment_id, found.workbook_sha256 = second.id, second.sha256
    history.record(
        KIND, found.id, "archived", actor, org_id=found.org_id, name=found.number,
        comment=f"文稿 SHA-256 {first.sha256}；数据表 SHA-256 {second.sha256}",
    )  # fmt: skip


def void(found: PlanEvaluation, actor: Actor, comment: str, *, seen: int | None = None) -> None:
    history.advance(found, EvaluationStep.VOID, actor, comment=comment, seen=seen)
