"""Commands about programmes: drafted, frozen, drawn, proved, recorded, finished, published, voided; the coverage of a year."""

from __future__ import annotations

import secrets
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.drawing import SECRET_BYTES
from app.domain.enterprises import KINDS
from app.domain.permissions import Permission
from app.domain.supervision_kinds import Grade, RandomOutcome
from app.errors import NotFound, NotLikeThis
from app.filters import percent
from app.labels import label
from app.penalties.cli_group import day
from app.random_inspections import coverage, exports, forms, operations, pools, queries, recording, teams
from app.random_inspections.cli_group import NUMBER, ORG, one_programme, random_inspections, required_day, told
from app.random_inspections.models import RandomProgramme, RandomTarget
from app.random_inspections.operations import Draft
from app.random_inspections.wanted import UNGRADED, Wanted, usual_points, usual_recent_days
from app.reference_data.books import region_book

FILE = click.Path(dir_okay=False, path_type=Path)
TARGET = click.argument("target")


@command(random_inspections, "list", permission=Permission.INSPECTION_LIST)
@click.option("--q", help="编号、任务名称、抽查事项")
@click.option("--year", type=int, help="年度")
def list_(actor: Actor, q: str | None, year: int | None) -> Answer:
    """列出双随机抽查任务，新的在前。"""
    rows = queries.every_programme(actor, queries.Filters(q, None, year))
    data = [
        {"number": row.number, "title": row.title, "state": label(row.state), "targets": row.targets, "recorded": row.recorded,
         "publish_due_on": row.publish_due_on, "published_on": row.published_on}
        for row in rows
    ]  # fmt: skip
    return Answer(data, [*(f"{one['number']}　{one['title']}　{one['state']}" for one in data), f"共 {len(data)} 个"])


@command(random_inspections, "show", permission=Permission.RANDOM_READ)
@NUMBER
@ORG
def show(actor: Actor, number: str, org: str | None) -> Answer:
    """一个任务：名单校验值、承诺、检查组和结果。"""
    one = one_programme(actor, number, org)
    rows = queries.every_target(one.id)
    data = told(one) | {
        "drawn": [
            {"rank": row.drawn_rank, "enterprise": row.enterprise.name, "team": exports.team_words(row),
             "stepped_back": exports.stepped_back_words(row) or None, "outcome": row.outcome.value if row.outcome else None,
             "inspected_on": row.inspected_on}
            for row in rows
        ]
    }  # fmt: skip
    lines = [f"{_drawn(row)}　{row.outcome.value if row.outcome else ''}" for row in rows]
    return Answer(data, [f"{one.number}　{one.title}　{label(one.state)}", *lines])


def _drawn(row: RandomTarget) -> str:
    return f"{row.drawn_rank}　{row.enterprise.name}　{exports.team_words(row)}"


@command(random_inspections, "new", permission=Permission.RANDOM_MAKE)
@click.argument("title")
@click.option("--matter", required=True, help="抽查事项")
@click.option("--from", "from_on", required=True, metavar="DATE", help="开始日期")
@click.option("--to", "to_on", required=True, metavar="DATE", help="结束日期")
@click.option("--take", type=int, help="抽取户数")
@click.option("--percent", "share", help="或抽取比例（名单的百分之几，如 3 或 3.5）")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(KINDS), help="企业类型，可重复")
@click.option("--grade", "grades", multiple=True, type=click.Choice([*(one.value for one in Grade), UNGRADED]), help="风险等级，可重复")
@click.option("--region", metavar="CODE", help="区域：区划代码或 省/市/县/乡镇")
@click.option("--team", "size", type=int, default=2, help="每组检查人员，默认 2 人")
@click.option("--exclude", multiple=True, metavar="CODE=REASON", help="不参加抽取的企业和理由，可重复")
@click.option("--avoid", multiple=True, metavar="CERTIFICATE=REASON", help="回避的检查人员和理由，可重复")
@click.option("--partner", "partners", multiple=True, metavar="部门|事项|联系人", help="联合部门，可重复")
def new(actor: Actor, **asked: Any) -> Answer:
    """制定抽查任务（草稿）。"""
    draft = _draft(asked)
    with transaction():
        made = operations.make(draft, actor, clock.now())
    return Answer(told(made), [f"已制定：{made.number}。核对名单：flask random-inspections pool {made.number}"])


def _draft(asked: dict[str, Any]) -> Draft:
    today = clock.today()
    region = None
    if asked["region"]:
        region, exact = region_book().resolve(asked["region"])
        if region is None or not exact:
            raise NotLikeThis(f"没有识别出区域“{asked['region'][:40]}”，请写成 6 位区划代码或 省/市/县/乡镇")
    wanted = Wanted(
        kinds=tuple(asked["kinds"]), grades=tuple(asked["grades"]), region_id=region, points=usual_points(today),
        recent_days=usual_recent_days(today), excluded=_pairs(asked["exclude"], "--exclude"), avoided=_pairs(asked["avoid"], "--avoid"),
    )  # fmt: skip
    usual = Draft(
        asked["title"], asked["matter"], required_day(asked["from_on"], "开始日期"), required_day(asked["to_on"], "结束日期"), wanted,
        take=asked["take"], team_size=asked["size"], partners=forms.partners("\n".join(asked["partners"])),
    )  # fmt: skip
    return usual if asked["share"] is None else replace(usual, permille=forms.share_read(asked["share"]))


def _pairs(written: tuple[str, ...], option: str) -> dict[str, str]:
    found = {}
    for one in written:
        code, _, reason = one.partition("=")
        if not code.strip() or not reason.strip():
            raise NotLikeThis(f"“{one[:40]}”缺少理由，请在 {option} 后写成 代码=理由")
        found[code.strip()] = reason.strip()
    return found


@command(random_inspections, "pool", permission=Permission.RANDOM_READ)
@NUMBER
@click.option("--people", is_flag=True, help="检查人员名单；不填为检查对象名单")
@ORG
def pool(actor: Actor, number: str, people: bool, org: str | None) -> Answer:
    """按今天的企业档案和名录列出草稿的名单。"""
    one = one_programme(actor, number, org)
    found = pools.inspectors(actor, one, pools.departments_of(one)) if people else pools.enterprises(actor, one, clock.today())
    data = [
        {"code": entry.code, "name": entry.name, "weight": entry.weight, "why": entry.why, "excluded": entry.excluded}
        for entry in (each.entry for each in found)
    ]
    lines = [f"{one['code']}　{one['name']}　权重 {one['weight']}　{one['excluded'] or one['why'] or ''}" for one in data]
    return Answer(data, [*lines, f"共 {len(data)} 个，参加抽取 {sum(one['excluded'] is None for one in data)} 个"])


@command(random_inspections, "freeze", permission=Permission.RANDOM_MAKE)
@NUMBER
@ORG
def freeze(actor: Actor, number: str, org: str | None) -> Answer:
    """冻结两份名单并公布承诺。"""
    one = one_programme(actor, number, org)
    with transaction():
        operations.freeze(one, actor, clock.now(), (secrets.token_bytes(SECRET_BYTES), secrets.token_bytes(SECRET_BYTES)), seen=one.version)
    data = told(one)
    lines = [f"{each['number']}　名单校验值 {each['pool_sha256']}　承诺 {each['commitment']}" for each in data["drawings"]]
    return Answer(data, [f"名单已冻结：{one.number}", *lines])


@command(random_inspections, "draw", permission=Permission.RANDOM_DRAW)
@NUMBER
@click.option("--word", required=True, help="公开词，由见证人在冻结之后给出")
@click.option("--witness", required=True, help="见证人")
@ORG
def draw(actor: Actor, number: str, word: str, witness: str, org: str | None) -> Answer:
    """抽取检查对象和检查人员并编组。"""
    one = one_programme(actor, number, org)
    with transaction():
        operations.draw(one, actor, word, clock.now(), witness=witness, seen=one.version)
    rows = queries.every_target(one.id)
    return Answer(told(one), [f"已抽取 {len(rows)} 户", *(_drawn(row) for row in rows)])


@command(random_inspections, "replay", permission=Permission.RANDOM_READ)
@NUMBER
@ORG
def replay(actor: Actor, number: str, org: str | None) -> Answer:
    """按记录重新抽取、重新编组并逐项比较；不一致时指出哪一项。"""
    one = one_programme(actor, number, org)
    different = teams.replay(one)
    if different:
        return Answer({"same": False, "differences": different}, [f"{one.number} 复核不一致：", *different], refused=True)
    return Answer({"same": True}, [f"{one.number} 复核一致：两份名单、承诺、种子、名次和检查组都相同"])


@command(random_inspections, "arrange", permission=Permission.RANDOM_RECORD)
@NUMBER
@ORG
def arrange(actor: Actor, number: str, org: str | None) -> Answer:
    """为抽中的检查对象安排检查。"""
    one = one_programme(actor, number, org)
    with transaction():
        found = recording.arrange(one, actor, clock.now())
    data = {"made": found.made, "left": [{"enterprise": name, "reason": why} for name, why in found.left], "more": found.more}
    return Answer(data, [f"已安排检查 {found.made} 户", *(f"没有安排：{name}：{why}" for name, why in found.left)])


def _target(one: RandomProgramme, written: str) -> RandomTarget:
    found = queries.target_of_code(one.id, written)
    if found is None:
        raise NotFound(f"{one.number} 没有抽中“{written[:40]}”，请用名次、统一社会信用代码或企业全名指明")
    return found


@command(random_inspections, "record", permission=Permission.RANDOM_RECORD)
@NUMBER
@TARGET
@click.option("--outcome", required=True, type=click.Choice([one.value for one in RandomOutcome]), help="抽查结果")
@click.option("--on", "inspected_on", metavar="DATE", help="检查日期，默认今天")
@click.option("--note", help="情况说明")
@click.option("--finding", "findings", multiple=True, metavar="部门=结果", help="联合部门检查结果，可重复")
@ORG
def record(
    actor: Actor, number: str, target: str, outcome: str, inspected_on: str | None, note: str | None, findings: tuple[str, ...],
    org: str | None,
) -> Answer:  # fmt: skip
    """登记一户的抽查结果（用名次、统一社会信用代码或企业全名指明）。"""
    one = one_programme(actor, number, org)
    row = _target(one, target)
    known = {each.value: each for each in RandomOutcome}
    said = _pairs(findings, "--finding")
    wrong = [words for words in said.values() if words not in known]
    if wrong:
        raise NotLikeThis(f"没有“{wrong[0][:30]}”这种结果，可用：{'、'.join(known)}")
    result = recording.Result(known[outcome], day(inspected_on), note, {name: (known[words], None) for name, words in said.items()})
    with transaction():
        written = recording.record(one, row.id, result, actor, clock.now())
    done = "已登记" if written else "与已登记的结果相同，没有重复登记"
    return Answer({"rank": row.drawn_rank, "enterprise": row.enterprise.name, "written": written}, [f"{done}：{row.enterprise.name}"])


@command(random_inspections, "take-results", permission=Permission.RANDOM_RECORD)
@NUMBER
@ORG
def take_results(actor: Actor, number: str, org: str | None) -> Answer:
    """按已完成的检查登记抽查结果。"""
    one = one_programme(actor, number, org)
    with transaction():
        taken = recording.take_results(one, actor, clock.now())
    return Answer({"taken": taken}, [f"已登记 {taken} 户"])


@command(random_inspections, "step-back", permission=Permission.RANDOM_RECORD)
@NUMBER
@TARGET
@click.option("--certificate", required=True, help="回避的检查人员的执法证号")
@click.option("--reason", required=True, help="回避理由")
@ORG
def step_back(actor: Actor, number: str, target: str, certificate: str, reason: str, org: str | None) -> Answer:
    """检查人员回避，由名次在后的人员递补。"""
    one = one_programme(actor, number, org)
    row = _target(one, target)
    person = next((each.inspector_id for each in row.team if each.inspector.certificate_no == certificate.strip()), 0)
    with transaction():
        name = recording.step_back(one, row.id, person, reason, actor, clock.now())
    return Answer({"substitute": name}, [f"已登记回避，由{name}递补"])


@command(random_inspections, "finish", permission=Permission.RANDOM_RECORD)
@NUMBER
@ORG
def finish(actor: Actor, number: str, org: str | None) -> Answer:
    """检查完毕。"""
    one = one_programme(actor, number, org)
    with transaction():
        operations.finish(one, actor, clock.now(), seen=one.version)
    return Answer(told(one), [f"检查完毕：{one.number}，{one.publish_due_on} 前公示"])


@command(random_inspections, "publish", permission=Permission.RANDOM_MAKE)
@NUMBER
@click.option("--where", required=True, help="公示位置")
@click.option("--on", "published_on", metavar="DATE", help="公示日期，默认今天")
@ORG
def publish(actor: Actor, number: str, where: str, published_on: str | None, org: str | None) -> Answer:
    """登记公示。"""
    one = one_programme(actor, number, org)
    with transaction():
        operations.publish(one, actor, day(published_on), where, clock.now(), seen=one.version)
    return Answer(told(one), [f"已登记公示：{one.number}"])


@command(random_inspections, "publication", permission=Permission.RANDOM_READ)
@NUMBER
@click.argument("output", type=FILE)
@ORG
def publication(actor: Actor, number: str, output: Path, org: str | None) -> Answer:
    """导出公示清单（.xlsx）。"""
    one = one_programme(actor, number, org)
    output.write_bytes(exports.publication(one))
    return Answer({"file": str(output)}, [f"已导出：{output}"])


@command(random_inspections, "void", permission=Permission.RANDOM_MAKE)
@NUMBER
@click.option("--comment", required=True, help="作废理由")
@ORG
def void(actor: Actor, number: str, comment: str, org: str | None) -> Answer:
    """作废任务，理由和名单保留。"""
    one = one_programme(actor, number, org)
    with transaction():
        operations.void(one, actor, comment, seen=one.version)
    return Answer(told(one), [f"已作废：{one.number}"])


@command(random_inspections, "coverage", permission=Permission.INSPECTION_LIST)
@click.option("--year", type=click.IntRange(2000, 2100), help="年度，默认今年")
@click.option("--region", metavar="CODE", help="区划代码")
def coverage_(actor: Actor, year: int | None, region: str | None) -> Answer:
    """一年的双随机抽查覆盖率。"""
    year, book = year or clock.today().year, region_book()
    region_id = book.id(region) if region else None
    if region and region_id is None:
        raise NotLikeThis(f"没有区划代码“{region[:20]}”，请写 6 位区划代码")
    area = coverage.Area(book.below(region_id)) if region_id is not None else coverage.Area()
    found = coverage.coverage(actor, area, year)
    data = {"year": year, "inspected": len(found.inspected), "registered": len(found.registered), "ratio": percent(found.ratio)}
    return Answer(data, [f"{year} 年双随机抽查覆盖率 {data['ratio']}：已抽查 {data['inspected']} 户 ÷ 上年末在册 {data['registered']} 户"])
