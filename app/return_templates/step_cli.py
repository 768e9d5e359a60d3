"""``flask return-templates submit|recall|return|adopt|retire|void``: the course of an edition."""

from __future__ import annotations

import click

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.return_templates import operations
from app.return_templates.cli_group import ORG, done, group, one_named

P = Permission


@command(group, "submit", permission=P.RETURN_TEMPLATE_EDIT)
@click.argument("name")
@click.option("--comment", help="说明")
@ORG
def submit(actor: Actor, name: str, comment: str | None, org: str | None) -> Answer:
    """提交审核."""
    row = one_named(actor, name, org)
    with transaction():
        operations.submit(row, actor, comment, seen=row.version)
    return done(row, "已提交，请他人审核")


@command(group, "recall", permission=P.RETURN_TEMPLATE_EDIT)
@click.argument("name")
@ORG
def recall(actor: Actor, name: str, org: str | None) -> Answer:
    """撤回送审."""
    row = one_named(actor, name, org)
    with transaction():
        operations.recall(row, actor, seen=row.version)
    return done(row, "已撤回")


@command(group, "return", permission=P.RETURN_TEMPLATE_ADOPT)
@click.argument("name")
@click.option("--comment", required=True, help="退回理由")
@ORG
def give_back(actor: Actor, name: str, comment: str, org: str | None) -> Answer:
    """退回编制人（须用 --as 指明审核人）."""
    row = one_named(actor, name, org)
    with transaction():
        operations.give_back(row, actor, comment, seen=row.version)
    return done(row, "已退回")


@command(group, "adopt", permission=P.RETURN_TEMPLATE_ADOPT)
@click.argument("name")
@click.option("--comment", help="审核意见")
@ORG
def adopt(actor: Actor, name: str, comment: str | None, org: str | None) -> Answer:
    """启用（不得为提交人本人，须用 --as 指明审核人）."""
    row = one_named(actor, name, org)
    with transaction():
        operations.adopt(row, actor, clock.now(), comment=comment, seen=row.version)
    return done(row, "已启用")


@command(group, "retire", permission=P.RETURN_TEMPLATE_ADOPT)
@click.argument("name")
@click.option("--comment", required=True, help="停用理由")
@ORG
def retire(actor: Actor, name: str, comment: str, org: str | None) -> Answer:
    """停用."""
    row = one_named(actor, name, org)
    with transaction():
        operations.retire(row, actor, comment, seen=row.version)
    return done(row, "已停用")


@command(group, "void", permission=P.RETURN_TEMPLATE_EDIT)
@click.argument("name")
@click.option("--comment", required=True, help="作废理由")
@ORG
def void(actor: Actor, name: str, comment: str, org: str | None) -> Answer:
    """作废一版草稿."""
    row = one_named(actor, name, org)
    with transaction():
        operations.void(row, actor, comment, seen=row.version)
    return done(row, "已作废")
