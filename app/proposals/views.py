"""Pages of proposed quotas (计划建议) and of the comparison of plans (四统一)."""

from __future__ import annotations

import io
from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, taken_out
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.allocation import METHOD, Basis
from app.domain.overlap import SAME_DAYS
from app.domain.permissions import Permission
from app.domain.quotas import Cell, NotANumber, read_key, written_batches
from app.domain.states import PlanState
from app.errors import NotFound, NotLikeThis
from app.plans import queries as plans
from app.plans import showing as plans_shown
from app.plans.models import SamplingPlan
from app.progress.addresses import chosen_year
from app.proposals import comparing, operations, queries
from app.proposals.forms import AcceptForm
from app.proposals.queries import Asked, Way
from app.proposals.weights import LINKS
from app.sending import send_file
from app.trail import trail

bp = Blueprint("proposals", __name__, url_prefix="/proposals")
OPEN = (PlanState.DRAFT, PlanState.AMENDING)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 100
METHODS = {Way.FREQUENCY: "建议批次＝现有批次×建议频次，向上取整；还没有批次的，以所选时段已检批次为基数"}
Word = TypeVar("Word", bound=StrEnum)


@bp.get("/<int:plan_id>")
@authorize(Permission.PLAN_READ, plans.plan)
def show(plan: SamplingPlan) -> ResponseReturnValue:
    return _page(plan, AcceptForm(formdata=None), 200)


@bp.post("/<int:plan_id>")
@authorize(Permission.PLAN_EDIT, plans.plan)
def accept(plan: SamplingPlan) -> ResponseReturnValue:
    form = AcceptForm()
    if not form.validate_on_submit():
        return _page(plan, form, form.status)
    with form.keeping():
        ticked, shown = _ticked()
        with transaction():
            changed = operations.accept(plan, ticked, shown, current_actor(), form.reason.data or "", clock.now())
        flash(f"已采纳 {changed} 格建议批次", "success")
        return redirect(url_for("plans.show", plan_id=plan.id), 303)
    return _page(plan, form, form.status)


def _ticked() -> tuple[dict[Cell, int], dict[Cell, int | None]]:
    ticked: dict[Cell, int] = {}
    shown: dict[Cell, int | None] = {}
    for key in request.form.getlist("cell"):
        cell = read_key(key)
        if cell is None:
            raise NotLikeThis("有一行建议无法识别，请重新打开建议页面后再采纳")
        try:
            batches = written_batches(request.form.get(f"batches-{key}", ""))
            shown[cell] = written_batches(request.form.get(f"shown-{key}", ""))
        except NotANumber as fault:
            raise NotLikeThis(str(fault)) from fault
        if batches is None:
            raise NotLikeThis("勾选的建议没有批次，请填写批次或取消勾选")
        ticked[cell] = batches
    return ticked, shown


def _page(plan: SamplingPlan, form: AcceptForm, status: int) -> ResponseReturnValue:
    asked, lines, refused = None, [], ""
    try:
        asked = _asked()
        lines = queries.proposal(current_actor(), plan, asked) if asked else []
    except NotLikeThis as refusal:
        refused = refusal.sentence
    return render_template(
        "proposals/show.html", plan=plan, form=form, asked=asked, lines=lines, refused=refused, ways=list(Way), bases=list(Basis),
        kinds=list(LINKS), method_words=METHODS.get(asked.way, METHOD) if asked else METHOD,
        excess=sum(line.proposed for line in lines) - plan.total, open=plan.state in OPEN, args=request.args, kept=request.form,
        entries=plans_shown.told(trail(plan.__tablename__, plan.id)[::-1]),
    ), status  # fmt: skip


def _word(name: str, kind: type[Word], otherwise: Word) -> Word:
    written = request.args.get(name) or otherwise.value
    if written not in {one.value for one in kind}:
        raise NotLikeThis("没有这个选项，请在建议条件中重新选择", field=name)
    return kind(written)


def _asked() -> Asked | None:
    """What the address asks for; None before anything was asked."""
    if not request.args.get("way"):
        return None
    return Asked(
        _word("way", Way, Way.CATEGORY), _word("basis", Basis, Basis.LAST_YEAR), _whole("total", "分配总数"),
        _whole("minimum", "每格最低批次") or 0, request.args.get("kind") if request.args.get("kind") in LINKS else None,
        request.args.get("given", "")[:5000], request.args.get("recent") == "1",
    )  # fmt: skip


def _whole(name: str, label: str) -> int | None:
    try:
        return written_batches(request.args.get(name, ""))
    except NotANumber as fault:
        raise NotLikeThis(f"{label}：{fault}", field=name) from fault


# ---------------------------------------------------------------- 四统一


@bp.get("/overlap")
@authorize(Permission.PLAN_READ)
def overlap() -> ResponseReturnValue:
    actor, year = current_actor(), chosen_year()
    found = comparing.compare(actor, *_two(), days=_days()) if _chosen() else None
    years = sorted({year, *range(clock.today().year - 3, clock.today().year + 2)}, reverse=True)
    return render_template(
        "proposals/overlap.html", offered=plans.plans(actor, year), found=found, year=year, years=years, args=request.args,
        days=_days(), shown=SHOWN,
    )  # fmt: skip


@bp.get("/overlap/export")
@authorize(Permission.PLAN_READ)
def export() -> ResponseReturnValue:
    if not _chosen():
        raise NotLikeThis("请先在“四统一比对”页面选择要比对的两个计划，再导出")
    found = comparing.compare(current_actor(), *_two(), days=_days())
    content = comparing.workbook(found, current_actor().name, clock.now())
    about = f"甲：{found.one.title}　乙：{found.other.title}"
    rows = len(found.overlaps) + len(found.pairs)
    with transaction():
        taken_out.note("sampling_plan", None, "四统一比对", about, current_actor(), content, rows)
    return send_file(io.BytesIO(content), XLSX, as_attachment=True, download_name="抽检计划比对.xlsx")


def _chosen() -> bool:
    return bool(request.args.get("one") and request.args.get("other"))


def _two() -> tuple[SamplingPlan, SamplingPlan]:
    return _plan(request.args, "one"), _plan(request.args, "other")


def _plan(args: Mapping[str, str], name: str) -> SamplingPlan:
    written = args.get(name, "")
    known = written.isascii() and written.isdecimal() and len(written) < 18
    plan = plans.plan(current_actor(), int(written)) if known else None
    if plan is None:
        raise NotFound("没有找到要比对的计划，可能不在您的管辖范围内，请重新选择")
    return plan


def _days() -> int:
    written = request.args.get("days", "")
    return int(written) if written.isascii() and written.isdecimal() and 0 < int(written[:4]) <= 366 else SAME_DAYS
