"""``flask cases answer``, ``publish``, ``unpublish``, ``follow-up`` and ``attach``: the same changes as the page."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.disposal import supplements
from app.disposal.cli_group import group, one_case
from app.disposal.record_cli import pairs
from app.disposal.supplements import Given
from app.domain.actors import Actor
from app.domain.case_kinds import PublicationKind
from app.domain.case_questions import QUESTIONS, question_named
from app.domain.permissions import Permission
from app.errors import NotLikeThis
from app.sampling import queries as sampling

ORG = click.option("--org", metavar="CODE", help="承办单位代码；几个单位有同一编号时填写")


def _day(written: str | None) -> date:
    try:
        return date.fromisoformat(written) if written else clock.today()
    except ValueError:
        raise NotLikeThis(f"“{(written or '')[:20]}”不是有效日期，请按 2026-11-20 的格式填写") from None


@command(group, "answer", permission=Permission.CASE_ANSWER)
@click.argument("number")
@click.argument("answers", nargs=-1, required=True, metavar="问题=是|否[:意见]…")
@ORG
def answer(actor: Actor, number: str, answers: tuple[str, ...], org: str | None) -> Answer:
    """填写审核意见表，如 启动是否及时=是 排查原因是否合理=否:未查清来源."""
    case = one_case(actor, number, org)
    given = dict(_given(word, value) for word, value in pairs(answers).items())
    with transaction():
        changed = supplements.answer(case, actor, given, clock.now(), seen=case.version)
    return Answer({"number": case.number, "changed": changed}, ["审核意见表已保存" if changed else "内容没有变化"])


def _given(word: str, value: str) -> tuple[str, Given]:
    question = question_named(word)
    if question is None:
        raise NotLikeThis(f"审核意见表没有“{word[:20]}”这一问，可用：{'、'.join(each.text for each in QUESTIONS)}")
    chosen, _, note = value.replace("：", ":").partition(":")
    if chosen.strip() not in ("是", "否"):
        raise NotLikeThis(f"“{word}”请答 是 或 否，意见写在冒号后")
    return question.code, Given(chosen.strip() == "是", note.strip()[:500] or None)


@command(group, "publish", permission=Permission.CASE_HANDLE)
@click.argument("number")
@click.option("--kind", required=True, metavar="KIND", help="不合格产品信息、核查处置情况或行政处罚信息")
@click.option("--on", "published_on", metavar="DATE", help="公开日期，默认今天")
@click.option("--document-no", metavar="NO", help="公布文号")
@click.option("--url", metavar="URL", help="网址")
@ORG
def publish(
    actor: Actor, number: str, kind: str, published_on: str | None, document_no: str | None, url: str | None, org: str | None
) -> Answer:
    """登记信息公开."""
    case = one_case(actor, number, org)
    if kind not in {known.value for known in PublicationKind}:
        raise NotLikeThis(f"没有“{kind[:20]}”这种公开内容，可用：{'、'.join(PublicationKind)}")
    with transaction():
        made = supplements.publish(
            case, actor, PublicationKind(kind), _day(published_on), clock.now(), document_no=document_no, url=url,
            seen=case.version,
        )  # fmt: skip
    return Answer({"number": case.number, "publication": made.id}, [f"信息公开已登记，序号 {made.id}"])


@command(group, "unpublish", permission=Permission.CASE_HANDLE)
@click.argument("number")
@click.argument("publication", type=int)
@click.option("--on", "removed_on", metavar="DATE", help="撤下日期，默认今天")
@click.option("--reason", required=True, help="撤下的原因")
@ORG
def unpublish(actor: Actor, number: str, publication: int, removed_on: str | None, reason: str, org: str | None) -> Answer:
    """撤下一条信息公开."""
    case = one_case(actor, number, org)
    with transaction():
        supplements.remove_publication(case, actor, publication, _day(removed_on), reason, clock.now(), seen=case.version)
    return Answer({"number": case.number, "publication": publication}, ["已登记撤下"])


@command(group, "follow-up", permission=Permission.CASE_HANDLE)
@click.argument("number")
@click.argument("sample")
@click.option("--note", help="说明")
@ORG
def follow_up(actor: Actor, number: str, sample: str, note: str | None, org: str | None) -> Answer:
    """关联跟踪抽检的样品（抽样编号）."""
    case = one_case(actor, number, org)
    with transaction():
        found = sampling.sample_numbered(actor, sample)
        supplements.link_follow_up(case, actor, found, clock.now(), note=note, seen=case.version)
    return Answer({"number": case.number, "sample": sample}, [f"已关联跟踪抽检：{sample}"])


@command(group, "attach", permission=Permission.CASE_HANDLE)
@click.argument("number")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--block", default="产品控制", show_default=True, help="所属部分")
@ORG
def attach(actor: Actor, number: str, file: Path, block: str, org: str | None) -> Answer:
    """给案件的一个部分保存附件."""
    case = one_case(actor, number, org)
    with file.open("rb") as opened:
        content = opened.read(supplements.LARGEST_FILE + 1)
    with transaction():
        kept = supplements.attach(case, actor, block, file.name, content, clock.now(), seen=case.version)
    return Answer({"number": case.number, "attachment": kept.id, "filename": kept.filename}, [f"已保存附件：{kept.filename}"])
