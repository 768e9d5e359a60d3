"""Pages of 规则表: what is in force, its editions, taking it out, and proposing a new edition."""

from __future__ import annotations

import io

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, upload_limits, uploads
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.permissions import Permission
from app.domain.reference_acts import ChangeAct
from app.domain.trust_kinds import ChangeKind
from app.reference_changes import queries, rule_files, rule_tables
from app.reference_changes.forms import RulesForm
from app.reference_changes.operations import Wish
from app.reference_changes.pages import TONES, bp, form_page
from app.reference_changes.propose_views import proposing
from app.reference_changes.rule_acts import table_of
from app.sending import send_file
from app.taken_out import XLSX

KINDS = {"xlsx": XLSX, "csv": "text/csv; charset=utf-8"}


@bp.get("/changes/rules/")
@authorize(Permission.CHANGE_LIST)
def rules() -> ResponseReturnValue:
    latest = queries.latest_editions()
    return render_template("reference_changes/rules.html", tables=list(rule_tables.TABLES.values()), latest=latest)


@bp.get("/changes/rules/<name>")
@authorize(Permission.CHANGE_LIST)
def rule(name: str) -> ResponseReturnValue:
    table = table_of(name)
    columns, *rows = rule_tables.rows_of(rule_tables.content_on(table))
    header = [(rule_tables.COLUMN_WORDS.get(column, column), "nowrap" if column in rule_tables.SHORT else "") for column in columns]
    return render_template(
        "reference_changes/rule.html", table_=table, header=header, columns=columns, rows=rows, editions=queries.rule_editions(table.file),
        past=queries.of_subject(ChangeKind.RULES, table.code), tones=TONES, today=clock.today(),
    )  # fmt: skip


@bp.get("/changes/rules/<name>/download")
@authorize(Permission.CHANGE_LIST)
def rule_download(name: str) -> ResponseReturnValue:
    """The edition in force today, as it may be uploaded again."""
    table, ending = table_of(name), "xlsx" if request.args.get("format") == "xlsx" else "csv"
    with transaction():
        content = rule_files.taken_out(table, ending, current_actor())
    response = send_file(io.BytesIO(content), KINDS[ending], as_attachment=True, download_name=f"{table.title}.{ending}")
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.route("/changes/rules/<name>/new", methods=["GET", "POST"])
@authorize(Permission.CHANGE_PROPOSE)
@upload_limits.takes_files
def rule_new(name: str) -> ResponseReturnValue:
    table = table_of(name)
    form = RulesForm(data={"subject": table.code, "content": rule_tables.content_on(table), "valid_from": clock.today()})
    form.subject.data = table.code
    action, back = url_for(".rule_new", name=table.code), url_for(".rule", name=table.code)

    def wish() -> Wish:
        if form.file.data:
            filename, sha256 = uploads.keep(form.file.data)
            form.content.data = rule_files.text_of(sha256, filename)
        return form.wish(ChangeAct.RULES)

    return proposing(
        form, wish, ".show",
        lambda shown: form_page(
            ChangeAct.RULES, form, shown, action, back, multipart=True, about=f"{table.title}：{table.meaning}"
        ),
    )  # fmt: skip
