"""Pages of 账号核查: what is to be looked at, the quarterly sheet on paper and as a workbook."""

from __future__ import annotations

import io

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import clock, taken_out
from app.accounts import idle, review
from app.accounts.blueprint import bp
from app.accounts.sign_ins import KIND
from app.accounts.workbooks import XLSX, made
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.permissions import Permission
from app.sending import send_file


@bp.get("/users/review")
@authorize(Permission.USER_LIST)
def review_accounts() -> ResponseReturnValue:
    now, asked = clock.now(), request.args.get("view", "")
    rows = review.accounts(current_actor(), now)
    view = asked if asked in review.VIEWS else "concerns"
    counts = {name: len(review.chosen(rows, name)) for name in review.VIEWS}
    return render_template(
        "accounts/review.html", rows=review.chosen(rows, view), view=view, views=review.VIEWS, counts=counts, now=now, limit=idle.limit()
    )


@bp.get("/users/review/workbook")
@authorize(Permission.USER_LIST)
def review_workbook() -> ResponseReturnValue:
    now, actor = clock.now(), current_actor()
    rows = review.accounts(actor, now)
    content = made([review.sheet(rows, current_user.user.org_name, actor, now)], actor, now)
    with transaction():
        taken_out.note(KIND, None, "账号核查表", "全部账号", actor, content, len(rows), unit="个")
    return send_file(io.BytesIO(content), XLSX, as_attachment=True, download_name=f"账号核查表{clock.today()}.xlsx")
