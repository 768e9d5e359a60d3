"""Every setting, once: defaults here, then ``instance/config.py``, then the environment."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.config_checks import RefusedToStart, check, nets

__all__ = ["DEFAULTS", "ROOT", "RefusedToStart", "check", "in_environment", "instance_folder", "load", "nets", "read"]

YES, NO = ("1", "true", "yes", "是"), ("0", "false", "no", "否")
EMPTY_MARK = "（空）"  # how the page shows, and the table keeps, a setting that is empty
WHOLE = re.compile(r"-?\d{1,9}")
ROOT = Path(__file__).resolve().parent.parent

DEFAULTS: Mapping[str, Any] = {
    "SESSION_COOKIE_NAME": "shian_session",
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "SESSION_COOKIE_SECURE": False,  # set by production(): browsers drop Secure cookies on plain http://127.0.0.1
    "MAX_CONTENT_LENGTH": 2 * 1024 * 1024,  # uploads raise it per route
    "MAX_FORM_PARTS": 2000,
    "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
    "MAX_UPLOAD": 20 * 1024 * 1024,
    "WTF_CSRF_TIME_LIMIT": None,  # the server-side session ends first
    "BOOTSTRAP_SERVE_LOCAL": True,
    "IDLE_MINUTES": 30,
    "ADMIN_IDLE_MINUTES": 15,
    "ABSOLUTE_HOURS": 10,
    "ONE_SESSION_PER_ACCOUNT": False,
    "ONE_SESSION_MODE": "kick",  # of a second sign-in: kick ends the first, refuse keeps the second out
    "ADMIN_NETS": "",  # networks administrators may work from, separated by commas (10.8.1.0/24); empty: any
    "IDLE_DISABLE_DAYS": 90,  # an account that nobody has used for so long is disabled; 0 never
    "HAND_OVER_FIRST": False,  # leaving or moving is approved only when nothing stands in the person's name any more
    "LOCK_AFTER_FAILURES": 5,
    "LOCK_MINUTES": 30,
    "FAILURE_WINDOW_MINUTES": 15,
    "PASSWORD_DAYS": 90,
    "PASSWORD_LENGTH": 10,  # at least 10
    "PASSWORD_CLASSES": 3,  # of capitals, small letters, digits and signs: 2 to 4
    "PASSWORD_LIST": None,  # a file of passwords that nobody may choose, one a line; None: common_passwords.txt of the instance folder
    "INITIAL_PASSWORD_HOURS": 72,
    "PASSWORD_MEMORY": 5,
    "SECURITY_LEVEL": 2,  # 等级保护 level of the installation: 2 or 3
    # 岗位 whose people must bind a 动态口令, separated by commas. None: at level 3 the three administrators and the approvers; at 2 nobody.
    "TOTP_ROLES": None,
    # 数字证书 as a second factor. Believed only from these addresses, and only with the key that nginx adds to the headers.
    "CLIENT_CERTIFICATES": False,
    "CERTIFICATE_PROXIES": "127.0.0.1/32,::1/128",
    "CERTIFICATE_PROXY_KEY": None,
    "REAUTH_MINUTES": -1,  # 再次确认身份 before a decision, when the last time is longer ago; 0 never; -1: 10 at level 3, never at level 2
    "FIELD_ENCRYPTION": False,  # 个人信息字段加密: telephone, identity and bank numbers are sealed in the database
    "FIELD_KEY": None,  # keys of encrypted fields ("k1:hex,k2:hex", the last one seals); None: the file field_key of the instance folder
    "ALLOW_PLAIN_HTTP": False,
    "PREFERRED_URL_SCHEME": "http",
    "TRUSTED_HOSTS": None,  # in the environment: separated by commas
    "TRUSTED_PROXIES": 0,  # how many proxies in front of us set X-Forwarded-For; 0 believes nobody
    "BANNER": None,
    "SITE_NAME": "食安抽检",
    "HELP_CONTACT": "",  # who helps with the system, and the telephone: shown with the manual, at the sign-in and on error pages
    "TESTING": False,
    "RESULTS_REVIEW": "direct",  # results.review: direct 直接生效, one 一级批准, two 校核加批准
    "BLIND_TESTING": False,  # 盲样检验: laboratories see no enterprise
    "API_PER_MINUTE": 120,  # requests of one key where the key itself says nothing
    "DELEGATION_DAYS": 31,  # 审批委托 at one time: being away; a longer absence is a change of posts, decided by the administrator
    "REPEAT_MONTHS": 12,  # 屡次不合格: how far back a case looks for others of the same firm, item or category
    "TRANSFER_URGE_DAYS": 1,  # 催办移送协查: at least so many days apart
    "EXPORT_DAYS": 30,  # days that the file of an export of a list is kept; its record stays
    "DOSSIER_AT_ONCE": 8 << 20,  # bytes of originals; a larger dossier (案卷) is made by the worker
    "DIGEST_TIME": "08:00",  # 每日提要 is made from then on, on working days
    # 安全告警: how many of one person or address a day (越权 within 10 minutes, 登录失败 within FAILURE_WINDOW_MINUTES) are too many.
    "ALERT_DENIED": 10,
    "ALERT_GUESSES": 20,
    "ALERT_EXPORTS": 30,
    "ALERT_EXPORT_ROWS": 20_000,
    "ALERT_UNMASKS": 30,
    "ALERT_HOURS": "08:00-20:00",  # in which administrators sign in without an alert, on working days
    "ANCHOR_TIME": "02:30",  # from when the nightly verification of the history is made
    "ANCHOR_FILE": "",  # where its anchor is written besides the database; empty: anchors.log in the instance folder
    "SYSLOG_ADDRESS": "",  # the log server: udp://host:514, tcp://host:601, unix:///dev/log; empty: security events stay here
    # 督促 of one case. No rule names a number: a rung that may be repeated for ever is never left, so each has a few; none twice a day.
    "URGING_REMINDERS": 3,
    "URGING_SUPERVISIONS": 2,
    "URGING_KEY": 2,
    "URGING_DAYS_APART": 1,  # working days
    "DISPOSAL_START_EVENT": "received",  # 90 日 from receipt of the failing conclusion (Order 15 art. 45)
    # 元. Above what 行政处罚法 51 lets an officer decide on the spot (3000 for a firm), article 57 has the leader of the bureau decide.
    "PENALTY_LEADER_AMOUNT": 3000,
    # 元. A fine or forfeiture of this much may be heard (行政处罚法 63; 市场监督管理行政处罚听证办法: 100000 for a firm): legal review, 58.
    "PENALTY_LEGAL_AMOUNT": 100000,
    # 元. 较低数额罚款 (公示规定 13), which the province sets: such a penalty is public for 3 months, others for 3 years. 0 until entered.
    "PENALTY_SMALL_FINE": 0,
    # Which cases go on to the leader of the bureau: 免除要件, 不予处罚, 不予立案, 移送; empty for none. By default, what leaves
    # something undone or hands it on is not closed by the section alone.
    "CASE_LEADER_FOR": "免除要件,不予处罚,移送",
    # An accepted retest stops the 90 日 meanwhile. Off: the 办法 names no pause, and its art. 40 says that control does not wait.
    "RETEST_PAUSES_DISPOSAL": False,
    # 年度检查安排: inspections a year of a 重点监督检查对象 at least. 令第49号 names no number; the bureau sets it by its province's rules.
    "SCHEDULE_FOCUS_TIMES": 1,
    # 抽检结果公示: how the name of each kind of party is published.
    "PUBLICATION_MASKING": "企业=原样公布,个体工商户=原样公布,自然人=遮蔽姓名",
    "PUBLICATION_PASSED_COLUMNS": 14,  # of a 合格 list: 14, or 16 with address, brand and laboratory
    # 评价性抽检 is done to estimate, "可以参照本办法" (art. 53): its batches are published only where the bureau says so.
    "PUBLICATION_EVALUATION": False,
    # 公众查询页 /public: what has been published, for anybody, without signing in. Off until the bureau decides to open it.
    "PUBLIC_PAGE": False,
    "PUBLIC_TITLE": "食品安全抽检信息公示",
    "PUBLIC_PER_MINUTE": 60,  # requests from one address to one process; a file counts as ten
    "PUBLIC_CACHE_SECONDS": 300,
    "SCREEN_SECONDS": 300,  # 大屏: how often it asks for itself again; 0 never
    "BACKUP_FOLDER": None,  # where backups go by themselves; None: the folder ``backups`` of the instance
    "BACKUP_DAYS": 30,  # how long each of them is kept; the first of a month a year, the newest three in any case
    "CLAMD_ADDRESS": "",  # 病毒检查: the clamd that every upload is shown to, unix:///run/clamav/clamd.ctl or tcp://host:3310; empty: none
    "BACKUP_COPY_TO": None,  # 异地备份: a folder of another machine or disk that every backup is copied to; None: nowhere
    "REHEARSAL_DATABASE": None,  # an empty PostgreSQL database in which restoring is rehearsed
    "METRICS_NETS": None,  # addresses and nets (separated by commas in the environment) that may read /metrics; None: nobody
    "ACCESS_LOG": None,  # 访问日志, a line of JSON for each request: a file, or - for the log of the program
    # 检查类别 that fulfil a yearly duty. 回头看 belongs to the inspection it follows.
    "SCHEDULE_COUNTED": "日常监督检查,专项检查,飞行检查,体系检查,双随机抽查,投诉举报核查",
    # 基础数据变更 that moves figures, deadlines or verdicts waits for a second person; no: for offices that have none, said everywhere.
    "REFERENCE_SECOND_PERSON": True,
}


LISTS = frozenset({"TRUSTED_HOSTS", "METRICS_NETS"})  # separated by commas in the environment


def instance_folder() -> Path:
    return Path(os.environ.get("SHIAN_INSTANCE") or ROOT / "instance").resolve()


def load(overrides: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The settings of this installation.

    Raises RefusedToStart when production lacks a secret or freezes the clock.
    """
    folder = Path((overrides or {}).get("INSTANCE_FOLDER") or instance_folder())
    folder.mkdir(parents=True, exist_ok=True)
    settings: dict[str, Any] = {**DEFAULTS, "INSTANCE_FOLDER": folder, "ENV": os.environ.get("SHIAN_ENV", "local")}
    written = _from_file(folder / "config.py")
    settings |= written | {"SET_IN_FILE": frozenset(written)}
    settings |= _from_environment(settings)
    settings |= dict(overrides or {})
    settings.setdefault("DATABASE_URL", f"sqlite:///{folder / 'shian.sqlite3'}")
    if settings["ENV"] not in ("local", "production"):
        raise RefusedToStart("SHIAN_ENV 只能是 local 或 production")
    check(settings)
    if settings["ENV"] == "production":
        _check_production(settings)
    if "SECRET_KEY" not in settings:
        settings["SECRET_KEY"] = _local_secret(folder)
    return settings


def _from_file(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    names: dict[str, Any] = {}
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), names)  # noqa: S102  the administrator's own file
    return {name: value for name, value in names.items() if name.isupper()}


def _from_environment(settings: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in (*DEFAULTS, "DATABASE_URL", "SECRET_KEY"):
        written = os.environ.get(name if name == "DATABASE_URL" else f"SHIAN_{name}")
        if written is not None:
            found[name] = written.split(",") if name in LISTS else _as_type_of(DEFAULTS.get(name), written)
    return found


def in_environment(name: str) -> bool:
    return (name if name == "DATABASE_URL" else f"SHIAN_{name}") in os.environ


def _as_type_of(default: Any, written: str) -> Any:
    if isinstance(default, bool):
        return written.lower() in YES
    return int(written) if isinstance(default, int) else written


def read(name: str, written: str | None) -> Any:
    """A setting as it is written on its page. Raises RefusedToStart with what it may be."""
    default, text = DEFAULTS[name], (written or "").strip()
    text = "" if text == EMPTY_MARK else text
    if isinstance(default, bool):
        if text.lower() not in (*YES, *NO):
            raise RefusedToStart(f"{name} 只能是“是”或“否”")
        return text.lower() in YES
    if isinstance(default, int):
        if not WHOLE.fullmatch(text):
            raise RefusedToStart(f"{name} 应为整数，只填数字")
        return int(text)
    return text or (None if default is None else "")


def _check_production(settings: dict[str, Any]) -> None:
    if not settings.get("SECRET_KEY") or len(settings["SECRET_KEY"]) < 32:
        raise RefusedToStart("正式环境必须设置 SHIAN_SECRET_KEY（至少 32 个字符），请在 instance/config.py 或环境变量中设置")
    if os.environ.get("SHIAN_TODAY"):
        raise RefusedToStart("正式环境不得用 SHIAN_TODAY 冻结日期，请删除该环境变量")
    if os.environ.get("FLASK_DEBUG", "0") not in ("", "0"):
        raise RefusedToStart("正式环境不得开启调试模式，请删除环境变量 FLASK_DEBUG")
    if not settings["ALLOW_PLAIN_HTTP"]:
        settings["SESSION_COOKIE_SECURE"] = True
        settings["SESSION_COOKIE_NAME"] = "__Host-shian_session"
        settings["PREFERRED_URL_SCHEME"] = "https"


def _local_secret(folder: Path) -> str:
    """A random key in the instance folder, readable by its owner only; made once, never shipped."""
    path = folder / "secret_key"
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
    return path.read_text(encoding="ascii").strip()
