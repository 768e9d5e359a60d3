"""停用和恢复 of items, categories and regions; the standard method of an item; which items and categories the office has changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261205_word_standing"
down_revision = "20261205_signature_checks"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "word_standing",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject_id", KEY, nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("successor_id", KEY, nullable=True),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("change_id", KEY, nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by_id", KEY, nullable=True),
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.CheckConstraint("successor_id <> subject_id", name=op.f("ck_word_standing_another_successor")),
        sa.ForeignKeyConstraint(["change_id"], ["reference_change.id"], name=op.f("fk_word_standing_change_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user_account.id"], name=op.f("fk_word_standing_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_word_standing")),
    )
    op.create_index("ix_word_standing_subject", "word_standing", ["kind", "subject_id", "valid_from"], unique=False)
    op.create_index(op.f("ix_word_standing_change_id"), "word_standing", ["change_id"], unique=False)
    op.add_column("test_item", sa.Column("method", sa.String(length=300), nullable=True))
    op.add_column("test_item", sa.Column("changed_at", sa.DateTime(), nullable=True))
    op.add_column("food_category", sa.Column("changed_at", sa.DateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("food_category", "changed_at")
    op.drop_column("test_item", "changed_at")
    op.drop_column("test_item", "method")
    op.drop_index(op.f("ix_word_standing_change_id"), table_name="word_standing")
    op.drop_index("ix_word_standing_subject", table_name="word_standing")
    op.drop_table("word_standing")
