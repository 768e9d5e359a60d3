"""What a decided verdict changes: the row, the sample's conclusion, its facts, its cases and its urgent report."""

from __future__ import annotations

from datetime import datetime

from app import history
from app.db import session
from app.decisions.models import VerdictDecision
from app.disposal import operations as disposal
from app.disposal.models import DisposalCase
from app.domain import facts
from app.domain.actors import Actor
from app.domain.case_kinds import RippleCause
from app.domain.facts import Conclusion
from app.domain.samples import Supervision
from app.domain.workflow import SampleStep
from app.errors import NotAllowedNow
from app.history import Move
from app.notices import telling
from app.results.known import KnownSample, reports_in_force, samples_by_id
from app.results.models import ResultRow
from app.results.writing import result_columns
from app.ripples import operations as ripples
from app.sampling.facts import draft_of, facts_in_force, write_facts
from app.sampling.models import Sample
from app.urgent import following

BASIS = "判定复核"
NO_LONGER_FAILING = "判定复核后，结论不再是不合格"
NOT_IN_FORCE = "该项目所在的检验报告已被更正或撤回，判定复核不能生效，请刷新页面"


def settle(decision: VerdictDecision, actor: Actor, at: datetime) -> Conclusion:
    """Put the decided verdict in force. Raises NotAllowedNow when the sample was changed at the same moment."""
    row = session().get_one(ResultRow, decision.result_row_id)
    row.verdict, row.pending, row.decided_at = decision.proposed, False, at
    session().flush()
    sample = samples_by_id([decision.sample_id])[decision.sample_id]
    reports = reports_in_force([sample.id]).get(sample.id, [])
    if decision.report_id not in {report.id for report in reports}:
        raise NotAllowedNow(NOT_IN_FORCE)
    standings = [known.standing for report in reports for known in report.rows]
    conclusion = facts.conclude(standings, sample.purpose)
    reported_on = max(report.reported_on for report in reports)
    _move(sample, result_columns(conclusion, reported_on, sum(one.pending for one in standings)), decision, actor)
    residue = facts.has_residue(one.item_class for one in standings)
    known_fact = facts_in_force([sample.id]).get(sample.id)
    draft = draft_of(
        sample, conclusion, reported_on=reported_on, has_residue=residue, basis=BASIS,  # type: ignore[arg-type]
        counts_for_producer=known_fact.counts_for_producer if known_fact else True,
    )  # fmt: skip
    write_facts([draft], at)
    cancelled = _follow(sample.id, conclusion, actor, at)
    ripples.spread(
        sample, RippleCause.DECISION, actor, at, source=decision, before=sample.supervision, after=conclusion.supervision,
        why=decision.reason, cancelled=cancelled,
    )  # fmt: skip
    telling.verdict_decided(sample, actor, decision.item, _was(decision), decision.proposed.value, decision.reason)
    return conclusion


def _was(decision: VerdictDecision) -> str:
    return "待核" if decision.before_pending else decision.before.value


def _move(sample: KnownSample, values: dict[str, object], decision: VerdictDecision, actor: Actor) -> None:
    """A new version of the sample's results. The permission asked was that of deciding, which is another person's than entering."""
    told = f"判定复核：{decision.item} 由“{_was(decision)}”改为“{decision.proposed.value}”；{decision.reason}"
    changes = {name: (getattr(sample, name), value) for name, value in values.items()}
    move = Move(sample, changes, values, follows=True)
    history.advance_many(Sample, SampleStep.AMEND, actor, [move], comment=told, asked=True)


def _follow(sample_id: int, conclusion: Conclusion, actor: Actor, at: datetime) -> list[DisposalCase]:
    """Cases and the urgent report. Returns the cases cancelled."""
    cancelled: list[DisposalCase] = []
    if conclusion.supervision is Supervision.FAIL:
        disposal.open_for_samples([sample_id], actor, at)
    else:
        cancelled = disposal.cancel_for_samples([sample_id], actor, NO_LONGER_FAILING)
    following.follow([sample_id], actor, at)
    return cancelled
