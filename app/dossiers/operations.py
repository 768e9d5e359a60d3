"""Making the dossier of a case. What it says is read and set outside the transaction; one short transaction keeps the edition.

The same records make the same edition: asked again without anything having changed, the newest one is handed back.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app import files, history
from app.db import session
from app.disposal.models import DisposalCase
from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.dossiers import packing, queries
from app.dossiers.content import Gathered, gather
from app.dossiers.models import Dossier
from app.dossiers.packing import Tell
from app.errors import NotAllowed
from app.files import Stored

KIND = Dossier.__tablename__
NOT_YOURS = "您没有生成案卷的权限，如确需办理请联系科室负责人"
NOT_TO_TAKE = "案卷含未遮蔽的个人信息，只有可以查看完整个人信息的人员才能下载，如确需下载请联系承办单位的办案人或审核人"


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the case says now, and the edition that says the same already."""

    gathered: Gathered
    manifest: bytes
    case_version: int
    same: Dossier | None

    @property
    def manifest_sha256(self) -> str:
        return hashlib.sha256(self.manifest).hexdigest()


@dataclass(frozen=True, slots=True)
class Composed:
    """The files of one edition, in the store."""

    prepared: Prepared
    pdf: Stored
    pages: int
    zip: Stored


def prepare(case: DisposalCase, actor: Actor) -> Prepared:
    """Gather everything; nothing is written. Raises NotAllowed for whoever may not make it."""
    if not permits(actor, Permission.DOSSIER_MAKE, case):
        raise NotAllowed(NOT_YOURS)
    found = gather(case)
    listed = packing.manifest(found)
    return Prepared(found, listed, case.version, _same(case.id, hashlib.sha256(listed).hexdigest(), found.chain_head))


def _same(case_id: int, manifest_sha256: str, chain_head: str) -> Dossier | None:
    """The newest edition, if it says just this and its files are still there."""
    newest = queries.latest(case_id)
    if newest is None or (newest.manifest_sha256, newest.chain_head) != (manifest_sha256, chain_head):
        return None
    return newest if all(files.intact(files.place(each), each) for each in (newest.pdf_sha256, newest.zip_sha256)) else None


def quietly(percent: int, message: str) -> None:
    """Nobody waits for the progress of what is made at once."""


def compose(prepared: Prepared, tell: Tell = quietly) -> Composed:
    """Set the pages and pack the originals; both go into the store. Raises NotAllowedNow where that is not possible here."""
    tell(5, "正在汇集案卷内容")
    printed = packing.printed(prepared.gathered, prepared.manifest, tell)
    tell(85, "正在打包原件")
    pdf = files.store(printed.content)
    packed = files.store(packing.archive(prepared.gathered, prepared.manifest))
    return Composed(prepared, pdf, printed.pages, packed)


def keep(case: DisposalCase, made: Composed, actor: Actor, at: datetime) -> tuple[Dossier, bool]:
    """The next edition; False where another has made the same in the meantime. Two at once wait for each other here."""
    session().execute(sa.select(DisposalCase.id).where(DisposalCase.id == case.id).with_for_update())
    newest = queries.latest(case.id)
    if newest is not None and (newest.pdf_sha256, newest.zip_sha256) == (made.pdf.sha256, made.zip.sha256):
        return newest, False
    prepared = made.prepared
    edition = Dossier(
        org_id=case.org_id, case_id=case.id, edition=(newest.edition if newest else 0) + 1, case_version=prepared.case_version,
        pages=made.pages, pdf_sha256=made.pdf.sha256, pdf_size=made.pdf.size, zip_sha256=made.zip.sha256, zip_size=made.zip.size,
        manifest=[
            {"part": one.part, "name": one.name, "sha256": one.sha256, "size": one.size, "missing": one.missing}
            for one in prepared.gathered.filed
        ],
        manifest_sha256=prepared.manifest_sha256, chain_head=prepared.gathered.chain_head, made_at=at, made_by_id=actor.user_id,
    )  # fmt: skip
    session().add(edition)
    session().flush()
    history.record(
        KIND, edition.id, "create", actor, org_id=case.org_id, name=named(case, edition),
        comment=f"共 {edition.pages} 页、{len(edition.manifest)} 个文件", changes={"sha256": (None, edition.pdf_sha256)},
    )  # fmt: skip
    return edition, True


def named(case: DisposalCase, edition: Dossier) -> str:
    return f"{case.number} 案卷第 {edition.edition} 版"


def take_out(edition: Dossier, actor: Actor, what: str) -> None:
    """Whoever takes a dossier out is in the history. Raises NotAllowed for whoever may not see personal data whole."""
    if not permits(actor, Permission.PERSONAL_UNMASK, edition):
        raise NotAllowed(NOT_TO_TAKE)
    history.record(KIND, edition.id, "download", actor, org_id=edition.org_id, name=named(edition.case, edition), comment=what)
