"""Results, changed: a file staged, confirmed, discarded or undone; a report entered by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app import history
from app.collecting import put_off
from app.db import session
from app.domain.actors import Actor
from app.domain.result_import import Action
from app.domain.workflow import BatchState, BatchStep, SampleState
from app.errors import NotAllowedNow, NotLikeThis
from app.notices import telling
from app.results import conflicts, creation, queries, sheet_amending
from app.results.models import ImportBatch
from app.results.moving import Origin
from app.results.outcomes import Outcome
from app.results.previews import preview_of
from app.results.staging import Options, Prepared
from app.results.undoing import Undone, undo
from app.results.writing import Written, write
from app.reviews import holding

__all__ = ["Staged", "Undone", "Written", "confirm", "discard", "enter", "stage", "undo"]

KIND = "results"


@dataclass(frozen=True, slots=True)
class Staged:
    """An upload with its preview; ``identical`` names the earlier import that it repeats to the letter."""

    batch: ImportBatch
    identical: bool = False

    @property
    def sentence(self) -> str:
        return f"与第 {self.batch.id} 次导入（{self.batch.filename}）完全相同，未作任何更改"


@put_off()
def stage(actor: Actor, filename: str, sha256: str, prepared: Prepared, at: datetime) -> Staged:
    """Keep the preview of an upload. The same bytes are one batch until it is confirmed, and again after it was undone."""
    earlier = queries.same_file(actor, KIND, sha256)
    counts = prepared.counts
    if not prepared.writable and not counts[Action.REFUSED] and not counts[Action.CONFLICT]:
        done = next((batch for batch in earlier if batch.state is BatchState.CONFIRMED), None)
        if done is not None:
            return Staged(done, identical=True)
    again = next((batch for batch in earlier if batch.state in (BatchState.STAGED, BatchState.UNDONE)), None)
    if again is None:
        batch = ImportBatch(
            org_id=actor.org_id, kind=KIND, layout=prepared.layout, filename=filename[-200:], sha256=sha256, created_at=at,
            created_by_id=actor.user_id,
        )  # fmt: skip
        describe(batch, prepared)
        history.advance(batch, BatchStep.STAGE, actor, changes={"sha256": (None, sha256)})
        conflicts.keep(batch, prepared, at)
        return Staged(batch)
    holding.refuse_held(again.id, "重新上传", also_returned=False)
    describe(again, prepared)
    conflicts.keep(again, prepared, at)
    history.record(
        again.__tablename__, again.id, BatchStep.STAGE.value, actor, org_id=again.org_id, name=again.number,
        to_state=again.state.value,
    )  # fmt: skip
    return Staged(again)


def describe(batch: ImportBatch, prepared: Prepared) -> None:
    """What the preview of the file says now."""
    counts = prepared.counts
    batch.layout = prepared.layout
    batch.reported_on = prepared.options.reported_on
    batch.laboratory_org_id = prepared.options.laboratory_org_id
    batch.layout_mapping_id = prepared.layout_mapping_id
    batch.rows, batch.samples = prepared.plan.rows, len(prepared.plan.samples)
    batch.new_count, batch.changed_count = counts[Action.NEW], counts[Action.CHANGED]
    batch.unchanged_count, batch.refused_count = counts[Action.UNCHANGED], counts[Action.REFUSED]
    if prepared.preview is None:  # a command stages and confirms in one go
        prepared.preview = preview_of(prepared)
    batch.preview = prepared.preview


@put_off()
def confirm(
    batch: ImportBatch,
    prepared: Prepared,
    actor: Actor,
    at: datetime,
    *,
    skip_refused: bool = False,
    seen: int | None = None,
    approved: bool = False,
) -> Written:
    """Write every acceptable sample of a file that has just been read and planned again.

    ``approved`` says that it comes from 结果审核; otherwise an office that reviews its results is told to submit it.

    Raises NotLikeThis when samples are refused and nobody said to skip them, or when a report date is missing;
    NotAllowedNow when the batch or one of the samples was changed since. Nothing is then written.
    """
    if not approved:
        holding.refuse_direct(prepared.writable, batch.id)
    refuse_unready(prepared, skip_refused)
    step = BatchStep.REVIVE if batch.state is BatchState.UNDONE else BatchStep.CONFIRM
    describe(batch, prepared)
    counts = {"samples": (None, len(prepared.writable)), "refused": (None, batch.refused_count)}
    history.advance(batch, step, actor, seen=seen, changes=counts)
    batch.confirmed_at, batch.undone_at = at, None
    session().flush()  # whoever confirms at the same moment is told now, not after the work
    conflicts.keep(batch, prepared, at)
    origin = Origin(actor, at, batch.id)
    creation.register(prepared.writable, origin)
    sheet_amending.amend(prepared.writable, origin)
    amended = [outcome for outcome in prepared.writable if _reported(outcome)]
    written = write(prepared.writable, origin)
    telling.results_amended(batch, actor, amended)
    return written


def _reported(outcome: Outcome) -> bool:
    return outcome.sample is not None and outcome.sample.state is SampleState.REPORTED


def refuse_unready(prepared: Prepared, skip_refused: bool) -> None:
    """Raises what keeps a file from being confirmed, or submitted."""
    refused, waiting = prepared.counts[Action.REFUSED], prepared.counts[Action.CONFLICT]
    if prepared.file_errors:
        raise NotLikeThis(f"文件未能完整读取，不能导入：{prepared.file_errors[0].message}")
    if refused and not skip_refused:
        raise NotLikeThis(
            f"有 {refused} 批样品存在错误，未导入任何数据。请改正后重新上传，或选择“跳过 {refused} 批”只导入其余样品",
            field="skip_refused",
        )
    if waiting and not skip_refused:
        raise NotLikeThis(
            f"有 {waiting} 批样品与本系统的更正冲突，尚未裁定，未导入任何数据。请先逐项裁定，或选择“跳过 {waiting} 批”只导入其余样品",
            field="skip_refused",
        )
    if prepared.lacks_date:
        raise NotLikeThis("文件中没有报告日期，请填写报告日期后再确认导入", field="reported_on")
    if not prepared.writable and not conflicts.decided_in(prepared):
        raise NotAllowedNow("文件中没有可导入的内容：其余样品的结果与系统中的完全相同，未作任何更改")


def options_of(batch: ImportBatch) -> Options:
    """What was said about a file when it was uploaded."""
    return Options("auto", batch.reported_on, batch.laboratory_org_id, layout_mapping_id=batch.layout_mapping_id)


def plan_again(batch: ImportBatch, prepared: Prepared, at: datetime) -> None:
    """The preview of an import that is not confirmed yet, as it stands now (after conflicts were decided)."""
    describe(batch, prepared)
    conflicts.keep(batch, prepared, at)


def discard(batch: ImportBatch, actor: Actor, *, seen: int | None = None) -> None:
    """放弃导入: the preview is closed; the file and the history stay."""
    holding.refuse_held(batch.id, "放弃导入")
    history.advance(batch, BatchStep.DISCARD, actor, seen=seen)


def enter(
    outcome: Outcome, actor: Actor, at: datetime, *, reason: str | None = None, seen: int | None = None, approved: bool = False
) -> Written:
    """登记检验报告 by hand, or a new version of it.

    Raises NotAllowedNow when the sample was changed since the page was shown.
    """
    assert outcome.sample is not None
    if not approved:
        holding.refuse_direct([outcome])
    if seen is not None and seen != outcome.sample.version:
        raise NotAllowedNow("该样品已被他人更新，请核对后再提交；您填写的内容仍保留在表单中")
    amends = _reported(outcome)
    written = write([outcome], Origin(actor, at, reason=reason))
    if amends:
        telling.results_corrected(outcome, actor, reason)
    return written
