"""Samples and reports as a program reads them: names that stay, exact decimals as texts, dates as ISO 8601 writes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask import Response

from app import blinding
from app.domain.actors import Actor
from app.labels import label
from app.reference_data.books import category_book
from app.results.models import ResultReport
from app.sampling.models import Sample

KEYS = frozenset({"number", "local_number", "report_no"})
SAMPLE = (
    "number", "local_number", "purpose", "domain", "product_name", "spec", "batch_no", "date_kind", "made_on", "shelf_life",
    "storage", "packaging", "quality_grade", "standard", "quantity", "backup_quantity", "quantity_unit", "sampled_on",
    "arrived_on", "reported_on", "laboratory", "supervision", "monitoring", "pending_items", "version",
)  # fmt: skip
PARTIES = {
    "sampled_party": {"name": "sampled_name", "credit_code": "sampled_credit_code", "address": "sampled_address"},
    "producer": {"name": "producer_name", "address": "producer_address", "licence_no": "producer_licence_no"},
}
REPORT = (
    "report_no", "version", "laboratory", "received_on", "reported_on", "report_kind", "conclusion_written", "remark_supervision",
    "remark_monitoring", "reason",
)  # fmt: skip
ROW = {
    "item": "item", "item_written": "item_written", "kind": "kind", "result": "result_written", "value": "value", "unit": "unit",
    "verdict": "verdict", "laboratory_verdict": "lab_verdict", "own_verdict": "our_verdict", "pending": "pending",
    "limit": "limit_text", "limit_source": "limit_source", "min_limit": "min_written", "max_limit": "max_written",
    "limit_unit": "limit_unit", "lod": "lod_written", "lod_unit": "lod_unit", "method": "method", "basis": "basis", "note": "note",
    "flags": "flags", "remark": "reason",
}  # fmt: skip


def answer(content: Mapping[str, Any], status: int = 200) -> Response:
    """An answer in JSON, in characters that a person at a terminal can read."""
    return Response(written(content), status, mimetype="application/json")


def written(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False)


def plain(value: Any) -> Any:
    """A value without loss: a decimal keeps every digit and no zeros that the database added."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if hasattr(value, "isoformat") else value


def _open(row: Any, columns: Mapping[str, str]) -> dict[str, Any]:
    """These columns, in which a blind reader finds no word of the firm; what programs find records by stays whole."""
    values = {name: getattr(row, column) for name, column in columns.items()}
    firm = blinding.words()
    return {
        name: blinding.without(value, firm) if type(value) is str and name not in KEYS else plain(value)
        for name, value in values.items()
    }


def sample(one: Sample, actor: Actor) -> dict[str, Any]:
    """A sample, of whoever may read it."""
    one = blinding.shown(one, actor)
    found = _open(one, dict(zip(SAMPLE, SAMPLE, strict=True)))
    found |= {"state": one.state.value, "state_name": label(one.state), "category": _category(one)}
    if blinding.is_blind(actor):
        return found | dict.fromkeys(PARTIES)
    parties = {
        party: {name: getattr(one, column) for name, column in columns.items()} for party, columns in PARTIES.items()
    }
    return found | parties


def _category(one: Sample) -> str | None:
    return category_book().by_id(one.category_id).path if one.category_id else one.category_written


def report(one: ResultReport) -> dict[str, Any]:
    """A report in force with its rows in their order."""
    return _open(one, dict(zip(REPORT, REPORT, strict=True))) | {"rows": [_open(row, ROW) for row in one.rows]}

