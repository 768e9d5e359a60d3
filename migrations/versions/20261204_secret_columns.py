"""Columns of personal data are long enough for their sealed form.

SQLite cannot change a column's type: the nullable columns are copied into wider ones that take their names (a table that others refer to
is not rebuilt); the table of personal data, which nothing refers to, is.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261204_secret_columns"
down_revision = "20261203_trust"
branch_labels = None
depends_on = None

NULLABLE = (
    ("enterprise", "phone", 60, 456), ("objection", "contact", 200, 1296), ("retest", "contact", 200, 1296),
    ("archive_element", "value", 1000, 6096),
)  # fmt: skip


def upgrade() -> None:
    for table, column, short, long in NULLABLE:
        _resize(table, column, short, long)
    with op.batch_alter_table("personal_datum") as batch:
        batch.alter_column("value", existing_type=sa.String(300), type_=sa.String(1896), existing_nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("personal_datum") as batch:
        batch.alter_column("value", existing_type=sa.String(1896), type_=sa.String(300), existing_nullable=False)
    for table, column, short, long in reversed(NULLABLE):
        _resize(table, column, long, short)


def _resize(table: str, column: str, before: int, after: int) -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column(table, column, existing_type=sa.String(before), type_=sa.String(after), existing_nullable=True)
        return
    resized = f"{column}_resized"
    op.add_column(table, sa.Column(resized, sa.String(after), nullable=True))
    found = sa.table(table, sa.column(column), sa.column(resized))
    op.execute(sa.update(found).values({resized: found.c[column]}))
    op.drop_column(table, column)
    op.alter_column(table, resized, new_column_name=column)
