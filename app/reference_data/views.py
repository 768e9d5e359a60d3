"""Pages of the reference data: what is in force, new dated versions of it, and what unknown words mean."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, TypeVar

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, history
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.permissions import Permission
from app.domain.samples import Confidence, ItemClass
from app.indicators.models import Plan
from app.reference_data import books, forms, lists, operations, standing
from app.reference_data import unknown_words as unknown
from app.reference_data.models import FoodLimit, Region, RegionLevel, UnknownWord
from app.reference_data.standing import WordKind

bp = Blueprint("reference_data", __name__, url_prefix="/reference")
Word = TypeVar("Word", bound=StrEnum)
EARLIEST, LATEST = 2000, 2199


def _asked(name: str) -> str | None:
    return (request.args.get(name) or "").strip()[:100] or None


def _word(name: str, vocabulary: type[Word]) -> Word | None:
    written = _asked(name)
    return vocabulary(written) if written in list(vocabulary) else None


def _cursor() -> lists.Cursor:
    return lists.Cursor(forms.number(_asked("after")), forms.number(_asked("before")))


def _list(template: str, page: lists.Page, **values: Any) -> ResponseReturnValue:
    """A list with its pager; the conditions of the query stay in the addresses of its neighbours."""
    kept = {name: value for name, value in request.args.items() if name not in ("after", "before") and value}
    return render_template(f"reference_data/{template}.html", page=page, kept=kept, asked=_asked, **values)


@bp.get("/")
@authorize(Permission.REFERENCE_READ)
def index() -> ResponseReturnValue:
    return render_template("reference_data/index.html", tables=lists.tables())


@bp.get("/limits")
@authorize(Permission.REFERENCE_READ)
def limits() -> ResponseReturnValue:
    every = _asked("versions") == "all"
    filters = lists.LimitFilters(_asked("item"), _asked("category"), _word("confidence", Confidence), every)
    return _list("limits", lists.limits(filters, _cursor()), words=books.limit_words, on=clock.today())


@bp.get("/limits/<int:limit_id>")
@authorize(Permission.REFERENCE_READ, lists.limit)
def limit(row: FoodLimit) -> ResponseReturnValue:
    versions = lists.limit_versions(row)
    entries = [entry for version in versions for entry in history.entries_of("food_limit", version.id)]
    return render_template(
        "reference_data/limit.html", limit=row, versions=versions, entries=sorted(entries, key=lambda entry: entry.seq),
        words=books.limit_words,
    )  # fmt: skip


def _status(form: forms.OfficeForm) -> int:
    return form.status if form.is_submitted() else 200


def _standings(kind: WordKind, rows: Any) -> Any:
    return standing.words(kind, [row.id for row in rows])


@bp.get("/items")
@authorize(Permission.REFERENCE_READ)
def items() -> ResponseReturnValue:
    page = lists.items(_asked("q"), _word("class", ItemClass), _cursor())
    spellings = lists.item_spellings([row.name for row in page.rows])
    classes = [(member.value, member.value) for member in ItemClass]
    return _list("items", page, spellings=spellings, classes=classes, standings=_standings(WordKind.ITEM, page.rows))


@bp.get("/categories")
@authorize(Permission.REFERENCE_READ)
def categories() -> ResponseReturnValue:
    parent_id = forms.number(_asked("parent"))
    page = lists.categories(_asked("q"), parent_id, _cursor())
    line = [] if _asked("q") else lists.category_line(parent_id)
    return _list("categories", page, line=line, standings=_standings(WordKind.CATEGORY, page.rows))


@bp.get("/regions")
@authorize(Permission.REFERENCE_READ)
def regions() -> ResponseReturnValue:
    page = lists.regions(_asked("q"), _word("level", RegionLevel), _cursor())
    levels = [(member.value, member.value) for member in RegionLevel]
    return _list(
        "regions", page, book=books.region_book(), populations=books.all_populations(), levels=levels,
        standings=_standings(WordKind.REGION, page.rows),
    )  # fmt: skip


@bp.get("/regions/<int:region_id>")
@authorize(Permission.REFERENCE_READ, lists.region)
def region(row: Region) -> ResponseReturnValue:
    return render_template(
        "reference_data/region.html", region=row, book=books.region_book(), populations=lists.region_populations(row),
        entries=history.entries_of("population", row.id),
        state=standing.words(WordKind.REGION, [row.id])[row.id], acts=history.entries_of("region", row.id),
    )  # fmt: skip


@bp.get("/calendar")
@authorize(Permission.REFERENCE_READ)
def calendar() -> ResponseReturnValue:
    year = forms.number(_asked("year")) or clock.today().year
    year = min(max(year, EARLIEST), LATEST)
    confirmed = {row.year: row for row in lists.years()}
    return render_template(
        "reference_data/calendar.html", year=year, grid=lists.year_grid(year), notice=confirmed.get(year),
        days=lists.notices(year), today=clock.today(),
    )  # fmt: skip


@bp.get("/rules")
@authorize(Permission.REFERENCE_READ)
def rules() -> ResponseReturnValue:
    return render_template("reference_data/rules.html", rules=lists.rules(_asked("q")), word=_asked("q"))


@bp.get("/codes")
@authorize(Permission.REFERENCE_READ)
def codes() -> ResponseReturnValue:
    return render_template("reference_data/codes.html", lists=lists.code_lists(_asked("q")), word=_asked("q"))


@bp.get("/plans")
@authorize(Permission.REFERENCE_READ)
def plans() -> ResponseReturnValue:
    return render_template("reference_data/plans.html", plans=lists.plans())


@bp.get("/plans/<int:plan_id>")
@authorize(Permission.REFERENCE_READ, lists.plan)
def plan(row: Plan) -> ResponseReturnValue:
    return render_template(
        "reference_data/plan.html", plan=row, indicators=lists.plan_indicators(row),
        yearly=lists.yearly_targets(row),
        short=lambda value: books.as_written(value, None),
    )  # fmt: skip


@bp.get("/unknown-words")
@authorize(Permission.MAPPING_EDIT)
def unknown_words() -> ResponseReturnValue:
    kind = _asked("kind") if _asked("kind") in unknown.KINDS else "category"
    page = unknown.unknown_words(kind or "category", _asked("state") == "done", _asked("q"), _cursor())
    return _list(
        "unknown_words", page, kind=kind, kinds=unknown.KINDS, waiting=unknown.unknown_counts(), offered=unknown.offered(kind or "")
    )


@bp.route("/unknown-words/<int:word_id>", methods=["GET", "POST"])
@authorize(Permission.MAPPING_EDIT, unknown.unknown_word)
def map_word(word: UnknownWord) -> ResponseReturnValue:
    form = forms.MappingForm(target=word.mapped_to, seen=word.mapped_to or "")
    kind = word.kind
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operations.map_word(word, form.target.data, current_actor(), seen=form.seen.data)
            flash(f"已记住：“{word.written}”对照为“{word.mapped_to or '（无）'}”，以后自动采用", "success")
            return redirect(url_for(".unknown_words", kind=kind), 303)
    return render_template(
        "reference_data/map_word.html", form=form, word=word, kinds=unknown.KINDS, offered=unknown.offered(kind),
        entries=history.entries_of("unknown_word", word.id),
    ), _status(form)  # fmt: skip
