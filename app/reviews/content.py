"""What was submitted, as it is kept with the submission: the typed report, or the choices made for a file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from app.domain.written import present
from app.results.entry import Entered
from app.results.outcomes import Outcome
from app.results.staging import Options, Prepared

Pair = tuple[str, str]  # 抽样编号, 报告书编号
SAID = ("item", "result", "unit", "verdict")
MENTIONED = 12  # items named in the summary of a typed report


def _packed(value: Any) -> Any:
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, Mapping):
        return {str(name): _packed(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_packed(one) for one in value]
    return value


def _unpacked(value: Any) -> Any:
    if isinstance(value, dict):
        if value.keys() == {"date"}:
            return date.fromisoformat(value["date"])
        return {name: _unpacked(one) for name, one in value.items()}
    return [_unpacked(one) for one in value] if isinstance(value, list) else value


def of_entry(entered: Entered) -> dict[str, Any]:
    """The report as typed; lines with nothing in them are not kept."""
    packed = {field.name: _packed(getattr(entered, field.name)) for field in fields(entered)}
    packed["rows"] = [cells for cells in packed["rows"] if any(present(str(text)) for text in cells.values())]
    return {"entered": packed}


def entered_of(content: Mapping[str, Any]) -> Entered:
    """The report rebuilt; a field that the form has gained since takes its default."""
    known = {field.name for field in fields(Entered)}
    return Entered(**{name: _unpacked(value) for name, value in content["entered"].items() if name in known})


def form_of(review: Any, version: int) -> dict[str, Any]:
    """A typed report as its form shows it, to be corrected; ``version`` is the sample's."""
    entered = entered_of(review.content)
    shown = {"version": version, "reason": review.reason, "laboratory": entered.laboratory_org_id}
    return {**{field.name: getattr(entered, field.name) for field in fields(entered)}, **shown}


@dataclass(frozen=True, slots=True)
class Choices:
    """The choices made when a file was submitted, and the reports that were acceptable then."""

    options: Options
    skip_refused: bool
    pairs: frozenset[Pair]

    @property
    def numbers(self) -> set[str]:
        return {number for number, _ in self.pairs}


def of_file(prepared: Prepared, *, skip_refused: bool) -> dict[str, Any]:
    options = prepared.options
    return {
        "layout": options.layout, "skip_refused": skip_refused, "laboratory_org_id": options.laboratory_org_id,
        "reported_on": options.reported_on.isoformat() if options.reported_on else None,
        "pairs": [list(pair) for pair in sorted(pairs_of(prepared.writable))],
    }  # fmt: skip


def choices_of(content: Mapping[str, Any]) -> Choices:
    day = content["reported_on"]
    options = Options(content["layout"], date.fromisoformat(day) if day else None, content["laboratory_org_id"])
    return Choices(options, content["skip_refused"], frozenset((number, report) for number, report in content["pairs"]))


def pairs_of(outcomes: Iterable[Outcome]) -> set[Pair]:
    """Which reports of which samples would be written."""
    return {(outcome.planned.number, draft.report_no) for outcome in outcomes for draft in outcome.drafts}


def digest(content: Mapping[str, Any], file_sha256: str = "") -> str:
    """Proves what was submitted: of a file, its bytes as well."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{file_sha256}\n{canonical}".encode()).hexdigest()


def summary_of_entry(entered: Entered) -> str:
    """One line that a reader of the history understands without the content."""
    lines = [[str(cells.get(name) or "").strip() for name in SAID] for cells in entered.rows]
    said = [" ".join(text for text in words if text) for words in lines if words[0]]
    more = f" 等 {len(said)} 项" if len(said) > MENTIONED else ""
    return f"报告 {entered.report_no}，{entered.reported_on}，共 {len(said)} 项：{'；'.join(said[:MENTIONED])}{more}"


def summary_of_file(filename: str, prepared: Prepared) -> str:
    found = "，".join(f"{word} {count}" for word, count in prepared.conclusions.items() if count)
    return f"{filename}：{len(prepared.writable)} 批样品" + (f"，{found}" if found else "")
