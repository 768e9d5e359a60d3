"""``flask enterprises licences|licence-…``: the same operations as the pages."""

from __future__ import annotations

from datetime import date

import click

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.enterprise_licences import LicenceEntry
from app.domain.permissions import Permission
from app.enterprises import licence_forms, licence_queries, licences, stations
from app.enterprises.cli_group import enterprises, one_enterprise
from app.enterprises.licence_queries import Due
from app.enterprises.models import Enterprise, EnterpriseLicence
from app.errors import NotFound, NotLikeThis


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError as fault:
        raise NotLikeThis(f"“{(written or '')[:20]}”不是日期，请写成 2026-11-20 的形式") from fault


@command(enterprises, "licences", permission=Permission.ENTERPRISE_LIST)
@click.option("--due", type=click.Choice([due.value for due in Due]), help="到期情况，默认已过期和 90 天内到期")
@click.option("--station", help="责任监管所全称")
@click.option("--kind", help="企业类型")
@click.option("--q", help="企业名称、曾用名、信用代码")
def due_(actor: Actor, due: str | None, station: str | None, kind: str | None, q: str | None) -> Answer:
    """列出已过期和将到期的许可证，早到期的在前。"""
    number = stations.Stations().named(station) if station else None
    if station and number is None:
        raise NotFound(f"没有名为“{station[:40]}”的监管所，请填写机构全称")
    asked = {"due": due or "", "kind": kind or "", "q": q or "", "station_id": str(number or "")}
    rows = licence_queries.every(actor, licence_forms.filters_asked(asked), clock.today())
    data = [
        {
            "enterprise": row.name, "credit_code": row.credit_code, "kind": row.kind, "number": row.number, "valid_to": row.valid_to,
            "days": (row.valid_to - clock.today()).days if row.valid_to else None, "main": row.main, "station": row.station_name,
        }
        for row in rows
    ]  # fmt: skip
    lines = [f"{one['valid_to'] or '无有效期'}　{one['number'] or '—'}　{one['enterprise']}" for one in data]
    return Answer(data, [*lines, f"共 {len(data)} 条"])


def _licence(enterprise: Enterprise, number: str) -> EnterpriseLicence:
    found = licence_queries.numbered(enterprise.id, number.strip())
    if found is None:
        raise NotFound(f"“{enterprise.name}”没有号码为“{number[:40]}”的有效许可证，请核对")
    return found


def _told(row: EnterpriseLicence) -> dict[str, object]:
    return {"kind": row.kind, "number": row.number, "valid_to": row.valid_to, "main": row.main, "end_reason": row.end_reason}


@command(enterprises, "licence-add", permission=Permission.ENTERPRISE_CORRECT)
@click.argument("enterprise")
@click.argument("number")
@click.option("--kind", help="许可证类型")
@click.option("--until", help="有效期至")
@click.option("--issued-on", help="发证日期")
@click.option("--issued-by", help="发证机关")
@click.option("--scope", help="许可范围")
@click.option("--main", is_flag=True, help="设为主证")
@click.option("--replaces", metavar="NUMBER", help="换证：原许可证号，登记后作为失效留存")
@click.option("--reason", default="", help="换证说明")
def add(
    actor: Actor, enterprise: str, number: str, kind: str | None, until: str | None, issued_on: str | None, issued_by: str | None,
    scope: str | None, main: bool, replaces: str | None, reason: str,
) -> Answer:  # fmt: skip
    """登记许可证，或用 --replaces 换证、延续（企业用统一社会信用代码或全名指明）。"""
    found = one_enterprise(actor, enterprise, Permission.ENTERPRISE_CORRECT)
    entry = LicenceEntry(kind, number.strip(), _day(until), scope, issued_by, _day(issued_on))
    before = _licence(found, replaces) if replaces else None
    with transaction():
        if before is not None:
            made = licences.replace(found, before.id, entry, reason, actor, clock.now(), seen=found.version)
        else:
            made = licences.add(found, entry, actor, clock.now(), main=main, seen=found.version)
    return Answer(_told(made), [f"已登记许可证：{made.number}"])


@command(enterprises, "licence-end", permission=Permission.ENTERPRISE_CORRECT)
@click.argument("enterprise")
@click.argument("number")
@click.option("--reason", required=True, help="原因，如 注销、吊销")
def end(actor: Actor, enterprise: str, number: str, reason: str) -> Answer:
    """许可证失效（记录保留）。"""
    found = one_enterprise(actor, enterprise, Permission.ENTERPRISE_CORRECT)
    one = _licence(found, number)
    with transaction():
        licences.end(found, one.id, reason, actor, clock.now(), seen=found.version)
    return Answer(_told(one), [f"已作失效处理：{one.number}"])


@command(enterprises, "licence-main", permission=Permission.ENTERPRISE_CORRECT)
@click.argument("enterprise")
@click.argument("number")
def main_(actor: Actor, enterprise: str, number: str) -> Answer:
    """设为主证。"""
    found = one_enterprise(actor, enterprise, Permission.ENTERPRISE_CORRECT)
    one = _licence(found, number)
    with transaction():
        licences.make_main(found, one.id, actor, seen=found.version)
    return Answer(_told(one), [f"已设为主证：{one.number}"])
