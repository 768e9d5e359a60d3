"""Mappings and columns as commands name them (命令行中的列对照): by number, or by --map 抽样编号=样品号."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.actors import Actor
from app.domain.layout_guess import field_named, header_with
from app.domain.result_columns import RESULT_COLUMNS
from app.errors import NotAllowedNow, NotFound, NotLikeThis
from app.layouts import queries
from app.layouts.models import LayoutMapping
from app.layouts.operations import Asked
from app.results import staging


def named_mapping(actor: Actor, mapping_id: int | None) -> int | None:
    """A mapping that was named to read a file with. Raises a refusal when there is none, or it is out of use."""
    if mapping_id is None:
        return None
    if mapping(actor, mapping_id).voided_at is not None:
        raise NotAllowedNow(f"对照 {mapping_id} 已作废，请用 flask layouts list 查看在用的对照")
    return mapping_id


def mapping(actor: Actor, mapping_id: int) -> LayoutMapping:
    found = queries.mapping(actor, mapping_id)
    if found is None:
        raise NotFound(f"没有编号为 {mapping_id} 的对照，或不在您的管辖范围内")
    return found


def asked_by(pairs: Sequence[str], sha256: str, filename: str, laboratory_org_id: int | None) -> Asked | None:
    """The columns as ``--map 抽样编号=样品号`` says them, with the header of this file that has them all."""
    if not pairs:
        return None
    titles: dict[str, str] = {}
    for pair in pairs:
        ours, _, theirs = pair.partition("=")
        field = field_named(ours)
        if field is None or not theirs.strip():
            known = "、".join(aliases[0] for aliases in RESULT_COLUMNS.values())
            raise NotLikeThis(f"“{pair[:60]}”写法不对，应为 我们的列名=文件的列名；我们的列名有：{known}")
        titles[field] = theirs
    found = header_with(staging.read_table(sha256, filename).heads.values(), titles)
    if found is None:
        raise NotLikeThis(f"文件中没有同时包含这些列名、且各出现一次的表头：{'、'.join(titles.values())[:200]}")
    return Asked(filename.rsplit(".", 1)[0], found[0], found[1], laboratory_org_id)
