"""Whom a change of somebody else's data concerns, and what he is told of it (数据变动的告知对象和内容).

The laboratory is told what the bureau changed, the bureau what the laboratory changed: each of them unless he did it himself.
One notice per sample for a change of one sample; one per import and recipient where a file changed many.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.domain.actors import Actor
from app.domain.notices import NoticeKind, change_line, change_lines
from app.notices.operations import notify
from app.sampling.models import Sample

Changes = Mapping[str, tuple[Any, Any]]
NAMED = 30  # numbers named in a notice about an import
PART = 500


def _parties(sample: Any, *others: int | None) -> list[int]:
    """The organisations that hold data of the sample: its bureau, its laboratory."""
    return sorted({org_id for org_id in (sample.org_id, sample.laboratory_org_id, *others) if org_id is not None})


def _tell(sample: Any, actor: Actor, kind: NoticeKind, said: str, lines: Iterable[str], *others: int | None) -> None:
    text = "\n".join(lines)
    for org_id in _parties(sample, *others):
        notify(org_id, actor, kind.value, f"样品 {sample.number} {said}", text, sample.id)


def sheet_corrected(sample: Sample, actor: Actor, changes: Changes, reason: str, laboratory_before: int | None) -> None:
    """更正抽样单. A laboratory that lost the sample by it is told as well."""
    lines = [*change_lines(changes), f"更正原因：{reason}"]
    _tell(sample, actor, NoticeKind.SHEET, "的抽样单已更正", lines, laboratory_before)


def sample_voided(sample: Sample, actor: Actor, reason: str) -> None:
    _tell(sample, actor, NoticeKind.VOID, "已作废", [f"作废原因：{reason}"])


def sample_revived(sample: Sample, actor: Actor) -> None:
    _tell(sample, actor, NoticeKind.REVIVE, "已恢复", ["作废已撤销，样品和原有的检验报告继续有效"])


def verdict_decided(sample: Any, actor: Actor, item: str, before: Any, after: Any, reason: str) -> None:
    """判定复核 changed the verdict in force of one item."""
    lines = [change_line(f"{item} 结果判定", before, after), f"复核理由：{reason}"]
    _tell(sample, actor, NoticeKind.VERDICT, f"“{item}”的判定经复核变更", lines)


def verdict_overturned(
    sample: Any, actor: Actor, basis: str, changed: Iterable[tuple[str, Any, Any]], reason: str, offices: Iterable[int]
) -> None:
    """复检、异议 changed the verdict in force. ``offices`` are those with a case of the sample."""
    lines = [*(change_line(f"{item} 结果判定", before, after) for item, before, after in changed), f"改判理由：{reason}"]
    _tell(sample, actor, NoticeKind.OVERTURNED, f"的检验结论经{basis}改判", lines, *offices)


def overturn_lapsed(sample: Any, actor: Actor, lines: Iterable[str]) -> None:
    """A corrected report says something else than the one whose verdict was overturned."""
    _tell(sample, actor, NoticeKind.OVERTURNED, "的改判因检验报告更正而失效", lines)


def producer_disowned(sample: Any, actor: Actor, reason: str, offices: Iterable[int]) -> None:
    """假冒: the batch does not count for the producer it names."""
    lines = ["该批次不再计入标称生产企业，生产环节的核查处置终止", f"认定理由：{reason}"]
    _tell(sample, actor, NoticeKind.OVERTURNED, "经异议审核认定不是标称生产企业生产", lines, *offices)


# ---------------------------------------------------------------- results

def _differences(outcome: Any) -> list[str]:
    fresh = [draft for draft in outcome.drafts if draft.replaces is None]
    lines = [f"新登记检验报告 {draft.report_no}，共 {len(draft.rows)} 项" for draft in fresh]
    return [*lines, *(change_line(f"{change.item} {change.field}", change.before, change.after) for change in outcome.diff)]


def results_corrected(outcome: Any, actor: Actor, reason: str | None) -> None:
    """更正检验报告 by hand: what differs from the report that was in force."""
    lines = [*_differences(outcome), *([f"更正原因：{reason}"] if reason else [])]
    _tell(outcome.sample, actor, NoticeKind.RESULT, "的检验结果已更正", lines)


def import_corrected(batch: Any, actor: Actor, amended: Sequence[tuple[Any, Sequence[str]]]) -> None:
    """A file changed what was registered before: one notice per recipient. ``amended`` holds samples and their differences."""
    for org_id, some in _by_party(amended, actor).items():
        lines = [f"{sample.number} {line}" for sample, told in some for line in told]
        title = f"导入批次第 {batch.id} 次更正 {len(some)} 批"
        text = "\n".join([_named(sample for sample, _ in some), *lines])
        notify(org_id, actor, NoticeKind.IMPORT.value, title, text, _only(some))


def results_amended(batch: Any, actor: Actor, outcomes: Sequence[Any]) -> None:
    import_corrected(batch, actor, [(outcome.sample, _differences(outcome)) for outcome in outcomes])


def import_undone(batch: Any, actor: Actor, numbers: Sequence[str], reason: str) -> None:
    """撤销导入: the importer whose import somebody else undid, and everybody whose samples lost or changed their results."""
    samples = _samples(numbers)
    told = _by_party([(sample, ()) for sample in samples], actor)
    if batch.org_id != actor.org_id:
        told.setdefault(batch.org_id, [(sample, ()) for sample in samples])
    for org_id, some in told.items():
        title = f"导入批次第 {batch.id} 次已撤销，涉及 {len(some)} 批"
        text = f"{_named(sample for sample, _ in some)}\n撤销原因：{reason}"
        notify(org_id, actor, NoticeKind.UNDO.value, title, text, _only(some))


def _only(some: Sequence[tuple[Any, Sequence[str]]]) -> int | None:
    """The sample that the notice opens, where it is about one."""
    return int(some[0][0].id) if len(some) == 1 else None


def _by_party(amended: Iterable[tuple[Any, Sequence[str]]], actor: Actor) -> dict[int, list[tuple[Any, Sequence[str]]]]:
    found: dict[int, list[tuple[Any, Sequence[str]]]] = {}
    for sample, lines in amended:
        for org_id in _parties(sample):
            if org_id != actor.org_id:
                found.setdefault(org_id, []).append((sample, lines))
    return found


def _named(samples: Iterable[Any]) -> str:
    numbers = [sample.number for sample in samples]
    rest = f" 等 {len(numbers)} 批" if len(numbers) > NAMED else ""
    return f"抽样编号：{'、'.join(numbers[:NAMED])}{rest}"


def _samples(numbers: Sequence[str]) -> list[Any]:
    columns = (Sample.id, Sample.number, Sample.org_id, Sample.laboratory_org_id)
    found: list[Any] = []
    for start in range(0, len(numbers), PART):
        part = numbers[start : start + PART]
        found += session().execute(sa.select(*columns).where(Sample.number.in_(part)).order_by(Sample.number)).all()
    return found
