"""The index of the search box: entries of the records other than samples, and the terms of the texts.

What stands in the database already is indexed by ``flask db upgrade`` when this migration has run, by the program's own rules
(``flask search rebuild`` does the same): terms and initials are made by the program, not by the database.

The two tables of terms are no models. On SQLite they are contentless FTS5 tables (a row is forgotten by telling what was in it: 3.40
knows no other way), on PostgreSQL numbers of terms under a GIN index, which an import fills through its list of pending rows.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261202_search"
down_revision = "20261202_area_summary"
branch_labels = None
depends_on = None

PENDING = 65_536  # KB: 30,000 samples, which the server's own upkeep then takes in at once, four times as fast as in small parts
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "search_entry",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("org_id", KEY, nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("subject_id", KEY, nullable=False),
        sa.Column("text", sa.String(1000), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_search_entry"),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name="fk_search_entry_org_id"),
        sa.UniqueConstraint("kind", "subject_id", name="uq_search_entry_kind_subject_id"),
    )
    op.create_index("ix_search_entry_org", "search_entry", ["org_id", "id"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE sample_grams USING fts5(grams, content='', columnsize=0, detail=none, tokenize='ascii')")
        op.execute("CREATE VIRTUAL TABLE search_entry_grams USING fts5(grams, content='', columnsize=0, detail=none, tokenize='ascii')")
        return
    for name in ("sample_grams", "search_entry_grams"):
        op.create_table(
            name,
            sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
            sa.Column("grams", sa.ARRAY(sa.Integer()), nullable=False),
            sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        )
        op.create_index(
            f"ix_{name}_grams", name, ["grams"], postgresql_using="gin", postgresql_with={"gin_pending_list_limit": PENDING}
        )
        op.execute(f"ALTER TABLE {name} SET (autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 2000)")


def downgrade() -> None:
    op.drop_table("search_entry_grams")
    op.drop_table("sample_grams")
    op.drop_table("search_entry")
