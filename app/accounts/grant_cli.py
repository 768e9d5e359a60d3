"""``flask users …`` of 授权申请: the same operations as the pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click
from flask import Flask

from app import clock
from app.accounts import grant_doubts, grant_queries, granting, jobs, queries, showing
from app.accounts.cli_group import ROLES, plain, sentences, users
from app.accounts.granting import Wish
from app.accounts.models import AccountGrant, User
from app.accounts.operations import Details
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor, Role
from app.domain.permission_areas import differences
from app.domain.permissions import Permission
from app.domain.trust_kinds import GrantKind
from app.errors import NotFound, NotLikeThis
from app.labels import label
from app.organisations.models import Organisation
from app.step_cli import StepCommands

DAY = click.DateTime(formats=["%Y-%m-%d"])
KINDS = click.Choice([kind.value for kind in GrantKind if kind is not GrantKind.NEW])
BY_INSTALLER = "命令行建立账号"


def register(app: Flask) -> None:
    """The commands stand in the group of ``app.accounts.cli``."""


def organisation(actor: Actor, code: str) -> Organisation:
    found = queries.organisation_by_code(actor, code)
    if found is None:
        raise NotFound(f"没有代码为“{code}”的机构，请先建立机构或核对代码")
    return found


def account(actor: Actor, username: str) -> User:
    found = grant_queries.person_by_username(actor, username)
    if found is None:
        raise NotFound(f"没有用户名为“{username[:40]}”的账号，或不在您的管辖范围内，请核对")
    return found


def _numbered(actor: Actor, number: str) -> AccountGrant:
    """By its number, or where several offices have given the same one by number and account: 授申〔2026〕1号/lisi."""
    written, _, username = number.partition("/")
    found = grant_queries.grants_numbered(actor, written, username.strip().casefold())
    if not found:
        raise NotFound(f"没有找到授权申请“{number[:40]}”，请核对编号，或不在您的管辖范围内")
    if len(found) > 1:
        choices = "、".join(f"{grant.number}/{name}" for grant, name in found)
        raise NotLikeThis(f"几个单位各有一件“{written[:40]}”，请连同用户名写明是哪一件：{choices}")
    return found[0][0]


def _told(grant: AccountGrant) -> dict[str, Any]:
    return {
        "number": grant.number, "kind": grant.kind.value, "state": label(grant.state), "effective_on": grant.effective_on,
        "roles_before": grant.roles_before, "roles_after": grant.roles_after, "applied_at": grant.applied_at,
    }  # fmt: skip


@command(users, "create", permission=Permission.USER_CREATE)
@click.argument("username")
@click.option("--role", "roles", type=ROLES, multiple=True, required=True, help="申请的岗位角色，可重复")
@click.option("--org", "code", required=True, help="机构代码")
@click.option("--name", help="姓名，默认同用户名")
@click.option("--position", help="科室职务")
@click.option("--on", "on", type=DAY, help="生效日期，默认今天")
@click.option("--reason", default=BY_INSTALLER, show_default=True, help="申请理由")
def create(
    actor: Actor, username: str, roles: tuple[str, ...], code: str, name: str | None, position: str | None, on: datetime | None, reason: str
) -> Answer:
    """新建用户并提出授权申请，给出一次性密码；安全管理员批准后账号才启用."""
    chosen = frozenset(Role(role) for role in roles)
    org = organisation(actor, code)
    with transaction():
        wish = Wish(GrantKind.NEW, chosen, on.date() if on else clock.today(), reason, position=position)
        grant, _, once = granting.ask_new(actor, username, Details(name or username, org, chosen, position), wish, clock.now())
    lines = [*sentences(once), f"{showing.asked_words(grant)}，批准后账号启用（flask users approve {grant.number} --as 安全管理员）"]
    return Answer({**plain(once), "grant": grant.number, "state": label(grant.state)}, lines)


@command(users, "ask", permission=Permission.GRANT_ASK)
@click.argument("username")
@click.option("--kind", type=KINDS, required=True, help="申请种类")
@click.option("--role", "roles", type=ROLES, multiple=True, help="批准后应有的全部岗位角色，可重复")
@click.option("--to-org", "code", help="调入机构的代码")
@click.option("--position", help="调入后的科室职务")
@click.option("--successor", help="建议的工作接替人用户名")
@click.option("--on", "on", type=DAY, help="生效日期，默认今天")
@click.option("--reason", required=True, help="申请理由")
def ask(
    actor: Actor, username: str, kind: str, roles: tuple[str, ...], code: str | None, position: str | None, successor: str | None,
    on: datetime | None, reason: str,
) -> Answer:  # fmt: skip
    """为账号提出岗位授权、调动、离职停用或重新启用的申请."""
    user, wanted = account(actor, username), GrantKind(kind)
    wish = Wish(
        wanted, None if wanted is GrantKind.LEAVE else frozenset(Role(role) for role in roles), on.date() if on else clock.today(), reason,
        organisation(actor, code) if code else None, position, account(actor, successor).id if successor else None,
    )  # fmt: skip
    gained, lost = differences(user.roles if user.active else (), wish.roles or ())
    with transaction():
        grant = granting.ask(actor, user, wish, clock.now())
    lines = [f"{word}：{area}　{'、'.join(names)}" for word, areas in (("增加", gained), ("减少", lost)) for area, names in areas]
    return Answer({**_told(grant), "gained": dict(gained), "lost": dict(lost)}, [*lines, showing.asked_words(grant)])


@command(users, "requests", permission=Permission.GRANT_LIST)
@click.option("--state", default="待审批", show_default=True, help="待审批、已批准，待生效、已生效、不予批准、已撤回或全部")
def requests(actor: Actor, state: str) -> Answer:
    """列出授权申请."""
    views = {words: view for view, words in grant_queries.VIEWS.items()} | {view: view for view in grant_queries.VIEWS}
    if state not in views:
        raise NotFound(f"没有“{state[:20]}”这种状态，可用：{'、'.join(grant_queries.VIEWS.values())}")
    rows = grant_queries.grants(actor, views[state], size=10_000).rows
    lines = [
        "　".join((row.number, row.kind.value, f"{row.person}（{row.username}）", row.roles_after or "停用", str(row.effective_on),
                  label(row.state)))
        for row in rows
    ]
    return Answer([{**_told(row), "username": row.username} for row in rows], [*lines, f"共 {len(rows)} 件"])


@command(users, "approve", permission=Permission.GRANT_DECIDE)
@click.argument("number")
@click.option("--opinion", help="审批意见")
@click.option("--check", is_flag=True, help="只核对：列出账号、岗位和疑点，不批准")
def approve(actor: Actor, number: str, opinion: str | None, check: bool) -> Answer:
    """批准授权申请（须用 --as 指明安全管理员）."""
    grant = _numbered(actor, number)
    if check:
        about, found, stop = showing.about(grant), grant_doubts.doubts(grant), grant_doubts.stop(grant, actor)
        told = f"{grant.number}　{about.person}（{about.username}）　{about.org}　{grant.roles_after or '停用'}　{grant.effective_on}"
        lines = [told, *found, *([stop] if stop else []), "未批准；去掉 --check 再执行"]
        return Answer({**_told(grant), "doubts": found, "stop": stop}, lines)
    with transaction():
        granting.approve(grant, actor, opinion, clock.now(), seen=grant.version)
    return Answer(_told(grant), [showing.approved_words(grant)])


STEPS = StepCommands(users, "number", None, _numbered, lambda grant, said: Answer(_told(grant), [f"{said}：{grant.number}"]))
STEPS.add(
    "refuse", Permission.GRANT_DECIDE, "不予批准授权申请（须用 --as 指明安全管理员）.", "不予批准",
    lambda grant, actor, opinion: granting.refuse(grant, actor, opinion, clock.now(), seen=grant.version),
    click.option("--opinion", required=True, help="不予批准的意见"),
)  # fmt: skip
STEPS.add(
    "withdraw", Permission.GRANT_ASK, "撤回尚未生效的授权申请.", "已撤回申请",
    lambda grant, actor, reason: granting.withdraw(grant, actor, reason, seen=grant.version),
    click.option("--reason", required=True, help="撤回原因"),
)  # fmt: skip


@command(users, "apply-due", permission=Permission.USER_CREATE)
def apply_due(actor: Actor) -> Answer:
    """使已到生效日期的申请生效（后台任务每 5 分钟也做一次）."""
    done, given_up = jobs.apply_due(clock.now())
    lines = [f"已生效：{number}" for number in done] + [f"账号情况已变化，未能生效并已撤回：{number}" for number in given_up]
    return Answer({"applied": done, "withdrawn": given_up}, [*lines, f"共生效 {len(done)} 件"])
