"""截至时点: after corrections of every kind the figures of each moment are those that were recorded at that moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app import clock
from app.authorize import local_operator
from app.db import session, transaction
from app.disposal import operations as disposal
from app.disposal import recording
from app.disposal.models import DisposalCase, Party
from app.domain.actors import Actor
from app.domain.case_kinds import RippleCause, TransferReply
from app.domain.indicators import FORMULAS, Kind, parse_filter
from app.domain.samples import Domain, Verdict
from app.domain.supervision_kinds import IncidentDomain, RandomOutcome, Severity
from app.domain.supervision_states import GradeState, IncidentState, ProgrammeState, SelfReportState
from app.domain.transfers import Answer
from app.domain.workflow import CaseState
from app.enterprises import operations as enterprises
from app.enterprises.details import details_of
from app.enterprises.models import Enterprise, EnterpriseStatus
from app.grading import operations as grading
from app.incidents import operations as incidents
from app.incidents.models import Incident
from app.indicators import records
from app.indicators.differences import between
from app.indicators.figures import Asked, answers
from app.indicators.frames import Frame, area_by_code, period
from app.indicators.records import Side
from app.inspections import finishing, publication
from app.legal_clocks import operations as legal
from app.merges import operations as merges
from app.random_inspections import operations as random_inspections
from app.random_inspections.models import RandomProgramme, RandomTarget
from app.reference_data.books import region_book
from app.results import overturning
from app.results.models import ResultRow
from app.sampling import operations as sampling
from app.self_reports import operations as self_reports
from app.self_reports.models import SelfReport
from app.self_reports.operations import Received
from app.transfers import operations as transfers
from app.transfers.models import CaseTransfer
from tests.disposal.conftest import build_batch
from tests.indicators.conftest import JIZHOU
from tests.indicators.test_register_rates import PRODUCER, Register
from tests.indicators.test_tallies import case, transfer

EARLY = datetime(2026, 6, 1)
FILTERS = {"filing_rate": "producer type = 食品生产企业", "grading_rate": "producer type = 食品生产企业"}
QUESTIONS = [
    Asked(formula, parse_filter(FILTERS.get(formula.code, ""))) for formula in FORMULAS.values() if formula.kind is not Kind.REPORTED
]


class World:
    """Records of every kind that a figure counts, and what is done to them afterwards."""

    def __init__(self, office: Any) -> None:
        self.office, self.operator = office, local_operator()
        with transaction():
            self.batches = [self.batch(n) for n in range(4)]
            register = self.register = Register(office)
            self.firms = [register.firm(name, address=name) for name in ("甲厂", "乙厂", "丙厂", "丁厂")]
            self.old = register.grade(self.firms[0])
            self.graded = register.grade(self.firms[1], number="G90")
            self.seen = [
                register.inspection(firm, date(2026, 9, 1), publish_due_on=date(2026, 10, 10), published_on=date(2026, 9, 20))
                for firm in self.firms[:3]
            ]
            self.draw = register.add(
                RandomProgramme(
                    org_id=register.org_id, number="R1", title="x", year=2026, matter="x", filters={}, created_at=EARLY,
                    from_on=date(2026, 1, 1), to_on=date(2026, 12, 31), state=ProgrammeState.DRAWN,
                )
            )  # fmt: skip
            register.add(
                RandomTarget(
                    org_id=register.org_id, programme_id=self.draw.id, enterprise_id=self.firms[0].id, drawn_rank=1,
                    inspected_on=date(2026, 5, 1), recorded_at=EARLY, outcome=RandomOutcome.CLEAR,
                )
            )  # fmt: skip
        with transaction():
            self.reports = [
                register.add(
                    SelfReport(
                        org_id=register.org_id, enterprise_id=firm.id, kind=PRODUCER, period="2026H1", due_on=date(2026, 7, 31),
                        state=SelfReportState.DUE, created_at=EARLY,
                    )
                )
                for firm in self.firms
            ]  # fmt: skip
            self.incident = register.add(
                Incident(
                    org_id=register.org_id, number="事故1", domain=IncidentDomain.FOOD, title="x", occurred_on=date(2026, 5, 1),
                    reported_on=date(2026, 5, 1), region_id=region_book().id(JIZHOU), description="x", created_at=EARLY,
                    state=IncidentState.REPORTED, proposed_by_id=office.people["county:抽样员"].id,
                )
            )  # fmt: skip
        self.open_cases()

    def batch(self, number: int) -> Any:
        days = {"sampled_on": date(2026, 6, 1), "reported_on": date(2026, 6, 20)}
        return build_batch(self.office, f"XC2612011912345000{number}", domain=Domain.FOOD, **days)

    def open_cases(self) -> None:
        handler, reviewer = (self.office.people[f"county:{name}"].id for name in ("办案人", "审核人"))
        day = date(2026, 11, 1)
        with transaction():
            disposal.open_for_samples([one.id for one in self.batches], self.operator, clock.now())
            self.cases = list(session().scalars(sa.select(DisposalCase).order_by(DisposalCase.id)))
            for one in self.cases:
                legal.restart(one, "DISP_DONE", date(2026, 7, 1), self.operator, "构造")
            ordered = {"rectify_ordered": True, "rectify_to": day, "handler_id": handler, "state": CaseState.HANDLING}
            self.lead = case(self.batches[0], Party.PRODUCTION, **ordered)
            case(
                self.batches[1], Party.PRODUCTION, state=CaseState.CLOSED, handler_id=handler, submitted_by_id=handler,
                approved_by_id=reviewer, closed_at=clock.now(), closed_on=day,
            )  # fmt: skip
            transfer(self.batches[0], self.lead, "移送1", day)
            transfer(self.batches[0], self.lead, "移送2", day)
        self.leads = list(session().scalars(sa.select(CaseTransfer).order_by(CaseTransfer.id)))

    def actor(self, name: str) -> Actor:
        found: Actor = self.office.actor(name)
        return found

    def steps(self) -> Iterator[tuple[str, Callable[[], object]]]:
        """The figure that each must move, and the step."""
        op, at = self.operator, clock.now
        statistician, handler = self.actor("county:统计员"), self.actor("county:办案人")
        failing = sa.select(ResultRow).where(ResultRow.sample_id == self.batches[0].id, ResultRow.verdict == Verdict.FAIL)
        row = session().scalars(failing).one()
        yield "disposal_rate", lambda: legal.restart(self.cases[2], "DISP_DONE", date(2026, 11, 15), op, "收到日期更正")
        yield "rectification_rate", lambda: self.record(handler, rectified_on=date(2026, 11, 10), recheck_passed=True)
        yield "rectification_rate", lambda: self.record(handler, rectify_to=date(2027, 1, 10))
        yield "transfer_handling_rate", lambda: transfers.reply(self.leads[0], Answer(TransferReply.FILED, date(2026, 11, 10)), op, at())
        yield "transfer_handling_rate", lambda: transfers.void(self.leads[1], "误登", op, at())
        yield "pass_rate", lambda: overturning.overturn(
            self.batches[0], {row.id: Verdict.PASS}, op, at(), basis="复检", cause=RippleCause.RETEST, source=None, reason="复检合格"
        )
        yield "batch_count", lambda: sampling.void(self.batches[1], op, "重复录入", at())
        yield "batch_count", lambda: sampling.revive(self.batches[1], op, at())
        yield "inspection_disclosure_rate", lambda: publication.withdraw(self.seen[0], "有误", statistician)
        yield "inspection_disclosure_rate", lambda: publication.withdraw(self.seen[1], "有误", statistician)
        yield "inspection_disclosure_rate", lambda: publication.keep_private(self.seen[1], "涉及国家秘密", statistician, at())
        yield "inspection_coverage", lambda: finishing.void(self.seen[0], "重复", op, at())
        yield "self_inspection_report_rate", lambda: self_reports.receive(self.reports[0], Received(date(2026, 11, 1)), op, at())
        yield "self_inspection_report_rate", lambda: self_reports.reopen(self.reports[0], op, "误登")
        yield "self_inspection_report_rate", lambda: self_reports.waive(self.reports[1], op, "停业")
        yield "incident_count", lambda: incidents.rate(
            self.incident, Severity.ORDINARY, self.actor("county:审核人"), "核定", at(), document="x"
        )
        yield "incident_count", lambda: incidents.correct(
            self.incident, incidents_written(self.incident, occurred_on=date(2025, 12, 31)), op, "更正日期", at()
        )
        yield "random_inspection_coverage", lambda: random_inspections.void(self.draw, op, "重新抽取")
        yield "grading_rate", lambda: grading.void(self.graded, GradeState.CONFIRMED, self.actor("county:审核人"), "有误")
        yield "sampling_coverage", self.deregister
        yield "sampling_coverage", lambda: merges.merge(self.firms[0], self.firms[2], "同一企业", op, at())


    def deregister(self) -> None:
        loaded = sa.select(Enterprise).options(selectinload(Enterprise.kinds), selectinload(Enterprise.categories))
        one = session().scalars(loaded.where(Enterprise.id == self.firms[3].id).execution_options(populate_existing=True)).one()
        enterprises.correct(one, replace(details_of(one), status=EnterpriseStatus.CLOSED), self.operator, "已注销")

    def record(self, actor: Actor, **changes: Any) -> None:
        loaded = sa.select(DisposalCase).options(joinedload(DisposalCase.sample), selectinload(DisposalCase.quantities))
        one = session().scalars(loaded.where(DisposalCase.id == self.lead.id).execution_options(populate_existing=True)).one()
        recording.record(one, actor, replace(recording.record_of(one), **changes), clock.now())


def incidents_written(incident: Incident, **changes: Any) -> Any:
    names = incidents.Written.__dataclass_fields__
    return incidents.Written(**({name: getattr(incident, name) for name in names} | changes))


def figures(as_of: datetime | None) -> dict[str, tuple[Any, ...]]:
    frame = Frame(local_operator(), area_by_code(region_book(), JIZHOU), period(2026), as_of)
    return {
        one.formula.code: (answer.figure.numerator, answer.figure.denominator, answer.figure.display)
        for one, answer in answers(frame, QUESTIONS).items()
    }


def lists(as_of: datetime | None) -> dict[str, Any]:
    frame = Frame(local_operator(), area_by_code(region_book(), JIZHOU), period(2026), as_of)
    return {one.formula.code: records.records(frame, one.formula, one.conditions) for one in QUESTIONS}


def test_every_moment_can_be_shown_again(office: Any) -> None:
    world = World(office)
    moments: list[tuple[datetime, dict[str, tuple[Any, ...]], dict[str, Any]]] = [(clock.now(), figures(None), lists(None))]
    for code, step in world.steps():
        before = moments[-1][1]
        with transaction():
            step()
        moments.append((clock.now(), figures(None), lists(None)))
        assert moments[-1][1][code] != before[code], f"{code} did not move"
    for number, (moment, recorded, listed) in enumerate(moments):
        assert figures(moment) == recorded, number
        assert lists(moment) == listed, number
    adds_up(moments[0][0], moments[-1][0])


def adds_up(first: datetime, last: datetime) -> None:
    """Of every figure what differs between the first and the last moment is named, and the sum holds."""
    then, now = (Frame(local_operator(), area_by_code(region_book(), JIZHOU), period(2026), at) for at in (first, last))
    for asked in QUESTIONS:
        for side in (Side.NUMERATOR, Side.DENOMINATOR):
            gap = between(then, now, asked, side)
            assert gap.adds_up, asked.formula.code
            assert all(one.events for one in gap.every), (asked.formula.code, [one.number for one in gap.every if not one.events])
