"""Commands of the reference data: load, check, judge one reading, count one deadline, import regions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from flask import Flask

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.disposal import operations as cases
from app.domain.actors import Actor
from app.domain.deadlines import CannotCount, Pause, due
from app.domain.limits import Limit, row_limit
from app.domain.permissions import Permission
from app.domain.quantities import parse_lod, read_result
from app.domain.rounding import Basis, plain
from app.domain.samples import ItemKind, Purpose
from app.domain.verdicts import judge
from app.errors import NotLikeThis
from app.reference_data import amendments, books, checks, operations, region_import

KINDS = {Purpose.SUPERVISION.value: ItemKind.SUPERVISION, Purpose.MONITORING.value: ItemKind.MONITORING}
MOST_BYTES = 20 * 1024 * 1024


top = click.Group()
reference = click.Group("reference", help="基础数据：装载与检查")
regions = click.Group("regions", help="行政区划：导入")


def register(app: Flask) -> None:
    for made in (reference, regions, *top.commands.values()):
        app.cli.add_command(made)


@command(reference, "load", permission=Permission.REFERENCE_EDIT)
def load(actor: Actor) -> Answer:
    """装载随程序发布的基础数据文件；重复装载不产生变化."""
    with transaction():
        counts = operations.load_reference(actor)
        cases.recount(actor)  # a new version of a rule or of a year's holidays may move what still runs
    total = sum(counts.values())
    names = {model.__tablename__: name for model, name in checks.NAMES.items()}
    told = [f"{names[table]}：新增 {count} 行" for table, count in counts.items() if count]
    return Answer(counts, [*told, f"基础数据装载完成，共新增 {total} 行" if total else "基础数据已是最新，没有变化"])


@command(reference, "check", permission=Permission.REFERENCE_READ)
def check(actor: Actor) -> Answer:
    """检查基础数据文件，并与数据库核对."""
    problems, reminders = checks.check_reference(), checks.reminders()
    told = problems or ["基础数据检查通过，没有发现问题"]
    return Answer(
        {"problems": problems, "reminders": reminders}, [*told, *(f"提示：{line}" for line in reminders)], bool(problems)
    )


@dataclass(frozen=True, slots=True)
class Found:
    """The limit a reading is held against, and what the reader must know about it."""

    limit: Limit | None
    warnings: tuple[str, ...] = ()


@command(top, "verdict")
@click.option("--item", required=True, help="检验项目")
@click.option("--value", required=True, help="检验结果，如 0.05、<0.01、未检出")
@click.option("--unit", required=True, help="结果单位")
@click.option("--category", help="食品分类，大类/亚类/次亚类/细类")
@click.option("--region", help="抽样地行政区划代码")
@click.option("--produced-on", help="生产日期，YYYY-MM-DD")
@click.option("--limit", "limit_text", help="限量，如 ≤0.2；不填则查限量库")
@click.option("--purpose", default=Purpose.SUPERVISION.value, help="监督抽检或风险监测")
@click.option("--lod", help="检出限")
@click.option("--basis", help="全数值或修约值；不填则按限量库中该限量的比较方法")
def verdict(
    actor: Actor, item: str, value: str, unit: str, category: str | None, region: str | None, produced_on: str | None,
    limit_text: str | None, purpose: str, lod: str | None, basis: str | None,
) -> Answer:  # fmt: skip
    """判定一个检验结果."""
    kind = _choice("--purpose", purpose, KINDS)
    comparison = _choice("--basis", basis, {member.value: member for member in Basis}) if basis else None
    on = _day("--produced-on", produced_on) if produced_on else clock.today()
    found = _written_limit(limit_text, item, category) if limit_text else _book_limit(item, category, region, on)
    reading, unit_read = read_result(value, unit)
    given = judge(reading, unit_read, found.limit, kind=kind, lod=parse_lod(lod) if lod else None, basis=comparison)
    warnings = (*found.warnings, *given.warnings)
    data = {
        "verdict": given.verdict.value,
        "reason": given.reason,
        "limit": _limit_data(given.limit),
        "basis": (comparison or (given.limit.method if given.limit else Basis.FULL)).value,
        "reading": {
            "kind": reading.kind.value, "value": _number(reading.value), "unit": reading.unit or unit_read,
            "as_written": value,
        },
        "warnings": list(warnings),
    }  # fmt: skip
    return Answer(data, [f"{given.verdict.value}：{given.reason}", *(f"注意：{line}" for line in warnings)])


def _written_limit(text: str, item: str, category: str | None) -> Found:
    limit = row_limit(None, text)
    if limit is None:
        raise NotLikeThis("“--limit”没有写明限量，请写成 ≤0.2、21～39、不得检出 等形式")
    warnings = []
    if not books.item_book().resolve(item).known:
        warnings.append(f"检验项目“{item}”不在项目库中，只按给出的限量判定")
    place = books.category_book().resolve(category) if category else None
    if category and (place is None or not place.exact):
        warnings.append(f"食品分类“{category}”不在分类库中，只按给出的限量判定")
    return Found(limit, tuple(warnings))


def _book_limit(item: str, category: str | None, region: str | None, on: date) -> Found:
    known = books.item_book().resolve(item)
    if not known.known:
        raise NotLikeThis(f"检验项目“{item}”不在项目库中，请核对名称，或用 --limit 给出限量")
    place = books.category_book().resolve(category) if category else None
    if category and (place is None or not place.exact):
        near = f"，最接近的是“{place.path}”" if place else ""
        raise NotLikeThis(f"食品分类“{category}”不在分类库中{near}，请改用已有分类，或用 --limit 给出限量")
    path = place.path if place else ""
    return Found(books.limit_book().in_force(known.name, path, _codes(region), on))


def _codes(written: str | None) -> Sequence[str]:
    if not written:
        return ()
    region_id, exact = books.region_book().resolve(written)
    if region_id is None or not exact:
        raise NotLikeThis(f"没有代码或名称为“{written}”的地区，请核对，或先用 flask regions import 导入")
    return books.region_book().codes_up(region_id)


def _limit_data(limit: Limit | None) -> dict[str, Any] | None:
    if limit is None:
        return None
    return {
        "op": limit.op.value, "min": _number(limit.minimum), "max": _number(limit.maximum), "unit": limit.unit,
        "n": limit.n, "c": limit.c, "m": _number(limit.m), "M": _number(limit.big_m), "standard": limit.standard,
        "from": limit.valid_from, "to": limit.valid_to,
    }  # fmt: skip


def _number(value: Any) -> str | None:
    return None if value is None else plain(value)


def _choice(option: str, written: str, allowed: dict[str, Any]) -> Any:
    if written not in allowed:
        raise NotLikeThis(f"“{option}”的值“{written}”无效，请从{'、'.join(allowed)}中选择")
    return allowed[written]


def _day(what: str, written: str) -> date:
    try:
        return date.fromisoformat(written if re.fullmatch(r"\d{4}-\d{2}-\d{2}", written) else "")
    except ValueError:
        raise NotLikeThis(f"“{what}”的值“{written}”不是有效日期，请写成 2026-11-20 的形式") from None


@command(top, "deadline")
@click.argument("code")
@click.argument("start")
@click.option("--pause", "pauses", multiple=True, metavar="FROM..TO", help="中止的起止日，可重复")
@click.option("--extend", default="0", help="延长数，单位同该期限")
def deadline(actor: Actor, code: str, start: str, pauses: Sequence[str], extend: str) -> Answer:
    """推算一个法定期限，START 为起算日（YYYY-MM-DD）或起算时刻（YYYY-MM-DDTHH:MM）."""
    begun = _moment(start)
    rule = books.deadline_rule(code, begun.date() if isinstance(begun, datetime) else begun)
    if not re.fullmatch(r"[0-9]{1,4}", extend):
        raise NotLikeThis(f"“--extend”的值“{extend}”无效，请填写 0 或以上的整数")
    try:
        found = due(rule, begun, books.calendar(), pauses=[_pause(pause) for pause in pauses], extend=int(extend))
    except CannotCount as fault:
        raise NotLikeThis(str(fault)) from fault
    data = {
        "due": found.due, "why": list(found.why), "article": found.article, "calendar": found.calendar,
        "due_at": found.due_at,
    }  # fmt: skip
    return Answer(data, [f"到期日 {found.due}", *found.why])


def _moment(written: str) -> date | datetime:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}", written):
        return _day("START", written)
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        raise NotLikeThis(f"起算时刻“{written}”无效，请写成 2026-11-20T09:30 的形式") from None


def _pause(written: str) -> Pause:
    first, mark, last = written.partition("..")
    if not mark:
        raise NotLikeThis(f"“--pause”的值“{written}”无效，请写成 2026-10-01..2026-10-08 的形式")
    return Pause(_day("--pause", first), _day("--pause", last))


@command(regions, "import", permission=Permission.REFERENCE_EDIT)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", help="数据来源，如发布机关和文号；默认为文件名")
@click.option("--confirm", is_flag=True, help="确认导入；不加时只预览")
def import_regions(actor: Actor, file: Path, source: str | None, confirm: bool) -> Answer:
    """导入行政区划（及常住人口）CSV：code,name,level,parent_code[,year,residents]."""
    plan = region_import.plan(_content(file), books.region_book(), books.all_populations())
    counts = {
        "rows": plan.rows, "new": len(plan.new), "unchanged": plan.unchanged, "populations": len(plan.populations),
        "errors": plan.errors, "confirmed": False,
    }  # fmt: skip
    if plan.errors:
        told = [f"第 {error['line']} 行 {error['column']}“{error['value']}”：{error['message']}" for error in plan.errors]
        return Answer(counts, [*told, f"共 {len(plan.errors)} 处有误，未导入，请改正后重试"], refused=True)
    summary = f"新增行政区划 {len(plan.new)} 个、已有 {plan.unchanged} 个，常住人口 {len(plan.populations)} 条"
    if not confirm:
        return Answer(counts, [f"预览：{summary}；确认无误后加 --confirm 导入"])
    if plan.new or plan.populations:
        with transaction():
            amendments.import_regions(plan, (source or f"导入文件 {file.name}")[: amendments.TOO_LONG], actor)
    return Answer({**counts, "confirmed": True}, [f"已导入：{summary}"])


def _content(file: Path) -> bytes:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise NotLikeThis("文件超过 20 MB，请拆分后再导入")
        return file.read_bytes()
    except OSError as fault:
        raise NotLikeThis(f"文件“{file}”无法读取，请核对路径和权限") from fault
