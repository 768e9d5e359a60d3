"""What a page shows of what belongs to a case besides its record, with the forms that this reader may send now."""

from __future__ import annotations

from typing import Any

from app.authorize import can
from app.disposal import supplement_queries as queries
from app.disposal.models import DisposalCase
from app.disposal.supplement_forms import AnswerForm, FileForm, FollowUpForm, PublicationForm
from app.disposal.supplements import OPEN_TO_HANDLER, WITH_PUBLICATIONS
from app.domain.actors import Actor
from app.domain.case_questions import asked
from app.domain.permissions import Permission
from app.domain.workflow import CaseState


def showing(actor: Actor, case: DisposalCase, typed: Any) -> dict[str, Any]:
    """Everything for ``_supplements.html``; ``typed`` is the form that was refused, which stays as it was typed."""
    answers = queries.answers(actor, case)
    mine = can(Permission.CASE_HANDLE, case)
    answering = case.state is CaseState.AWAITING and can(Permission.CASE_ANSWER, case)
    later = mine and case.state in OPEN_TO_HANDLER
    filing = mine and case.state is CaseState.HANDLING
    return {
        "asked": asked(case.mode), "answers": answers, "publications": queries.publications(actor, case),
        "follow_ups": queries.follow_ups(actor, case), "files": queries.files(actor, case),
        "removal": mine and case.state in WITH_PUBLICATIONS,
        "answer_form": _kept(AnswerForm, typed, answering, _answered(answers)),
        "publication_form": _kept(PublicationForm, typed, later),
        "follow_up_form": _kept(FollowUpForm, typed, later),
        "file_form": _kept(FileForm, typed, filing),
    }  # fmt: skip


def _kept(kind: Any, typed: Any, may: bool, values: dict[str, Any] | None = None) -> Any:
    if isinstance(typed, kind):
        return typed
    return kind(formdata=None, data=values) if may else None


def _answered(answers: Any) -> dict[str, Any]:
    """The answers in force, as the form shows them."""
    found = {}
    for code, rows in answers.items():
        found[code], found[f"{code}_note"] = "是" if rows[0].CaseAnswer.answer else "否", rows[0].CaseAnswer.note
    return found
