"""Pages of 案卷: the list, the editions of a case, making, taking out and verifying them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, files, jobs
from app.authorize import authorize, current_actor
from app.db import transaction
from app.disposal import queries as cases
from app.disposal.models import DisposalCase
from app.domain.permissions import Permission
from app.dossiers import checking, operations, queries, showing
from app.dossiers.models import Dossier
from app.forms import VersionForm, whole
from app.paging import page_size
from app.sending import send_file

bp = Blueprint("dossiers", __name__, url_prefix="/dossiers")
ZIP = "application/zip"
PDF = "application/pdf"
SAME = "案件内容没有变化，案卷仍是第 {} 版，没有重复生成"


@bp.app_context_processor
def blocks() -> dict[str, Any]:
    """``case_dossiers(case)`` for the block of 案卷 on the page of a case."""
    return {"case_dossiers": showing.panel}


@bp.get("/")
@authorize(Permission.CASE_LIST)
def index() -> ResponseReturnValue:
    size = page_size()
    found = queries.dossiers(current_actor(), request.args.get("before", type=whole), size)
    shown = found[:size]
    older = url_for(".index", before=shown[-1].Dossier.id) if len(found) > size else None
    first = url_for(".index") if "before" in request.args else None
    return render_template("dossiers/index.html", rows=shown, older=older, first=first, total=queries.total(current_actor()))


@bp.get("/cases/<int:case_id>")
@authorize(Permission.CASE_READ, cases.case)
def of_case(case: DisposalCase) -> ResponseReturnValue:
    return render_template("dossiers/of_case.html", case=case, dossiers=showing.panel(case))


@bp.post("/cases/<int:case_id>/make")
@authorize(Permission.DOSSIER_MAKE, cases.case)
def make(case: DisposalCase) -> ResponseReturnValue:
    """At once where it is small; a large one is made by the worker, and the page shows how far it is."""
    if not VersionForm().validate_on_submit():
        return redirect(url_for(".of_case", case_id=case.id), 303)
    actor = current_actor()
    prepared = operations.prepare(case, actor)
    if prepared.same is not None:
        flash(SAME.format(prepared.same.edition), "success")
        return redirect(url_for(".of_case", case_id=case.id), 303)
    if prepared.gathered.size > current_app.config["DOSSIER_AT_ONCE"]:
        with transaction():
            job = jobs.enqueue(queries.MAKE_JOB, {"case_id": case.id, "number": case.number}, actor)
        return redirect(url_for(".progress", job_id=job.id), 303)
    made = operations.compose(prepared)
    with transaction():
        edition, new = operations.keep(case, made, actor, clock.now())
    flash(f"案卷第 {edition.edition} 版已生成，共 {edition.pages} 页" if new else SAME.format(edition.edition), "success")
    return redirect(url_for(".of_case", case_id=case.id), 303)


@bp.get("/jobs/<int:job_id>")
@authorize(Permission.JOB_READ, queries.job)
def progress(job: jobs.Job) -> ResponseReturnValue:
    """A page that asks again by itself, with or without a script."""
    response = current_app.make_response(render_template("dossiers/progress.html", job=job))
    if job.ended_at is None:
        response.headers["Refresh"] = "3"
    return response


@bp.get("/<int:dossier_id>/pdf")
@authorize(Permission.PERSONAL_UNMASK, queries.dossier)
def pdf(found: Dossier) -> ResponseReturnValue:
    return _taken_out(found, found.pdf_sha256, PDF, "pdf")


@bp.get("/<int:dossier_id>/zip")
@authorize(Permission.PERSONAL_UNMASK, queries.dossier)
def originals(found: Dossier) -> ResponseReturnValue:
    return _taken_out(found, found.zip_sha256, ZIP, "zip")


def _taken_out(found: Dossier, sha256: str, mime: str, ending: str) -> ResponseReturnValue:
    """Always as a download, always in the history."""
    path, name = files.path_of(sha256), f"{operations.named(found.case, found)}.{ending}"
    with transaction():
        operations.take_out(found, current_actor(), f"下载 {ending.upper()}")
    response = send_file(path, mimetype=mime, as_attachment=True, download_name=name, etag=False)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@bp.post("/<int:dossier_id>/verify")
@authorize(Permission.CASE_READ, queries.dossier)
def verify(found: Dossier) -> ResponseReturnValue:
    """Nothing is changed; a POST because it reads every file."""
    verdict = checking.edition(found)
    for fault in verdict.faults[:20]:
        flash(fault, "danger")
    if verdict.intact:
        fresh = "与案件现在的内容一致" if checking.up_to_date(found, found.case) else "案件此后有变动，如需归档请重新生成"
        flash(f"校验通过：{'；'.join(verdict.said)}，均与生成时一致；{fresh}", "success")
    return redirect(url_for(".of_case", case_id=found.case_id), 303)
