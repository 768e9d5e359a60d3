"""What each setting may be, wherever it was written: in the file, in the environment, on the page of settings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any

from app.domain.actors import Role
from app.domain.approval_levels import UnknownOccasion, occasions
from app.domain.inspection_frequency import MOST_TIMES
from app.domain.one_time_codes import HIGHEST_LEVEL, roles_with_factor
from app.domain.public_masking import UnknownPolicy, policy
from app.domain.publications import WIDTHS
from app.domain.supervision_kinds import InspectionNature
from app.domain.syslog import address
from app.domain.virus_scan import scanner

SHORTEST_PROXY_KEY = 32
LONGEST_CONTACT = 100  # characters: one line of a page
CLOCK_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
CLOCK_HOURS = re.compile(rf"{CLOCK_TIME.pattern}-{CLOCK_TIME.pattern}")
# The least whole number that each of these may be.
AT_LEAST: Mapping[str, int] = {
    "IDLE_MINUTES": 1, "ADMIN_IDLE_MINUTES": 1, "ABSOLUTE_HOURS": 1, "LOCK_AFTER_FAILURES": 1, "LOCK_MINUTES": 1,
    "FAILURE_WINDOW_MINUTES": 1, "INITIAL_PASSWORD_HOURS": 1, "PASSWORD_MEMORY": 0, "API_PER_MINUTE": 1,
    "DELEGATION_DAYS": 1, "REPEAT_MONTHS": 1, "TRANSFER_URGE_DAYS": 1, "EXPORT_DAYS": 1, "DOSSIER_AT_ONCE": 0,
    "URGING_REMINDERS": 1, "URGING_SUPERVISIONS": 1, "URGING_KEY": 1, "URGING_DAYS_APART": 1,
    "PUBLIC_PER_MINUTE": 10, "PUBLIC_CACHE_SECONDS": 0, "SCREEN_SECONDS": 0,
}  # fmt: skip
BETWEEN: Mapping[str, tuple[int, int]] = {
    "PASSWORD_LENGTH": (10, 64), "PASSWORD_CLASSES": (2, 4), "IDLE_DISABLE_DAYS": (0, 3650), "PASSWORD_DAYS": (0, 180),
}  # fmt: skip


class RefusedToStart(RuntimeError):
    """The configuration is unsafe; the sentence says what to set."""


def check(settings: Mapping[str, Any]) -> None:
    """Every rule that a setting must keep, wherever it was written: in the file, in the environment, on the page of settings.

    Raises RefusedToStart with the name and what it may be.
    """
    if settings["RESULTS_REVIEW"] not in ("direct", "one", "two"):
        raise RefusedToStart("RESULTS_REVIEW 只能是 direct（直接生效）、one（一级批准）或 two（校核加批准）")
    _check_accounts(settings)
    for name, least in AT_LEAST.items():
        if not isinstance(settings[name], int) or settings[name] < least:
            raise RefusedToStart(f"{name} 应为不小于 {least} 的整数")
    _check_approvals(settings)
    _check_schedule(settings)
    _check_publication(settings)
    if len(settings["HELP_CONTACT"]) > LONGEST_CONTACT:
        raise RefusedToStart(f"HELP_CONTACT 不超过 {LONGEST_CONTACT} 个字，写科室名称和电话即可")
    if not CLOCK_TIME.fullmatch(settings["DIGEST_TIME"]):
        raise RefusedToStart("DIGEST_TIME 应为时刻，如 08:00")
    _check_alerts(settings)
    _check_operation(settings)
    _check_security(settings)


def _check_accounts(settings: Mapping[str, Any]) -> None:
    if settings["ONE_SESSION_MODE"] not in ("kick", "refuse"):
        raise RefusedToStart("ONE_SESSION_MODE 只能是 kick（后登录的顶替先登录的）或 refuse（拒绝后登录的）")
    for name, (least, most) in BETWEEN.items():
        if not isinstance(settings[name], int) or not least <= settings[name] <= most:
            raise RefusedToStart(f"{name} 应为 {least} 至 {most} 的整数")
    try:
        for part in str(settings["ADMIN_NETS"] or "").split(","):
            if part.strip():
                ip_network(part.strip(), strict=False)
    except ValueError as fault:
        raise RefusedToStart("ADMIN_NETS 应为用英文逗号分隔的网段，如 10.8.1.0/24,192.168.6.0/24") from fault


def _check_approvals(settings: Mapping[str, Any]) -> None:
    for name in ("PENALTY_LEADER_AMOUNT", "PENALTY_LEGAL_AMOUNT", "PENALTY_SMALL_FINE"):
        if not isinstance(settings[name], int) or settings[name] < 0:
            raise RefusedToStart(f"{name} 应为不小于 0 的整数（元）")
    try:
        occasions(settings["CASE_LEADER_FOR"])
    except UnknownOccasion as fault:
        raise RefusedToStart(str(fault)) from fault


def _check_schedule(settings: Mapping[str, Any]) -> None:
    times, natures = settings["SCHEDULE_FOCUS_TIMES"], {one.value for one in InspectionNature}
    if not isinstance(times, int) or not 1 <= times <= MOST_TIMES:
        raise RefusedToStart(f"SCHEDULE_FOCUS_TIMES 应为 1 至 {MOST_TIMES} 的整数（次/年）")
    unknown = [one for one in settings["SCHEDULE_COUNTED"].split(",") if one and one not in natures]
    if unknown:
        raise RefusedToStart(f"SCHEDULE_COUNTED 中没有“{unknown[0]}”这种检查类别，可用：{'、'.join(sorted(natures))}")


def _check_publication(settings: Mapping[str, Any]) -> None:
    if settings["PUBLICATION_PASSED_COLUMNS"] not in WIDTHS:
        raise RefusedToStart("PUBLICATION_PASSED_COLUMNS 只能是 14 或 16（合格公示清单的列数）")
    try:
        policy(settings["PUBLICATION_MASKING"])
    except UnknownPolicy as fault:
        raise RefusedToStart(str(fault)) from fault


def _check_alerts(settings: Mapping[str, Any]) -> None:
    for name in ("ALERT_DENIED", "ALERT_GUESSES", "ALERT_EXPORTS", "ALERT_EXPORT_ROWS", "ALERT_UNMASKS"):
        if not isinstance(settings[name], int) or settings[name] < 1:
            raise RefusedToStart(f"{name} 应为不小于 1 的整数")
    if not CLOCK_HOURS.fullmatch(settings["ALERT_HOURS"]):
        raise RefusedToStart("ALERT_HOURS 应为起止时刻，如 08:00-20:00")
    if not CLOCK_TIME.fullmatch(settings["ANCHOR_TIME"]):
        raise RefusedToStart("ANCHOR_TIME 应为时刻，如 02:30")


def _check_operation(settings: Mapping[str, Any]) -> None:
    try:
        address(str(settings["SYSLOG_ADDRESS"] or ""))
    except ValueError as fault:
        raise RefusedToStart("SYSLOG_ADDRESS 应为 udp://主机:端口、tcp://主机:端口 或 unix:///路径，如 udp://10.1.2.3:514") from fault
    try:
        scanner(str(settings["CLAMD_ADDRESS"] or ""))
    except ValueError as fault:
        raise RefusedToStart("CLAMD_ADDRESS 应为 unix:///路径 或 tcp://主机:端口，如 unix:///run/clamav/clamd.ctl") from fault
    if not isinstance(settings["BACKUP_DAYS"], int) or settings["BACKUP_DAYS"] < 1:
        raise RefusedToStart("BACKUP_DAYS 应为不小于 1 的整数（天）")
    try:
        nets(settings["METRICS_NETS"])
    except ValueError as fault:
        raise RefusedToStart("METRICS_NETS 应为地址或网段的列表，如 [\"10.1.2.3\", \"10.1.0.0/16\"]") from fault


def nets(written: Iterable[str] | None) -> list[IPv4Network | IPv6Network]:
    """Addresses and nets as they are written in a setting; raises ValueError."""
    return [ip_network(one.strip(), strict=False) for one in written or ()]


def _check_security(settings: Mapping[str, Any]) -> None:
    if settings["SECURITY_LEVEL"] not in (2, HIGHEST_LEVEL):
        raise RefusedToStart("SECURITY_LEVEL 只能是 2 或 3（网络安全等级保护级别）")
    if not isinstance(settings["REAUTH_MINUTES"], int) or settings["REAUTH_MINUTES"] < -1:
        raise RefusedToStart("REAUTH_MINUTES 应为不小于 -1 的整数（分钟；0 为不要求，-1 为按等级保护级别）")
    _check_certificates(settings)
    named = settings["TOTP_ROLES"]
    try:
        roles_with_factor(2, None if named is None else [one for one in named.split(",") if one])
    except ValueError as fault:
        raise RefusedToStart(f"TOTP_ROLES 中没有“{fault}”这个岗位，可用：{'、'.join(role.value for role in Role)}") from fault


def _check_certificates(settings: Mapping[str, Any]) -> None:
    """Whoever may write the headers may be anybody: without a proxy of ours and a key of its own no certificate is believed."""
    try:
        allowed = nets(one for one in str(settings["CERTIFICATE_PROXIES"] or "").split(",") if one.strip())
    except ValueError as fault:
        raise RefusedToStart("CERTIFICATE_PROXIES 应为用英文逗号分隔的地址或网段，如 127.0.0.1/32,10.1.2.4") from fault
    if not settings["CLIENT_CERTIFICATES"]:
        return
    if settings["TRUSTED_PROXIES"] < 1 or not allowed:
        raise RefusedToStart("CLIENT_CERTIFICATES 须在 nginx 之后使用：请设置 TRUSTED_PROXIES = 1 和 CERTIFICATE_PROXIES")
    if len(str(settings["CERTIFICATE_PROXY_KEY"] or "")) < SHORTEST_PROXY_KEY:
        raise RefusedToStart(
            f"CLIENT_CERTIFICATES 须同时设置 CERTIFICATE_PROXY_KEY（不少于 {SHORTEST_PROXY_KEY} 个字符，"
            "与 nginx 中 X-Client-Cert-Key 一致）"
        )
