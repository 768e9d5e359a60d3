"""Commands of 动态口令 and of the keys of encrypted fields: ``factor list|reset``, ``keys show|rotate``."""

from __future__ import annotations

from collections.abc import Sequence

import click
from flask import Flask, current_app

from app import clock, field_encryption, history
from app.accounts import checks, factor_queries, factors, rekeying, sessions
from app.accounts.models import User
from app.commands import Answer, command
from app.db import session, transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.errors import NotAllowed, NotAllowedNow, NotFound

__all__ = ["checks", "register"]
factor = click.Group("factor", help="动态口令（双因素登录）")
keys = click.Group("keys", help="字段加密密钥")


@command(factor, "list", permission=Permission.USER_LIST)
def show_list(actor: Actor) -> Answer:
    """列出已绑定或须绑定动态口令的账号."""
    rows = factor_queries.people_with(actor)
    data = [{"username": row.username, "name": row.name, "bound_at": row.since, "demanded": row.demanded} for row in rows]
    lines = [f"{row.username}　{row.name}　{row.org_name}　{_told(row.since, row.demanded, row.codes_left)}" for row in rows]
    return Answer(data, [*lines, f"共 {len(rows)} 个账号"])


def _told(since: object, demanded: bool, left: int) -> str:
    if since is None:
        return "须绑定，尚未绑定" if demanded else "未完成绑定"
    return f"已绑定，恢复码剩 {left} 个"


@command(factor, "reset")
@click.argument("username")
@click.option("--reason", required=True, help="原因和核实本人身份的方式")
def reset(actor: Actor, username: str, reason: str) -> Answer:
    """重置一个账号的动态口令，下次登录时重新绑定。"""
    user = sessions.load_user(User.username == username)
    if user is None:
        raise NotFound(f"没有用户“{username}”，请核对用户名")
    if actor.user_id is not None and not permits(actor, Permission.FACTOR_RESET, user):
        raise NotAllowed("您没有重置该账号动态口令的权限，请由安全管理员办理")
    with transaction():
        factors.reset(actor, user, clock.now(), reason)
    return Answer({"username": user.username}, [f"已重置动态口令：{user.username}，其登录已全部退出"])


@command(keys, "show", act=False)
def show_keys() -> Answer:
    """列出字段加密密钥的编号、指纹和各自加密的数据条数，不显示密钥。"""
    ring, counted = field_encryption.keyring(), rekeying.count()
    data = [
        {
            "id": key_id, "fingerprint": field_encryption.fingerprint(key), "values": counted.get(key_id, 0),
            "current": key_id == ring.current,
        }
        for key_id, key in ring.keys.items()
    ]
    lines = [f"{one['id']}　指纹 {one['fingerprint']}　{one['values']} 条{'　使用中' if one['current'] else ''}" for one in data]
    place = "FIELD_KEY 设置" if field_encryption.from_setting() else str(field_encryption.file())
    return Answer({"place": place, "keys": data}, [*lines, f"密钥保存在：{place}"] if lines else ["还没有字段加密密钥，首次使用时自动生成"])


@command(keys, "rotate")
def rotate(actor: Actor) -> Answer:
    """生成新密钥，并用它重新加密全部已加密的数据；旧密钥保留，用于打开旧备份。"""
    made = None if field_encryption.from_setting() else field_encryption.add_key()
    done = _converted(rekeying.columns(), rekeying.reseal)
    key_id = field_encryption.keyring(make=True).current
    with transaction():
        history.record("field_key", None, "rotate_keys", actor, org_id=actor.org_id, name=key_id, comment=f"重新加密 {done} 条")
    told = f"已生成新密钥 {made}" if made else f"以 FIELD_KEY 中最后一个密钥 {key_id} 为准"
    return Answer({"key": key_id, "values": done}, [f"{told}，重新加密 {done} 条；请另行备份密钥，旧密钥勿删"])


def _converted(columns: Sequence[rekeying.SealedColumn], change: rekeying.Change) -> int:
    """A block is a transaction: whoever works meanwhile waits for one of them at most, and an interrupted run goes on where it was."""
    done = 0
    for block in rekeying.blocks(columns):
        with transaction():
            done += rekeying.convert(block, change)
    return done


@command(keys, "encrypt")
def encrypt(actor: Actor) -> Answer:
    """把已有的个人信息字段（电话、证件号码、账号等）加密，须先设置 FIELD_ENCRYPTION = True。"""
    if not current_app.config["FIELD_ENCRYPTION"]:
        raise NotAllowedNow("请先在 config.py 中设置 FIELD_ENCRYPTION = True 并重启，否则新数据仍按明文保存")
    done = _converted(rekeying.personal_columns(), rekeying.seal)
    with transaction():
        history.record("field_key", None, "encrypt_fields", actor, org_id=actor.org_id, comment=f"加密 {done} 条")
    return Answer({"values": done}, [f"已加密 {done} 条个人信息；请备份 field_key，丢失后无法恢复", *_left_behind()])


@command(keys, "decrypt")
def decrypt(actor: Actor) -> Answer:
    """把已加密的个人信息字段还原为明文，须先设置 FIELD_ENCRYPTION = False。"""
    if current_app.config["FIELD_ENCRYPTION"]:
        raise NotAllowedNow("请先在 config.py 中设置 FIELD_ENCRYPTION = False 并重启，否则新数据仍会加密")
    done = _converted(rekeying.personal_columns(), rekeying.unseal)
    with transaction():
        history.record("field_key", None, "decrypt_fields", actor, org_id=actor.org_id, comment=f"还原 {done} 条")
    return Answer({"values": done}, [f"已将 {done} 条个人信息还原为明文"])


def _left_behind() -> list[str]:
    """PostgreSQL keeps the former rows until they are cleared away; SQLite overwrites them (secure_delete)."""
    if session().get_bind().dialect.name == "postgresql":
        return ["PostgreSQL 中被替换的明文在清理前仍在数据文件中，请在空闲时执行 VACUUM FULL，并删除加密前的备份"]
    return ["加密前的备份中仍有明文，请按规定妥善保管或销毁"]


def register(app: Flask) -> None:
    app.cli.add_command(factor)
    app.cli.add_command(keys)
