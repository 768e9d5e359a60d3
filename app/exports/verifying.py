"""核验 of a sealed return: its files, its place in the history chain, its figures counted again, its workbook made again byte for byte."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import sqlalchemy as sa

from app import files
from app.attachments.models import Attachment
from app.chain import FIRST, HistoryEntry
from app.db import session
from app.domain.workflow import ReturnStep
from app.errors import NotAllowedNow, NotFound, Refused
from app.exports import building, correcting, storing
from app.exports.made import Made, OwnWorkbook, figures_apart
from app.exports.models import MonthlyReturn
from app.exports.operations import KIND, stamp
from app.exports.printing import told
from app.exports.templated import FilledForm

SEALING = (ReturnStep.SEAL.value, ReturnStep.SEAL_DIRECT.value)


@dataclass
class Verdict:
    """What was found: what agrees, what does not, and what is worth knowing besides."""

    said: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def same(self) -> bool:
        return not self.faults


def verify(found: MonthlyReturn) -> Verdict:
    """Nothing is changed. Raises NotAllowedNow for a return that has not been sealed."""
    if found.number is None:
        raise NotAllowedNow("报表尚未封存，没有可核验的内容")
    verdict = Verdict()
    for look in (_bytes, _anchor, _sealing, _again):
        look(found, verdict)
    return verdict


def _bytes(found: MonthlyReturn, verdict: Verdict) -> None:
    """The files in the store are those whose SHA-256 was written down."""
    attachment = session().get(Attachment, found.attachment_id) if found.attachment_id else None
    if attachment is None or attachment.sha256 != found.sha256 or not files.intact(files.place(found.sha256), found.sha256):
        verdict.faults.append("文件库中的工作簿缺失或与封存时的 SHA-256 不符")
    else:
        verdict.said.append(f"工作簿 SHA-256 相符（{found.sha256}）")
    if found.sources_attachment_id is not None:
        _guarded(verdict, "来源清单", lambda: _lists(found))


def _lists(found: MonthlyReturn) -> str:
    archive, counted = storing.archive(found), building.kept_counts(found.id)
    for one, count in counted:
        numbers = archive.numbers(one.sha256)
        if numbers is not None and len(numbers) != count:
            raise NotFound(f"{one.place} 的清单有 {len(numbers)} 条，登记为 {count} 条")
    return f"来源清单 {len(counted)} 份，条数和校验值相符"


def _guarded(verdict: Verdict, what: str, look: Callable[[], str]) -> None:
    try:
        verdict.said.append(look())
    except Refused as refusal:
        verdict.faults.append(f"{what}：{refusal.sentence}")


def _anchor(found: MonthlyReturn, verdict: Verdict) -> None:
    """The head of the chain that the return prints is a link of the chain as it is."""
    at = session().scalar(sa.select(HistoryEntry.at).where(HistoryEntry.hash == found.chain_head).limit(1))
    if found.chain_head != FIRST and (at is None or at > found.as_of):
        verdict.faults.append("办理记录链中找不到报表印出的锚点，记录链可能被改动，请运行 flask audit verify")
    else:
        verdict.said.append("办理记录链锚点在链中")


def _sealing(found: MonthlyReturn, verdict: Verdict) -> None:
    """The chain says that this file was kept with this return."""
    kept = sa.select(HistoryEntry.changes).where(
        HistoryEntry.subject_kind == Attachment.__tablename__, HistoryEntry.subject_id == found.attachment_id, HistoryEntry.step == "create"
    )
    changes = session().scalar(kept.limit(1))
    sealed = session().scalar(
        sa.select(sa.func.count()).select_from(HistoryEntry).where(
            HistoryEntry.subject_kind == KIND, HistoryEntry.subject_id == found.id, HistoryEntry.step.in_(SEALING)
        )
    )  # fmt: skip
    if not sealed or not changes or json.loads(changes).get("sha256", [None, None])[1] != found.sha256:
        verdict.faults.append("办理记录中的封存记录或文件校验值与报表不符")
    else:
        verdict.said.append("办理记录中的封存记录和文件校验值相符")


# ---------------------------------------------------------------- made again

def _again(found: MonthlyReturn, verdict: Verdict) -> None:
    try:
        again = correcting.built(found)
    except Refused as refusal:
        verdict.faults.append(f"无法重新生成：{refusal.sentence}")
        return
    kept = storing.kept(found) if found.sources_attachment_id is not None else None
    if kept is not None:
        if (differing := figures_apart(building.kept_figures(found.id), again.figures)) is not None:
            verdict.faults.append(f"按封存时点重新计算，第一处不同：{differing}")
        else:
            verdict.said.append(f"按封存时点重新计算的 {len(again.figures)} 个数值和清单全部相符")
        again = _in_kept_words(again, kept, verdict)
    content = again.content(stamp(found))
    if hashlib.sha256(content).hexdigest() == found.sha256:
        verdict.said.append("按封存时点重新生成的工作簿逐字节相同")
    else:
        _tell_cells(again, kept, verdict)


def _in_kept_words(again: Made, kept: Made, verdict: Verdict) -> Made:
    """Names and addresses are corrected without moving a figure; the records listed are still the same ones."""
    if isinstance(again, OwnWorkbook) and isinstance(kept, OwnWorkbook):
        worded: Made = again.with_records(kept)
    elif isinstance(again, FilledForm) and isinstance(kept, FilledForm):
        worded = again.with_words_of(kept)
    else:
        return again
    changed = list(_cells_apart(worded, again))
    if changed:
        verdict.notes.append(f"明细文字其后有更正 {len(changed)} 处（不影响数值，核验按封存时的文字），第一处 {changed[0]}")
    return worded


def _tell_cells(again: Made, kept: Made | None, verdict: Verdict) -> None:
    differing = next(_cells_apart(kept, again), None) if kept is not None else None
    if differing is not None:
        verdict.faults.append(f"重新生成的工作簿第一处不同：{differing}")
    elif kept is not None and not verdict.faults:
        verdict.faults.append("各单元格的内容相同，工作簿的封装不同（程序或其组件的版本已变化）；数值和清单以上述核对为准")
    else:
        verdict.faults.append("按封存时点重新生成的工作簿与封存的工作簿不同")


def _cells_apart(one: Made, other: Made) -> Iterator[str]:
    first, second = one.cells_by_address(), other.cells_by_address()
    for key in [*first, *(key for key in second if key not in first)]:
        was, now = told(first.get(key)), told(second.get(key))
        if was != now:
            yield f"{key[0]}!{key[1]} 封存为 {was or '空'}，现为 {now or '空'}"
