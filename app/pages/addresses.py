"""Where a record is shown, for what names records of any kind: the desk, the history, messages."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for

from app.authorize import can, permission_of

# where the subject of a history entry is shown
SHOWN = {
    "sample": "sampling.show",
    "disposal_case": "disposal.show",
    "objection": "objections.show",
    "verdict_decision": "decisions.show",
    "urgent_report": "urgent.show",
    "enterprise": "enterprises.show",
    "rapid_test": "rapid_tests.show",
    "backup_sample": "custody.show_backup",
    "import_batch": "results.show",
    "result_review": "reviews.show",
    "monthly_return": "exports.show",
    "sampling_plan": "plans.show",
    "sampling_task": "planning.show",
    "rule_exemption": "exemptions.show",
    "sampling_assignment": "assignments.show",
    "drawing": "drawings.show",
    "case_transfer": "transfers.show",
    "ripple_task": "ripples.task",
    "user_account": "accounts.show_user",
    "account_grant": "accounts.show_grant",
    "organisation": "organisations.show",
    "api_key": "api.show_key",
    "delegation": "delegations.show",
    "reference_change": "reference_changes.show",
    "setting_change": "reference_changes.setting_show",
    "legal_clock": "legal_clocks.show",
    "retest": "retests.show",
    "penalty": "penalties.show",
    "credit_listing": "listings.show",
    "official_document": "official_documents.show",
    "incident": "incidents.show",
    "inspection": "inspections.show",
    "rectification_order": "rectifications.show",
    "random_programme": "random_inspections.show",
    "self_report": "self_reports.show",
    "risk_rule_set": "grading_rules.show",
    "risk_grade": "grading.show",
    "risk_run": "grading.run",
    "return_template": "return_templates.show",
    "publication": "publications.show",
    "public_warning": "risk_warnings.show",
    "plan_evaluation": "evaluations.show",
    "security_alert": "alerts.show",
    "external_finding": "announcements.show",
}


def address_of(kind: str, subject_id: int | None) -> str | None:
    """Where this record is shown, when it is shown anywhere and this reader may look there."""
    endpoint = SHOWN.get(kind)
    if endpoint is None or subject_id is None or endpoint not in current_app.view_functions:
        return None
    permission = permission_of(endpoint)
    if permission is None or not can(permission):
        return None
    names = next(current_app.url_map.iter_rules(endpoint)).arguments
    values: dict[str, Any] = dict.fromkeys(names, subject_id)
    return url_for(endpoint, **values) if len(names) == 1 else None
