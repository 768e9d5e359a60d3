"""Reports sent by a program (报送检验报告), on the path of a report typed in at the form: planned, judged, then written together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.api.refusals import Faulty
from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.domain.result_columns import RESULT_COLUMNS
from app.domain.result_import import Action
from app.domain.written import Fault, sample_number
from app.errors import NotLikeThis
from app.results import entry, operations, proposing, staging
from app.results.known import KnownReport, samples_by_number
from app.results.outcomes import Outcome
from app.results.settling import SettledRow
from app.reviews import holding
from app.reviews import operations as reviews
from app.reviews.queries import again
from app.sampling.models import Sample
from app.sampling.queries import samples_by_ids

# where a fault of the import stands in the body: its column is told by its title
OF_REPORT = {"抽样编号": "number", "报告书编号": "report_no", "报告日期": "reported_on", "收检日期": "received_on"}
OF_ROW = {titles[0]: name for name, titles in RESULT_COLUMNS.items()} | {
    RESULT_COLUMNS[name][0]: "limit_unit" for name in ("min_unit", "max_unit")
}
UNKNOWN = "没有该抽样编号的样品：可能编号有误、尚未登记，或不由本机构检验"


@dataclass(slots=True)
class Checked:
    """One report of a request: what it would become, or every fault of it."""

    path: str
    report: Mapping[str, Any]
    faults: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[tuple[str, str]] = field(default_factory=list)
    sample: Sample | None = None
    entered: entry.Entered | None = None  # what was sent, with a line for every required item that was left out
    judged: entry.Judged | None = None
    writes: Outcome | None = None  # None where all of it is in force already
    review_id: int | None = None  # 结果审核: the submission that waits for approval

    @property
    def action(self) -> Action:
        if self.faults or self.judged is None or self.judged.outcome is None:
            return Action.REFUSED
        return self.judged.outcome.action


def check(actor: Actor, reports: Sequence[Mapping[str, Any]]) -> list[Checked]:
    """Plan and judge every report of a request; nothing is written."""
    known = samples_by_number({sample_number(report["number"]) for report in reports})
    samples = samples_by_ids([sample.id for sample in known.values() if permits(actor, Permission.RESULT_ENTER, sample)])
    found, seen = [], set()
    for place, report in enumerate(reports):
        one = Checked(f"reports[{place}]", report)
        found.append(one)
        number = sample_number(report["number"])
        sample = known.get(number)
        if sample is None or sample.id not in samples:
            one.faults.append((f"{one.path}.number", UNKNOWN))
        elif number in seen:
            one.faults.append((f"{one.path}.number", "同一请求中每个样品只能有一份报告，请将另一份分开报送"))
        else:
            one.sample = samples[sample.id]
            _plan(actor, one.sample, one)
        seen.add(number)
    return found


def _plan(actor: Actor, sample: Sample, one: Checked) -> None:
    """The items that the plan demands are tested or explained, here as at the form."""
    typed = entry.completed(sample, _entered(actor, one), proposing.of_plan(sample).items)
    one.entered = typed.entered
    prepared = entry.prepare_entry(actor, sample, typed.entered)
    one.judged = entry.judged(prepared, typed.demands)
    one.faults += [(_path(one, fault), fault.message) for fault in (*prepared.plan.errors, *typed.demands)]
    one.warnings += [(_path(one, fault), fault.message) for fault in prepared.plan.warnings]
    if one.faults:
        return
    try:
        one.writes = entry.to_write(prepared, one.report.get("reason"))
    except NotLikeThis as refusal:
        one.faults.append((f"{one.path}.{refusal.field}" if refusal.field else one.path, refusal.sentence))


def _entered(actor: Actor, one: Checked) -> entry.Entered:
    report = one.report
    return entry.Entered(
        report_no=report["report_no"], reported_on=report["reported_on"], received_on=report.get("received_on"),
        laboratory_org_id=_laboratory(actor, one), rows=report["rows"],
    )  # fmt: skip


def _laboratory(actor: Actor, one: Checked) -> int | None:
    """The laboratory named; one that reports for itself need not, and may not name another."""
    try:
        named, own = staging.laboratory_named(one.report.get("laboratory")), staging.reports_for_itself(actor)
    except NotLikeThis as refusal:
        one.faults.append((f"{one.path}.laboratory", refusal.sentence))
        return None
    if own is not None and named not in (None, own):
        one.faults.append((f"{one.path}.laboratory", "检验机构只能报送本机构的报告"))
    return own if own is not None else named


def _path(one: Checked, fault: Fault) -> str:
    if fault.column in OF_REPORT:
        return f"{one.path}.{OF_REPORT[fault.column]}"
    if not 1 <= fault.line <= len(one.report["rows"]):  # of an item that was left out
        return f"{one.path}.rows"
    row = f"{one.path}.rows[{fault.line - 1}]"
    return f"{row}.{OF_ROW[fault.column]}" if fault.column in OF_ROW else row


def refuse_faulty(checked: Sequence[Checked]) -> None:
    """All or nothing: one fault refuses the request. Raises Faulty with every one."""
    faults = [fault for one in checked for fault in one.faults]
    if faults:
        raise Faulty(faults)


def write(checked: Sequence[Checked], actor: Actor, at: datetime) -> None:
    """Write what is new, or hand it in where the office reviews results, inside the caller's transaction.

    Raises NotAllowedNow when a sample was changed since it was read, or since the version the sender knows.
    """
    for one in checked:
        if one.writes is None:
            continue
        given: dict[str, Any] = {"reason": one.report.get("reason") or None, "seen": one.report.get("version")}
        assert one.sample is not None and one.entered is not None
        back = again(actor, one.sample.id, one.writes.drafts[0].report_no, None)  # a submission that came back is handed in anew
        if holding.levels() or back is not None:
            one.review_id = reviews.submit_entry(one.sample, one.entered, one.writes, actor, at, again=back, **given).id
        else:
            operations.enter(one.writes, actor, at, **given)


# ---------------------------------------------------------------- the answer

def told(checked: Sequence[Checked], *, trial: bool) -> dict[str, Any]:
    """What was written, or would be."""
    return {
        "dry_run": trial, "acceptable": not any(one.faults for one in checked), "needs_review": bool(holding.levels()),
        "reports": [_told(one) for one in checked],
    }  # fmt: skip


def name_reviews(told: Mapping[str, Any], checked: Sequence[Checked]) -> None:
    """Put the submissions that were made into what is told."""
    for report, one in zip(told["reports"], checked, strict=True):
        report["review"] = one.review_id


def _told(one: Checked) -> dict[str, Any]:
    outcome = one.judged.outcome if one.judged else None
    conclusion = outcome.conclusion if outcome and not one.faults else None
    return {
        "number": one.report["number"],
        "report_no": one.report["report_no"],
        "action": one.action.value,
        "review": None,
        "supervision": conclusion.supervision.value if conclusion else None,
        "monitoring": conclusion.monitoring.value if conclusion else None,
        "opens_case": bool(outcome and conclusion and outcome.newly_nonconforming),
        "items": list(_items(outcome)) if outcome and not one.faults else [],
        "faults": _places(one.faults),
        "warnings": _places(one.warnings),
    }


def _places(faults: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"path": path, "message": message} for path, message in faults]


def _items(outcome: Outcome) -> Iterator[dict[str, Any]]:
    for draft in outcome.drafts:
        yield from (_judged_item(row) for row in draft.rows)
    for report in outcome.unchanged:
        yield from _standing_items(report)


def _judged_item(row: SettledRow) -> dict[str, Any]:
    settled = row.settled
    return {
        "item": row.item,
        "verdict": settled.verdict.value,
        "laboratory_verdict": settled.lab.value if settled.lab else None,
        "own_verdict": settled.ours.value,
        "pending": settled.pending,
        "limit": settled.limit.words() if settled.limit else None,
        "reason": row.reason,
        "flags": list(settled.flags),
    }


def _standing_items(report: KnownReport) -> Iterator[dict[str, Any]]:
    for row in report.rows:
        yield {
            "item": row.item, "verdict": row.standing.verdict.value, "laboratory_verdict": row.verdict or None, "own_verdict": None,
            "pending": row.standing.pending, "limit": None, "reason": None, "flags": [],
        }  # fmt: skip
