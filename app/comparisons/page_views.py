"""What every page of 比较分析 shares: its tabs, the addresses of its numbers, and its workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.authorize import can, current_actor
from app.comparisons import addresses
from app.comparisons.addresses import Comparing
from app.comparisons.tables import Opens, Table
from app.comparisons.workbooks import content_of, handed_out, note, wants_workbook
from app.db import transaction
from app.domain.permissions import Permission
from app.domain.samples import Domain, Level, Link, Purpose
from app.reference_data.books import category_book

bp = Blueprint("comparisons", __name__, url_prefix="/comparisons")
TABS = (
    ("regions", "地区对比"), ("by_year", "同比环比"), ("heat", "类别×月份"), ("items", "检验项目"), ("parts_of", "其他分组"),
    ("task_levels", "任务完成"), ("case_work", "处置绩效"), ("balance", "均衡度"), ("what_if", "合格率推演"), ("forecast", "全年预测"),
    ("scores", "考核得分"),
)  # fmt: skip


def resolve(asked: Comparing) -> Any:
    """Turns what a cell opens into an address, with everything else the page was asked by."""
    common = _quoted_all(asked.args)
    paths: dict[str, str] = {}

    def address(opens: Opens | str | None, **args: Any) -> str | None:
        if opens is None:
            return None
        page, more = (opens.page, opens.args) if isinstance(opens, Opens) else (opens, args)
        if page == "indicator":
            return url_for("indicators.show_records", side="numerator", **more, **_of_indicators(asked))
        if page == "sampled":
            return url_for("progress.show_records", measure="sampled", **more) if can(Permission.PLAN_READ) else None
        if page not in paths:
            paths[page] = url_for(f"comparisons.{page}")
        return f"{paths[page]}?{'&'.join(said for said in (common | _quoted_all(more)).values() if said)}"

    return address


def _quoted_all(args: Mapping[str, Any]) -> dict[str, str]:
    """A heat map has hundreds of addresses that differ in two arguments: each pair is quoted once and not by every address."""
    return {name: _quoted(name, value) for name, value in args.items()}


@lru_cache(4096)
def _quoted(name: str, value: Any) -> str:
    """One argument of an address; empty where it says nothing."""
    return "" if value is None else urlencode({name: value})


def _of_indicators(asked: Comparing) -> dict[str, Any]:
    """The same frame as the pages of the plans take it, which know no quarters."""
    period = asked.frame.period
    return {"area": asked.frame.area.code, "year": period.year, "month": period.month, "as_of": asked.as_of}


def page(template: str, here: str, asked: Comparing, tables: Sequence[Table], **more: Any) -> ResponseReturnValue:
    """The page, or its tables as a workbook."""
    if wants_workbook():
        return _workbook(tables, f"{dict(TABS)[here]}：{asked.about}", dict(TABS)[here])
    args: dict[str, Any] = {name: value for name, value in request.args.items() if name not in ("after", "format")}
    address = resolve(asked)
    shared: dict[str, Any] = {
        "asked": asked, "here": here, "tabs": _tabs(here, asked),
        "tables": tables, "address": address, "export": url_for(f".{here}", **{**args, "format": "xlsx"}), "figures": _figures(asked),
        "words": {"domain": list(Domain), "purpose": list(Purpose), "level": list(Level), "link": list(Link),
                  "category": [one.name for one in category_book().roots()]},
        "areas": asked.areas(), "drawings": (), "hidden": {}, "by": None, "node": None, "filters": True, "spans": True,
    }  # fmt: skip
    return render_template(template, **{**shared, **more})


def _tabs(here: str, asked: Comparing) -> list[tuple[str, str, bool]]:
    """The figure chosen is kept from tab to tab, also over those that are about something else."""
    args = {**asked.args, "figure": request.args.get("figure") or asked.question.code}
    return [(url_for(f".{page}", **args), title, page == here) for page, title in TABS]


def _workbook(tables: Sequence[Table], about: str, name: str) -> ResponseReturnValue:
    """Who took it out is in the history."""
    actor = current_actor()
    content = content_of(tables, about, actor)
    with transaction():
        note(tables, about, actor, content, name)
    return handed_out(content, name)


def _figures(asked: Comparing) -> list[tuple[str, str]]:
    """Formulas, and the indicator of a plan where that is what is asked."""
    found = addresses.figures_offered()
    planned = asked.question.planned
    return found if planned is None else [(asked.question.code, f"{planned.plan.name}：{planned.row.name}"), *found]


def again(after: int | None) -> str:
    """This very list from another place on."""
    args: dict[str, Any] = {name: value for name, value in request.args.items() if name != "after"}
    return url_for(str(request.endpoint), **args, after=after)
