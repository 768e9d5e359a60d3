"""Every figure counted a second time, slowly, over plain rows, by the text of the definitions alone.

Nothing of the program is imported: what stands here was written from the definitions, so that a mistake made there is not made here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

FIXED = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}
RESIDUES = {"农药残留", "兽药残留"}
OFFICE = timedelta(hours=8)
SEVERITIES = ["一般", "较大", "重大", "特别重大"]
Counted = tuple[int | None, int | None, str]


@dataclass
class Question:
    """What is asked: for whom, where, when, and of which records."""

    reader: Any  # an organisation
    area: Any  # a region
    first: date
    last: date
    today: date
    conditions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class Recount:
    """The figures of one question over one set of rows."""

    def __init__(self, rows: SimpleNamespace, question: Question) -> None:
        self.rows, self.asked = rows, question
        self.parents = {one.id: one.parent_id for one in rows.region}
        self.reach = {one.id for one in rows.organisation if one.path.startswith(question.reader.path)}
        self.categories = {one.id: one for one in rows.food_category}
        self.batches = {one.sample.id: one for one in self._batches()}

    # ------------------------------------------------ places, days

    def inside(self, region_id: int | None) -> bool:
        if self.asked.area.level == "国家":
            return True
        while region_id is not None:
            if region_id == self.asked.area.id:
                return True
            region_id = self.parents[region_id]
        return False

    def within(self, day: date | None) -> bool:
        return day is not None and self.asked.first <= day <= self.asked.last

    def past(self, day: date | None) -> bool:
        """In the period, and not still to come."""
        return self.within(day) and day is not None and day <= self.asked.today

    def working(self, day: date) -> bool:
        known = [one for one in self.rows.work_day if one.day == day and one.superseded_at is None]
        if known:
            return bool(known[0].working)
        confirmed = any(one.year == day.year and one.confirmed and one.superseded_at is None for one in self.rows.calendar_year)
        return day.weekday() < 5 and (confirmed or (day.month, day.day) not in FIXED)

    def working_days(self, after: date, until: date) -> int:
        return sum(self.working(after + timedelta(days=one)) for one in range(1, (until - after).days + 1))

    # ------------------------------------------------ batches

    def _batches(self) -> Iterable[SimpleNamespace]:
        """完成批次: a sample that is not voided with a report in force, and what its items say."""
        for sample in self.rows.sample:
            reports = {one.id: one for one in self.rows.result_report if one.sample_id == sample.id and one.superseded_at is None}
            if sample.state != "reported" or not reports:
                continue
            items = [one for one in self.rows.result_row if one.report_id in reports]
            supervision, monitoring = conclusion(items, sample.purpose)
            newest = [one for one in self.rows.batch_fact if one.sample_id == sample.id and one.superseded_at is None]
            yield SimpleNamespace(
                sample=sample, supervision=supervision, monitoring=monitoring, reported_on=max(one.reported_on for one in reports.values()),
                residue=any(one.item_class in RESIDUES for one in items), root=self._root(sample.category_id),
                of_producer=all(one.counts_for_producer for one in newest),
            )  # fmt: skip

    def _root(self, category_id: int | None) -> str | None:
        while category_id is not None and self.categories[category_id].parent_id is not None:
            category_id = self.categories[category_id].parent_id
        return None if category_id is None else str(self.categories[category_id].name)

    def matches(self, batch: Any, half: str | None = None, never: str | None = None, own: set[str] | None = None) -> bool:
        """The filter, of a batch. ``half``: the purpose whose half 抽检监测 carries; ``never``: the purpose left out in any case."""
        for name, values in self.asked.conditions.items():
            if name == "purpose":
                continue
            if name == "item group":
                good = batch.residue
            else:
                value = {
                    "domain": batch.sample.domain, "organiser level": batch.sample.organiser_level, "stage": batch.sample.link,
                    "category": batch.root,
                }[name]  # fmt: skip
                good = (value or "未分类") in values
            if not good:
                return False
        wanted = set(self.asked.conditions.get("purpose", ())) or own
        if wanted is None:
            return True
        if "purpose" in self.asked.conditions:
            wanted = (wanted | ({"抽检监测"} if half in wanted else set())) - {never}
        return batch.sample.purpose in wanted

    def here(self) -> list[Any]:
        """Those of the reader's offices, in the area and the period."""
        return [
            one for one in self.batches.values()
            if one.sample.org_id in self.reach and self.inside(one.sample.region_id) and self.within(one.reported_on)
        ]  # fmt: skip

    def completed(self) -> list[Any]:
        return [one for one in self.here() if self.matches(one)]

    def batch_count(self) -> Counted:
        return whole(len(self.completed()))

    def batches_per_thousand(self) -> Counted:
        number, people = len(self.completed()), self.residents()
        return (number, people, rounded(Fraction(number * 1000, people), 2)) if people else (number, None, "—")

    def residents(self) -> int | None:
        known: dict[int, dict[int, int]] = {}
        for one in self.rows.population:
            if one.superseded_at is None:
                known.setdefault(one.region_id, {})[one.year] = one.residents
        own = known.get(self.asked.area.id)
        if own:
            return self.newest(own)
        parts = [known.get(one.id, {}) for one in self.rows.region if one.parent_id == self.asked.area.id]
        if not parts or not all(parts):
            return None
        common = set(parts[0]).intersection(*parts[1:])
        if common:
            return self.newest({year: sum(part[year] for part in parts) for year in common})
        return sum(self.newest(part) for part in parts)

    def newest(self, years: Mapping[int, int]) -> int:
        before = [year for year in years if year <= self.asked.first.year - 1]
        return years[max(before) if before else min(years)]

    def pass_rate(self) -> Counted:
        counted = [one for one in self.here() if self.matches(one, "监督抽检", "风险监测", {"监督抽检", "抽检监测"})]
        return rate(
            sum(one.supervision == "合格" for one in counted), sum(one.supervision in ("合格", "不合格") for one in counted)
        )

    def failure_rate(self) -> Counted:
        counted = [one for one in self.here() if self.matches(one, "监督抽检", "风险监测", {"监督抽检", "抽检监测"})]
        counted = [one for one in counted if one.supervision in ("合格", "不合格")]
        return rate(sum(one.supervision != "合格" for one in counted), len(counted))

    def problem_rate(self) -> Counted:
        counted = [one for one in self.here() if self.matches(one, "风险监测", "监督抽检", {"风险监测", "抽检监测"})]
        counted = [one for one in counted if one.monitoring != "无监测项目"]
        return rate(sum(one.monitoring == "问题" for one in counted), len(counted))

    def category_coverage(self) -> Counted:
        domains = self.asked.conditions.get("domain")
        planned = [
            one.path for one in self.rows.food_category
            if one.level == 3 and (one.valid_to is None or one.valid_to >= self.asked.first) and (domains is None or one.domain in domains)
        ]  # fmt: skip
        reached = set()
        for one in self.completed():
            if one.sample.category_id is not None:
                path = self.categories[one.sample.category_id].path.split("/")
                reached |= {"/".join(path[:3])} if len(path) >= 3 else set()
        return rate(sum(path in reached for path in planned), len(planned))

    def balance(self) -> Counted:
        """Without a plan by month: evenly over the working days that have gone by."""
        year = self.asked.first.year
        begun = [
            month for month in range(self.asked.first.month, self.asked.last.month + 1) if date(year, month, 1) <= self.asked.today
        ]
        days = {month: self._elapsed(year, month) for month in begun}
        done: dict[int, int] = {}
        for one in self.completed():
            done[one.reported_on.month] = done.get(one.reported_on.month, 0) + 1
        total, planned = sum(done.values()), sum(days.values())
        if not total or not planned:
            return total, planned, "—"
        gaps = sum(abs(Fraction(done.get(one, 0), total) - Fraction(days.get(one, 0), planned)) for one in set(done) | set(days))
        return total, planned, rounded(1 - Fraction(gaps) / 2, 2)

    def _elapsed(self, year: int, month: int) -> int:
        first = date(year, month, 1)
        last = min((first + timedelta(days=31)).replace(day=1) - timedelta(days=1), self.asked.today)
        return self.working_days(first - timedelta(days=1), last)

    # ------------------------------------------------ cases

    def disposal(self) -> list[tuple[date, date | None]]:
        """Due day and closing day of every nonconforming batch of ours whose disposal has fallen due."""
        found = []
        for one in self.batches.values():
            ours = one.sample.org_id in self.reach and self.inside(one.sample.region_id)
            if not ours or one.supervision != "不合格" or not self.matches(one):
                continue
            cases = [
                case for case in self.rows.disposal_case
                if case.sample_id == one.sample.id and case.cancelled_at is None and case.mode == "处置"
            ]  # fmt: skip
            if cases and self.past(max(case.due_on for case in cases)):
                closings = [case.closed_on for case in cases if case.closed_at is not None]
                found.append((max(case.due_on for case in cases), max(closings) if len(closings) == len(cases) else None))
        return found

    def disposal_rate(self) -> Counted:
        due = self.disposal()
        return rate(sum(closed is not None for _, closed in due), len(due))

    def disposal_on_time_rate(self) -> Counted:
        due = self.disposal()
        return rate(sum(closed is not None and closed <= day for day, closed in due), len(due))

    def about(self, record: Any) -> bool:
        """A record of our offices about a completed batch of the area, under the filter."""
        batch = self.batches.get(record.sample_id)
        return record.org_id in self.reach and batch is not None and self.inside(batch.sample.region_id) and self.matches(batch)

    def cases(self, notified: bool = False) -> list[Any]:
        return [
            one for one in self.rows.disposal_case
            if one.cancelled_at is None and (notified or one.mode == "处置") and self.about(one)
        ]  # fmt: skip

    def rectification_rate(self) -> Counted:
        due = [one for one in self.cases() if one.rectify_ordered and self.past(one.rectify_to)]
        return rate(
            sum(bool(one.recheck_passed) and one.rectified_on is not None and one.rectified_on <= self.asked.today for one in due), len(due)
        )

    def case_filing_rate(self) -> Counted:
        came = [one for one in self.cases() if self.past(one.received_on)]
        filed = {one.case_id for one in self.rows.penalty if one.filed_on <= self.asked.today}
        return rate(sum(one.id in filed for one in came), len(came))

    def case_days(self) -> Counted:
        closed = [one for one in self.cases() if one.closed_at is not None and self.past(one.closed_on)]
        days = sum(self.working_days(one.received_on, one.closed_on) for one in closed)
        return days, len(closed), rounded(Fraction(days, len(closed)), 1) if closed else "—"

    def enforcement_record_rate(self) -> Counted:
        closed = [one for one in self.cases(notified=True) if one.closed_at is not None and self.past(one.closed_on)]
        return rate(sum(self.recorded(one) for one in closed), len(closed))

    def recorded(self, case: Any) -> bool:
        """启动、调查取证、审核决定、送达执行 of a case without exemptions."""
        files = {
            one.filename.split("·")[0] for one in self.rows.attachment
            if one.subject_kind == "disposal_case" and one.subject_id == case.id and one.voided_at is None
        }  # fmt: skip
        start = case.started_on is not None and case.handler_id is not None and "启动情况" in files
        decided = case.submitted_by_id is not None and case.approved_by_id is not None
        if case.mode != "处置":
            sent = any(one.case_id == case.id and one.state != "voided" for one in self.rows.case_transfer)
            told = None not in (case.notified_org, case.notified_on, case.notified_no) and (sent or "通报移送" in files)
            return start and decided and told
        evidence = (
            None not in (case.control_on, case.control, case.cause_on, case.cause) and bool(files & {"产品控制", "处置数量"})
            and bool(files & {"原因排查", "整改复查"})
        )  # fmt: skip
        rectified = not case.rectify_ordered or (case.rectified_on is not None and bool(case.recheck_passed))
        executed = case.served_on is not None and case.published_on is not None and rectified
        return start and evidence and decided and executed and self.punished(case, files)

    def punished(self, case: Any, files: set[str]) -> bool:
        today = self.asked.today
        penalties = [one for one in self.rows.penalty if one.case_id == case.id and one.state != "revoked" and one.filed_on <= today]
        for one in penalties:
            decided = one.decided_on is not None and one.decided_on <= today
            if not decided or (one.major and one.legal_by_id is None) or one.served_on is None or one.served_on > today:
                return False
            if one.outcome == "给予行政处罚" and (one.executed_on is None or one.executed_on > today):
                return False
        if penalties:
            return True
        if case.penalty_kind == "已处罚":
            return case.penalty_no is not None and case.penalty_on is not None and "行政处罚" in files
        return case.penalty_kind is not None and case.penalty is not None

    # ------------------------------------------------ transfers, penalties

    def transfer_handling_rate(self) -> Counted:
        due = [
            one for one in self.rows.case_transfer
            if one.kind in ("移送", "通报") and one.state != "voided" and self.past(one.reply_due_on) and self.about(one)
        ]  # fmt: skip
        return rate(sum(one.replied_on is not None and one.replied_on <= self.asked.today for one in due), len(due))

    def penalty_disclosure_rate(self) -> Counted:
        due = met = 0
        for one in self.rows.penalty:
            for clock in self.rows.legal_clock:
                mine = clock.subject_kind == "penalty" and clock.subject_id == one.id and clock.code in ("PEN_PUBLISH", "PEN_PUBLISH_PUSH")
                if mine and self.past(clock.due_on) and self.about(one) and (one.revoked_on is None or one.revoked_on > clock.due_on):
                    due += 1
                    met += clock.done_on is not None and clock.done_on <= clock.due_on
        return rate(met, due)

    # ------------------------------------------------ the register

    def firms(self, statuses: tuple[str, ...]) -> list[Any]:
        return [
            one for one in self.rows.enterprise
            if one.status in statuses and one.org_id in self.reach and self.inside(one.region_id) and self.of_firm(one)
        ]  # fmt: skip

    def of_firm(self, firm: Any) -> bool:
        day = min(self.asked.last, self.asked.today)
        values: dict[str, set[str]] = {
            "producer type": {one.kind for one in self.rows.enterprise_kind if one.enterprise_id == firm.id},
            "subtype": {one.subkind for one in self.rows.enterprise_kind if one.enterprise_id == firm.id},
            "category": {one.name for one in self.rows.enterprise_category if one.enterprise_id == firm.id},
            "area type": {firm.area_type}, "status": {firm.status},
            "risk": {one.grade for one in self.rows.risk_grade if one.enterprise_id == firm.id and in_force(one, day)},
        }  # fmt: skip
        return all(values[name] & set(wanted) for name, wanted in self.asked.conditions.items() if name in values)

    def covering(self, firms: list[Any], covered: set[int]) -> Counted:
        return rate(sum(one.id in covered for one in firms), len(firms))

    def sampling_coverage(self) -> Counted:
        found: set[int] = set()
        for one in self.batches.values():
            if one.sample.org_id in self.reach and self.within(one.reported_on):
                found |= {one.sample.sampled_enterprise_id, one.sample.producer_id if one.of_producer else None}
        return self.covering(self.firms(("在产",)), found)

    def grading_rate(self) -> Counted:
        day, kinds = min(self.asked.last, self.asked.today), self.asked.conditions.get("producer type")
        graded = {
            one.enterprise_id for one in self.rows.risk_grade if in_force(one, day) and (kinds is None or one.kind in kinds)
        }
        return self.covering(self.firms(("在产",)), graded)

    def filing_rate(self, required: Iterable[str] = ()) -> Counted:
        day = min(self.asked.last, self.asked.today)
        held: dict[int, set[str]] = {}
        for one in self.rows.archive_element:
            if one.seen_on <= day and (one.superseded_at is None or (one.superseded_at + OFFICE).date() > day):
                held.setdefault(one.enterprise_id, set()).add(one.code)
        wanted = set(required)
        return self.covering(self.firms(("在产", "停产")), {one for one, codes in held.items() if wanted and wanted <= codes})

    def finished(self) -> list[Any]:
        return [one for one in self.rows.inspection if one.state == "finished" and one.org_id in self.reach and self.of_inspection(one)]

    def of_inspection(self, inspection: Any) -> bool:
        wanted = self.asked.conditions.get("inspection type")
        return wanted is None or inspection.nature in wanted

    def inspection_coverage(self) -> Counted:
        seen = {
            one.enterprise_id for one in self.finished() if one.result not in ("拒绝检查", "无法联系") and self.past(one.finished_on)
        }
        return self.covering(self.firms(("在产",)), seen)

    def random_inspection_coverage(self) -> Counted:
        stands = {one.id for one in self.rows.random_programme if one.state != "voided"}
        drawn = {
            one.enterprise_id for one in self.rows.random_target
            if one.programme_id in stands and one.outcome is not None and self.past(one.inspected_on)
        }  # fmt: skip
        end = date(self.asked.first.year - 1, 12, 31)
        licensed = {one.enterprise_id for one in self.rows.enterprise_licence if one.issued_on is not None and one.issued_on <= end}
        firms = [
            one for one in self.firms(("在产", "停产")) if (one.created_at + OFFICE).date() <= end or one.id in licensed
        ]
        return self.covering(firms, drawn)

    def placed(self, record: Any) -> bool:
        firm = next(one for one in self.rows.enterprise if one.id == record.enterprise_id)
        return record.org_id in self.reach and self.inside(firm.region_id) and self.of_firm(firm)

    def inspection_disclosure_rate(self) -> Counted:
        due = [one for one in self.finished() if one.not_public is None and self.past(one.publish_due_on) and self.placed(one)]
        return rate(sum(one.published_on is not None and one.published_on <= one.publish_due_on for one in due), len(due))

    def self_inspection_report_rate(self) -> Counted:
        due = [one for one in self.rows.self_report if one.state != "waived" and self.past(one.due_on) and self.placed(one)]
        return rate(sum(one.received_on is not None and one.received_on <= self.asked.today for one in due), len(due))

    def incident_count(self) -> Counted:
        found = 0
        for one in self.rows.incident:
            level = one.severity or one.proposed_severity
            ours = one.org_id in self.reach and self.inside(one.region_id) and one.state != "voided" and self.past(one.occurred_on)
            domain, severity = self.asked.conditions.get("domain"), self.asked.conditions.get("severity")
            named = (domain is None or one.domain in domain) and (severity is None or level in severity)
            found += ours and level in SEVERITIES and named
        return whole(found)


# ---------------------------------------------------------------- rules by the text

def conclusion(items: list[Any], purpose: str) -> tuple[str, str]:
    """检验项目判定 → 样品结论."""
    monitored = [one for one in items if monitors(one, purpose)]
    supervised = [one for one in items if not monitors(one, purpose)]
    if not items:
        return ("无监督项目", "不判定") if purpose == "风险监测" else ("未判定", "无监测项目")
    return supervised_as(supervised), monitored_as(monitored)


def monitors(item: Any, purpose: str) -> bool:
    if purpose == "风险监测":
        return True
    if item.kind is not None:
        return bool(item.kind == "监测项目")
    return purpose == "抽检监测" and (item.verdict == "问题项" or (item.verdict == "不判定项" and not item.pending))


def supervised_as(items: list[Any]) -> str:
    if not items:
        return "无监督项目"
    if any(one.verdict == "不合格项" and not one.pending for one in items):
        return "不合格"
    return "合格" if all(one.verdict == "合格项" and not one.pending for one in items) else "未判定"


def monitored_as(items: list[Any]) -> str:
    if not items:
        return "无监测项目"
    if any(one.verdict in ("问题项", "不合格项") and not one.pending for one in items):
        return "问题"
    return "无问题" if all(one.verdict == "合格项" and not one.pending for one in items) else "不判定"


def in_force(grade: Any, day: date) -> bool:
    stands = grade.state in ("confirmed", "replaced") and grade.effective_from is not None and grade.effective_from <= day
    return stands and (grade.effective_to is None or grade.effective_to >= day)


def whole(number: int) -> Counted:
    return number, None, str(number)


def rate(numerator: int, denominator: int) -> Counted:
    return numerator, denominator, rounded(Fraction(numerator * 100, denominator), 2) if denominator else "—"


def rounded(value: Fraction, places: int) -> str:
    """四舍五入."""
    with localcontext() as context:
        context.prec = 60
        return str((Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


FORMULAS: Mapping[str, Callable[..., Counted]] = {
    name: getattr(Recount, name)
    for name in (
        "batch_count", "batches_per_thousand", "pass_rate", "failure_rate", "problem_rate", "disposal_rate", "disposal_on_time_rate",
        "rectification_rate",
        "transfer_handling_rate", "enforcement_record_rate", "case_filing_rate", "case_days", "penalty_disclosure_rate",
        "category_coverage", "sampling_coverage", "balance", "grading_rate", "filing_rate", "inspection_coverage",
        "random_inspection_coverage", "inspection_disclosure_rate", "self_inspection_report_rate", "incident_count",
    )
}  # fmt: skip
