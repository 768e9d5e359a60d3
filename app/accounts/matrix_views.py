"""权限表: what every role may do under which conditions, on the page and to be signed."""

from __future__ import annotations

import io

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import clock, taken_out
from app.accounts.blueprint import bp
from app.accounts.sign_ins import KIND
from app.accounts.workbooks import XLSX, made, matrix_sheet
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.actors import Role
from app.domain.permission_areas import lines
from app.domain.permissions import Permission
from app.sending import send_file


@bp.get("/permissions")
@authorize(Permission.MATRIX_READ)
def permission_table() -> ResponseReturnValue:
    rows = lines()
    areas = list(dict.fromkeys(line.area for line in rows))
    asked = request.args.get("area")
    chosen = asked if asked in areas else None
    shown = [line for line in rows if chosen is None or line.area == chosen]
    return render_template("accounts/permissions.html", rows=shown, areas=areas, chosen=chosen, roles=list(Role), total=len(rows))


@bp.get("/permissions/workbook")
@authorize(Permission.MATRIX_READ)
def permission_workbook() -> ResponseReturnValue:
    now, actor = clock.now(), current_actor()
    content = made([matrix_sheet(current_user.user.org_name, now)], actor, now)
    with transaction():
        taken_out.note(KIND, None, "岗位权限表", "全部岗位和权限", actor, content)
    return send_file(io.BytesIO(content), XLSX, as_attachment=True, download_name=f"岗位权限表{clock.today()}.xlsx")
