"""基础数据变更、系统设置 and 规则表: dated versions, each with who, why, and the second person."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, coded
from app.domain.setting_rules import Keeper, rule_of
from app.domain.trust_kinds import ChangeKind
from app.domain.trust_states import ChangeState


class ReferenceChange(Base):
    """一项基础数据变更: what is to be changed (``payload``), what that moves (``effect``), and what became of it."""

    __tablename__ = "reference_change"
    __table_args__ = (
        sa.UniqueConstraint("org_id", "number"),
        sa.Index("ix_reference_change_state", "state", "id"),
        sa.Index("ix_reference_change_subject", "kind", "subject_key", "id"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))  # the office that runs the installation
    number: Mapped[str] = mapped_column(sa.String(40))
    kind: Mapped[ChangeKind] = mapped_column(coded(ChangeKind))
    subject_key: Mapped[str | None] = mapped_column(sa.String(200))  # what is changed, in the words of its table
    title: Mapped[str] = mapped_column(sa.String(200))
    payload: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    effect: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    valid_from: Mapped[date | None]
    source: Mapped[str | None] = mapped_column(sa.String(300))  # 依据文件
    reason: Mapped[str] = mapped_column(sa.String(400))
    state: Mapped[ChangeState] = mapped_column(coded(ChangeState))
    proposed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    proposed_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    opinion: Mapped[str | None] = mapped_column(sa.String(400))
    submission_key: Mapped[str | None] = mapped_column(sa.String(60), unique=True)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}

    @property
    def of_security(self) -> bool:
        """A setting that the security administrator keeps."""
        return self.kind is ChangeKind.SETTING and rule_of(self.payload["values"]["name"]).keeper is Keeper.SECURITY


class SettingVersion(Base):
    """系统设置的版本: the newest row of a name is in force, over the configuration file."""

    __tablename__ = "setting_version"
    __table_args__ = (sa.Index("ix_setting_version_name", "name", "id"),)

    name: Mapped[str] = mapped_column(sa.String(60))
    value: Mapped[str | None] = mapped_column(sa.String(400))  # as written in the environment; None: back to the file's
    change_id: Mapped[int | None] = mapped_column(sa.ForeignKey("reference_change.id"), index=True)
    set_at: Mapped[datetime]
    set_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))


class RuleEdition(Base):
    """规则表的版本: a dated table of rules entered by the office; it takes the place of the shipped one from its day on."""

    __tablename__ = "rule_edition"
    __table_args__ = (sa.Index("ix_rule_edition_name", "name", "valid_from", "id"),)

    name: Mapped[str] = mapped_column(sa.String(60))
    valid_from: Mapped[date]
    content: Mapped[str] = mapped_column(sa.Text())
    sha256: Mapped[str] = mapped_column(sa.String(64))
    source: Mapped[str | None] = mapped_column(sa.String(300))
    change_id: Mapped[int | None] = mapped_column(sa.ForeignKey("reference_change.id"), index=True)
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
