"""Taking a list out: who may, what is kept of it, and how long (导出、登记和保存期)."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import current_app
from werkzeug.datastructures import MultiDict

from app import clock, files, history, jobs
from app.attachments import operations as attachments
from app.db import session
from app.domain.actors import Actor
from app.domain.permissions import Permission, may_ever
from app.downloads import queries
from app.downloads.lists import ListSource, source_of
from app.downloads.models import ListColumns, ListExport
from app.downloads.writing import Exported, Wanted, write
from app.errors import NotAllowed, NotAllowedNow, NotFound, NotLikeThis

INLINE = 5_000  # rows made while the reader waits; more is a job
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KIND = queries.KIND
COUNTED = 100_000  # for the progress of a long one
CLEANED_AT_ONCE = 200
OUT_OF_REACH = "不在您的范围内，或已不符合列表的查询条件，未导出"
NOTHING_TICKED = "请先在列表中勾选要导出的记录，再点“导出勾选”"
GONE = "这次导出没有保存文件，或文件的保存期已满；导出记录仍在，需要时请重新导出"


def source_for(actor: Actor, code: str) -> ListSource:
    """The list, if this actor may see it at all."""
    source = source_of(code)
    if not may_ever(actor, source.permission):
        raise NotAllowed(f"您没有查看“{source.title}”的权限，不能导出；如确需办理请联系本单位管理员")
    return source


def wanted(source: ListSource, query: Mapping[str, Any], titles: Sequence[str] | None, reason: str | None, actor: Actor) -> Wanted:
    """What is asked for, examined; with a reason people are shown whole to whoever may see them.

    Raises NotAllowed, or NotLikeThis for columns that the list does not have.
    """
    filters = source.asked(MultiDict(query))
    unknown = [title for title in titles or () if title not in {one.title for one in source.columns(filters)}]
    if unknown:
        raise NotLikeThis(f"“{source.title}”没有“{unknown[0][:40]}”列，请从列表中选择要导出的列", field="columns")
    words, ids = source.words(filters), queries.ticked_of(query)
    if ids is not None:
        _refuse_ticks(source, ids)
        words += f"；勾选 {len(ids)} {source.unit}"
    if reason is not None:
        _refuse_unmasking(source, reason, actor)
        words += f"；个人信息未遮蔽（理由：{reason.strip()[:200]}）"
    return Wanted(source, filters, source.chosen(filters, titles), words, reason is not None, ids)


def _refuse_ticks(source: ListSource, ids: tuple[int, ...]) -> None:
    if not ids:
        raise NotLikeThis(NOTHING_TICKED)
    if len(ids) > queries.MOST_TICKED:
        raise NotLikeThis(f"一次最多勾选 {queries.MOST_TICKED} 条导出，更多的请用查询条件选出后导出")
    if source.some is None:
        raise NotLikeThis(f"“{source.title}”不能按勾选导出，请用查询条件选出后导出")


def _refuse_unmasking(source: ListSource, reason: str, actor: Actor) -> None:
    if not source.has_people or not may_ever(actor, Permission.PERSONAL_UNMASK):
        raise NotAllowed("您没有查看完整个人信息的权限，请取消“不遮蔽个人信息”后再导出")
    if not reason.strip():
        raise NotLikeThis("导出完整个人信息须填写理由（写明用途），理由记入办理记录", field="reason")


def how_many(wanted: Wanted, actor: Actor, most: int = INLINE) -> int:
    """Rows, counted no further than one above ``most``."""
    return min(wanted.how_many(actor, most), most + 1)


def made(wanted: Wanted, actor: Actor, at: datetime, progress: Callable[[int], None] | None = None) -> tuple[Exported, bytes]:
    """The workbook and what it holds; nothing is kept yet."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        written = write(path, wanted, actor, at, progress)
        return written, path.read_bytes()


def note(wanted: Wanted, query: Mapping[str, Any], actor: Actor, at: datetime) -> ListExport:
    """The record of an export, before there is a file."""
    begun = ListExport(
        org_id=actor.org_id, list_code=wanted.source.code, title=wanted.source.title, conditions=wanted.words, query=dict(query),
        columns=[one.title for one in wanted.fields], created_at=at, created_by_id=actor.user_id,
    )  # fmt: skip
    session().add(begun)
    session().flush()
    return begun


def enqueue(wanted: Wanted, query: Mapping[str, Any], reason: str | None, expected: int, actor: Actor, at: datetime) -> ListExport:
    """Leave a long export to the worker. Asked for twice, it is made once."""
    if actor.user_id is None:
        raise NotAllowed("后台导出须由登录用户提交，请登录后在列表中导出，或用 flask downloads export 直接写入文件")
    titles = [one.title for one in wanted.fields]
    for earlier in queries.being_made(actor, wanted.source.code):
        if (earlier.query, earlier.columns, earlier.conditions) == (dict(query), titles, wanted.words):
            raise NotAllowedNow("同样的导出正在生成，请到下载中心查看进度，不必重复提交")
    begun = note(wanted, query, actor, at)
    job = jobs.enqueue(queries.JOB, {"export_id": begun.id, "reason": reason, "rows": expected}, actor)
    begun.job_id = job.id
    return begun


def keep(begun: ListExport, wanted: Wanted, written: Exported, content: bytes | None, actor: Actor, at: datetime) -> None:
    """The file to its record, and into the history: who, which filter, which columns, how many rows, which bytes."""
    if begun.rows is not None:
        raise NotAllowedNow("该导出已经生成，请刷新页面下载")
    if content is not None:
        name = f"{begun.title}{clock.office_time(at):%Y-%m-%d}.xlsx"
        begun.attachment_id = attachments.keep(actor, KIND, begun.id, begun.org_id, name, XLSX, content, at).id
    begun.rows, begun.sha256 = written.rows, written.sha256
    ticked = f"；勾选的记录号：{'、'.join(map(str, wanted.ids))}" if wanted.ids is not None else ""
    told = f"{begun.conditions}{ticked}；列：{'、'.join(begun.columns)}；共 {written.rows} {wanted.source.unit}；SHA-256 {written.sha256}"
    history.record(KIND, begun.id, "export", actor, org_id=begun.org_id, name=begun.title, comment=told)
    if wanted.whole:
        people = "、".join(one.title for one in wanted.fields if one.personal) or "无"
        history.record(KIND, begun.id, "unmask", actor, org_id=begun.org_id, name=begun.title, comment=f"{people}；{begun.conditions}")


def left_out(wanted: Wanted, made: ListExport) -> str | None:
    """Ticked rows that are not in the file, in words."""
    missing = len(wanted.ids or ()) - (made.rows or 0)
    return f"另有 {missing} {wanted.source.unit}{OUT_OF_REACH}" if wanted.ids is not None and missing > 0 else None


def content_of(found: ListExport) -> bytes:
    """The bytes of its file, verified.

    Raises NotFound when there is none yet or its time has run out.
    """
    kept = queries.file_of(found)
    if kept is None:
        raise NotFound(GONE if found.rows is not None else "文件尚未生成，请稍后在下载中心查看")
    return files.read(kept.sha256)


def take_out(found: ListExport, actor: Actor) -> None:
    """Whoever fetches the file is in the history."""
    history.record(KIND, found.id, "download", actor, org_id=found.org_id, name=found.title)


def remember(wanted: Wanted, actor: Actor, at: datetime) -> None:
    """记住我的选择: the columns and their order, for this person and this list."""
    if actor.user_id is None:
        raise NotLikeThis("命令行操作员没有账号，不能记住列设置；请用 --as 指明用户名")
    known = queries.remembered(actor, wanted.source.code)
    if known is None:
        known = ListColumns(user_id=actor.user_id, list_code=wanted.source.code, columns=[], saved_at=at)
        session().add(known)
    known.columns, known.saved_at = [one.title for one in wanted.fields], at


# ---------------------------------------------------------------- how long a file is kept

def withdraw_old(actor: Actor, at: datetime) -> list[str]:
    """Files past their time are handed out no more; the record of the export stays. Returns the bytes that may go.

    After the commit call ``forget`` with what this returns.
    """
    days = current_app.config["EXPORT_DAYS"]
    found = queries.past_their_time(at - timedelta(days=days), CLEANED_AT_ONCE)
    for one in found:
        attachments.void(actor, one, at, f"导出文件保存 {days} 天期满")
    return [one.sha256 for one in found]


def forget(digests: Sequence[str]) -> int:
    """Remove bytes that no record hands out any more; how many there were."""
    unnamed = set(digests) - queries.still_named(digests) if digests else set()
    return sum(files.discard(sha256) for sha256 in sorted(unnamed))
