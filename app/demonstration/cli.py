"""``flask demo``: a believable county with invented names, in an instance of its own, under a banner."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask, current_app

from app.commands import Answer, command
from app.demonstration import operations
from app.errors import NotAllowedNow

BANNER = "演示系统：单位、企业和人员名称均为虚构，数据不作任何依据"
# Nobody signs in to a demonstration for months: its accounts are not disabled for that.
SETTINGS = f'BANNER = "{BANNER}"\nIDLE_DISABLE_DAYS = 0\n'


FOLLOWED = {
    "retests": "复检", "objections": "异议", "penalties": "行政处罚", "transfers": "移送协查", "listings": "失信名单", "urgings": "督促",
    "delegations": "审批委托", "dossiers": "案卷", "monthly_returns": "报表",
}  # fmt: skip
SUPERVISED = {
    "archives": "建档小作坊", "risk_grades": "风险等级", "risk_events": "风险事件",
    "duties": "年度检查安排", "inspections": "监督检查", "published": "检查公示", "rectifications": "责令改正",
    "random_targets": "双随机抽中",
    "self_reports": "自查报告", "incidents": "安全事故", "warnings": "消费提示和风险预警",
    "publications": "抽检结果公示", "evaluations": "规划评估", "downloads": "导出", "messages": "站内消息",
    "posts": "任职", "account_grants": "授权申请",
}  # fmt: skip


@click.group("demonstration", hidden=True)
def group() -> None:
    """Holds the command until it is registered at the top."""


@command(group, "demo", act=False)
@click.option("--plan", "plan_code", default="jizhou", show_default=True, help="规划编号")
@click.option("--batches", default=5000, show_default=True, type=int, help="批次数")
@click.option("--seed", default=7, show_default=True, type=int, help="随机种子")
def demo(plan_code: str, batches: int, seed: int) -> Answer:
    """在空的实例中生成演示县."""
    if current_app.config["ENV"] == "production":
        raise NotAllowedNow("正式环境不能生成演示数据")
    made = operations.make(plan_code, batches, seed, lambda words: click.echo(words, err=True))
    settings = Path(current_app.config["INSTANCE_FOLDER"], "config.py")
    if not settings.exists():
        settings.write_text(SETTINGS, encoding="utf-8")
    followed = "、".join(f"{word} {made.counts[name]}" for name, word in FOLLOWED.items())
    supervised = "、".join(f"{word} {made.counts[name]}" for name, word in SUPERVISED.items())
    lines = [
        f"不合格之后：{followed}",
        f"企业监管：{supervised}",
        f"演示县已生成：{made.counts['batches']} 批样品，{made.counts['users']} 个用户。一次性密码（首次登录须修改）：",
    ]
    lines += [f"  {name:<14}{password}　{person}（{title}）" for name, person, title, password in made.passwords]
    return Answer({**made.counts, "passwords": {name: password for name, _, _, password in made.passwords}}, lines)


def register(app: Flask) -> None:
    app.cli.add_command(demo)
