"""The blueprint of 抽检结果公示 and what its pages share."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template

from app import clock
from app.authorize import can, current_actor
from app.domain import publications as rules
from app.domain import workflow
from app.domain.permissions import Permission, may_ever
from app.domain.publications import Remedy, Stated
from app.domain.reporting_kinds import PublicNature
from app.domain.reporting_states import PublicationState, PublicationStep
from app.publications import checking, forms, guard, linking, queries
from app.publications.guard import Deviation
from app.publications.models import Publication
from app.reference_data.books import calendar
from app.trail import trail

bp = Blueprint("publications", __name__, url_prefix="/publications")
KIND = queries.KIND
TONES = {
    PublicationState.DRAFT: "yellow", PublicationState.SUBMITTED: "yellow", PublicationState.APPROVED: "blue",
    PublicationState.PUBLISHED: "green", PublicationState.WITHDRAWN: "red", PublicationState.VOIDED: "neutral",
}  # fmt: skip
STEP_FORMS = {
    "issuing": forms.IssueForm, "withdrawing": forms.WithdrawForm, "stepping": forms.StepForm, "reasoning": forms.ReasonForm,
    "correcting": forms.CorrectForm,
}  # fmt: skip
WAITING = {
    PublicationState.SUBMITTED: "等待审批（审批人不得为提交人本人）", PublicationState.APPROVED: "等待公布",
}  # fmt: skip
OF_NATURE = {PublicNature.CORRECTION: "更正原公示中的该批次", PublicNature.WITHDRAWAL: "撤回原公示中的该批次"}
PHRASES = ("同意公布。", "请核对标称生产企业名称和地址后再报。", "公示内容与检验报告一致，同意公布。")


@bp.app_context_processor
def blocks() -> dict[str, Any]:
    """``published_of_sample(id)``, ``published_of_enterprise(enterprise)`` for their pages."""
    return {"published_of_sample": _of_sample, "published_of_enterprise": _of_enterprise}


def _of_sample(sample_id: int) -> dict[str, Any]:
    """Where the sample has been published; who may list publications is told what differs now."""
    actor = current_actor()
    rows = queries.of_sample(sample_id)
    listing = may_ever(actor, Permission.PUBLICATION_LIST)
    out = [row for row in rows if row.nature is PublicNature.FIRST and row.state is PublicationState.PUBLISHED and row.withdrawn_at is None]
    deviations = guard.deviations(actor, sample_id=sample_id) if listing and out else []
    return {
        "rows": rows if listing else [row for row in rows if row.published_on is not None], "listing": listing, "deviations": deviations,
        "tones": TONES, "words": standing_words(rows),
    }  # fmt: skip


def _of_enterprise(enterprise: Any) -> dict[str, Any]:
    rows = queries.of_enterprise(enterprise.id)
    return {"rows": rows, "words": standing_words(rows), "listing": may_ever(current_actor(), Permission.PUBLICATION_LIST), "tones": TONES}


def standing_words(rows: Any) -> dict[int, str]:
    """By item: 已公布：公告号 …, 已更正."""
    later = queries.followers([row.id for row in rows])
    return {row.id: _words(row, later.get(row.id, ())) for row in rows}


def _words(row: Any, later: Any) -> str:
    if row.published_on is None:
        return "尚未公布"
    if row.withdrawn_at is not None:
        return f"已撤回：{row.withdrawn_reason or ''}"
    if row.nature is not PublicNature.FIRST:
        return OF_NATURE[row.nature]
    done = [one.announcement_no for one in later if one.nature is PublicNature.CORRECTION and one.state is PublicationState.PUBLISHED]
    under_way = queries.in_preparation(later)
    told = f"已更正：公告号 {'、'.join(done)}" if done else "公布中"
    return f"{told}；{under_way.nature.value}办理中（{under_way.number}）" if under_way is not None else told


def page(found: Publication, refusal: Any = None, above: int = 0) -> str:
    """One publication with its list and the steps that this person may take now."""
    actor = current_actor()
    steps = {
        step.value
        for step in PublicationStep
        if (arrow := workflow.arrow(KIND, found.state, step)) is not None and can(arrow.permission, found)
    }
    rows = queries.items(found, above=above)
    later, total = queries.followers([row.id for row in rows]), queries.number_of_items(found)
    stated = Stated(found.announcement_no or "", found.published_on)
    published = found.state is PublicationState.PUBLISHED and found.nature is PublicNature.FIRST
    deviations = guard.deviations(actor, publication_id=found.id) if published else []
    drafting = found.state is PublicationState.DRAFT and found.nature is PublicNature.FIRST
    return render_template(
        "publications/show.html", found=found, steps=steps, offers=_offers(steps), tones=TONES, refusal=refusal,
        phrases=PHRASES, rows=rows, total=total, above=above, heading=rules.heading,
        columns=rules.columns_of(rows[0].content, found.kind) if rows else rules.layout(found.kind),
        cells={row.id: rules.row_of(row.content, found.kind, row.ordinal, stated) for row in rows}, later=later,
        org_name=queries.organisation_name(found.org_id), workbook=queries.workbook_of(found), about=queries.about(found),
        original=queries.publication(actor, found.corrects_id) if found.corrects_id else None, remedies=list(Remedy),
        people=queries.person_names(found.created_by_id, found.proposed_by_id, found.approved_by_id, found.published_by_id),
        timeline=trail(KIND, found.id, calendar()), waiting=WAITING.get(found.state), correctable=published and can(_EDIT, found),
        deviations={one.item.id: one for one in deviations},
        moved=checking.moved(found, clock.today(), lock=False) if drafting else [], today=clock.today(),
        cases=_cases(rows), **_forms(found, refusal, deviations),
    )  # fmt: skip


_EDIT = Permission.PUBLICATION_EDIT


def _offers(steps: set[str]) -> dict[str, bool]:
    """Which of the two forms of the panel 办理 have a button."""
    forward, back = bool(steps & {"submit", "recall", "approve"}), bool(steps & {"return", "void"})
    return {"forward": forward, "back": back, "any": forward or back}


def _cases(rows: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for case in linking.cases_of([row.sample_id for row in rows]):
        found.setdefault(case.sample_id, []).append(case)
    return found


def _forms(found: Publication, refusal: Any, deviations: Sequence[Deviation]) -> dict[str, Any]:
    """The forms of the page; what differs from the record proposes its own correction. Several stand on one page: ids of their own."""
    today = clock.today()
    values = {
        "version": found.version, "announcement_no": found.announcement_no, "published_on": today, "withdrawn_on": today,
        "key": secrets.token_hex(16), **_proposal(deviations),
    }  # fmt: skip
    made = {name: form(formdata=None, data=values) for name, form in STEP_FORMS.items()}
    chosen = {name: refusal if type(refusal) is STEP_FORMS[name] else form for name, form in made.items()}
    for name, form in chosen.items():
        for each in form:
            each.id = f"{name}-{each.name}"
    return chosen


def _proposal(deviations: Sequence[Deviation]) -> dict[str, str]:
    open_ = [one for one in deviations if one.answer is None]
    if not open_:
        return {}
    first = open_[0]
    return {"remedy": first.remedy.value, "reason": f"{first.cause.value}，{first.remedy.value}原公布的内容"}
