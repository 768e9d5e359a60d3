"""随机抽取 (双随机): a draw that was promised before it was made, and that anybody can make again.

1. 冻结: the pool is written down in one canonical way and hashed; a secret of 32 bytes is chosen and only its hash is shown.
2. 抽取: a public word is added that nobody could know before; seed = SHA-256(secret ‖ pool hash ‖ public word).
3. 复核: with the secret revealed, everything is computed again from what is published; ``PROCEDURE`` says how, in words.
No floating point anywhere: the same integers come out of any language with SHA-256.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.domain.running_sums import RunningSums

METHOD: Final = "shian-draw-1"
SECRET_BYTES: Final = 32
HEAVIEST: Final = 1_000_000
SPAN: Final = 2**256
PROCEDURE: Final = (
    "名单：把全部对象按代码的 UTF-8 字节顺序从小到大排列，写成一行 JSON：键按字母顺序，逗号和冒号后不加空格，汉字不转义，编码 UTF-8。"
    "键为 entries（数组，每个对象为 code 代码、excluded 排除理由或 null、name 名称、weight 权重、why 权重理由或 null）、"
    "kind 抽取对象、method 方法、subject 事由、take 抽取数。名单校验值是这行文字的 SHA-256。",
    "承诺：抽取前先产生 32 个字节的随机密钥，公布其 SHA-256，密钥本身暂不公布。",
    "种子：抽取时由见证人给出公开词。把密钥的 32 个字节、名单校验值的 32 个字节、公开词（去掉首尾空格，Unicode NFC）的 UTF-8 字节"
    "依次相连，求 SHA-256，得 32 个字节的种子。",
    "抽取：去掉有排除理由的对象，其余按代码顺序排列。计数器 i 从 0 开始，每用一次加 1：把种子和 i（8 个字节，高位在前）相连求 SHA-256，"
    "作为 256 位整数 n（高位在前）。T 为剩余对象的权重之和。若 n 不小于 2 的 256 次方减去（2 的 256 次方除以 T 的余数），放弃这个 n，"
    "取下一个；否则 r 为 n 除以 T 的余数。从第一个对象起把权重逐个相加，和第一次大于 r 的对象即被抽中，把它从剩余对象中去掉。"
    "重复到抽满为止；抽中的先后即名次。",
)


class CannotDraw(ValueError):
    """A pool that cannot be drawn from; the message is for the user."""


@dataclass(frozen=True, slots=True)
class Entry:
    """名单中的一个对象. One that is excluded stays on the list with the reason (回避、近期已抽、停业)."""

    code: str
    name: str
    weight: int = 1
    why: str | None = None  # of the weight
    excluded: str | None = None


@dataclass(frozen=True, slots=True)
class Pool:
    """The list as it is frozen, with what is to be drawn from it."""

    kind: str
    subject: str
    take: int
    entries: tuple[Entry, ...]
    method: str = METHOD

    @property
    def ordered(self) -> list[Entry]:
        """Canonical order: by the bytes of the code."""
        return sorted(self.entries, key=lambda entry: entry.code.encode())

    @property
    def text(self) -> str:
        """The one way in which this pool is written down."""
        entries = [
            {"code": each.code, "excluded": each.excluded, "name": each.name, "weight": each.weight, "why": each.why}
            for each in self.ordered
        ]
        told = {"entries": entries, "kind": self.kind, "method": self.method, "subject": self.subject, "take": self.take}
        return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def eligible(self) -> list[Entry]:
        return [entry for entry in self.ordered if entry.excluded is None]


def check(pool: Pool) -> None:
    """Raises CannotDraw when nothing honest can be drawn from the pool."""
    if pool.method != METHOD:
        raise CannotDraw(f"本版本不能复现抽取方法“{pool.method}”，请使用支持该方法的版本")
    codes = [entry.code for entry in pool.entries]
    twice = sorted(code for code, often in Counter(codes).items() if often > 1) if len(set(codes)) < len(codes) else []
    if twice:
        raise CannotDraw(f"名单中代码重复：{'、'.join(twice[:5])}，请去掉重复的对象")
    if any(not entry.code.strip() or not entry.name.strip() for entry in pool.entries):
        raise CannotDraw("名单中有对象缺少代码或名称，请补齐")
    wrong = [entry.name for entry in pool.entries if not 1 <= entry.weight <= HEAVIEST]
    if wrong:
        raise CannotDraw(f"权重应为 1 至 {HEAVIEST} 的整数，请修改：{'、'.join(wrong[:5])}；不参加抽取的请填写排除理由")
    if pool.take < 1:
        raise CannotDraw("抽取数应为不小于 1 的整数")
    eligible = sum(entry.excluded is None for entry in pool.entries)
    if pool.take > eligible:
        raise CannotDraw(f"可参加抽取的只有 {eligible} 个，少于抽取数 {pool.take}，请减少抽取数或扩大名单")


def word_of(written: str) -> str:
    """The public word in one spelling."""
    return unicodedata.normalize("NFC", written).strip()


def commitment(secret: bytes) -> str:
    """What is shown before the draw: it binds the secret without telling it."""
    return hashlib.sha256(secret).hexdigest()


def seed(secret: bytes, pool_sha256: str, word: str) -> str:
    """The seed, which nobody can choose alone: the office does not know the word, the witness does not know the secret."""
    if len(secret) != SECRET_BYTES:
        raise CannotDraw(f"密钥应为 {SECRET_BYTES} 个字节")
    return hashlib.sha256(secret + bytes.fromhex(pool_sha256) + word_of(word).encode()).hexdigest()


def _numbers(seed_bytes: bytes) -> Iterator[int]:
    counter = 0
    while True:
        yield int.from_bytes(hashlib.sha256(seed_bytes + counter.to_bytes(8, "big")).digest(), "big")
        counter += 1


def draw(pool: Pool, seed_hex: str) -> list[str]:
    """Codes in the order drawn: weighted, without replacement, exact; a list of 50,000 takes under a second."""
    check(pool)
    eligible = pool.eligible
    left = RunningSums([entry.weight for entry in eligible])
    numbers, drawn = _numbers(bytes.fromhex(seed_hex)), []
    for _ in range(pool.take):
        place = left.place_of(_rest(left.total, numbers))
        left.take(place)
        drawn.append(eligible[place].code)
    return drawn


def _rest(total: int, numbers: Iterator[int]) -> int:
    limit = SPAN - SPAN % total  # what is above would favour the first ones
    return next(number for number in numbers if number < limit) % total


# ---------------------------------------------------------------- replay

@dataclass(frozen=True, slots=True)
class Record:
    """A finished draw as it is published."""

    pool: Pool
    pool_sha256: str
    commitment: str
    secret: str  # hexadecimal
    word: str
    seed: str
    drawn: tuple[str, ...]


def differences(record: Record) -> list[str]:
    """What does not come out again, in words; an empty list is a true draw."""
    found = []
    if record.pool.sha256 != record.pool_sha256:
        found.append("名单的校验值与冻结时公布的不一致")
    try:
        secret = bytes.fromhex(record.secret)
    except ValueError:
        return [*found, "密钥不是十六进制数"]
    if commitment(secret) != record.commitment:
        found.append("密钥的校验值与抽取前公布的承诺不一致")
    try:
        expected_seed = seed(secret, record.pool_sha256, record.word)
        if expected_seed != record.seed:
            found.append("种子与密钥、名单校验值、公开词算出的不一致")
        expected = draw(record.pool, expected_seed)
    except (CannotDraw, ValueError) as fault:
        return [*found, f"无法按记录重新抽取：{fault}"]
    return [*found, *_ranks(record, expected)]


def _ranks(record: Record, expected: Sequence[str]) -> list[str]:
    names = {entry.code: entry.name for entry in record.pool.entries}
    found = []
    for rank in range(1, max(len(expected), len(record.drawn)) + 1):
        right = expected[rank - 1] if rank <= len(expected) else None
        stated = record.drawn[rank - 1] if rank <= len(record.drawn) else None
        if right != stated:
            told = [f"{names.get(code, '不在名单中')}（{code}）" if code else "无" for code in (stated, right)]
            found.append(f"第 {rank} 名：记录为{told[0]}，复算为{told[1]}")
    return found


def changed_entries(frozen: Pool, now: Pool) -> list[str]:
    """Which entries differ from the list as it was frozen, by name."""
    before = {entry.code: entry for entry in frozen.entries}
    after = {entry.code: entry for entry in now.entries}
    found = [f"“{entry.name}”（{code}）不在冻结的名单中" for code, entry in after.items() if code not in before]
    for code, entry in before.items():
        other = after.get(code)
        if other is None:
            found.append(f"冻结名单中的“{entry.name}”（{code}）已不在记录中")
        elif other != entry:
            found.append(f"“{entry.name}”（{code}）：{'，'.join(_told(entry, other))}")
    if (frozen.kind, frozen.subject, frozen.take) != (now.kind, now.subject, now.take):
        found.append(f"抽取对象、事由或抽取数与冻结时不一致（冻结时抽取 {frozen.take} 个，现为 {now.take} 个）")
    return found


def _told(entry: Entry, other: Entry) -> Iterator[str]:
    """What differs between two states of one entry."""
    for title, name in (("名称", "name"), ("权重", "weight"), ("权重理由", "why"), ("排除理由", "excluded")):
        before, after = getattr(entry, name), getattr(other, name)
        if before != after:
            yield f"{title}由“{'无' if before is None else before}”变为“{'无' if after is None else after}”"


def pool_of(told: Mapping[str, Any]) -> Pool:
    """The pool that a canonical text, read as JSON, tells. Raises CannotDraw."""
    try:
        entries = tuple(
            Entry(str(each["code"]), str(each["name"]), int(each["weight"]), each.get("why"), each.get("excluded"))
            for each in told["entries"]
        )
        return Pool(str(told["kind"]), str(told["subject"]), int(told["take"]), entries, str(told["method"]))
    except (KeyError, TypeError, ValueError) as fault:
        raise CannotDraw("冻结名单的内容不完整，无法读取") from fault


def teams(places: int, people: Sequence[int], size: int) -> list[tuple[int, ...]]:
    """A team for each place, from the people in the order drawn: each begins where the last one ended, round and round."""
    if len(set(people)) < size:
        raise CannotDraw(f"抽中的抽样人员少于 {size} 人，不能组成抽样组")
    return [tuple(people[(place * size + step) % len(people)] for step in range(size)) for place in range(places)]
