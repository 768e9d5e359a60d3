"""Everything that goes into the dossier of a case, gathered in the order of its index (案卷内容).

It holds no moment but those of the records, so that the same records make the same file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.chain import FIRST, HistoryEntry
from app.disposal import belonging
from app.disposal.models import DisposalCase
from app.domain.actors import Actor
from app.dossier_pdf import Part, Whole
from app.dossiers import of_case, of_course, of_papers, of_sample
from app.dossiers.blocks import Block, Filed, Shelf, attached, part, said
from app.dossiers.reader import People, office_reader
from app.labels import label
from app.legal_clocks.models import ClockChange

RECORDS = "记录"
OTHERS = "其他附件"
UNPRINTED = ("source", "listed", "width", "height")


@dataclass(frozen=True, slots=True)
class Gathered:
    """The parts in order, their files, and where the chain of the history stood when the last of it was written."""

    org: str
    number: str
    cover: Sequence[tuple[str, str]]
    parts: Sequence[Part]
    filed: Sequence[Filed]
    chain_head: str
    chain_seq: int

    @property
    def size(self) -> int:
        return sum(one.size for one in self.filed)


def gather(case: DisposalCase) -> Gathered:
    """The case as the database has it now. Nothing is written."""
    reader, people, shelf = office_reader(case), People(), Shelf()
    belongings = belonging.of_case(reader, case)
    attachments = belonging.attachments(reader, belongings)
    by_subject: dict[tuple[str, int], list[Any]] = {}
    for file in attachments:
        by_subject.setdefault((file.subject_kind, file.subject_id or 0), []).append(file)
    entries = belonging.entries(belongings)
    people.load({case.handler_id, case.submitted_by_id, case.approved_by_id, *(entry.actor_id for entry in entries)})
    parts = _parts(reader, case, people, shelf, by_subject, {file.id: file for file in attachments}, entries)
    left = [file for file in attachments if file.id not in shelf.used]
    if left:
        parts.insert(len(parts) - 1, part(OTHERS, *(attached(shelf, OTHERS, file) for file in left)))
    cover = [("案卷所属单位", reader.name), *_cover(case, reader, people)]
    return Gathered(
        reader.name, case.number, cover[1:], parts, [*_records(cover, parts), *shelf.filed],
        entries[-1].hash if entries else FIRST, entries[-1].seq if entries else 0,
    )  # fmt: skip


def _parts(
    reader: Actor, case: DisposalCase, people: People, shelf: Shelf, by_subject: dict[tuple[str, int], list[Any]],
    by_id: dict[int, Any], entries: Sequence[HistoryEntry],
) -> list[Part]:  # fmt: skip
    own = by_subject.get((DisposalCase.__tablename__, case.id), [])
    papers = {number: file for number, file in by_id.items() if file.subject_kind == ClockChange.__tablename__}
    found = [
        of_sample.sheet_part(reader, case.sample, shelf, people),
        of_sample.reports_part(reader, case.sample),
        of_papers.papers_part(reader, case, shelf, people, by_id),
        of_case.record_part(case, shelf, people, own),
        of_case.quantities_part(case),
        of_case.review_part(reader, case, people),
        of_course.clocks_part(reader, case, people, shelf, papers),
        *of_course.course_parts(reader, case, shelf, by_subject, people),
        of_case.publications_part(reader, case, people),
        of_case.elements_part(case, people),
        of_case.follow_ups_part(reader, case),
        of_course.history_part(entries),
    ]
    return [each for each in found if each is not None]


def _cover(case: DisposalCase, reader: Actor, people: People) -> list[tuple[str, str]]:
    sample = case.sample
    told = (
        ("案件编号", case.number), ("案由", f"{sample.product_name}抽检不合格（{case.failing_items or '见检验报告'}）"),
        ("当事人", case.party_name), ("当事人地址", case.party_address), ("处置环节、方式", f"{case.party.value}　{case.mode.value}"),
        ("样品名称", sample.product_name), ("抽样编号", sample.number), ("抽样日期", sample.sampled_on),
        ("收到不合格结论日期", case.received_on), ("启动日期", case.started_on), ("办结期限", case.due_on), ("办结日期", case.closed_on),
        ("承办单位", reader.name), ("承办人", people(case.handler_id)), ("审批人", people(case.approved_by_id)),
        ("案件状态", label(case.state)),
    )  # fmt: skip
    return [(name, said(value)) for name, value in told]


def _records(cover: Sequence[tuple[str, str]], parts: Sequence[Part]) -> list[Filed]:
    """What each part says, as a file for programs: its digest makes the part itself verifiable."""
    found = [_record(0, "封面", dict(cover))]
    for number, each in enumerate(parts, 1):
        found.append(_record(number, each.title, [_plain(block) for block in each.blocks if block["kind"] != "break"]))
    return found


def _record(number: int, title: str, told: Any) -> Filed:
    content = json.dumps(told, ensure_ascii=False, sort_keys=True, indent=1).encode()
    return Filed(title, f"{RECORDS}/{number:02d}-{title}.json", hashlib.sha256(content).hexdigest(), len(content), content)


def _plain(block: Block) -> dict[str, Any]:
    """A block without the bytes of a picture and without how it is set."""
    return {name: value for name, value in block.items() if name not in UNPRINTED and not isinstance(value, (bytes, Path))}


def whole(found: Gathered, manifest_sha256: str) -> Whole:
    """As it is printed."""
    rows = [
        {"ordinal": str(number), "part": one.part, "name": one.name, "sha256": one.sha256, "size": "缺失" if one.missing else str(one.size)}
        for number, one in enumerate(found.filed, 1)
    ]  # fmt: skip
    closing = (
        f"本卷共 {len(found.parts)} 个部分、{len(found.filed)} 个文件。文件原件在同版 ZIP 包中，名称和校验值与上表一致；"
        "“记录”文件夹是各部分的内容，供核对本卷所印文字。",
        f"本卷所收最后一条办理记录为本系统办理记录链的第 {found.chain_seq} 条；该条的校验值逐条链接此前全部记录，任何一条被改动都会断链。",
        "校验方法：flask dossiers verify 案件编号，或 flask dossiers verify 案卷.zip；没有本系统时，用 sha256sum 逐个核对。",
    )
    seals = (("清单 manifest.csv 的 SHA-256", manifest_sha256), ("办理记录链的 SHA-256", found.chain_head))
    title = f"核查处置案卷 {found.number}"
    return Whole(found.org, title, title, found.cover, found.parts, rows, closing, seals)

