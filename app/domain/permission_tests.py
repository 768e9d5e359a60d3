"""The tests that clauses of permissions are made of (权限判断条件): of the actor's roles, and of his relation to the subject.

A test takes the actor and the subject (None for permissions that are about no single record). A row that lacks an attribute is a
programming error and fails loudly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from app.domain.actors import BUREAU_STAFF, Actor, Role

Test = Callable[[Actor, Any], bool]
Clause = Sequence[Test]


def anybody(actor: Actor, subject: Any) -> bool:
    return True


def holding(*roles: Role) -> Test:
    def holds(actor: Actor, subject: Any) -> bool:
        return actor.has(*roles)

    return holds


is_staff = holding(*BUREAU_STAFF)
is_sampler = holding(Role.SAMPLER)
is_handler = holding(Role.HANDLER)
is_reviewer = holding(Role.REVIEWER, Role.LEADER)
is_leader = holding(Role.LEADER)
is_legal = holding(Role.LEGAL)
is_statistician = holding(Role.STATISTICIAN)
is_laboratory = holding(Role.LABORATORY)
is_system_admin = holding(Role.SYSTEM_ADMIN)
is_security_admin = holding(Role.SECURITY_ADMIN)
is_audit_admin = holding(Role.AUDIT_ADMIN)
samples_or_counts = holding(Role.SAMPLER, Role.STATISTICIAN)
reviews_or_counts = holding(Role.REVIEWER, Role.STATISTICIAN)


def in_reach(actor: Actor, subject: Any) -> bool:
    """The record belongs to the actor's organisation or to one below it."""
    return subject.org_id in actor.reach


def organised_by_us(actor: Actor, subject: Any) -> bool:
    """The sampling was organised (部署) by the actor's organisation or one below it."""
    return subject.organiser_org_id is not None and subject.organiser_org_id in actor.reach


def tested_by_us(actor: Actor, subject: Any) -> bool:
    """The sample was tested by the actor's laboratory."""
    return subject.laboratory_org_id is not None and subject.laboratory_org_id in actor.reach


def has_our_case(actor: Actor, subject: Any) -> bool:
    """A disposal case of the sample belongs to us: read-only sight of the sample."""
    return any(org_id in actor.reach for org_id in subject.case_org_ids)


def is_uploader(actor: Actor, subject: Any) -> bool:
    return subject.created_by_id is not None and subject.created_by_id == actor.user_id


def is_case_handler(actor: Actor, subject: Any) -> bool:
    """The case is in this actor's hands; the local operator of the command line stands in for nobody."""
    return subject.handler_id is not None and subject.handler_id == actor.user_id


def is_submitter(actor: Actor, subject: Any) -> bool:
    return subject.submitted_by_id is not None and subject.submitted_by_id == actor.user_id


def not_own_submission(actor: Actor, subject: Any) -> bool:
    """经办与审核不得为同一人: neither the submitter nor the handler may approve, nor whoever had the case in hand before."""
    named = {subject.submitted_by_id, subject.handler_id}
    return actor.user_id is not None and actor.user_id not in named and not has_handled(subject.hands, actor.user_id)


def has_handled(hands: str | None, user_id: int) -> bool:
    """Is this person among those who have ever had it in hand ("/3/17/")?"""
    return f"/{user_id}/" in (hands or "")


def with_hand(hands: str | None, user_id: int | None) -> str | None:
    """The list of hands with one more."""
    if user_id is None or has_handled(hands, user_id):
        return hands
    return f"{hands or '/'}{user_id}/"


def handed_down(actor: Actor, subject: Any) -> bool:
    """An issued plan of an organisation above the actor's: the county reads what the city has planned."""
    return subject.issued_at is not None and str(subject.org_id) in actor.org_path.split("/")


def is_member(actor: Actor, subject: Any) -> bool:
    """The actor belongs to the team of this task."""
    return actor.user_id is not None and actor.user_id in subject.member_ids


def not_own_plan(actor: Actor, subject: Any) -> bool:
    """编制与审核不得为同一人."""
    return actor.user_id is not None and actor.user_id != subject.submitted_by_id


def not_own_request(actor: Actor, subject: Any) -> bool:
    """申请与审批不得为同一人."""
    return actor.user_id is not None and actor.user_id != subject.asked_by_id


def not_own_result(actor: Actor, subject: Any) -> bool:
    """填报、校核、批准不得为同一人."""
    return actor.user_id is not None and actor.user_id not in {subject.submitted_by_id, subject.checked_by_id}


def not_own_proposal(actor: Actor, subject: Any) -> bool:
    """提出与审定不得为同一人."""
    return actor.user_id is not None and actor.user_id != subject.proposed_by_id


def of_security(actor: Actor, subject: Any) -> bool:
    """A change of a setting that belongs to the security of the system."""
    return bool(subject.of_security)


def of_business(actor: Actor, subject: Any) -> bool:
    """Any other change of the reference data or the settings."""
    return not subject.of_security


def not_own_return(actor: Actor, subject: Any) -> bool:
    """制表、审核与审批不得为同一人."""
    return actor.user_id is not None and actor.user_id not in {subject.created_by_id, subject.checked_by_id}


def is_addressee(actor: Actor, subject: Any) -> bool:
    """The message was sent to this person."""
    return subject.user_id is not None and subject.user_id == actor.user_id


def not_own_penalty(actor: Actor, subject: Any) -> bool:
    """调查与审核、审批不得为同一人: neither the handler nor the proposer, nor whoever has passed it on before."""
    return actor.user_id is not None and actor.user_id not in {
        subject.handler_id, subject.proposed_by_id, subject.reviewed_by_id, subject.legal_by_id, subject.reviewed_for_id,
        subject.legal_for_id,
    } and not has_handled(subject.hands, actor.user_id)  # fmt: skip


def not_passed_on(actor: Actor, subject: Any) -> bool:
    """Whoever passed the case on to the leader does not decide it as well, nor he in whose name that was done."""
    return actor.user_id is not None and actor.user_id not in {subject.forwarded_by_id, subject.forwarded_for_id}


def addressed_to_us(actor: Actor, subject: Any) -> bool:
    """Sent to the actor's organisation or one below it."""
    return subject.to_org_id is not None and subject.to_org_id in actor.reach


def is_inspector(actor: Actor, subject: Any) -> bool:
    """The actor is one of the two inspectors of this inspection."""
    return actor.user_id is not None and actor.user_id in {subject.lead_id, subject.second_id}


def from_above(actor: Actor, subject: Any) -> bool:
    """Of an organisation above the actor's: the county works by the rules of the city."""
    return str(subject.org_id) in actor.org_path.split("/")


def is_delegator(actor: Actor, subject: Any) -> bool:
    return subject.from_user_id is not None and subject.from_user_id == actor.user_id


def is_proposer(actor: Actor, subject: Any) -> bool:
    return subject.proposed_by_id is not None and subject.proposed_by_id == actor.user_id


def is_signer(actor: Actor, subject: Any) -> bool:
    """The actor has signed it, or somebody has in his name."""
    return actor.user_id is not None and actor.user_id in {subject.user_id, subject.for_user_id}


def is_on_record(actor: Actor, subject: Any) -> bool:
    """The actor handles, submitted, proposed or drew up the record that was signed."""
    return actor.user_id is not None and actor.user_id in subject.officer_ids


def not_self(actor: Actor, subject: Any) -> bool:
    return bool(subject.id != actor.user_id)


# 经办与审核不得为同一人, in all its forms: under a delegation they must hold for both people, or one could approve his own work
# through the other.
TWO_PEOPLE: frozenset[Test] = frozenset(
    {
        not_own_submission, not_own_plan, not_own_request, not_own_result, not_own_proposal, not_own_penalty, not_passed_on,
        not_own_return,
    }
)  # fmt: skip
