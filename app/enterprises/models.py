"""企业: whoever produces, sells or serves food."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, coded


class EnterpriseStatus(StrEnum):
    """企业状态."""

    ACTIVE = "在产"
    PAUSED = "停产"
    CLOSED = "注销"


class Enterprise(Base):
    """企业档案. Without a 统一社会信用代码 an enterprise may exist once per name and address."""

    __tablename__ = "enterprise"
    __table_args__ = (
        sa.UniqueConstraint("credit_code"),
        sa.Index("ix_enterprise_org", "org_id", "id"),
        sa.Index("ix_enterprise_name", "name"),
        sa.Index("ix_enterprise_initials", "initials"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    credit_code: Mapped[str | None] = mapped_column(sa.String(18))
    name: Mapped[str]
    initials: Mapped[str | None]  # 拼音首字母, for search
    region_id: Mapped[int | None] = mapped_column(sa.ForeignKey("region.id"), index=True)
    address: Mapped[str | None] = mapped_column(sa.String(300))
    area_type: Mapped[str | None] = mapped_column(sa.String(20))
    licence_kind: Mapped[str | None] = mapped_column(sa.String(40))
    licence_no: Mapped[str | None] = mapped_column(sa.String(60))
    licence_until: Mapped[date | None]
    status: Mapped[EnterpriseStatus] = mapped_column(coded(EnterpriseStatus))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    import_batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("import_batch.id"))
    version: Mapped[int] = mapped_column(default=1)
    kinds: Mapped[list[EnterpriseKind]] = relationship(lazy="raise", cascade="all, delete-orphan")
    __mapper_args__ = {"version_id_col": version}


class EnterpriseKind(Base):
    """企业类型 (食品生产企业, 小作坊, 食品销售者, 餐饮服务提供者, 食盐经营者 …) with an optional sub-type."""

    __tablename__ = "enterprise_kind"
    __table_args__ = (sa.UniqueConstraint("enterprise_id", "kind", "subkind"),)

    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprise.id"))
    kind: Mapped[str] = mapped_column(sa.String(40))
    subkind: Mapped[str] = mapped_column(sa.String(40), default="/")
