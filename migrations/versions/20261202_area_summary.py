"""Sums of whole years, by county without 大类 (area_summary), by province with it (year_summary), by item (year_item_summary), filled from
those of the months; indexes of the list of result rows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261202_area_summary"
down_revision = "20261201_reporting"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AREA = ("county_id", "org_id", "purpose", "domain", "supervision", "monitoring", "has_residue")
YEAR = ("category_root_id", "purpose", "domain", "organiser_level", "supervision", "monitoring", "has_residue")


def upgrade() -> None:
    op.create_table(
        "area_summary",
        *(sa.Column(name, NUMBER, nullable=False) for name in ("org_id", "year", "county_id")),
        *(sa.Column(name, sa.String(length=20), nullable=False) for name in ("purpose", "domain", "supervision", "monitoring")),
        sa.Column("has_residue", sa.Boolean(), nullable=False),
        sa.Column("batches", NUMBER, nullable=False),
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area_summary")),
        sa.UniqueConstraint("year", *AREA, name="uq_area_summary_key"),
    )
    op.create_table(
        "year_summary",
        *(sa.Column(name, NUMBER, nullable=False) for name in ("region_id", "year", "category_root_id")),
        *(sa.Column(name, sa.String(length=20), nullable=False) for name in YEAR[1:-1]),
        sa.Column("has_residue", sa.Boolean(), nullable=False),
        sa.Column("batches", NUMBER, nullable=False),
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_year_summary")),
        sa.UniqueConstraint("region_id", "year", *YEAR, name="uq_year_summary_key"),
    )
    op.create_table(
        "year_item_summary",
        *(sa.Column(name, NUMBER, nullable=False) for name in ("year", "category_root_id")),
        sa.Column("item", sa.String(length=200), nullable=False),
        *(sa.Column(name, NUMBER, nullable=False) for name in ("tested", "failed", "lines")),
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_year_item_summary")),
        sa.UniqueConstraint("year", "category_root_id", "item", name="uq_year_item_summary_key"),
    )
    _fill("area_summary", "batch_summary", AREA)
    _fill("year_summary", "wide_summary", ("region_id", *YEAR))
    _fill("year_item_summary", "item_summary", ("category_root_id", "item"), ("tested", "failed"))
    failed = sa.text("verdict = '不合格项'")
    op.create_index("ix_result_row_item", "result_row", ["item", "id"])
    op.create_index("ix_result_row_failed", "result_row", ["id"], sqlite_where=failed, postgresql_where=failed)


def _fill(table: str, months: str, key: tuple[str, ...], sums: tuple[str, ...] = ("batches",)) -> None:
    lines = sa.table(months, sa.column("month", NUMBER), *(sa.column(name, NUMBER) for name in sums), *map(sa.column, key))
    counted = [sa.func.sum(lines.c[name]) for name in sums]
    more = ("lines",) if sums != ("batches",) else ()
    into = sa.table(table, *map(sa.column, ("year", *key, *sums, *more)))
    columns = [lines.c.month // 100, *(lines.c[name] for name in key)]
    summed = sa.select(*columns, *counted, *(sa.func.count() for _ in more)).group_by(*columns).order_by(*columns)
    op.execute(sa.insert(into).from_select(["year", *key, *sums, *more], summed))


def downgrade() -> None:
    op.drop_index("ix_result_row_failed", table_name="result_row")
    op.drop_index("ix_result_row_item", table_name="result_row")
    op.drop_table("year_item_summary")
    op.drop_table("year_summary")
    op.drop_table("area_summary")
