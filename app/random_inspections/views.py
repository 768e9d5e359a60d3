"""Pages of 双随机抽查: the list, drafting, one programme, its list of enterprises, the coverage of a year."""

from __future__ import annotations

import secrets
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.assignments.forms import read_id
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.permissions import Permission
from app.domain.random_inspections import number_to_draw
from app.domain.supervision_states import ProgrammeState
from app.drawings import queries as drawings
from app.drawings.models import DrawingEntry
from app.drawings.pools import Candidate
from app.errors import NotAllowedNow, Refused
from app.random_inspections import (
    coverage,
    exports,
    forms,
    inspector_views,
    operations,
    pools,
    queries,
    step_views,
    target_views,
)
from app.random_inspections.models import RandomProgramme
from app.random_inspections.page_views import TONES, bp, page, workbook
from app.random_inspections.wanted import usual_points, usual_recent_days
from app.reference_data.books import region_book
from app.sampling.showing import regions_to_choose

__all__ = ["bp", "inspector_views", "step_views", "target_views"]
SHOWN = 200  # entries of a list, or enterprises of a coverage, on one page
OBJECTS, PEOPLE = "objects", "people"


@bp.get("/")
@authorize(Permission.INSPECTION_LIST)
def index() -> ResponseReturnValue:
    actor, filters = current_actor(), forms.filters_asked(request.args)
    found = queries.programmes(
        actor, filters, before=read_id(request.args.get("before")), after=read_id(request.args.get("after"))
    )
    return render_template(
        "random_inspections/index.html", page=found, filters=filters, kept=forms.kept(filters), counts=queries.counts(actor),
        states=list(ProgrammeState), tones=TONES, today=clock.today(),
    )  # fmt: skip


# ---------------------------------------------------------------- drafting

def _offered(form: Any) -> Any:
    actor = current_actor()
    form.offer(queries.checklist_codes(), regions_to_choose(), queries.stations(actor))
    return form


@bp.route("/new", methods=["GET", "POST"])
@authorize(Permission.RANDOM_MAKE)
def new() -> ResponseReturnValue:
    today = clock.today()
    usual: dict[str, Any] = {f"points_{code}": points for code, points in usual_points(today).items()}
    usual |= {
        "key": secrets.token_hex(16), "team_size": 2, "recent_days": usual_recent_days(today), "once_a_year": True, "from_on": today,
        "amount": "3",
    }  # fmt: skip
    form = _offered(forms.ProgrammeForm(data=usual))
    if form.validate_on_submit():
        if form.key.data and (earlier := queries.submitted(form.key.data)) is not None:
            return redirect(url_for(".show", programme_id=earlier), 303)
        with form.keeping():
            draft = form.draft
            with transaction():
                made = operations.make(draft, current_actor(), clock.now(), key=form.key.data or None)
            flash(f"已制定：{made.number}。请核对名单后冻结", "success")
            return redirect(url_for(".pool", programme_id=made.id), 303)
    content = render_template("random_inspections/form.html", form=form, programme=None, back=url_for(".index"))
    return content, form.status if form.is_submitted() else 200


@bp.route("/<int:programme_id>/edit", methods=["GET", "POST"])
@authorize(Permission.RANDOM_MAKE, queries.programme)
def edit(programme: RandomProgramme) -> ResponseReturnValue:
    programme_id = programme.id
    form = _offered(forms.ProgrammeForm(data=forms.shown(programme)))
    if programme.state is not ProgrammeState.DRAFT:
        raise NotAllowedNow("只有草稿可以修改；名单冻结后确需修改的，请作废后重新制定")
    if form.validate_on_submit():
        with form.keeping():
            draft = form.draft
            with transaction():
                operations.edit(programme, draft, current_actor(), seen=form.version.data or -1)
            flash("已修改，请核对名单后冻结", "success")
            return redirect(url_for(".pool", programme_id=programme_id), 303)
    found = queries.programme(current_actor(), programme_id)
    back = url_for(".show", programme_id=programme_id)
    content = render_template("random_inspections/form.html", form=form, programme=found, back=back)
    return content, form.status if form.is_submitted() else 200


# ---------------------------------------------------------------- one programme

@bp.get("/<int:programme_id>")
@authorize(Permission.RANDOM_READ, queries.programme)
def show(programme: RandomProgramme) -> ResponseReturnValue:
    return page(programme)


@bp.get("/<int:programme_id>/pool")
@authorize(Permission.RANDOM_READ, queries.programme)
def pool(programme: RandomProgramme) -> ResponseReturnValue:
    """名单: proposed by the register while it is a draft, as frozen afterwards; in pages."""
    which = PEOPLE if request.args.get("list") == PEOPLE else OBJECTS
    start, fault = read_id(request.args.get("from")) or 1, None
    if programme.state is ProgrammeState.DRAFT:
        try:
            found = _proposed(programme, which)
        except Refused as refusal:
            found, fault = [], refusal.sentence
        start = start if 1 <= start <= len(found) else 1
        shown: Any = [_row(ordinal, each) for ordinal, each in enumerate(found[start - 1 : start - 1 + SHOWN], start)]
        total, eligible = len(found), sum(each.entry.excluded is None for each in found)
        following = start + SHOWN if start + SHOWN <= total else None
        previous = max(start - SHOWN, 1) if start > 1 else None
        take = number_to_draw(programme.take, programme.permille, total) if which == OBJECTS else eligible
    else:
        drawing = queries.drawing_of(programme.enterprise_drawing_id if which == OBJECTS else programme.inspector_drawing_id)
        listed = drawings.listed(drawing.id, start) if drawing is not None else None
        shown, take = (listed.rows if listed else []), drawing.take if drawing is not None else 0
        total, eligible = (listed.total, listed.eligible) if listed else (0, 0)
        previous, following = (listed.previous, listed.following) if listed else (None, None)
    return render_template(
        "random_inspections/pool.html", programme=programme, which=which, rows=shown, total=total, eligible=eligible, take=take,
        previous=previous, following=following, fault=fault, tones=TONES, draft=programme.state is ProgrammeState.DRAFT,
    )  # fmt: skip


def _proposed(programme: RandomProgramme, which: str) -> list[Candidate]:
    actor = current_actor()
    if which == PEOPLE:
        return pools.inspectors(actor, programme, pools.departments_of(programme))
    return pools.enterprises(actor, programme, clock.today())


def _row(ordinal: int, each: Candidate) -> DrawingEntry:
    entry = each.entry
    return DrawingEntry(
        ordinal=ordinal, subject_id=each.subject_id, code=entry.code, name=entry.name, weight=entry.weight, weight_why=entry.why,
        excluded_why=entry.excluded,
    )  # fmt: skip


@bp.get("/<int:programme_id>/pool.xlsx")
@authorize(Permission.RANDOM_READ, queries.programme)
def export_pool(programme: RandomProgramme) -> ResponseReturnValue:
    which = PEOPLE if request.args.get("list") == PEOPLE else OBJECTS
    if programme.state is ProgrammeState.DRAFT:
        entries: Any = [_row(ordinal, each) for ordinal, each in enumerate(_proposed(programme, which), 1)]
    else:
        drawing = queries.drawing_of(programme.enterprise_drawing_id if which == OBJECTS else programme.inspector_drawing_id, whole=True)
        entries = drawing.entries if drawing is not None else []
    rows = [(one.ordinal, one.name, one.code, one.weight, one.weight_why, one.excluded_why, one.drawn_rank) for one in entries]
    noun = "检查人员名单" if which == PEOPLE else "检查对象名单"
    content = exports.written(noun, exports.POOL, rows, current_actor(), clock.now(), programme.number)
    return workbook(content, f"{programme.number}{noun}.xlsx", f"{noun}，共 {len(rows)} 个", programme)


# ---------------------------------------------------------------- coverage

def _area(asked: Any) -> tuple[coverage.Area, int | None]:
    region_id, book = read_id(asked.get("region")), region_book()
    return (coverage.Area(book.below(region_id)), region_id) if region_id is not None and region_id in book else (coverage.Area(), None)


@bp.get("/coverage")
@authorize(Permission.INSPECTION_LIST)
def coverage_of_year() -> ResponseReturnValue:
    """覆盖率 with the lists of both figures."""
    year, (area, region_id) = forms.year_asked(request.args, clock.today()), _area(request.args)
    found = coverage.coverage(current_actor(), area, year)
    which = "registered" if request.args.get("list") == "registered" else "inspected"
    ids = found.registered if which == "registered" else found.inspected
    start = read_id(request.args.get("from")) or 1
    start = start if start <= len(ids) else 1
    kept = {"year": year, **({"region": region_id} if region_id else {})}
    return render_template(
        "random_inspections/coverage.html", found=found, year=year, which=which, region_id=region_id, kept=kept, total=len(ids),
        rows=coverage.lines(ids[start - 1 : start - 1 + SHOWN], year), regions=regions_to_choose(),
        previous=max(start - SHOWN, 1) if start > 1 else None, following=start + SHOWN if start + SHOWN <= len(ids) else None,
    )  # fmt: skip


@bp.get("/coverage.xlsx")
@authorize(Permission.INSPECTION_LIST)
def export_coverage() -> ResponseReturnValue:
    year, (area, region_id) = forms.year_asked(request.args, clock.today()), _area(request.args)
    actor = current_actor()
    said = f"{year}年，区域：{region_book().full_name(region_id) if region_id else '全部'}"
    content = exports.covered(coverage.coverage(actor, area, year), year, actor, clock.now(), said)
    return workbook(content, f"双随机抽查覆盖率{year}年.xlsx", f"双随机抽查覆盖率，{said}")
