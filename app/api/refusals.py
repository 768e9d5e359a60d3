"""What the interface refuses beyond what a page does: no key, too fast, not JSON, faults with their paths."""

from __future__ import annotations

from collections.abc import Sequence

from app.errors import NotAllowed, NotLikeThis, Refused


class NoKey(Refused):
    """No key that counts. Why it does not is nobody's business: unknown, expired, revoked and locked read the same."""

    status = 401
    headers = {"WWW-Authenticate": 'Bearer realm="shian"'}

    def __init__(self) -> None:
        super().__init__("密钥缺失或无效。请在请求头 Authorization 中以 Bearer 方式携带有效密钥；如密钥已失效，请联系系统管理员重新签发")


class OutOfScope(NotAllowed):
    """The user might, this key may not."""

    def __init__(self, words: str) -> None:
        super().__init__(f"该密钥没有“{words}”的权限范围，请联系系统管理员重新签发")


class TooFast(Refused):
    """The minute is spent."""

    status = 429

    def __init__(self, per_minute: int, seconds: int) -> None:
        super().__init__(f"该密钥每分钟最多 {per_minute} 次请求，请 {seconds} 秒后再试")
        self.headers = {"Retry-After": str(seconds)}


class NotJsonType(Refused):
    """The body says that it is something else."""

    status = 415

    def __init__(self) -> None:
        super().__init__("请求内容须为 JSON：请将 Content-Type 设为 application/json")


class Faulty(NotLikeThis):
    """Something in the request cannot be, and where."""

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        first = faults[0][1] if faults else "请求内容不符合要求"
        super().__init__(f"请求有 {len(faults)} 处错误，未写入任何数据：{first}")
        self.places = faults


class KeyUsedOtherwise(NotLikeThis):
    """The idempotency key belongs to another request."""

    def __init__(self) -> None:
        super().__init__("该 Idempotency-Key 已用于另一个内容不同的请求，未写入任何数据。新的报送请换一个值")
        self.places = [("Idempotency-Key", "已用于另一个内容不同的请求")]
