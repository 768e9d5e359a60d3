"""How every command of the product behaves: ``--json`` to stdout, sentences to stderr, ``--as``, exit 0, 1 or 2.

    @command(group, "show")
    @click.argument("number")
    def show(actor: Actor, number: str) -> Answer:
        return Answer(data, ["一句话说明结果"])

A refusal (``errors.Refused``) prints its sentence on stderr and exits 1; nothing has then changed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import wraps
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm.exc import StaleDataError

from app import brought_files, command_lines, history, settings
from app.accounts import sessions
from app.accounts.models import User
from app.authorize import act_as, local_operator
from app.domain.actors import Actor, Channel
from app.domain.permissions import Permission, may_ever
from app.errors import NotAllowed, NotFound, Refused

NO_DATABASE = "数据库不可用，或结构还没有建立或升级：请核对 SHIAN_INSTANCE 和 DATABASE_URL，并运行 flask db upgrade。本次操作未生效"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command says: data for ``--json``, sentences for people, and whether it was a refusal (exit 1)."""

    data: Any
    lines: Sequence[str] = field(default_factory=list)
    refused: bool = False


def command(group: click.Group, name: str, *, permission: Permission | None = None, act: bool = True, brings: bool = True) -> Any:
    """Register a command. With ``permission`` the actor must hold it; with ``act=False`` no actor is looked up.

    Files it is given are shown to the scanner first; with ``brings=False`` they are only looked at, or our own backups.
    """

    def register(function: Callable[..., Answer]) -> click.Command:
        acted = _acted(function, permission, brings)
        declared = list(getattr(function, "__click_params__", []))  # and --as, --json below

        @wraps(function)  # click collects options on the function: a fresh list, or a second app would add them again
        def run(as_json: bool, as_user: str | None, **options: Any) -> None:
            history.channel.set(Channel.COMMAND)
            try:
                command_lines.refuse_breaks(declared, (group.name or "", name), {**options, "as_user": as_user})
                answer = acted(as_user, options) if act else function(**options)
            except Refused as refusal:
                _say([refusal.sentence], error=True)
                sys.exit(1)
            except StaleDataError:
                _say(["该记录刚被他人修改，本次操作未生效，请重试"], error=True)
                sys.exit(1)
            except (OperationalError, ProgrammingError) as fault:
                _say([NO_DATABASE, str(fault.orig).splitlines()[0]], error=True)
                sys.exit(1)
            if as_json:
                click.echo(json.dumps(answer.data, ensure_ascii=False, default=_plain))
            _say(answer.lines, error=as_json or answer.refused)
            if answer.refused:
                sys.exit(1)

        run.__click_params__ = declared  # type: ignore[attr-defined]
        wrapped: Any = with_appcontext(run)
        wrapped = click.option("--as", "as_user", metavar="USERNAME", help="以该用户的身份执行")(wrapped)
        wrapped = click.option("--json", "as_json", is_flag=True, help="在标准输出给出 JSON")(wrapped)
        return group.command(name)(wrapped)

    return register


def _acted(
    function: Callable[..., Answer], permission: Permission | None, brings: bool
) -> Callable[[str | None, Mapping[str, Any]], Answer]:
    """The command as somebody's, who may, with the files that he brings looked at."""
    files = brought_files.brought(getattr(function, "__click_params__", [])) if brings else []

    def acted(as_user: str | None, options: Mapping[str, Any]) -> Answer:
        actor = _actor(as_user, permission)
        brought_files.look(files, options, actor)
        return function(actor, **options)

    return acted


def _actor(username: str | None, permission: Permission | None) -> Actor:
    settings.refresh()
    if username is None:
        actor = local_operator()
    else:
        user = sessions.load_user(User.username == username)
        if user is None or not user.active:
            raise NotFound(f"没有可用的用户“{username}”，请核对用户名")
        actor = sessions.actor_of(user)
    if permission is not None and not may_ever(actor, permission):
        raise NotAllowed(f"用户“{actor.name}”没有执行该命令的权限")
    act_as(actor)
    return actor


def _say(lines: Sequence[str], *, error: bool) -> None:
    for line in lines:
        click.echo(line, err=error)


def _plain(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} in JSON")
