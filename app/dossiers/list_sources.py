"""案卷 to be taken out."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.dossiers import queries
from app.dossiers.models import Dossier
from app.downloads.lists import ListSource, by_key, column, everything, no_words, register


def _listed(actor: Actor, filters: None) -> sa.Select[Any]:
    return queries.listed(actor).add_columns(Dossier.id)


register(
    ListSource(
        code="dossiers", title="案卷", unit="份", permission=Permission.CASE_LIST, endpoints=("dossiers.index",),
        asked=everything, words=no_words,
        fields=(
            column("案件编号", "number"), column("责任主体", "party_name"), column("承办单位", "org_name"),
            column("版次", "Dossier.edition", "integer"), column("页数", "Dossier.pages", "integer"), column("生成人", "who"),
            column("生成时间", "Dossier.made_at", "moment"), column("PDF 校验值", "Dossier.pdf_sha256"),
            column("目录校验值", "Dossier.manifest_sha256"),
        ),
        **by_key(_listed, Dossier.id),
    ),
)  # fmt: skip
