"""抽检结果公示 of the demonstration county: passes every half month, failures twice, one list waiting, one late, one batch withdrawn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import sqlalchemy as sa

from app.db import session
from app.demonstration.stage import Stage
from app.domain.actors import Role
from app.domain.publications import Remedy
from app.domain.reporting_kinds import PublicList
from app.publications import candidates, correcting, forms, guard, operations, queries
from app.publications.candidates import Filters
from app.publications.correcting import Wish
from app.publications.models import Publication
from app.publications.operations import Issue, Wording

CHANNEL = "区人民政府网站（演示）"
FAILURES = (75, 20)  # working days ago
LATE, WAITING = 5, 2  # half months ago: a draft forgotten, a list that waits for approval
LAST = 22  # half months that the bureau has published here


def publish(stage: Stage) -> int:
    """Before the retests: one of the batches is overturned afterwards."""
    made = 0
    for ago, (first, last) in reversed(list(enumerate(_halves(stage.today)))):
        if ago >= WAITING:
            made += _passes(stage, first, last, ago)
    for back in FAILURES:
        day = stage.back(back)
        made += _list(stage, PublicList.FAILED, Filters(to_on=day), day, "公布")
    return made


def _halves(today: date) -> Iterator[tuple[date, date]]:
    """The half months before today, the last first."""
    end = today.replace(day=1) - timedelta(days=1) if today.day <= 15 else today.replace(day=15)
    for _ in range(LAST):
        first = end.replace(day=16 if end.day > 15 else 1)
        yield first, end
        end = first - timedelta(days=1)


def _passes(stage: Stage, first: date, last: date, ago: int) -> int:
    if ago == LATE:
        return _list(stage, PublicList.PASSED, Filters(from_on=first, to_on=last), last + timedelta(days=8), "起草")
    day = last + timedelta(days=8)
    until = "提交" if ago == WAITING else "公布"
    return _list(stage, PublicList.PASSED, Filters(from_on=first, to_on=last), day, until)


def _list(stage: Stage, kind: PublicList, filters: Filters, day: date, until: str) -> int:
    """Drafted on this day, submitted, approved on the next, published on the third; as far as is wanted."""
    handler, reviewer = stage.person(Role.STATISTICIAN), stage.person(Role.REVIEWER)
    with stage.on(day, handler) as at:
        if not candidates.chosen(handler, kind, filters, day, operations.MOST):
            return 0
        words = forms.suggested(kind, queries.organisation_name(handler.org_id), day.year)
        period = f"（{filters.from_on:%m月%d日}至{filters.to_on:%m月%d日}）" if filters.from_on else ""
        made = operations.draft(kind, Wording(words["title"] + period, words["foreword"]), filters, handler, at)
        publication_id, number = made.id, f"{day.year}年第{made.number.rpartition('〕')[2].removesuffix('号')}号"
        if until != "起草":
            operations.submit(made, handler, at, comment="已与检验报告核对，请审批。")
    if until == "公布":
        with stage.on(day + timedelta(days=1), reviewer) as at:
            operations.approve(_one(publication_id), reviewer, at, comment="同意公布。")
        with stage.on(day + timedelta(days=2), handler) as at:
            operations.publish(_one(publication_id), Issue(day + timedelta(days=2), CHANNEL, number), handler, at)
    return 1


def _one(publication_id: int) -> Publication:
    session().expire_all()
    return session().scalars(sa.select(Publication).where(Publication.id == publication_id)).one()


def correct(stage: Stage) -> int:
    """After the retests: what was overturned is withdrawn from its list, else one that differs is corrected; the rest is left to see."""
    handler, reviewer = stage.person(Role.HANDLER), stage.person(Role.REVIEWER)
    with stage.on(stage.today, handler) as at:
        wrong = sorted(guard.deviations(handler), key=lambda one: one.remedy is not Remedy.WITHDRAW)
        if not wrong:
            return 0
        item, remedy = wrong[0].item, wrong[0].remedy
        made = correcting.draft(_one(item.publication_id), Wish(remedy, [item.id], wrong[0].cause.value), handler, at)
        publication_id = made.id
        operations.submit(made, handler, at, comment="已与记录核对，请审批。")
    with stage.on(stage.today, reviewer) as at:
        operations.approve(_one(publication_id), reviewer, at, comment=f"同意{remedy.value}。")
    with stage.on(stage.today, handler) as at:
        issue = Issue(stage.today, CHANNEL, f"{stage.today.year}年第{publication_id}号（{remedy.value}）")
        operations.publish(_one(publication_id), issue, handler, at)
    return 1
