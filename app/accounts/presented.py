"""The certificate that a request brings: verified by nginx, passed on in headers, believed only from our own proxy.

Anybody can send these headers to whatever listens, so three things must hold: the setting is on, the connection comes from one of
CERTIFICATE_PROXIES, and the header that nginx alone can add says CERTIFICATE_PROXY_KEY. nginx overwrites the first two headers with
what it has seen itself, and sends neither where the browser has shown no certificate.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from urllib.parse import unquote

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from flask import current_app, request

from app.config_checks import nets
from app.errors import NotAllowed, NotLikeThis, Refused

VERDICT, CERTIFICATE, KEY = "X-Client-Cert-Verify", "X-Client-Cert", "X-Client-Cert-Key"
ABSENT = ("", "NONE")
LONGEST = 16_000  # characters
UNTRUSTED = (
    "没有采信随请求送来的数字证书：请求不是经本系统的 nginx 转来的。请从管理员告知的域名访问；"
    "仍不能登录的，请运维人员核对 CERTIFICATE_PROXIES 和 CERTIFICATE_PROXY_KEY"
)
NOT_VERIFIED = "数字证书没有通过核验：请确认插入的是本人的 UKey、证书没有过期，关闭全部浏览器窗口后重新登录；仍不行的，请向发证机构更换"
UNREADABLE = "这不是一张数字证书：请导出证书（不是私钥）后重新提供，粘贴时包括首行和末行"


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is kept of a certificate; the moments are naive UTC, as stored."""

    fingerprint: str
    serial: str
    subject: str
    issuer: str
    begins: datetime
    ends: datetime


def read(written: bytes) -> Certificate:
    """A certificate as it is written in a file or a header. Raises NotLikeThis."""
    try:
        pem = b"BEGIN CERTIFICATE" in written
        found = x509.load_pem_x509_certificate(written) if pem else x509.load_der_x509_certificate(written)
        return Certificate(
            found.fingerprint(hashes.SHA256()).hex(), f"{found.serial_number:X}"[:60], found.subject.rfc4514_string()[:400],
            found.issuer.rfc4514_string()[:400], _naive(found.not_valid_before_utc), _naive(found.not_valid_after_utc),
        )  # fmt: skip
    except ValueError as fault:
        raise NotLikeThis(UNREADABLE, field="certificate") from fault


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def presented() -> Certificate | Refused | None:
    """Of this request: the certificate, or why it is not believed; None where there is none or certificates do not count."""
    if not current_app.config["CLIENT_CERTIFICATES"]:
        return None
    verdict, written = request.headers.get(VERDICT, ""), request.headers.get(CERTIFICATE, "")
    if verdict in ABSENT and not written:
        return None
    if not _from_our_proxy():
        return NotAllowed(UNTRUSTED)
    if verdict in ABSENT:
        return None
    if verdict != "SUCCESS" or len(written) > LONGEST:
        return NotLikeThis(NOT_VERIFIED)
    try:
        return read(unquote(written).encode("ascii", "replace"))
    except NotLikeThis:
        return NotLikeThis(NOT_VERIFIED)


def _from_our_proxy() -> bool:
    """ProxyFix has replaced the address by the one the proxy reports; what counts here is who is connected."""
    was = request.environ.get("werkzeug.proxy_fix.orig") or {}
    peer = was.get("REMOTE_ADDR") or request.environ.get("REMOTE_ADDR") or ""
    try:
        address = ip_address(peer)
    except ValueError:
        return False
    allowed = nets(one for one in current_app.config["CERTIFICATE_PROXIES"].split(",") if one.strip())
    key = str(current_app.config["CERTIFICATE_PROXY_KEY"] or "").encode()
    told = request.headers.get(KEY, "").encode("utf-8", "replace")
    return any(address in net for net in allowed) and hmac.compare_digest(key, told)
