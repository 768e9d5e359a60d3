"""The group ``flask grading`` and what its commands are told: a grade by number, an enterprise by code or name, a date."""

from __future__ import annotations

from datetime import date

import click

from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.enterprises.models import Enterprise
from app.errors import NotAllowed, NotFound, NotLikeThis
from app.grading import queries
from app.grading.models import RiskGrade

group = click.Group("grading", help="风险分级：静态要素、评分、等级")
ORG = click.option("--org", metavar="CODE", help="承办单位代码；几个单位有同一编号时填写")


def one_grade(actor: Actor, number: str, org: str | None) -> RiskGrade:
    found = queries.grades_numbered(actor, number, org)
    if not found:
        raise NotFound(f"没有找到“{number[:40]}”，请用 flask grading list 核对编号，或该记录不在您的管辖范围内")
    if len(found) > 1:
        raise NotLikeThis(f"“{number[:40]}”有 {len(found)} 条，请用 --org 指明承办单位代码")
    return found[0]


def one_enterprise(actor: Actor, written: str, permission: Permission) -> Enterprise:
    found = queries.enterprise_named(actor, written)
    if len(found) != 1:
        raise NotFound(f"企业档案中与“{written[:40]}”一致的有 {len(found)} 个，请用统一社会信用代码指明，或该企业不在您的管辖范围内")
    if not permits(actor, permission, found[0]):
        raise NotAllowed("您没有办理该事项的权限，如确需办理请联系科室负责人")
    return found[0]


def day(written: str | None) -> date | None:
    if written is None:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise NotLikeThis(f"“{written[:20]}”不是有效日期，请按 2026-11-20 的格式填写") from None
