"""系统设置 as its page and its command list them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import current_app

from app import config, settings
from app.domain.setting_rules import SECRETS, Keeper, SettingRule, rule_of
from app.errors import NotFound
from app.reference_changes import queries


@dataclass(frozen=True, slots=True)
class Row:
    """One setting."""

    name: str
    rule: SettingRule
    value: str
    source: str
    changed_at: datetime | None
    changed_by: str | None
    change_id: int | None
    changeable: bool


def rows() -> list[Row]:
    """Every setting; of a secret only where it comes from."""
    versions = settings.in_force()
    people = queries.names(*(version.set_by_id for version in versions.values()))
    found = []
    for name in (*config.DEFAULTS, *sorted(SECRETS)):
        version, rule = versions.get(name), rule_of(name)
        value = "不显示" if name in SECRETS else settings.said(current_app.config.get(name))
        by, at = (people.get(version.set_by_id), version.set_at) if version else (None, None)
        free = rule.keeper is not Keeper.FILE and not config.in_environment(name)
        found.append(
            Row(name, rule, value, settings.source_of(name, versions), at, by, version.change_id if version else None, free)
        )
    return found


def changeable(name: str) -> None:
    if name not in config.DEFAULTS or rule_of(name).keeper is Keeper.FILE:
        raise NotFound(f"没有可以在运行中改动的设置“{name[:60]}”，请从系统设置列表中选择；其余的在配置文件或环境变量中设置")
