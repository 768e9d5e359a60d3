"""One office with a record of every kind in every relation to its people (本人、同科室、他科室、下级、上级、外单位、已作废……).

Made once a test process and copied for each role: in the copy the records of 本人 are in the hands of that role's person.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from app import clock
from app.accounts.models import AccountGrant, User, UserCertificate, UserPosition, UserRole, UserSession
from app.accounts.sessions import token_hash
from app.api.models import ApiKey
from app.api.operations import hash_of
from app.assignments.models import AssignmentMember
from app.db import Base, session
from app.delegations.models import Delegation
from app.domain.actors import Role
from app.domain.api_keys import ApiScope
from app.domain.trust_kinds import ChangeKind
from app.domain.trust_states import ChangeState
from app.domain.workflow import BatchState
from app.indicators.models import Plan
from app.jobs import Job, JobStatus
from app.organisations.models import Organisation, OrganisationKind
from app.random_inspections.models import Inspector
from app.reference_changes.models import ReferenceChange
from app.reference_data.models import FoodCategory, Region, UnknownWord
from app.results.models import ImportBatch
from app.sampling.models import FormDraft, SheetTemplate
from app.transfers.models import CaseTransfer
from tests.conftest import Office
from tests.security import rows
from tests.security.rows import DAY, NOW, add, sample
from tests.security.rows_of_cases import of_disposal
from tests.security.rows_of_office import of_laboratories, of_reporting, of_trust, one_of_each, plans_and_work
from tests.security.rows_of_supervision import of_supervision

FOREIGN = "other organisation"
FOREIGN_IDS = re.compile(rb"(?<!\d)70\d\d000(?!\d)")
FOREIGN_WORD = "外单位暗号"
NOT_SECRET = (ReferenceChange, User, Organisation)  # what every office works by, and who works where
WORDS = (
    "name", "title", "product_name", "enterprise_name", "party_name", "applicant", "recipient", "subject", "text", "body", "content",
    "reason", "note", "description", "matter", "requirement", "subject_name", "sampled_name", "search_text",
)  # fmt: skip

# ownership -> (whose, in whose hands, tested by); the actor works at the county, 科室 "食品监管科"
OWNERSHIPS: dict[str, tuple[str, str, str]] = {
    "own": ("county", "county:办案人", "lab"),
    "same department": ("county", "county:另一办案人", "lab"),
    "other department": ("county", "county:另一审核人", "lab"),
    "below": ("station", "station:办案人", "otherlab"),
    "above": ("city", "city:办案人", "otherlab"),
    "voided": ("county", "county:办案人", "lab"),
    "laboratory": ("lab", "lab:承检机构", "lab"),
    "other laboratory": ("otherlab", "otherlab:承检机构", "otherlab"),
    FOREIGN: ("other", "other:办案人", "otherlab"),  # the last: its ids and words stand out wherever they are shown
}
BATCHES = ("samples", "enterprises", "rapid_tests", "risk_profiles", "announcements", "inspectors", "plan_quotas")
JOBS = (
    "import_stage", "enterprise_stage", "announcements_stage", "make_dossier", "make_return", "review_approve",
)  # fmt: skip
HANDS = (
    "handler_id", "created_by_id", "submitted_by_id", "proposed_by_id", "asked_by_id", "committed_by_id", "user_id", "lead_id",
    "from_user_id",
)  # fmt: skip
NO_HANDS = dict.fromkeys((AccountGrant, UserCertificate, ApiKey, Inspector), "user_id")  # whom it is about, not whose work it is
Manifest = dict[str, dict[str, int]]


def key_of(row: Any) -> str:
    """What the table of kinds calls this row: its model, and its sort where one table holds several."""
    sort = f":{row.kind}" if isinstance(row, (ImportBatch, Job)) else ":setting" if is_setting(row) else ""
    return type(row).__name__ + sort


def is_setting(row: Any) -> bool:
    return isinstance(row, ReferenceChange) and row.kind is ChangeKind.SETTING


def person_of(role: Role) -> str:
    return f"lab:{role.value}" if role is Role.LABORATORY else f"county:{role.value}"


def furnish(office: Office) -> Manifest:
    """Write the records; runs inside a transaction."""
    region = session().scalars(sa.select(Region.id).order_by(Region.id).limit(1)).one()
    category = session().scalars(sa.select(FoodCategory.id).order_by(FoodCategory.id).limit(1)).one()
    plan = add(Plan(code="p", name="p", region_id=region, from_year=2026, to_year=2030, source="x", recorded_at=NOW)).id
    add(UnknownWord(kind="category", written="x", first_seen_at=NOW))
    departments(office)
    manifest: Manifest = {}
    for ownership in OWNERSHIPS:
        with collected() as made, standing_out(ownership):
            one_owner(office, ownership, region, plan, category)
        if ownership == FOREIGN:
            worded(made)
        last = ownership == "above"  # of what the office above has planned, what it has issued
        manifest[ownership] = {key_of(row): row.id for row in (made if last else reversed(made))}
        manifest[ownership] |= of_people(office, ownership)
    return manifest


@contextmanager
def standing_out(ownership: str) -> Iterator[None]:
    """The records of the other organisation have ids that nothing else has."""
    if ownership != FOREIGN:
        yield
        return
    rows.NUMBERED.append(itertools.count(7_000_000, 1000))
    try:
        yield
    finally:
        rows.NUMBERED.pop()


def worded(made: Iterable[Any]) -> None:
    """Write the word of the other organisation into whatever these rows say."""
    for row in made:
        table = type(row).__table__
        said = [name for name in WORDS if name in table.c and isinstance(table.c[name].type, sa.String | sa.Text)]
        said = [name for name in said if not isinstance(table.c[name].type, sa.Enum)]
        if said and hasattr(row, "org_id") and not isinstance(row, NOT_SECRET):
            session().execute(sa.update(table).where(table.c.id == row.id).values(dict.fromkeys(said, f"{FOREIGN_WORD}{row.id}")))
        if isinstance(row, CaseTransfer):
            session().execute(sa.update(table).where(table.c.id == row.id).values(to_org_id=None))


@contextmanager
def collected() -> Iterator[list[Base]]:
    made: list[Base] = []

    def seen(current: Any, row: Base) -> None:
        made.append(row)

    sa.event.listen(session(), "pending_to_persistent", seen)
    try:
        yield made
    finally:
        sa.event.remove(session(), "pending_to_persistent", seen)


def departments(office: Office) -> None:
    """任职: the persons of the matrix and 另一办案人 in one section, 另一审核人 in another."""
    for name, user in office.people.items():
        if name.startswith("county:"):
            section = "稽查科" if name == "county:另一审核人" else "食品监管科"
            add(UserPosition(user_id=user.id, org_id=user.org_id, department=section, main=True, from_on=DAY, recorded_at=NOW))


def one_owner(office: Office, ownership: str, region: int, plan: int, category: int) -> None:
    place, hand, tested_by = OWNERSHIPS[ownership]
    org, user, laboratory = office.orgs[place].id, office.people[hand].id, office.orgs[tested_by].id
    tag = f"-{ownership}"
    taken = sample(f"XBJ{list(OWNERSHIPS).index(ownership)}", org, None, laboratory)
    plans_and_work(org, region, category, laboratory, tag)
    batch = one_of_each(org, user, region, plan, tag)
    of_laboratories(org, user, batch, laboratory, tag)
    of_disposal(org, taken.id, tag)
    of_supervision(org, region, tag)
    of_reporting(org, user, region, plan, taken.id, tag)
    of_trust(org, user, tag)
    of_imports(org, user, tag)
    of_one_person(org, user, tag)


def of_imports(org: int, user: int, tag: str) -> None:
    for kind in BATCHES:
        staged = {"state": BatchState.STAGED, "filename": f"{kind}.xlsx", "sha256": "0" * 64}
        add(ImportBatch(org_id=org, kind=kind, layout="x", **staged, created_at=NOW, created_by_id=user))
    for kind in JOBS:
        add(Job(org_id=org, kind=kind, payload={}, status=JobStatus.DONE, created_at=NOW, created_by_id=user))


def of_one_person(org: int, user: int, tag: str) -> None:
    """A draft, a template, an open session, a change of a setting that he proposed."""
    add(FormDraft(org_id=org, user_id=user, draft_key=f"k{tag}", form="sheet", fields={}, saved_at=NOW))
    add(SheetTemplate(org_id=org, user_id=user, name=f"t{tag}", shared=True, fields={}, created_at=NOW))
    lasting = {"created_at": NOW, "seen_at": NOW, "until": NOW.replace(year=NOW.year + 1)}
    add(UserSession(user_id=user, token_hash=token_hash(f"x{tag}"), **lasting))
    payload = {"act": "setting", "values": {"name": "IDLE_MINUTES", "value": "20"}, "base": ""}
    changed = {"title": "x", "payload": payload, "effect": {}, "reason": "x", "state": ChangeState.PROPOSED, "proposed_at": NOW}
    add(ReferenceChange(org_id=org, number=f"S{tag}", kind=ChangeKind.SETTING, subject_key="x", proposed_by_id=user, **changed))


def of_people(office: Office, ownership: str) -> dict[str, int]:
    """Accounts and organisations are records, too."""
    place, hand, _ = OWNERSHIPS[ownership]
    if ownership != "voided":
        return {"User": office.people[hand].id, "Organisation": office.orgs[place].id}
    county = office.orgs["county"]
    gone = add(
        User(
            org_id=county.id, username="county-gone", name="另一停用人员", password_hash="!", must_change=False, failed_count=0,
            active=False, created_at=NOW, grants=[UserRole(role=Role.SAMPLER)],
        )
    )
    closed = add(
        Organisation(
            code="120119S9", name="已撤销所", kind=OrganisationKind.STATION, parent_id=county.id, path="/", enabled_on=DAY, active=False,
            created_at=NOW,
        )
    )
    closed.path = f"{county.path}{closed.id}/"
    return {"User": gone.id, "Organisation": closed.id}


def hand_over(manifest: Manifest, office: Office, role: Role, models: dict[str, type[Any]]) -> None:
    """In this copy of the office the records of 本人, and the voided ones, are in the hands of the role's person."""
    person = office.people[person_of(role)].id
    for ownership in ("own", "voided"):
        for key, row_id in manifest[ownership].items():
            model = models[key.split(":")[0]]
            table = model.__table__
            hands = {name: person for name in HANDS if name in table.c and NO_HANDS.get(model) != name}
            if model is Delegation:
                hands["to_user_id"] = office.people["county:另一审核人"].id
            if hands and model not in (User, UserSession):
                session().execute(sa.update(table).where(table.c.id == row_id).values(hands))
            if key == "SamplingAssignment":
                add(AssignmentMember(org_id=office.orgs["county"].id, assignment_id=row_id, user_id=person))
            if key == "UserSession":
                session().execute(sa.update(table).where(table.c.id == row_id).values(user_id=person))
    manifest["own"]["User"] = person


def key_for(office: Office, role: Role) -> str:
    """A key of every scope, whatever roles its user has come to hold."""
    user = office.people[person_of(role)]
    written = f"shian_{'k' * 10}_{'s' * 40}"
    add(
        ApiKey(
            org_id=user.org_id, user_id=user.id, name="matrix", prefix="k" * 10, secret_sha256=hash_of(written),
            scopes=[scope.value for scope in ApiScope], per_minute=6000, created_at=clock.now(),
        )
    )
    return f"Bearer {written}"
