"""消费提示、风险预警: drafted from findings, edited, approved by another, published, withdrawn. Never commits, never sees a request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app import clock, counters, history
from app.db import session
from app.domain import risk_warnings as rules
from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.domain.reporting_kinds import WarningKind
from app.domain.reporting_states import WarningState, WarningStep
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.reference.warning_texts import warning_texts
from app.risk_warnings import findings, queries
from app.risk_warnings.findings import Found, Question
from app.risk_warnings.models import PublicWarning, WarningSource

KIND = PublicWarning.__tablename__
NUMBERED = "{}〔{}〕{}号"
TWICE = "刚刚已经起草，没有重复起草：请在风险交流列表中查看"
UNCHANGED = "内容没有变化，未保存"
STALE = "该记录已被他人修改，请刷新页面核对后再操作；您填写的内容仍保留在表单中"
MOVED = "符合条件的批次刚刚有变化，请核对后重新起草"
NOTHING_FOUND = "所选范围内没有不合格批次，没有可以依据的结果，请调整条件"
TITLES = {"title": "标题", "body": "正文", "audience": "发送对象", "expires_on": "有效期至"}


@dataclass(frozen=True, slots=True)
class Written:
    """What people write."""

    title: str
    body: str
    audience: str | None = None
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    """Where and when it was published."""

    published_on: date
    channel: str
    url: str | None = None


def draft(
    question: Question, kind: WarningKind, actor: Actor, at: datetime, *, seen: str | None = None, key: str | None = None
) -> PublicWarning:
    """起草 from the failing batches of the question. ``seen`` is the hash of the list that the page showed."""
    found = _found(question, actor, at, seen)
    day = clock.office_time(at)
    texts = warning_texts(day.date())
    serial = counters.take(actor.org_id, f"{KIND}:{kind.name.lower()}", day.year)[0]
    made = PublicWarning(
        org_id=actor.org_id, number=NUMBERED.format(kind.value, day.year, serial), kind=kind, title=rules.title(kind, found.finding),
        body=rules.body(kind, found.finding, texts), basis=rules.basis(found.finding), findings=findings.kept(found), as_of=at,
        audience="、".join(rules.AUDIENCES[:3]) if kind is WarningKind.ALERT else None, created_at=at, created_by_id=actor.user_id,
        proposed_by_id=actor.user_id, submission_key=key,
    )  # fmt: skip
    try:
        history.advance(made, WarningStep.DRAFT, actor, comment=f"{made.title}；依据 {len(found.batches)} 批次")
    except IntegrityError as error:
        raise NotAllowedNow(TWICE) from error
    session().flush()
    _keep_sources(made, found)
    return made


def _found(question: Question, actor: Actor, at: datetime, seen: str | None) -> Found:
    found = findings.find(actor, question, clock.office_time(at).date())
    if not found.batches:
        raise NotLikeThis(NOTHING_FOUND)
    if seen is not None and seen != found.sha256:
        raise NotAllowedNow(MOVED)
    return found


def _keep_sources(warning: PublicWarning, found: Found) -> None:
    session().add_all(
        WarningSource(org_id=warning.org_id, warning_id=warning.id, sample_id=one.sample_id, sample_number=one.number)
        for one in found.batches
    )
    session().flush()


def edit(warning: PublicWarning, written: Written, actor: Actor, at: datetime, *, seen: int | None = None) -> None:
    """修改. Raises NotLikeThis when nothing differs or the last day has passed."""
    _refuse_stale(warning, seen)
    if warning.state is WarningState.DRAFT:
        _refuse_past(written.expires_on, at)
    changes: dict[str, tuple[Any, Any]] = {
        TITLES[name]: (getattr(warning, name), getattr(written, name))
        for name in TITLES
        if getattr(warning, name) != getattr(written, name)
    }
    if not changes and warning.state is WarningState.DRAFT:
        raise NotLikeThis(UNCHANGED)
    history.advance(warning, WarningStep.EDIT, actor, seen=seen, changes=changes)
    for name in TITLES:
        setattr(warning, name, getattr(written, name))
    warning.proposed_by_id = actor.user_id


def _refuse_stale(warning: PublicWarning, seen: int | None) -> None:
    if seen is not None and seen != warning.version:
        raise NotAllowedNow(STALE)


def _refuse_past(expires_on: date | None, at: datetime) -> None:
    if expires_on is not None and expires_on < clock.office_time(at).date():
        raise NotLikeThis("有效期截止日期早于今天，请核对；不限期的留空", field="expires_on")


def recount(warning: PublicWarning, actor: Actor, at: datetime, *, rewrite: bool = False, seen: int | None = None) -> int:
    """重新取数: the same question asked now. The text stays unless ``rewrite``. Returns how many batches it rests on."""
    _refuse_stale(warning, seen)
    if warning.state is not WarningState.DRAFT:
        raise NotAllowedNow("只有草稿可以重新取数；已送审的请先撤回送审或退回")
    found = _found(findings.read(warning.findings["question"]), actor, at, None)
    before, kept = warning.findings, findings.kept(found)
    changes: dict[str, tuple[Any, Any]] = {
        "依据": (warning.basis, rules.basis(found.finding)), "依据批次名单校验值": (before.get("sha256"), kept["sha256"]),
    }  # fmt: skip
    if rewrite:
        texts = warning_texts(clock.office_time(at).date())
        fresh = rules.title(warning.kind, found.finding), rules.body(warning.kind, found.finding, texts)
        changes |= {"标题": (warning.title, fresh[0]), "正文": (warning.body, fresh[1])}
    history.advance(warning, WarningStep.EDIT, actor, seen=seen, comment=f"重新取数：依据 {len(found.batches)} 批次", changes=changes)
    if rewrite:
        warning.title, warning.body = fresh
    warning.basis, warning.findings, warning.as_of, warning.proposed_by_id = rules.basis(found.finding), kept, at, actor.user_id
    session().execute(sa.delete(WarningSource).where(WarningSource.warning_id == warning.id))
    _keep_sources(warning, found)
    return len(found.batches)


def submit(warning: PublicWarning, actor: Actor, at: datetime, comment: str | None = None, *, seen: int | None = None) -> None:
    """提交审批. 风险预警 needs whom it is sent to."""
    if warning.state is WarningState.DRAFT:
        if warning.kind is WarningKind.ALERT and not warning.audience:
            raise NotLikeThis("风险预警请先填写发送对象，再提交审批")
        _refuse_past(warning.expires_on, at)
        _refuse_changed(warning, "请重新取数并核对正文后再提交")
    history.advance(warning, WarningStep.SUBMIT, actor, comment=comment, seen=seen)
    warning.proposed_by_id = actor.user_id


def _refuse_changed(warning: PublicWarning, then: str) -> None:
    numbers = queries.changed_numbers(warning.id)
    if numbers:
        shown = "、".join(numbers[:5]) + (f" 等 {len(numbers)} 批" if len(numbers) > 5 else "")
        raise NotAllowedNow(f"依据的批次结论或检验报告已有变化（{shown}），{then}")


def recall(warning: PublicWarning, actor: Actor, *, seen: int | None = None) -> None:
    history.advance(warning, WarningStep.RECALL, actor, seen=seen)


def send_back(warning: PublicWarning, actor: Actor, comment: str | None, *, seen: int | None = None) -> None:
    """退回, before or after the approval."""
    history.advance(warning, WarningStep.RETURN, actor, comment=comment, seen=seen)
    warning.approved_by_id = warning.approved_at = None


def approve(warning: PublicWarning, actor: Actor, at: datetime, comment: str | None = None, *, seen: int | None = None) -> None:
    """批准发布, by somebody who neither drafted nor handed it in."""
    if warning.state is WarningState.SUBMITTED and permits(actor, Permission.WARNING_DECIDE, warning):
        if actor.user_id in hands(warning):
            raise NotAllowed("起草、修改或送审过该稿件的人不得审批，请由他人审批")
        _refuse_changed(warning, "请退回，重新取数并核对正文后再送审")
    history.advance(warning, WarningStep.APPROVE, actor, comment=comment, seen=seen)
    warning.approved_by_id, warning.approved_at = actor.user_id, at


def hands(warning: PublicWarning) -> frozenset[int]:
    """Who has drafted, changed or handed it in."""
    wrote = {WarningStep.DRAFT.value, WarningStep.EDIT.value, WarningStep.SUBMIT.value}
    return frozenset(one.actor_id for one in history.entries_of(KIND, warning.id) if one.step in wrote and one.actor_id is not None)


def publish(warning: PublicWarning, issue: Issue, actor: Actor, at: datetime, *, seen: int | None = None) -> None:
    """发布: what was approved, nothing else."""
    if warning.state is WarningState.APPROVED:
        _refuse_issue(warning, issue, clock.office_time(at).date())
        _refuse_changed(warning, "不得发布，请退回后重新取数并核对正文")
    changes = {"发布日期": (None, issue.published_on), "发布渠道": (None, issue.channel.strip()), "网址": (None, issue.url or None)}
    history.advance(warning, WarningStep.PUBLISH, actor, seen=seen, changes=changes)
    warning.published_on, warning.channel, warning.url = issue.published_on, issue.channel.strip(), issue.url or None
    warning.published_at, warning.published_by_id = at, actor.user_id


def _refuse_issue(warning: PublicWarning, issue: Issue, today: date) -> None:
    assert warning.approved_at is not None
    approved_on = clock.office_time(warning.approved_at).date()
    if not issue.channel.strip():
        raise NotLikeThis("请填写发布渠道，如“本局门户网站”", field="channel")
    if not approved_on <= issue.published_on <= today:
        raise NotLikeThis(f"发布日期应在批准之日（{approved_on}）与今天之间，请核对", field="published_on")
    if (fault := rules.url_fault(issue.url)) is not None:
        raise NotLikeThis(fault, field="url")
    if warning.expires_on is not None and warning.expires_on < issue.published_on:
        raise NotLikeThis("有效期在发布日期之前已经届满，请退回修改有效期", field="published_on")


def withdraw(warning: PublicWarning, actor: Actor, reason: str | None, at: datetime, *, seen: int | None = None) -> None:
    """撤回 what was published, with the reason."""
    history.advance(warning, WarningStep.WITHDRAW, actor, comment=reason, seen=seen)
    warning.withdrawn_on, warning.reason = clock.office_time(at).date(), (reason or "").strip()


def void(warning: PublicWarning, actor: Actor, reason: str | None, *, seen: int | None = None) -> None:
    """作废 of a draft."""
    history.advance(warning, WarningStep.VOID, actor, comment=reason, seen=seen)
    warning.reason = (reason or "").strip()
