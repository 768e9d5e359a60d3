"""``flask return-templates submit|recall|return|adopt|retire|void``: the course of an edition."""

from __future__ import annotations

import click

from app import clock
from app.domain.permissions import Permission
from app.return_templates import operations
from app.return_templates.cli_group import ORG, done, group, one_named
from app.step_cli import Option, StepCommands

P = Permission


def _reason(what: str) -> Option:
    return click.option("--comment", required=True, help=what)


STEPS = StepCommands(group, "name", ORG, one_named, done)
STEPS.add("submit", P.RETURN_TEMPLATE_EDIT, "提交审核.", "已提交，请他人审核",
          lambda row, actor, comment: operations.submit(row, actor, comment, seen=row.version), click.option("--comment", help="说明"))
STEPS.add("recall", P.RETURN_TEMPLATE_EDIT, "撤回送审.", "已撤回", lambda row, actor: operations.recall(row, actor, seen=row.version))
STEPS.add("return", P.RETURN_TEMPLATE_ADOPT, "退回编制人（须用 --as 指明审核人）.", "已退回",
          lambda row, actor, comment: operations.give_back(row, actor, comment, seen=row.version), _reason("退回理由"))
STEPS.add("adopt", P.RETURN_TEMPLATE_ADOPT, "启用（不得为提交人本人，须用 --as 指明审核人）.", "已启用",
          lambda row, actor, comment: operations.adopt(row, actor, clock.now(), comment=comment, seen=row.version),
          click.option("--comment", help="审核意见"))
STEPS.add("retire", P.RETURN_TEMPLATE_ADOPT, "停用.", "已停用",
          lambda row, actor, comment: operations.retire(row, actor, comment, seen=row.version), _reason("停用理由"))
STEPS.add("void", P.RETURN_TEMPLATE_EDIT, "作废一版草稿.", "已作废",
          lambda row, actor, comment: operations.void(row, actor, comment, seen=row.version), _reason("作废理由"))
