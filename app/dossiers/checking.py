"""Is a dossier still what it was? (案卷校验): the files of an edition, and an archive that somebody brings along."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import sqlalchemy as sa

from app import files
from app.chain import HistoryEntry
from app.db import session
from app.disposal.models import DisposalCase
from app.dossiers import packing
from app.dossiers.content import gather
from app.dossiers.models import Dossier
from app.dossiers.packing import HOW_TO, MANIFEST, MISSING
from app.errors import NotLikeThis

MOST_FILES = 20_000
MOST_BYTES = 8 << 30
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was looked at, and every fault in a sentence."""

    said: Sequence[str]
    faults: Sequence[str]

    @property
    def intact(self) -> bool:
        return not self.faults


def edition(found: Dossier) -> Verdict:
    """The PDF and the archive of the store, the archive's files, the originals, and the link of the history chain."""
    faults = [
        f"{name}缺失或已损坏：文件库中没有校验值为 {sha256} 的文件，请系统管理员从备份中恢复"
        for name, sha256 in (("案卷 PDF ", found.pdf_sha256), ("案卷 ZIP ", found.zip_sha256))
        if not files.intact(files.place(sha256), sha256)
    ]
    if not faults:
        faults += [fault for fault, _ in archive(files.place(found.zip_sha256))[2]]
    kept = [one for one in found.manifest if not one["missing"] and not one["name"].startswith("记录/")]
    faults += [f"原件“{one['name']}”在文件库中缺失或已损坏" for one in kept if not files.intact(files.place(one["sha256"]), one["sha256"])]
    linked = session().scalar(sa.select(sa.func.count()).where(HistoryEntry.hash == found.chain_head))
    if not linked:
        faults.append(f"办理记录链中没有校验值为 {found.chain_head} 的记录，记录链可能被改动，请运行 flask audit verify 核对")
    said = [f"第 {found.edition} 版：PDF {found.pages} 页，{len(found.manifest)} 个文件，原件 {len(kept)} 个"]
    return Verdict(said, faults)


def up_to_date(found: Dossier, case: DisposalCase) -> bool:
    """Does the case still say what this edition says?"""
    return hashlib.sha256(packing.manifest(gather(case))).hexdigest() == found.manifest_sha256


def archive(path: Path) -> tuple[str, str, list[tuple[str, str]]]:
    """Digest of the file, digest of its manifest, and (fault, name) of every member. Raises NotLikeThis for another file."""
    try:
        with ZipFile(path) as packed:
            _refuse_bomb(packed)
            listed = packed.read(MANIFEST)
            faults = list(_faults(packed, listed))
    except (BadZipFile, KeyError, UnicodeDecodeError, csv.Error, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise NotLikeThis("该文件不是案卷 ZIP 包（打不开，或其中没有 manifest.csv），请核对文件") from error
    return files.digest_of(path), hashlib.sha256(listed).hexdigest(), faults


def _refuse_bomb(packed: ZipFile) -> None:
    members = packed.infolist()
    if len(members) > MOST_FILES or sum(member.file_size for member in members) > MOST_BYTES:
        raise NotLikeThis("该 ZIP 包的文件过多或展开后过大，不是本系统生成的案卷")


def _faults(packed: ZipFile, listed: bytes) -> Iterator[tuple[str, str]]:
    names = {member.filename for member in packed.infolist()}
    rows = list(csv.reader(io.StringIO(listed.decode("utf-8-sig"))))[1:]
    known = {MANIFEST, HOW_TO}
    for _, _, name, sha256, size in rows:
        known.add(name)
        if size == MISSING:
            continue
        if name not in names:
            yield f"缺少文件“{name}”", name
        elif _digest(packed, name) != sha256:
            yield f"文件“{name}”与清单的校验值不符，内容已被改动", name
    for name in sorted(names - known):
        yield f"多出清单以外的文件“{name}”", name


def _digest(packed: ZipFile, name: str) -> str | None:
    found = hashlib.sha256()
    try:
        with packed.open(name) as member:
            while part := member.read(CHUNK):
                found.update(part)
    except BadZipFile:
        return None
    return found.hexdigest()
