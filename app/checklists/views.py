"""Pages of 检查要点表: dated lists of what an inspection looks at."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from app import clock, documents, files, upload_limits, uploads
from app.authorize import authorize, current_actor
from app.checklists import forms, operations, queries
from app.checklists.models import Checklist
from app.db import transaction
from app.domain import checklists as rules
from app.domain.checklists import Read
from app.domain.permissions import Permission
from app.domain.reference_acts import ChangeAct
from app.errors import NotAllowedNow, NotLikeThis
from app.inspections import printing
from app.reference_changes import checklist_acts, effects
from app.reference_changes import operations as changes
from app.sending import send_file
from app.spreadsheet_cells import CellValue, Column
from app.spreadsheet_stream import TableSheet, write_table
from app.trail import trail

bp = Blueprint("checklists", __name__, url_prefix="/checklists")
LOOKED_AT = "checklist-upload"  # in the cookie: which file this person has been shown
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEMPLATE = tuple(Column(name) for name in rules.COLUMNS)
EXAMPLES: list[tuple[CellValue, ...]] = [
    ("1.1", "经营资质", "食品经营许可证在有效期内，经营项目与实际一致", "重点项", "《食品安全法》第35条"),
    ("1.2", "经营资质", "在显著位置公示许可证", "一般项", "《食品安全法》第35条"),
]


@bp.get("/")
@authorize(Permission.CHECKLIST_READ)
def index() -> ResponseReturnValue:
    today, rows = clock.today(), queries.editions()
    holding = {found.id for kind in queries.kinds_covered(today) if (found := queries.checklist_for(kind, today)) is not None}
    rules = {row[0].id: queries.rule_of(row[0], today) for row in rows}
    return render_template("checklists/index.html", rows=rows, holding=holding, rules=rules)


@bp.route("/upload", methods=["GET", "POST"])
@authorize(Permission.CHANGE_PROPOSE)
@upload_limits.takes_files
def upload() -> ResponseReturnValue:
    """The file is read and shown; nothing is entered before the preview has been confirmed."""
    form: Any = forms.UploadForm()
    if form.validate_on_submit():
        with form.keeping():
            name, sha256 = uploads.keep(form.file.data)
            operations.check(form.written)
            cookie[LOOKED_AT] = [sha256, name]
            found = operations.read(files.path_of(sha256), name)
            return _preview(forms.EditionForm(), found, name, None if found.faults else _foreseen(form, found))
    return render_template("checklists/upload.html", form=form), form.status if form.is_submitted() else 200


def _wish(form: Any, found: Read) -> changes.Wish:
    values = checklist_acts.values_of(form.written, found.items)
    return changes.Wish(ChangeAct.CHECKLIST, values, form.reason.data, form.source.data)


def _foreseen(form: Any, found: Read) -> changes.Shown:
    with transaction():
        return changes.shown(_wish(form, found), current_actor())


def _preview(form: Any, found: Read, name: str, shown: changes.Shown | None = None) -> ResponseReturnValue:
    said = effects.sentences(shown.effect) if shown else []
    page = render_template("checklists/preview.html", form=form, found=found, name=name, shown=shown, sentences=said)
    return page, form.status if form.errors else 200


@bp.post("/confirm")
@authorize(Permission.CHANGE_PROPOSE)
def confirm() -> ResponseReturnValue:
    """The file that this person has looked at, read again, and proposed: it holds once a second person has adopted it."""
    sha256, name = cookie.get(LOOKED_AT) or ("", "")
    if not sha256:
        raise NotAllowedNow("没有待确认的要点表，可能已经提出：请从“导入本地版本”重新上传")
    form: Any = forms.EditionForm()
    found = operations.read(files.path_of(sha256), name)
    if form.validate_on_submit():
        with form.keeping():
            if found.faults:
                raise NotLikeThis("文件有误，不能提出：请按提示改正后重新上传")
            with transaction():
                change = changes.propose(_wish(form, found), current_actor(), clock.now())
            cookie.pop(LOOKED_AT)
            flash(changes.said(change), "success")
            return redirect(url_for("reference_changes.show", change_id=change.id), 303)
    return _preview(form, found, name)


@bp.get("/template")
@authorize(Permission.CHANGE_PROPOSE)
def template() -> ResponseReturnValue:
    """An empty workbook with the columns and two example lines."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.xlsx"
        write_table(path, [TableSheet("检查要点表", TEMPLATE, EXAMPLES)])
        content = path.read_bytes()
    return send_file(io.BytesIO(content), XLSX, as_attachment=True, download_name="检查要点表导入模板.xlsx")


@bp.get("/<int:checklist_id>")
@authorize(Permission.CHECKLIST_READ, queries.checklist)
def show(checklist: Checklist) -> ResponseReturnValue:
    return render_template(
        "checklists/show.html", checklist=checklist, groups=queries.grouped(checklist.items),
        rule=queries.rule_of(checklist, clock.today()), entries=trail(operations.KIND, checklist.id),
    )  # fmt: skip


@bp.get("/<int:checklist_id>/blank")
@authorize(Permission.CHECKLIST_READ, queries.checklist)
def blank(checklist: Checklist) -> ResponseReturnValue:
    """An empty list to be written by hand."""
    made = printing.blank(checklist, current_actor())
    name = f"{checklist.title}（{checklist.edition}版）.docx"
    return send_file(io.BytesIO(made.content), documents.DOCX, as_attachment=True, download_name=name)
