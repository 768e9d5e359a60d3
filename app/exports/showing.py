"""What the page of one return shows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from app.authorize import can, current_actor
from app.chain import HistoryEntry
from app.db import session
from app.domain import workflow
from app.domain.permissions import Permission
from app.domain.workflow import ReturnState, ReturnStep
from app.exports import building, checking, differing, ending, forms, operations, queries, storing
from app.exports.differing import FigureDifference
from app.exports.models import MonthlyReturn
from app.history import entries_of
from app.indicators.models import Plan
from app.reference_data.books import calendar, region_book
from app.return_templates.models import ReturnTemplate
from app.trail import told

TONES = {
    ReturnState.DRAFT: "neutral", ReturnState.CHECKED: "yellow", ReturnState.APPROVED: "blue", ReturnState.SEALED: "green",
    ReturnState.SENT: "green", ReturnState.DISCARDED: "neutral",
}  # fmt: skip
WAITING = {
    ReturnState.CHECKED: "等待审批（审批人不得为制表人、审核人本人）", ReturnState.APPROVED: "等待封存", ReturnState.SEALED: "等待登记报送",
}  # fmt: skip
PHRASES = ("同意。", "数据核对无误，同意报送。", "请核对后重新生成。")
STANDING = (ReturnState.SEALED, ReturnState.SENT)


def heading(found: Any) -> str:
    """2026年11月抽检月报; a correction says that it is one."""
    period = building.period_of(found.period_kind, found.month)
    return f"{period.label}{operations.NAMES[found.period_kind]}{'（更正报）' if found.corrects_id else ''}"


def page(found: MonthlyReturn) -> Mapping[str, Any]:
    """The head of every page about this return."""
    corrects = queries.monthly_return(current_actor(), found.corrects_id) if found.corrects_id else None
    return {
        "found": found, "title": heading(found), "early": ending.notice(found), "tones": TONES,
        "region": region_book().full_name(found.region_id),
        "org_name": queries.organisation_name(found.org_id), "corrects": corrects,
        "plan": session().get(Plan, found.plan_id) if found.plan_id else None,
        "template": session().get(ReturnTemplate, found.template_id) if found.template_id else None,
        "people": queries.person_names(
            found.created_by_id, found.checked_by_id, found.approved_by_id, found.sealed_by_id, found.sent_by_id
        ),
    }  # fmt: skip


def correctable(found: MonthlyReturn) -> bool:
    """A sealed return that this person may correct and that nobody has corrected yet."""
    return found.state in STANDING and can(Permission.RETURN_MAKE, found) and queries.correction_of(found.id) is None


def changes(found: MonthlyReturn) -> Sequence[FigureDifference]:
    """更正说明 of a correction: what it says differently from what it corrects, by the lists that both have kept."""
    original = session().get(MonthlyReturn, found.corrects_id) if found.corrects_id else None
    if original is None or original.sources_attachment_id is None or found.sources_attachment_id is None:
        return ()
    now = differing.with_lists(storing.archive(found), building.kept_figures(found.id))
    return differing.of_correction(original, now, found.as_of)


def confirmed(found: MonthlyReturn, entries: Sequence[HistoryEntry]) -> frozenset[str]:
    """The warnings that whoever approved the return has confirmed, by the history; none while it is not approved."""
    if found.approved_at is None:
        return frozenset()
    last = next((one for one in reversed(entries) if one.step == ReturnStep.APPROVE.value), None)
    told = json.loads(last.changes) if last is not None and last.changes else {}
    return frozenset(told.get(checking.SEEN, ("", ""))[1].split("、"))


def shown(found: MonthlyReturn, refusal: Any = None) -> Mapping[str, Any]:
    """The page of the return itself, with its forms."""
    entries = entries_of(operations.KIND, found.id)
    steps = {
        step.value
        for step in ReturnStep
        if (arrow := workflow.arrow(operations.KIND, found.state, step)) is not None and can(arrow.permission, found)
    }
    fresh = {"version": found.version}
    return {
        **page(found), "steps": steps, "checks": storing.rows(found.id), "confirmed": confirmed(found, entries),
        "warned": checking.warnings(found), "corrections": queries.corrections_of(current_actor(), found),
        "entries": told(entries, calendar()), "waiting": WAITING.get(found.state), "phrases": PHRASES, "refusal": refusal,
        "direct": any(one.step == ReturnStep.SEAL_DIRECT.value for one in entries),
        "correctable": correctable(found),
        "stepping": refusal if isinstance(refusal, forms.StepForm) else forms.StepForm(formdata=None, data=fresh),
        "sending": refusal if isinstance(refusal, forms.SendForm) else forms.SendForm(formdata=None, data=fresh),
        "explaining": forms.ExplainForm(formdata=None, data=fresh),
        "handling": bool(steps - {ReturnStep.EXPLAIN.value, ReturnStep.SEND.value, ReturnStep.SEAL_DIRECT.value}),
        "figures_count": len(queries.figures(found)),
    }  # fmt: skip
