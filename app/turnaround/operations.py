"""Registering and voiding 检验时限约定."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from app import history
from app.db import session
from app.domain.actors import Actor
from app.domain.turnaround import overlaps
from app.errors import NotAllowedNow, NotLikeThis
from app.reference_data import standing
from app.reference_data.standing import WordKind
from app.turnaround import queries
from app.turnaround.models import ReportAgreement

KIND = ReportAgreement.__tablename__
MOST_DAYS = 120
FOODS = {None: "全部食品", True: "仅食用农产品", False: "食用农产品以外"}


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed."""

    laboratory_org_id: int
    agricultural: bool | None
    working_days: int
    valid_from: date
    valid_to: date | None
    document_no: str
    reason: str | None = None


def agree(terms: Terms, actor: Actor, at: datetime) -> ReportAgreement:
    """登记约定 of the actor's bureau; two agreements about the same food may not hold on the same day."""
    laboratory = queries.laboratory(terms.laboratory_org_id)
    if laboratory is None:
        raise NotLikeThis("没有这个承检机构，请从列表中选择", field="laboratory")
    _check(terms)
    if (gone := standing.ended(WordKind.LABORATORY, laboratory.id, terms.valid_from)) is not None:
        raise NotLikeThis(gone.remedy, field="laboratory")
    for other in queries.agreements_between(actor.org_id, laboratory.id):
        if other.agricultural == terms.agricultural and overlaps(other, terms.valid_from, terms.valid_to):
            raise NotLikeThis(
                f"该机构同类食品在这段时间已有约定（{other.document_no}，{other.working_days} 个工作日），"
                "请先作废原约定，或修改有效期", field="valid_from",
            )  # fmt: skip
    made = ReportAgreement(
        org_id=actor.org_id, laboratory_org_id=laboratory.id, agricultural=terms.agricultural, working_days=terms.working_days,
        valid_from=terms.valid_from, valid_to=terms.valid_to, document_no=terms.document_no.strip(), reason=terms.reason or None,
        recorded_at=at, recorded_by_id=actor.user_id,
    )
    session().add(made)
    session().flush()
    said = f"{laboratory.name}，{FOODS[made.agricultural]}，{made.working_days} 个工作日，{_period(made)}"
    history.record(KIND, made.id, "agree_term", actor, org_id=made.org_id, name=made.document_no, comment=said)
    return made


def _check(terms: Terms) -> None:
    if not 1 <= terms.working_days <= MOST_DAYS:
        raise NotLikeThis(f"约定时限应为 1 至 {MOST_DAYS} 个工作日", field="working_days")
    if terms.valid_to is not None and terms.valid_to < terms.valid_from:
        raise NotLikeThis("有效期止早于有效期起，请核对", field="valid_to")
    if not terms.document_no.strip():
        raise NotLikeThis("请填写约定的文书编号，如合同编号", field="document_no")


def _period(made: ReportAgreement) -> str:
    return f"{made.valid_from} 起" if made.valid_to is None else f"{made.valid_from} 至 {made.valid_to}"


def void(agreement: ReportAgreement, reason: str, actor: Actor, at: datetime) -> None:
    """作废约定: the second of two people is told that it is done."""
    if not reason.strip():
        raise NotLikeThis("请填写作废原因", field="reason")
    statement = (
        sa.update(ReportAgreement)
        .where(ReportAgreement.id == agreement.id, ReportAgreement.voided_at.is_(None))
        .values(voided_at=at, void_reason=reason.strip())
        .execution_options(synchronize_session=False)
    )
    if not session().connection().execute(statement).rowcount:
        raise NotAllowedNow("该约定已经作废，请刷新页面核对")
    history.record(
        KIND, agreement.id, "void_term", actor, org_id=agreement.org_id, name=agreement.document_no, comment=reason.strip()
    )
