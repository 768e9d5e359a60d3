"""``flask drawing …``: the same operations as the pages."""

from __future__ import annotations

import csv
import io
import json
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click
from flask import Flask

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.domain import drawing as rules
from app.domain.actors import Actor
from app.domain.drawing import Entry
from app.domain.enterprises import KINDS
from app.domain.permissions import Permission
from app.domain.samples import Link
from app.domain.sampling_kinds import DrawKind
from app.drawings import operations, pools, queries, replaying
from app.drawings.models import Drawing
from app.drawings.pools import Candidate, Wanted
from app.errors import NotFound, NotLikeThis
from app.reference_data.books import region_book

drawing = click.Group("drawing", help="随机抽取：抽取、复核")
KIND_WORDS = {"enterprise": DrawKind.ENTERPRISE, "sampler": DrawKind.SAMPLER, "laboratory": DrawKind.LABORATORY}
KIND_WORDS |= {kind.value: kind for kind in KIND_WORDS.values()}  # 复检机构 are drawn with flask retests
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
LARGEST_FILE = 5_000_000
# headers of a list in a file, in either language
COLUMNS = {
    "code": ("code", "代码", "编号", "统一社会信用代码"), "name": ("name", "名称", "姓名", "企业名称"), "weight": ("weight", "权重"),
    "why": ("why", "权重理由"), "excluded": ("excluded", "exclude", "排除理由", "回避理由"),
}  # fmt: skip


def register(app: Flask) -> None:
    app.cli.add_command(drawing)


@command(drawing, "run", permission=Permission.DRAWING_MAKE)
@click.option("--kind", type=click.Choice(list(KIND_WORDS)), default="enterprise", help="抽取对象：企业（默认）、抽样人员、承检机构")
@click.option("--pool", type=FILE, help="名单文件：JSON 数组或带表头的 CSV；不填则按条件取自系统")
@click.option("--enterprise-kind", type=click.Choice(KINDS), help="企业类型")
@click.option("--link", type=click.Choice([link.value for link in Link]), help="环节")
@click.option("--region", metavar="CODE", help="区域：区划代码或 省/市/县/乡镇")
@click.option("--exclude", multiple=True, metavar="CODE=REASON", help="排除一个对象并说明理由，可重复")
@click.option("--take", required=True, type=int, help="抽取数")
@click.option("--word", required=True, help="公开词，如当日公布的彩票开奖号码")
@click.option("--witness", help="见证人")
@click.option("--subject", default="命令行随机抽取", help="抽取事由")
def run(actor: Actor, **asked: Any) -> Answer:
    """冻结名单并抽取：先提交名单和承诺，再用公开词抽取."""
    kind = KIND_WORDS[asked["kind"]]
    promise = operations.Promise(
        kind, asked["subject"], asked["take"], _candidates(actor, kind, asked), secrets.token_bytes(rules.SECRET_BYTES)
    )
    if not rules.word_of(asked["word"]):
        raise NotLikeThis("请用 --word 给出公开词")
    with transaction():
        made = operations.freeze(promise, actor, clock.now())
    found = _drawing(actor, made.id)
    with transaction():
        operations.draw(found, actor, asked["word"], clock.now(), witness=asked["witness"], seen=found.version)
    return _told(found)


def _told(found: Drawing) -> Answer:
    told = replaying.published(found)
    data = {
        "id": found.id, "number": found.number, "kind": told["kind"], "method": told["method"], "take": told["take"],
        "entries": len(found.entries), "pool_sha256": told["pool_sha256"], "commitment": told["commitment"],
        "secret": told.get("secret"), "public_word": told.get("public_word"), "seed": told.get("seed"), "drawn": told.get("drawn", []),
    }  # fmt: skip
    lines = [
        f"{found.number}（序号 {found.id}）　{found.kind.value}　名单 {len(found.entries)} 个，抽取 {found.take} 个",
        f"名单校验值 {found.pool_sha256}",
        f"承诺 {found.commitment}",
        f"种子 {found.seed}",
    ]
    return Answer(data, [*lines, *(f"{each['rank']}　{each['name']}（{each['code']}）" for each in data["drawn"])])


def _candidates(actor: Actor, kind: DrawKind, asked: dict[str, Any]) -> list[Candidate]:
    if asked["pool"] is not None:
        found = [Candidate(entry, None) for entry in _read(asked["pool"])]
    else:
        link = Link(asked["link"]) if asked["link"] else None
        wanted = Wanted(kind, asked["enterprise_kind"], link, _region(asked["region"]))
        found = pools.proposed(actor, wanted, clock.today())
    return _without(found, asked["exclude"])


def _region(written: str | None) -> int | None:
    if written is None:
        return None
    found, exact = region_book().resolve(written)
    if found is None or not exact:
        raise NotLikeThis(f"没有识别出区域“{written[:40]}”，请写成 6 位区划代码或 省/市/县/乡镇")
    return found


def _without(found: list[Candidate], excluded: Iterable[str]) -> list[Candidate]:
    reasons = {}
    for written in excluded:
        code, _, reason = written.partition("=")
        if not reason.strip():
            raise NotLikeThis(f"“{written[:40]}”缺少排除理由，请写成 代码=理由")
        reasons[code.strip()] = reason.strip()
    unknown = [code for code in reasons if code not in {each.entry.code for each in found}]
    if unknown:
        raise NotLikeThis(f"名单中没有代码“{'、'.join(unknown[:5])}”，请核对 --exclude")
    return [
        Candidate(Entry(each.entry.code, each.entry.name, each.entry.weight, each.entry.why, reasons[each.entry.code]), each.subject_id)
        if each.entry.code in reasons
        else each
        for each in found
    ]


def _read(path: Path) -> list[Entry]:
    """A list from a file: a JSON array (or an object with "entries"), or CSV with headers."""
    if path.stat().st_size > LARGEST_FILE:
        raise NotLikeThis("名单文件超过 5 MB，请拆分")
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise NotLikeThis("名单文件不是 UTF-8 编码，请另存为 UTF-8 的 JSON 或 CSV") from fault
    if text.lstrip().startswith(("[", "{")):
        try:
            told = json.loads(text)
        except ValueError as fault:
            raise NotLikeThis(f"名单文件不是有效的 JSON：{fault}") from fault
        rows = told.get("entries") if isinstance(told, dict) else told
    else:
        rows = list(csv.DictReader(io.StringIO(text)))
    if not isinstance(rows, list) or not rows:
        raise NotLikeThis("名单文件中没有对象：请给出 code、name、weight、excluded 列（或 代码、名称、权重、排除理由）")
    if len(rows) > pools.MOST:
        raise NotLikeThis(f"名单超过 {pools.MOST} 个，请缩小范围")
    return [_entry(ordinal, row) for ordinal, row in enumerate(rows, 1)]


def _entry(ordinal: int, row: Any) -> Entry:
    if isinstance(row, str):
        row = {"code": row, "name": row}
    if not isinstance(row, Mapping):
        raise NotLikeThis(f"名单第 {ordinal} 个对象无法读取，应有 code 和 name")
    cells = {name: next((row[each] for each in names if row.get(each) not in (None, "")), None) for name, names in COLUMNS.items()}
    code, weight = str(cells["code"] or "").strip(), str(cells["weight"] if cells["weight"] is not None else 1).strip()
    if not code or len(code) > 60:
        raise NotLikeThis(f"名单第 {ordinal} 个对象缺少代码（code），或超过 60 个字")
    if not weight.isascii() or not weight.isdecimal() or len(weight) > 7:
        raise NotLikeThis(f"名单第 {ordinal} 个对象的权重“{weight[:20]}”不是整数")
    texts = {name: str(cells[name]).strip()[:200] if cells[name] not in (None, True, False) else None for name in ("why", "excluded")}
    excluded = "名单文件注明排除" if cells["excluded"] is True else texts["excluded"]
    return Entry(code, str(cells["name"] or code).strip()[:200], int(weight), texts["why"] or None, excluded or None)


def _drawing(actor: Actor, drawing_id: int) -> Drawing:
    found = queries.drawing(actor, drawing_id)
    if found is None:
        raise NotFound(f"没有找到序号为 {drawing_id} 的随机抽取，或不在您的管辖范围内")
    return found


@command(drawing, "replay", permission=Permission.DRAWING_READ)
@click.argument("drawing_id", metavar="ID", type=int)
def replay(actor: Actor, drawing_id: int) -> Answer:
    """按记录重新抽取并逐项比较；不一致时指出哪一项."""
    found = _drawing(actor, drawing_id)
    different = replaying.replay(found)
    if different:
        return Answer({"same": False, "differences": different}, [f"{found.number} 复核不一致：", *different], refused=True)
    return Answer({"same": True}, [f"{found.number} 复核一致：名单、承诺、种子和 {found.take} 个名次都相同"])


@command(drawing, "show", permission=Permission.DRAWING_READ)
@click.argument("drawing_id", metavar="ID", type=int)
def show(actor: Actor, drawing_id: int) -> Answer:
    """一次抽取公开的全部内容；抽取前不含密钥."""
    found = _drawing(actor, drawing_id)
    told = replaying.published(found)
    return Answer(told, [f"{found.number}　{found.kind.value}　{found.subject}　名单 {len(found.entries)} 个", f"承诺 {found.commitment}"])
