"""检查要点表: dated editions and their items, shipped by file or entered by the office."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.reference_data.models import Dated, Shipped


class Checklist(Base, Shipped, Dated):
    """一版检查要点表."""

    __tablename__ = "checklist"
    __table_args__ = (
        sa.UniqueConstraint("code", "edition"),
        sa.CheckConstraint("valid_to IS NULL OR valid_from <= valid_to", name="validity_order"),
    )

    code: Mapped[str] = mapped_column(sa.String(40))  # production, sale, catering, workshop, salt
    edition: Mapped[str] = mapped_column(sa.String(40))
    title: Mapped[str]
    kinds: Mapped[str] = mapped_column(sa.String(300))  # 企业类型, separated by 、
    items: Mapped[list[ChecklistItem]] = relationship(lazy="raise", order_by="ChecklistItem.ordinal")


class ChecklistItem(Base):
    """检查项目: 重点项 weighs more than 一般项."""

    __tablename__ = "checklist_item"
    __table_args__ = (sa.UniqueConstraint("checklist_id", "number"),)

    checklist_id: Mapped[int] = mapped_column(sa.ForeignKey("checklist.id"))
    ordinal: Mapped[int]
    number: Mapped[str] = mapped_column(sa.String(20))  # 1.1, 1.2 …
    group: Mapped[str] = mapped_column("item_group", sa.String(100))  # 检查内容
    text: Mapped[str] = mapped_column(sa.String(500))
    key: Mapped[bool] = mapped_column("is_key")  # 重点项
    basis: Mapped[str | None] = mapped_column(sa.String(300))
