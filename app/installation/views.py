"""Page of 备份和体检: what stands where, what was done, and a backup at once."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app import backup, jobs, second_place
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.permissions import Permission
from app.installation import queries
from app.installation.jobs import JOB

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
        under_way=queries.under_way(last), size=backup.in_words,
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
