"""Several cases at once (批量分派、批量督促): each by itself and in the words of the single step; what one refuses holds up no other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from app import clock
from app.desk import operations as desk
from app.desk.models import BulkAction
from app.desk.operations import Within
from app.disposal import assigning, queries, urging
from app.disposal.models import DisposalCase
from app.domain.actors import Actor
from app.domain.case_kinds import UrgingLevel
from app.errors import NotFound

KIND = DisposalCase.__tablename__
MISSING = "案件不存在，或不在您的管辖范围内"


def _case(actor: Actor, case_id: int) -> DisposalCase:
    """Asked anew for every row: what the one before it changed may concern this one."""
    found = queries.case(actor, case_id)
    if found is None:
        raise NotFound(MISSING)
    return found


def _named(actor: Actor, ids: Sequence[int]) -> dict[int, str]:
    """The numbers of those that the actor may see; of others the id that was sent."""
    numbers = queries.numbers_of(actor, ids)
    return {one: numbers.get(one, f"第 {one} 号") for one in dict.fromkeys(ids)}


def assign(
    actor: Actor, seen: Mapping[int, int | None], user_id: int, reason: str | None, within: Within, *, key: str | None = None,
    unknown: Mapping[str, str] | None = None,
) -> BulkAction:
    """批量分派: ``seen`` is the version of each case that its reader saw, None for a command. ``within`` opens a transaction.

    Raises NotLikeThis when nothing was ticked, or too much.
    """

    def act(case_id: int) -> str:
        case = _case(actor, case_id)
        version = seen[case_id]
        assigning.give(case, user_id, actor, clock.now(), reason=reason, seen=case.version if version is None else version)
        return f"已分派给{assigning.name_of(user_id)}"

    return desk.several(actor, KIND, "批量分派", _named(actor, list(seen)), act, within, clock.now(), key, unknown)


def urge(
    actor: Actor, ids: Sequence[int], level: UrgingLevel, due_on: date, reason: str, within: Within, *, key: str | None = None,
    unknown: Mapping[str, str] | None = None,
) -> BulkAction:
    """批量督促, also of cases that wait for a decision. Each is asked anew, so no version is compared: an urging changes nothing else.

    Raises NotLikeThis when nothing was ticked, or too much.
    """

    def act(case_id: int) -> str:
        case = _case(actor, case_id)
        urging.urge(case, actor, level, due_on, reason, clock.now(), seen=case.version)
        return f"已{level.value}，要求 {due_on} 前完成"

    return desk.several(actor, KIND, f"批量{level.value}", _named(actor, ids), act, within, clock.now(), key, unknown)
