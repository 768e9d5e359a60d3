"""系统设置 made on the page, laid over those of the file: in force in every process without a restart.

Everybody reads ``current_app.config``. The number of the newest version travels with the statement that loads whoever acts; where it
has moved, this process reads the versions once and puts them in. What the environment says wins over the page.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app

from app import config, rule_editions
from app.db import session
from app.domain.setting_rules import Keeper, rule_of
from app.reference_changes.models import SettingVersion

log = logging.getLogger(__name__)
KEY = "shian_settings"
ASKED_AT, SECONDS_APART = "shian_settings_asked", 5.0
_turn = threading.Lock()


@dataclass(frozen=True, slots=True)
class Overlay:
    """What this process has put in: up to which version, and what each name was before."""

    stamp: int = 0
    below: Mapping[str, Any] = field(default_factory=dict)


def newest() -> sa.ScalarSelect[Any]:
    """The number of the newest version, to be asked within a statement that is sent anyway."""
    return sa.select(sa.func.max(SettingVersion.id)).scalar_subquery()


def refresh(stamp: int | None = None, rules: int | None = None) -> None:
    """Put in what the pages say. Without the numbers the newest are asked for (commands, jobs, people not signed in)."""
    if stamp is None or rules is None:
        stamp, rules = session().execute(sa.select(newest(), rule_editions.newest())).one()
    rule_editions.refresh(rules or 0)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    if (stamp or 0) == overlay(app).stamp:
        return
    versions = in_force()
    with _turn:
        _put_in(app, stamp or 0, versions)


def refresh_for_strangers() -> None:
    """For requests without a session, some of which ask the database nothing else: at most every few seconds."""
    now, asked = time.monotonic(), current_app.extensions.get(ASKED_AT)
    if asked is None or now - asked >= SECONDS_APART:
        current_app.extensions[ASKED_AT] = now
        try:
            refresh()
        except sa.exc.SQLAlchemyError:  # the page that needs the database says so itself; probes and refusals must answer without it
            session().rollback()


def overlay(app: Flask) -> Overlay:
    found: Overlay = app.extensions.get(KEY) or Overlay()
    return found


def in_force() -> dict[str, SettingVersion]:
    """The newest version of every name that has one."""
    latest = sa.select(sa.func.max(SettingVersion.id)).group_by(SettingVersion.name)
    rows = session().scalars(sa.select(SettingVersion).where(SettingVersion.id.in_(latest)).order_by(SettingVersion.name))
    return {row.name: row for row in rows}


def _put_in(app: Flask, stamp: int, versions: Mapping[str, SettingVersion]) -> None:
    below = dict(overlay(app).below)
    for name in sorted({*versions, *below}):
        below.setdefault(name, app.config.get(name))
        app.config[name] = _value(name, versions.get(name), below[name])
    app.extensions[KEY] = Overlay(stamp, below)


def _value(name: str, version: SettingVersion | None, otherwise: Any) -> Any:
    if version is None or version.value is None or config.in_environment(name):
        return otherwise
    if name not in config.DEFAULTS or rule_of(name).keeper is Keeper.FILE:
        return otherwise
    try:
        return config.read(name, EMPTY if version.value == EMPTY_MARK else version.value)
    except config.RefusedToStart as fault:
        log.warning("setting %s of version %s is not in force: %s", name, version.id, fault)
        return otherwise


# No empty text is stored, and None says «back to the file»: a setting that is made empty is stored as this mark.
EMPTY, EMPTY_MARK = "", config.EMPTY_MARK


def stored(written: str) -> str:
    return written or EMPTY_MARK


def said(value: Any) -> str:
    """A value as the page shows it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if value in (None, ""):
        return EMPTY_MARK
    return ",".join(value) if isinstance(value, list) else str(value)


def source_of(name: str, versions: Mapping[str, SettingVersion]) -> str:
    """Where the value in force comes from."""
    if config.in_environment(name):
        return "环境变量"
    version = versions.get(name)
    if version is not None and version.value is not None:
        return "页面设置"
    return "配置文件" if name in current_app.config.get("SET_IN_FILE", ()) else "默认值"
