"""Which record each route is about: its fetch, the row of the office, who may know of it, the rest of its address.

A route that fetches a record and has no kind here fails the matrix, so that a new route is forced in.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from app.accounts.models import User, UserSession
from app.db import session
from app.domain.actors import Actor, Role
from tests.security import reading

Sees = Callable[[Actor, Any], bool]
NOWHERE = 9_000_000_000  # the id of nothing


@dataclass(frozen=True)
class Kind:
    """A record as routes find it; ``name`` is its key among the rows of the office (model, or model and sort)."""

    name: str
    sees: Sees = reading.allowed  # may this actor know of the row? else 404
    subject: Callable[[Any], Any] = lambda row: row  # what the permission is asked about
    values: Callable[[Any], Mapping[str, Any]] | None = None  # the address, where it is more than one number
    hides_voided: bool = False  # a voided row is found no more
    shared: str | None = None  # belongs to nobody, and why: one row for every ownership


def everybody(actor: Actor, row: Any) -> bool:
    return True


def ours(actor: Actor, row: Any) -> bool:
    """Of the actor's organisation or below, whatever his role: the role is asked by the permission, 403."""
    return row.org_id in actor.reach


def one_s_own(actor: Actor, row: Any) -> bool:
    return bool(row.user_id == actor.user_id)


def one_s_own_here(actor: Actor, row: Any) -> bool:
    """His own, and of the organisation he works at now."""
    return one_s_own(actor, row) and bool(row.org_id == actor.org_id)


def of_our_person(actor: Actor, row: UserSession) -> bool:
    return session().get_one(User, row.user_id).org_id in actor.reach


def our_list(actor: Actor, row: Any) -> bool:
    return reading.allowed(actor, row) and row.org_id in actor.reach


def with_org(row: UserSession) -> Any:
    return SimpleNamespace(org_id=session().get_one(User, row.user_id).org_id)


def of_sample(row: Any) -> Any:
    return reading.subject_of(row)


REFERENCE = "reference data of the installation, the same for every office"
CHANGES = "a change of the installation's own data, read by every office that works by them"

KINDS: Mapping[str, Kind] = {
    "accounts.certificate_queries.certificate": Kind("UserCertificate"),
    "accounts.grant_queries.grant": Kind("AccountGrant"),
    "accounts.online.one": Kind("UserSession", of_our_person, with_org),
    "accounts.queries.own_session": Kind("UserSession", one_s_own),
    "accounts.queries.user": Kind("User"),
    "accounts.ask_grant": Kind("User"),
    "accounts.end_position": Kind("User"),
    "alerts.queries.alert": Kind("SecurityAlert"),
    "announcements.queries.batch": Kind("ImportBatch:announcements"),
    "announcements.queries.finding": Kind("ExternalFinding", hides_voided=True),
    "announcements.queries.job": Kind("Job:announcements_stage"),
    "api.queries.key": Kind("ApiKey"),
    "api.queries.sample": Kind("Sample", values=lambda row: {"number": row.number if row else "XXX0"}),
    "approval_signatures.queries.signature": Kind("ApprovalSignature"),
    "assignments.queries.assignment": Kind("SamplingAssignment"),
    "attachments.queries.attachment": Kind("Attachment", hides_voided=True),
    "checklists.queries.checklist": Kind("Checklist", everybody, shared=REFERENCE),
    "custody.backup_queries.backup": Kind("BackupSample"),
    "custody.photos.photo": Kind("SamplePhoto", subject=of_sample),
    "custody.queries.event": Kind("CustodyEvent", subject=of_sample),
    "custody.signatures.signature": Kind("SampleSignature", subject=of_sample),
    "decisions.queries.decision": Kind("VerdictDecision"),
    "delegations.queries.delegation": Kind("Delegation"),
    "desk.queries.action": Kind("BulkAction"),
    "desk.queries.view": Kind("SavedView"),
    "disposal.queries.case": Kind("DisposalCase"),
    "dossiers.queries.dossier": Kind("Dossier"),
    "dossiers.queries.job": Kind("Job:make_dossier"),
    "downloads.queries.export": Kind("ListExport"),
    "drawings.queries.drawing": Kind("Drawing"),
    "drawings.queries.drawing_alone": Kind("Drawing"),
    "enterprises.import_queries.job": Kind("Job:enterprise_stage"),
    "enterprises.queries.batch": Kind("ImportBatch:enterprises"),
    "enterprises.queries.enterprise": Kind("Enterprise"),
    "evaluations.queries.evaluation": Kind("PlanEvaluation"),
    "exemptions.queries.cap": Kind("CapRule", everybody, shared=REFERENCE),
    "exemptions.queries.exemption": Kind("RuleExemption"),
    "exports.queries.figure": Kind(
        "ReturnFigure", values=lambda row: {"return_id": row.return_id if row else NOWHERE, "ordinal": row.ordinal if row else 1}
    ),
    "exports.queries.job": Kind("Job:make_return"),
    "exports.queries.monthly_return": Kind("MonthlyReturn"),
    "grading.event_queries.event": Kind("RiskEvent"),
    "grading.queries.batch": Kind("ImportBatch:risk_profiles"),
    "grading.queries.grade": Kind("RiskGrade"),
    "grading.run_queries.run": Kind("RiskRun"),
    "grading_rules.queries.rule_set": Kind("RiskRuleSet"),
    "grading_rules.export": Kind("RiskRuleSet"),
    "hand_overs.queries.person": Kind("User", ours),
    "incidents.queries.incident": Kind("Incident"),
    "indicators.queries.indicator": Kind("Plan", everybody, shared=REFERENCE, values=lambda row: {"code": row.code if row else "none"}),
    "indicators.queries.plan": Kind("Plan", everybody, shared=REFERENCE, values=lambda row: {"code": row.code if row else "none"}),
    "indicators.records.indicator_side": Kind(
        "Plan", everybody, shared=REFERENCE, values=lambda row: {"code": row.code if row else "none"}
    ),
    "inspections.queries.inspection": Kind("Inspection"),
    "inspections.void_file": Kind("Inspection"),
    "layouts.queries.mapping": Kind("LayoutMapping"),
    "legal_clocks.queries.change": Kind("ClockChange"),
    "legal_clocks.queries.clock": Kind("LegalClock"),
    "listings.queries.listing": Kind("CreditListing"),
    "merges.queries.couple": Kind(
        "EnterpriseMerge",
        values=lambda row: {"kept_id": row.kept_id if row else NOWHERE, "merged_id": row.merged_id if row else NOWHERE + 1},
    ),
    "merges.queries.merge": Kind("EnterpriseMerge"),
    "messages.queries.message": Kind("Message"),
    "notices.queries.notice": Kind("AmendmentNotice"),
    "objections.queries.objection": Kind("Objection"),
    "objections.document": Kind("Objection"),
    "official_documents.queries.document": Kind("OfficialDocument"),
    "official_documents.new_of_case": Kind("DisposalCase"),
    "official_documents.new_of_sample": Kind("Sample"),
    "organisations.queries.organisation": Kind("Organisation"),
    "penalties.queries.penalty": Kind("Penalty"),
    "planning.queries.task": Kind("SamplingTask"),
    "plans.queries.import_batch": Kind("ImportBatch:plan_quotas"),
    "plans.queries.plan": Kind("SamplingPlan"),
    "progress.views.measured": Kind("SamplingPlan"),
    "publications.queries.publication": Kind("Publication"),
    "random_inspections.inspectors.batch": Kind("ImportBatch:inspectors", ours),
    "random_inspections.inspectors.inspector": Kind("Inspector"),
    "random_inspections.queries.programme": Kind("RandomProgramme"),
    "random_inspections.queries.target_in_reach": Kind(
        "RandomTarget", values=lambda row: {"programme_id": row.programme_id if row else NOWHERE, "target_id": row.id if row else NOWHERE}
    ),
    "rapid_tests.queries.batch": Kind("ImportBatch:rapid_tests"),
    "rapid_tests.queries.test": Kind("RapidTest"),
    "rectifications.queries.order": Kind("RectificationOrder"),
    "reference_changes.queries.change": Kind("ReferenceChange"),
    "reference_changes.queries.setting_change": Kind("ReferenceChange:setting", everybody),
    "reference_data.lists.limit": Kind("FoodLimit", everybody, shared=REFERENCE),
    "reference_data.lists.plan": Kind("Plan", everybody, shared=REFERENCE),
    "reference_data.lists.region": Kind("Region", everybody, shared=REFERENCE),
    "reference_data.unknown_words.unknown_word": Kind("UnknownWord", everybody, shared=REFERENCE),
    "results.queries.any_batch": Kind("ImportBatch:results"),
    "results.queries.batch": Kind("ImportBatch:results"),
    "results.queries.job": Kind("Job:import_stage"),
    "results.queries.sample": Kind("Sample"),
    "retests.queries.own_laboratory": Kind("RetestLaboratory", our_list),
    "retests.queries.retest": Kind("Retest"),
    "retests.document": Kind("Retest"),
    "return_templates.queries.template": Kind("ReturnTemplate"),
    "return_templates.export": Kind("ReturnTemplate"),
    "reviews.queries.job": Kind("Job:review_approve"),
    "reviews.queries.review": Kind("ResultReview"),
    "reviews.return_queries.result_return": Kind("ResultReturn"),
    "ripples.queries.ripple": Kind("Ripple"),
    "ripples.queries.task": Kind("RippleTask"),
    "risk_warnings.queries.warning": Kind("PublicWarning"),
    "sampling.queries.batch": Kind("ImportBatch:samples"),
    "sampling.queries.sample": Kind("Sample"),
    "schedules.queries.duty": Kind("InspectionDuty"),
    "self_reports.queries.self_report": Kind("SelfReport"),
    "sheets.queries.draft": Kind("FormDraft", one_s_own, hides_voided=True),
    "sheets.queries.own_template": Kind("SheetTemplate", one_s_own_here, hides_voided=True),
    "transfers.queries.transfer": Kind("CaseTransfer"),
    "turnaround.queries.agreement": Kind("ReportAgreement"),
    "urgent.queries.report": Kind("UrgentReport"),
}

# A list that the role may see.
LIST_OF = {Role.SYSTEM_ADMIN: "organisations", Role.SECURITY_ADMIN: "organisations", Role.AUDIT_ADMIN: "audit"}

# The rest of an address beside its record, by argument, and by route where one value will not do for all.
WORDS: Mapping[str, Any] = {
    "kind": "roles", "ending": "json", "measure": "sampled", "side": "numerator", "no": "1", "position_id": 1, "attachment_id": 1,
    "act": "limit", "name": "x", "code": "x", "key": "x", "slug": "登录与密码", "valid_from": "2026-01-01", "item_id": 1,
    "notice_id": 1, "tip_id": 1,
}  # fmt: skip
OF_ROUTE: Mapping[str, Mapping[str, Any]] = {
    "reference_changes.new": {"act": "limit.new"},
    "reference_changes.rule": {"name": "urgent_rules"},
    "reference_changes.rule_download": {"name": "urgent_rules"},
    "reference_changes.rule_new": {"name": "urgent_rules"},
    "reference_changes.setting": {"name": "IDLE_MINUTES"},
    "grading_rules.shipped": {"code": "sale-115", "valid_from": "2020-01-01"},
    "grading_rules.export_shipped": {"code": "sale-115", "valid_from": "2020-01-01"},
    "official_documents.new_of_case": {"code": "rectify-order"},
    "official_documents.new_of_sample": {"code": "result-notice"},
    "objections.document": {"code": "objection-acceptance"},
    "retests.document": {"code": "retest-acceptance"},
    "pages.help_picture": {"name": "sign-in.png"},
    "printing.template": {"code": "sheet"},
    "printing.download_template": {"code": "sheet"},
    "printing.replace_template": {"code": "sheet"},
    "printing.restore_template": {"code": "sheet"},
}
# What an address is asked with behind its question mark.
ASKED_WITH: Mapping[str, str] = {
    "printing.preview": "?kind=sheet",
    "grading.profile": "?kind=食品销售者",
    "grading.record_profile": "?kind=食品销售者",
    "plans.item_set": "?category=1",
    "plans.save_items": "?category=1",
}
# Let in, and told so for a reason of its own: what the page is to hand out is not there.
FURTHER: Mapping[str, tuple[int, str]] = {
    "announcements.errors": (404, "an import without faults has no list of faults"),
    "enterprises.errors": (404, "an import without faults has no list of faults"),
    "grading.errors": (404, "an import without faults has no list of faults"),
    "plans.import_errors": (404, "an import without faults has no list of faults"),
    "random_inspections.inspector_errors": (404, "an import without faults has no list of faults"),
    "rapid_tests.errors": (404, "an import without faults has no list of faults"),
    "results.errors": (404, "an import without faults has no list of faults"),
    "reviews.download": (404, "a typed report has no file"),
    "transfers.letter": (404, "no letter was made of it"),
    "gaps.line": (404, "nothing is missing today"),
    "inspections.void_file": (404, "the inspection has no such file"),
    "accounts.ask_grant": (403, "nobody asks for rights of his own, which his own account's page says"),
    "accounts.end_position": (404, "the person has no such post"),
    "public.item": (404, "nothing has been published: tests/public"),
    "public.notice": (404, "nothing has been published: tests/public"),
    "public.notice_file": (404, "nothing has been published: tests/public"),
    "public.tip": (404, "nothing has been published: tests/public"),
}


@dataclass(frozen=True)
class Route:
    """One method of one address."""

    endpoint: str
    method: str
    rule: Rule
    permission: Any
    fetch: Callable[..., Any] | None
    kind: Kind | None
    words: Mapping[str, Any] = field(default_factory=dict)

    @property
    def by_key(self) -> bool:
        return self.rule.rule.startswith("/api/")

    def values(self, row: Any, role: Role) -> dict[str, Any]:
        """The arguments of the address of this row; of None, of a record that is not there.

        Raises KeyError for an argument that nobody has given a word to.
        """
        given = dict(self.kind.values(row)) if self.kind and self.kind.values else {}
        if self.kind and not given:
            first = next(name for name in self.rule.arguments if name.endswith("_id") and name in FIRST.get(self.endpoint, {name}))
            given = {first: row.id if row is not None else NOWHERE}
        words = {**WORDS, "list_code": LIST_OF.get(role, "samples"), **self.words, **given}
        return {name: words[name] for name in self.rule.arguments}


FIRST = {"accounts.end_position": {"user_id"}, "inspections.void_file": {"inspection_id"}}


def name_of(endpoint: str, fetch: Callable[..., Any]) -> str:
    """A fetch that stands in the line of its route goes by the route's name."""
    return endpoint if fetch.__name__ == "<lambda>" else f"{fetch.__module__.removeprefix('app.')}.{fetch.__qualname__}"


def routes(app: Flask) -> list[Route]:
    """Every method of every address, but for the files of the program itself."""
    found = []
    for rule in app.url_map.iter_rules():
        view = inspect.unwrap(app.view_functions[rule.endpoint], stop=lambda step: hasattr(step, "permission"))
        if rule.endpoint in ("static", "bootstrap.static"):
            continue
        fetch = getattr(view, "fetch", None)
        kind = KINDS.get(name_of(rule.endpoint, fetch)) if fetch else None
        for method in sorted(rule.methods & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
            found.append(Route(rule.endpoint, method, rule, view.permission, fetch, kind, OF_ROUTE.get(rule.endpoint, {})))
    return sorted(found, key=lambda route: (route.rule.rule, route.method))
