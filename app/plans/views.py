"""Pages of the yearly sampling plans (抽检计划): the list, one plan, its form, its steps, its versions."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import authorize, can, current_actor
from app.db import transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.plans import (
    editions,
    forms,
    grid_views,
    import_views,
    issuing,
    item_views,
    operations,
    queries,
    showing,
    successors,
)
from app.plans.blueprint import bp
from app.plans.models import SamplingPlan
from app.reference_data.books import region_book
from app.trail import trail

__all__ = ["bp", "grid_views", "import_views", "item_views"]
NEXT_YEAR_FROM = 11  # the plan of the coming year is made at the end of this one


def year_asked() -> int:
    text = request.args.get("year", "")
    good = text.isascii() and text.isdecimal() and len(text) == 4 and 2000 <= int(text) <= 2099
    return int(text) if good else clock.today().year


@bp.get("/")
@authorize(Permission.PLAN_READ)
def index() -> ResponseReturnValue:
    actor, year = current_actor(), year_asked()
    waiting = request.args.get("waiting") == "1" and can(Permission.PLAN_APPROVE)
    found = queries.plans_to_approve(actor) if waiting else queries.plans(actor, year)
    return render_template(
        "plans/index.html", plans=found, year=year, waiting=waiting, may_wait=can(Permission.PLAN_APPROVE),
        years=showing.years(year, clock.today().year), tones=showing.TONES,
        organisations=queries.organisation_names(one.org_id for one in found), regions=region_book(), state_words=showing.state_words,
    )  # fmt: skip


@bp.get("/<int:plan_id>")
@authorize(Permission.PLAN_READ, queries.plan)
def show(plan: SamplingPlan) -> ResponseReturnValue:
    return _page(plan, forms.StepForm(formdata=None, version=plan.version))


def _page(plan: SamplingPlan, form: forms.StepForm) -> ResponseReturnValue:
    actor, book = current_actor(), region_book()
    below = queries.decomposed_by(actor, plan.id)
    return render_template(
        "plans/show.html", plan=plan, form=form, steps=showing.steps(plan), tone=showing.TONES[plan.state],
        state_words=showing.state_words(plan), regions=book, rule=showing.number_rule(plan),
        parent=queries.plan(actor, plan.parent_id) if plan.parent_id else None, given=queries.given_by_parent(plan), below=below,
        organisations=queries.organisation_names([plan.org_id, *(one.org_id for one in below)]),
        people=queries.people([plan.created_by_id, plan.submitted_by_id, plan.approved_by_id]), task=queries.task_of(plan),
        sets=queries.item_sets(plan.id), cells=queries.quota_count(plan.id), total_in_force=queries.total_in_force(plan),
        retired=successors.offers(plan), entries=showing.told(trail(plan.__tablename__, plan.id)[::-1]), words_of=showing.state_words,
    ), form.status if form.is_submitted() else 200  # fmt: skip


@bp.route("/new", methods=["GET", "POST"])
@authorize(Permission.PLAN_CREATE)
def new() -> ResponseReturnValue:
    actor, today = current_actor(), clock.today()
    year = today.year + 1 if today.month >= NEXT_YEAR_FROM else today.year
    level = queries.level_of(actor.org_id)
    form = forms.PlanForm(data={"year": year, "level": level.value if level else None})
    _choose(form, actor)
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                made = operations.create(form.header(showing.area_id(form.area.data)), actor, clock.now())
            flash(f"已新建计划：{made.title}，请在批次表中分解批次", "success")
            return redirect(url_for(".show", plan_id=made.id), 303)
    return render_template("plans/new.html", form=form), form.status if form.is_submitted() else 200


def _choose(form: forms.PlanForm, actor: Actor, own_id: int | None = None) -> None:
    year = form.year.data
    above = queries.parents_for(actor, year if year is not None and 2000 <= year <= 2099 else clock.today().year)
    form.choose(showing.areas(actor), [one for one in above if one.id != own_id])


@bp.route("/<int:plan_id>/edit", methods=["GET", "POST"])
@authorize(Permission.PLAN_EDIT, queries.plan)
def edit(plan: SamplingPlan) -> ResponseReturnValue:
    actor, plan_id, title, issued = current_actor(), plan.id, plan.title, plan.issued_at is not None
    form = forms.EditForm(data=forms.shown(plan, region_book().code(plan.region_id)))
    _choose(form, actor, plan_id)
    if form.validate_on_submit():
        header = form.header(showing.area_id(form.area.data))
        with form.keeping():
            with transaction():
                operations.edit(plan, header, actor, clock.now(), form.reason.data or None, seen=form.version.data)
            flash(f"已修改计划：{header.name}", "success")
            return redirect(url_for(".show", plan_id=plan_id), 303)
    facing = _saved_now(plan_id, form) if form.status == CONFLICT else None
    page = render_template("plans/edit.html", form=form, plan_id=plan_id, title=title, issued=issued, facing=facing)
    return page, form.status if form.is_submitted() else 200


CONFLICT = 409


def _saved_now(plan_id: int, form: forms.EditForm) -> dict[str, tuple[str, str]]:
    """What the other has saved beside what was typed; sent again, the form says so knowingly."""
    saved = queries.plan(current_actor(), plan_id)
    if saved is None:
        return {}
    form.version.data, form.version.raw_data = saved.version, [str(saved.version)]
    values = forms.shown(saved, region_book().code(saved.region_id))
    fields = [(field, values[field.name]) for field in form if field.name in values and field.name != "version"]
    return {f.label.text: (_written(value), _written(f.data)) for f, value in fields if _written(value) != _written(f.data)}


def _written(value: object) -> str:
    return "是" if value is True else "否" if value is False else "" if value is None else str(value)


@bp.get("/<int:plan_id>/versions")
@authorize(Permission.PLAN_READ, queries.plan)
def versions(plan: SamplingPlan) -> ResponseReturnValue:
    return render_template("plans/versions.html", plan=plan, editions=editions.editions(plan))


# ---------------------------------------------------------------- steps

Act = Callable[[SamplingPlan, Actor, forms.StepForm], None]


def _step(plan: SamplingPlan, act: Act, done: str) -> ResponseReturnValue:
    form, plan_id = forms.StepForm(), plan.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                act(plan, current_actor(), form)
            flash(f"{done}：{plan.title}", "success")
            return redirect(url_for(".show", plan_id=plan_id), 303)
    found = queries.plan(current_actor(), plan_id)  # a refusal has rolled everything back
    assert found is not None
    form.version.data, form.version.raw_data = found.version, [str(found.version)]
    return _page(found, form)


@bp.post("/<int:plan_id>/submit")
@authorize(Permission.PLAN_EDIT, queries.plan)
def submit(plan: SamplingPlan) -> ResponseReturnValue:
    return _step(
        plan, lambda one, who, form: operations.submit(one, who, clock.now(), form.comment.data, seen=form.version.data), "已提交审核"
    )


@bp.post("/<int:plan_id>/recall")
@authorize(Permission.PLAN_EDIT, queries.plan)
def recall(plan: SamplingPlan) -> ResponseReturnValue:
    return _step(plan, lambda one, who, form: operations.recall(one, who, seen=form.version.data), "已撤回")


@bp.post("/<int:plan_id>/return")
@authorize(Permission.PLAN_APPROVE, queries.plan)
def send_back(plan: SamplingPlan) -> ResponseReturnValue:
    return _step(plan, lambda one, who, form: operations.send_back(one, who, form.comment.data, seen=form.version.data), "已退回")


@bp.post("/<int:plan_id>/approve")
@authorize(Permission.PLAN_APPROVE, queries.plan)
def approve(plan: SamplingPlan) -> ResponseReturnValue:
    return _step(
        plan, lambda one, who, form: operations.approve(one, who, clock.now(), form.comment.data, seen=form.version.data), "已审核通过"
    )


@bp.post("/<int:plan_id>/issue")
@authorize(Permission.PLAN_ISSUE, queries.plan)
def issue(plan: SamplingPlan) -> ResponseReturnValue:
    return _step(
        plan, lambda one, who, form: issuing.issue(one, who, clock.now(), form.comment.data, seen=form.version.data), "已下达"
    )


@bp.post("/<int:plan_id>/amend")
@authorize(Permission.PLAN_EDIT, queries.plan)
def amend(plan: SamplingPlan) -> ResponseReturnValue:
    return _step(plan, lambda one, who, form: operations.amend(one, who, form.comment.data, seen=form.version.data), "可以调整了")


@bp.post("/<int:plan_id>/close")
@authorize(Permission.PLAN_ISSUE, queries.plan)
def close(plan: SamplingPlan) -> ResponseReturnValue:
    return _step(plan, lambda one, who, form: operations.close(one, who, form.comment.data, seen=form.version.data), "已结束")


@bp.post("/<int:plan_id>/void")
@authorize(Permission.PLAN_EDIT, queries.plan)
def void(plan: SamplingPlan) -> ResponseReturnValue:
    return _step(plan, lambda one, who, form: operations.void(one, who, form.comment.data, seen=form.version.data), "已作废")


@bp.post("/<int:plan_id>/successors")
@authorize(Permission.PLAN_EDIT, queries.plan)
def move_to_successors(plan: SamplingPlan) -> ResponseReturnValue:
    """停用名称的批次改到接替的名称, the ticked rows; each row's outcome is told."""
    form = forms.StepForm()
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                found = successors.move(plan, request.form.getlist("cell"), current_actor(), clock.now(), seen=form.version.data)
            for one, said in zip(found, successors.told(found), strict=True):
                flash(said, "warning" if one.refusal else "success")
            return redirect(url_for(".show", plan_id=plan.id), 303)
    return _page(plan, form)
