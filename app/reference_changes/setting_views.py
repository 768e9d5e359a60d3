"""Pages of 系统设置: what each setting means, what is in force and why, proposing another value, deciding it."""

from __future__ import annotations

from dataclasses import replace

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from app.authorize import authorize, can
from app.domain.permissions import Permission
from app.domain.reference_acts import ChangeAct
from app.domain.setting_rules import GROUPS, Keeper, rule_of
from app.domain.trust_kinds import ChangeKind
from app.reference_changes import operations, queries, showing
from app.reference_changes.forms import SettingForm, setting_value
from app.reference_changes.models import ReferenceChange
from app.reference_changes.pages import Steps, bp, change_page, form_page
from app.reference_changes.propose_views import proposing

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
    form = SettingForm(data={"value": setting_value(name)})
    action, back = url_for(".setting", name=name), url_for(".settings_index")

    def wish() -> operations.Wish:
        asked = form.wish(ChangeAct.SETTING)
        return replace(asked, values={**asked.values, "name": name})

    return proposing(
        form, wish, f"{HERE}show",
        lambda shown: form_page(
            ChangeAct.SETTING, form, shown, action, back, setting=rule_of(name), setting_name=name,
            past=queries.of_subject(ChangeKind.SETTING, name),
        ),
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
