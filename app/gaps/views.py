"""Pages of what to sample next (下一步抽什么): the list, why a line is on it, coverage, and the laboratories' capacity."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, taken_out
from app.announcements.hints import Recent, recent_failures
from app.assignments.lines import Line
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.gaps_points import NAMES, TABLE
from app.domain.permissions import Permission
from app.domain.samples import Link
from app.errors import NotFound, NotLikeThis
from app.gaps import coverage, exports, forms, listing, operations, queries
from app.gaps.listing import Answer, Row
from app.gaps.reading import Books
from app.plans.models import SamplingPlan
from app.plans.queries import plans_in_force
from app.reference_data import standing
from app.sending import send_file

bp = Blueprint("gaps", __name__, url_prefix="/gaps")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS = 50
ASKED = ("plan_id", "weeks", "region_id", "link", "category_id", "year")


def _kept() -> dict[str, str]:
    """The conditions of the address, for the links of the page."""
    return {name: value for name in ASKED if (value := (request.args.get(name) or "").strip())}


def _answer() -> Answer:
    actor, today = current_actor(), clock.today()
    return listing.answer(actor, forms.question(actor, request.args, today), today)


def line_of(row: Row) -> str:
    """The line as the page of new tasks takes it."""
    pair = row.place.pair
    return Line(pair.firm.region_id or row.plan.region_id, row.batches, pair.food_id, pair.link, pair.firm.id).written


# ---------------------------------------------------------------- the list


@bp.get("/")
@authorize(Permission.PLAN_READ)
def index() -> ResponseReturnValue:
    actor, found = current_actor(), _answer()
    page = _page(len(found.rows))
    year = found.question.plans[0].year if found.question.plans else clock.today().year
    first = (page - 1) * ROWS
    return render_template(
        "gaps/index.html",
        found=found,
        recent=_published(found.rows[first : first + ROWS], found.today),
        rows=found.rows[first : first + ROWS],
        page=page,
        pages=-(-len(found.rows) // ROWS),
        kept=_kept(),
        plans=plans_in_force(actor, year),
        places=_places(found, actor),
        links=list(Link),
        roots=found.books.categories.roots(),
        exports=exports,
        line_of=line_of,
        names=NAMES,
        table_of_points=TABLE,
        at=clock.now(),
        question=found.question,
    )


def _published(rows: Sequence[Row], today: date) -> Recent:
    """What others have published of the enterprises and foods of these lines: a hint without points."""
    pairs = [row.place.pair for row in rows]
    foods = {pair.food_id for pair in pairs if pair.food_id is not None}
    return recent_failures(current_actor(), {pair.firm.id for pair in pairs}, foods, today)


def _page(rows: int) -> int:
    written = request.args.get("page", "1")
    number = int(written) if written.isascii() and written.isdecimal() and len(written) < 6 else 1
    return min(max(number, 1), max(-(-rows // ROWS), 1))


def _places(found: Answer, actor: Any) -> list[tuple[int, str]]:
    """Townships of the plans' areas."""
    regions = found.books.regions
    areas = dict.fromkeys(plan.region_id for plan in found.question.plans)
    return [(one, regions.name(one)) for top in areas for one in regions.children(top)]


@bp.get("/line/<key>")
@authorize(Permission.PLAN_READ)
def line(key: str) -> ResponseReturnValue:
    found = _answer()
    row = found.row(key)
    if row is None:
        raise NotFound("该行已不在清单中（可能已安排、已抽样或已达上限），请返回清单重新查看")
    heads = dict.fromkeys(row.caps)
    return render_template(
        "gaps/line.html", found=found, recent=_published([row], found.today), row=row,
        heads=heads, kept=_kept(), exports=exports, names=NAMES, line_of=line_of
    )


@bp.get("/export")
@authorize(Permission.PLAN_READ)
def export() -> ResponseReturnValue:
    found, actor, at = _answer(), current_actor(), clock.now()
    content = _made(lambda path: exports.write_list(path, found, actor, at))
    _exported("下一步抽什么", f"共 {found.batches} 批", content, len(found.rows))
    return send_file(io.BytesIO(content), XLSX, as_attachment=True, download_name=f"下一步抽什么{found.today}.xlsx")


def _made(write: Callable[[Path], None]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.xlsx"
        write(path)
        return path.read_bytes()


def _exported(name: str, comment: str, content: bytes, rows: int) -> None:
    with transaction():
        taken_out.note("sampling_plan", None, name, comment, current_actor(), content, rows)


# ---------------------------------------------------------------- coverage


def _coverage() -> tuple[coverage.Covered, Books, list[SamplingPlan]]:
    actor, books, today = current_actor(), Books(), clock.today()
    year = forms.whole(request.args, "year", "年份") or today.year
    if not 2000 <= year <= 2100:
        raise NotLikeThis("年份应在 2000 至 2100 之间", field="year")
    plans = plans_in_force(actor, year)
    plan_id = forms.whole(request.args, "plan_id", "计划")
    plan = next((one for one in plans if one.id == plan_id), None)
    if plan_id is not None and plan is None:
        raise NotFound("没有找到正在执行的该计划，或不在您的管辖范围内")
    region_id = forms.whole(request.args, "region_id", "区域") or coverage.own_area(actor, books, plan)
    if region_id not in books.regions:
        raise NotLikeThis("没有该区域，请从列表中选择", field="region_id")
    return coverage.covered(actor, region_id, year, books, plan), books, plans


@bp.get("/coverage")
@authorize(Permission.PLAN_READ)
def show_coverage() -> ResponseReturnValue:
    found, books, plans = _coverage()
    top = found.plan.region_id if found.plan else coverage.own_area(current_actor(), books, None)
    places = [(one, books.regions.name(one)) for one in (top, *books.regions.children(top))]
    if found.area.id not in {one for one, _ in places}:
        places.append((found.area.id, found.area.name))
    return render_template(
        "gaps/coverage.html", found=found, regions=books.regions, plans=plans, places=places, kept=_kept()
    )


@bp.get("/coverage/export")
@authorize(Permission.PLAN_READ)
def export_coverage() -> ResponseReturnValue:
    (found, books, _), actor, at = _coverage(), current_actor(), clock.now()
    content = _made(lambda path: exports.write_coverage(path, found, books, actor, at))
    _exported(
        "抽检覆盖缺口",
        f"{found.area.name}{found.year}年，企业 {len(found.missing_producers)} 家，品种 {len(found.missing_kinds)} 个",
        content, len(found.missing_producers) + len(found.missing_kinds),
    )  # fmt: skip
    return send_file(io.BytesIO(content), XLSX, as_attachment=True, download_name=f"抽检覆盖缺口{found.year}.xlsx")


# ---------------------------------------------------------------- laboratories


def _capacity_page(form: forms.CapacityForm | None, status: int = 200) -> ResponseReturnValue:
    rows = queries.capacity_rows(current_actor())
    return render_template("gaps/laboratories.html", form=form, rows=rows, today=clock.today()), status


def _capacity_form(*args: Any, **values: Any) -> forms.CapacityForm:
    form = forms.CapacityForm(*args, **values)
    form.laboratory.choices = [(lab.id, lab.name) for lab in standing.laboratories()]
    return form


@bp.get("/laboratories")
@authorize(Permission.PLAN_READ)
def laboratories() -> ResponseReturnValue:
    return _capacity_page(_capacity_form(formdata=None, valid_from=clock.today()))


@bp.post("/laboratories")
@authorize(Permission.PLAN_EDIT)
def set_capacity() -> ResponseReturnValue:
    form = _capacity_form()
    if not form.validate_on_submit():
        return _capacity_page(form, form.status)
    with form.keeping():
        with transaction():
            operations.set_capacity(current_actor(), form.entered, clock.now())
        flash("检验能力已登记", "success")
        return redirect(url_for(".laboratories"), 303)
    return _capacity_page(form, form.status)
