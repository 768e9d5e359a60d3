"""Pages of 检查要点表: dated lists of what an inspection looks at."""

from __future__ import annotations

import io

from flask import Blueprint, render_template, send_file
from flask.typing import ResponseReturnValue

from app import clock, documents
from app.authorize import authorize, current_actor
from app.checklists import queries
from app.checklists.models import Checklist
from app.domain.permissions import Permission
from app.inspections import printing

bp = Blueprint("checklists", __name__, url_prefix="/checklists")


@bp.get("/")
@authorize(Permission.CHECKLIST_READ)
def index() -> ResponseReturnValue:
    today, rows = clock.today(), queries.editions()
    holding = {found.id for kind in queries.kinds_covered(today) if (found := queries.checklist_for(kind, today)) is not None}
    rules = {row[0].id: queries.rule_of(row[0], today) for row in rows}
    return render_template("checklists/index.html", rows=rows, holding=holding, rules=rules)


@bp.get("/<int:checklist_id>")
@authorize(Permission.CHECKLIST_READ, queries.checklist)
def show(checklist: Checklist) -> ResponseReturnValue:
    return render_template(
        "checklists/show.html", checklist=checklist, groups=queries.grouped(checklist.items), rule=queries.rule_of(checklist, clock.today())
    )


@bp.get("/<int:checklist_id>/blank")
@authorize(Permission.CHECKLIST_READ, queries.checklist)
def blank(checklist: Checklist) -> ResponseReturnValue:
    """An empty list to be written by hand."""
    made = printing.blank(checklist, current_actor())
    name = f"{checklist.title}（{checklist.edition}版）.docx"
    return send_file(io.BytesIO(made.content), documents.DOCX, as_attachment=True, download_name=name)
