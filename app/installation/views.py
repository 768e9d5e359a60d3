"""Pages of 备份和体检 (what stands where, what was done, a backup at once) and of 个人信息清单."""

from __future__ import annotations

import io

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import backup, clock, jobs, second_place
from app.accounts.workbooks import XLSX, made, personal_sheet
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.permissions import Permission
from app.installation import personal, queries
from app.installation.jobs import JOB
from app.sending import send_file

bp = Blueprint("installation", __name__, url_prefix="/installation")
TONES = {"ok": "green", "warn": "yellow", "fail": "red"}
WORDS = {"ok": "正常", "warn": "请留意", "fail": "须处理"}


@bp.get("/")
@authorize(Permission.INSTALLATION_READ)
def index() -> ResponseReturnValue:
    last = queries.last_job(JOB)
    return render_template(
        "installation/index.html", standing=queries.standing(), entries=queries.entries(), findings=queries.findings(), tones=TONES,
        words=WORDS, place=backup.default_folder(), second=second_place.folder(), days=current_app.config["BACKUP_DAYS"], job=last,
        under_way=queries.under_way(last), size=backup.in_words, parts=queries.parts,
    )  # fmt: skip


@bp.post("/backup")
@authorize(Permission.INSTALLATION_BACKUP)
def make_backup() -> ResponseReturnValue:
    with transaction():
        if queries.under_way(queries.last_job(JOB)):
            said, tone = "备份正在进行，请稍后刷新本页查看结果", "info"
        else:
            jobs.enqueue(JOB, {}, current_actor())
            said, tone = "已开始备份，完成后列在下面；没有后台任务进程时会一直等待", "success"
    flash(said, tone)
    return redirect(url_for(".index"), 303)


# ---------------------------------------------------------------- 个人信息清单

@bp.get("/personal")
@authorize(Permission.MATRIX_READ)
def personal_list() -> ResponseReturnValue:
    found = personal.particulars()
    areas = list(dict.fromkeys(one.area for one in found))
    asked = request.args.get("area")
    chosen = asked if asked in areas else None
    rows = personal.lines(one for one in found if chosen is None or one.area == chosen)
    return render_template(
        "installation/personal.html", rows=rows, areas=areas, chosen=chosen, total=len(found), seen_by=personal.seen_by()
    )


@bp.get("/personal/workbook")
@authorize(Permission.MATRIX_READ)
def personal_workbook() -> ResponseReturnValue:
    now = clock.now()
    sheet = personal_sheet(current_user.user.org_name, personal.lines(personal.particulars()), personal.seen_by(), now)
    content = made([sheet], current_actor(), now)
    return send_file(io.BytesIO(content), XLSX, as_attachment=True, download_name=f"个人信息清单{clock.today()}.xlsx")
