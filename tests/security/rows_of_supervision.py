"""A row of every kind of 企业、风险分级 and 监督检查 for one owner."""

from __future__ import annotations

from app.archives.models import ArchiveElement
from app.checklists.models import Checklist, ChecklistItem
from app.domain.samples import Confidence
from app.domain.supervision_kinds import (
    CodeScheme,
    FindingAnswer,
    GradeCause,
    IncidentDomain,
    InspectionNature,
    RandomOutcome,
    RiskComponent,
    RiskEventKind,
)
from app.domain.supervision_states import (
    GradeState,
    IncidentState,
    InspectionState,
    MergeState,
    ProgrammeState,
    RectificationState,
    RiskEventState,
    RiskRunState,
    RuleSetState,
    SelfReportState,
)
from app.enterprises.models import (
    Enterprise,
    EnterpriseCategory,
    EnterpriseFormerName,
    EnterpriseLicence,
    EnterpriseStatus,
)
from app.grading.models import RiskEvent, RiskGrade, RiskPoint, RiskProfile, RiskRun
from app.grading_rules.models import RiskRuleSet
from app.incidents.models import Incident
from app.inspections.models import Inspection, InspectionFinding
from app.merges.models import EnterpriseMerge
from app.random_inspections.models import (
    Inspector,
    RandomFinding,
    RandomMember,
    RandomPartner,
    RandomProgramme,
    RandomTarget,
)
from app.rectifications.models import RectificationOrder
from app.schedules.models import InspectionDuty
from app.self_reports.models import SelfReport
from tests.security.rows import DAY, NOW, add


def of_supervision(org: int, region: int, tag: str = "") -> None:
    """An enterprise with its papers, grades, inspections, draws, reports and incidents."""
    ours = {"org_id": org}
    firm = add(Enterprise(org_id=org, name=f"监管{org}{tag}", status=EnterpriseStatus.ACTIVE, created_at=NOW))
    other = add(
        Enterprise(
            org_id=org, name=f"重复{org}{tag}", status=EnterpriseStatus.MERGED, created_at=NOW, merged_into_id=firm.id
        )
    )
    of_firm = {**ours, "enterprise_id": firm.id}
    add(EnterpriseLicence(**of_firm, kind="食品生产许可证", recorded_at=NOW))
    add(EnterpriseCategory(**of_firm, scheme=CodeScheme.LICENCE_CLASS, code="0101", name="小麦粉"))
    add(EnterpriseFormerName(**of_firm, name="旧名", recorded_at=NOW))
    add(ArchiveElement(**of_firm, code="products", value="x", seen_on=DAY, recorded_at=NOW))
    merged = {"merged_name": "x", "merged_status": "在产", "reason": "x", "moved": {}, "merged_at": NOW}
    add(
        EnterpriseMerge(
            **ours, **merged, number=f"H{org}{tag}", kept_id=firm.id, merged_id=other.id, state=MergeState.MERGED
        )
    )
    of_grades(org, firm.id, tag)
    of_inspections(org, firm, region, tag)
    owed = {"kind": "食品生产企业", "period": "2026", "due_on": DAY, "created_at": NOW}
    add(SelfReport(**of_firm, **owed, state=SelfReportState.DUE))
    happened = {
        "domain": IncidentDomain.FOOD,
        "title": "x",
        "occurred_on": DAY,
        "reported_on": DAY,
        "description": "x",
        "created_at": NOW,
    }
    add(Incident(**ours, **happened, number=f"S{org}{tag}", state=IncidentState.REPORTED))


def of_grades(org: int, firm: int, tag: str = "") -> None:
    ours, of_firm = {"org_id": org}, {"org_id": org, "enterprise_id": firm}
    rules = {"rule_code": "x", "rule_sha256": "0" * 64}
    dated = {
        "title": "x",
        "kinds": "食品销售者",
        "source": "x",
        "valid_from": DAY,
        "content": {},
        "content_sha256": "0" * 64,
    }
    add(RiskRuleSet(**ours, **dated, code="x", edition=1 + len(tag), state=RuleSetState.DRAFT, created_at=NOW))
    add(RiskProfile(**of_firm, kind="食品销售者", facts={}, seen_on=DAY, recorded_at=NOW))
    happened = {
        "kind": RiskEventKind.INCIDENT,
        "occurred_on": DAY,
        "steps": 1,
        "source": "x",
        "automatic": False,
        "recorded_at": NOW,
    }
    add(RiskEvent(**of_firm, **happened, number=f"F{org}{tag}", state=RiskEventState.RECORDED))
    previewed = {"year": 2027, "kind": "食品销售者", "from_on": DAY, "to_on": DAY, "counts": {}, "created_at": NOW}
    add(RiskRun(**ours, **rules, **previewed, number=f"N{org}{tag}", state=RiskRunState.PREVIEWED))
    scored = {"kind": "食品销售者", "year": 2026, "cause": GradeCause.NEW, "facts": {}, "created_at": NOW}
    made = add(RiskGrade(**of_firm, **rules, **scored, number=f"G{org}{tag}", state=GradeState.DRAFT))
    add(RiskPoint(**ours, grade_id=made.id, ordinal=1, component=RiskComponent.STATIC, code="x", title="x", points=1))


def of_inspections(org: int, firm: Enterprise, region: int, tag: str = "") -> None:
    ours, of_firm = {"org_id": org}, {"org_id": org, "enterprise_id": firm.id}
    known = {"source": "x", "confidence": Confidence.UNVERIFIED, "recorded_at": NOW}
    listed = add(Checklist(**known, code="sale", edition=f"{org}{tag}", title="x", kinds="食品销售者"))
    item = add(ChecklistItem(checklist_id=listed.id, ordinal=1, number="1.1", group="x", text="x", key=True))
    planned = {
        "kind": "食品销售者",
        "nature": InspectionNature.ROUTINE,
        "enterprise_name": firm.name,
        "created_at": NOW,
    }
    made = add(
        Inspection(**of_firm, **planned, number=f"J{org}{tag}", checklist_id=listed.id, state=InspectionState.PLANNED)
    )
    add(InspectionFinding(**ours, inspection_id=made.id, item_id=item.id, answer=FindingAnswer.MEETS))
    due = {
        "kind": "食品销售者",
        "year": 2026,
        "ordinal": 1,
        "from_on": DAY,
        "due_on": DAY,
        "why": "x",
        "created_at": NOW,
    }
    add(InspectionDuty(**of_firm, **due))
    ordered = {
        "enterprise_name": firm.name,
        "requirement": "x",
        "at_once": False,
        "ordered_on": DAY,
        "due_on": DAY,
        "created_at": NOW,
    }
    add(
        RectificationOrder(
            **of_firm, **ordered, number=f"Z{org}{tag}", inspection_id=made.id, state=RectificationState.ORDERED
        )
    )
    one = add(Inspector(**ours, name="x", certificate_no=f"{org}{tag}", valid_from=DAY, recorded_at=NOW))
    drafted = {
        "title": "x",
        "year": 2026,
        "matter": "x",
        "filters": {},
        "from_on": DAY,
        "to_on": DAY,
        "created_at": NOW,
    }
    drawn = add(RandomProgramme(**ours, **drafted, number=f"R{org}{tag}", state=ProgrammeState.DRAFT))
    add(RandomPartner(**ours, programme_id=drawn.id, department="x", matter="x"))
    target = add(RandomTarget(**of_firm, programme_id=drawn.id, drawn_rank=1))
    add(RandomMember(**ours, target_id=target.id, inspector_id=one.id, ordinal=1))
    add(RandomFinding(**ours, target_id=target.id, department="x", outcome=RandomOutcome.CLEAR, recorded_at=NOW))
