"""The arrows of 企业、风险分级和监督检查."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.arrows import Arrow, Table
from app.domain.permission_names import Permission
from app.domain.supervision_states import (
    GradeState,
    GradeStep,
    IncidentState,
    IncidentStep,
    InspectionState,
    InspectionStep,
    MergeState,
    MergeStep,
    ProgrammeState,
    ProgrammeStep,
    RectificationState,
    RectificationStep,
    RiskEventState,
    RiskEventStep,
    RiskRunState,
    RiskRunStep,
    RuleSetState,
    RuleSetStep,
    SelfReportState,
    SelfReportStep,
)

_M, _m = MergeState, MergeStep
ENTERPRISE_MERGE: Table = {
    (None, _m.MERGE): Arrow(_M.MERGED, Permission.ENTERPRISE_MERGE, comment_required=True),
    (_M.MERGED, _m.UNDO): Arrow(_M.UNDONE, Permission.ENTERPRISE_MERGE, comment_required=True),
}

_R, _r = RuleSetState, RuleSetStep
RISK_RULE_SET: Table = {
    (None, _r.DRAFT): Arrow(_R.DRAFT, Permission.RISK_RULE_EDIT),
    (_R.DRAFT, _r.EDIT): Arrow(_R.DRAFT, Permission.RISK_RULE_EDIT),
    (_R.DRAFT, _r.SUBMIT): Arrow(_R.SUBMITTED, Permission.RISK_RULE_EDIT, comment_required=True),
    (_R.SUBMITTED, _r.RECALL): Arrow(_R.DRAFT, Permission.RISK_RULE_EDIT),
    (_R.SUBMITTED, _r.RETURN): Arrow(_R.DRAFT, Permission.RISK_RULE_ADOPT, comment_required=True),
    (_R.SUBMITTED, _r.ADOPT): Arrow(_R.ADOPTED, Permission.RISK_RULE_ADOPT),
    (_R.ADOPTED, _r.RETIRE): Arrow(_R.RETIRED, Permission.RISK_RULE_ADOPT, comment_required=True),
    (_R.DRAFT, _r.VOID): Arrow(_R.VOIDED, Permission.RISK_RULE_EDIT, comment_required=True),
}

_G, _g = GradeState, GradeStep
RISK_GRADE: Table = {
    (None, _g.SCORE): Arrow(_G.DRAFT, Permission.RISK_SCORE),
    (_G.DRAFT, _g.RESCORE): Arrow(_G.DRAFT, Permission.RISK_SCORE),
    (_G.DRAFT, _g.PROPOSE): Arrow(_G.PROPOSED, Permission.RISK_SCORE),
    (_G.PROPOSED, _g.RECALL): Arrow(_G.DRAFT, Permission.RISK_SCORE),
    (_G.PROPOSED, _g.RETURN): Arrow(_G.DRAFT, Permission.RISK_DECIDE, comment_required=True),
    (_G.PROPOSED, _g.CONFIRM): Arrow(_G.CONFIRMED, Permission.RISK_DECIDE),
    # An event of the record (failed sample, penalty, incident) moves the grade by itself; the step it follows from was permitted.
    (None, _g.RAISE): Arrow(_G.CONFIRMED, Permission.RISK_SCORE),
    (_G.CONFIRMED, _g.REPLACE): Arrow(_G.REPLACED, Permission.RISK_SCORE),
    (_G.REPLACED, _g.REVIVE): Arrow(_G.CONFIRMED, Permission.RISK_SCORE),
    (_G.DRAFT, _g.VOID): Arrow(_G.VOIDED, Permission.RISK_SCORE, comment_required=True),
    (_G.CONFIRMED, _g.VOID): Arrow(_G.VOIDED, Permission.RISK_DECIDE, comment_required=True),
}

_E, _e = RiskEventState, RiskEventStep
RISK_EVENT: Table = {
    (None, _e.RECORD): Arrow(_E.RECORDED, Permission.RISK_SCORE),
    (_E.RECORDED, _e.VOID): Arrow(_E.VOIDED, Permission.RISK_DECIDE, comment_required=True),
}

_U, _u = RiskRunState, RiskRunStep
RISK_RUN: Table = {
    (None, _u.PREVIEW): Arrow(_U.PREVIEWED, Permission.RISK_RUN),
    (_U.PREVIEWED, _u.SUBMIT): Arrow(_U.SUBMITTED, Permission.RISK_RUN),
    (_U.SUBMITTED, _u.RETURN): Arrow(_U.PREVIEWED, Permission.RISK_DECIDE, comment_required=True),
    (_U.SUBMITTED, _u.CONFIRM): Arrow(_U.CONFIRMED, Permission.RISK_DECIDE),
    (_U.PREVIEWED, _u.DISCARD): Arrow(_U.DISCARDED, Permission.RISK_RUN),
}

_I, _i = InspectionState, InspectionStep
INSPECTION: Table = {
    (None, _i.PLAN): Arrow(_I.PLANNED, Permission.INSPECTION_MAKE),
    (_I.PLANNED, _i.EDIT): Arrow(_I.PLANNED, Permission.INSPECTION_MAKE),
    (_I.PLANNED, _i.START): Arrow(_I.RECORDING, Permission.INSPECTION_RECORD),
    (_I.RECORDING, _i.RECORD): Arrow(_I.RECORDING, Permission.INSPECTION_RECORD),
    (_I.RECORDING, _i.FINISH): Arrow(_I.FINISHED, Permission.INSPECTION_RECORD),
    (_I.FINISHED, _i.CORRECT): Arrow(_I.FINISHED, Permission.INSPECTION_RECORD, comment_required=True),
    (_I.FINISHED, _i.PUBLISH): Arrow(_I.FINISHED, Permission.INSPECTION_PUBLISH),
    (_I.FINISHED, _i.WITHDRAW): Arrow(_I.FINISHED, Permission.INSPECTION_PUBLISH, comment_required=True),
    (_I.FINISHED, _i.LINK): Arrow(_I.FINISHED, Permission.INSPECTION_RECORD),
    (_I.PLANNED, _i.VOID): Arrow(_I.VOIDED, Permission.INSPECTION_MAKE, comment_required=True),
    (_I.RECORDING, _i.VOID): Arrow(_I.VOIDED, Permission.INSPECTION_VOID, comment_required=True),
    (_I.FINISHED, _i.VOID): Arrow(_I.VOIDED, Permission.INSPECTION_VOID, comment_required=True),
}

_C, _c = RectificationState, RectificationStep
RECTIFICATION_ORDER: Table = {
    (None, _c.ORDER): Arrow(_C.ORDERED, Permission.RECTIFY_HANDLE),
    (_C.ORDERED, _c.EXTEND): Arrow(_C.ORDERED, Permission.RECTIFY_DECIDE, comment_required=True),
    (_C.ORDERED, _c.REPORT): Arrow(_C.REPORTED, Permission.RECTIFY_HANDLE),
    (_C.ORDERED, _c.PASS): Arrow(_C.PASSED, Permission.RECTIFY_HANDLE),
    (_C.ORDERED, _c.FAIL): Arrow(_C.FAILED, Permission.RECTIFY_HANDLE, comment_required=True),
    (_C.REPORTED, _c.PASS): Arrow(_C.PASSED, Permission.RECTIFY_HANDLE),
    (_C.REPORTED, _c.FAIL): Arrow(_C.FAILED, Permission.RECTIFY_HANDLE, comment_required=True),
    (_C.FAILED, _c.ORDER_AGAIN): Arrow(_C.ORDERED, Permission.RECTIFY_HANDLE, comment_required=True),
    (_C.ORDERED, _c.LINK): Arrow(_C.ORDERED, Permission.RECTIFY_HANDLE),
    (_C.REPORTED, _c.LINK): Arrow(_C.REPORTED, Permission.RECTIFY_HANDLE),
    (_C.FAILED, _c.LINK): Arrow(_C.FAILED, Permission.RECTIFY_HANDLE),
    (_C.ORDERED, _c.VOID): Arrow(_C.VOIDED, Permission.RECTIFY_DECIDE, comment_required=True),
    (_C.REPORTED, _c.VOID): Arrow(_C.VOIDED, Permission.RECTIFY_DECIDE, comment_required=True),
}

_P, _p = ProgrammeState, ProgrammeStep
RANDOM_PROGRAMME: Table = {
    (None, _p.DRAFT): Arrow(_P.DRAFT, Permission.RANDOM_MAKE),
    (_P.DRAFT, _p.EDIT): Arrow(_P.DRAFT, Permission.RANDOM_MAKE),
    (_P.DRAFT, _p.FREEZE): Arrow(_P.FROZEN, Permission.RANDOM_MAKE),
    (_P.FROZEN, _p.DRAW): Arrow(_P.DRAWN, Permission.RANDOM_DRAW),
    (_P.DRAWN, _p.RECORD): Arrow(_P.DRAWN, Permission.RANDOM_RECORD),
    (_P.DRAWN, _p.FINISH): Arrow(_P.FINISHED, Permission.RANDOM_RECORD),
    (_P.FINISHED, _p.PUBLISH): Arrow(_P.PUBLISHED, Permission.RANDOM_MAKE),
    (_P.DRAFT, _p.VOID): Arrow(_P.VOIDED, Permission.RANDOM_MAKE, comment_required=True),
    (_P.FROZEN, _p.VOID): Arrow(_P.VOIDED, Permission.RANDOM_DRAW, comment_required=True),
    (_P.DRAWN, _p.VOID): Arrow(_P.VOIDED, Permission.RANDOM_DRAW, comment_required=True),
}

_S, _s = SelfReportState, SelfReportStep
SELF_REPORT: Table = {
    (None, _s.REQUIRE): Arrow(_S.DUE, Permission.SELF_REPORT_HANDLE),
    (_S.DUE, _s.URGE): Arrow(_S.DUE, Permission.SELF_REPORT_HANDLE),
    (_S.DUE, _s.RECEIVE): Arrow(_S.RECEIVED, Permission.SELF_REPORT_HANDLE),
    (_S.RECEIVED, _s.CORRECT): Arrow(_S.RECEIVED, Permission.SELF_REPORT_HANDLE, comment_required=True),
    (_S.DUE, _s.WAIVE): Arrow(_S.WAIVED, Permission.SELF_REPORT_WAIVE, comment_required=True),
    (_S.RECEIVED, _s.REOPEN): Arrow(_S.DUE, Permission.SELF_REPORT_WAIVE, comment_required=True),
    (_S.WAIVED, _s.REOPEN): Arrow(_S.DUE, Permission.SELF_REPORT_WAIVE, comment_required=True),
}

_N, _n = IncidentState, IncidentStep
INCIDENT: Table = {
    (None, _n.REPORT): Arrow(_N.REPORTED, Permission.INCIDENT_REPORT),
    (_N.REPORTED, _n.CORRECT): Arrow(_N.REPORTED, Permission.INCIDENT_REPORT, comment_required=True),
    (_N.RATED, _n.CORRECT): Arrow(_N.REPORTED, Permission.INCIDENT_REPORT, comment_required=True),
    (_N.REPORTED, _n.RATE): Arrow(_N.RATED, Permission.INCIDENT_RATE, comment_required=True),
    (_N.RATED, _n.RATE): Arrow(_N.RATED, Permission.INCIDENT_RATE, comment_required=True),
    (_N.RATED, _n.CLOSE): Arrow(_N.CLOSED, Permission.INCIDENT_RATE, comment_required=True),
    (_N.CLOSED, _n.REOPEN): Arrow(_N.RATED, Permission.INCIDENT_RATE, comment_required=True),
    (_N.REPORTED, _n.VOID): Arrow(_N.VOIDED, Permission.INCIDENT_RATE, comment_required=True),
}

SUPERVISION: Mapping[str, Table] = {
    "enterprise_merge": ENTERPRISE_MERGE,
    "risk_rule_set": RISK_RULE_SET,
    "risk_grade": RISK_GRADE,
    "risk_event": RISK_EVENT,
    "risk_run": RISK_RUN,
    "inspection": INSPECTION,
    "rectification_order": RECTIFICATION_ORDER,
    "random_programme": RANDOM_PROGRAMME,
    "self_report": SELF_REPORT,
    "incident": INCIDENT,
}
