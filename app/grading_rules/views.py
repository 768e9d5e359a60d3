"""Pages of 风险分级规则: the list, one set readable, drafting, changing, and the steps until it is in force."""

from __future__ import annotations

import io
import re
import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, upload_limits
from app.authorize import authorize, can, current_actor
from app.db import transaction
from app.domain import risk_rule_fields
from app.domain.permissions import Permission
from app.domain.risk_rules import RuleSet
from app.domain.supervision_states import RuleSetState
from app.errors import NotFound, NotLikeThis
from app.grading.showing import GRADE_TONES
from app.grading_rules import files, forms, operations, queries, showing, trials
from app.grading_rules.models import RiskRuleSet
from app.penalties.forms import number
from app.reference.risk_rule_files import read_rule_sets
from app.sending import send_file

bp = Blueprint("grading_rules", __name__, url_prefix="/grading-rules")
KIND = RiskRuleSet.__tablename__
SHOWN = 200
ADD = re.compile(r"([0-2]):(bands|choices|records)")


@bp.get("/")
@authorize(Permission.RISK_RULE_READ)
def index() -> ResponseReturnValue:
    actor, state = current_actor(), forms.state_asked(request.args)
    found = queries.rule_sets(actor, state, before=number(request.args.get("before")), after=number(request.args.get("after")))
    return render_template(
        "grading_rules/index.html", page=found, state=state, states=list(RuleSetState), counts=queries.counts(actor), tones=showing.TONES,
        shipped=[showing.shipped_row(rules) for rules in read_rule_sets()], today=clock.today(), holding=showing.holding(actor),
    )  # fmt: skip


@bp.get("/shipped/<code>/<valid_from>")
@authorize(Permission.RISK_RULE_READ)
def shipped(code: str, valid_from: str) -> ResponseReturnValue:
    """A set that came with the program."""
    rules = _shipped(code, valid_from)
    earlier = [one for one in read_rule_sets() if one.code == code and one.valid_from < rules.valid_from]
    return render_template(
        "grading_rules/shipped.html", sheet=showing.sheet(rules), rules=rules, former=earlier[-1] if earlier else None,
        changes=showing.changes(earlier[-1], rules) if earlier else [],
    )  # fmt: skip


def _shipped(code: str, valid_from: str) -> RuleSet:
    rules = queries.shipped_edition(code, valid_from)
    if rules is None:
        raise NotFound("没有这一版随程序发布的分级规则，请从分级规则列表进入")
    return rules


@bp.get("/shipped/<code>/<valid_from>/export.<ending>")
@authorize(Permission.RISK_RULE_READ)
def export_shipped(code: str, valid_from: str, ending: str) -> ResponseReturnValue:
    return _file(_shipped(code, valid_from), ending, None)


@bp.get("/<int:set_id>/export.<ending>")
@authorize(Permission.RISK_RULE_READ, lambda actor, set_id, ending: queries.rule_set(actor, set_id))
def export(row: RiskRuleSet) -> ResponseReturnValue:
    return _file(queries.content_of(row), request.path.rpartition(".")[2], row)


def _file(rules: RuleSet, ending: str, row: RiskRuleSet | None) -> ResponseReturnValue:
    """The set as a file; who took it out is in the history."""
    actor = current_actor()
    if ending not in ("json", "xlsx"):
        raise NotFound("只能导出 json 或 xlsx 文件，请从分级规则的页面导出")
    with transaction():
        content = files.taken_out(rules, row, ending, actor, clock.now())
    name = files.filename(rules, row.edition if row else None, clock.today())
    return _sent(content, "application/json" if ending == "json" else files.XLSX, f"{name}.{ending}")


def _sent(content: bytes, kind: str, name: str) -> ResponseReturnValue:
    response = send_file(io.BytesIO(content), kind, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.route("/new", methods=["GET", "POST"])
@authorize(Permission.RISK_RULE_EDIT)
@upload_limits.takes(files.MOST_BYTES)
def new() -> ResponseReturnValue:
    """起草, from a set or a file."""
    actor = current_actor()
    asked = {"key": secrets.token_hex(16), "source": request.args.get("source", ""), "valid_from": clock.today()}
    form: Any = forms.DraftForm(data=asked)
    form.source.choices = [("", "请选择"), *showing.sources(actor)]
    if form.validate_on_submit():
        if form.key.data and (earlier := queries.submitted(form.key.data)) is not None:
            return redirect(url_for(".show", set_id=earlier), 303)
        with form.keeping():
            rules = _source(form)
            with transaction():
                made = operations.draft(rules, form.valid_from.data, actor, clock.now(), key=form.key.data or None)
            flash(f"已起草：{made.title}（{made.code} 第 {made.edition} 版），请核对、修改后提交审核", "success")
            return redirect(url_for(".show", set_id=made.id), 303)
    page = render_template("grading_rules/new.html", form=form)
    return page, form.status if form.is_submitted() else 200


def _source(form: Any) -> RuleSet:
    upload, source = form.file.data, form.source.data or ""
    if bool(upload) is bool(source):
        raise NotLikeThis("请选择一版规则作为底稿，或者选择一个文件，二者选其一", field="source")
    if upload:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "upload"
            upload.save(path)
            return files.read_file(path, upload.filename or "")
    return showing.source(current_actor(), source)


# ---------------------------------------------------------------- one set

@bp.get("/<int:set_id>")
@authorize(Permission.RISK_RULE_READ, queries.rule_set)
def show(row: RiskRuleSet) -> ResponseReturnValue:
    return _page(row)


def _page(row: RiskRuleSet, refusal: Any = None) -> str:
    form = forms.StepForm(formdata=None, data={"version": row.version}) if refusal is None else refusal
    shown, actor = showing.page(row), current_actor()
    open_ = row.state in trials.PROPOSED and can(Permission.RISK_READ, row)
    tried = open_ and (request.args.get("effect") == "1" or ("adopt" in shown["steps"] and trials.at_once(actor, row)))
    return render_template(
        "grading_rules/show.html", row=row, form=form, refusal=refusal, today=clock.today(), may_try=open_,
        trials=trials.trials(actor, row, clock.today()) if tried else None, most=SHOWN, grade_tones=GRADE_TONES, **shown,
    )  # fmt: skip


@bp.route("/<int:set_id>/edit", methods=["GET", "POST"])
@authorize(Permission.RISK_RULE_EDIT, queries.rule_set)
@upload_limits.takes(files.MOST_BYTES)
def edit(row: RiskRuleSet) -> ResponseReturnValue:
    """The whole draft as one form; 新增分值表 only shows it with one more, nothing is saved."""
    form, set_id, value = forms.EditForm(data={"version": row.version}), row.id, row.content
    if not form.is_submitted():
        return _editor(row, form, value)
    adding = ADD.fullmatch(request.form.get("add", ""))
    with form.keeping():
        value = showing.typed(row.content, request.form.to_dict())
        if adding and form.validate_on_submit():
            return _editor(row, form, risk_rule_fields.with_table(value, int(adding[1]), adding[2])), 200
        if form.validate_on_submit():
            with transaction():
                operations.edit(row, value, current_actor(), seen=form.version.data)
            flash("已保存", "success")
            return redirect(url_for(".show", set_id=set_id), 303)
    found = queries.rule_set(current_actor(), set_id)
    assert found is not None
    return _editor(found, form, value, showing.faults(value)), form.status


def _editor(row: RiskRuleSet, form: Any, value: Any, faults: Any = ()) -> str:
    form.version.data, form.version.raw_data = row.version, None
    return render_template(
        "grading_rules/edit.html", row=row, form=form, value=value, faults=faults, at={fault.path: fault.message for fault in faults},
        base=showing.base(value), kinds=showing.KIND_CHOICES, blank=risk_rule_fields.BLANK,
    )  # fmt: skip


# ---------------------------------------------------------------- its steps

def _step(row: RiskRuleSet, said: str, taken: Callable[[Any], object]) -> ResponseReturnValue:
    form: Any = forms.StepForm()
    set_id = row.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                taken(form)
            flash(said, "success")
            return redirect(url_for(".show", set_id=set_id), 303)
    found = queries.rule_set(current_actor(), set_id)
    assert found is not None
    form.version.data, form.version.raw_data = found.version, None
    return _page(found, form), form.status


@bp.post("/<int:set_id>/submit")
@authorize(Permission.RISK_RULE_EDIT, queries.rule_set)
def submit(row: RiskRuleSet) -> ResponseReturnValue:
    return _step(row, "已提交，请他人审核", lambda form: operations.submit(
        row, current_actor(), form.comment.data or "", seen=form.version.data,
    ))  # fmt: skip


@bp.post("/<int:set_id>/recall")
@authorize(Permission.RISK_RULE_EDIT, queries.rule_set)
def recall(row: RiskRuleSet) -> ResponseReturnValue:
    return _step(row, "已撤回，可以继续修改", lambda form: operations.recall(row, current_actor(), seen=form.version.data))


@bp.post("/<int:set_id>/return")
@authorize(Permission.RISK_RULE_ADOPT, queries.rule_set)
def give_back(row: RiskRuleSet) -> ResponseReturnValue:
    return _step(row, "已退回起草人", lambda form: operations.give_back(
        row, current_actor(), form.comment.data or "", seen=form.version.data,
    ))  # fmt: skip


@bp.post("/<int:set_id>/adopt")
@authorize(Permission.RISK_RULE_ADOPT, queries.rule_set)
def adopt(row: RiskRuleSet) -> ResponseReturnValue:
    said = f"自 {row.valid_from} 起施行，此前适用的版本至前一日止"
    return _step(row, said, lambda form: operations.adopt(
        row, current_actor(), clock.now(), comment=form.comment.data or None, seen=form.version.data,
    ))  # fmt: skip


@bp.post("/<int:set_id>/retire")
@authorize(Permission.RISK_RULE_ADOPT, queries.rule_set)
def retire(row: RiskRuleSet) -> ResponseReturnValue:
    return _step(row, "已停用", lambda form: operations.retire(
        row, current_actor(), form.comment.data or "", clock.now(), seen=form.version.data,
    ))  # fmt: skip


@bp.post("/<int:set_id>/void")
@authorize(Permission.RISK_RULE_EDIT, queries.rule_set)
def void(row: RiskRuleSet) -> ResponseReturnValue:
    return _step(row, "已作废", lambda form: operations.void(row, current_actor(), form.comment.data or "", seen=form.version.data))
