"""The arrows of 报表、报表模板、公示、风险交流和规划评估."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.arrows import Arrow, Table
from app.domain.permission_names import Permission
from app.domain.reporting_states import (
    EvaluationState,
    EvaluationStep,
    PublicationState,
    PublicationStep,
    TemplateState,
    TemplateStep,
    WarningState,
    WarningStep,
)
from app.domain.states import ReturnState, ReturnStep

_R, _r = ReturnState, ReturnStep
MONTHLY_RETURN: Table = {
    (None, _r.DRAFT): Arrow(_R.DRAFT, Permission.RETURN_MAKE),
    (_R.DRAFT, _r.REMAKE): Arrow(_R.DRAFT, Permission.RETURN_MAKE),
    (_R.DRAFT, _r.EXPLAIN): Arrow(_R.DRAFT, Permission.RETURN_MAKE),
    (_R.DRAFT, _r.CHECK): Arrow(_R.CHECKED, Permission.RETURN_MAKE),
    (_R.DRAFT, _r.DISCARD): Arrow(_R.DISCARDED, Permission.RETURN_MAKE, comment_required=True),
    (_R.CHECKED, _r.RECALL): Arrow(_R.DRAFT, Permission.RETURN_MAKE),
    (_R.CHECKED, _r.RETURN): Arrow(_R.DRAFT, Permission.RETURN_APPROVE, comment_required=True),
    (_R.CHECKED, _r.APPROVE): Arrow(_R.APPROVED, Permission.RETURN_APPROVE),
    (_R.APPROVED, _r.RETURN): Arrow(_R.DRAFT, Permission.RETURN_APPROVE, comment_required=True),
    (_R.DRAFT, _r.SEAL_DIRECT): Arrow(_R.SEALED, Permission.RETURN_SEAL),
    (_R.APPROVED, _r.SEAL): Arrow(_R.SEALED, Permission.RETURN_SEAL),
    (_R.SEALED, _r.SEND): Arrow(_R.SENT, Permission.RETURN_SEAL),
}

_T, _t = TemplateState, TemplateStep
RETURN_TEMPLATE: Table = {
    (None, _t.UPLOAD): Arrow(_T.DRAFT, Permission.RETURN_TEMPLATE_EDIT),
    (_T.DRAFT, _t.EDIT): Arrow(_T.DRAFT, Permission.RETURN_TEMPLATE_EDIT),
    (_T.DRAFT, _t.SUBMIT): Arrow(_T.SUBMITTED, Permission.RETURN_TEMPLATE_EDIT),
    (_T.SUBMITTED, _t.RECALL): Arrow(_T.DRAFT, Permission.RETURN_TEMPLATE_EDIT),
    (_T.SUBMITTED, _t.RETURN): Arrow(_T.DRAFT, Permission.RETURN_TEMPLATE_ADOPT, comment_required=True),
    (_T.SUBMITTED, _t.ADOPT): Arrow(_T.ADOPTED, Permission.RETURN_TEMPLATE_ADOPT),
    (_T.ADOPTED, _t.RETIRE): Arrow(_T.RETIRED, Permission.RETURN_TEMPLATE_ADOPT, comment_required=True),
    (_T.DRAFT, _t.VOID): Arrow(_T.VOIDED, Permission.RETURN_TEMPLATE_EDIT, comment_required=True),
}

_P, _p = PublicationState, PublicationStep
PUBLICATION: Table = {
    (None, _p.DRAFT): Arrow(_P.DRAFT, Permission.PUBLICATION_EDIT),
    (_P.DRAFT, _p.EDIT): Arrow(_P.DRAFT, Permission.PUBLICATION_EDIT),
    (_P.DRAFT, _p.SUBMIT): Arrow(_P.SUBMITTED, Permission.PUBLICATION_EDIT),
    (_P.SUBMITTED, _p.RECALL): Arrow(_P.DRAFT, Permission.PUBLICATION_EDIT),
    (_P.SUBMITTED, _p.RETURN): Arrow(_P.DRAFT, Permission.PUBLICATION_DECIDE, comment_required=True),
    (_P.SUBMITTED, _p.APPROVE): Arrow(_P.APPROVED, Permission.PUBLICATION_DECIDE),
    (_P.APPROVED, _p.RETURN): Arrow(_P.DRAFT, Permission.PUBLICATION_DECIDE, comment_required=True),
    (_P.APPROVED, _p.PUBLISH): Arrow(_P.PUBLISHED, Permission.PUBLICATION_ISSUE),
    (_P.PUBLISHED, _p.CORRECT): Arrow(_P.PUBLISHED, Permission.PUBLICATION_ISSUE, comment_required=True),
    (_P.PUBLISHED, _p.WITHDRAW): Arrow(_P.WITHDRAWN, Permission.PUBLICATION_WITHDRAW, comment_required=True),
    (_P.DRAFT, _p.VOID): Arrow(_P.VOIDED, Permission.PUBLICATION_EDIT, comment_required=True),
}

_W, _w = WarningState, WarningStep
PUBLIC_WARNING: Table = {
    (None, _w.DRAFT): Arrow(_W.DRAFT, Permission.WARNING_EDIT),
    (_W.DRAFT, _w.EDIT): Arrow(_W.DRAFT, Permission.WARNING_EDIT),
    (_W.DRAFT, _w.SUBMIT): Arrow(_W.SUBMITTED, Permission.WARNING_EDIT),
    (_W.SUBMITTED, _w.RECALL): Arrow(_W.DRAFT, Permission.WARNING_EDIT),
    (_W.SUBMITTED, _w.RETURN): Arrow(_W.DRAFT, Permission.WARNING_DECIDE, comment_required=True),
    (_W.SUBMITTED, _w.APPROVE): Arrow(_W.APPROVED, Permission.WARNING_DECIDE),
    (_W.APPROVED, _w.RETURN): Arrow(_W.DRAFT, Permission.WARNING_DECIDE, comment_required=True),
    (_W.APPROVED, _w.PUBLISH): Arrow(_W.PUBLISHED, Permission.WARNING_ISSUE),
    (_W.PUBLISHED, _w.WITHDRAW): Arrow(_W.WITHDRAWN, Permission.WARNING_DECIDE, comment_required=True),
    (_W.DRAFT, _w.VOID): Arrow(_W.VOIDED, Permission.WARNING_EDIT, comment_required=True),
}

_E, _e = EvaluationState, EvaluationStep
PLAN_EVALUATION: Table = {
    (None, _e.DRAFT): Arrow(_E.DRAFT, Permission.EVALUATION_EDIT),
    (_E.DRAFT, _e.EDIT): Arrow(_E.DRAFT, Permission.EVALUATION_EDIT),
    (_E.DRAFT, _e.SUBMIT): Arrow(_E.SUBMITTED, Permission.EVALUATION_EDIT),
    (_E.SUBMITTED, _e.RECALL): Arrow(_E.DRAFT, Permission.EVALUATION_EDIT),
    (_E.SUBMITTED, _e.RETURN): Arrow(_E.DRAFT, Permission.EVALUATION_DECIDE, comment_required=True),
    (_E.SUBMITTED, _e.APPROVE): Arrow(_E.APPROVED, Permission.EVALUATION_DECIDE),
    (_E.DRAFT, _e.RECOUNT): Arrow(_E.DRAFT, Permission.EVALUATION_EDIT),
    (_E.APPROVED, _e.RETURN): Arrow(_E.DRAFT, Permission.EVALUATION_DECIDE, comment_required=True),
    (_E.APPROVED, _e.ARCHIVE): Arrow(_E.ARCHIVED, Permission.EVALUATION_EDIT),
    (_E.DRAFT, _e.VOID): Arrow(_E.VOIDED, Permission.EVALUATION_EDIT, comment_required=True),
}

REPORTING: Mapping[str, Table] = {
    "monthly_return": MONTHLY_RETURN,
    "return_template": RETURN_TEMPLATE,
    "publication": PUBLICATION,
    "public_warning": PUBLIC_WARNING,
    "plan_evaluation": PLAN_EVALUATION,
}
