"""``flask changes …`` and ``flask settings …``: the same operations as the pages."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from flask import Flask

from app import clock, settings
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.domain.reference_acts import ACTS, ChangeAct
from app.domain.trust_kinds import ChangeKind
from app.domain.trust_states import ChangeState
from app.errors import NotFound, NotLikeThis
from app.labels import label
from app.reference_changes import effects, moved, operations, queries, retire_acts, rule_cli, showing
from app.reference_changes.cli_group import changes
from app.reference_changes.fields import written
from app.reference_changes.forms import FORMS
from app.reference_changes.models import ReferenceChange
from app.reference_changes.rule_acts import table_of
from app.reference_data import books
from app.reference_data.standing import WordKind
from app.step_cli import StepCommands

__all__ = ["changes", "register", "rule_cli", "system"]

system = click.Group("settings", help="系统设置：列出、提出和复核")
MOST_BYTES = 2 << 20
NOUNS = click.Choice(list(retire_acts.NOUNS.values()))
WHY = (
    click.option("--reason", required=True, help="变更理由"), click.option("--source", required=True, help="依据文件，文号和名称"),
    click.option("--preview", is_flag=True, help="只试算影响，不提出"),
)  # fmt: skip


def register(app: Flask) -> None:
    app.cli.add_command(changes)
    app.cli.add_command(system)


def _with_why(function: Any) -> Any:
    for option in reversed(WHY):
        function = option(function)
    return function


def told(change: ReferenceChange) -> dict[str, Any]:
    return {
        "number": change.number, "kind": change.kind.value, "act": change.payload["act"], "title": change.title,
        "state": label(change.state), "source": change.source, "reason": change.reason, "opinion": change.opinion,
        "valid_from": change.valid_from, "effect": effects.sentences(change.effect),
        "done": effects.sentences(change.effect["done"]) if "done" in change.effect else None,
    }  # fmt: skip


def _one(actor: Actor, number: str) -> ReferenceChange:
    found = queries.change_numbered(actor, number)
    if found is None:
        raise NotFound(f"没有找到变更“{number[:40]}”，请核对编号，或您无权查看")
    return found


def _chosen(vocabulary: Any, text: str | None, what: str) -> Any:
    if text is None:
        return None
    known = {one.value: one for one in vocabulary} | ({label(one): one for one in vocabulary} if vocabulary is ChangeState else {})
    if text not in known:
        raise NotLikeThis(f"没有“{text[:20]}”这种{what}，可用：{'、'.join(known)}")
    return known[text]


@command(changes, "list", permission=Permission.CHANGE_LIST)
@click.option("--kind", help="种类，如 限量、工作日历")
@click.option("--state", help="状态，如 待复核")
def list_(actor: Actor, kind: str | None, state: str | None) -> Answer:
    """列出基础数据变更，新的在前."""
    filters = queries.Filters(_chosen(ChangeKind, kind, "种类"), _chosen(ChangeState, state, "状态"))
    rows = queries.changes(actor, filters, before=None, after=None).rows
    data = [{"number": row.number, "kind": row.kind.value, "title": row.title, "state": label(row.state)} for row in rows]
    lines = [f"{each['number']}　{each['kind']}　{each['title']}　{each['state']}" for each in data]
    return Answer(data, [*lines, f"共列出 {len(data)} 项"])


@command(changes, "show")
@click.argument("number")
def show(actor: Actor, number: str) -> Answer:
    """查看一项变更：变更前后和影响."""
    change = _one(actor, number)
    lines = [f"{change.number}　{change.title}　{label(change.state)}"]
    lines += [f"{name}：{before or '—'} → {after or '—'}" for name, before, after in change.payload["lines"]]
    rows = queries.clock_rows(actor, change.effect)
    lines += [f"{each['row'].name}　{each['row'].subject_name}：{each['before']} → {each['after']}" for each in rows]
    moves = moved.rows(actor, change, change.effect)
    lines += [f"{each['label']}：{each['before']} → {each['after']}" for each in moves[: queries.SHOWN]]
    naming = moved.rows(actor, change, change.effect, "naming")
    lines += [f"仍写该名称：{each['label']}" for each in naming[: queries.SHOWN]]
    data = told(change) | {"clocks": [{"name": each["row"].name, "before": each["before"], "after": each["after"]} for each in rows]}
    data["moves"] = [{name: each[name] for name in ("kind", "key", "label", "before", "after")} for each in moves]
    return Answer(data, [*lines, *effects.sentences(change.effect)])


def _propose(actor: Actor, act: ChangeAct, values: dict[str, Any], preview: bool) -> Answer:
    form = written(FORMS[act], values)
    wish = form.wish(act)
    if act is ChangeAct.SETTING:
        wish = operations.Wish(act, {**wish.values, "name": values["subject"]}, wish.reason, wish.source, wish.submission_key)
    if preview:
        with transaction():
            shown = operations.shown(wish, actor)
        said = effects.sentences(shown.effect)
        data = {"title": shown.told.title, "effect": said, "two_people": shown.two_people}
        return Answer(data, [f"试算：{shown.told.title}", *said, "未提出；确认后去掉 --preview 再执行"])
    with transaction():
        change = operations.propose(wish, actor, clock.now())
    standing = "已生效" if change.state is ChangeState.ADOPTED else "已提出，待第二人复核"
    return Answer(told(change), [f"{standing}：{change.number}　{change.title}", *effects.sentences(change.effect)])


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise NotLikeThis("文件超过 2 MB，请核对")
        return path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as fault:
        raise NotLikeThis(f"文件“{path}”无法读取，请核对路径，并存为 UTF-8 文本") from fault


def _file(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise NotLikeThis("文件超过 2 MB，请核对")
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as fault:
        raise NotLikeThis(f"文件“{path}”无法读取，请核对路径和权限") from fault
    except ValueError as fault:
        raise NotLikeThis(f"文件“{path}”不是 JSON，请核对") from fault
    if not isinstance(found, dict):
        raise NotLikeThis("文件应为一个 JSON 对象，如 {\"subject\": 3, \"year\": 2025, \"residents\": 801000}")
    return found


@command(changes, "propose", permission=Permission.CHANGE_PROPOSE)
@click.argument("kind")
@click.option("--file", type=click.Path(path_type=Path), required=True, help="JSON 文件，名称与页面表单相同")
@_with_why
def propose(actor: Actor, kind: str, file: Path, reason: str, source: str, preview: bool) -> Answer:
    """提出一项变更；KIND 如 limit.version、population.set、calendar.notice（flask changes kinds 列出全部）."""
    known = [act.value for act in FORMS if act is not ChangeAct.SETTING]
    if kind not in known:
        raise NotLikeThis(f"没有“{kind[:40]}”这种变更，可用：{'、'.join(known)}")
    return _propose(actor, ChangeAct(kind), {**_file(file), "reason": reason, "source": source}, preview)


@command(changes, "kinds", permission=Permission.CHANGE_LIST)
def kinds(actor: Actor) -> Answer:
    """列出可以提出的变更，以及哪些须第二人复核."""
    data = [
        {"kind": act.value, "title": ACTS[act].title, "two_people": ACTS[act].two_people, "why": ACTS[act].why,
         "fields": [name for name in form({}, meta={"csrf": False})._fields if name not in ("key", "previewed", "csrf_token")]}
        for act, form in ((act, FORMS[act]) for act in FORMS)
    ]  # fmt: skip
    said = [f"{each['kind']}　{each['title']}　{'须复核' if each['two_people'] else '提出即生效'}：{each['why']}" for each in data]
    return Answer(data, said)


@command(changes, "propose-calendar", permission=Permission.CHANGE_PROPOSE)
@click.argument("year", type=int)
@click.option("--text", "path", type=click.Path(path_type=Path), required=True, help="国务院办公厅通知正文的文本文件")
@_with_why
def propose_calendar(actor: Actor, year: int, path: Path, reason: str, source: str, preview: bool) -> Answer:
    """按通知原文提出 YEAR 年的放假安排."""
    values = {"year": year, "text": _text(path), "published": True, "confidence": "已核", "reason": reason, "source": source}
    return _propose(actor, ChangeAct.CALENDAR, values, preview)


@command(changes, "propose-population", permission=Permission.CHANGE_PROPOSE)
@click.argument("region")
@click.argument("year", type=int)
@click.argument("residents", type=int)
@_with_why
def propose_population(actor: Actor, region: str, year: int, residents: int, reason: str, source: str, preview: bool) -> Answer:
    """提出 REGION（行政区划代码）YEAR 年的常住人口."""
    region_id = books.region_book().id(region)
    if region_id is None:
        raise NotFound(f"没有代码为“{region[:12]}”的地区，请核对")
    values = {"subject": region_id, "year": year, "residents": residents, "confidence": "已核", "reason": reason, "source": source}
    return _propose(actor, ChangeAct.POPULATION, values, preview)


def _subject(noun: str, name: str) -> tuple[WordKind, int]:
    kind = next(one for one, word in retire_acts.NOUNS.items() if word == noun)
    found = retire_acts.meant(kind, name)
    if found is None:
        raise NotFound(f"没有找到{noun}“{name[:60]}”，请写正式名称（食品分类写完整路径，行政区划写代码或全称，承检机构写全称）")
    return kind, found


@command(changes, "retire", permission=Permission.CHANGE_PROPOSE)
@click.argument("kind", type=NOUNS)
@click.argument("name")
@click.option("--from", "begins", required=True, metavar="DATE", help="自哪一天起停用，YYYY-MM-DD")
@click.option("--successor", default="", help="接替的名称；合并的行政区划写并入的代码或全称")
@_with_why
def retire(actor: Actor, kind: str, name: str, begins: str, successor: str, reason: str, source: str, preview: bool) -> Answer:
    """提出停用 KIND（检验项目、食品分类、行政区划、承检机构）中的 NAME；行政区划即撤销或合并."""
    word, subject = _subject(kind, name)
    values = {"subject": subject, "valid_from": begins, "successor": successor, "reason": reason, "source": source}
    return _propose(actor, ChangeAct(f"{word.value}.retire"), values, preview)


@command(changes, "reopen", permission=Permission.CHANGE_PROPOSE)
@click.argument("kind", type=NOUNS)
@click.argument("name")
@click.option("--from", "begins", required=True, metavar="DATE", help="自哪一天起恢复，YYYY-MM-DD")
@_with_why
def reopen(actor: Actor, kind: str, name: str, begins: str, reason: str, source: str, preview: bool) -> Answer:
    """提出恢复使用 KIND（检验项目、食品分类、行政区划、承检机构）中的 NAME."""
    word, subject = _subject(kind, name)
    values = {"subject": subject, "valid_from": begins, "reason": reason, "source": source}
    return _propose(actor, ChangeAct(f"{word.value}.reopen"), values, preview)


@command(changes, "propose-rules", permission=Permission.CHANGE_PROPOSE)
@click.argument("name")
@click.option("--file", type=click.Path(path_type=Path), required=True, help="整张表的 CSV 文件，表头与现行的表相同")
@click.option("--from", "begins", required=True, metavar="DATE", help="自哪一天起施行，YYYY-MM-DD")
@_with_why
def propose_rules(actor: Actor, name: str, file: Path, begins: str, reason: str, source: str, preview: bool) -> Answer:
    """提出规则表 NAME 的新版本（名称如 urgent_rules，见 规则表 页面的地址）."""
    values = {"subject": table_of(name).code, "content": _text(file), "valid_from": begins, "reason": reason, "source": source}
    return _propose(actor, ChangeAct.RULES, values, preview)


OPINION, WHY_NOT = click.option("--comment", required=True, help="意见"), click.option("--comment", required=True, help="理由")


def _answered(change: ReferenceChange, said: str) -> Answer:
    done = effects.sentences(change.effect["done"]) if change.state is ChangeState.ADOPTED else []
    return Answer(told(change), [f"{said}：{change.number}　{change.title}", *done])


def _step(operation: Callable[..., object]) -> Callable[..., object]:
    return lambda change, actor, comment: operation(change, actor, comment, clock.now(), seen=change.version)


STEPS, SYSTEM_STEPS = (StepCommands(group, "number", None, _one, _answered) for group in (changes, system))
STEPS.add("adopt", None, "采用一项变更（须用 --as 指明复核人）.", "已采用并生效", _step(operations.adopt), OPINION)
STEPS.add("refuse", None, "不予采用一项变更（须用 --as 指明复核人）.", "已不予采用", _step(operations.refuse), WHY_NOT)
STEPS.add("withdraw", Permission.CHANGE_PROPOSE, "撤回自己提出的变更.", "已撤回", _step(operations.withdraw), WHY_NOT)


@command(system, "list", permission=Permission.SETTING_READ)
def list_settings(actor: Actor) -> Answer:
    """列出系统设置：现行值、来自哪里、谁复核."""
    data = [
        {"name": row.name, "title": row.rule.title, "value": row.value, "source": row.source, "keeper": row.rule.keeper.value}
        for row in showing.rows()
    ]
    return Answer(data, [f"{each['name']}＝{each['value']}　（{each['source']}）　{each['title']}" for each in data])


@command(system, "propose", permission=Permission.SETTING_PROPOSE)
@click.argument("name")
@click.argument("value", required=False)
@click.option("--back", is_flag=True, help="不再使用页面设置，恢复为配置文件或默认值")
@_with_why
def propose_setting(
    actor: Actor, name: str, value: str | None, back: bool, reason: str, source: str, preview: bool
) -> Answer:
    """提出系统设置 NAME 的新值 VALUE."""
    showing.changeable(name)
    if value is None and not back:
        raise NotLikeThis("请写明新的值；恢复为配置文件或默认值的，加 --back")
    values = {"subject": name, "value": value or "", "back": back, "reason": reason, "source": source}
    return _propose(actor, ChangeAct.SETTING, values, preview)


def _set(change: ReferenceChange) -> str:
    settings.refresh()
    return "已采用并生效"


SYSTEM_STEPS.add(
    "adopt", None, "采用一项系统设置的变更（安全设置由安全管理员、业务设置由审核人，须用 --as 指明）.", _set, _step(operations.adopt),
    OPINION,
)
