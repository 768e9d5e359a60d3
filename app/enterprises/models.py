"""企业: whoever produces, sells or serves food."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, coded
from app.domain.supervision_kinds import CodeScheme
from app.secret_columns import Secret


class EnterpriseStatus(StrEnum):
    """企业状态."""

    ACTIVE = "在产"
    PAUSED = "停产"
    CLOSED = "注销"
    MERGED = "已合并"  # into another record of the same enterprise; counted nowhere


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
    station_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)  # 责任监管所
    principal: Mapped[str | None] = mapped_column(sa.String(100))  # 法定代表人（负责人）
    phone: Mapped[str | None] = mapped_column(Secret("enterprise.phone", 60))
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enterprise.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)
    kinds: Mapped[list[EnterpriseKind]] = relationship(lazy="raise", cascade="all, delete-orphan")
    categories: Mapped[list[EnterpriseCategory]] = relationship(lazy="raise", viewonly=True)  # written by enterprises.belongings
    __mapper_args__ = {"version_id_col": version}


class EnterpriseKind(Base):
    """企业类型 (食品生产企业, 小作坊, 食品销售者, 餐饮服务提供者, 食盐经营者 …) with an optional sub-type."""

    __tablename__ = "enterprise_kind"
    __table_args__ = (sa.UniqueConstraint("enterprise_id", "kind", "subkind"),)

    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprise.id"))
    kind: Mapped[str] = mapped_column(sa.String(40))
    subkind: Mapped[str] = mapped_column(sa.String(40), default="/")


class EnterpriseLicence(Base):
    """许可证、备案或登记证. The one in ``Enterprise.licence_*`` is the main one, kept alike in the same transaction."""

    __tablename__ = "enterprise_licence"
    __table_args__ = (
        sa.Index("ix_enterprise_licence_enterprise", "enterprise_id", "id"),
        sa.Index("ix_enterprise_licence_until", "org_id", "valid_to", "id"),
        sa.CheckConstraint("valid_to IS NULL OR issued_on IS NULL OR issued_on <= valid_to", name="validity_order"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprise.id"))
    kind: Mapped[str | None] = mapped_column(sa.String(40))
    number: Mapped[str | None] = mapped_column(sa.String(60))
    scope: Mapped[str | None] = mapped_column(sa.String(500))  # 许可范围
    issued_by: Mapped[str | None] = mapped_column(sa.String(200))
    issued_on: Mapped[date | None]
    valid_to: Mapped[date | None]
    main: Mapped[bool] = mapped_column("is_main", default=False)
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None]  # 注销、吊销 or replaced: no longer looked at, never deleted
    end_reason: Mapped[str | None] = mapped_column(sa.String(300))


class EnterpriseCategory(Base):
    """产品类别: what the enterprise makes or sells, by the food categories or by the classes of its licence (0101 …)."""

    __tablename__ = "enterprise_category"
    __table_args__ = (
        sa.UniqueConstraint("enterprise_id", "scheme", "code"),
        sa.Index("ix_enterprise_category_code", "scheme", "code", "enterprise_id"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprise.id"))
    scheme: Mapped[CodeScheme] = mapped_column(coded(CodeScheme))
    code: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[str]


class EnterpriseFormerName(Base):
    """曾用名, so that an old name still finds the enterprise."""

    __tablename__ = "enterprise_former_name"
    __table_args__ = (
        sa.UniqueConstraint("enterprise_id", "name"),
        sa.Index("ix_enterprise_former_name_name", "name"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprise.id"))
    name: Mapped[str]
    given_up_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
