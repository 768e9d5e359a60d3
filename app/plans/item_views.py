"""检验项目: the item sets of a plan, typed, proposed from the limits, copied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, SelectField, StringField

from app import clock
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.item_rows import FIELDS, TITLES, Item, read_item
from app.domain.permissions import Permission
from app.domain.quotas import Cell
from app.domain.written import present
from app.errors import NotFound, Refused
from app.forms import OfficeForm, trimmed
from app.plans import item_proposals, item_saving, queries, showing
from app.plans.blueprint import bp
from app.plans.forms import REASON
from app.plans.models import SamplingPlan
from app.plans.naming import ground
from app.reference_data.books import category_book

BLANK_ROWS = 5
MOST_ROWS = 300
Row = dict[str, str]


class ItemsForm(OfficeForm):
    """检验项目组; its rows are read by ``_typed``."""

    reason = StringField("修改原因", [REASON], filters=[trimmed])
    source = SelectField("复制自", choices=[("", "请选择")], validate_choice=False)  # asked of the sets when it is used
    seen = HiddenField()

    def refuse(self, refusal: Refused) -> None:
        if refusal.field == "comment":
            refusal.field = "reason"
        super().refuse(refusal)


@bp.get("/<int:plan_id>/items")
@authorize(Permission.PLAN_READ, queries.plan)
def item_sets(plan: SamplingPlan) -> ResponseReturnValue:
    land, sets = ground(plan), queries.item_sets(plan.id)
    missing = sorted(_asked(queries.quotas_by_cell(plan.id)) - _covered({one.category_id for one in sets}), key=land.category_line)
    return render_template(
        "plans/item_sets.html", plan=plan, sets=sets, book=category_book(), editable=showing.editable(plan), missing=missing,
        paths=land.category_paths(), people=queries.people(one.recorded_by_id for one in sets),
    )  # fmt: skip


def _asked(quotas: Mapping[Cell, int]) -> set[int]:
    """Categories whose batches are to be sampled as such: what is divided wholly into finer ones is asked there."""
    book, own = category_book(), {cell.category_id: n for cell, n in quotas.items() if cell == Cell(cell.category_id)}
    with_quota = {cell.category_id for cell in quotas if cell.category_id is not None and cell.category_id in book}

    def divided(number: int) -> bool:
        finer = [one for one in book.below(number) if one != number and one in own]
        top = [one for one in finer if not any(one in book.below(other) and one != other for other in finer)]
        return bool(top) and number in own and sum(own[one] for one in top) >= own[number]

    return {number for number in with_quota if not divided(number)}


def _covered(ids: set[int]) -> set[int]:
    """Categories that have a set of their own or one above them."""
    book = category_book()
    return {below for number in ids if number in book for below in book.below(number)}


@bp.get("/<int:plan_id>/items/edit")
@authorize(Permission.PLAN_READ, queries.plan)
def item_set(plan: SamplingPlan) -> ResponseReturnValue:
    """One category's set: to read, and for those who may edit the plan to change."""
    category_id = _category_asked()
    return _page(plan, category_id, _form(plan), _rows(item_saving.items_of(queries.written_set(plan.id, category_id))), {})


def _form(plan: SamplingPlan) -> ItemsForm:
    form = ItemsForm()
    form.source.choices = [("", "请选择"), *item_proposals.sources(current_actor(), plan)]
    return form


@bp.post("/<int:plan_id>/items/edit")
@authorize(Permission.PLAN_EDIT, queries.plan)
def save_items(plan: SamplingPlan) -> ResponseReturnValue:
    category_id, form, plan_id, actor = _category_asked(), _form(plan), plan.id, current_actor()
    rows = _typed(request.form)
    if "propose" in request.form or "copy" in request.form:
        return _filled(plan, category_id, form, rows)
    items, faults = _read(rows)
    if form.validate_on_submit() and not faults:
        with form.keeping():
            with transaction():
                item_saving.save_sets(
                    plan, {category_id: items}, actor, clock.now(), form.reason.data or None, seen={category_id: _seen(form)}
                )
            flash(f"已保存 {len(items)} 个检验项目", "success")
            return redirect(url_for(".item_sets", plan_id=plan_id), 303)
    found = queries.plan(actor, plan_id)  # a refusal has rolled everything back
    assert found is not None
    return _page(found, category_id, form, rows, faults, form.status)


def _category_asked() -> int:
    """By number, or by its path as typed."""
    text, path = request.args.get("category", ""), request.args.get("path", "")
    book = category_book()
    if text.isascii() and text.isdecimal() and len(text) < 19 and int(text) in book:
        return int(text)
    meant = book.resolve(path) if path and len(path) <= 400 else None
    if meant is None or not meant.exact:
        raise NotFound("没有这个食品分类，请返回检验项目页从列表中选择")
    return meant.id


def _seen(form: ItemsForm) -> int | None:
    text = form.seen.data or ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _typed(fields: Mapping[str, str]) -> list[Row]:
    """The rows of the form, "i:3:item" and so on, those without any content left out."""
    rows: dict[int, Row] = {}
    for name, text in fields.items():
        parts = name.split(":")
        if len(parts) == 3 and parts[0] == "i" and parts[1].isascii() and parts[1].isdecimal() and parts[2] in FIELDS:
            place = int(parts[1][:6])
            if place < 2 * MOST_ROWS and (written := present(text)):
                rows.setdefault(place, {})[parts[2]] = written
    return [rows[place] for place in sorted(rows) if rows[place].keys() - {"item_kind", "required"}]


def _read(rows: Sequence[Row]) -> tuple[list[Item], dict[tuple[int, str], str]]:
    items: list[Item] = []
    faults: dict[tuple[int, str], str] = {}
    for place, row in enumerate(rows):
        item, complaints = read_item(row)
        if item is not None:
            items.append(item)
        faults |= {(place, name): sentence for name, sentence in complaints}
    return items, faults


def _rows(items: Sequence[Item]) -> list[Row]:
    """As the form writes them."""
    return [
        {
            name: "是" if value is True else "否" if value is False else str(getattr(value, "value", value))
            for name in FIELDS
            if (value := getattr(one, name)) is not None
        }
        for one in items
    ]


def _filled(plan: SamplingPlan, category_id: int, form: ItemsForm, rows: list[Row]) -> ResponseReturnValue:
    """Add what is proposed to what is typed; nothing is saved."""
    items, faults = _read(rows)
    if faults:
        return _page(plan, category_id, form, rows, faults, 422)
    if "propose" in request.form:
        more, whence = item_proposals.from_limits(plan, category_id), "限量库"
    else:
        number, _, category = (form.source.data or "").partition(":")
        offered = bool(number) and form.source.data in [key for key, _ in item_proposals.sources(current_actor(), plan)]
        more = item_proposals.from_set(current_actor(), int(number), int(category)) if offered else []
        whence = "所选项目组"
    joined = item_proposals.joined(items, more)
    flash(f"从{whence}加入 {len(joined) - len(items)} 个检验项目，核对后请保存", "info")
    return _page(plan, category_id, form, _rows(joined), {})


def _page(
    plan: SamplingPlan, category_id: int, form: ItemsForm, rows: Sequence[Row], faults: Mapping[Any, str], status: int = 200
) -> ResponseReturnValue:
    saved = queries.written_set(plan.id, category_id)
    clash = status == 409
    if not form.seen.data or clash:  # sent again, the form says knowingly what it replaces
        form.seen.data = str(saved.id) if saved else ""
    versions = queries.set_versions(plan.id, category_id)
    return render_template(
        "plans/item_set.html", plan=plan, category=category_book().by_id(category_id), form=form, rows=rows, faults=faults,
        fields=item_saving.field_titles(), blank=BLANK_ROWS, editable=showing.editable(plan), versions=versions, titles=TITLES,
        people=queries.people(one.recorded_by_id for one in versions), theirs=item_saving.items_of(saved) if clash else [],
        in_force=queries.item_set(plan, category_id),
    ), status  # fmt: skip
