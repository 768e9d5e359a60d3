"""系统设置: a value in place of the file's, or the file's again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import current_app

from app import clock, config, history, settings
from app.db import session
from app.domain.actors import Actor
from app.domain.reference_acts import ChangeAct
from app.domain.setting_rules import Keeper, rule_of
from app.errors import NotLikeThis
from app.reference_changes.handling import Handler, Line, Told, Values, handles
from app.reference_changes.models import SettingVersion

SECURITY_FATE = "自采用时起对此后的登录、操作和告警生效；已有的账号、办理记录不变"
BUSINESS_FATE = "自采用时起对此后的办理、提醒和显示生效；已作出的决定、已定的期限、已有的判定和已封存的报表不变"
BACK = "恢复为配置文件或默认值"


@handles(ChangeAct.SETTING)
class SettingChange(Handler):
    """系统设置. ``value`` is written as in the environment; ``back`` takes the page's value away again."""

    def told(self, values: Values) -> Told:
        name, rule = values["name"], rule_of(values["name"])
        now = current_app.config[name]
        if values.get("back"):
            below = settings.overlay(current_app._get_current_object()).below.get(name, now)  # type: ignore[attr-defined]
            after, title = settings.said(below), f"{rule.title}：{BACK}"
            if self._newest(name) is None:
                raise NotLikeThis(f"{rule.title}没有页面设置，现在就是配置文件或默认值", field="value")
        else:
            after = settings.said(self._checked(values))
            title = f"{rule.title}：{after}"
            if config.read(name, values.get("value")) == now:
                raise NotLikeThis(f"{rule.title}现在就是“{after}”，没有变化", field="value")
        return Told(title[:200], name, None, [Line(rule.title, settings.said(now), after)])

    def fates(self, values: Values) -> Sequence[str]:
        """No trial can be made of what nobody has done yet: what holds from the adoption on, and what stays."""
        if rule_of(values["name"]).keeper is Keeper.SECURITY:
            return (SECURITY_FATE,)
        return (BUSINESS_FATE,)

    def _checked(self, values: Values) -> Any:
        """By the very rules of the start: a value that would keep the program from starting is refused here."""
        name = values["name"]
        if rule_of(name).keeper is Keeper.FILE or name not in config.DEFAULTS:
            raise NotLikeThis(f"{name} 只能在配置文件或环境变量中设置", field="value")
        if config.in_environment(name):
            raise NotLikeThis(f"{name} 已由环境变量 SHIAN_{name} 设定，页面设置不起作用；请先由运维人员去掉该环境变量", field="value")
        try:
            read = config.read(name, values.get("value"))
            config.check({**current_app.config, name: read})
        except config.RefusedToStart as fault:
            raise NotLikeThis(str(fault), field="value") from fault
        return read

    def _newest(self, name: str) -> int | None:
        found = settings.in_force().get(name)
        return found.id if found is not None and found.value is not None else None

    def base(self, values: Values) -> Any:
        """The newest version of the name, whatever it says; and what the process uses now."""
        newest = session().scalar(sa.select(sa.func.max(SettingVersion.id)).where(SettingVersion.name == values["name"]))
        return [newest]

    def apply(self, values: Values, actor: Actor, change_id: int | None) -> None:
        name, before = values["name"], current_app.config[values["name"]]
        value = None if values.get("back") else settings.stored((values.get("value") or "").strip())
        if value is not None:
            self._checked(values)
        made = SettingVersion(name=name, value=value, change_id=change_id, set_at=clock.now(), set_by_id=actor.user_id)
        session().add(made)
        session().flush()
        after = BACK if value is None else settings.said(config.read(name, values.get("value")))
        changes = {rule_of(name).title: (settings.said(before), after)}
        history.record("setting_version", made.id, "set", actor, org_id=actor.org_id, name=name, changes=changes)
