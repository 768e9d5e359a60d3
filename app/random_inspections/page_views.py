"""The blueprint of 双随机抽查 and the page of one programme, which every step leads back to."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app import clock, taken_out
from app.authorize import can, current_actor
from app.db import transaction
from app.domain import workflow
from app.domain.drawing import PROCEDURE
from app.domain.permissions import Permission
from app.domain.random_inspections import POINTS
from app.domain.supervision_kinds import RandomOutcome
from app.domain.supervision_states import ProgrammeState, ProgrammeStep
from app.drawings import queries as drawings
from app.random_inspections import exports, forms, queries
from app.random_inspections.models import RandomProgramme
from app.random_inspections.wanted import Wanted, wanted_of
from app.reference_data.books import calendar, region_book
from app.sending import send_file
from app.trail import trail

bp = Blueprint("random_inspections", __name__, url_prefix="/random-inspections")
KIND = queries.KIND
TONES = {
    ProgrammeState.DRAFT: "neutral", ProgrammeState.FROZEN: "yellow", ProgrammeState.DRAWN: "blue", ProgrammeState.FINISHED: "yellow",
    ProgrammeState.PUBLISHED: "green", ProgrammeState.VOIDED: "neutral",
}  # fmt: skip
WAITING = {
    ProgrammeState.DRAFT: "核对名单后冻结", ProgrammeState.FROZEN: "等待见证人给出公开词后抽取",
    ProgrammeState.DRAWN: "检查并登记抽查结果", ProgrammeState.FINISHED: "公示抽查结果",
}  # fmt: skip
STAGES = ("名单", "冻结", "抽取", "检查", "公示")
DONE = {  # how many of them
    ProgrammeState.DRAFT: 0, ProgrammeState.FROZEN: 2, ProgrammeState.DRAWN: 3, ProgrammeState.FINISHED: 4, ProgrammeState.PUBLISHED: 5,
}  # fmt: skip
LATEST = 40  # steps of the history; every result recorded is one
FIRST = 20  # enterprises drawn, on the page of the programme


def workbook(content: bytes, filename: str, noun: str, programme: RandomProgramme | None = None) -> ResponseReturnValue:
    """Sent, and noted in the history who took it out."""
    actor = current_actor()
    with transaction():
        taken_out.note(
            KIND, programme.id if programme else None, programme.number if programme else noun, noun, actor, content,
            org_id=programme.org_id if programme else None,
        )  # fmt: skip
    response = send_file(io.BytesIO(content), exports.XLSX, as_attachment=True, download_name=filename)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def conditions(wanted: Wanted, stations: dict[int, str]) -> list[tuple[str, str]]:
    """The conditions of the lists in words."""
    book = region_book()
    points = wanted.points
    titles = {code: forms.POINT_TITLES.get(code, f"{code}级") for code in POINTS}
    region = book.full_name(wanted.region_id) if wanted.region_id is not None and wanted.region_id in book else ""
    said = [
        ("企业类型", "、".join(wanted.kinds) or "全部"), ("细分类型", "、".join(wanted.subkinds)),
        ("区域类型", "、".join(wanted.area_types)),
        ("风险等级", "、".join(f"{one}级" if len(one) == 1 else one for one in wanted.grades) or "全部"), ("区域", region or "全部"),
        ("责任监管所", "、".join(stations.get(one, str(one)) for one in wanted.stations)),
        ("权重", "，".join(f"{titles[code]} {points[code]}" for code in POINTS if code in points)),
        ("近期已检查的不再抽取", f"{wanted.recent_days} 天" if wanted.recent_days else "不排除"),
        ("本年度同一事项已抽中的", "不再抽取" if wanted.once_a_year else "仍参加抽取"),
        ("责任监管所人员回避", "是" if wanted.avoid_station else "否"),
        ("人工排除的企业", "；".join(f"{code}：{why}" for code, why in wanted.excluded.items())),
        ("回避的检查人员", "；".join(f"{code}：{why}" for code, why in wanted.avoided.items())),
        ("对个别企业的回避", "；".join(f"{one} 对 {code}：{why}" for one, code, why in wanted.conflicts)),
    ]
    return [(title, words) for title, words in said if words]


def steps_of(programme: RandomProgramme) -> set[str]:
    """The steps this reader may take now."""
    found = ((step, workflow.arrow(KIND, programme.state, step)) for step in ProgrammeStep)
    return {step.value for step, arrow in found if arrow is not None and can(arrow.permission, programme)}


def page(programme: RandomProgramme, refusal: Any = None, differences: list[str] | None = None) -> str:
    one, two = queries.drawing_of(programme.enterprise_drawing_id), queries.drawing_of(programme.inspector_drawing_id)
    progress, version = queries.progress(programme.id), {"version": programme.version}
    targets = queries.targets(programme.id, size=FIRST) if progress.targets else []
    steps = trail(KIND, programme.id, calendar())
    today = clock.today()
    publishing = forms.PublishForm(formdata=None, data=version | {"published_on": today})
    return render_template(
        "random_inspections/show.html", programme=programme, drawings=[each for each in (one, two) if each is not None], progress=progress,
        tones=TONES, stages=STAGES, stage=DONE.get(programme.state, 0), earlier=max(len(steps) - LATEST, 0),
        refusal=refusal, differences=differences, targets=targets, steps=steps_of(programme),
        outcomes=queries.outcomes(programme.id) if progress.targets else {}, all_outcomes=list(RandomOutcome), procedure=PROCEDURE,
        conditions=conditions(wanted_of(programme.filters), dict(queries.stations(current_actor()))), today=today,
        listed=[drawings.listed(each.id) for each in (one, two) if each is not None], voided=queries.voided_alike(programme),
        draw_form=refusal if isinstance(refusal, forms.DrawForm) else forms.DrawForm(formdata=None, data=version),
        void_form=refusal if isinstance(refusal, forms.VoidForm) else forms.VoidForm(formdata=None, data=version),
        publish_form=refusal if isinstance(refusal, forms.PublishForm) else publishing,
        org_name=queries.organisation_name(programme.org_id), timeline=steps[-LATEST:],
        waiting=WAITING.get(programme.state), exports=exports, records=can(Permission.RANDOM_RECORD, programme),
        void_address="random_inspections.void" if programme.state is ProgrammeState.DRAFT else "random_inspections.withdraw",
    )  # fmt: skip


def step(programme: RandomProgramme, form: Any, said: str, taken: Callable[[Any], None]) -> ResponseReturnValue:
    """One step of the programme; refused, its page with what was typed."""
    programme_id = programme.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                taken(form)
            flash(said, "success")
            return redirect(url_for("random_inspections.show", programme_id=programme_id), 303)
    found = queries.programme(current_actor(), programme_id)
    assert found is not None
    form.version.data, form.version.raw_data = found.version, None
    return page(found, form), form.status
