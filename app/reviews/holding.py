"""What an open submission forbids: results that need approval are not written past it, and nobody submits the same report twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from flask import current_app

from app.db import session
from app.domain.reviews import OPEN, SETTINGS, WAITING, standing
from app.errors import NotAllowedNow
from app.labels import label
from app.reviews.models import ResultReview
from app.sampling.models import Sample

NEEDS_REVIEW = "本单位设置了结果审核，检验结果须提交送审，经他人批准后才生效；请用“提交送审”"
COLUMNS = (ResultReview.id, ResultReview.title, ResultReview.state, ResultReview.levels)


def levels() -> int:
    """How many other people a result needs: 0 none, 1 who approves, 2 who checks and who approves."""
    return SETTINGS[current_app.config["RESULTS_REVIEW"]]


def named(review: Any) -> str:
    return f"第 {review.id} 号送审（{review.title}，{label(standing(review))}）"


def refuse_direct(outcomes: Sequence[Any], batch_id: int | None = None) -> None:
    """Writing results without approval: refused where approval is needed, and where one of these reports waits for it."""
    if levels():
        raise NotAllowedNow(NEEDS_REVIEW)
    if batch_id is not None:
        refuse_held(batch_id, "直接导入")
    ids = [outcome.sample.id for outcome in outcomes if outcome.sample]
    refuse_second(ids, {(outcome.planned.number, draft.report_no) for outcome in outcomes for draft in outcome.drafts})


def refuse_held(batch_id: int, what: str, *, also_returned: bool = True) -> None:
    """While its submission is open a file is neither confirmed, discarded nor staged anew."""
    states = OPEN if also_returned else WAITING
    found = session().execute(
        sa.select(*COLUMNS).where(ResultReview.import_batch_id == batch_id, ResultReview.state.in_(sorted(states)))
    ).first()
    if found is not None:
        raise NotAllowedNow(f"该文件已提交审核：{named(found)}，不能{what}；如需处理，请先由填报人撤回送审")


def lock(sample_ids: Iterable[int]) -> None:
    """Whoever submits the same sample at the same moment waits here, and then finds the submission of the first."""
    for part in _parts(sorted({number for number in sample_ids if number})):
        session().execute(sa.select(Sample.id).where(Sample.id.in_(part)).order_by(Sample.id).with_for_update())


def holding(sample_ids: Iterable[int], pairs: Iterable[tuple[str, str]], *, besides: int | None = None) -> Any:
    """An open submission of one of these reports, typed or in a file; None when there is none."""
    some = sa.select(ResultReview.id).where(ResultReview.state.in_(sorted(OPEN)), ResultReview.id != (besides or 0)).limit(1)
    if session().execute(some).first() is None:
        return None
    wanted = set(pairs)
    numbers = {report_no for _, report_no in wanted}
    chosen = sa.select(*COLUMNS, ResultReview.report_no, ResultReview.sample_id).where(
        ResultReview.state.in_(sorted(OPEN)), ResultReview.id != (besides or 0)
    )
    for part in _parts(sorted({number for number in sample_ids if number})):
        for row in session().execute(chosen.where(ResultReview.sample_id.in_(part)).order_by(ResultReview.id)):
            if row.report_no in numbers:
                return row
    files = chosen.add_columns(ResultReview.content).where(ResultReview.import_batch_id.is_not(None))
    for row in session().execute(files.order_by(ResultReview.id)):
        if wanted & {(number, report_no) for number, report_no in row.content["pairs"]}:
            return row
    return None


def refuse_second(sample_ids: Iterable[int], pairs: Iterable[tuple[str, str]], *, besides: int | None = None) -> None:
    """Raises NotAllowedNow that names the open submission of one of these reports."""
    found = holding(sample_ids, pairs, besides=besides)
    if found is not None:
        raise NotAllowedNow(f"其中有检验报告已在审核中：{named(found)}。请等待其办结，或先由填报人撤回送审")


def _parts(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), 500):
        yield ids[start : start + 500]
