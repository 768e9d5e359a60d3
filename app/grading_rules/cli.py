"""``flask grading-rules …``: the same operations as the pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click
from flask import Flask

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.domain.risk_rule_data import sha256, write
from app.domain.risk_rule_words import unverified
from app.domain.risk_rules import RuleSet
from app.domain.supervision_states import RuleSetState
from app.errors import NotFound, NotLikeThis
from app.grading_rules import files, operations, queries
from app.grading_rules.models import RiskRuleSet
from app.labels import label
from app.reference.risk_rule_files import read_rule_sets

grading_rules = click.Group("grading-rules", help="风险分级规则")
ORG = click.option("--org", metavar="CODE", help="制定单位代码；几个单位有同一编号时填写")
NAME = re.compile(r"(?P<code>[a-z][a-z0-9-]{1,39})(?:#(?P<edition>[0-9]{1,6})|@(?P<day>\d{4}-\d{2}-\d{2}))")
HOW = "写成 编号#版次（本单位的，如 sale-115#1）或 编号@施行日期（随程序发布的，如 sale-115@2016-12-01）"


def register(app: Flask) -> None:
    app.cli.add_command(grading_rules)


def _own(actor: Actor, written: str, org: str | None) -> RiskRuleSet:
    named = NAME.fullmatch(written.strip())
    if named is None or named["edition"] is None:
        raise NotLikeThis(f"“{written[:40]}”不是本单位规则的写法：请写成 编号#版次，如 sale-115#1")
    found = queries.named(actor, named["code"], int(named["edition"]), org)
    if not found:
        raise NotFound(f"没有找到“{written[:40]}”，请用 flask grading-rules list 核对，或该规则不在您的管辖范围内")
    if len(found) > 1:
        raise NotLikeThis(f"“{written[:40]}”有 {len(found)} 个单位的，请用 --org 指明单位代码")
    return found[0]


def _rules(actor: Actor, written: str, org: str | None) -> RuleSet:
    named = NAME.fullmatch(written.strip())
    if named is None:
        raise NotLikeThis(f"“{written[:40]}”无法识别：请{HOW}")
    if named["day"] is None:
        return queries.content_of(_own(actor, written, org))
    found = queries.shipped_edition(named["code"], named["day"])
    if found is None:
        raise NotFound(f"没有随程序发布的“{written[:40]}”，请用 flask grading-rules list 核对")
    return found


def _file(path: Path) -> RuleSet:
    if not path.is_file():
        raise NotFound(f"没有文件 {path}，请核对路径")
    return files.read_file(path, path.name)


def _day(written: str | None) -> date:
    try:
        return clock.today() if written is None else date.fromisoformat(written)
    except ValueError:
        raise NotLikeThis(f"日期“{written}”无效，请写成 2026-11-20 的形式") from None


@command(grading_rules, "list", permission=Permission.RISK_RULE_READ)
@click.option("--state", help="状态：草稿、待审核、已施行、已停用、已作废；不填则连同随程序发布的一起列出")
def list_(actor: Actor, state: str | None) -> Answer:
    """列出本单位、上下级和随程序发布的规则."""
    states = {label(one): one for one in RuleSetState}
    if state is not None and state not in states:
        raise NotLikeThis(f"没有“{state[:20]}”这种状态，可用：{'、'.join(states)}")
    own = [
        {
            "name": f"{row.code}#{row.edition}", "title": row.title, "kinds": row.kinds.split("、"), "org": row.org_code,
            "valid_from": row.valid_from, "valid_to": row.valid_to, "state": label(row.state),
        }
        for row in queries.every_rule_set(actor, states[state] if state else None)
    ]  # fmt: skip
    shipped = [] if state else [
        {
            "name": f"{one.code}@{one.valid_from}", "title": one.title, "kinds": list(one.kinds), "org": None,
            "valid_from": one.valid_from, "valid_to": one.valid_to, "state": "仅供试算" if one.proposal else "随程序发布",
        }
        for one in read_rule_sets()
    ]  # fmt: skip
    rows = [*own, *shipped]
    lines = [f"{row['name']}　{row['title']}　{row['valid_from']}—{row['valid_to'] or ''}　{row['state']}" for row in rows]
    return Answer(rows, [*lines, f"共 {len(rows)} 套"])


@command(grading_rules, "show", permission=Permission.RISK_RULE_READ)
@click.argument("name")
@click.option("--out", type=click.Path(path_type=Path), help="写成文件：.json 或 .xlsx")
@ORG
def show(actor: Actor, name: str, out: Path | None, org: str | None) -> Answer:
    """一套规则的内容和待核之处；--out 导出."""
    rules = _rules(actor, name, org)
    if out is not None:
        if out.suffix not in (".json", ".xlsx"):
            raise NotLikeThis("--out 的文件名请以 .json 或 .xlsx 结尾")
        with transaction():
            row = None if "@" in name else _own(actor, name, org)
            content = files.taken_out(rules, row, out.suffix[1:], actor, clock.now())
        out.write_bytes(content)
    return Answer(_data(rules), [*_told(rules), *([f"已写入 {out}"] if out else [])])


def _data(rules: RuleSet) -> dict[str, Any]:
    value = write(rules)
    return {**value, "sha256": sha256(rules), "unverified": [fault.message for fault in unverified(value)]}


def _told(rules: RuleSet) -> Sequence[str]:
    doubtful = unverified(write(rules))
    parts = "、".join(f"{part.name.value} {part.maximum} 分" for part in rules.components)
    often = "；".join(f"{one.grade.value} 级{one.words}" for one in rules.frequencies)
    return [
        f"{rules.title}（{rules.code}，{rules.valid_from} 起）", f"适用：{'、'.join(rules.kinds)}", f"评分：{parts}", f"频次：{often}",
        f"待核 {len(doubtful)} 处", *(f"  {one.message}" for one in doubtful[:20]),
    ]  # fmt: skip


@command(grading_rules, "check", permission=Permission.RISK_RULE_READ)
@click.argument("file", type=click.Path(path_type=Path))
def check(actor: Actor, file: Path) -> Answer:
    """检查一个规则文件（.json 或 .xlsx），不写入."""
    try:
        rules = _file(file)
    except operations.RefusedRules as refused:
        faults = [{"path": fault.path, "message": fault.message} for fault in refused.faults]
        return Answer({"faults": faults}, [fault["message"] for fault in faults], refused=True)
    return Answer({"faults": [], **_data(rules)}, ["检查通过", *_told(rules)])


@command(grading_rules, "draft", permission=Permission.RISK_RULE_EDIT)
@click.option("--from", "source", metavar="NAME", help=f"底稿，{HOW}")
@click.option("--file", type=click.Path(path_type=Path), help="从文件起草（.json 或 .xlsx）")
@click.option("--on", "valid_from", metavar="DATE", help="拟施行日期，默认今天")
@ORG
def draft(actor: Actor, source: str | None, file: Path | None, valid_from: str | None, org: str | None) -> Answer:
    """起草一版."""
    if (source is None) is (file is None):
        raise NotLikeThis("请用 --from 指明底稿，或用 --file 指明文件，二者选其一")
    rules = _file(file) if file is not None else _rules(actor, source or "", org)
    with transaction():
        made = operations.draft(rules, _day(valid_from), actor, clock.now())
    return _done(made, "已起草，请核对后提交审核")


def _done(row: RiskRuleSet, said: str) -> Answer:
    data = {"name": f"{row.code}#{row.edition}", "state": label(row.state), "valid_from": row.valid_from, "valid_to": row.valid_to}
    return Answer(data, [f"{row.title}（{row.code}#{row.edition}）：{said}"])


@command(grading_rules, "edit", permission=Permission.RISK_RULE_EDIT)
@click.argument("name")
@click.option("--file", type=click.Path(path_type=Path), required=True, help="修改后的文件（.json 或 .xlsx）")
@ORG
def edit(actor: Actor, name: str, file: Path, org: str | None) -> Answer:
    """以文件的内容修改一版草稿."""
    row, rules = _own(actor, name, org), _file(file)
    with transaction():
        operations.edit(row, write(rules), actor, seen=row.version)
    return _done(row, "已修改")


@command(grading_rules, "submit", permission=Permission.RISK_RULE_EDIT)
@click.argument("name")
@click.option("--comment", required=True, help="说明")
@ORG
def submit(actor: Actor, name: str, comment: str, org: str | None) -> Answer:
    """提交审核."""
    row = _own(actor, name, org)
    with transaction():
        operations.submit(row, actor, comment, seen=row.version)
    return _done(row, "已提交，请他人审核")


@command(grading_rules, "recall", permission=Permission.RISK_RULE_EDIT)
@click.argument("name")
@ORG
def recall(actor: Actor, name: str, org: str | None) -> Answer:
    """撤回送审."""
    row = _own(actor, name, org)
    with transaction():
        operations.recall(row, actor, seen=row.version)
    return _done(row, "已撤回")


@command(grading_rules, "return", permission=Permission.RISK_RULE_ADOPT)
@click.argument("name")
@click.option("--comment", required=True, help="退回理由")
@ORG
def give_back(actor: Actor, name: str, comment: str, org: str | None) -> Answer:
    """退回起草人（须用 --as 指明审核人）."""
    row = _own(actor, name, org)
    with transaction():
        operations.give_back(row, actor, comment, seen=row.version)
    return _done(row, "已退回")


@command(grading_rules, "adopt", permission=Permission.RISK_RULE_ADOPT)
@click.argument("name")
@click.option("--comment", help="审核意见")
@ORG
def adopt(actor: Actor, name: str, comment: str | None, org: str | None) -> Answer:
    """施行（不得为提交人本人，须用 --as 指明审核人）；此前适用的版本至前一日止."""
    row = _own(actor, name, org)
    with transaction():
        ended = operations.adopt(row, actor, clock.now(), comment=comment, seen=row.version)
    names = "、".join(f"{one.code}#{one.edition}" for one in ended)
    return _done(row, f"自 {row.valid_from} 起施行" + (f"，接替 {names}" if names else ""))


@command(grading_rules, "retire", permission=Permission.RISK_RULE_ADOPT)
@click.argument("name")
@click.option("--comment", required=True, help="停用理由")
@ORG
def retire(actor: Actor, name: str, comment: str, org: str | None) -> Answer:
    """停用，今天为最后一日."""
    row = _own(actor, name, org)
    with transaction():
        operations.retire(row, actor, comment, clock.now(), seen=row.version)
    return _done(row, "已停用")


@command(grading_rules, "void", permission=Permission.RISK_RULE_EDIT)
@click.argument("name")
@click.option("--comment", required=True, help="作废理由")
@ORG
def void(actor: Actor, name: str, comment: str, org: str | None) -> Answer:
    """作废一版草稿."""
    row = _own(actor, name, org)
    with transaction():
        operations.void(row, actor, comment, seen=row.version)
    return _done(row, "已作废")
