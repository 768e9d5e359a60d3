"""What may be sent to the interface: the query of the list of samples, the body of a submission."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from flask import Request
from werkzeug.datastructures import MultiDict

from app import clock
from app.api.queries import PAGE, Asked
from app.api.refusals import Faulty, NotJsonType
from app.domain.api_keys import IDEMPOTENCY_KEY
from app.domain.json_shapes import Day, Faults, Items, NotJson, Record, Shape, Text, Whole, parse, shown
from app.domain.samples import ItemKind, Verdict
from app.domain.workflow import SampleState
from app.results.entry import CELLS

MOST_BYTES = 1024 * 1024
DEEPEST, MOST_REPORTS, MOST_ROWS, LARGEST_PAGE = 8, 50, 300, 200
NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z_().-]{4,39}")
LENGTHS = {"result": 2000, "method": 2000, "basis": 2000, "note": 2000, "unit": 40, "limit_unit": 40}
CELL: dict[str, Shape] = {name: Text(LENGTHS.get(name, 200)) for name in CELLS}
ROW = Record(
    {
        **CELL, "item": Text(200, least=1),
        "verdict": Text(10, words=tuple(word.value for word in Verdict)),
        "kind": Text(10, words=tuple(word.value for word in ItemKind)),
    },
    frozenset({"item", "result"}),
)  # fmt: skip
REPORT = Record(
    {
        "number": Text(60, least=1), "report_no": Text(100, least=1), "reported_on": Day(), "received_on": Day(),
        "laboratory": Text(200), "reason": Text(300), "version": Whole(1, 2**31 - 1), "rows": Items(ROW, MOST_ROWS),
    },
    frozenset({"number", "report_no", "reported_on", "rows"}),
)  # fmt: skip
BODY = Record({"reports": Items(REPORT, MOST_REPORTS)}, frozenset({"reports"}))


@dataclass(frozen=True, slots=True)
class Submission:
    """One request to write: its reports, whether it is a trial, and what makes it the same request when it is sent again."""

    reports: Sequence[Mapping[str, Any]]
    trial: bool
    idempotency_key: str
    sha256: str


def submission_of(request: Request) -> Submission:
    """The submission of this request.

    Raises NotJsonType, or Faulty with every fault of shape; 413 comes from reading too much.
    """
    request.max_content_length = MOST_BYTES
    if request.mimetype != "application/json" or request.mimetype_params.get("charset", "utf-8").lower() != "utf-8":
        raise NotJsonType
    body, faults = request.get_data(cache=False), Faults()
    trial = read(request.args, {"dry_run": yes_or_no}, faults).get("dry_run", False)
    idempotency_key = request.headers.get("Idempotency-Key", "")
    if not IDEMPOTENCY_KEY.fullmatch(idempotency_key):
        faults.add("Idempotency-Key", "缺少请求头，或不是 1 至 80 位的字母、数字和 . _ : - ；每次新的报送请用一个新值")
    try:
        value = BODY.read(parse(body, deepest=DEEPEST), "", faults)
    except NotJson as fault:
        faults.add("", str(fault))
    if faults.found:
        raise Faulty(faults.found)
    request_line = f"{request.method} {request.path}\n".encode()
    return Submission(value["reports"], trial, idempotency_key, hashlib.sha256(request_line + body).hexdigest())


# ---------------------------------------------------------------- the query of a list

def asked_of(args: MultiDict[str, str]) -> Asked:
    """Raises Faulty: a condition that nobody knows must not be passed over, or everything would be the answer."""
    faults = Faults()
    found = read(args, ASKED, faults)
    if faults.found:
        raise Faulty(faults.found)
    return Asked(after=found.pop("cursor", 0), size=found.pop("limit", PAGE), **found)


def refuse_any(args: MultiDict[str, str]) -> None:
    """For an address that takes no query."""
    faults = Faults()
    read(args, {}, faults)
    if faults.found:
        raise Faulty(faults.found)


def read(args: MultiDict[str, str], known: Mapping[str, Callable[[str], Any]], faults: Faults) -> dict[str, Any]:
    """The parameters of an address, each by its reader; an unknown one is a fault."""
    found: dict[str, Any] = {}
    for name in args:
        if name not in known:
            faults.add(f"?{shown(name)}", "没有这个查询参数，请核对拼写")
        elif len(args.getlist(name)) > 1:
            faults.add(f"?{name}", "同一查询参数只能出现一次")
        else:
            try:
                found[name] = known[name](args[name])
            except ValueError as fault:
                faults.add(f"?{name}", str(fault))
    return found


def yes_or_no(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("应为 true 或 false")
    return text == "true"


def _size(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,3}", text) or not 1 <= int(text) <= LARGEST_PAGE:
        raise ValueError(f"应为 1 至 {LARGEST_PAGE} 的整数")
    return int(text)


def _state(text: str) -> SampleState:
    if text not in {state.value for state in SampleState}:
        raise ValueError(f"应为 {'、'.join(state.value for state in SampleState)} 之一")
    return SampleState(text)


def _number(text: str) -> str:
    if not NUMBER.fullmatch(text):
        raise ValueError("不是抽样编号：应为 5 至 40 位的字母和数字")
    return text


def _day(text: str) -> date:
    faults = Faults()
    day: Any = Day().read(text, "", faults)
    if faults.found:
        raise ValueError(faults.found[0][1])
    return day  # type: ignore[no-any-return]


def _moment(text: str) -> datetime:
    """A day of the office, or a moment with its offset; as stored."""
    try:
        if len(text) == 10:
            return datetime.combine(_day(text), time.min, clock.OFFICE).astimezone(UTC).replace(tzinfo=None)
        read = datetime.fromisoformat(text.upper())
        if read.tzinfo is not None:
            return read.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        pass
    raise ValueError("应为日期 2026-11-20，或带时区的时刻 2026-11-20T08:00:00+08:00（地址中的 + 须写作 %2B）")


def _after(text: str) -> int:
    """Where the page before ended: callers hand it back as they got it."""
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise ValueError("应为上一页返回的 next_cursor，原样传回")
    return int(text)


ASKED: Mapping[str, Callable[[str], Any]] = {
    "state": _state, "number": _number, "sampled_since": _day, "received_since": _day, "updated_since": _moment,
    "limit": _size, "cursor": _after,
}  # fmt: skip
