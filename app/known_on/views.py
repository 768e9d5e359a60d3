"""Pages of 某一时点的记录: one beside the page of every record, with its permission and found as it is found."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import authorize
from app.known_on import reading
from app.known_on.reading import Known
from app.known_on.records import RECORDS, Kept

MOMENTS = 20
bp = Blueprint("known_on", __name__)


def _hang(state: BlueprintSetupState) -> None:
    """``/known`` before the address of the record's own page, whose guard is asked the same."""
    app: Any = state.app
    for here, one in RECORDS.items():
        guarded = app.view_functions[one.page]
        rule = next(app.url_map.iter_rules(one.page))
        (argument,) = rule.arguments
        state.add_url_rule(f"/known{rule.rule}", here, _page(one, argument, guarded), methods=["GET"])
    app.jinja_env.globals["known_address"] = address


def _page(one: Kept, argument: str, guarded: Any) -> Any:
    def show(record: Any) -> ResponseReturnValue:
        found = reading.known(record, reading.read(request.args.get("as_of")))
        here = partial(url_for, f"known_on.{one.here}", **{argument: record.id})
        return render_template(
            "known_on/show.html", found=found, address=url_for(one.page, **{argument: record.id}), as_written=as_written,
            here=here(), moments=[(here(as_of=at), at.replace("T", " "), steps) for at, steps in _moments(found)],
        )

    show.__name__ = f"known_{one.here}"
    return authorize(guarded.permission, guarded.fetch)(show)


def _moments(found: Known) -> list[tuple[str, str]]:
    """The moments just after each step, the newest last, steps of one second together; of a long history the newest."""
    steps: dict[str, list[str]] = {}
    for one in (*found.until, *found.since):
        steps.setdefault(as_written(one.at), []).append(one.step)
    return [(at, "、".join(taken)) for at, taken in steps.items()][-MOMENTS:]


def as_written(at: datetime) -> str:
    """A moment for an address: to the second, in the office's time."""
    return clock.office_time(at).strftime("%Y-%m-%dT%H:%M:%S")


def address() -> str | None:
    """For the history on a record's page: where that record is shown as of a moment; None on other pages."""
    one = next((one for one in RECORDS.values() if one.page == request.endpoint), None)
    return None if one is None else url_for(f"known_on.{one.here}", **(request.view_args or {}))


bp.record(_hang)
