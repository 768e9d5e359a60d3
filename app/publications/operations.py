"""公示清单, drafted from the record, approved by another person, published. Never commits, never sees a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.exc import IntegrityError

from app import clock, counters, history
from app.attachments import operations as attachments
from app.db import session
from app.domain import publications as rules
from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.domain.reporting_kinds import PublicList, PublicNature
from app.domain.reporting_states import PublicationState, PublicationStep
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.publications import candidates, checking, linking, queries, workbooks
from app.publications.candidates import Candidate
from app.publications.composing import compose
from app.publications.models import Publication, PublicationItem

NUMBERED = "公示〔{}〕{}号"
MOST = 2_000
TWICE = "刚刚已经起草，没有重复起草：请在公示清单中查看"
STALE = "该记录刚被他人修改，请核对后再保存；您填写的内容仍保留在表单中"
UNCHANGED = "内容没有变化，未保存"
NOBODY = "没有可以公布的批次：所选批次可能已列入其他公示清单，或结论尚未确定，请刷新“待公布”名单后重试"
TITLES = {"title": "标题", "announcement_no": "公告号", "foreword": "声明"}


@dataclass(frozen=True, slots=True)
class Wording:
    """What a person writes of a publication."""

    title: str
    foreword: str | None = None
    announcement_no: str | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    """How it was published."""

    on: date
    channel: str
    announcement_no: str
    url: str | None = None


def draft(
    kind: PublicList, wording: Wording, filters: candidates.Filters, actor: Actor, at: datetime, *, ids: Sequence[int] | None = None,
    key: str | None = None,
) -> Publication:  # fmt: skip
    """起草公示 of the batches that were ticked, or of all that meet the conditions and may be published.

    Raises NotAllowedNow where none may.
    """
    made = make(kind, PublicNature.FIRST, wording, actor, at, key)  # its number first: the second of two waits here
    today = clock.office_time(at).date()
    found = candidates.chosen(actor, kind, filters, today, MOST, ids)
    if not found:
        raise NotAllowedNow(NOBODY)
    if len(found) > MOST:
        raise NotLikeThis(f"符合条件的超过 {MOST} 批，请缩小报告日期范围，分几次公布")
    days = [one.row.reported_on for one in found]
    made.from_on, made.to_on = filters.from_on or min(days), filters.to_on or max(days)
    _set_due(made, found)
    fill(made, [one.row.id for one in found], actor)
    return made


def make(kind: PublicList, nature: PublicNature, wording: Wording, actor: Actor, at: datetime, key: str | None) -> Publication:
    year = clock.office_time(at).year
    serial = counters.take(actor.org_id, "publication", year)[0]
    made = Publication(
        org_id=actor.org_id, number=NUMBERED.format(year, serial), kind=kind, nature=nature, title=wording.title.strip(),
        foreword=(wording.foreword or "").strip() or None, announcement_no=_number(wording.announcement_no, actor.org_id, None),
        created_at=at, created_by_id=actor.user_id, submission_key=key,
    )  # fmt: skip
    try:
        history.advance(made, PublicationStep.DRAFT, actor, comment=f"{nature.value}·{kind.value}：{wording.title.strip()}")
    except IntegrityError as error:
        raise NotAllowedNow(TWICE) from error
    return made


def _number(written: str | None, org_id: int, own_id: int | None) -> str | None:
    """公告号 of one office is given once: cases and readers find the publication by it."""
    number = " ".join((written or "").split()) or None
    if number is None:
        return None
    taken = sa.select(Publication.number).where(
        Publication.org_id == org_id, Publication.announcement_no == number, Publication.state != PublicationState.VOIDED
    )
    other = session().scalar(taken.where(Publication.id != own_id) if own_id is not None else taken)
    if other:
        raise NotLikeThis(f"公告号“{number}”已用于 {other}，请核对", field="announcement_no")
    return number


def _set_due(made: Publication, found: Sequence[Candidate]) -> None:
    """The batch that is due first."""
    due = [one for one in found if one.ready.due_on is not None]
    if due:
        first = min(due, key=lambda one: (one.ready.due_on or date.max, one.row.number))
        made.due_on, made.due_why = first.ready.due_on, f"{first.row.number}：{first.ready.due_why}"


def fill(
    made: Publication, sample_ids: Sequence[int], actor: Actor, *, corrects: Mapping[int, int] | None = None,
    contents: Mapping[int, Mapping[str, Any]] | None = None,
) -> None:  # fmt: skip
    """Put these batches in, in this order, in the words of the record or in those given."""
    width = current_app.config["PUBLICATION_PASSED_COLUMNS"]
    composed = compose(sample_ids, made.kind, width)
    session().flush()
    for ordinal, sample_id in enumerate(sample_ids, 1):
        content = dict((contents or {}).get(sample_id) or composed[sample_id].content)
        session().add(
            PublicationItem(
                org_id=made.org_id, publication_id=made.id, sample_id=sample_id, sample_number=composed[sample_id].row.number,
                ordinal=ordinal, content=content, content_sha256=rules.fingerprint(content), search=rules.searched(content),
                corrects_id=(corrects or {}).get(sample_id),
            )
        )  # fmt: skip
    session().flush()


# ---------------------------------------------------------------- before it is approved

def edit(
    found: Publication, wording: Wording, actor: Actor, *, drop: Sequence[int] = (), seen: int | None = None
) -> bool:
    """修改 of the words, and batches taken out of the list. Raises NotLikeThis when nothing differs or nothing would be left."""
    if seen is not None and seen != found.version:
        raise NotAllowedNow(STALE)
    told = {
        "title": wording.title.strip(), "foreword": (wording.foreword or "").strip() or None,
        "announcement_no": _number(wording.announcement_no, found.org_id, found.id),
    }
    changes: dict[str, tuple[Any, Any]] = {
        TITLES[name]: (getattr(found, name), value) for name, value in told.items() if getattr(found, name) != value
    }
    dropped = [one for one in queries.every_item(found) if one.id in set(drop)] if drop else []
    if dropped:
        changes["移出批次"] = ("、".join(one.sample_number for one in dropped), None)
    if not changes:
        raise NotLikeThis(UNCHANGED)
    history.advance(found, PublicationStep.EDIT, actor, seen=seen, changes=changes)
    for name, value in told.items():
        setattr(found, name, value)
    _take_out(found, dropped)
    return True


def _take_out(found: Publication, dropped: Sequence[PublicationItem]) -> None:
    """A draft is not published yet, so what leaves it leaves no trace but in its history."""
    for one in dropped:
        session().delete(one)
    session().flush()
    left = queries.every_item(found)
    if not left:
        raise NotLikeThis("至少保留一批；整份清单不要的，请作废")
    for ordinal, one in enumerate(left, 1):
        one.ordinal = ordinal
    session().flush()


def refresh(found: Publication, actor: Actor, at: datetime, *, seen: int | None = None) -> int:
    """重新取数: the words of the record as it stands; what may not be published any more leaves the list. Returns how much differs."""
    if found.nature is not PublicNature.FIRST:
        raise NotAllowedNow("更正、撤回公告的内容随原公告和理由确定；需要改动的，请作废后重新起草")
    moved = checking.moved(found, clock.office_time(at).date())
    leaving = {one.item.id for one in moved if one.leaves}
    told = {one.item.sample_number: (one.words, "移出" if one.leaves else "已更新") for one in moved}
    history.advance(found, PublicationStep.EDIT, actor, seen=seen, changes=told, comment=f"重新取数：{len(moved)} 批有变化")
    for one in moved:
        if not one.leaves:
            assert one.now is not None
            content = dict(one.now)
            one.item.content, one.item.content_sha256, one.item.search = content, rules.fingerprint(content), rules.searched(content)
    _take_out(found, [one.item for one in moved if one.item.id in leaving])
    return len(moved)


def submit(found: Publication, actor: Actor, at: datetime, *, comment: str | None = None, seen: int | None = None) -> None:
    """提交审批: what is approved is what the record says today."""
    history.advance(found, PublicationStep.SUBMIT, actor, comment=comment, seen=seen)
    found.proposed_by_id = actor.user_id
    checking.refuse_moved(found, clock.office_time(at).date())


def recall(found: Publication, actor: Actor, *, comment: str | None = None, seen: int | None = None) -> None:
    """撤回送审."""
    history.advance(found, PublicationStep.RECALL, actor, comment=comment, seen=seen)
    found.proposed_by_id = None


def send_back(found: Publication, actor: Actor, comment: str, *, seen: int | None = None) -> None:
    """退回, with the reason."""
    history.advance(found, PublicationStep.RETURN, actor, comment=comment, seen=seen)
    found.proposed_by_id = found.approved_by_id = found.approved_at = None


def approve(found: Publication, actor: Actor, at: datetime, *, comment: str | None = None, seen: int | None = None) -> None:
    """批准, by another person than the one who submitted it."""
    history.advance(found, PublicationStep.APPROVE, actor, comment=comment, seen=seen)
    found.approved_by_id, found.approved_at = actor.user_id, at


def void(found: Publication, actor: Actor, comment: str, *, seen: int | None = None) -> None:
    """作废 of a draft: its batches may be put into another list."""
    history.advance(found, PublicationStep.VOID, actor, comment=comment, seen=seen)


# ---------------------------------------------------------------- published

def publish(found: Publication, issue: Issue, actor: Actor, at: datetime, *, seen: int | None = None) -> None:
    """公布: number, day, channel; the workbook is kept as published. A correction or withdrawal takes effect on the one it is about."""
    changes = {"公告号": (found.announcement_no, issue.announcement_no), "公布日期": (None, issue.on), "公布渠道": (None, issue.channel)}
    history.advance(found, PublicationStep.PUBLISH, actor, seen=seen, changes=changes, comment=issue.url)
    today = clock.office_time(at).date()
    _refuse_issue(found, issue, today)
    checking.refuse_moved(found, today)
    found.announcement_no = _number(issue.announcement_no, found.org_id, found.id)
    found.published_on, found.published_at, found.published_by_id = issue.on, at, actor.user_id
    found.channel, found.url = issue.channel.strip(), issue.url or None
    _keep_workbook(found, actor, at)
    if found.nature is PublicNature.FIRST:
        if found.kind is PublicList.FAILED:
            linking.tell_cases(found, [one.sample_id for one in queries.every_item(found)], actor, at)
    else:
        take_effect(found, actor, at)


def _refuse_issue(found: Publication, issue: Issue, today: date) -> None:
    if not issue.announcement_no.strip():
        raise NotLikeThis(rules.NO_NUMBER, field="announcement_no")
    if not issue.channel.strip():
        raise NotLikeThis(rules.NO_CHANNEL, field="channel")
    if issue.url and not issue.url.startswith(("http://", "https://")):
        raise NotLikeThis("网址请以 http:// 或 https:// 开头", field="url")
    last = queries.last_report(found) if found.nature is PublicNature.FIRST else _original(found).published_on
    fault = rules.publish_fault(issue.on, last, today)
    if fault is not None:
        raise NotLikeThis(fault, field="published_on")


def _keep_workbook(found: Publication, actor: Actor, at: datetime) -> None:
    content = workbooks.announcement(found, queries.every_item(found), queries.organisation_name(found.org_id))
    kept = attachments.keep(
        actor, queries.KIND, found.id, found.org_id, workbooks.filename(found), workbooks.XLSX, content, at
    )
    found.attachment_id, found.sha256 = kept.id, kept.sha256
    session().flush()


def _original(found: Publication) -> Publication:
    assert found.corrects_id is not None
    return session().get_one(Publication, found.corrects_id)


def take_effect(found: Publication, actor: Actor, at: datetime) -> None:
    """What an announcement about an earlier one does to it: both stay, tied to each other."""
    original = _original(found)
    if not permits(actor, Permission.PUBLICATION_ISSUE, original):
        raise NotAllowed("原公示不在您的管辖范围内，不能更正")
    roots = [one.corrects_id for one in queries.every_item(found) if one.corrects_id is not None]
    told = f"{found.nature.value} {found.announcement_no}，{len(roots)} 批：{found.reason or ''}"
    history.advance(original, PublicationStep.CORRECT, actor, comment=told[:480])
    rows = session().scalars(sa.select(PublicationItem).where(PublicationItem.id.in_(roots))).all()
    if any(one.withdrawn_at is not None for one in rows):
        raise NotAllowedNow("其中有批次已被撤回，请退回后重新起草")
    if found.nature is PublicNature.WITHDRAWAL:
        assert found.published_on is not None
        withdraw_items(rows, actor, at, f"{found.announcement_no}：{found.reason or ''}")
        linking.take_down(original, [one.sample_id for one in rows], found.published_on, found.reason or found.title, actor)
    linking.settle(roots, actor, at, f"已发布{found.nature.value} {found.announcement_no}（{found.number}）")


def withdraw_items(rows: Sequence[PublicationItem], actor: Actor, at: datetime, reason: str) -> None:
    """They are in no list any more, nor are their corrections."""
    ids = [one.id for one in rows]
    later = session().scalars(
        sa.select(PublicationItem)
        .join(Publication, Publication.id == PublicationItem.publication_id)
        .where(
            PublicationItem.corrects_id.in_(ids), PublicationItem.withdrawn_at.is_(None), Publication.nature == PublicNature.CORRECTION,
            Publication.state == PublicationState.PUBLISHED,
        )
    ).all()  # fmt: skip
    for one in (*rows, *later):
        if one.withdrawn_at is None:
            one.withdrawn_at, one.withdrawn_by_id, one.withdrawn_reason = at, actor.user_id, reason[:500]
    session().flush()


def withdraw(found: Publication, reason: str, on: date, actor: Actor, at: datetime, *, seen: int | None = None) -> None:
    """撤回公示 of the whole list, by a supervisor, with the reason: it stays readable here and leaves the public page."""
    history.advance(found, PublicationStep.WITHDRAW, actor, comment=reason, seen=seen, changes={"撤回日期": (None, on)})
    assert found.published_on is not None
    if not found.published_on <= on <= clock.office_time(at).date():
        raise NotLikeThis(f"撤回日期应在公布日期（{found.published_on}）与今天之间，请核对", field="withdrawn_on")
    if found.nature is PublicNature.WITHDRAWAL:
        raise NotAllowedNow("撤回公告不能再撤回；撤回有误的批次会回到“待公布”名单，请重新公布")
    found.withdrawn_on = on
    rows = queries.every_item(found)
    withdraw_items(rows, actor, at, reason)
    if found.nature is PublicNature.FIRST:
        linking.take_down(found, [one.sample_id for one in rows], on, reason, actor)
        linking.settle([one.id for one in rows], actor, at, f"整份公示已撤回（{found.number}）")
