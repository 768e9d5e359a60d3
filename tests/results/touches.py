"""What people do to a sample after its results were imported, each of which keeps it from being undone."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from app import clock, history
from app.db import session, transaction
from app.decisions.models import VerdictDecision
from app.disposal import operations as disposal
from app.disposal.models import DisposalCase
from app.domain.result_kinds import Choice, DecisionKind
from app.domain.samples import Verdict
from app.domain.workflow import BatchStep, DecisionState, SampleStep, UrgentState
from app.history import Move
from app.results.models import ImportBatch, ImportConflict, ResultRow
from app.reviews.models import ResultReturn
from app.sampling.models import Sample
from app.urgent.models import UrgentReport
from tests.results.material import rows_of, sample_named

ONE = "XC26120119460010001"


def claimed(office: Any) -> None:
    case = session().scalars(sa.select(DisposalCase).execution_options(populate_existing=True)).one()
    with transaction():
        disposal.claim(case, office.actor("county:办案人"), clock.now())


def corrected(office: Any) -> None:
    sample = session().scalars(sa.select(Sample).where(Sample.number == ONE)).one()
    with transaction():
        history.advance_many(
            Sample, SampleStep.CORRECT, office.actor("county:抽样员"), [Move(sample)], comment="名称写错"
        )


def voided(office: Any) -> None:
    sample = session().scalars(sa.select(Sample).where(Sample.number == ONE)).one()
    with transaction():
        history.advance_many(Sample, SampleStep.VOID, office.actor("county:抽样员"), [Move(sample)], comment="重复登记")


def decided(office: Any) -> None:
    row = rows_of(ONE)[0]
    people = [office.people[f"county:{name}"].id for name in ("审核人", "另一审核人")]
    with transaction():
        session().add(VerdictDecision(
            org_id=office.orgs["county"].id, sample_id=row["sample_id"], report_id=row["report_id"], result_row_id=row["id"],
            item=row["item"], kind=DecisionKind.OVERRIDE, our_verdict=row["our_verdict"], before=row["verdict"],
            before_pending=False, proposed=Verdict.PASS, reason="原始记录有误", state=DecisionState.DECIDED,
            proposed_by_id=people[0], proposed_at=clock.now(), decided_by_id=people[1], decided_at=clock.now(),
        ))  # fmt: skip


def decided_before(office: Any) -> None:
    """A row whose verdict two people decided, whatever became of their decision."""
    with transaction():
        session().execute(sa.update(ResultRow).where(ResultRow.sample_id == sample_named(ONE)["id"]).values(decided_at=clock.now()))


def told(office: Any) -> None:
    sample, now = sample_named(ONE), clock.now()
    with transaction():
        session().add(UrgentReport(
            org_id=sample["org_id"], sample_id=sample["id"], number="XS-1", state=UrgentState.REPORTED, items="毒死蜱",
            trigger="超标", confirmed_at=now, due_at=now, reported_at=now, created_at=now,
        ))  # fmt: skip


def sent_back(office: Any) -> None:
    row = rows_of(ONE)[0]
    with transaction():
        session().add(ResultReturn(
            org_id=row["org_id"], sample_id=row["sample_id"], report_id=row["report_id"], reason="结论写错", returned_at=clock.now(),
        ))  # fmt: skip


def settled(office: Any) -> None:
    """A later file is staged, not yet confirmed, and somebody has decided what of it shall stand against this import."""
    sample, now = sample_named(ONE), clock.now()
    with transaction():
        later = ImportBatch(
            org_id=sample["org_id"], kind="results", layout="lab", filename="later.csv", sha256="0" * 64, created_at=now,
        )  # fmt: skip
        history.advance(later, BatchStep.STAGE, office.actor("county:统计员"))
        session().add(ImportConflict(
            org_id=sample["org_id"], import_batch_id=later.id, sample_id=sample["id"], number=ONE, report_no="BG0001",
            item="毒死蜱", field="result", choice=Choice.OURS, reason="以我为准", decided_at=now, recorded_at=now,
        ))  # fmt: skip
