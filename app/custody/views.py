"""Pages of custody (样品流转): the list by stage, one sample, sealing, handing over, receiving and refusing."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import authorize, can, current_actor
from app.custody import asked, backup_views, forms, handover, operations, picture_views, queries
from app.custody.clocks import clocks
from app.custody.models import CustodyEvent
from app.custody.pages import LEGEND, STAGE_TONES, TONES, again, bp, done, may_receive, sample_page
from app.custody.queries import OVERDUE, Filters
from app.db import transaction
from app.domain.custody import Check, Stage
from app.domain.permissions import Permission
from app.domain.sampling_kinds import CustodyKind
from app.errors import NotAllowedNow
from app.reference_data.standing import laboratories_offered
from app.sampling import queries as sampling
from app.sampling.asked import number
from app.sampling.models import Sample

__all__ = ["backup_views", "bp", "picture_views"]



# ---------------------------------------------------------------- the list

@bp.get("/")
@authorize(Permission.SAMPLE_LIST)
def index() -> ResponseReturnValue:
    actor, today, book = current_actor(), clock.today(), clocks()
    filters = asked.filters_asked(request.args)
    page = queries.samples(
        actor, filters, today, before=number(request.args.get("before")), after=number(request.args.get("after"))
    )
    chains = queries.chains([row.id for row in page.rows])
    return render_template(
        "custody/index.html", page=page, filters=filters, kept=_kept(filters), counts=queries.counts(actor, today), stages=asked.STAGES,
        chains=chains, kinds=CustodyKind, tones=TONES, stage_tones=STAGE_TONES, legend=LEGEND, handing=_handing(filters),
        clocks=[book.shipping(row.sampled_on, _handed_on(chains[row.id]), today, running=row.state in queries.MOVING)
                for row in page.rows],
        stage_of=lambda events: queries.stage(event.kind for event in events), receiving=can(Permission.SAMPLE_RECEIVE),
    )  # fmt: skip


def _handed_on(events: list[CustodyEvent]) -> Any:
    handed = next((event for event in events if event.kind is CustodyKind.HANDED_OVER), None)
    return clock.office_time(handed.happened_at).date() if handed else None


def _handing(filters: Filters) -> bool:
    return filters.stage in (Stage.TO_HAND_OVER.value, OVERDUE) and can(Permission.CUSTODY_RECORD)


def _kept(filters: Filters) -> dict[str, Any]:
    return forms.kept({name: getattr(filters, name) for name in Filters.__slots__})


# ---------------------------------------------------------------- one sample

@bp.get("/samples/<int:sample_id>")
@authorize(Permission.SAMPLE_READ, sampling.sample)
def show(sample: Sample) -> ResponseReturnValue:
    return sample_page(sample)


@bp.post("/samples/<int:sample_id>/events")
@authorize(Permission.CUSTODY_RECORD, sampling.sample)
def record(sample: Sample) -> ResponseReturnValue:
    form, sample_id = forms.StepForm(), sample.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                event = operations.record(sample, form.written, current_actor(), clock.now())
            return done(sample_id, f"已登记{event.kind}：{sample.number}")
    return sample_page(again(sample_id), form, form.status)


@bp.post("/events/<int:event_id>/void")
@authorize(Permission.CUSTODY_RECORD, queries.event)
def void(event: CustodyEvent) -> ResponseReturnValue:
    form, sample_id = forms.ReasonForm(), event.sample_id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operations.void(event, current_actor(), form.reason.data or "", clock.now())
            return done(sample_id, f"已作废{event.kind}记录，可以重新登记")
    return sample_page(again(sample_id), form, form.status)


# ---------------------------------------------------------------- handing over several

@bp.route("/handover", methods=["GET", "POST"])
@authorize(Permission.CUSTODY_RECORD)
def hand_over() -> ResponseReturnValue:
    """Choose on the list, say once who, when and how; every row says what became of it."""
    actor, at = current_actor(), clock.now()
    form = forms.HandoverForm().offer(laboratories_offered())
    chosen = queries.samples_chosen(actor, forms.ids_asked([*request.args.getlist("ids"), form.ids.data or ""]))
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                handed = handover.hand_over(chosen, form.laboratory.data or None, form.written, actor, at)
            if handed.list_no:
                sent = sum(row.done for row in handed.rows)
                flash(f"已移交 {sent} 件，移交单 {handed.list_no}", "success")
            return render_template("custody/handed.html", handed=handed), 200 if handed.list_no else 422
    elif not form.is_submitted():
        form.happened_at.data, form.person.data = operations.office(at), actor.name
    form.ids.data = ",".join(str(sample.id) for sample in chosen)
    chains = queries.chains([sample.id for sample in chosen])
    return render_template(
        "custody/handover.html", form=form, chosen=chosen, chains=chains, kinds=CustodyKind
    ), form.status if form.is_submitted() else 200


# ---------------------------------------------------------------- receiving

@bp.get("/scan")
@authorize(Permission.SAMPLE_RECEIVE)
def scan() -> ResponseReturnValue:
    """扫码收样: a scanner types the number (or a seal) and Enter; the sample opens."""
    written = forms.plain(request.args.get("number", ""))[:80]
    if not written:
        return render_template("custody/scan.html", written="", sentence=None)
    found = queries.sample_scanned(current_actor(), written)
    if found is not None:
        return redirect(url_for(".receive", sample_id=found), 303)
    sentence = f"没有找到编号或封条号为“{written}”的样品：请核对扫码内容，或该样品不是移交给本机构的"
    return render_template("custody/scan.html", written=written, sentence=sentence), 404


@bp.route("/samples/<int:sample_id>/receive", methods=["GET", "POST"])
@authorize(Permission.SAMPLE_RECEIVE, sampling.sample)
def receive(sample: Sample) -> ResponseReturnValue:
    """收样: one form, two buttons."""
    form, actor, sample_id, name = forms.ArrivalForm(), current_actor(), sample.id, sample.number
    kind = CustodyKind.REFUSED if request.form.get("refuse") else CustodyKind.RECEIVED
    if form.validate_on_submit() and form.take(kind):
        with form.keeping():
            act = operations.refuse if kind is CustodyKind.REFUSED else operations.receive
            with transaction():
                act(sample, form.written(kind), actor, clock.now(), seen=form.version.data)
            flash(f"已登记{kind}：{name}", "success")
            if kind is CustodyKind.REFUSED:
                return done(sample_id, "请将拒收理由书面告知抽样单位，并上传现场照片", "photos")
            return redirect(url_for(".scan"), 303)
    if form.is_submitted():
        sample = again(sample_id)
        form.version.data, form.version.raw_data = sample.version, None
        status = form.status
    else:
        form.version.data, form.happened_at.data, form.person.data = sample.version, operations.office(clock.now()), actor.name
        status = 200
    chain = queries.chain(sample_id)
    if not form.is_submitted() and not may_receive(sample, chain):
        raise NotAllowedNow(_not_to_receive(chain))
    return render_template("custody/receive.html", form=form, sample=sample, chain=chain, kinds=CustodyKind, checks=list(Check)), status


def _not_to_receive(chain: queries.Chain) -> str:
    if chain.stage in (Stage.RECEIVED, Stage.REFUSED):
        return f"该样品{chain.stage}，不能再次收样；登记有误的请在样品流转页面作废原记录"
    return f"该样品{chain.stage}，抽样人员登记移交后才能收样"
