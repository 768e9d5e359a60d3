"""Every table, imported once: what migrations compare with and what the factory maps."""

from __future__ import annotations

from app import chain, jobs
from app.accounts import models as accounts
from app.alerts import models as alerts
from app.announcements import models as announcements
from app.api import models as api
from app.archives import models as archives
from app.assignments import models as assignments
from app.attachments import models as attachments
from app.checklists import models as checklists
from app.custody import models as custody
from app.db import Base
from app.decisions import models as decisions
from app.delegations import models as delegations
from app.desk import models as desk
from app.disposal import models as disposal
from app.dossiers import models as dossiers
from app.downloads import models as downloads
from app.drawings import models as drawings
from app.enterprises import models as enterprises
from app.evaluations import models as evaluations
from app.exemptions import models as exemptions
from app.exports import models as exports
from app.gaps import models as gaps
from app.grading import models as grading
from app.grading_rules import models as grading_rules
from app.incidents import models as incidents
from app.indicators import models as indicators
from app.inspections import models as inspections
from app.layouts import models as layouts
from app.legal_clocks import models as legal_clocks
from app.listings import models as listings
from app.merges import models as merges
from app.messages import models as messages
from app.notices import models as notices
from app.objections import models as objections
from app.official_documents import models as official_documents
from app.organisations import models as organisations
from app.penalties import models as penalties
from app.phrases import models as phrases
from app.planning import models as planning
from app.plans import models as plans
from app.printing import models as printing
from app.publications import models as publications
from app.random_inspections import models as random_inspections
from app.rapid_tests import models as rapid_tests
from app.rectifications import models as rectifications
from app.reference_changes import models as reference_changes
from app.reference_data import models as reference_data
from app.results import models as results
from app.retests import models as retests
from app.return_templates import models as return_templates
from app.reviews import models as reviews
from app.ripples import models as ripples
from app.risk_warnings import models as risk_warnings
from app.sampling import models as sampling
from app.schedules import models as schedules
from app.search import models as search
from app.self_reports import models as self_reports
from app.syslog import models as syslog
from app.transfers import models as transfers
from app.turnaround import models as turnaround
from app.urgent import models as urgent

metadata = Base.metadata

__all__ = [
    "accounts",
    "alerts",
    "announcements",
    "api",
    "archives",
    "assignments",
    "attachments",
    "chain",
    "checklists",
    "custody",
    "decisions",
    "delegations",
    "desk",
    "disposal",
    "dossiers",
    "downloads",
    "drawings",
    "enterprises",
    "evaluations",
    "exemptions",
    "exports",
    "gaps",
    "grading",
    "grading_rules",
    "incidents",
    "indicators",
    "inspections",
    "jobs",
    "layouts",
    "legal_clocks",
    "listings",
    "merges",
    "messages",
    "metadata",
    "notices",
    "objections",
    "official_documents",
    "organisations",
    "penalties",
    "phrases",
    "planning",
    "plans",
    "printing",
    "publications",
    "random_inspections",
    "rapid_tests",
    "rectifications",
    "reference_changes",
    "reference_data",
    "results",
    "retests",
    "return_templates",
    "reviews",
    "ripples",
    "risk_warnings",
    "sampling",
    "schedules",
    "search",
    "self_reports",
    "syslog",
    "transfers",
    "turnaround",
    "urgent",
]
