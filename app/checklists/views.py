"""Pages of 检查要点表: dated lists of what an inspection looks at."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import authorize
from app.checklists import queries
from app.checklists.models import Checklist
from app.domain.permissions import Permission

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
