"""What the commands about inspections share: their group, how one is named, and how it is told."""

from __future__ import annotations

from typing import Any

import click

from app.domain.actors import Actor
from app.domain.supervision_states import InspectionState
from app.errors import NotFound, NotLikeThis
from app.inspections import queries
from app.inspections.models import Inspection
from app.inspections.recording import lacking
from app.labels import label

inspections = click.Group("inspections", help="监督检查：安排、记录、签字、完成、公示")
ORG = click.option("--org", metavar="CODE", help="承办单位代码；几个单位有同一编号时填写")
NUMBER = click.argument("number")


def one_inspection(actor: Actor, number: str, org: str | None) -> Inspection:
    """The one inspection with this number in the actor's reach."""
    found = queries.inspections_numbered(actor, number, org)
    if not found:
        raise NotFound(f"没有找到检查“{number[:40]}”，请核对编号（如 检〔2026〕1号），或该检查不在您的管辖范围内")
    if len(found) > 1:
        raise NotLikeThis(f"“{number[:40]}”有 {len(found)} 次，请用 --org 指明承办单位代码")
    return found[0]


def told(row: Inspection) -> dict[str, Any]:
    """One inspection with its findings and what is still missing."""
    findings = [
        {"number": item.number, "text": item.text, "key": item.key, "answer": one.answer.value if one.answer else None, "note": one.note}
        for item, one in queries.answered(row)
    ]
    people = queries.person_names(row.lead_id, row.second_id)
    names = ("planned_on", "inspected_on", "place", "opinion", "finished_on", "publish_due_on", "published_on", "filing_no")
    return {
        "number": row.number, "enterprise": row.enterprise_name, "kind": row.kind, "nature": row.nature.value, "state": label(row.state),
        "inspectors": [people.get(row.lead_id), people.get(row.second_id)], "checklist": f"{row.checklist.code} {row.checklist.edition}",
        "result": row.result.value if row.result else None, "measure": row.measure.value if row.measure else None,
        **{name: getattr(row, name) for name in names}, "findings": findings,
        "missing": list(lacking(row).values()) if row.state is InspectionState.RECORDING else [],
    }  # fmt: skip
