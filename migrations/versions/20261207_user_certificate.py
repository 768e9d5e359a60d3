"""数字证书 of a person, and with what the second factor of a session was given."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261207_user_certificate"
down_revision = "20261206_alert_kinds"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PEOPLE = ("user_id", "proposed_by_id", "decided_by_id", "ended_by_id")


def upgrade() -> None:
    op.add_column("user_session", sa.Column("factor_by", sa.String(length=20), nullable=True))
    op.create_table(
        "user_certificate",
        sa.Column("org_id", WHOLE, nullable=False),
        sa.Column("user_id", WHOLE, nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("serial", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=400), nullable=False),
        sa.Column("issuer", sa.String(length=400), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("proposed_by_id", WHOLE, nullable=True),
        sa.Column("proposed_at", sa.DateTime(), nullable=False),
        sa.Column("decided_by_id", WHOLE, nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("ended_by_id", WHOLE, nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("end_reason", sa.String(length=400), nullable=True),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("id", WHOLE, nullable=False),
        sa.CheckConstraint("decided_by_id IS NULL OR decided_by_id <> proposed_by_id", name=op.f("ck_user_certificate_two_people")),
        sa.CheckConstraint("decided_by_id IS NULL OR decided_by_id <> user_id", name=op.f("ck_user_certificate_not_for_himself")),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_user_certificate_in_order")),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_user_certificate_org_id")),
        *(sa.ForeignKeyConstraint([name], ["user_account.id"], name=op.f(f"fk_user_certificate_{name}")) for name in PEOPLE),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_certificate")),
    )
    standing = sa.text("ended_at IS NULL")
    op.create_index(
        "ux_user_certificate_standing", "user_certificate", ["fingerprint"], unique=True, sqlite_where=standing, postgresql_where=standing
    )
    op.create_index("ix_user_certificate_user", "user_certificate", ["user_id", "ended_at"])
    op.create_index("ix_user_certificate_org", "user_certificate", ["org_id", "id"])


def downgrade() -> None:
    op.drop_table("user_certificate")
    op.drop_column("user_session", "factor_by")
