"""检验结果明细: every item of the reports in force, by item, verdict and the conditions of the list of samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.domain.actors import Actor
from app.domain.samples import Verdict
from app.keyset import counted
from app.labels import label
from app.reference_data.books import item_book
from app.results.models import FAILED_ROWS, ResultReport, ResultRow
from app.results.queries import Page, paged
from app.sampling import asked as sample_filters
from app.sampling import exports
from app.sampling import queries as samples
from app.sampling.models import Sample

SIZE = 50
FEW = 500  # samples
LONGEST = 60
OF_ROW = (
    "id", "sample_id", "item", "item_written", "item_class", "kind", "result_written", "value", "unit", "verdict_written", "lab_verdict",
    "our_verdict", "verdict", "pending", "flags", "reason", "limit_source", "limit_text", "min_written", "max_written", "limit_unit",
    "lod_written", "lod_unit", "method", "basis", "note", "decided_at",
)  # fmt: skip
OF_SAMPLE = (
    "number", "state", "purpose", "domain", "category_id", "category_written", "product_name", "link", "region_id",
    "sampled_region_written", "sampled_name", "sampled_credit_code", "producer_name", "sampled_on", "laboratory",
)  # fmt: skip
COLUMNS = (
    *(getattr(ResultRow, name) for name in OF_ROW), *(getattr(Sample, name) for name in OF_SAMPLE), ResultReport.report_no,
    ResultReport.reported_on,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filters:
    """The conditions of the list of samples, and of the item its name and its verdict."""

    samples: samples.Filters
    item: str | None = None
    verdict: Verdict | None = None


def asked(values: Mapping[str, Any]) -> Filters:
    """What is not understood is no condition; ``failed`` is the box for failing items only."""
    written = "".join(str(values.get("item") or "").split())[:LONGEST]
    verdict = Verdict.FAIL.value if values.get("failed") else values.get("verdict")
    known = Verdict(verdict) if verdict in {one.value for one in Verdict} else None
    return Filters(sample_filters.filters_asked(values), written or None, known)


def kept(filters: Filters) -> dict[str, Any]:
    """The query again, for the links of the list."""
    own = {"item": filters.item, "verdict": filters.verdict.value if filters.verdict else None}
    return {**sample_filters.kept(filters.samples), **{name: value for name, value in own.items() if value is not None}}


def words(filters: Filters) -> str:
    """The query in words."""
    said = exports.conditions(filters.samples)
    own = [
        f"检验项目：{filters.item}" if filters.item else "", f"结果判定：{label(filters.verdict)}" if filters.verdict else "",
    ]  # fmt: skip
    return "，".join([*([said] if said != "全部" else []), *filter(None, own)]) or "全部"


def listed(actor: Actor, filters: Filters, columns: Sequence[Any] = COLUMNS) -> sa.Select[Any]:
    """Every item of the reports in force of the samples asked for, row by row: whether its sample is one of them is asked of each.

    Joined plainly, SQLite would begin with the samples and sort all their rows for every page.
    """
    inner = samples.listed(actor, filters.samples, [Sample.id]).where(Sample.id == ResultRow.sample_id).correlate(ResultRow)
    return _of_items(sa.select(*columns), filters).where(inner.exists())


def _by_sample(actor: Actor, filters: Filters) -> sa.Select[Any]:
    """The same where few samples are asked for: they are found first."""
    return _of_items(samples.listed(actor, filters.samples, COLUMNS), filters)


def _of_items(statement: sa.Select[Any], filters: Filters) -> sa.Select[Any]:
    """An item is asked by its official name, whatever was written."""
    chosen = statement.select_from(ResultRow).join(ResultReport, ResultReport.id == ResultRow.report_id)
    chosen = chosen.join(Sample, Sample.id == ResultRow.sample_id).where(ResultReport.superseded_at.is_(None))
    if filters.item:
        chosen = chosen.where(ResultRow.item == item_book().resolve(filters.item).name)
    if filters.verdict is Verdict.FAIL:
        return chosen.where(FAILED_ROWS)
    return chosen if filters.verdict is None else chosen.where(ResultRow.verdict == filters.verdict)


def rows(actor: Actor, filters: Filters, *, before: int | None = None, after: int | None = None, size: int = SIZE) -> Page:
    """One page by key, newest first: nothing is counted, which with twenty items a sample would read millions of rows."""
    few = sample_filters.kept(filters.samples) and counted(samples.listed(actor, filters.samples, [Sample.id]), FEW) <= FEW
    return paged(_by_sample(actor, filters) if few else listed(actor, filters), ResultRow.id, before, after, size)
