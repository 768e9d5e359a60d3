"""How an export stands, in words (下载中心的状态)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import current_app, url_for
from werkzeug.routing import BuildError

from app import clock
from app.downloads.lists import ListSource
from app.downloads.lists import every as every_list
from app.downloads.models import ListExport
from app.downloads.queries import TICKED, ticked_of
from app.jobs import Job, JobStatus
from app.labels import label

# Other work in the background: what it is called, and the page that shows how far it is.
JOBS = {
    "make_return": ("生成报表", "exports.progress"),
    "make_dossier": ("制作案卷", "dossiers.progress"),
    "review_approve": ("批量审核结果", "reviews.progress"),
    "import_stage": ("校验检验结果文件", "results.progress"),
    "import_confirm": ("导入检验结果", "results.progress"),
    "announcements_stage": ("校验外部公示文件", "announcements.progress"),
    "announcements_confirm": ("导入外部公示", "announcements.progress"),
    "enterprise_stage": ("校验企业名录文件", "enterprises.progress"),
    "enterprise_confirm": ("导入企业名录", "enterprises.progress"),
    "risk_run_preview": ("年度风险分级试算", None),
    "risk_run_confirm": ("年度风险分级确认", None),
    "verify_chain": ("核验历史记录", None),
}
TONES = {JobStatus.QUEUED: "neutral", JobStatus.RUNNING: "blue", JobStatus.DONE: "green", JobStatus.FAILED: "red"}


@dataclass(frozen=True, slots=True)
class Standing:
    """已完成, 排队中, 生成中, 失败 or 已过期."""

    word: str
    tone: str
    ready: bool = False
    unfinished: bool = False


def standing(row: Any) -> Standing:
    if row.rows is not None:
        if row.attachment_id is None:
            return Standing("已写入文件", "neutral")
        return Standing("已过期", "neutral") if row.voided_at is not None else Standing("可下载", "green", ready=True)
    if row.status is JobStatus.FAILED:
        return Standing("失败", "red")
    return Standing("生成中" if row.status is JobStatus.RUNNING else "排队中", "blue", unfinished=True)


def ends(row: Any) -> date:
    """The last day on which the file is handed out."""
    day: date = clock.office_time(row.created_at).date()
    return day + timedelta(days=current_app.config["EXPORT_DAYS"])


def page_of(source: ListSource, query: Any) -> str | None:
    """Back to the list, under the same filter."""
    home, names = _home(source), _place(source)
    try:
        at = url_for(home, **{name: query[name] for name in names if name in query}) if home else None
    except BuildError:
        return None
    return _with(at, {name: value for name, value in query.items() if name not in {*names, TICKED}}) if at else None


def _home(source: ListSource) -> str | None:
    return source.home or next(iter(source.endpoints), None)


def _place(source: ListSource) -> set[str]:
    """Which values of a query stand in the path of the list's page: they say which list it is, and are no condition."""
    home = _home(source)
    return {name for rule in current_app.url_map.iter_rules(home) for name in rule.arguments} if home else set()


def dialog_of(list_code: str, query: Mapping[str, Any], *, post: bool = False) -> str:
    """The dialog for a list under this filter, whose names are whatever the list's own address uses.

    With ``post``: where what was ticked on the list is sent to.
    """
    return _with(url_for("downloads.tick" if post else "downloads.choose", list_code=list_code), query)


@dataclass(frozen=True, slots=True)
class Taking:
    """One answer to how much is taken out: 勾选, 当前查询 or 全部; its filter, and the dialog for it."""

    code: str
    title: str
    query: dict[str, Any]
    at: str


def takings(source: ListSource, query: Mapping[str, Any]) -> list[Taking]:
    """What may be chosen: what was ticked, what the list shows under its conditions, the list without them."""
    ticks = ticked_of(query)
    place, shown = _place(source), {name: value for name, value in query.items() if name != TICKED}
    bare = {name: value for name, value in shown.items() if name in place}
    found = [] if ticks is None else [("ticked", f"勾选的 {len(ticks)} {source.unit}", dict(query))]
    found.append(("query", "当前查询（全部页）", shown))
    if bare != shown:
        found.append(("all", "全部（不加查询条件）", bare))
    return [Taking(code, title, taken, dialog_of(source.code, {**query, "taking": code})) for code, title, taken in found]


def taking(source: ListSource, query: Mapping[str, Any], asked: str | None) -> Taking:
    """The one that was chosen; else what was ticked, or what the list shows."""
    every = takings(source, query)
    return next((one for one in every if one.code == asked), every[0])


def _with(address: str, query: Mapping[str, Any]) -> str:
    return f"{address}?{urlencode(query, doseq=True)}" if query else address


def again(found: ListExport) -> str | None:
    """The same filter and columns once more, unless the list is no longer there."""
    if found.list_code not in every_list():
        return None
    return dialog_of(found.list_code, {**found.query, "again": found.id})


def jobs(found: Sequence[Job]) -> list[dict[str, Any]]:
    """Other work in the background, each with the page that belongs to it."""
    return [_told(job) for job in found]


def _told(job: Job) -> dict[str, Any]:
    title, endpoint = JOBS.get(job.kind, (job.kind, None))
    at = url_for(endpoint, job_id=job.id) if endpoint in current_app.view_functions else None
    state, tone = label(job.status), TONES[job.status]
    return {
        "id": job.id, "title": title, "at": at, "state": state, "tone": tone, "created_at": job.created_at, "ended_at": job.ended_at,
        "said": job.error or job.message, "progress": job.progress, "attachment_id": job.attachment_id,
    }  # fmt: skip
