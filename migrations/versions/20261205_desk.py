"""Phrases of persons and offices, and how many rows of a list a person wants on a page."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261205_desk"
down_revision = "20261204_secret_columns"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "phrase",
        sa.Column("org_id", NUMBER, nullable=False),
        sa.Column("user_id", NUMBER, nullable=True),
        sa.Column("text", sa.String(length=100), nullable=False),
        sa.Column("position", NUMBER, nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", NUMBER, nullable=True),
        sa.Column("retired_at", sa.DateTime(), nullable=True),
        sa.Column("retired_by_id", NUMBER, nullable=True),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_phrase_created_by_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_phrase_org_id")),
        sa.ForeignKeyConstraint(["retired_by_id"], ["user_account.id"], name=op.f("fk_phrase_retired_by_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_phrase_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phrase")),
    )
    op.create_index("ix_phrase_of", "phrase", ["org_id", "user_id", "retired_at"])
    op.add_column("user_preference", sa.Column("rows_per_page", NUMBER, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("user_preference") as batch:
        batch.drop_column("rows_per_page")
    op.drop_index("ix_phrase_of", table_name="phrase")
    op.drop_table("phrase")
