"""双随机抽查, changed: drafted, frozen, drawn, recorded, finished, published. Never commits, never sees a request.

The two secrets are made by the page or command; both commitments are on record before anybody knows the public word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError

from app import clock, counters, history
from app.db import session
from app.domain import deadlines
from app.domain import random_inspections as rules
from app.domain.actors import Actor
from app.domain.drawing import CannotDraw
from app.domain.permissions import Permission, permits
from app.domain.sampling_kinds import DrawKind
from app.domain.supervision_states import ProgrammeState, ProgrammeStep
from app.domain.workflow import DrawingState
from app.drawings import operations as drawings
from app.drawings.models import Drawing
from app.drawings.operations import Promise
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.random_inspections import pools, queries, teams
from app.random_inspections.models import RandomPartner, RandomProgramme
from app.random_inspections.wanted import Wanted
from app.reference_data.books import calendar, deadline_rule

NUMBERED = "双随机〔{}〕{}号"
TWICE = "刚刚已经制定，没有重复制定：请在双随机抽查列表中查看"
PUBLISH_RULE = "INSP_PUBLISH"
PLAIN = ("title", "matter", "checklist_code", "take", "permille", "team_size", "from_on", "to_on")


@dataclass(frozen=True, slots=True)
class Partner:
    """联合部门."""

    department: str
    matter: str
    contact: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """抽查任务 as written."""

    title: str
    matter: str
    from_on: date
    to_on: date
    wanted: Wanted
    take: int | None = None
    permille: int | None = None
    team_size: int = 2
    checklist_code: str | None = None
    partners: Sequence[Partner] = ()


def _refuse_unsound(draft: Draft) -> None:
    if draft.from_on > draft.to_on:
        raise NotLikeThis("结束日期早于开始日期，请核对", field="to_on")
    if (draft.take is None) == (draft.permille is None):
        raise NotLikeThis("请在抽取户数和抽取比例中填写一项", field="take")
    if (draft.take is not None and draft.take < 1) or (draft.permille is not None and not 1 <= draft.permille <= 1000):
        raise NotLikeThis("抽取户数应不小于 1；抽取比例应为 0.1% 至 100%", field="take")
    if draft.team_size < rules.LEAST:
        raise NotLikeThis(f"每组检查人员不得少于 {rules.LEAST} 人", field="team_size")
    names = [one.department for one in draft.partners]
    if len(set(names)) < len(names):
        raise NotLikeThis("联合部门有重复，请每个部门只写一行", field="partners")


def make(draft: Draft, actor: Actor, at: datetime, *, key: str | None = None) -> RandomProgramme:
    """制定抽查任务, as a draft."""
    _refuse_unsound(draft)
    year = draft.from_on.year
    made = RandomProgramme(
        org_id=actor.org_id, number=NUMBERED.format(year, counters.take(actor.org_id, queries.KIND, year)[0]), year=year,
        filters=draft.wanted.told, created_at=at, created_by_id=actor.user_id, submission_key=key,
        partners=_partners(actor.org_id, draft.partners), **{name: getattr(draft, name) for name in PLAIN},
    )  # fmt: skip
    try:
        history.advance(made, ProgrammeStep.DRAFT, actor, comment=f"{draft.title}：{draft.matter}")
    except IntegrityError as error:
        raise NotAllowedNow(TWICE) from error
    return made


def _partners(org_id: int, partners: Sequence[Partner]) -> list[RandomPartner]:
    return [RandomPartner(org_id=org_id, department=one.department, matter=one.matter, contact=one.contact) for one in partners]


def edit(programme: RandomProgramme, draft: Draft, actor: Actor, *, seen: int | None = None) -> None:
    """修改 a draft; nothing changes once the lists are frozen."""
    _refuse_unsound(draft)
    changes = {name: (getattr(programme, name), getattr(draft, name)) for name in PLAIN}
    told = [_told(programme.partners), _told(draft.partners)]
    changes |= {"filters": (teams.text_of(programme.filters), teams.text_of(draft.wanted.told)), "partners": (told[0], told[1])}
    history.advance(programme, ProgrammeStep.EDIT, actor, seen=seen, changes=changes)
    for name in PLAIN:
        setattr(programme, name, getattr(draft, name))
    programme.year, programme.filters = draft.from_on.year, draft.wanted.told
    if told[0] != told[1]:
        programme.partners.clear()
        session().flush()  # one row per department: the old ones go first
        programme.partners.extend(_partners(programme.org_id, draft.partners))


def _told(partners: Sequence[RandomPartner] | Sequence[Partner]) -> str:
    return "；".join(f"{one.department}：{one.matter}（{one.contact or '无联系人'}）" for one in partners)


# ---------------------------------------------------------------- freezing and drawing

def freeze(
    programme: RandomProgramme, actor: Actor, at: datetime, secrets: tuple[bytes, bytes], *, seen: int | None = None
) -> None:
    """冻结名单: both lists, both hashes and both promises are on record before anybody can know the result."""
    if programme.state is not ProgrammeState.DRAFT:
        raise NotAllowedNow("只有草稿可以冻结名单，请刷新页面核对")
    today = clock.office_time(at).date()
    objects = pools.enterprises(actor, programme, today)
    people = pools.inspectors(actor, programme, pools.departments_of(programme))
    free = [each for each in people if each.entry.excluded is None]
    teams.refuse_too_few(free, programme.team_size)
    number = rules.number_to_draw(programme.take, programme.permille, len(objects))
    subject = f"{programme.number} {programme.title}"[: drawings.LONGEST_SUBJECT]
    one = drawings.freeze(Promise(DrawKind.INSPECTED, subject, number, objects, secrets[0]), actor, at)
    two = drawings.freeze(Promise(DrawKind.INSPECTOR, subject, len(free), people, secrets[1]), actor, at)
    changes = {"enterprise_drawing": (None, one.number), "inspector_drawing": (None, two.number)}
    said = f"检查对象 {len(objects)} 户，抽取 {number} 户；检查人员 {len(people)} 人，参加抽取 {len(free)} 人"
    history.advance(programme, ProgrammeStep.FREEZE, actor, comment=said, seen=seen, changes=changes)
    programme.enterprise_drawing_id, programme.inspector_drawing_id = one.id, two.id


def draw(
    programme: RandomProgramme, actor: Actor, word: str, at: datetime, *, witness: str | None = None, seen: int | None = None
) -> None:
    """实施抽取, once: both lists with the word of the witness; teams in the order drawn, whoever must step back replaced."""
    if programme.state is not ProgrammeState.FROZEN:
        raise NotAllowedNow("名单没有冻结，或者已经抽取，请刷新页面核对")
    one, two = _drawings(programme)
    for drawing in (one, two):
        drawings.draw(drawing, actor, word, at, witness=witness)
    try:
        formed = teams.form(programme, one, two, clock.office_time(at).date())
    except CannotDraw as fault:
        raise NotAllowedNow(str(fault)) from fault
    said = f"抽中 {len(formed)} 户" + (f"；见证人：{witness.strip()}" if witness and witness.strip() else "")
    changes = {"public_word": (None, one.public_word), "teams": (None, teams.as_drawn(formed))}
    history.advance(programme, ProgrammeStep.DRAW, actor, comment=said, seen=seen, changes=changes)
    teams.write(programme, formed)


def _drawings(programme: RandomProgramme) -> tuple[Drawing, Drawing]:
    one = queries.drawing_of(programme.enterprise_drawing_id, whole=True)
    two = queries.drawing_of(programme.inspector_drawing_id, whole=True)
    if one is None or two is None:
        raise NotAllowedNow("没有找到冻结的名单，请作废本任务后重新制定")
    return one, two


def void(programme: RandomProgramme, actor: Actor, comment: str | None, *, seen: int | None = None) -> None:
    """作废 with the reason. Lists not yet drawn from are voided too; a draw that was made stays on record."""
    history.advance(programme, ProgrammeStep.VOID, actor, comment=comment, seen=seen)
    for drawing_id in (programme.enterprise_drawing_id, programme.inspector_drawing_id):
        drawing = queries.drawing_of(drawing_id)
        if drawing is not None and drawing.state is DrawingState.COMMITTED:
            drawings.void(drawing, actor, f"双随机抽查任务作废：{comment}")


# ---------------------------------------------------------------- the end

def finish(programme: RandomProgramme, actor: Actor, at: datetime, *, seen: int | None = None) -> None:
    """检查完毕 when every enterprise has a result; the publication is due within twenty working days."""
    if programme.state is ProgrammeState.DRAWN:
        left = queries.progress(programme.id)
        if left.recorded < left.targets:
            raise NotAllowedNow(f"还有 {left.targets - left.recorded} 户没有登记抽查结果，请登记后再办理检查完毕")
    today = clock.office_time(at).date()
    due_on = deadlines.due(deadline_rule(PUBLISH_RULE, today), today, calendar()).due
    history.advance(programme, ProgrammeStep.FINISH, actor, seen=seen, changes={"publish_due_on": (None, due_on)})
    programme.publish_due_on = due_on


def publish(
    programme: RandomProgramme, actor: Actor, published_on: date, where: str, at: datetime, *, seen: int | None = None
) -> None:
    """公示抽查结果: where and when everybody can read it."""
    finished_on = history_day(programme)
    today = clock.office_time(at).date()
    if not where.strip():
        raise NotLikeThis("请填写公示的位置，如：国家企业信用信息公示系统", field="published_where")
    if programme.state is ProgrammeState.FINISHED and not (finished_on or published_on) <= published_on <= today:
        raise NotLikeThis(f"公示日期应在检查完毕之日（{finished_on}）与今天之间，请核对", field="published_on")
    changes = {"published_on": (None, published_on), "published_where": (None, where)}
    history.advance(programme, ProgrammeStep.PUBLISH, actor, seen=seen, changes=changes)
    programme.published_on, programme.published_where = published_on, where


def history_day(programme: RandomProgramme) -> date | None:
    """The office's day on which the programme was finished."""
    steps: Mapping[str, datetime] = {entry.step: entry.at for entry in history.entries_of(queries.KIND, programme.id)}
    at = steps.get(ProgrammeStep.FINISH.value)
    return clock.office_time(at).date() if at is not None else None


def ask(programme: RandomProgramme, permission: Permission, actor: Actor) -> None:
    """Raises NotAllowed."""
    if not permits(actor, permission, programme):
        raise NotAllowed("您没有办理该步骤的权限，如确需办理请联系科室负责人")
