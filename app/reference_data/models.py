"""Dated reference data. A row is never changed in place: a new version is added with its own ``recorded_at``."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, coded
from app.domain.samples import Confidence, Domain, ItemClass


class RegionLevel(StrEnum):
    """行政区划级别."""

    COUNTRY = "国家"
    PROVINCE = "省级"
    CITY = "市级"
    COUNTY = "县级"
    TOWNSHIP = "乡级"


class Shipped:
    """``shipped`` tells what a file said from what the office entered: a newer file supersedes only what it changed."""

    shipped: Mapped[bool] = mapped_column(default=False)


class Dated:
    """Columns every dated row carries: where it is from, how sure, from when to when, since when we know it."""

    source: Mapped[str] = mapped_column(sa.String(300))
    confidence: Mapped[Confidence] = mapped_column(coded(Confidence))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class Region(Base, Dated):
    """行政区划. ``path`` is "/1/12/120/"; ``county_id`` the county-level region it lies in (itself for a county)."""

    __tablename__ = "region"
    __table_args__ = (sa.UniqueConstraint("code"), sa.Index("ix_region_path", "path"))

    code: Mapped[str] = mapped_column(sa.String(12))
    name: Mapped[str] = mapped_column(sa.String(60))
    short_name: Mapped[str] = mapped_column(sa.String(60))
    aliases: Mapped[str | None] = mapped_column(sa.String(300))  # other full names, joined with ";"
    level: Mapped[RegionLevel] = mapped_column(coded(RegionLevel))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("region.id"), index=True)
    path: Mapped[str]


class Population(Base, Shipped):
    """常住人口 of a region in a year."""

    __tablename__ = "population"
    __table_args__ = (sa.Index("ix_population_region", "region_id", "year"),)

    region_id: Mapped[int] = mapped_column(sa.ForeignKey("region.id"))
    year: Mapped[int]
    residents: Mapped[int]
    source: Mapped[str] = mapped_column(sa.String(300))
    confidence: Mapped[Confidence] = mapped_column(coded(Confidence))
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class FoodCategory(Base, Dated):
    """食品分类: 大类/亚类/次亚类/细类. ``path`` joins the names with "/"; ``root_id`` is the 大类."""

    __tablename__ = "food_category"
    __table_args__ = (sa.UniqueConstraint("path"), sa.Index("ix_food_category_parent", "parent_id"))

    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("food_category.id"))
    root_id: Mapped[int | None] = mapped_column(sa.ForeignKey("food_category.id"))
    level: Mapped[int]
    name: Mapped[str]
    path: Mapped[str] = mapped_column(sa.String(400))
    domain: Mapped[Domain] = mapped_column(coded(Domain))
    changed_at: Mapped[datetime | None]  # since then it is the office's: no file overwrites it


class CategoryAlias(Base):
    """写法对照: a category name as others write it."""

    __tablename__ = "category_alias"
    __table_args__ = (sa.UniqueConstraint("written"),)

    written: Mapped[str] = mapped_column(sa.String(400))
    path: Mapped[str] = mapped_column(sa.String(400))
    source: Mapped[str | None] = mapped_column(sa.String(300))
    confidence: Mapped[Confidence | None] = mapped_column(coded(Confidence))


class TestItem(Base):
    """检验项目."""

    __test__ = False
    __tablename__ = "test_item"
    __table_args__ = (sa.UniqueConstraint("name"),)

    name: Mapped[str]
    item_class: Mapped[ItemClass] = mapped_column(coded(ItemClass))
    unit: Mapped[str | None] = mapped_column(sa.String(40))
    microbial: Mapped[bool]
    method: Mapped[str | None] = mapped_column(sa.String(300))  # 标准检验方法
    source: Mapped[str] = mapped_column(sa.String(300))
    confidence: Mapped[Confidence] = mapped_column(coded(Confidence))
    changed_at: Mapped[datetime | None]  # since then it is the office's: no file overwrites it


class ItemAlias(Base):
    """项目写法对照."""

    __tablename__ = "item_alias"
    __table_args__ = (sa.UniqueConstraint("written"),)

    written: Mapped[str]
    name: Mapped[str]
    source: Mapped[str | None] = mapped_column(sa.String(300))
    confidence: Mapped[Confidence | None] = mapped_column(coded(Confidence))


class WordStanding(Base):
    """停用和恢复: from a day on a 检验项目, 食品分类, 行政区划 or 承检机构 is offered no more, or again. The word itself stays."""

    __tablename__ = "word_standing"
    __table_args__ = (
        sa.Index("ix_word_standing_subject", "kind", "subject_id", "valid_from"),
        sa.CheckConstraint("successor_id <> subject_id", name="another_successor"),
    )

    kind: Mapped[str] = mapped_column(sa.String(20))  # item, category, region, laboratory
    subject_id: Mapped[int]
    retired: Mapped[bool]
    valid_from: Mapped[date]
    successor_id: Mapped[int | None]  # of the same kind
    source: Mapped[str] = mapped_column(sa.String(300))
    change_id: Mapped[int | None] = mapped_column(sa.ForeignKey("reference_change.id"), index=True)  # which says why
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))


class FoodLimit(Base, Shipped):
    """限量: the dated limit of an item in a food, nationally or in a region."""

    __tablename__ = "food_limit"
    __table_args__ = (sa.Index("ix_food_limit_item", "item", "id"),)

    item: Mapped[str]
    category: Mapped[str | None] = mapped_column(sa.String(400))  # path prefix; NULL is any food
    region: Mapped[str | None] = mapped_column(sa.String(12))  # NULL is the whole country
    op: Mapped[str] = mapped_column(sa.String(10))
    minimum: Mapped[Decimal | None]
    maximum: Mapped[Decimal | None]
    places: Mapped[int | None]  # decimals as the standard writes them: 修约值比较 rounds to these
    comparison: Mapped[str | None] = mapped_column(sa.String(10))  # 全数值 or 修约值 (GB/T 8170); NULL: the standard is silent
    unit: Mapped[str | None] = mapped_column(sa.String(40))
    n: Mapped[int | None]
    c: Mapped[int | None]
    m: Mapped[Decimal | None]
    big_m: Mapped[Decimal | None]
    text: Mapped[str | None] = mapped_column(sa.String(400))
    note: Mapped[str | None] = mapped_column(sa.String(400))
    standard: Mapped[str]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    source: Mapped[str] = mapped_column(sa.String(300))
    confidence: Mapped[Confidence] = mapped_column(coded(Confidence))
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class WorkDay(Base, Shipped):
    """工作日历: a day that differs from the plain week."""

    __tablename__ = "work_day"
    __table_args__ = (sa.UniqueConstraint("day", "recorded_at"),)

    day: Mapped[date]
    year: Mapped[int]
    working: Mapped[bool]  # True: 调休上班; False: 放假
    name: Mapped[str] = mapped_column(sa.String(40))
    source: Mapped[str] = mapped_column(sa.String(300))
    confidence: Mapped[Confidence] = mapped_column(coded(Confidence))
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class CalendarYear(Base, Shipped):
    """年度日历: confirmed when the State Council's notice is in the table."""

    __tablename__ = "calendar_year"
    __table_args__ = (sa.UniqueConstraint("year", "recorded_at"),)

    year: Mapped[int]
    confirmed: Mapped[bool]
    source: Mapped[str] = mapped_column(sa.String(300))
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class DeadlineRuleRow(Base, Shipped):
    """时限规则."""

    __tablename__ = "deadline_rule"
    __table_args__ = (sa.UniqueConstraint("code", "valid_from", "recorded_at"),)

    code: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[str]
    actor: Mapped[str]
    trigger: Mapped[str]
    amount: Mapped[int]
    unit: Mapped[str] = mapped_column(sa.String(10))
    start_hours: Mapped[int | None]
    extension: Mapped[int | None]
    extension_final: Mapped[bool]
    extension_note: Mapped[str | None] = mapped_column(sa.String(300))
    pause_note: Mapped[str | None] = mapped_column(sa.String(300))
    standing: Mapped[str] = mapped_column(sa.String(20))  # 法定, 规范性文件, 内部管理
    article: Mapped[str] = mapped_column(sa.String(300))
    note: Mapped[str | None] = mapped_column(sa.String(300))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    source: Mapped[str] = mapped_column(sa.String(300))
    confidence: Mapped[Confidence] = mapped_column(coded(Confidence))
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class CodeValue(Base):
    """代码表 value."""

    __tablename__ = "code_value"
    __table_args__ = (sa.UniqueConstraint("list_name", "value"),)

    list_name: Mapped[str] = mapped_column(sa.String(60))
    value: Mapped[str]
    ordinal: Mapped[int]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    source: Mapped[str] = mapped_column(sa.String(300))
    confidence: Mapped[Confidence] = mapped_column(coded(Confidence))
    changed_at: Mapped[datetime | None]  # since then it is the office's: no file overwrites it


class UnknownWord(Base):
    """未识别名称: kept as written, mapped when somebody says so, remembered (decision: unknown words are kept)."""

    __tablename__ = "unknown_word"
    __table_args__ = (sa.UniqueConstraint("kind", "written"),)

    kind: Mapped[str] = mapped_column(sa.String(20))  # category, region, item, laboratory
    written: Mapped[str] = mapped_column(sa.String(400))
    nearest: Mapped[str | None] = mapped_column(sa.String(400))
    mapped_to: Mapped[str | None] = mapped_column(sa.String(400))
    occurrences: Mapped[int] = mapped_column(default=0)
    first_seen_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]


class Counter(Base):
    """编号计数器: numbers are taken in the transaction that uses them, so none is lost and none is used twice."""

    __tablename__ = "counter"
    __table_args__ = (sa.UniqueConstraint("org_id", "kind", "year"),)

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    kind: Mapped[str] = mapped_column(sa.String(40))
    year: Mapped[int]
    last: Mapped[int]
