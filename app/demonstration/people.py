"""Posts of the demonstration office, when its people last signed in, and two requests that wait for the security administrator."""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa

from app.accounts import grant_queries, granting, positions
from app.accounts.granting import Wish
from app.accounts.models import User
from app.accounts.operations import Details
from app.accounts.positions import Written
from app.db import session
from app.demonstration.stage import Stage
from app.domain.actors import Role
from app.domain.trust_kinds import GrantKind
from app.organisations.models import Organisation

POSTS = {
    Role.SAMPLER: ("食品抽检科", "科员"), Role.HANDLER: ("稽查科", "科员"), Role.REVIEWER: ("食品抽检科", "科长"),
    Role.LEADER: ("局领导", "副局长"), Role.LEGAL: ("法规科", "科员"), Role.STATISTICIAN: ("食品抽检科", "统计员"),
}  # fmt: skip
UNUSED_DAYS = 82  # nearly disabled for want of use


def settle(stage: Stage) -> dict[str, int]:
    """任职, 最近登录 and 授权申请 of the county's own people."""
    who = stage.person(Role.SYSTEM_ADMIN)
    first = date(stage.today.year, 1, 4)
    posts = 0
    with stage.on(stage.back(2), who) as at:
        bureau = session().get_one(Organisation, stage.county.bureau_id)
        for role, (department, title) in POSTS.items():
            for person in stage.people[role]:
                user = grant_queries.account(person.user_id or 0)
                if user.org_id != bureau.id:
                    continue
                positions.add(user, Written(bureau, department, title, True, first), who, at)
                posts += 1
        second = grant_queries.account(stage.person(Role.HANDLER, 1).user_id or 0)
        positions.add(second, Written(bureau, "法规科", "案件审核联络员", False, first), who, at)
    _signed_in(stage)
    return {"posts": posts + 1, "account_grants": _ask(stage)}


def _signed_in(stage: Stage) -> None:
    """Everybody has signed in this week, but one sampler has not for months."""
    idle = stage.person(Role.SAMPLER, 2).user_id
    with stage.on(stage.back(1), stage.person(Role.SYSTEM_ADMIN)) as at:
        session().execute(sa.update(User).where(User.id != idle).values(last_sign_in_at=at, last_sign_in_ip="10.8.1.20"))
        session().execute(sa.update(User).where(User.id == idle).values(last_sign_in_at=at - timedelta(days=UNUSED_DAYS)))


def _ask(stage: Stage) -> int:
    """A new colleague, and one who leaves next month with cases in his hands."""
    who, handlers = stage.person(Role.SYSTEM_ADMIN), stage.people[Role.HANDLER]
    roles = frozenset({Role.SAMPLER})
    with stage.on(stage.back(1), who) as at:
        bureau = session().get_one(Organisation, stage.county.bureau_id)
        details = Details("程晓宁", bureau, roles, "食品抽检科 科员")
        wish = Wish(GrantKind.NEW, roles, stage.today, "新录用公务员，分配到食品抽检科", position=details.position)
        granting.ask_new(who, "chouyang4", details, wish, at)
        leaving = grant_queries.account(handlers[0].user_id or 0)
        later = stage.today + timedelta(days=14)
        gone = Wish(GrantKind.LEAVE, None, later, "调往其他单位，工作交由同科室人员接替", successor_id=handlers[1].user_id)
        granting.ask(who, leaving, gone, at)
    return 2
