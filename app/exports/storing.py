"""The rows of a return's figures and checks: written when it is made, replaced when it is made again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app import files
from app.attachments.models import Attachment
from app.db import insert_many, session
from app.errors import NotAllowedNow, NotLikeThis
from app.exports import building
from app.exports.checks import Checked
from app.exports.keeping import Kept
from app.exports.made import Made
from app.exports.models import MonthlyReturn, ReturnCheck, ReturnFigure

FIGURES: Any = ReturnFigure.__table__
LONGEST_WHY = 500
NOT_KEPT = "该报表生成时尚未保留来源清单，请重新生成后再办理"


def figures(found: MonthlyReturn, made: Made) -> None:
    session().execute(sa.delete(ReturnFigure).where(ReturnFigure.return_id == found.id))
    insert_many(
        FIGURES,
        [
            {
                "org_id": found.org_id, "return_id": found.id, "ordinal": ordinal, "sheet": one.sheet[:100], "cell": one.cell,
                "name": one.name[:200], "definition": one.definition[:40], "definition_version": one.version,
                "filter": one.filter[:300] or None, "period": one.period[:40], "side": one.side[:20],
                "value": one.value[:100] if one.value is not None else None, "count": one.count, "sha256": one.sha256,
            }
            for ordinal, one in enumerate(made.figures, 1)
        ],
    )  # fmt: skip


def checks(found: MonthlyReturn, results: Sequence[Checked], at: datetime) -> None:
    """The results of this making. An explanation stays while its rule still fails with the same words; otherwise it is asked anew."""
    before = {one.code: one for one in rows(found.id)}
    for gone in before.keys() - {one.code for one in results}:
        session().delete(before[gone])
    for ordinal, one in enumerate(results, 1):
        row = before.get(one.code) or ReturnCheck(org_id=found.org_id, return_id=found.id, code=one.code)
        if row.message != one.message:
            row.explanation = None
        row.ordinal, row.expression, row.blocking, row.passed = ordinal, one.expression[:500], one.blocking, one.passed
        row.message, row.checked_at = one.message, at
        session().add(row)


def rows(return_id: int) -> Sequence[ReturnCheck]:
    return session().scalars(sa.select(ReturnCheck).where(ReturnCheck.return_id == return_id).order_by(ReturnCheck.ordinal)).all()


def explain(found: MonthlyReturn, words: Mapping[str, str]) -> dict[str, tuple[Any, Any]]:
    """What has changed, by the id of the rule. Raises NotLikeThis for a rule that asks for none."""
    asked = {one.code: one for one in rows(found.id) if not one.passed and not one.blocking}
    told: dict[str, tuple[Any, Any]] = {}
    for code, written in words.items():
        if code not in asked:
            raise NotLikeThis(f"审核规则 {code[:40]} 不需要说明：只有未通过的提示性规则填写审核说明")
        text = written.strip() or None
        if text is not None and len(text) > LONGEST_WHY:
            raise NotLikeThis(f"审核说明不得超过 {LONGEST_WHY} 个字，请精简", field=code)
        if text != asked[code].explanation:
            told[f"审核说明 {code}"] = (asked[code].explanation, text)
            asked[code].explanation = text
    return told


def archive(found: MonthlyReturn) -> Kept:
    """来源清单 of a return. Raises NotAllowedNow for one that was made before lists were kept, NotFound where the file is damaged."""
    attachment = session().get(Attachment, found.sources_attachment_id) if found.sources_attachment_id else None
    if attachment is None:
        raise NotAllowedNow(NOT_KEPT)
    return Kept(files.read(attachment.sha256))


def kept(found: MonthlyReturn) -> Made:
    """The return as it was made and approved."""
    return building.from_kept(found, archive(found).printed())
