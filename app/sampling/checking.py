"""抽样单检查: what is found in a sheet about to be registered or corrected, and in sheets already registered.

The rules are pure (``domain.lint``, ``domain.caps``); here is what they must be told: accounts, register, custody, regions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from app import clock
from app.accounts.models import User, UserRole
from app.custody.models import CustodyEvent
from app.db import session
from app.domain.actors import Actor, Role
from app.domain.findings import Finding
from app.domain.lint import lint
from app.domain.lint_sheet import Account, Known, Registered
from app.domain.samples import Link
from app.domain.sampling_kinds import CustodyKind
from app.domain.sheet_fields import NAMES_SEPARATOR
from app.enterprises.models import Enterprise
from app.exemptions import capping
from app.reference_data.books import code_list, region_book
from app.reference_data.standing import sheet_faults
from app.results.models import ImportBatch
from app.sampling.columns import title
from app.sampling.creating import link_enterprises
from app.sampling.models import PersonalDatum, Sample
from app.sampling.sheet_draft import SheetDraft
from app.scope import below

PART = 500
RESULTS = "results"  # kind of import batch
SAMPLING_ROLES = (Role.SAMPLER, Role.STATISTICIAN, Role.HANDLER)


def sampler_names(written: str | None) -> tuple[str, ...]:
    """抽样人员 one by one, as every count per sampler reads them."""
    return tuple(part.strip() for part in NAMES_SEPARATOR.split(written or "") if part.strip())


def findings(
    draft: SheetDraft, samplers: Sequence[str], actor: Actor, today: date, *, sample_id: int | None = None,
    reported_on: date | None = None,
) -> list[Finding]:  # fmt: skip
    """Everything the rules say of this sheet, what blocks first. ``sample_id`` is the sample being corrected."""
    link_enterprises([draft])
    people = [title(name) for name in draft.personal]
    handled = [sample_id] if sample_id else []
    beside = Beside.of(actor, [(sample_id or 0, draft)], {sample_id or 0: people}, samplers, handled)
    told = lint(draft, beside.known(draft, sample_id or 0, today, tuple(samplers), reported_on))
    return sorted([*told, *capping.findings(draft, actor, sample_id=sample_id)], key=lambda finding: not finding.blocking)


def findings_of(samples: Sequence[Any], actor: Actor, today: date) -> dict[int, list[Finding]]:
    """Findings of registered samples by id, with one question per table whatever their number."""
    ids = [sample.id for sample in samples]
    online = [sample.id for sample in samples if sample.link is Link.ONLINE]
    beside = Beside.of(actor, [(sample.id, sample) for sample in samples], _people(online), custody_of=ids)
    exports = _result_exports({sample.import_batch_id for sample in samples if sample.import_batch_id})
    return {
        sample.id: lint(
            sample,
            replace(
                beside.known(sample, sample.id, today, sampler_names(sample.samplers), sample.reported_on),
                exported=sample.import_batch_id in exports,
            ),
        )
        for sample in samples
    }


def _result_exports(batch_ids: Collection[int]) -> set[int]:
    """Imports of the national result export: it brings sheets along, but not all their columns."""
    found: set[int] = set()
    for part in _parts(batch_ids):
        found.update(
            session().scalars(sa.select(ImportBatch.id).where(ImportBatch.id.in_(part), ImportBatch.kind == RESULTS))
        )
    return found


def findings_of_drafts(drafts: Sequence[SheetDraft], actor: Actor, today: date) -> list[list[Finding]]:
    """Findings of the sheets of a file, in their order. Whose accounts the samplers have is not asked of other people's sheets."""
    people = {place: [title(name) for name in draft.personal] for place, draft in enumerate(drafts)}
    beside = Beside.of(actor, list(enumerate(drafts)), people, ())
    return [
        lint(draft, replace(beside.known(draft, place, today, sampler_names(draft.samplers), None), accounts=None))
        for place, draft in enumerate(drafts)
    ]


@dataclass
class Beside:
    """What is known beside many sheets, read once."""

    enterprises: Mapping[int, Registered]
    accounts: Mapping[str, Account]
    custody: Mapping[int, Mapping[CustodyKind, date]]
    people: Mapping[int, Collection[str]]
    places: Mapping[Link, Collection[str]]
    codes: dict[int, str | None] = field(default_factory=dict)

    @classmethod
    def of(
        cls, actor: Actor, sheets: Sequence[tuple[int, Any]], people: Mapping[int, Collection[str]],
        names: Iterable[str] | None = None, custody_of: Sequence[int] = (),
    ) -> Beside:  # fmt: skip
        wanted = {number for _, sheet in sheets for number in (sheet.sampled_enterprise_id, sheet.producer_id) if number}
        if names is None:
            names = {name for _, sheet in sheets for name in sampler_names(sheet.samplers)}
        handled = list(custody_of)
        places = {link: code_list(f"抽样地点·{link.value}") for link in Link}
        called = {part for name in names for part in (name, name.partition("（")[0])}
        return cls(_enterprises(wanted), _accounts(actor, called), _custody(handled), people, places)

    def known(
        self, sheet: Any, sample_id: int, today: date, samplers: tuple[str, ...], reported_on: date | None
    ) -> Known:
        moved = self.custody.get(sample_id, {})
        return Known(
            today, samplers, self.accounts_of(samplers),
            sampled=self.enterprises.get(sheet.sampled_enterprise_id or 0),
            producer=self.enterprises.get(sheet.producer_id or 0),
            handed_over_on=moved.get(CustodyKind.HANDED_OVER), received_on=moved.get(CustodyKind.RECEIVED),
            reported_on=reported_on, county_code=self.county(sheet.region_id), personal=self.people.get(sample_id, ()),
            places=self.places, retired=sheet_faults(sheet.category_id, sheet.region_id, sheet.laboratory_org_id, sheet.sampled_on),
        )  # fmt: skip

    def accounts_of(self, samplers: Iterable[str]) -> dict[str, Account]:
        """王五（2） is the second of two people called 王五."""
        found = {name: self.accounts.get(name) or self.accounts.get(name.partition("（")[0]) for name in samplers}
        return {name: account for name, account in found.items() if account is not None}

    def county(self, region_id: int | None) -> str | None:
        if region_id is None:
            return None
        if region_id not in self.codes:
            book = region_book()
            county = book.county_of(region_id)
            self.codes[region_id] = book.code(county) if county else None
        return self.codes[region_id]


def _enterprises(ids: Collection[int]) -> dict[int, Registered]:
    found: dict[int, Registered] = {}
    columns = (Enterprise.id, Enterprise.name, Enterprise.status, Enterprise.licence_no, Enterprise.licence_until)
    for part in _parts(ids):
        for number, name, status, licence_no, until in session().execute(sa.select(*columns).where(Enterprise.id.in_(part))):
            found[number] = Registered(name, status.value, licence_no, until)
    return found


def _accounts(actor: Actor, names: Collection[str]) -> dict[str, Account]:
    """Namesakes count as one: it is enough that one of them is active and may sample. Other bureaus' people are not ours."""
    found: dict[str, Account] = {}
    for part in _parts(names):
        statement = (
            sa.select(User.name, User.active, UserRole.role)
            .join(UserRole, UserRole.user_id == User.id, isouter=True)
            .where(User.name.in_(part), below(actor, User.org_id))
        )
        for name, active, role in session().execute(statement):
            before = found.get(name, Account(False, False))
            samples = active and role in SAMPLING_ROLES
            found[name] = Account(before.active or active, before.samples or samples)
    return found


def _custody(sample_ids: Sequence[int]) -> dict[int, dict[CustodyKind, date]]:
    """The days of handing over and receipt, the last of each; voided entries say nothing."""
    found: dict[int, dict[CustodyKind, date]] = {}
    for part in _parts(sample_ids):
        statement = (
            sa.select(CustodyEvent.sample_id, CustodyEvent.kind, CustodyEvent.happened_at)
            .where(
                CustodyEvent.sample_id.in_(part), CustodyEvent.voided_at.is_(None),
                CustodyEvent.kind.in_((CustodyKind.HANDED_OVER, CustodyKind.RECEIVED)),
            )
            .order_by(CustodyEvent.id)
        )  # fmt: skip
        for sample_id, kind, at in session().execute(statement):
            found.setdefault(sample_id, {})[kind] = clock.office_time(at).date()
    return found


def _people(sample_ids: Sequence[int]) -> dict[int, list[str]]:
    """Titles, not contents, of the personal data that the sheets carry."""
    found: dict[int, list[str]] = {}
    for part in _parts(sample_ids):
        statement = sa.select(PersonalDatum.subject_id, PersonalDatum.field).where(
            PersonalDatum.subject_kind == Sample.__tablename__, PersonalDatum.subject_id.in_(part)
        )
        for sample_id, name in session().execute(statement):
            found.setdefault(sample_id, []).append(title(name))
    return found


def _parts(values: Collection[Any]) -> Iterable[Sequence[Any]]:
    ordered = sorted(values)
    return (ordered[start : start + PART] for start in range(0, len(ordered), PART))
