"""Corrections (更正): what changed of a sheet, who owns it now, and the facts and cases that follow from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app import history
from app.db import session
from app.decisions.models import VerdictDecision
from app.disposal.models import DisposalCase
from app.domain import facts as rules
from app.domain.actors import Actor
from app.domain.case_kinds import RippleCause
from app.domain.facts import Conclusion
from app.domain.samples import Supervision
from app.domain.workflow import SampleState, SampleStep
from app.enterprises.models import Enterprise
from app.errors import NotAllowedNow, NotLikeThis
from app.organisations.models import Organisation
from app.reference_data.books import category_book, region_book
from app.results.models import OverturnedVerdict, ResultReport, ResultRow
from app.ripples import operations as ripples
from app.sampling import personal
from app.sampling.columns import title
from app.sampling.creating import link_enterprises, note_words
from app.sampling.facts import draft_of, facts_in_force, write_facts
from app.sampling.models import PersonalDatum, Sample, SampleReturn
from app.sampling.returning import resolve
from app.sampling.search import FOUND_BY, search_text_of
from app.sampling.sheet_draft import SheetDraft, columns_of
from app.urgent import following
from app.urgent.models import UrgentReport

CORRECTED, REVIVED = "更正", "恢复"
FIXED = ("number", "state", "extra")  # the number is the sample's name; ``extra`` is merged key by key
# What a text was resolved to stays as it was while the text stays: somebody may have decided it since.
RESOLVED: Mapping[str, tuple[str, ...]] = {
    "category_id": ("category_written",),
    "domain": ("category_written",),
    "region_id": ("sampled_region_written",),
    "org_id": ("sampled_region_written",),
    "producer_region_id": ("producer_region_written",),
    "organiser_org_id": ("task_source",),
    "laboratory_org_id": ("laboratory",),
    "organiser_level": ("report_class_a",),
    "sampled_enterprise_id": ("sampled_credit_code",),
    "producer_id": ("producer_name",),
    "expires_on": ("made_on", "shelf_life"),
}
IN_FACTS = ("org_id", "purpose", "domain", "category_id", "region_id", "link", "organiser_level", "sampled_on")
NO_LONGER_FAILING = "抽样单信息更正后，检验结论不再是不合格"
Changes = dict[str, tuple[Any, Any]]


def differences(sample: Any, draft: SheetDraft, *, blank: bool) -> Changes:
    """Columns of the sample that the draft says otherwise. With ``blank`` an empty field of the draft empties it."""
    wanted = columns_of(draft)
    differing: Changes = {}
    for name, value in wanted.items():
        if name in FIXED or (value is None and not blank):
            continue
        if getattr(sample, name) != value:
            differing[name] = (getattr(sample, name), value)
    for name, texts in RESOLVED.items():
        said_so = name == "producer_id" and draft.producer_credit_code
        if name in differing and not said_so and not any(text in differing for text in texts):
            del differing[name]
    return differing


def extra_differences(sample: Any, draft: SheetDraft) -> Changes:
    """Columns without a field of ours that the draft says otherwise."""
    known = sample.extra or {}
    return {name: (known.get(name), text) for name, text in (draft.extra or {}).items() if known.get(name) != text}


def in_words(changes: Changes) -> Changes:
    """The differences as people read them: names for ids, the words of the form for columns."""
    return {title(name): (_named(name, before), _named(name, after)) for name, (before, after) in changes.items()}


def _named(name: str, value: Any) -> Any:
    if value is None or not name.endswith("_id"):
        return value
    if name == "category_id":
        return category_book().by_id(value).path
    if name in ("region_id", "producer_region_id"):
        return region_book().full_name(value)
    model = Organisation if name.endswith("org_id") else Enterprise
    return session().scalar(sa.select(model.name).where(model.id == value))


def correct(
    sample: Sample, draft: SheetDraft, actor: Actor, reason: str, at: datetime, *, seen: int | None = None,
    blank: bool = True,
) -> Changes:  # fmt: skip
    """Take over what the draft says otherwise; before and after go into history.

    Raises NotAllowedNow when the sample was changed since ``seen``, NotLikeThis when nothing differs.
    """
    if seen is not None and seen != sample.version:
        raise NotAllowedNow("该样品已被他人修改，请刷新页面核对后再保存；您填写的内容仍保留在表单中")
    link_enterprises([draft])
    changes = differences(sample, draft, blank=blank)
    beside = extra_differences(sample, draft)
    people = personal.replace(sample, draft.personal)
    if not (changes or beside or people):
        raise NotLikeThis("内容没有变化，未保存")
    for name, (_, value) in changes.items():
        setattr(sample, name, value)
    if beside:
        sample.extra = {**(sample.extra or {}), **{name: value for name, (_, value) in beside.items()}}
    sample.search_text = search_text_of({name: getattr(sample, name) for name in FOUND_BY})
    told = in_words(changes) | beside | people
    returned = sample.state is SampleState.RETURNED
    history.advance(sample, SampleStep.CORRECT, actor, comment=reason, changes=told)
    if returned:
        resolve(sample.id, at)
    note_words([draft])
    if "org_id" in changes:
        _move(sample)
    if sample.state is SampleState.REPORTED and any(name in changes for name in IN_FACTS):
        renew_facts(sample, actor, at, CORRECTED)
    return told


def _move(sample: Sample) -> None:
    """Another bureau's sheet now: what hangs on it goes along."""
    for model, where in (
        (ResultReport, ResultReport.sample_id == sample.id),
        (ResultRow, ResultRow.sample_id == sample.id),
        (OverturnedVerdict, OverturnedVerdict.sample_id == sample.id),
        (SampleReturn, SampleReturn.sample_id == sample.id),
        (VerdictDecision, VerdictDecision.sample_id == sample.id),
        (UrgentReport, UrgentReport.sample_id == sample.id),
        (PersonalDatum, sa.and_(PersonalDatum.subject_kind == Sample.__tablename__, PersonalDatum.subject_id == sample.id)),
    ):
        session().execute(sa.update(model).where(where).values(org_id=sample.org_id))


def rows_in_force(sample_id: int) -> tuple[Sequence[ResultRow], Any]:
    """The result rows of reports that nothing has superseded, and the newest report date."""
    rows = session().scalars(
        sa.select(ResultRow)
        .join(ResultReport, ResultReport.id == ResultRow.report_id)
        .where(ResultRow.sample_id == sample_id, ResultReport.superseded_at.is_(None))
        .order_by(ResultRow.id)
    ).all()
    newest = session().scalar(
        sa.select(sa.func.max(ResultReport.reported_on)).where(
            ResultReport.sample_id == sample_id, ResultReport.superseded_at.is_(None)
        )
    )
    return rows, newest


def renew_facts(sample: Sample, actor: Actor, at: datetime, basis: str) -> Conclusion:
    """A new version of the facts from the rows in force; lists get their copy, and the cases follow the conclusion."""
    from app.disposal import operations as disposal

    before = sample.supervision
    rows, reported_on = rows_in_force(sample.id)
    conclusion = rules.conclude(rows, sample.purpose)
    sample.supervision, sample.monitoring = conclusion.supervision, conclusion.monitoring
    sample.reported_on, sample.pending_items = reported_on, sum(row.pending for row in rows)
    session().flush()
    known = facts_in_force([sample.id]).get(sample.id)
    draft = draft_of(
        sample, conclusion, reported_on=reported_on, has_residue=rules.has_residue(row.item_class for row in rows),
        basis=basis, counts_for_producer=known.counts_for_producer if known else True,
    )  # fmt: skip
    write_facts([draft], at)
    cancelled: list[DisposalCase] = []
    if conclusion.supervision is Supervision.FAIL:
        disposal.open_for_samples([sample.id], actor, at)
    else:
        cancelled = disposal.cancel_for_samples([sample.id], actor, NO_LONGER_FAILING)
    following.follow([sample.id], actor, at)
    ripples.spread(
        sample, RippleCause.CORRECTION, actor, at, source=None, before=before, after=conclusion.supervision,
        why=f"抽样单信息{basis}", cancelled=cancelled,
    )  # fmt: skip
    return conclusion
