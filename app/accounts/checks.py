"""Checks of ``flask doctor`` about second factors, renewed confirmation and the keys of encrypted fields."""

from __future__ import annotations

import os
import stat

from flask import current_app

from app import field_encryption
from app.accounts import factor_queries, password_list, proof, rekeying
from app.doctor import Finding, check
from app.domain.one_time_codes import HIGHEST_LEVEL
from app.errors import Refused
from app.findings import warning


@check("field_key", "字段加密密钥")
def field_key() -> Finding:
    """ASVS 13.3.1: the keys of encrypted values in a file of mode 0600, none of those in use missing."""
    try:
        ring, used = field_encryption.keyring(), rekeying.count()
    except Refused as refusal:
        return Finding(False, refusal.sentence)
    missing = sorted(set(used) - {"", *ring.keys})
    if missing:
        count, words = sum(used[one] for one in missing), "、".join(missing)
        return Finding(False, f"有 {count} 条数据所用的密钥缺失（{words}），请放回备份保管的 field_key")
    if not ring.keys:
        return Finding(True, "尚未使用字段加密密钥，首次绑定动态口令时自动生成")
    path = field_encryption.file()
    if not field_encryption.from_setting() and os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        return Finding(False, f"字段加密密钥文件可被他人读取，请执行 chmod 600 {path}")
    return Finding(True, f"字段加密密钥 {len(ring.keys)} 个，使用中的为 {ring.current}；请与数据备份分开另行备份")


@check("field_encryption", "个人信息加密")
def field_encryption_on() -> Finding:
    """GB/T 22239 8.1.4.8, level 3: personal data is kept confidential where it is stored."""
    plain = rekeying.count().get("", 0)
    if current_app.config["FIELD_ENCRYPTION"]:
        return Finding(not plain, f"还有 {plain} 条个人信息是明文，请执行 flask keys encrypt" if plain else "个人信息字段已加密")
    needed = current_app.config["SECURITY_LEVEL"] >= HIGHEST_LEVEL
    return Finding(not needed, "三级系统须加密个人信息字段，请设置 FIELD_ENCRYPTION = True" if needed else "二级系统不要求加密个人信息字段")


@check("password_list", "常用密码表")
def listed_passwords() -> Finding:
    """ASVS 6.2.4: passwords that are guessed first are known to the program."""
    path = password_list.file()
    if path is None:
        return Finding(True, f"没有常用密码表，按规律识别常用密码；可把密码表放在数据文件夹，名为 {password_list.FILE}")
    try:
        count = password_list.count()
    except OSError as error:
        return Finding(False, f"常用密码表 {path} 读不出（{error.strerror}），请核对 PASSWORD_LIST 和文件权限")
    if count < password_list.LEAST:
        return warning(f"常用密码表 {path} 只有 {count} 个，应不少于 {password_list.LEAST} 个")
    return Finding(True, f"常用密码表 {count} 个")


@check("second_factor", "双因素登录")
def second_factor() -> Finding:
    """GB/T 22239 8.1.4.1 d), level 3: two ways of proving who one is, one of them cryptographic."""
    left, roles = factor_queries.without_factor(), proof.factor_roles()
    if not roles:
        needed = current_app.config["SECURITY_LEVEL"] >= HIGHEST_LEVEL
        return Finding(not needed, "三级系统须设置使用双因素登录的岗位（TOTP_ROLES）" if needed else "二级系统不强制双因素登录")
    words = "、".join(sorted(role.value for role in roles))
    kinds = "动态口令或数字证书" if current_app.config["CLIENT_CERTIFICATES"] else "动态口令"
    more = f"；{left} 个账号尚未绑定{kinds}，下次登录时须绑定动态口令" if left else "，均已绑定"
    return Finding(True, f"须双因素登录的岗位：{words}{more}")


@check("reauthentication", "再次确认身份")
def reauthentication() -> Finding:
    minutes = proof.reauth_minutes()
    if not minutes and current_app.config["SECURITY_LEVEL"] >= HIGHEST_LEVEL:
        return Finding(False, "三级系统审批前应再次确认身份，请删除 REAUTH_MINUTES 设置或设为不小于 1 的分钟数")
    return Finding(True, f"审批前超过 {minutes} 分钟须再次确认身份" if minutes else "二级系统审批前不要求再次确认身份")
