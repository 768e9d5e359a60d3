"""The life of a return: made, checked, approved by another person, sealed, sent, corrected. Never commits, never sees a request.

The workbook of one moment is the same bytes whenever it is made again. What was approved is what is sealed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app import clock, history, taken_out
from app.attachments import operations as attachments
from app.attachments.models import Attachment
from app.db import session
from app.domain.actors import Actor
from app.domain.indicators import Period
from app.domain.reporting_kinds import ReturnPeriod
from app.domain.workflow import ReturnState, ReturnStep
from app.errors import NotAllowedNow, NotLikeThis
from app.exports import (
    building,
    checking,
    correcting,
    difference_sheets,
    differing,
    ending,
    numbering,
    queries,
    storing,
)
from app.exports.building import Moment
from app.exports.checks import Checked
from app.exports.keeping import ZIP, packed
from app.exports.made import Made, Stamp, figures_apart
from app.exports.models import MonthlyReturn
from app.indicators.frames import Area
from app.indicators.models import Plan
from app.reference_data.books import region_book

KIND = MonthlyReturn.__tablename__
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NAMES = {ReturnPeriod.MONTH: "抽检月报", ReturnPeriod.QUARTER: "抽检季报", ReturnPeriod.YEAR: "抽检年报"}
STALE = "该报表已被他人处理，请刷新页面后再操作"
NOT_APPROVED = "报表须先审核公式并提交审批、经他人批准后才能封存；请先提交审批（flask exports submit），再由审核人批准"
CHANGED = "封存前重新计算，{}与审批时不一致（记录在审批后被更正且没有保留当时的值），请退回后重新生成"


@dataclass(frozen=True, slots=True)
class Wish:
    """Which return is to be made."""

    place: Area
    plan: Plan
    period: Period
    template_id: int | None = None
    key: str | None = None  # of the page it was asked from

    @property
    def kind(self) -> ReturnPeriod:
        return ReturnPeriod.MONTH if self.period.month else ReturnPeriod.QUARTER if self.period.quarter else ReturnPeriod.YEAR

    @property
    def month(self) -> int:
        return self.period.year * 100 + self.period.months[-1]


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything counted and checked, before anything is written: a large return must not keep others waiting."""

    found: MonthlyReturn
    moment: Moment
    made: Made
    results: Sequence[Checked]


def make(wish: Wish, actor: Actor, at: datetime) -> MonthlyReturn:
    """A draft of the return as known at this moment, counted and written at once."""
    return keep(prepare(wish, actor, at), actor, at)


def prepare(wish: Wish, actor: Actor, at: datetime) -> Prepared:
    """Raises NotLikeThis for a period that has not begun, or where a template cannot be filled."""
    refuse_unbegun(wish.period, at)
    return _prepared(_new(wish, actor, at), at)


def keep(prepared: Prepared, actor: Actor, at: datetime) -> MonthlyReturn:
    """The draft; asked for twice by the same page it is made once."""
    new = prepared.found
    if (existing := queries.by_key(actor, new.submission_key)) is not None:
        return existing
    if new.corrects_id is not None:
        correcting.hold(new.corrects_id)
        correcting.refuse_second(new.corrects_id)
    history.advance(new, ReturnStep.DRAFT, actor, comment=new.reason)
    _keep(prepared, actor, at)
    return new


def refuse_unbegun(period: Period, at: datetime) -> None:
    if period.first > clock.office_time(at).date():
        raise NotLikeThis(f"{period.label}尚未开始，请选择本期或以前的统计期", field="month")


def _new(wish: Wish, actor: Actor, at: datetime, corrects: MonthlyReturn | None = None, reason: str | None = None) -> MonthlyReturn:
    return MonthlyReturn(
        org_id=corrects.org_id if corrects else actor.org_id, region_id=wish.place.id, plan_id=wish.plan.id, month=wish.month,
        period_kind=wish.kind, template_id=wish.template_id, corrects_id=corrects.id if corrects else None, reason=reason, as_of=at,
        sha256="-", chain_head=queries.chain_head(at), created_at=at, created_by_id=actor.user_id, submission_key=wish.key,
    )  # fmt: skip


def _prepared(found: MonthlyReturn, at: datetime) -> Prepared:
    moment = Moment(at, queries.chain_head(at))
    made = correcting.built(found, moment)
    return Prepared(found, moment, made, checking.results(found, made, moment))


def prepare_again(found: MonthlyReturn, at: datetime) -> Prepared:
    """The same return as known at a new moment."""
    return _prepared(found, at)


def remake(prepared: Prepared, actor: Actor, at: datetime, *, seen: int | None = None) -> None:
    """重新生成; what had been explained stays where the rule still says the same."""
    found = prepared.found
    history.advance(found, ReturnStep.REMAKE, actor, seen=seen, changes={"数据截至": (_told(found.as_of), _told(prepared.moment.as_of))})
    found.as_of, found.chain_head = prepared.moment.as_of, prepared.moment.chain_head
    _keep(prepared, actor, at)


def _told(moment: datetime) -> str:
    return f"{clock.office_time(moment):%Y-%m-%d %H:%M:%S}"


def _keep(prepared: Prepared, actor: Actor, at: datetime) -> None:
    found, made = prepared.found, prepared.made
    _print(found, made, actor, at)
    name = f"{title(found)}_来源清单.zip"
    listed = attachments.keep(actor, KIND, found.id, found.org_id, name, ZIP, packed(made.figures, made.kept()), at)
    found.sources_attachment_id = listed.id
    storing.figures(found, made)
    storing.checks(found, prepared.results, at)
    session().flush()


def _print(found: MonthlyReturn, made: Made, actor: Actor, at: datetime) -> None:
    content = made.content(stamp(found))
    name = f"{title(found)}{'' if found.number else '_草稿_本期未结束' if ending.counted_early(found) else '_草稿'}.xlsx"
    kept = attachments.keep(actor, KIND, found.id, found.org_id, name, XLSX, content, at)
    found.attachment_id, found.sha256 = kept.id, kept.sha256


def title(found: MonthlyReturn) -> str:
    period = building.period_of(found.period_kind, found.month)
    return f"{NAMES[found.period_kind]}_{region_book().name(found.region_id)}_{period.label}{'_更正报' if found.corrects_id else ''}"


def stamp(found: MonthlyReturn) -> Stamp:
    corrects = session().get(MonthlyReturn, found.corrects_id) if found.corrects_id else None
    early = found.number is None and ending.counted_early(found)
    return Stamp(found.number, corrects.number if corrects else None, building.particulars(found), early)


# ---------------------------------------------------------------- check and approval

def explain(found: MonthlyReturn, words: Mapping[str, str], actor: Actor, *, seen: int | None = None) -> None:
    """审核说明 of the rules that fail without stopping the return."""
    refuse_stale(found, seen)
    if found.state is not ReturnState.DRAFT:
        raise NotAllowedNow("只有草稿可以填写审核说明，请先撤回或退回")
    told = storing.explain(found, words)
    if not told:
        raise NotLikeThis("审核说明没有变化，未保存")
    history.advance(found, ReturnStep.EXPLAIN, actor, seen=seen, changes=told)


def check(found: MonthlyReturn, actor: Actor, at: datetime, comment: str | None = None, *, seen: int | None = None) -> None:
    """审核并提交审批. Raises NotLikeThis naming the rules that stop it or want an explanation."""
    if found.state is ReturnState.DRAFT:
        checking.refuse_failing(found)
    history.advance(found, ReturnStep.CHECK, actor, comment=comment, seen=seen)
    found.checked_at, found.checked_by_id = at, actor.user_id


def recall(found: MonthlyReturn, actor: Actor, *, seen: int | None = None) -> None:
    history.advance(found, ReturnStep.RECALL, actor, seen=seen)
    _back_to_draft(found)


def send_back(found: MonthlyReturn, actor: Actor, reason: str, *, seen: int | None = None) -> None:
    """退回, before or after the approval."""
    history.advance(found, ReturnStep.RETURN, actor, comment=reason, seen=seen)
    _back_to_draft(found)


def _back_to_draft(found: MonthlyReturn) -> None:
    found.checked_at = found.checked_by_id = found.approved_at = found.approved_by_id = None


def approve(
    found: MonthlyReturn, actor: Actor, at: datetime, comment: str | None = None, *, seen: int | None = None, confirmed: bool = False
) -> None:  # fmt: skip
    history.advance(found, ReturnStep.APPROVE, actor, comment=comment, seen=seen, changes=checking.seen_of(found))
    ending.refuse_incomplete(found, at)
    checking.refuse_unconfirmed(found, confirmed)
    found.approved_at, found.approved_by_id = at, actor.user_id


def discard(found: MonthlyReturn, actor: Actor, reason: str, *, seen: int | None = None) -> None:
    history.advance(found, ReturnStep.DISCARD, actor, comment=reason, seen=seen)


# ---------------------------------------------------------------- sealing and sending

def refuse_stale(found: MonthlyReturn, seen: int | None) -> None:
    if seen is not None and seen != found.version:
        raise NotAllowedNow(STALE)


def recounted(found: MonthlyReturn, seen: int | None = None) -> Made | None:
    """The return counted once more for its moment, before it is sealed; None where it may not be sealed yet."""
    refuse_stale(found, seen)
    return correcting.built(found) if found.state is ReturnState.APPROVED and not ending.counted_early(found) else None


def seal(found: MonthlyReturn, actor: Actor, at: datetime, *, seen: int | None = None, again: Made | None = None) -> None:
    """封存: number it and keep its workbook for good, with the figures of the draft's moment.

    Only the operator at the machine may seal a draft, without another person's approval; the page says so for good. ``again`` is the
    return counted once more for its moment, where that has been done outside the transaction.
    """
    refuse_stale(found, seen)
    direct = found.state is ReturnState.DRAFT and actor.user_id is None
    if found.state in (ReturnState.DRAFT, ReturnState.CHECKED) and not direct:
        raise NotAllowedNow(NOT_APPROVED)
    if direct or found.state is ReturnState.APPROVED:
        ending.refuse_incomplete(found, at, "" if direct else "退回后")
    if direct:
        checking.refuse_failing(found, warnings=False)
    elif found.state is ReturnState.APPROVED:
        _refuse_changed(found, again or correcting.built(found))
    with session().no_autoflush:  # state and number are one change: the table holds that one is never without the other
        found.number, found.sealed_at, found.sealed_by_id = numbering.number(found), at, actor.user_id
        history.advance(found, ReturnStep.SEAL_DIRECT if direct else ReturnStep.SEAL, actor, changes={"number": (None, found.number)})
    _print(found, storing.kept(found), actor, at)
    session().flush()


def _refuse_changed(found: MonthlyReturn, again: Made) -> None:
    """Sealed is only what can be counted again."""
    differing = figures_apart(building.kept_figures(found.id), again.figures)
    if differing is not None:
        raise NotAllowedNow(CHANGED.format(differing))


@dataclass(frozen=True, slots=True)
class Sending:
    """What is written down of the sending."""

    on: date
    to: str
    document: str | None = None


def send(found: MonthlyReturn, sending: Sending, actor: Actor, at: datetime, *, seen: int | None = None) -> None:
    """登记报送: when, to whom, under which document."""
    if found.state is ReturnState.SEALED:
        ending.refuse_unsendable(found)
        _refuse_untrue(found, sending, at)
    told = {"报送日期": (None, sending.on), "报送机关": (None, sending.to), "报送文号或方式": (None, sending.document)}
    history.advance(found, ReturnStep.SEND, actor, seen=seen, changes=told)
    found.sent_on, found.sent_to, found.sent_document = sending.on, sending.to, sending.document
    found.sent_at, found.sent_by_id = at, actor.user_id


def _refuse_untrue(found: MonthlyReturn, sending: Sending, at: datetime) -> None:
    if sending.on > clock.office_time(at).date():
        raise NotLikeThis("报送日期不能晚于今天，请核对", field="sent_on")
    if found.sealed_at is not None and sending.on < clock.office_time(found.sealed_at).date():
        raise NotLikeThis(f"报送日期不能早于封存日期 {clock.office_time(found.sealed_at):%Y-%m-%d}，请核对", field="sent_on")


def take_out(found: MonthlyReturn, actor: Actor) -> None:
    """Whoever takes a workbook out is in the history."""
    if found.attachment_id and (attachment := session().get(Attachment, found.attachment_id)) is not None:
        attachments.note_download(actor, attachment)


def differences_workbook(found: MonthlyReturn, actor: Actor, at: datetime, heading: str) -> bytes:
    """差异说明 of a return against the records as known at this moment."""
    name = f"{heading} {found.number or '（草稿）'}"
    return difference_sheets.workbook(name, differing.against(found, at), actor.name, found.as_of, at)


def took_differences(found: MonthlyReturn, actor: Actor, content: bytes) -> None:
    taken_out.note(KIND, found.id, found.number or title(found), "差异说明", actor, content, org_id=found.org_id)


# ---------------------------------------------------------------- correcting

def correct(found: MonthlyReturn, reason: str, actor: Actor, at: datetime, key: str | None = None) -> MonthlyReturn:
    """更正报, counted and written at once."""
    return keep(prepare_correction(found, reason, actor, at, key), actor, at)


def prepare_correction(found: MonthlyReturn, reason: str, actor: Actor, at: datetime, key: str | None = None) -> Prepared:
    """更正报: a new draft as known now that corrects a sealed one; both stay."""
    if found.state not in (ReturnState.SEALED, ReturnState.SENT):
        raise NotAllowedNow("只有已封存或已报送的报表才能制作更正报；草稿请直接重新生成")
    if not reason.strip():
        raise NotLikeThis("请填写更正理由", field="reason")
    correcting.refuse_second(found.id, key)
    plan = session().get(Plan, found.plan_id)
    assert plan is not None
    frame = building.frame_of(found)
    wish = Wish(frame.area, plan, frame.period, found.template_id, key)
    return _prepared(_new(wish, actor, at, found, reason.strip()), at)
