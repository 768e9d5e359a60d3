"""A row of every kind that belongs to somebody, made for one owner: samples and what hangs on one.

Written straight into the tables, in states the workflows know, for the tests that ask who may see and do what with them. A
``tag`` tells several rows of one owner apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from app import clock
from app.attachments.models import Attachment
from app.custody.models import BackupSample, CustodyEvent, SamplePhoto, SampleSignature
from app.db import session
from app.decisions.models import VerdictDecision
from app.disposal.models import CaseMode, DisposalCase, Party
from app.domain.result_kinds import DecisionKind
from app.domain.samples import Domain, Monitoring, Purpose, Supervision, Verdict
from app.domain.sampling_kinds import CustodyKind, PhotoKind, SignatureForm, Signer
from app.domain.workflow import BackupState, CaseState, DecisionState, ReviewState, SampleState, UrgentState
from app.results.models import OverturnedVerdict, ResultReport, ResultRow
from app.reviews.models import ResultReturn, ResultReview
from app.sampling.models import BatchFact, Sample, SampleReturn
from app.urgent.models import UrgentReport

NOW = clock.now()
DAY = date(2026, 11, 2)


def day_of(tag: str) -> date:
    """A day that tells the rows of one owner apart where only a day can."""
    return DAY - timedelta(days=len(tag))


NUMBERED: list[Iterator[int]] = []  # ids that stand out, for an office's rows made while there are any


def add(row: Any) -> Any:
    if NUMBERED and hasattr(row, "org_id"):
        row.id = next(NUMBERED[-1])
    session().add(row)
    session().flush()
    return row


def sample(number: str, org: int, organiser: int | None, laboratory: int | None) -> Sample:
    made = add(
        Sample(
            org_id=org, organiser_org_id=organiser, laboratory_org_id=laboratory, number=number, state=SampleState.REPORTED,
            purpose=Purpose.SUPERVISION, domain=Domain.FOOD, product_name="米", search_text=number, created_at=NOW, sampled_on=DAY,
        )
    )
    report = add(ResultReport(org_id=org, sample_id=made.id, report_no=number, reported_on=DAY, recorded_at=NOW))
    row = add(
        ResultRow(
            org_id=org, report_id=report.id, sample_id=made.id, ordinal=1, item="铅", item_written="铅", limit_source="own",
            lab_verdict=Verdict.PASS, our_verdict=Verdict.PASS, verdict=Verdict.PASS,
        )
    )
    add(
        BatchFact(
            org_id=org, sample_id=made.id, sample_number=number, version=1, supervision=Supervision.PASS,
            monitoring=Monitoring.NONE, basis="初检", purpose=Purpose.SUPERVISION, domain=Domain.FOOD, reported_on=DAY,
            month=202611, has_residue=False, recorded_at=NOW,
        )
    )
    of_a_sample(made)
    of_its_results(made, report, row)
    return made


def of_its_results(made: Sample, report: ResultReport, row: ResultRow) -> None:
    """A submission, a return, a decision and an urgent report of one sample."""
    mine = {"org_id": made.org_id, "sample_id": made.id}
    tested = {**mine, "laboratory_org_id": made.laboratory_org_id}
    submitted = {"title": made.number, "levels": 1, "content_sha256": "0" * 64, "state": ReviewState.SUBMITTED, "submitted_at": NOW}
    add(ResultReview(**tested, **submitted))
    add(ResultReturn(**tested, report_id=report.id, reason="有误", returned_at=NOW))
    verdicts = {"our_verdict": Verdict.PASS, "before": Verdict.PASS, "before_pending": False, "proposed": Verdict.FAIL}
    add(
        VerdictDecision(
            **mine, **verdicts, report_id=report.id, result_row_id=row.id, item="铅", kind=DecisionKind.OVERRIDE, reason="x",
            state=DecisionState.PROPOSED, proposed_at=NOW,
        )
    )
    overturned = {"before": Verdict.FAIL, "before_pending": False, "after": Verdict.PASS, "basis": "复检", "reason": "x"}
    add(OverturnedVerdict(**mine, **overturned, report_id=report.id, result_row_id=row.id, item="铅", overturned_at=NOW))
    add(
        UrgentReport(
            **tested, number=f"U{made.number}", state=UrgentState.OPEN, items="铅", trigger="x", confirmed_at=NOW, due_at=NOW,
            created_at=NOW,
        )
    )


def of_a_sample(made: Sample) -> None:
    """Custody, backup, photograph, signature and return of one sample."""
    mine = {"org_id": made.org_id, "sample_id": made.id}
    add(CustodyEvent(**mine, kind=CustodyKind.TAKEN, slot="抽取", happened_at=NOW, person="甲", recorded_at=NOW))
    kept = {"state": BackupState.KEPT, "place": "备样库", "stored_on": DAY}
    add(BackupSample(**mine, laboratory_org_id=made.laboratory_org_id, **kept))
    image = {"subject_kind": "sample_photo", "sha256": "0" * 64, "filename": "x.jpg", "mime": "image/jpeg", "size": 1, "created_at": NOW}
    picture = add(Attachment(org_id=made.org_id, **image))
    add(SamplePhoto(**mine, attachment_id=picture.id, kind=PhotoKind.SAMPLE, recorded_at=NOW))
    signed = {"sheet_version": 1, "sheet_sha256": "0" * 64, "signed_at": NOW, "recorded_at": NOW, "attachment_id": picture.id}
    add(SampleSignature(**mine, signer=Signer.SAMPLED, form=SignatureForm.DRAWN, name="乙", **signed))
    add(SampleReturn(**mine, reason="保质期有误", returned_at=NOW))


def case(of: Sample, org: int, party: Party) -> None:
    add(
        DisposalCase(
            org_id=org, sample_id=of.id, number=f"{of.number}-{party.value}", party=party, mode=CaseMode.DISPOSE, state=CaseState.OPEN,
            opened_at=NOW, received_on=DAY, due_on=DAY,
        )
    )
