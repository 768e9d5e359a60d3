"""Batches that passed and failed, a list of them in any state, and the commands."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.datastructures import FileStorage

from app import clock, uploads
from app.db import session, transaction
from app.domain.case_kinds import RippleCause
from app.domain.publications import FOREWORD, Remedy
from app.domain.reporting_kinds import PublicList
from app.domain.reporting_states import PublicationState
from app.domain.samples import Supervision, Verdict
from app.publications import candidates, correcting, operations
from app.publications.models import Publication, PublicationItem
from app.publications.operations import Issue, Wording
from app.results import operations as results
from app.results import overturning, staging
from app.results.models import ResultReport, ResultRow
from app.results.staging import Options
from app.retests.models import Retest
from app.sampling.models import Sample
from tests.decisions.conftest import as_csv
from tests.disposal.conftest import build_batch
from tests.results.material import lab_row, register_sample

PASSED, SECOND, FAILED, OTHER = (f"XC2612011946001000{place}" for place in range(1, 5))
REPORTED = date(2026, 10, 12)
TODAY = date(2026, 11, 20)
HANDLER, REVIEWER, SECOND_REVIEWER = "county:办案人", "county:审核人", "county:另一审核人"
S = PublicationState


def import_reports(office: Any, rows: Sequence[dict[str, str]], name: str, reported_on: date = REPORTED) -> None:
    """These rows of the laboratory's sheet, reported on this day."""
    actor = office.actor("county:统计员")
    filename, sha256 = uploads.keep(FileStorage(BytesIO(as_csv(rows)), name))
    options = Options(reported_on=reported_on)
    with transaction():
        staged = results.stage(actor, filename, sha256, staging.prepare_file(actor, sha256, filename, options), clock.now())
    with transaction():
        results.confirm(staged.batch, staging.prepare_file(actor, sha256, filename, options), actor, clock.now())


def batch(office: Any, number: str, result: str = "0.01", verdict: str = "合格项", on: date = REPORTED, **columns: Any) -> int:
    """A reported batch; returns the sample's id."""
    sample_id = register_sample(office, number, **{"sampled_on": date(2026, 10, 8), "producer_name": "武隆区青山食品厂", **columns})
    import_reports(office, [lab_row(number, "毒死蜱", result, verdict), lab_row(number, "铅", "0.1")], f"{number}.csv", on)
    return sample_id


def failing(office: Any, number: str = FAILED, **columns: Any) -> int:
    """Reported so long ago that every term has ended."""
    return batch(office, number, "0.9", "不合格项", **columns)


def fresh(publication_id: int) -> Publication:
    session().expire_all()
    return session().get_one(Publication, publication_id)


def items_of(publication: Publication) -> list[PublicationItem]:
    session().expire_all()
    statement = sa.select(PublicationItem).where(PublicationItem.publication_id == publication.id)
    return list(session().scalars(statement.order_by(PublicationItem.id)))


def draft(office: Any, kind: PublicList = PublicList.FAILED, who: str = HANDLER, **given: Any) -> Publication:
    with transaction():
        return drafted(office, kind, who, **given)


def drafted(office: Any, kind: PublicList, who: str = HANDLER, **given: Any) -> Publication:
    """Inside a transaction."""
    return operations.draft(kind, Wording(f"{kind.value}公告", FOREWORD), candidates.Filters(), office.actor(who), clock.now(), **given)


def go(office: Any, made: Publication, to: PublicationState, number: str = "2026年第1号", on: date = TODAY) -> Publication:
    """From a draft to this state, by the people who may."""
    with transaction():
        taken(office, fresh(made.id), to, number, on)
    return fresh(made.id)


def taken(office: Any, found: Publication, to: PublicationState, number: str, on: date = TODAY) -> None:
    """Inside a transaction."""
    handler, reviewer = office.actor(HANDLER), office.actor(REVIEWER)
    if to is S.VOIDED:
        operations.void(found, handler, "重复起草")
    elif to is not S.DRAFT:
        operations.submit(found, handler, clock.now())
    if to not in (S.DRAFT, S.VOIDED, S.SUBMITTED):
        operations.approve(found, reviewer, clock.now())
    if to in (S.PUBLISHED, S.WITHDRAWN):
        operations.publish(found, Issue(on, "本局门户网站", number, "https://example.gov.cn/1"), handler, clock.now())
    if to is S.WITHDRAWN:
        operations.withdraw(found, "清单有误", on, reviewer, clock.now())


def standing(office: Any, state: PublicationState) -> Publication:
    """For the test of every arrow, inside a transaction: one passed batch in a list of this state."""
    build_batch(office, PASSED, supervision=Supervision.PASS, sampled_on=date(2026, 10, 8), reported_on=REPORTED)
    made = drafted(office, PublicList.PASSED)
    taken(office, made, state, "2026年第1号")
    return made


def correct(office: Any, original: Publication, remedy: Remedy, *numbers: str, reason: str = "复检合格，原检验结论已变更") -> Publication:
    """Drafted, approved and published."""
    ids = [one.id for one in items_of(original) if one.sample_number in numbers]
    with transaction():
        made = correcting.draft(fresh(original.id), correcting.Wish(remedy, ids, reason), office.actor(HANDLER), clock.now())
    return go(office, made, S.PUBLISHED, f"2026年第{made.id + 100}号")


def overturn(office: Any, sample_id: int, verdict: Verdict = Verdict.PASS) -> Any:
    """复检合格: the failing row of the sample passes."""
    row_id = session().scalars(
        sa.select(ResultRow.id)
        .join(ResultReport, ResultReport.id == ResultRow.report_id)
        .where(ResultRow.sample_id == sample_id, ResultRow.item == "毒死蜱", ResultReport.superseded_at.is_(None))
    ).one()
    source = session().scalars(sa.select(Retest).where(Retest.sample_id == sample_id)).first()
    with transaction():
        sample = session().get_one(Sample, sample_id)
        return overturning.overturn(
            sample, {row_id: verdict}, office.actor(REVIEWER), clock.now(), basis="复检", cause=RippleCause.RETEST, source=source,
            reason="复检合格",
        )  # fmt: skip


@pytest.fixture
def people(sign_in: Any, office: Any) -> Callable[[str], Any]:
    clients: dict[str, Any] = {}
    return lambda name: clients.setdefault(name, sign_in(office.people[name]))


@pytest.fixture
def run(app: Flask) -> Callable[..., tuple[int, Any, str]]:
    """A command of a person: exit status, JSON, what was said."""

    def go_(person: str, *words: str) -> tuple[int, Any, str]:
        result = app.test_cli_runner().invoke(args=["publications", *words, "--as", person, "--json"])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, json.loads(result.stdout) if result.stdout.strip() else None, result.stderr

    return go_


