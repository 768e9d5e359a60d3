"""Pages of 系统设置: what each setting means, what is in force and why, proposing another value, deciding it."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import authorize, can, current_actor
from app.db import transaction
from app.domain.permissions import Permission
from app.domain.reference_acts import ChangeAct
from app.domain.setting_rules import GROUPS, Keeper, rule_of
from app.domain.trust_kinds import ChangeKind
from app.reference_changes import operations, queries, showing
from app.reference_changes.forms import SettingForm, setting_value
from app.reference_changes.models import ReferenceChange
from app.reference_changes.pages import Steps, bp, change_page, form_page, sent

HERE = "reference_changes.setting_"
STEPS = Steps(HERE, queries.setting_change)


@bp.get("/settings/")
@authorize(Permission.SETTING_READ)
def settings_index() -> ResponseReturnValue:
    found = showing.rows()
    groups = [(group, [row for row in found if row.rule.group == group]) for group in GROUPS]
    return render_template(
        "reference_changes/settings.html", groups=groups, may=can(Permission.SETTING_PROPOSE), keepers=Keeper,
        waiting=queries.waiting_settings(),
    )


@bp.route("/settings/<name>", methods=["GET", "POST"])
@authorize(Permission.SETTING_PROPOSE)
def setting(name: str) -> ResponseReturnValue:
    showing.changeable(name)
    form, shown = SettingForm(data={"value": setting_value(name)}), None
    if form.validate_on_submit():
        with form.keeping():
            wish = form.wish(ChangeAct.SETTING)
            wish = operations.Wish(wish.act, {**wish.values, "name": name}, wish.reason, wish.source, wish.submission_key)
            if sent() and form.shown_before:
                with transaction():
                    change = operations.propose(wish, current_actor(), clock.now())
                flash(operations.said(change), "success")
                return redirect(url_for(".setting_show", change_id=change.id), 303)
            with transaction():
                shown = operations.shown(wish, current_actor())
            form.note_preview()
    action, back = url_for(".setting", name=name), url_for(".settings_index")
    return form_page(
        ChangeAct.SETTING, form, shown, action, back, setting=rule_of(name), setting_name=name,
        past=queries.of_subject(ChangeKind.SETTING, name),
    )  # fmt: skip


@bp.get("/settings/changes/<int:change_id>")
@authorize(Permission.SETTING_READ, queries.setting_change)
def setting_show(change: ReferenceChange) -> ResponseReturnValue:
    return change_page(change, HERE)


@bp.post("/settings/changes/<int:change_id>/adopt")
@authorize(Permission.SETTING_ADOPT, queries.setting_change)
def setting_adopt(change: ReferenceChange) -> ResponseReturnValue:
    return STEPS.adopt(change)


@bp.post("/settings/changes/<int:change_id>/refuse")
@authorize(Permission.SETTING_ADOPT, queries.setting_change)
def setting_refuse(change: ReferenceChange) -> ResponseReturnValue:
    return STEPS.refuse(change)


@bp.post("/settings/changes/<int:change_id>/withdraw")
@authorize(Permission.SETTING_PROPOSE, queries.setting_change)
def setting_withdraw(change: ReferenceChange) -> ResponseReturnValue:
    return STEPS.withdraw(change)
