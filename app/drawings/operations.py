"""Draws, changed: the list frozen with a promise, the draw made with a public word, an unused list voided."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from app import clock, history
from app.assignments import operations as assignments
from app.assignments.draft import TaskDraft
from app.assignments.models import SamplingAssignment
from app.counters import take as take_number
from app.db import insert_many, reserve_ids, session
from app.domain import drawing as rules
from app.domain.actors import Actor
from app.domain.assignments import TEAM
from app.domain.drawing import CannotDraw, Pool
from app.domain.permissions import Permission, permits
from app.domain.samples import Link
from app.domain.sampling_kinds import DrawKind
from app.domain.workflow import DrawingState, DrawingStep
from app.drawings.models import Drawing, DrawingEntry
from app.drawings.pools import Candidate
from app.drawings.queries import drawn_entries
from app.enterprises.models import Enterprise
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.plans.models import SamplingPlan

KIND = Drawing.__tablename__
LONGEST_SUBJECT, LONGEST_WORD = 200, 200


@dataclass(frozen=True, slots=True)
class Promise:
    """What is frozen: the list, what is drawn from it, and the secret that ``views`` and ``cli`` have made."""

    kind: DrawKind
    subject: str
    take: int
    candidates: Sequence[Candidate]
    secret: bytes
    plan_id: int | None = None
    submission_key: str | None = None


def freeze(promise: Promise, actor: Actor, at: datetime) -> Drawing:
    """冻结名单: the list, its hash and the hash of the secret are on record before anybody can know the result."""
    if not permits(actor, Permission.DRAWING_MAKE):
        raise NotAllowed("您没有冻结抽取名单的权限，如确需办理请联系科室负责人")
    subject = promise.subject.strip()
    if not 1 <= len(subject) <= LONGEST_SUBJECT:
        raise NotLikeThis(f"请填写抽取事由，不超过 {LONGEST_SUBJECT} 个字", field="subject")
    pool = Pool(promise.kind.value, subject, promise.take, tuple(each.entry for each in promise.candidates))
    try:
        rules.check(pool)
    except CannotDraw as fault:
        raise NotLikeThis(str(fault), field="take") from fault
    year = clock.office_time(at).year
    made = Drawing(
        org_id=actor.org_id, number=f"随机〔{year}〕{take_number(actor.org_id, KIND, year)[0]}号", kind=promise.kind, subject=subject,
        plan_id=promise.plan_id, take=promise.take, method=pool.method, pool_text=pool.text, pool_sha256=pool.sha256,
        commitment=rules.commitment(promise.secret), secret=promise.secret.hex(), committed_at=at,
        committed_by_id=actor.user_id, submission_key=promise.submission_key,
    )  # fmt: skip
    changes = {
        "method": (None, made.method), "take": (None, made.take), "pool_sha256": (None, made.pool_sha256),
        "commitment": (None, made.commitment),
    }  # fmt: skip
    history.advance(made, DrawingStep.COMMIT, actor, comment=f"{subject}；名单 {len(promise.candidates)} 个", changes=changes)
    _write_entries(made, promise.candidates)
    return made


def _write_entries(drawing: Drawing, candidates: Sequence[Candidate]) -> None:
    """In bulk: a list may hold every enterprise of a city."""
    ordered = sorted(candidates, key=lambda each: each.entry.code.encode())
    table: sa.Table = DrawingEntry.__table__  # type: ignore[assignment]
    ids = reserve_ids(table, len(ordered))
    insert_many(
        table,
        (
            {
                "id": entry_id, "org_id": drawing.org_id, "drawing_id": drawing.id, "ordinal": ordinal, "subject_id": each.subject_id,
                "code": each.entry.code, "name": each.entry.name, "weight": each.entry.weight, "weight_why": each.entry.why,
                "excluded_why": each.entry.excluded,
            }
            for ordinal, (entry_id, each) in enumerate(zip(ids, ordered, strict=True), 1)
        ),
    )  # fmt: skip
    session().expire(drawing, ["entries"])


def frozen_pool(drawing: Drawing) -> Pool:
    """The list as it was frozen. Raises CannotDraw when its text cannot be read."""
    try:
        told = json.loads(drawing.pool_text)
    except ValueError as fault:
        raise CannotDraw("冻结名单的内容不完整，无法读取") from fault
    return rules.pool_of(told)


def draw(
    drawing: Drawing, actor: Actor, word: str, at: datetime, *, witness: str | None = None, seen: int | None = None
) -> None:
    """实施抽取, once: with the word that the witness gives, after the list was frozen.

    The pool that is drawn from is the frozen text; a list changed behind the program's back refuses.
    """
    public = rules.word_of(word)
    if not 1 <= len(public) <= LONGEST_WORD:
        raise NotLikeThis(f"请填写见证人给出的公开词，不超过 {LONGEST_WORD} 个字", field="public_word")
    if drawing.state is DrawingState.COMMITTED and at <= drawing.committed_at:
        raise NotAllowedNow("抽取必须晚于名单冻结，请稍后再试")
    seed, drawn = _drawn(drawing, public)
    told = {"public_word": (None, public), "secret": (None, drawing.secret), "seed": (None, seed), "drawn": (None, "、".join(drawn))}
    comment = f"见证人：{witness.strip()}" if witness and witness.strip() else None
    history.advance(drawing, DrawingStep.DRAW, actor, comment=comment, seen=seen, changes=told)
    ranks = {code: rank for rank, code in enumerate(drawn, 1)}
    for entry in drawing.entries:
        entry.drawn_rank = ranks.get(entry.code or "")
    drawing.public_word, drawing.seed, drawing.witness = public, seed, witness
    drawing.drawn_at, drawing.drawn_by_id = at, actor.user_id


def _drawn(drawing: Drawing, public: str) -> tuple[str, list[str]]:
    try:
        pool = frozen_pool(drawing)
        changed = rules.changed_entries(pool, pool_now(drawing))
        if pool.sha256 != drawing.pool_sha256 or changed:
            what = "；".join(changed[:3]) or "校验值不符"
            raise NotAllowedNow(f"名单与冻结时不一致（{what}），不能抽取。请作废本次抽取、查明原因后重新冻结名单")
        seed = rules.seed(bytes.fromhex(drawing.secret), drawing.pool_sha256, public)
        return seed, rules.draw(pool, seed)
    except CannotDraw as fault:
        raise NotAllowedNow(f"{fault}。请作废本次抽取后重新冻结名单") from fault


def pool_now(drawing: Drawing) -> Pool:
    """The list as the entries tell it today."""
    entries = tuple(
        rules.Entry(entry.code or "", entry.name, entry.weight, entry.weight_why, entry.excluded_why) for entry in drawing.entries
    )
    return Pool(drawing.kind.value, drawing.subject, drawing.take, entries, drawing.method)


def void(drawing: Drawing, actor: Actor, comment: str | None, *, seen: int | None = None) -> None:
    """作废 a list that has not been drawn from, with the reason; it stays visible. A draw that was made stays made."""
    if drawing.state is DrawingState.DRAWN:
        raise NotAllowedNow("已经抽取的结果不能作废、修改或重抽；确需另行抽取的，请重新冻结名单并说明事由")
    history.advance(drawing, DrawingStep.VOID, actor, comment=comment, seen=seen)


# ---------------------------------------------------------------- tasks of what was drawn

@dataclass(frozen=True, slots=True)
class TasksWanted:
    """What the tasks of a draw share."""

    team: Sequence[int]  # samplers in the order drawn; pairs go round
    laboratory_org_id: int
    from_on: date
    to_on: date
    batches: int
    region_id: int  # for an enterprise whose region the register does not have
    plan: SamplingPlan | None = None
    category_id: int | None = None
    link: Link | None = None
    note: str | None = None
    exceed_why: str | None = None
    submission_key: str | None = None


def assign_drawn(drawing: Drawing, wanted: TasksWanted, actor: Actor, at: datetime) -> list[SamplingAssignment]:
    """双随机: one task for each enterprise drawn, the samplers in pairs in the order they were drawn."""
    drawn = drawn_entries(drawing)
    if drawing.kind is not DrawKind.ENTERPRISE or not drawn:
        raise NotAllowedNow("只有已抽取的抽样对象可以下达任务")
    try:
        teams = rules.teams(len(drawn), list(wanted.team), TEAM)
    except CannotDraw as fault:
        raise NotLikeThis(str(fault), field="team_drawing_id") from fault
    drafts = []
    for ordinal, (entry, team) in enumerate(zip(drawn, teams, strict=True)):
        enterprise = session().get(Enterprise, entry.subject_id) if entry.subject_id else None
        if enterprise is None:
            raise NotLikeThis(f"“{entry.name}”不在企业档案中（名单来自文件），请先登记企业，再单独下达任务")
        drafts.append(
            TaskDraft(
                region_id=enterprise.region_id or wanted.region_id, batches=wanted.batches, from_on=wanted.from_on, to_on=wanted.to_on,
                laboratory_org_id=wanted.laboratory_org_id, member_ids=team, plan=wanted.plan, category_id=wanted.category_id,
                link=wanted.link, enterprise_id=enterprise.id, note=wanted.note, drawing_id=drawing.id, exceed_why=wanted.exceed_why,
                submission_key=f"{wanted.submission_key}:{ordinal}" if wanted.submission_key else None,
            )
        )
    return assignments.assign_several(drafts, actor, at)
