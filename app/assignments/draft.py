"""What somebody wants of a new task (拟下达的任务), and the checks of it that ask the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.accounts.models import User
from app.assignments import queries, rooms
from app.assignments.rooms import cell_words
from app.domain.actors import Actor, Role
from app.domain.assignments import MOST_BATCHES, TEAM, Ceiling, Extent, date_fault, months_of
from app.domain.samples import Link
from app.enterprises.models import EnterpriseStatus
from app.errors import NotAllowed, NotFound, NotLikeThis
from app.organisations.models import Organisation, OrganisationKind
from app.plans.models import SamplingPlan
from app.reference_data import standing
from app.reference_data.books import category_book, region_book
from app.reference_data.standing import WordKind


@dataclass(frozen=True, slots=True)
class TaskDraft:
    """拟下达的任务. ``exceed_why`` is asked for only where the plan has not that much left."""

    region_id: int
    batches: int
    from_on: date
    to_on: date
    laboratory_org_id: int
    member_ids: tuple[int, ...]
    plan: SamplingPlan | None = None
    category_id: int | None = None
    link: Link | None = None
    enterprise_id: int | None = None
    note: str | None = None
    drawing_id: int | None = None
    exceed_why: str | None = None
    submission_key: str | None = None

    @property
    def extent(self) -> Extent:
        return Extent(self.category_id, self.region_id, self.link, months_of(self.from_on, self.to_on))


class TooMany(NotLikeThis):
    """More than the plan has left; may be done knowingly, with a reason."""

    def __init__(self, ceiling: Ceiling, batches: int) -> None:
        where = "；".join(cell_words(cell) for cell in ceiling.cells[:3]) or "计划中没有该食品、地区或环节的批次"
        super().__init__(
            f"超出计划余量：{where}计划 {ceiling.planned} 批，已安排或已抽 {ceiling.taken} 批，剩余 {ceiling.remaining} 批，"
            f"本次 {batches} 批。请减少批次；确需超出的，请填写超出计划的理由",
            field="exceed_why",
        )
        self.ceiling = ceiling


def check(draft: TaskDraft, actor: Actor, today: date) -> None:
    """Everything about the draft that needs neither the team nor the plan's room. Raises NotLikeThis or NotFound."""
    if not 1 <= draft.batches <= MOST_BATCHES:
        raise NotLikeThis(f"批次数应为 1 至 {MOST_BATCHES} 的整数", field="batches")
    _check_place(draft)
    _check_plan(draft, actor)
    _check_enterprise(draft, actor)
    if draft.drawing_id is not None and not queries.drawn(actor, draft.drawing_id):
        raise NotLikeThis("该次随机抽取不在您的管辖范围内或尚未抽取，不能据此下达任务")
    check_dates(draft.from_on, draft.to_on, today, draft.plan)


def check_dates(start: date, end: date, today: date, plan: SamplingPlan | None, kept_start: date | None = None) -> None:
    fault = date_fault(start, end, today, plan.year if plan else None, kept_start)
    if fault is not None:
        raise NotLikeThis(fault[1], field=fault[0])


def _check_place(draft: TaskDraft) -> None:
    regions = region_book()
    if draft.region_id not in regions:
        raise NotLikeThis("没有识别出抽样区域，请从列表中选择", field="region_ids")
    if draft.category_id is not None and draft.category_id not in category_book():
        raise NotLikeThis("没有识别出食品分类，请从列表中选择", field="category")
    day = draft.from_on
    for field, gone in (
        ("region_ids", standing.ended(WordKind.REGION, draft.region_id, day)),
        ("category", standing.ended(WordKind.CATEGORY, draft.category_id, day)),
    ):
        if gone is not None:
            raise NotLikeThis(gone.remedy, field=field)
    if draft.plan is not None and draft.plan.region_id not in regions.up(draft.region_id):
        raise NotLikeThis(
            f"“{regions.full_name(draft.region_id)}”不在计划“{draft.plan.name}”的区域内，请改选区域或计划", field="region_ids"
        )


def _check_plan(draft: TaskDraft, actor: Actor) -> None:
    if draft.plan is None:
        return
    if queries.plan(actor, draft.plan.id) is None:
        raise NotFound("没有找到该计划，或不在您的管辖范围内")
    if draft.plan.state not in queries.IN_FORCE or draft.plan.issued_at is None:
        raise NotLikeThis("该计划尚未下达或已结束，不能据此下达任务，请选择已下达的计划", field="plan_id")


def _check_enterprise(draft: TaskDraft, actor: Actor) -> None:
    if draft.enterprise_id is None:
        return
    found = queries.enterprise(actor, draft.enterprise_id)
    if found is None:
        raise NotFound("没有找到该企业，或不在您的管辖范围内")
    if found.status is not EnterpriseStatus.ACTIVE:
        raise NotLikeThis(f"“{found.name}”在企业档案中为“{found.status.value}”，不能作为抽样对象，请改选", field="enterprise")


def check_laboratory(laboratory: Organisation | None, on: date | None = None) -> None:
    """``on`` is the first day of the work; today where it is given to another."""
    if laboratory is None or laboratory.kind is not OrganisationKind.LABORATORY or not laboratory.active:
        raise NotLikeThis("请选择在用的承检机构", field="laboratory_id")
    if (gone := standing.ended(WordKind.LABORATORY, laboratory.id, on)) is not None:
        raise NotLikeThis(gone.remedy, field="laboratory_id")


def team_of(member_ids: tuple[int, ...], actor: Actor) -> list[User]:
    """The people of a team: two at least, active 抽样员 of the actor's organisation or below."""
    ids = tuple(dict.fromkeys(member_ids))
    if len(ids) < TEAM:
        raise NotLikeThis(f"抽样人员不得少于 {TEAM} 人（《食品安全抽样检验管理办法》第十四条），请再选择", field="member_ids")
    found = queries.people(ids)
    team = [found[user_id] for user_id in ids if user_id in found]
    if len(team) != len(ids) or any(user.org_id not in actor.reach for user in team):
        raise NotAllowed("所选人员中有不属于本单位的，请从列表中选择")
    unfit = [user.name for user in team if not user.active or Role.SAMPLER not in user.roles]
    if unfit:
        raise NotLikeThis(f"{'、'.join(unfit)}已停用或不是抽样员，请改选在岗的抽样员", field="member_ids")
    return team


def deepest(team: list[User]) -> Organisation:
    """The organisation a team's task belongs to: a person sees the records of his organisation and of those below it."""
    return max((user.organisation for user in team), key=lambda organisation: len(organisation.path))


def check_can_open(team: list[User], organisation: Organisation) -> None:
    """Nobody is given a task that he cannot open."""
    apart = [user.name for user in team if not organisation.path.startswith(user.organisation.path)]
    if apart:
        raise NotLikeThis(
            f"{'、'.join(apart)}看不到“{organisation.name}”的任务单（分属不同单位），请选择同一单位的抽样员", field="member_ids"
        )


def check_room(draft: TaskDraft, given: list[tuple[Extent, int]]) -> str | None:
    """The sentence of what is exceeded knowingly, None when the plan has room. Raises TooMany without a reason."""
    if draft.plan is None:
        return None
    ceiling = rooms.room(draft.plan, draft.extent, given)
    if draft.batches <= ceiling.remaining:
        return None
    refusal = TooMany(ceiling, draft.batches)
    why = (draft.exceed_why or "").strip()
    if not why:
        raise refusal
    where = cell_words(ceiling.cells[0]) if ceiling.cells else "计划中没有的食品、地区或环节"
    return f"超出计划余量（{where}剩余 {ceiling.remaining} 批，本次 {draft.batches} 批），理由：{why}"
