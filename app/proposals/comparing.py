"""四统一: two plans side by side, and the sheets of both at the same units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from app.assignments.rooms import trees
from app.db import session
from app.domain.actors import Actor
from app.domain.overlap import SAME_DAYS, Overlap, Pair, Sampled, overlaps, sampled_twice
from app.domain.progress import Measure
from app.errors import NotLikeThis
from app.plans.models import SamplingPlan
from app.plans.naming import ground
from app.progress import queries as progress
from app.sampling.models import Sample
from app.spreadsheet_cells import Column
from app.spreadsheet_reports import ReportSheet, write_report


@dataclass(frozen=True)
class Comparison:
    """Everything that two plans share. Labels are the cells in words, in the order of the overlaps."""

    one: SamplingPlan
    other: SamplingPlan
    days: int
    overlaps: Sequence[Overlap]
    labels: Sequence[tuple[str, str]]
    pairs: Sequence[Pair]

    @property
    def duplicates(self) -> int:
        return sum(pair.same_food for pair in self.pairs)


def compare(actor: Actor, one: SamplingPlan, other: SamplingPlan, days: int = SAME_DAYS) -> Comparison:
    """Both plans were fetched in the reader's scope; so are the sheets."""
    if one.id == other.id:
        raise NotLikeThis("请选择两个不同的计划进行比对", field="other")
    if one.year != other.year:
        raise NotLikeThis("只能比对同一年度的两个计划", field="other")
    cells = progress.cells_in_force([one, other])
    found = overlaps(cells[one.id], cells[other.id], trees())
    lands = ground(one), ground(other)
    labels = [(lands[0].words(pair.one), lands[1].words(pair.other)) for pair in found]
    sheets = [sheet for plan in (one, other) for sheet in _sheets(actor, plan)]
    return Comparison(one, other, days, found, labels, sampled_twice(sheets, days))


def _sheets(actor: Actor, plan: SamplingPlan) -> list[Sampled]:
    """A sheet of an enterprise that is not in the register is known by the name it says."""
    columns = [
        Sample.id, Sample.number, Sample.sampled_enterprise_id, Sample.sampled_credit_code, Sample.sampled_name,
        Sample.product_name, Sample.category_id, Sample.sampled_on,
    ]  # fmt: skip
    rows = session().execute(
        progress.sheets(actor, plan, columns, progress.counted(Measure.SAMPLED), Sample.sampled_on.is_not(None)).order_by(Sample.id)
    )
    found = []
    for row in rows:
        unit = row.sampled_credit_code or row.sampled_name
        if unit:
            found.append(
                Sampled(row.id, row.number, plan.id, unit, row.sampled_name or unit, row.product_name, row.category_id, row.sampled_on)
            )
    return found


def workbook(found: Comparison, author: str, made_at: datetime) -> bytes:
    """比对结果 as a workbook of two sheets."""
    about = f"甲：{found.one.title}　乙：{found.other.title}"
    cells = ReportSheet(
        "重叠批次", "抽检计划比对：重叠批次", about,
        [Column("甲计划格"), Column("甲批次", "integer"), Column("乙计划格"), Column("乙批次", "integer"), Column("合计", "integer")],
        [
            (mine, pair.one_batches, theirs, pair.other_batches, pair.together)
            for pair, (mine, theirs) in zip(found.overlaps, found.labels, strict=True)
        ],
    )  # fmt: skip
    sheets = ReportSheet(
        "同一单位抽样", f"抽检计划比对：{found.days} 天内在同一单位抽样", about,
        [
            Column("被抽样单位"), Column("甲抽样编号"), Column("甲样品"), Column("乙抽样编号"), Column("乙样品"),
            Column("相隔天数", "integer"), Column("可能重复"),
        ],
        [
            (
                pair.one.unit_name, pair.one.number, pair.one.product, pair.other.number, pair.other.product, pair.days,
                "是" if pair.same_food else "否",
            )
            for pair in found.pairs
        ],
    )  # fmt: skip
    with TemporaryDirectory() as folder:
        path = Path(folder) / "overlap.xlsx"
        write_report(path, [cells, sheets], author=author, made_at=made_at)
        return path.read_bytes()
